/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device's ring, mapped: events are read where the kernel writes them, without a system
 * call for each batch. It may overwrite them at any time; their serials tell.
 */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
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
 * Return: how many; 0 where the next one is not there yet, or lost.
 */
size_t ring_take(struct ring *r, struct wavehand_event *to, size_t room);

/**
 * ring_look - the next events, where they are
 * @r: mapped
 * @events: set to the first of them. They may change while they are looked at: nothing
 *	that was made of them counts before ring_looked() says so
 * @most: how many to look at
 *
 * Return: how many follow each other there, as ring_take().
 */
size_t ring_look(const struct ring *r, const struct wavehand_event **events, size_t most);

/**
 * ring_looked - go on behind them
 * @r: mapped
 * @count: what ring_look() gave
 *
 * Return: false where one was overwritten meanwhile, and none counts as read.
 */
bool ring_looked(struct ring *r, size_t count);

#endif /* RING_H */
