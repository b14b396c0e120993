// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "merge.h"
#include "segments.h"

/* Clocks of two recordings are made to agree better than this, where it can be done. */
#define CLOCKS_APART_NS 100000000

/* What the two records of one segment have in common; the rest may change on the way. */
#define COMMON (WAVEHAND_SYN | WAVEHAND_FIN | WAVEHAND_RST | WAVEHAND_ACK)

/**
 * struct item - one event that is a segment
 * @key: what must agree, first
 * @received: by @side; sent by it otherwise
 * @side: whose event
 * @i: which one of its events
 * @event: the event
 * @partner: the one that it was matched with, plus one; 0: none
 * @passed: as in struct segment
 */
struct item {
	uint32_t key[3];
	bool received;
	int side;
	uint64_t i;
	const struct history_event *event;
	size_t partner;
	bool passed;
};

static void set_key(struct item *item)
{
	const struct history_event *event = item->event;
	unsigned int flags = event->tcp_flags & COMMON;
	bool has_data = !(flags & (WAVEHAND_SYN | WAVEHAND_FIN)) && event->length;

	item->key[0] = (uint32_t)(item->side ^ item->received) << 16 |
		       (uint32_t)has_data << 8 | flags;
	item->key[1] = event->seq + (flags & WAVEHAND_FIN ? event->length : 0);
	item->key[2] = flags & WAVEHAND_ACK ? event->ack : 0;
}

static int by_time(const struct history_event *a, const struct history_event *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (a->serial > b->serial) - (a->serial < b->serial);
}

/* Those that look the same together: first the ones sent, each in order. */
static int by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = memcmp(x->key, y->key, sizeof(x->key));

	if (order)
		return order;
	if (x->received != y->received)
		return x->received - y->received;
	return by_time(x->event, y->event);
}

/*
 * @items[@first] to @items[@end] look the same. One clock never shows a segment to arrive
 * before it departs; those of two recordings may, by @slack.
 */
static void match_same(struct item *items, size_t first, size_t end, uint64_t slack)
{
	size_t middle = first, sent, received;
	bool passed = false;

	while (middle < end && !items[middle].received)
		middle++;
	sent = middle;
	for (received = end; received > middle && sent > first; received--) {
		uint64_t time = items[received - 1].event->time;

		while (sent > first && items[sent - 1].event->time > time &&
		       items[sent - 1].event->time - time > slack)
			sent--;
		if (sent == first)
			break;
		sent--;
		items[sent].partner = received;
		items[received - 1].partner = sent + 1;
	}
	/* Clocks that are wrong by more: what is left is in order, at least. */
	for (sent = first, received = middle; slack && sent < middle && received < end;) {
		if (items[sent].partner) {
			sent++;
		} else if (items[received].partner) {
			received++;
		} else {
			items[sent].partner = received + 1;
			items[received].partner = sent + 1;
		}
	}
	for (sent = middle; sent > first; sent--) {
		items[sent - 1].passed = passed && !items[sent - 1].partner;
		passed |= !!items[sent - 1].partner;
	}
}

static int by_begin(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return by_time(x->sent ? x->sent : x->received, y->sent ? y->sent : y->received);
}

static size_t collect(struct item *items, const struct conversation *c)
{
	size_t n = 0;
	uint64_t i;
	int side;

	for (side = 0; side < 2; side++) {
		const struct history *h = c->end[side].h;

		for (i = 0; h && i < h->count; i++) {
			struct item *item = &items[n];

			if (h->events[i].kind != WAVEHAND_SEGMENT)
				continue;
			memset(item, 0, sizeof(*item));
			item->side = side;
			item->i = i;
			item->event = &h->events[i];
			item->received = !(item->event->flags & WAVEHAND_EV_SENT);
			set_key(item);
			n++;
		}
	}
	return n;
}

/* Each one received stands for itself, or for the one sent that it was matched with. */
static void list(struct segments *s, const struct item *items, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct item *item = &items[i];
		struct segment *one = &s->all[s->count];

		if (item->received && item->partner)
			continue;
		one->passed = item->passed;
		one->from = item->side ^ item->received;
		if (item->received)
			one->received = item->event;
		else
			one->sent = item->event;
		if (item->partner)
			one->received = items[item->partner - 1].event;
		s->count++;
	}
	qsort(s->all, s->count, sizeof(*s->all), by_begin);
}

static void number(struct segments *s, const struct conversation *c)
{
	size_t k;

	for (k = 0; k < s->count; k++) {
		const struct segment *one = &s->all[k];
		int from = one->from;

		if (one->sent)
			s->index[from][one->sent - c->end[from].h->events] = (uint32_t)k;
		if (one->received)
			s->index[!from][one->received - c->end[!from].h->events] = (uint32_t)k;
	}
}

int segments_match(struct segments *s, const struct conversation *c)
{
	size_t total = c->end[0].segments + c->end[1].segments, n, i, end;
	struct item *items = calloc(total + 1, sizeof(*items));
	uint64_t slack;
	int side;

	slack = c->end[0].h && c->end[1].h && merge_number(c->end[0].h->ep.id) !=
		merge_number(c->end[1].h->ep.id) ? CLOCKS_APART_NS : 0;
	memset(s, 0, sizeof(*s));
	s->all = calloc(total + 1, sizeof(*s->all));
	for (side = 0; side < 2; side++)
		s->index[side] = calloc((c->end[side].h ? c->end[side].h->count : 0) + 1,
					sizeof(*s->index[side]));
	if (!items || !s->all || !s->index[0] || !s->index[1]) {
		free(items);
		return -1;
	}
	n = collect(items, c);
	qsort(items, n, sizeof(*items), by_key);
	for (i = 0; i < n; i = end) {
		for (end = i + 1; end < n; end++)
			if (memcmp(items[i].key, items[end].key, sizeof(items[i].key)))
				break;
		match_same(items, i, end, slack);
	}
	list(s, items, n);
	number(s, c);
	free(items);
	return 0;
}

void segments_free(struct segments *s)
{
	free(s->all);
	free(s->index[0]);
	free(s->index[1]);
	memset(s, 0, sizeof(*s));
}
