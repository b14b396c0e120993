// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diagram.h"

/*
 * The segments that transitions tell of. Each end sends each of them once at most
 * (or again, which transitions do not show).
 */
enum step { STEP_SYN, STEP_SYN_ACK, STEP_ACK, STEP_FIN, STEP_FIN_ACK, STEP_RST, STEPS };

/**
 * struct maker - what is known while a diagram is made
 * @d: the diagram
 * @step: arrow of each step by sender, or -1; STEP_FIN_ACK acknowledges the FIN of
 *	the other side
 * @combined: the FIN of the second to let go carried the ACK of the first FIN
 */
struct maker {
	struct diagram *d;
	int step[2][STEPS];
	bool combined;
};

const char *diagram_flags(unsigned int flags)
{
	static const char *const names[] = {
		[0] = "",
		[DIAGRAM_SYN] = "SYN",
		[DIAGRAM_ACK] = "ACK",
		[DIAGRAM_SYN | DIAGRAM_ACK] = "SYN,ACK",
		[DIAGRAM_FIN] = "FIN",
		[DIAGRAM_FIN | DIAGRAM_ACK] = "FIN,ACK",
		[DIAGRAM_RST] = "RST",
		[DIAGRAM_RST | DIAGRAM_ACK] = "RST,ACK",
		[DIAGRAM_RST | DIAGRAM_ICMP] = "RST or ICMP",
	};

	return flags < sizeof(names) / sizeof(names[0]) && names[flags] ? names[flags] : "?";
}

static void *new_item(struct diagram *d, void *array, size_t count, uint64_t *room,
		      size_t size)
{
	void **p = array;

	if (count >= *room) {
		uint64_t more = *room ? *room * 2 : 16;
		void *bigger = reallocarray(*p, more, size);

		if (!bigger) {
			d->out_of_memory = true;
			return NULL;
		}
		*p = bigger;
		*room = more;
	}
	return memset((char *)*p + count * size, 0, size);
}

/* Without memory points go to a dummy, so that only diagram_make() has to ask. */
static struct diagram_point *add_point(struct maker *m, int side)
{
	static struct diagram_point dummy;
	struct diagram *d = m->d;
	struct diagram_point *p;

	p = new_item(d, &d->points[side], d->point_count[side], &d->point_room[side],
		     sizeof(*p));
	if (!p)
		return &dummy;
	d->point_count[side]++;
	p->arrow = -1;
	return p;
}

static int arrow_of(struct maker *m, int from, enum step step)
{
	static const unsigned int flags[STEPS] = {
		[STEP_SYN] = DIAGRAM_SYN,
		[STEP_SYN_ACK] = DIAGRAM_SYN | DIAGRAM_ACK,
		[STEP_ACK] = DIAGRAM_ACK,
		[STEP_FIN] = DIAGRAM_FIN | DIAGRAM_ACK,
		[STEP_FIN_ACK] = DIAGRAM_ACK,
		[STEP_RST] = DIAGRAM_RST,
	};
	struct diagram *d = m->d;
	struct diagram_arrow *a;

	if (m->step[from][step] >= 0)
		return m->step[from][step];
	a = new_item(d, &d->arrows, d->arrow_count, &d->arrow_room, sizeof(*a));
	if (!a)
		return -1;
	a->from = from;
	a->flags = flags[step];
	a->provenance = WAVEHAND_INFERRED;
	m->step[from][step] = (int)d->arrow_count++;
	return m->step[from][step];
}

/* The point where a segment departs from @side. */
static struct diagram_point *depart(struct maker *m, int side, enum step step)
{
	struct diagram_point *p = add_point(m, side);

	p->arrow = arrow_of(m, side, step);
	p->departs = true;
	if (p->arrow >= 0)
		m->d->arrows[p->arrow].departs = true;
	return p;
}

/* The point where a segment from the other side arrives at @side. */
static struct diagram_point *arrive(struct maker *m, int side, enum step step)
{
	struct diagram_point *p = add_point(m, side);

	p->arrow = arrow_of(m, !side, step);
	if (p->arrow >= 0)
		m->d->arrows[p->arrow].arrives = true;
	return p;
}

static void observe(struct diagram_point *p, const struct history_event *event)
{
	p->state = event->new_state;
	p->provenance = event->provenance;
	p->error = event->error;
	p->time = event->time;
}

static void infer(struct diagram_point *p, unsigned int state)
{
	p->state = state;
	p->provenance = WAVEHAND_INFERRED;
}

static bool is_open_state(unsigned int state)
{
	return state == WAVEHAND_ESTABLISHED || state == WAVEHAND_CLOSE_WAIT ||
	       state == WAVEHAND_SYN_RECEIVED;
}

/* Is this end's conversation opened from both sides? */
static bool is_simultaneous(const struct maker *m)
{
	return m->d->v.opening == OPENING_SIMULTANEOUS || m->d->v.opening == OPENING_SELF;
}

/* Under TCP_REPAIR states are set, not reached: there was no handshake. */
static bool is_repair(const struct maker *m, int side)
{
	return m->d->c->end[side].h->ep.flags & WAVEHAND_EP_REPAIR;
}

static void walk_syn_received(struct maker *m, int side, const struct history_event *event)
{
	const struct conversation_end *e = &m->d->c->end[side];
	struct diagram_point *p;

	if (event->old_state == WAVEHAND_SYN_SENT) {
		observe(arrive(m, side, STEP_SYN), event);
		depart(m, side, STEP_SYN_ACK);
		return;
	}
	/*
	 * A listener's child is made when the third segment comes: the SYN came at
	 * a time that nobody saw.
	 */
	infer(arrive(m, side, STEP_SYN), WAVEHAND_SYN_RECEIVED);
	depart(m, side, STEP_SYN_ACK);
	if (e->established)
		return;
	p = arrive(m, side, STEP_ACK);
	p->time = event->time;
}

static void walk_established(struct maker *m, int side, const struct history_event *event)
{
	if (is_repair(m, side)) {
		observe(add_point(m, side), event);
	} else if (event->old_state == WAVEHAND_SYN_SENT) {
		observe(arrive(m, side, STEP_SYN_ACK), event);
		depart(m, side, STEP_ACK);
	} else if (event->old_state == WAVEHAND_SYN_RECEIVED && is_simultaneous(m)) {
		observe(arrive(m, side, STEP_SYN_ACK), event);
	} else if (event->old_state == WAVEHAND_SYN_RECEIVED) {
		observe(arrive(m, side, STEP_ACK), event);
	} else {
		observe(add_point(m, side), event);
	}
}

static void note(struct maker *m, int side, enum diagram_note what, uint64_t number,
		 uint64_t order)
{
	struct diagram_point *p = add_point(m, side);

	p->note = what;
	p->count = number;
	p->order = order;
}

static void walk_closed(struct maker *m, int side, const struct history_event *event)
{
	const struct conversation *c = m->d->c;
	const struct conversation_end *e = &c->end[side], *peer = &c->end[!side];
	unsigned int old = event->old_state, error = event->error;
	bool is_reset = error == ECONNRESET || error == EPIPE || error == ECONNREFUSED;
	bool by_segment = event->actor != WAVEHAND_ACTOR_PROCESS &&
			  event->actor != WAVEHAND_ACTOR_TIMER;
	struct diagram_point *p;

	if (event == e->closed && e->fate == FATE_FIN_WAIT_2) {
		note(m, side, NOTE_UNSEEN, 0, event->time);
		return;
	}
	if (event == e->closed && e->fate == FATE_FINISHED) {
		/* What the minisocket did follows from what the peer did. */
		p = arrive(m, side, STEP_FIN);
		infer(p, WAVEHAND_TIME_WAIT);
		depart(m, side, STEP_FIN_ACK);
		return;
	}
	if (event == e->closed && e->fate == FATE_TIME_WAIT) {
		if (old == WAVEHAND_CLOSING)
			p = arrive(m, side, STEP_FIN_ACK);
		else if (m->combined)
			p = depart(m, side, STEP_FIN_ACK);
		else
			p = arrive(m, side, STEP_FIN);
		infer(p, WAVEHAND_TIME_WAIT);
		p->time = event->time;
		if (old != WAVEHAND_CLOSING && !m->combined)
			depart(m, side, STEP_FIN_ACK);
		return;
	}
	if (!error && old == WAVEHAND_LAST_ACK && event->actor == WAVEHAND_ACTOR_SEGMENT) {
		p = arrive(m, side, STEP_FIN_ACK);
	} else if (error == ECONNREFUSED && old == WAVEHAND_SYN_SENT && by_segment) {
		/* Which of them, and who sent it, the error does not tell. */
		p = arrive(m, side, STEP_RST);
		if (p->arrow >= 0) {
			m->d->arrows[p->arrow].flags |= DIAGRAM_ICMP;
			m->d->arrows[p->arrow].provenance = WAVEHAND_UNKNOWN;
		}
	} else if (is_reset && m->d->v.closing == CLOSING_RESET && m->d->v.closer != !side) {
		p = m->d->v.closer == side ? depart(m, side, STEP_RST) : add_point(m, side);
	} else if (is_reset && by_segment) {
		p = arrive(m, side, STEP_RST);
	} else if (is_repair(m, side)) {
		p = add_point(m, side);
	} else if ((!error || error == ECONNABORTED) &&
		   (is_open_state(old) || old == WAVEHAND_FIN_WAIT_1 ||
		    old == WAVEHAND_FIN_WAIT_2)) {
		/* Certain only where the peer tells that it was reset. */
		p = depart(m, side, STEP_RST);
		if (p->arrow >= 0 && !(peer->closed && peer->closed->error))
			m->d->arrows[p->arrow].provenance = WAVEHAND_UNKNOWN;
	} else {
		p = add_point(m, side);
	}
	observe(p, event);
	p->closing = true;
}

static void walk_transition(struct maker *m, int side, const struct history_event *event)
{
	struct diagram_point *p;

	switch (event->new_state) {
	case WAVEHAND_SYN_SENT:
		observe(is_repair(m, side) ? add_point(m, side) : depart(m, side, STEP_SYN),
			event);
		return;
	case WAVEHAND_SYN_RECEIVED:
		walk_syn_received(m, side, event);
		return;
	case WAVEHAND_ESTABLISHED:
		walk_established(m, side, event);
		return;
	case WAVEHAND_FIN_WAIT_1:
	case WAVEHAND_LAST_ACK:
		p = depart(m, side, STEP_FIN);
		break;
	case WAVEHAND_FIN_WAIT_2:
		p = arrive(m, side, m->combined ? STEP_FIN : STEP_FIN_ACK);
		break;
	case WAVEHAND_CLOSE_WAIT:
	case WAVEHAND_CLOSING:
		p = arrive(m, side, STEP_FIN);
		observe(p, event);
		p->closing = true;
		if (event->new_state == WAVEHAND_CLOSE_WAIT && m->combined)
			return;
		/* Whether the ACK went alone is not known: perhaps with the FIN. */
		p = depart(m, side, STEP_FIN_ACK);
		if (p->arrow >= 0 && event->new_state == WAVEHAND_CLOSE_WAIT &&
		    (m->d->v.closing == CLOSING_THREE_OR_FOUR ||
		     !m->d->c->end[!side].fin_acked) &&
		    m->d->v.closing != CLOSING_FOUR)
			m->d->arrows[p->arrow].provenance = WAVEHAND_UNKNOWN;
		return;
	case WAVEHAND_CLOSED:
		walk_closed(m, side, event);
		return;
	default:
		p = add_point(m, side);
		break;
	}
	observe(p, event);
	p->closing = event->new_state != WAVEHAND_LISTEN;
}

/* The first event tells in which state it stood before; so does "joined". */
static void walk_start(struct maker *m, int side)
{
	const struct conversation_end *e = &m->d->c->end[side];
	const struct history_event *first = NULL;
	uint64_t i;

	for (i = 0; i < e->h->count && !first; i++)
		if (e->h->events[i].kind == WAVEHAND_TRANSITION)
			first = &e->h->events[i];
	if (e->h->ep.joined) {
		m->d->start[side] = e->h->ep.joined;
		m->d->start_provenance[side] = WAVEHAND_OBSERVED;
		note(m, side, NOTE_JOINED, 0, 0);
	} else if (first) {
		m->d->start[side] = first->old_state;
		m->d->start_provenance[side] = WAVEHAND_OBSERVED;
	}
}

static void walk(struct maker *m, int side, const struct histories *h)
{
	const struct history *own = m->d->c->end[side].h;
	/* What the reader lost is told once: on the left, if that end was seen. */
	bool tell_lost = !side || !m->d->c->end[0].h;
	unsigned int state = own->ep.joined;
	bool gap = true;
	uint64_t i, lost;

	walk_start(m, side);
	for (i = 0; i < own->count; i++) {
		const struct history_event *event = &own->events[i];

		/* One note for all that was lost between two of its events. */
		if (tell_lost && i &&
		    history_lost_between(h, event[-1].serial, event->serial, &lost)) {
			note(m, side, NOTE_LOST, lost, event->time);
			gap = true;
		}
		if (event->kind == WAVEHAND_GAP) {
			note(m, side, NOTE_GAP, event->count, 0);
			gap = true;
			continue;
		}
		if (event->kind == WAVEHAND_GONE) {
			note(m, side, NOTE_GONE, 0, event->time);
			continue;
		}
		if (event->kind != WAVEHAND_TRANSITION)
			continue;
		if (!gap && event->old_state != state)
			note(m, side, NOTE_MISSING, 0, event->time);
		gap = false;
		state = event->new_state;
		walk_transition(m, side, event);
	}
	if (!own->count || own->ep.state == WAVEHAND_CLOSED)
		return;
	if (tell_lost && history_lost_between(h, own->events[own->count - 1].serial,
					      UINT64_MAX, &lost))
		note(m, side, NOTE_LOST, lost, own->last);
}

/* Did the peer of a lone end answer, so that it must have been there? */
static bool is_answered(const struct conversation_end *e)
{
	return e->established || e->h->ep.joined || e->peer_fin || e->fin_acked;
}

/*
 * The peer's side of one point of a lone end. What nothing tells of is left open:
 * a SYN that nobody answered may have arrived or not.
 */
static void mirror(struct maker *m, int side, const struct diagram_point *p, enum step step)
{
	const struct conversation_end *e = &m->d->c->end[side];
	int peer = !side;
	bool first_fin = e->fin && e->fin->new_state == WAVEHAND_FIN_WAIT_1;
	struct diagram_point *q;

	if (m->d->arrows[p->arrow].flags & DIAGRAM_ICMP)
		return;
	if (!p->departs) {
		q = depart(m, peer, step);
		if (step == STEP_SYN)
			infer(q, WAVEHAND_SYN_SENT);
		else if (step == STEP_FIN)
			infer(q, first_fin && m->d->v.closing != CLOSING_SIMULTANEOUS ?
			      WAVEHAND_LAST_ACK : WAVEHAND_FIN_WAIT_1);
		return;
	}
	switch (step) {
	case STEP_SYN:
		if (!is_answered(e))
			return;
		q = arrive(m, peer, step);
		if (e->established && !is_simultaneous(m))
			infer(q, WAVEHAND_SYN_RECEIVED);
		break;
	case STEP_SYN_ACK:
		if (!e->established && !e->syn_received)
			return;
		q = arrive(m, peer, step);
		infer(q, WAVEHAND_ESTABLISHED);
		break;
	case STEP_FIN:
		if (first_fin && !e->fin_acked && !(e->peer_fin && e->fate == FATE_TIME_WAIT))
			return;
		if (!first_fin && !(e->closed && !e->closed->error &&
				    e->closed->actor == WAVEHAND_ACTOR_SEGMENT))
			return;
		q = arrive(m, peer, step);
		infer(q, !first_fin ? WAVEHAND_TIME_WAIT :
			 m->d->v.closing == CLOSING_SIMULTANEOUS ? WAVEHAND_CLOSING :
								   WAVEHAND_CLOSE_WAIT);
		break;
	case STEP_FIN_ACK:
		if (first_fin || m->d->v.closing != CLOSING_FOUR)
			return;
		q = arrive(m, peer, step);
		infer(q, WAVEHAND_FIN_WAIT_2);
		break;
	case STEP_ACK:
		/* The peer could do nothing of this before it was open. */
		if (e->fin_acked || e->peer_fin ||
		    (e->h->ep.known & WAVEHAND_KNOWN_BYTES && e->h->ep.bytes_received))
			infer(arrive(m, peer, step), WAVEHAND_ESTABLISHED);
		break;
	default:
		break;
	}
}

/* The whole lifeline of a peer that was not seen follows from the one that was. */
static void mirror_all(struct maker *m, int side)
{
	struct diagram *d = m->d;
	size_t i;

	for (i = 0; i < d->point_count[side]; i++) {
		const struct diagram_point *p = &d->points[side][i];
		int from = p->departs ? side : !side, step;

		for (step = 0; p->arrow >= 0 && step < STEPS; step++)
			if (m->step[from][step] == p->arrow)
				break;
		if (p->arrow >= 0 && step < STEPS)
			mirror(m, side, p, (enum step)step);
	}
	if (is_repair(m, side))
		return;
	if (d->start[side] == WAVEHAND_CLOSED && d->c->end[side].established) {
		d->start[!side] = is_simultaneous(m) ? WAVEHAND_CLOSED : WAVEHAND_LISTEN;
		d->start_provenance[!side] = WAVEHAND_INFERRED;
	} else if (d->start[side] == WAVEHAND_LISTEN) {
		d->start[!side] = WAVEHAND_CLOSED;
		d->start_provenance[!side] = WAVEHAND_INFERRED;
	}
}

static void number(struct maker *m, int from, enum step step, bool has_seq, uint32_t seq,
		   bool has_ack, uint32_t ack)
{
	struct diagram_arrow *a;

	if (m->step[from][step] < 0)
		return;
	a = &m->d->arrows[m->step[from][step]];
	a->has_seq = has_seq;
	a->seq = seq;
	a->has_ack = has_ack;
	a->ack = ack;
}

/* Where the FIN of one end stands, as that end or its peer tells. */
static bool fin_seq(const struct conversation *c, int side, uint32_t *seq)
{
	const struct conversation_end *e = &c->end[side], *peer = &c->end[!side];
	const struct history_event *event;

	if (e->fin && e->fin->flags & WAVEHAND_EV_SEQ) {
		*seq = e->fin->seq;
		return true;
	}
	event = peer->peer_fin ? peer->peer_fin :
		peer->fate == FATE_TIME_WAIT ? peer->closed : NULL;
	if (!event || !(event->flags & WAVEHAND_EV_ACK))
		return false;
	*seq = event->ack - 1;
	return true;
}

static void number_fins(struct maker *m, int side)
{
	const struct conversation *c = m->d->c;
	const struct conversation_end *e = &c->end[side], *peer = &c->end[!side];
	uint32_t own = 0, other = 0, ack = 0, seq = 0;
	bool has_own = fin_seq(c, side, &own), has_other = fin_seq(c, !side, &other);
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

/* Points without a time stand right behind the one above, or as their arrow does. */
static void find_order(struct diagram *d)
{
	int round, side;
	size_t i;

	for (round = 0; round < 2; round++) {
		for (side = 0; side < 2; side++) {
			uint64_t order = 0;

			for (i = 0; i < d->point_count[side]; i++) {
				struct diagram_point *p = &d->points[side][i];
				struct diagram_arrow *a = p->arrow < 0 ? NULL : &d->arrows[p->arrow];

				if (p->time)
					p->order = p->time;
				else if (a && !p->departs && a->sent > p->order)
					p->order = a->sent;
				if (p->order < order)
					p->order = order;
				order = p->order;
				if (a && p->departs)
					a->sent = p->order;
			}
		}
	}
	for (i = 0; i < d->arrow_count; i++)
		d->arrows[i].sent = 0;
	for (side = 0; side < 2; side++) {
		for (i = 0; i < d->point_count[side]; i++) {
			const struct diagram_point *p = &d->points[side][i];

			if (p->arrow >= 0 && p->departs)
				d->arrows[p->arrow].sent = p->time;
			else if (p->arrow >= 0)
				d->arrows[p->arrow].received = p->time;
		}
	}
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

static void merge(struct diagram *d, bool *departed)
{
	size_t n[2] = { 0, 0 };
	int64_t bytes[2] = { payload(d->c, 0), payload(d->c, 1) }, late = d->v.late;
	bool before_fins = true, before_second = late > 0;
	int second = d->v.closer < 0 ? 0 : !d->v.closer;

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
		if (before_second && p[second] && p[second]->departs &&
		    d->arrows[p[second]->arrow].flags & DIAGRAM_FIN) {
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

static int make_rows(struct diagram *d)
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

int diagram_make(struct diagram *d, const struct conversation *c, const struct histories *h)
{
	struct maker m = { .d = d };
	int side;

	memset(d, 0, sizeof(*d));
	memset(m.step, -1, sizeof(m.step));
	d->c = c;
	verdict_find(&d->v, c);
	m.combined = d->v.closing == CLOSING_THREE;
	for (side = 0; side < 2; side++)
		if (c->end[side].h)
			walk(&m, side, h);
	for (side = 0; side < 2 && !conversation_is_listener(c); side++)
		if (!c->end[!side].h)
			mirror_all(&m, side);
	if (d->out_of_memory)
		return -1;
	number_all(&m);
	find_order(d);
	return make_rows(d);
}

void diagram_free(struct diagram *d)
{
	free(d->arrows);
	free(d->points[0]);
	free(d->points[1]);
	free(d->rows);
	memset(d, 0, sizeof(*d));
}
