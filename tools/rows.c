// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "maker.h"

/*
 * Points without a time stand right behind the one above, or as their arrow does: those
 * with nothing above, or of an end that was not seen, where their arrow arrives.
 * @departure: of each arrow
 * @arrival: likewise
 */
static void order_points(struct diagram *d, uint64_t *departure, uint64_t *arrival)
{
	int round, side;
	size_t i;

	for (round = 0; round < 2; round++) {
		for (side = 0; side < 2; side++) {
			uint64_t order = 0;

			for (i = 0; i < d->point_count[side]; i++) {
				struct diagram_point *p = &d->points[side][i];

				if (p->time)
					p->order = p->time;
				else if (p->arrow >= 0 && !p->departs &&
					 departure[p->arrow] > p->order)
					p->order = departure[p->arrow];
				else if (p->arrow >= 0 && p->departs &&
					 (!order || !d->c->end[side].h) &&
					 arrival[p->arrow] > p->order)
					p->order = arrival[p->arrow];
				if (p->order < order)
					p->order = order;
				order = p->order;
				if (p->arrow >= 0 && p->departs)
					departure[p->arrow] = p->order;
				else if (p->arrow >= 0)
					arrival[p->arrow] = p->order;
			}
		}
	}
}

int rows_order(struct maker *m)
{
	struct diagram *d = m->d;
	size_t n = d->arrow_count + 1, i;
	uint64_t *departure = calloc(2 * n, sizeof(*departure));
	int side;

	if (!departure)
		return -1;
	order_points(d, departure, departure + n);
	free(departure);
	d->begin = UINT64_MAX;
	for (side = 0; side < 2; side++) {
		for (i = 0; i < d->point_count[side]; i++) {
			const struct diagram_point *p = &d->points[side][i];

			if (p->time && p->time < d->begin)
				d->begin = p->time;
			if (p->arrow < 0 || is_recorded(m, p->arrow))
				continue;
			if (p->departs)
				d->arrows[p->arrow].sent = p->time;
			else
				d->arrows[p->arrow].received = p->time;
		}
	}
	return 0;
}

/* Payload of one side, as it or its peer counted; -1 where nobody did. */
static int64_t payload(const struct conversation *c, int side)
{
	const struct conversation_end *e = &c->end[side], *peer = &c->end[!side];

	if (e->h && e->h->ep.known & WAVEHAND_KNOWN_BYTES && (e->fin || e->peer_fin || e->closed))
		return (int64_t)(e->h->ep.bytes_sent & INT64_MAX);
	if (peer->h && peer->h->ep.known & WAVEHAND_KNOWN_BYTES &&
	    (peer->fin || peer->peer_fin || peer->closed))
		return (int64_t)(peer->h->ep.bytes_received & INT64_MAX);
	return -1;
}

static void add_bytes(struct diagram *d, int64_t left, int64_t right)
{
	struct diagram_row *row = &d->rows[d->row_count];

	if (left <= 0 && right <= 0)
		return;
	memset(row, 0, sizeof(*row));
	row->arrow = -1;
	row->note = NOTE_BYTES;
	row->bytes[0] = left > 0 ? (uint64_t)left : 0;
	row->bytes[1] = right > 0 ? (uint64_t)right : 0;
	d->row_count++;
}

static bool is_blocked(const struct diagram *d, const struct diagram_point *p,
		       const bool *departed)
{
	return p->arrow >= 0 && !p->departs && d->arrows[p->arrow].departs &&
	       !departed[p->arrow];
}

/* Was the segment whose arrow ends at @tail sent again before it arrived at @head? */
static bool is_crossed(const struct diagram *d, const struct diagram_point *tail,
		       const struct diagram_point *head)
{
	const struct diagram_arrow *a = &d->arrows[tail->arrow], *next;

	if (tail + 1 >= d->points[a->from] + d->point_count[a->from] || tail[1].arrow < 0)
		return false;
	next = &d->arrows[tail[1].arrow];
	return next->again && next->from == a->from && next->step == a->step &&
	       tail[1].order < head->order;
}

static void merge(struct diagram *d, bool *departed)
{
	size_t n[2] = { 0, 0 };
	int64_t bytes[2] = { payload(d->c, 0), payload(d->c, 1) }, late = d->v.late;
	bool before_fins = true, before_second = late > 0;
	int second = d->v.first < 0 ? 0 : !d->v.first;

	if (before_second && bytes[second] >= late)
		bytes[second] -= late;
	while (n[0] < d->point_count[0] || n[1] < d->point_count[1]) {
		const struct diagram_point *p[2];
		struct diagram_row *row;
		bool both;
		int i;

		for (i = 0; i < 2; i++)
			p[i] = n[i] < d->point_count[i] ? &d->points[i][n[i]] : NULL;
		both = p[0] && p[1] && p[0]->arrow >= 0 && p[0]->arrow == p[1]->arrow;
		if (both) {
			int from = d->arrows[p[0]->arrow].from;

			if (is_crossed(d, p[from], p[!from])) {
				p[!from] = NULL;
				both = false;
			}
		}
		if (!both && p[0] && p[1]) {
			bool blocked[2] = { is_blocked(d, p[0], departed),
					    is_blocked(d, p[1], departed) };

			if (blocked[0] != blocked[1])
				p[blocked[0] ? 0 : 1] = NULL;
			else
				p[p[0]->order <= p[1]->order ? 1 : 0] = NULL;
		}

		if (before_fins && ((p[0] && p[0]->closing) || (p[1] && p[1]->closing))) {
			add_bytes(d, bytes[0], bytes[1]);
			before_fins = false;
		}
		if (before_second && p[second] &&
		    (p[second]->state == WAVEHAND_CLOSED ||
		     (p[second]->departs &&
		      d->arrows[p[second]->arrow].flags & WAVEHAND_FIN))) {
			add_bytes(d, second ? 0 : late, second ? late : 0);
			before_second = false;
		}
		row = &d->rows[d->row_count++];
		memset(row, 0, sizeof(*row));
		row->arrow = -1;
		for (i = 0; i < 2; i++) {
			if (!p[i])
				continue;
			row->point[i] = p[i];
			row->note = p[i]->note;
			row->arrow = p[i]->arrow;
			if (p[i]->arrow >= 0 && p[i]->departs)
				departed[p[i]->arrow] = true;
			n[i]++;
		}
		row->split = row->arrow >= 0 && !both && d->arrows[row->arrow].departs &&
			     d->arrows[row->arrow].arrives;
	}
}

int rows_make(struct diagram *d)
{
	bool *departed = calloc(d->arrow_count + 1, sizeof(*departed));

	/* Each point makes a row at most, and bytes two more. */
	d->rows = calloc(d->point_count[0] + d->point_count[1] + 2, sizeof(*d->rows));
	if (departed && d->rows)
		merge(d, departed);
	else
		d->out_of_memory = true;
	free(departed);
	return d->out_of_memory ? -1 : 0;
}
