// SPDX-License-Identifier: GPL-2.0
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "ring.h"

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

/* Is it there, and was it until it was copied? */
static bool take(const struct wavehand_event *from, uint64_t serial,
		 struct wavehand_event *to)
{
	if (!is_there(from, serial))
		return false;
	*to = *from;
	atomic_thread_fence(memory_order_acquire);
	return is_there(from, serial);
}

size_t ring_take(struct ring *r, struct wavehand_event *to, size_t room)
{
	const struct wavehand_event *map = r->map;
	const uint64_t first = r->next;
	const uint32_t mask = r->size - 1;
	size_t count = 0;

	while (count < room && take(&map[(first + count) & mask], first + count, &to[count]))
		count++;
	r->next += count;
	return count;
}

/* How many of these are there, from the first one on. */
static size_t count_there(const struct wavehand_event *events, uint64_t first, size_t most)
{
	size_t count = 0;

	while (count < most && is_there(&events[count], first + count))
		count++;
	return count;
}

size_t ring_look(const struct ring *r, const struct wavehand_event **events, size_t most)
{
	const uint32_t at = r->next & (r->size - 1);

	*events = &r->map[at];
	return count_there(*events, r->next, most < r->size - at ? most : r->size - at);
}

bool ring_looked(struct ring *r, size_t count)
{
	const struct wavehand_event *events = &r->map[r->next & (r->size - 1)];

	atomic_thread_fence(memory_order_acquire);
	if (count_there(events, r->next, count) != count)
		return false;
	r->next += count;
	return true;
}
