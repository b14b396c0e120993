// SPDX-License-Identifier: GPL-2.0
/*
 * usage: narrow
 * A 32-bit program without a library: the header is the same for it. Ends with status 7,
 * where the kernel runs such programs at all.
 */
#include "wavehand.h"

_Static_assert(sizeof(void *) == 4, "32 bits");
_Static_assert(sizeof(struct wavehand_event) == 160, "");
_Static_assert(sizeof(struct wavehand_info) == 24, "");
_Static_assert(sizeof(struct wavehand_file_header) == 160, "");
_Static_assert(WAVEHAND_IOC_INFO == 0x801857a0, "");

void _start(void);
void _start(void)
{
	asm volatile("int $0x80" : : "a" (1), "b" (7));	/* exit(7) */
}
