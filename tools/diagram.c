// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "diagram.h"
#include "maker.h"
#include "names.h"

const char *diagram_flags(unsigned int flags, char *text)
{
	/* The rest of the flags has no part in opening and closing. */
	name_tcp_flags(flags & (WAVEHAND_SYN | WAVEHAND_FIN | WAVEHAND_RST | WAVEHAND_ACK),
		       text);
	if (flags & DIAGRAM_ICMP)
		strcat(text, " or ICMP");
	return text;
}

static enum step step_of(const struct conversation *c, const struct segment *s)
{
	const struct history_event *event = s->sent ? s->sent : s->received;
	uint32_t fin;

	if (event->tcp_flags & WAVEHAND_RST)
		return STEP_RST;
	if (event->tcp_flags & WAVEHAND_SYN)
		return event->tcp_flags & WAVEHAND_ACK ? STEP_SYN_ACK : STEP_SYN;
	if (event->tcp_flags & WAVEHAND_FIN)
		return STEP_FIN;
	if (conversation_fin(c, !s->from, &fin) && event->ack == fin + 1)
		return STEP_FIN_ACK;
	return STEP_ACK;
}

/* The segments that were recorded are the first arrows. */
static void make_arrows(struct maker *m)
{
	struct diagram *d = m->d;
	size_t k;

	for (k = 0; k < m->s.count; k++) {
		const struct segment *s = &m->s.all[k];
		const struct history_event *event = s->sent ? s->sent : s->received;
		struct diagram_arrow *a;

		a = maker_item(d, &d->arrows, d->arrow_count, &d->arrow_room, sizeof(*a));
		if (!a)
			return;
		a->from = s->from;
		a->flags = event->tcp_flags;
		a->provenance = event->provenance;
		a->has_seq = true;
		a->seq = event->seq;
		a->has_ack = event->tcp_flags & WAVEHAND_ACK;
		a->ack = event->ack;
		a->length = event->length;
		a->again = event->again;
		a->sent = s->sent ? s->sent->time : 0;
		a->received = s->received ? s->received->time : 0;
		a->events[0] = s->sent;
		a->events[1] = s->received;
		a->step = step_of(d->c, s);
		if (m->step[a->from][a->step] < 0)
			m->step[a->from][a->step] = (int)k;
		m->copies[a->from][a->step]++;
		d->arrow_count++;
	}
}

static void number(struct maker *m, int from, enum step step, bool has_seq, uint32_t seq,
		   bool has_ack, uint32_t ack)
{
	struct diagram_arrow *a;

	if (m->step[from][step] < 0 || is_recorded(m, m->step[from][step]))
		return;
	a = &m->d->arrows[m->step[from][step]];
	a->has_seq = has_seq;
	a->seq = seq;
	a->has_ack = has_ack;
	a->ack = ack;
}

static void number_fins(struct maker *m, int side)
{
	const struct conversation *c = m->d->c;
	const struct conversation_end *e = &c->end[side], *peer = &c->end[!side];
	uint32_t own = 0, other = 0, ack = 0, seq = 0;
	bool has_own = conversation_fin(c, side, &own), has_other = conversation_fin(c, !side, &other);
	bool has_ack = false, has_seq = false;

	/* Its FIN. That of an unseen second one acknowledges the first FIN. */
	if (e->fin) {
		has_ack = e->fin->flags & WAVEHAND_EV_ACK;
		ack = e->fin->ack;
	} else if (has_other && peer->fin && peer->fin->new_state == WAVEHAND_FIN_WAIT_1 &&
		   m->d->v.closing != CLOSING_SIMULTANEOUS) {
		has_ack = true;
		ack = other + 1;
	}
	number(m, side, STEP_FIN, has_own, own, has_ack, ack);

	/* The ACK that it sent of the other's FIN: before its own FIN or after. */
	if (has_own && (!e->peer_fin || e->peer_fin->new_state == WAVEHAND_CLOSING) &&
	    !(peer->fin && peer->fin->new_state == WAVEHAND_FIN_WAIT_1 &&
	      m->d->v.closing != CLOSING_SIMULTANEOUS)) {
		has_seq = true;
		seq = own + 1;
	} else if (peer->fin_acked && peer->fin_acked->flags & WAVEHAND_EV_ACK) {
		has_seq = true;
		seq = peer->fin_acked->ack;
	} else if (e->peer_fin && e->peer_fin->flags & WAVEHAND_EV_SEQ) {
		has_seq = true;
		seq = e->peer_fin->seq;
	}
	number(m, side, STEP_FIN_ACK, has_seq, seq, has_other, other + 1);
}

static void number_all(struct maker *m)
{
	const struct conversation *c = m->d->c;
	uint32_t base[2] = { 0, 0 };
	bool known[2];
	int i;

	for (i = 0; i < 2; i++)
		known[i] = conversation_base(c, i, &base[i]);
	for (i = 0; i < 2; i++) {
		const struct history_event *closed = c->end[i].closed;

		number(m, i, STEP_SYN, known[i], base[i], false, 0);
		number(m, i, STEP_SYN_ACK, known[i], base[i], known[!i], base[!i] + 1);
		number(m, i, STEP_ACK, known[i], base[i] + 1, known[!i], base[!i] + 1);
		number_fins(m, i);
		if (closed && !closed->error)
			number(m, i, STEP_RST, closed->flags & WAVEHAND_EV_SEQ,
			       closed->seq, false, 0);
	}
}

static int make(struct maker *m)
{
	struct diagram *d = m->d;
	const struct conversation *c = d->c;
	int side;

	if (segments_match(&m->s, c))
		return -1;
	make_arrows(m);
	if (d->out_of_memory)
		return -1;
	for (side = 0; side < 2; side++)
		if (c->end[side].h)
			lifeline_walk(m, side);
	lost_find(m);
	for (side = 0; side < 2 && !conversation_is_listener(c); side++)
		if (!c->end[!side].h)
			mirror_all(m, side);
	if (d->out_of_memory)
		return -1;
	number_all(m);
	if (rows_order(m))
		return -1;
	return rows_make(d);
}

int diagram_make(struct diagram *d, const struct conversation *c, const struct histories *h)
{
	struct maker m = { .d = d };
	int error;

	memset(d, 0, sizeof(*d));
	memset(m.step, -1, sizeof(m.step));
	d->c = c;
	d->h = h;
	verdict_find(&d->v, c);
	m.combined = d->v.closing == CLOSING_THREE;
	error = make(&m);
	segments_free(&m.s);
	return error;
}

void diagram_letters(struct diagram *d)
{
	int first = d->v.first;
	uint32_t u, w;
	bool has_w;
	size_t k;

	if (first < 0 || d->v.closing == CLOSING_RESET || d->v.closing == CLOSING_ABORTED ||
	    !conversation_fin(d->c, first, &u))
		return;
	has_w = conversation_fin(d->c, !first, &w);
	for (k = 0; k < d->arrow_count; k++) {
		struct diagram_arrow *a = &d->arrows[k];
		bool fin = a->flags & WAVEHAND_FIN;

		if (a->flags & (WAVEHAND_SYN | WAVEHAND_RST))
			continue;
		/* With payload, a FIN has a number of its own behind it. */
		if (a->from == first) {
			if (a->has_seq && fin && a->seq == u)
				a->seq_name = "U";
			if (a->has_seq && !fin && a->seq == u + 1)
				a->seq_name = "U+1";
			if (has_w && a->has_ack && a->ack == w + 1)
				a->ack_name = "W+1";
		} else {
			if (a->has_ack && a->ack == u + 1)
				a->ack_name = "U+1";
			if (a->ack_name && a->has_seq && !fin)
				a->seq_name = "V";
			if (has_w && a->has_seq && fin && a->seq == w)
				a->seq_name = "W";
		}
	}
}

void diagram_free(struct diagram *d)
{
	free(d->arrows);
	free(d->points[0]);
	free(d->points[1]);
	free(d->rows);
	memset(d, 0, sizeof(*d));
}
