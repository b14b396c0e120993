// SPDX-License-Identifier: GPL-2.0
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "ring.h"

/* Copied at once: few, so that not many are lost where one was overwritten meanwhile. */
#define BATCH 64

static size_t bytes(const struct ring *r)
{
	return r->size * sizeof(struct wavehand_event);
}

void ring_map(struct ring *r, uint64_t next)
{
	void *map;

	if (r->size & (r->size - 1))
		return;
	map = mmap(NULL, bytes(r), PROT_READ, MAP_SHARED | MAP_POPULATE, r->fd, 0);
	if (map == MAP_FAILED)
		return;
	r->map = map;
	r->next = next;
}

void ring_unmap(struct ring *r)
{
	if (r->map)
		munmap((void *)r->map, bytes(r));
	r->map = NULL;
}

int64_t ring_move(struct ring *r)
{
	struct wavehand_next next = { .serial = r->next };

	if (ioctl(r->fd, WAVEHAND_IOC_NEXT, &next))
		return -1;
	r->next = next.serial;
	return (int64_t)next.lost;
}

/* Its first field, which the kernel writes first and last. */
static bool is_there(const struct wavehand_event *event, uint64_t serial)
{
	const _Atomic uint64_t *where = (const void *)event;

	return atomic_load_explicit(where, memory_order_acquire) == serial;
}

/* How many of these are there, from the first one on. */
static size_t count_there(const struct wavehand_event *events, uint64_t first, size_t most)
{
	const struct wavehand_event *e = events, *end = events + most;

	while (e < end && is_there(e, first)) {
		e++;
		first++;
	}
	return (size_t)(e - events);
}

/* Those that are there, and were until they were copied: all of them, or none. */
static size_t take(struct ring *r, struct wavehand_event *to, size_t most)
{
	const size_t at = r->next & (r->size - 1);
	const struct wavehand_event *from = &r->map[at];
	size_t count = count_there(from, r->next, most < r->size - at ? most : r->size - at);

	memcpy(to, from, count * sizeof(*to));
	atomic_thread_fence(memory_order_acquire);
	if (count_there(from, r->next, count) != count)
		return 0;
	r->next += count;
	return count;
}

size_t ring_take(struct ring *r, struct wavehand_event *to, size_t room)
{
	size_t count = 0, more;

	do {
		more = take(r, to + count, room - count < BATCH ? room - count : BATCH);
		count += more;
	} while (more);
	return count;
}
