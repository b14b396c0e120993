// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "room.h"

int room_double(void *array, uint64_t *room, size_t size)
{
	uint64_t more = *room ? *room * 2 : 8;
	void **p = array, *bigger;

	bigger = reallocarray(*p, more, size);
	if (!bigger)
		return -1;
	*p = bigger;
	*room = more;
	return 0;
}
