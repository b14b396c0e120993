// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "history.h"
#include "room.h"

_Static_assert(sizeof(struct history_event) == HISTORY_EVENT_SIZE,
	       "copied as one block");
_Static_assert(offsetof(struct history_event, length) ==
	       offsetof(struct wavehand_event, length), "likewise");
_Static_assert(offsetof(struct history_event, again) ==
	       offsetof(struct wavehand_event, again), "likewise");
_Static_assert(offsetof(struct history_event, count) ==
	       offsetof(struct wavehand_event, count), "likewise");

/* Whoever made a recording must not be able to put all its ids in one slot. */
static uint64_t hash(const struct histories *h, uint64_t id)
{
	id = (id ^ h->secret) * 0xff51afd7ed558ccdULL;
	id = (id ^ id >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return id ^ id >> 33;
}

static size_t slot_of(const struct histories *h, uint64_t id)
{
	size_t mask = h->table_size - 1;
	size_t i = hash(h, id) & mask;

	while (h->table[i] && h->all[h->table[i] - 1]->ep.id != id)
		i = (i + 1) & mask;
	return i;
}

static int enlarge_table(struct histories *h)
{
	size_t size = h->table_size ? h->table_size * 2 : 1024, i;
	uint32_t *table = calloc(size, sizeof(*table));

	if (!table)
		return -1;
	if (!h->table && getrandom(&h->secret, sizeof(h->secret), GRND_NONBLOCK) < 0)
		h->secret = (uintptr_t)table;
	free(h->table);
	h->table = table;
	h->table_size = size;
	for (i = 0; i < h->count; i++)
		table[slot_of(h, h->all[i]->ep.id)] = (uint32_t)(i + 1);
	return 0;
}

static struct history *find(struct histories *h, uint64_t id)
{
	struct history *new;
	size_t slot;

	if (h->count * 2 >= h->table_size && enlarge_table(h))
		return NULL;
	slot = slot_of(h, id);
	if (h->table[slot])
		return h->all[h->table[slot] - 1];

	if (h->count == UINT32_MAX - 1 ||
	    room_for_one(&h->all, h->count, &h->room, sizeof(*h->all)))
		return NULL;
	new = calloc(1, sizeof(*new) + h->extra);
	if (!new)
		return NULL;
	h->all[h->count++] = new;
	h->table[slot] = (uint32_t)h->count;
	return new;
}

/* A GAP has the serial of the event that it follows. */
static int order(const void *a, const void *b)
{
	const struct history_event *x = a, *y = b;

	if (x->serial != y->serial)
		return x->serial < y->serial ? -1 : 1;
	return (x->kind == WAVEHAND_GAP) - (y->kind == WAVEHAND_GAP);
}

/* Return: 1 when it was added, 0 when it is there already, -1 without memory. */
static int append(struct history *one, const struct wavehand_event *event)
{
	struct history_event *new;

	if (room_for_one(&one->events, one->count, &one->room, sizeof(*one->events)))
		return -1;
	new = &one->events[one->count];
	memcpy(new, event, HISTORY_EVENT_SIZE);
	if (one->count) {
		int behind = order(new - 1, new);

		if (!behind)
			return 0;
		/* Only a recording that somebody made by hand is like this. */
		if (behind > 0)
			one->unsorted = true;
	}
	one->count++;
	return 1;
}

static int add_lost(struct histories *h, const struct wavehand_event *event)
{
	if (h->with_events) {
		if (room_for_one(&h->lost, h->lost_count, &h->lost_room, sizeof(*h->lost)))
			return -1;
		h->lost[h->lost_count].serial = event->serial;
		h->lost[h->lost_count++].count = event->count;
	}
	h->lost_events += event->count;
	return 0;
}

static void count(struct history *one, unsigned int kind, uint64_t time,
		  uint64_t gap)
{
	if (kind == WAVEHAND_GAP) {
		one->dropped += gap;
		return;
	}
	if (!one->kept || time < one->first)
		one->first = time;
	if (time > one->last)
		one->last = time;
	one->kept++;
}

int history_add(struct histories *h, const struct wavehand_event *event)
{
	struct history *one;

	switch (event->kind) {
	case WAVEHAND_LOST:
		return add_lost(h, event);
	case WAVEHAND_LIVE:
		h->evicted += event->count;
		return 0;
	case WAVEHAND_TRANSITION:
	case WAVEHAND_SEGMENT:
	case WAVEHAND_GONE:
	case WAVEHAND_ACCEPTED:
	case WAVEHAND_QUEUE_FULL:
	case WAVEHAND_GAP:
		break;
	default:
		return 0;
	}

	if (!event->endpoint.id) {
		/* The store was full: of which endpoint it is nobody knows. */
		h->untracked += event->kind != WAVEHAND_GAP;
		goto out;
	}
	one = find(h, event->endpoint.id);
	if (!one)
		return -1;
	one->ep = event->endpoint;
	if (h->with_events) {
		int added = append(one, event);

		if (added <= 0)
			return added;
	}
	count(one, event->kind, event->time, event->count);
	if (h->watch)
		h->watch(h, one, event);
out:
	if (event->kind != WAVEHAND_GAP && event->time > h->last)
		h->last = event->time;
	return 0;
}

static void put_in_order(struct history *one)
{
	uint64_t i, n = 0;

	if (!one->unsorted)
		return;
	qsort(one->events, one->count, sizeof(*one->events), order);
	one->kept = 0;
	one->dropped = 0;
	for (i = 0; i < one->count; i++) {
		struct history_event *event = &one->events[i];

		if (n && !order(&one->events[n - 1], event))
			continue;
		one->events[n++] = *event;
		count(one, event->kind, event->time, event->count);
	}
	one->count = n;
	one->unsorted = false;
}

static int by_id(const void *a, const void *b)
{
	uint64_t x = (*(struct history *const *)a)->ep.id;
	uint64_t y = (*(struct history *const *)b)->ep.id;

	return (x > y) - (x < y);
}

static int by_serial(const void *a, const void *b)
{
	uint64_t x = ((const struct history_lost *)a)->serial;
	uint64_t y = ((const struct history_lost *)b)->serial;

	return (x > y) - (x < y);
}

void history_sort(struct histories *h)
{
	size_t i;

	if (h->lost_count)
		qsort(h->lost, h->lost_count, sizeof(*h->lost), by_serial);
	for (i = 0; i < h->lost_count; i++)
		h->lost[i].sum = h->lost[i].count + (i ? h->lost[i - 1].sum : 0);

	for (i = 0; i < h->count; i++)
		put_in_order(h->all[i]);
	if (h->count)
		qsort(h->all, h->count, sizeof(*h->all), by_id);
}

size_t history_forget(struct histories *h, bool (*goes)(const struct history *one))
{
	size_t i, n = 0, went;

	for (i = 0; i < h->count; i++) {
		struct history *one = h->all[i];

		if (goes && goes(one)) {
			free(one->events);
			free(one);
		} else {
			h->all[n++] = one;
		}
	}
	went = h->count - n;
	h->count = n;
	/* All have another place now. */
	if (h->table)
		memset(h->table, 0, h->table_size * sizeof(*h->table));
	for (i = 0; i < n; i++)
		h->table[slot_of(h, h->all[i]->ep.id)] = (uint32_t)(i + 1);
	return went;
}

void history_trim(struct history *one, uint64_t most)
{
	const uint64_t last = most - most / 2 - 1;
	struct history_event *gap;
	uint64_t first = most / 2, i, dropped = 0, gaps = 0;

	put_in_order(one);
	if (one->count <= most)
		return;
	/* One that stands there already, of the module, becomes this one. */
	if (first > 1 && one->events[first - 1].kind == WAVEHAND_GAP)
		first--;
	gap = &one->events[first];
	for (i = first; i < one->count - last; i++) {
		if (one->events[i].kind == WAVEHAND_GAP)
			gaps += one->events[i].count;
		else
			dropped++;
	}
	memset(gap, 0, sizeof(*gap));
	gap->serial = gap[-1].serial;
	gap->time = gap[-1].time;
	gap->kind = WAVEHAND_GAP;
	gap->provenance = WAVEHAND_OBSERVED;
	gap->count = dropped + gaps;
	memmove(gap + 1, &one->events[one->count - last], last * sizeof(*gap));
	one->count = first + 1 + last;
	one->kept -= dropped;
	one->dropped += dropped;
}

bool history_is_over(const struct history *h)
{
	return h->ep.state == WAVEHAND_CLOSED ||
	       (h->count && h->events[h->count - 1].kind == WAVEHAND_GONE);
}

/* How many notices stand before the event of this serial. */
static size_t lost_before(const struct histories *h, uint64_t serial)
{
	size_t low = 0, high = h->lost_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h->lost[middle].serial < serial)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool history_lost_between(const struct histories *h, uint64_t from, uint64_t to,
			  uint64_t *count)
{
	size_t first = lost_before(h, from);
	size_t end = to == UINT64_MAX ? h->lost_count : lost_before(h, to);

	if (first >= end)
		return false;
	*count = h->lost[end - 1].sum - (first ? h->lost[first - 1].sum : 0);
	return true;
}

void history_free(struct histories *h)
{
	size_t i;

	for (i = 0; i < h->count; i++) {
		free(h->all[i]->events);
		free(h->all[i]);
	}
	free(h->all);
	free(h->table);
	free(h->lost);
	memset(h, 0, sizeof(*h));
}
