// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "live.h"

/* Behind each struct history: it goes. */
static bool *mark_of(const struct history *one)
{
	return (bool *)(one + 1);
}

static bool is_marked(const struct history *one)
{
	return *mark_of(one);
}

/* Told of each event that is no repetition. */
static void watch(const struct histories *h, struct history *one,
		  const struct wavehand_event *event)
{
	struct live *l = (struct live *)((char *)h - offsetof(struct live, h));

	(void)one;
	if (event->kind == WAVEHAND_TRANSITION && !(event->flags & WAVEHAND_EV_RAW) &&
	    event->time > l->since)
		l->transitions++;
}

int live_add(struct live *l, const struct wavehand_event *event)
{
	l->h.with_events = true;
	l->h.extra = sizeof(bool);
	l->h.watch = watch;
	l->fresh = false;
	return history_add(&l->h, event);
}

uint64_t live_over(const struct conversation *c)
{
	uint64_t last = 0;
	int i;

	for (i = 0; i < 2; i++) {
		const struct history *h = c->end[i].h;

		if (!h)
			continue;
		if (!history_is_over(h))
			return 0;
		if (h->last > last)
			last = h->last;
	}
	return last;
}

/*
 * The module lets requests go without a word when there are too many, and a SYN that nobody
 * answers has no end: a request of which nothing came for so long goes, too.
 */
#define SILENCE (180 * 1000000000ULL)

static bool is_request(const struct wavehand_endpoint *ep)
{
	return !ep->state || ep->flags & WAVEHAND_EP_REQUEST;
}

/* It goes LIVE_NS after this. Return: 0 while that is not known. */
static uint64_t ends(const struct conversation *c)
{
	uint64_t last = 1;
	int i;

	for (i = 0; i < 2; i++) {
		const struct history *h = c->end[i].h;
		uint64_t end;

		if (!h)
			continue;
		end = h->last;
		if (!history_is_over(h)) {
			if (!is_request(&h->ep))
				return 0;
			end += SILENCE - LIVE_NS;
		}
		if (end > last)
			last = end;
	}
	return last;
}

/* Many notices: of two neighbours one is made, where the later one is. */
static void join_lost(struct histories *h)
{
	size_t i, n = 0;

	if (h->lost_count <= LIVE_LOST)
		return;
	for (i = h->lost_count % 2; i < h->lost_count; i += 2) {
		h->lost[i + 1].count += h->lost[i].count;
		h->lost[n + h->lost_count % 2] = h->lost[i + 1];
		n++;
	}
	h->lost_count = n + h->lost_count % 2;
}

static int by_time(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* What was over by then goes. Return: -1 without memory. */
static int find_limit(const struct live *l, uint64_t now, uint64_t *limit)
{
	uint64_t *over = calloc(l->count + 1, sizeof(*over));
	size_t i, n = 0;

	if (!over)
		return -1;
	*limit = now > LIVE_NS ? now - LIVE_NS : 0;
	for (i = 0; i < l->count; i++) {
		over[n] = ends(&l->list[i]);
		n += over[n] > *limit;
	}
	if (n > LIVE_OVER) {
		qsort(over, n, sizeof(*over), by_time);
		*limit = over[n - LIVE_OVER - 1];
	}
	free(over);
	return 0;
}

static void forget(struct live *l, uint64_t limit)
{
	size_t i, n = 0;
	int k;

	for (i = 0; i < l->count; i++) {
		struct conversation *c = &l->list[i];
		uint64_t over = ends(c);

		if (!over || over > limit) {
			l->list[n++] = *c;
			continue;
		}
		for (k = 0; k < 2; k++)
			if (c->end[k].h)
				*mark_of(c->end[k].h) = true;
	}
	l->went += l->count - n;
	l->count = n;
}

static void count_churn(struct live *l, uint64_t now)
{
	uint64_t from = l->since;
	size_t i;

	l->churn = (struct live_churn){ .transitions = l->transitions };
	for (i = 0; i < l->count; i++) {
		l->churn.begun += l->list[i].begin > l->since;
		l->churn.over += live_over(&l->list[i]) > l->since;
	}
	if (!from && l->count)
		from = l->list[0].begin;
	if (now > from)
		l->churn.ns = now - from;
	l->transitions = 0;
	l->since = now;
}

int live_pair(struct live *l)
{
	int error;

	if (l->fresh)
		return 0;
	free(l->list);
	l->count = 0;
	history_sort(&l->h);
	error = conversation_pair(&l->h, &l->list, &l->count);
	history_forget(&l->h, NULL);
	l->fresh = !error;
	return error;
}

int live_take(struct live *l, uint64_t now, bool all)
{
	struct histories *h = &l->h;
	uint64_t limit = 0;
	size_t i;

	if (!l->fresh && !all) {
		join_lost(h);
		for (i = 0; i < h->count; i++)
			history_trim(h->all[i], LIVE_EVENTS);
	}
	if (live_pair(l) || (!all && find_limit(l, now, &limit)))
		return -1;
	count_churn(l, now);
	if (!all) {
		forget(l, limit);
		history_forget(h, is_marked);
	}
	return 0;
}

void live_free(struct live *l)
{
	free(l->list);
	history_free(&l->h);
	memset(l, 0, sizeof(*l));
}
