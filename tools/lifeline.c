// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "maker.h"

/*
 * A state stands in the row of the segment that goes with it, with the time of that,
 * where nothing else and no more than this is between them.
 */
#define TOGETHER_NS 20000000

/* A point of @side for a segment of @from that it did not record itself. */
static struct diagram_point *infer_end(struct maker *m, int side, int from, enum step step)
{
	int arrow = maker_arrow(m, from, step);

	/* Of several that were sent nobody knows which one arrived. */
	if (arrow >= 0 && (maker_has_end(m, arrow, side == from) ||
			   (side != from && is_recorded(m, arrow) && m->copies[from][step] > 1)))
		arrow = -1;
	return maker_end(m, side, arrow);
}

/* The point where a segment departs from @side. */
static struct diagram_point *depart(struct maker *m, int side, enum step step)
{
	return infer_end(m, side, side, step);
}

/* The point where a segment from the other side arrives at @side. */
static struct diagram_point *arrive(struct maker *m, int side, enum step step)
{
	return infer_end(m, side, !side, step);
}

/* The same, unless @side will have recorded it if there was one. */
static void answer(struct maker *m, int side, enum step step)
{
	if (!m->observes)
		depart(m, side, step);
}

/* How sure an arrow is, that only transitions tell of. */
static void doubt(struct maker *m, const struct diagram_point *p)
{
	if (p->arrow >= 0 && !is_recorded(m, p->arrow))
		m->d->arrows[p->arrow].provenance = WAVEHAND_UNKNOWN;
}

static void observe(struct diagram_point *p, const struct history_event *event)
{
	p->state = event->new_state;
	p->provenance = event->provenance;
	p->error = event->error;
	p->time = event->time;
}

static bool is_open_state(unsigned int state)
{
	return state == WAVEHAND_ESTABLISHED || state == WAVEHAND_CLOSE_WAIT ||
	       state == WAVEHAND_SYN_RECEIVED;
}

static bool is_from_listener(const struct history_event *event)
{
	return event->new_state == WAVEHAND_SYN_RECEIVED &&
	       event->old_state == WAVEHAND_LISTEN;
}

static void infer_syn_received(struct maker *m, int side, const struct history_event *event)
{
	struct diagram_point *p;

	if (event->old_state == WAVEHAND_SYN_SENT || event->flags & WAVEHAND_EV_HIDDEN) {
		observe(arrive(m, side, STEP_SYN), event);
		answer(m, side, STEP_SYN_ACK);
		return;
	}
	/* The socket is made by the third segment; walk_request() told of the first. */
	if (m->observes || m->d->c->end[side].established)
		return;
	p = arrive(m, side, STEP_ACK);
	p->time = event->time;
}

static void infer_established(struct maker *m, int side, const struct history_event *event)
{
	if (is_repair(m, side)) {
		observe(maker_point(m, side), event);
	} else if (event->old_state == WAVEHAND_SYN_SENT) {
		observe(arrive(m, side, STEP_SYN_ACK), event);
		answer(m, side, STEP_ACK);
	} else if (event->old_state == WAVEHAND_SYN_RECEIVED && is_simultaneous(m)) {
		observe(arrive(m, side, STEP_SYN_ACK), event);
	} else if (event->old_state == WAVEHAND_SYN_RECEIVED) {
		observe(arrive(m, side, STEP_ACK), event);
	} else {
		observe(maker_point(m, side), event);
	}
}

static void note(struct maker *m, int side, enum diagram_note what, uint64_t number,
		 uint64_t order)
{
	struct diagram_point *p = maker_point(m, side);

	p->note = what;
	p->count = number;
	p->order = order;
}

/* What brought an end into TIME-WAIT, and what it answers. */
static struct diagram_point *infer_time_wait(struct maker *m, int side, unsigned int old)
{
	struct diagram_point *p;

	if (old == WAVEHAND_CLOSING)
		return arrive(m, side, STEP_FIN_ACK);
	if (m->combined)
		return depart(m, side, STEP_FIN_ACK);
	p = arrive(m, side, STEP_FIN);
	return p;
}

static void infer_closed(struct maker *m, int side, const struct history_event *event)
{
	const struct conversation *c = m->d->c;
	const struct conversation_end *e = &c->end[side], *peer = &c->end[!side];
	unsigned int old = event->old_state, error = event->error;
	unsigned int cause = event == e->closed ? verdict_cause(e) : WAVEHAND_CAUSE_UNKNOWN;
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
		answer(m, side, STEP_FIN_ACK);
		return;
	}
	if (event == e->closed && e->fate == FATE_TIME_WAIT) {
		p = infer_time_wait(m, side, old);
		infer(p, WAVEHAND_TIME_WAIT);
		p->time = event->time;
		if (old != WAVEHAND_CLOSING && !m->combined)
			answer(m, side, STEP_FIN_ACK);
		return;
	}
	if (event->flags & WAVEHAND_EV_HIDDEN && event->reason != WAVEHAND_CAUSE_RESET) {
		p = maker_point(m, side);
	} else if (error == ECONNREFUSED && old == WAVEHAND_SYN_SENT && by_segment &&
		   !m->observes) {
		/* Which of them, and who sent it, the error does not tell. */
		p = arrive(m, side, STEP_RST);
		if (p->arrow >= 0 && !is_recorded(m, p->arrow)) {
			m->d->arrows[p->arrow].flags |= DIAGRAM_ICMP;
			m->d->arrows[p->arrow].provenance = WAVEHAND_UNKNOWN;
		}
	} else if (cause == WAVEHAND_CAUSE_RESET || cause == WAVEHAND_CAUSE_REFUSED) {
		p = arrive(m, side, STEP_RST);
	} else if (cause >= WAVEHAND_CAUSE_UNREAD && cause <= WAVEHAND_CAUSE_NO_LISTENER) {
		p = depart(m, side, STEP_RST);
	} else if (cause == WAVEHAND_CAUSE_TIMEOUT || cause == WAVEHAND_CAUSE_NETNS ||
		   cause == WAVEHAND_CAUSE_UNREACHABLE || cause == WAVEHAND_CAUSE_GIVEN_UP) {
		p = maker_point(m, side);
	} else if (!error && old == WAVEHAND_LAST_ACK &&
		   event->actor == WAVEHAND_ACTOR_SEGMENT) {
		p = arrive(m, side, STEP_FIN_ACK);
	} else if (is_reset && m->d->v.closing == CLOSING_RESET && m->d->v.closer != !side) {
		p = m->d->v.closer == side ? depart(m, side, STEP_RST) : maker_point(m, side);
	} else if (is_reset && by_segment) {
		p = arrive(m, side, STEP_RST);
	} else if (is_repair(m, side)) {
		p = maker_point(m, side);
	} else if ((!error || error == ECONNABORTED) &&
		   (is_open_state(old) || old == WAVEHAND_FIN_WAIT_1 ||
		    old == WAVEHAND_FIN_WAIT_2)) {
		/* Certain only where the peer tells that it was reset. */
		p = depart(m, side, STEP_RST);
		if (!(peer->closed && peer->closed->error))
			doubt(m, p);
	} else {
		p = maker_point(m, side);
	}
	observe(p, event);
	p->closing = true;
}

/* A transition whose segments were not recorded: they follow from it. */
static void infer_transition(struct maker *m, int side, const struct history_event *event)
{
	const struct conversation *c = m->d->c;
	struct diagram_point *p;

	switch (event->new_state) {
	case WAVEHAND_SYN_SENT:
		observe(is_repair(m, side) ? maker_point(m, side) : depart(m, side, STEP_SYN),
			event);
		return;
	case WAVEHAND_SYN_RECEIVED:
		infer_syn_received(m, side, event);
		return;
	case WAVEHAND_ESTABLISHED:
		infer_established(m, side, event);
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
		if (m->observes || (event->new_state == WAVEHAND_CLOSE_WAIT && m->combined))
			return;
		/* Whether the ACK went alone is not known: perhaps with the FIN. */
		p = depart(m, side, STEP_FIN_ACK);
		if (event->new_state == WAVEHAND_CLOSE_WAIT &&
		    (m->d->v.closing == CLOSING_THREE_OR_FOUR || !c->end[!side].fin_acked) &&
		    m->d->v.closing != CLOSING_FOUR)
			doubt(m, p);
		return;
	case WAVEHAND_TIME_WAIT:
		if (event->old_state == WAVEHAND_TIME_WAIT) {
			p = maker_point(m, side);
			break;
		}
		observe(infer_time_wait(m, side, event->old_state), event);
		if (event->old_state != WAVEHAND_CLOSING && !m->combined)
			answer(m, side, STEP_FIN_ACK);
		return;
	case WAVEHAND_CLOSED:
		infer_closed(m, side, event);
		return;
	default:
		p = maker_point(m, side);
		break;
	}
	observe(p, event);
	p->closing = event->new_state != WAVEHAND_LISTEN;
}

static bool is_closing_state(unsigned int state)
{
	return state != WAVEHAND_LISTEN && state != WAVEHAND_SYN_SENT &&
	       state != WAVEHAND_SYN_RECEIVED && state != WAVEHAND_ESTABLISHED;
}

/* Is this the segment that made @event, or that it sends? */
static bool goes_with(const struct history_event *event, const struct history_event *segment)
{
	bool sent = segment->flags & WAVEHAND_EV_SENT;
	unsigned int flags = segment->tcp_flags;
	uint64_t apart = event->time > segment->time ? event->time - segment->time :
						       segment->time - event->time;

	if (apart > TOGETHER_NS)
		return false;
	switch (event->new_state) {
	case WAVEHAND_SYN_SENT:
		return sent && flags & WAVEHAND_SYN;
	case WAVEHAND_SYN_RECEIVED:
		return !sent && flags & WAVEHAND_SYN;
	case WAVEHAND_FIN_WAIT_1:
	case WAVEHAND_LAST_ACK:
		return sent && flags & WAVEHAND_FIN;
	case WAVEHAND_CLOSE_WAIT:
	case WAVEHAND_CLOSING:
		return !sent && flags & WAVEHAND_FIN;
	case WAVEHAND_ESTABLISHED:
	case WAVEHAND_FIN_WAIT_2:
		return !sent && flags & WAVEHAND_ACK;
	case WAVEHAND_TIME_WAIT:
		/* The answer to the FIN goes out before the minisocket is made. */
		return flags & WAVEHAND_ACK;
	case WAVEHAND_CLOSED:
		if (flags & WAVEHAND_RST)
			return sent || event->actor != WAVEHAND_ACTOR_TIMER;
		return !sent && flags & WAVEHAND_ACK && !event->error &&
		       event->old_state == WAVEHAND_LAST_ACK &&
		       event->actor != WAVEHAND_ACTOR_TIMER &&
		       event->actor != WAVEHAND_ACTOR_PROCESS;
	default:
		return false;
	}
}

/* What else there is to say about a transition that nobody but the module shows. */
static void tell_hidden(struct maker *m, int side, const struct history_event *event)
{
	const struct conversation_end *e = &m->d->c->end[side];
	const struct history_event *begin = NULL;
	struct diagram_point *p;
	enum diagram_note what;

	if (!(event->flags & WAVEHAND_EV_HIDDEN) || !m->d->point_count[side])
		return;
	if (event->new_state == WAVEHAND_TIME_WAIT && event->old_state == WAVEHAND_TIME_WAIT)
		what = NOTE_RESTARTED;
	else if (event->new_state != WAVEHAND_CLOSED)
		return;
	else if (event->reason == WAVEHAND_CAUSE_NO_MINISOCKET)
		what = NOTE_SKIPPED;
	else if (event->old_state == WAVEHAND_SYN_RECEIVED)
		what = NOTE_EXPIRED;
	else
		what = NOTE_WAITED;
	if (what == NOTE_EXPIRED && event->reason != WAVEHAND_CAUSE_EXPIRED &&
	    event->reason != WAVEHAND_CAUSE_TIMEOUT)
		return;
	if (event->old_state == WAVEHAND_TIME_WAIT)
		begin = e->restarted ? e->restarted : e->time_wait;
	else if (event->old_state == WAVEHAND_FIN_WAIT_2)
		begin = e->fin_acked;
	p = &m->d->points[side][m->d->point_count[side] - 1];
	if (p->arrow >= 0 || p->note) {
		p = maker_point(m, side);
		p->order = event->time;
	}
	p->note = what;
	p->reason = event->reason;
	p->old = event->old_state;
	p->count = begin && event->time > begin->time ? event->time - begin->time : 0;
}

/* The transition that waited for its segment: there is none. */
static void flush(struct maker *m, int side, bool gap)
{
	const struct history_event *event = m->pending;
	struct diagram_point *p;

	m->pending = NULL;
	if (!event)
		return;
	if (gap || m->pending_gap || !m->observes) {
		infer_transition(m, side, event);
	} else {
		p = maker_point(m, side);
		observe(p, event);
		p->closing = is_closing_state(event->new_state);
	}
	tell_hidden(m, side, event);
}

/* May a segment go out with this transition? */
static bool sends(const struct history_event *event)
{
	return event->new_state == WAVEHAND_SYN_SENT || event->new_state == WAVEHAND_FIN_WAIT_1 ||
	       event->new_state == WAVEHAND_LAST_ACK || event->new_state == WAVEHAND_CLOSED;
}

/* A socket that goes on out of sight: what it became is inferred, its segments are not. */
static void walk_out_of_sight(struct maker *m, int side, const struct history_event *event)
{
	struct diagram_point *p = NULL;

	if (m->d->c->end[side].fate != FATE_TIME_WAIT) {
		infer_transition(m, side, event);
		return;
	}
	if (m->last && m->last == m->d->point_count[side] &&
	    event->time - m->last_segment->time <= TOGETHER_NS)
		p = &m->d->points[side][m->last - 1];
	if (!p || p->state) {
		p = maker_point(m, side);
		p->time = event->time;
	}
	infer(p, WAVEHAND_TIME_WAIT);
}

/* Does this follow from a segment that came to a request that nobody watched? */
static bool is_unwatched(const struct conversation_end *e, const struct history_event *event)
{
	return event->new_state == WAVEHAND_ESTABLISHED &&
	       event->old_state == WAVEHAND_SYN_RECEIVED &&
	       e->h->ep.role == WAVEHAND_ROLE_PASSIVE && !e->segment[RECEIVED_SYN];
}

/*
 * A change of state, in the row of its segment or in one of its own. A FIN may have been
 * answered before the state changes: then its row is the one above.
 */
static void walk_transition(struct maker *m, int side, const struct history_event *event)
{
	const struct conversation_end *e = &m->d->c->end[side];
	bool gap = m->gap, back;

	m->gap = false;
	/* It only goes on in a minisocket. */
	if (event->old_state == WAVEHAND_FIN_WAIT_2 && event->new_state == WAVEHAND_FIN_WAIT_2)
		return;
	/* The SYN came long before: it stands there. */
	if (m->observes && is_from_listener(event) && !(event->flags & WAVEHAND_EV_HIDDEN))
		return;
	flush(m, side, false);
	if (m->observes && event == e->closed && e->fate >= FATE_TIME_WAIT) {
		walk_out_of_sight(m, side, event);
		return;
	}
	back = m->last && !goes_with(event, m->last_segment) && m->before &&
	       m->last_segment->flags & WAVEHAND_EV_SENT;
	if (m->last && goes_with(event, back ? m->before : m->last_segment)) {
		struct diagram_point *p = &m->d->points[side][m->last - 1 - back];

		if (p->state || m->last != m->d->point_count[side]) {
			/* A second one, by the same segment: see what it answers. */
			m->pending = event;
			m->pending_gap = false;
			return;
		}
		p->state = event->new_state;
		p->provenance = event->provenance;
		p->error = event->error;
		p->closing |= is_closing_state(event->new_state);
		tell_hidden(m, side, event);
		return;
	}
	m->pending = event;
	m->pending_gap = gap || is_unwatched(e, event);
	if (!m->observes || !sends(event))
		flush(m, side, false);
}

/* Does the transition that waits go with the segment that is sent next? */
static bool is_awaited(const struct maker *m, const struct history_event *segment)
{
	const struct history_event *event = m->pending;

	if (!event || !(segment->flags & WAVEHAND_EV_SENT))
		return false;
	switch (event->new_state) {
	case WAVEHAND_ESTABLISHED:
	case WAVEHAND_FIN_WAIT_2:
	case WAVEHAND_TIME_WAIT:
		/* The second one by the segment before: this is the answer to it. */
		return m->last && segment->tcp_flags & WAVEHAND_ACK &&
		       segment->time - event->time <= TOGETHER_NS;
	default:
		return goes_with(event, segment);
	}
}

static void walk_segment(struct maker *m, int side, const struct history_event *event,
			 uint32_t arrow)
{
	const struct conversation_end *e = &m->d->c->end[side];
	bool awaited = is_awaited(m, event);
	const struct history_event *pending = m->pending;
	struct diagram_point *p;

	if (awaited)
		m->pending = NULL;
	else
		flush(m, side, false);
	m->gap = false;
	m->before = m->last && m->last == m->d->point_count[side] ? m->last_segment : NULL;
	p = maker_end(m, side, (int)arrow);
	p->time = event->time;
	p->closing = event->tcp_flags & (WAVEHAND_FIN | WAVEHAND_RST);
	m->last = m->d->point_count[side];
	m->last_segment = event;
	if (awaited) {
		p->state = pending->new_state;
		p->provenance = pending->provenance;
		p->error = pending->error;
		p->closing |= is_closing_state(pending->new_state);
		tell_hidden(m, side, pending);
	} else if (event == e->segment[RECEIVED_SYN] && e->syn_received &&
		   !(e->h->ep.flags & WAVEHAND_EP_COOKIE) &&
		   is_from_listener(e->syn_received) &&
		   !(e->syn_received->flags & WAVEHAND_EV_HIDDEN)) {
		/* Nobody watched requests: that it became one is told later. */
		infer(p, WAVEHAND_SYN_RECEIVED);
	}
}

/*
 * A listener's child is made when the third segment comes: the SYN came at a time that
 * nobody saw, unless requests were watched.
 */
static void walk_request(struct maker *m, int side)
{
	const struct conversation_end *e = &m->d->c->end[side];
	const struct history_event *made = NULL;
	bool answered = e->segment[SENT_SYN];
	struct diagram_point *p;
	uint64_t i;

	for (i = 0; i < e->h->count && !made; i++)
		if (e->h->events[i].kind == WAVEHAND_TRANSITION &&
		    is_from_listener(&e->h->events[i]))
			made = &e->h->events[i];
	if (!made || made->flags & WAVEHAND_EV_HIDDEN || e->segment[RECEIVED_SYN])
		return;
	p = arrive(m, side, STEP_SYN);
	/* Of several SYNs nobody knows which one: its answer is the first to be seen. */
	if (p->arrow < 0 && m->d->point_count[side] && !answered) {
		m->d->point_count[side]--;
		p = depart(m, side, STEP_SYN_ACK);
		answered = true;
	}
	/* A SYN cookie is no state. */
	if (!(e->h->ep.flags & WAVEHAND_EP_COOKIE))
		infer(p, WAVEHAND_SYN_RECEIVED);
	if (!answered)
		depart(m, side, STEP_SYN_ACK);
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
	} else if (e->h->ep.state == WAVEHAND_CLOSED) {
		m->d->start[side] = WAVEHAND_CLOSED;	/* nobody listens */
		m->d->start_provenance[side] = WAVEHAND_OBSERVED;
	}
}

void lifeline_walk(struct maker *m, int side)
{
	const struct conversation_end *e = &m->d->c->end[side];
	const struct histories *h = m->d->h;
	const struct history *own = e->h;
	/* What the reader lost is told once: on the left, if that end was seen. */
	bool tell_lost = !side || !m->d->c->end[0].h;
	unsigned int state = own->ep.joined;
	bool gap = true;
	uint64_t i, lost;

	m->observes = e->segments;
	m->gap = false;
	m->pending = NULL;
	m->last = 0;
	walk_start(m, side);
	walk_request(m, side);
	for (i = 0; i < own->count; i++) {
		const struct history_event *event = &own->events[i];

		/* One note for all that was lost between two of its events. */
		if (i && history_lost_between(h, event[-1].serial, event->serial, &lost)) {
			flush(m, side, true);
			if (tell_lost)
				note(m, side, NOTE_LOST, lost, event->time);
			gap = m->gap = true;
			m->last = 0;
		}
		switch (event->kind) {
		case WAVEHAND_GAP:
			flush(m, side, true);
			note(m, side, NOTE_GAP, event->count, 0);
			gap = m->gap = true;
			m->last = 0;
			break;
		case WAVEHAND_GONE:
			flush(m, side, false);
			note(m, side, NOTE_GONE, 0, event->time);
			break;
		case WAVEHAND_QUEUE_FULL:
			flush(m, side, false);
			note(m, side, NOTE_QUEUE_FULL, 0, event->time);
			break;
		case WAVEHAND_SEGMENT:
			walk_segment(m, side, event, m->s.index[side][i]);
			break;
		case WAVEHAND_TRANSITION:
			if (event->flags & WAVEHAND_EV_RAW)
				break;
			if (!gap && event->old_state != state) {
				flush(m, side, false);
				note(m, side, NOTE_MISSING, 0, event->time);
				m->last = 0;
			}
			gap = false;
			state = event->new_state;
			walk_transition(m, side, event);
			break;
		default:
			break;
		}
	}
	if (own->count && own->ep.state != WAVEHAND_CLOSED && tell_lost &&
	    history_lost_between(h, own->events[own->count - 1].serial, UINT64_MAX, &lost)) {
		flush(m, side, true);
		note(m, side, NOTE_LOST, lost, own->last);
	}
	flush(m, side, false);
}
