/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segments as the packets of a capture, for Wireshark and its like: pcapng. A packet is
 * a segment that was observed, once, as an arrow is; what is inferred is none.
 */
#ifndef RENDER_PCAPNG_H
#define RENDER_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

#include "diagram.h"
#include "merge.h"
#include "out.h"

struct packet;

/**
 * struct pcapng - a capture that is being made; zeroed in the beginning
 * @packets: @count of them
 * @room: for how many there is room
 */
struct pcapng {
	struct packet *packets;
	size_t count;
	uint64_t room;
};

/**
 * render_pcapng_add - take the segments of a diagram
 * @p: capture
 * @d: diagram; its histories must outlive @p, it need not
 *
 * Return: 0, or -1 when there is no memory.
 */
int render_pcapng_add(struct pcapng *p, const struct diagram *d);

/**
 * render_pcapng_write - write it, in the order of time
 * @p: capture
 * @out: where to
 * @header: of what was read
 * @m: several recordings that were read; NULL of one
 */
void render_pcapng_write(struct pcapng *p, struct out *out,
			 const struct wavehand_file_header *header, const struct merge *m);

/** render_pcapng_free - release everything */
void render_pcapng_free(struct pcapng *p);

#endif /* RENDER_PCAPNG_H */
