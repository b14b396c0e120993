// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "maker.h"
#include "merge.h"

/* What has not come after this time will not come. */
#define LONGEST_WAY_NS 1000000000

/**
 * struct answers - what one end received that acknowledges something
 * @received: numbers acknowledged and when, sorted
 * @count: how many
 * @asked: when it sent a SYN or a FIN, sorted
 * @asked_count: how many times
 */
struct answers {
	struct answer {
		uint32_t ack;
		uint64_t time;
	} *received;
	size_t count;
	uint64_t *asked;
	size_t asked_count;
};

static int by_ack(const void *a, const void *b)
{
	const struct answer *x = a, *y = b;

	if (x->ack != y->ack)
		return x->ack < y->ack ? -1 : 1;
	return (x->time > y->time) - (x->time < y->time);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool collect_answers(struct answers *a, const struct segments *s, int side)
{
	size_t k;

	a->received = calloc(s->count + 1, sizeof(*a->received));
	a->asked = calloc(s->count + 1, sizeof(*a->asked));
	if (!a->received || !a->asked)
		return false;
	for (k = 0; k < s->count; k++) {
		const struct segment *one = &s->all[k];

		if (one->from == side && one->sent &&
		    one->sent->tcp_flags & (WAVEHAND_SYN | WAVEHAND_FIN)) {
			a->asked[a->asked_count++] = one->sent->time;
		} else if (one->from != side && one->received &&
			   one->received->tcp_flags & WAVEHAND_ACK) {
			a->received[a->count].ack = one->received->ack;
			a->received[a->count++].time = one->received->time;
		}
	}
	qsort(a->received, a->count, sizeof(*a->received), by_ack);
	qsort(a->asked, a->asked_count, sizeof(*a->asked), by_number);
	return true;
}

/*
 * An end records the first acknowledgment of each SYN or FIN that it sends. Would it not
 * have recorded this one, sent at @time, as it had another one?
 */
static bool is_answered_already(const struct answers *a, uint32_t ack, uint64_t time)
{
	size_t low = 0, high = a->asked_count;
	uint64_t from, to;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (a->asked[middle] <= time)
			low = middle + 1;
		else
			high = middle;
	}
	from = low ? a->asked[low - 1] : 0;
	to = low < a->asked_count ? a->asked[low] : UINT64_MAX;
	low = 0;
	high = a->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct answer *one = &a->received[middle];

		if (one->ack < ack || (one->ack == ack && one->time < from))
			low = middle + 1;
		else
			high = middle;
	}
	return low < a->count && a->received[low].ack == ack && a->received[low].time < to;
}

void lost_find(struct maker *m)
{
	struct diagram *d = m->d;
	struct answers answers[2] = { 0 };
	uint64_t horizon[2];
	int side;
	size_t k;

	for (side = 0; side < 2; side++) {
		const struct conversation_end *e = &d->c->end[side];

		if (!collect_answers(&answers[side], &m->s, side))
			d->out_of_memory = true;
		horizon[side] = e->closed ? e->closed->time : e->gone ? e->gone->time :
				d->h->now ? d->h->now : d->h->last;
		/* Of several recordings each may end at another time. */
		if (e->h && merge_number(e->h->ep.id) && horizon[side] > e->h->last)
			horizon[side] = e->h->last;
	}
	for (k = 0; k < m->s.count && !d->out_of_memory; k++) {
		const struct segment *s = &m->s.all[k];
		const struct conversation_end *there = &d->c->end[!s->from];
		struct diagram_arrow *a = &d->arrows[k];
		bool is_ack = a->step == STEP_ACK || a->step == STEP_FIN_ACK;

		if (!s->sent || a->arrives ||
		    !conversation_watched(there, a->sent, a->sent + LONGEST_WAY_NS))
			continue;
		if (there->h->ep.flags & WAVEHAND_EP_COOKIE && a->flags & WAVEHAND_SYN)
			continue;
		/* Requests were not watched. */
		if ((a->step == STEP_SYN || a->step == STEP_ACK) &&
		    there->h->ep.role == WAVEHAND_ROLE_PASSIVE && !there->segment[RECEIVED_SYN])
			continue;
		if (is_ack && is_answered_already(&answers[!s->from], a->ack, a->sent))
			continue;
		a->lost = s->passed || (horizon[!s->from] >= a->sent &&
				horizon[!s->from] - a->sent >= LONGEST_WAY_NS);
	}
	for (side = 0; side < 2; side++) {
		free(answers[side].received);
		free(answers[side].asked);
	}
}
