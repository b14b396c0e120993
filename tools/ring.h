/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device's ring, mapped: events are read where the kernel writes them, without a system
 * call for each batch. It may overwrite them at any time; their serials tell.
 */
#ifndef RING_H
#define RING_H

#include <stddef.h>
#include <stdint.h>

#include "wavehand.h"

/**
 * struct ring - a mapped ring, and where its reader is
 * @fd: the device
 * @size: events that it holds, a power of two
 * @map: event n is @map[n % @size]; NULL while it is not mapped
 * @next: serial of the event wanted next
 */
struct ring {
	int fd;
	uint32_t size;
	const struct wavehand_event *map;
	uint64_t next;
};

/**
 * ring_map - map it; @r->map stays NULL where that is not allowed
 * @r: fd and size are set
 * @next: serial of the event wanted next
 */
void ring_map(struct ring *r, uint64_t next);

/** ring_unmap - the opposite, mapped or not */
void ring_unmap(struct ring *r);

/**
 * ring_move - tell the kernel what is wanted next: what was lost is left behind
 *
 * Return: how many events were lost, and @r->next is the oldest that is there; or -1
 * with errno set.
 */
int64_t ring_move(struct ring *r);

/**
 * ring_take - copy the next events
 * @r: mapped
 * @to: room for @room events
 *
 * Return: how many; fewer than @room where the next one is not there yet, or lost.
 */
size_t ring_take(struct ring *r, struct wavehand_event *to, size_t room);

#endif /* RING_H */
