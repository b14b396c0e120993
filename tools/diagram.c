// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diagram.h"
#include "merge.h"
#include "names.h"
#include "segments.h"

/*
 * The segments that transitions tell of. Each end sends each of them once at most
 * (or again, which transitions do not show).
 */
enum step { STEP_SYN, STEP_SYN_ACK, STEP_ACK, STEP_FIN, STEP_FIN_ACK, STEP_RST, STEPS };

/*
 * A state stands in the row of the segment that goes with it, with the time of that,
 * where nothing else and no more than this is between them.
 */
#define TOGETHER_NS 20000000

/* What has not come after this time will not come. */
#define LONGEST_WAY_NS 1000000000

/**
 * struct maker - what is known while a diagram is made
 * @d: the diagram; its first arrows are @s
 * @s: segments that were recorded
 * @step: arrow of each step by sender, the first one, or -1; STEP_FIN_ACK
 *	acknowledges the FIN of the other side
 * @copies: how many arrows of that step were recorded
 * @combined: the FIN of the second to let go carried the ACK of the first FIN
 *
 * Of the side that is walked:
 * @observes: its segments were recorded: what is not there was not there
 * @gap: but not those right before
 * @pending: a transition that goes with the segment that it may send next, or NULL
 * @pending_gap: @gap, when it came
 * @last: the point of the segment right before, plus one; 0: there is none
 * @last_segment: that segment
 * @before: likewise the segment right before that one, where nothing is between
 */
struct maker {
	struct diagram *d;
	struct segments s;
	int step[2][STEPS];
	unsigned int copies[2][STEPS];
	bool combined;
	bool observes;
	bool gap;
	const struct history_event *pending;
	bool pending_gap;
	size_t last;
	const struct history_event *last_segment;
	const struct history_event *before;
};

const char *diagram_flags(unsigned int flags, char *text)
{
	/* The rest of the flags has no part in opening and closing. */
	name_tcp_flags(flags & (WAVEHAND_SYN | WAVEHAND_FIN | WAVEHAND_RST | WAVEHAND_ACK),
		       text);
	if (flags & DIAGRAM_ICMP)
		strcat(text, " or ICMP");
	return text;
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
		[STEP_SYN] = WAVEHAND_SYN,
		[STEP_SYN_ACK] = WAVEHAND_SYN | WAVEHAND_ACK,
		[STEP_ACK] = WAVEHAND_ACK,
		[STEP_FIN] = WAVEHAND_FIN | WAVEHAND_ACK,
		[STEP_FIN_ACK] = WAVEHAND_ACK,
		[STEP_RST] = WAVEHAND_RST,
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
	a->step = step;
	m->step[from][step] = (int)d->arrow_count++;
	return m->step[from][step];
}

static bool is_recorded(const struct maker *m, int arrow)
{
	return arrow >= 0 && (size_t)arrow < m->s.count;
}

/* Does that end of an arrow have its point, or an event that will be one? */
static bool has_end(const struct maker *m, int arrow, bool departs)
{
	const struct diagram_arrow *a = &m->d->arrows[arrow];

	if (is_recorded(m, arrow) &&
	    (departs ? m->s.all[arrow].sent : m->s.all[arrow].received))
		return true;
	return departs ? a->departs : a->arrives;
}

static struct diagram_point *put_end(struct maker *m, int side, int arrow)
{
	struct diagram_point *p = add_point(m, side);
	struct diagram_arrow *a = arrow < 0 ? NULL : &m->d->arrows[arrow];

	p->arrow = arrow;
	p->departs = a && a->from == side;
	if (a && p->departs)
		a->departs = true;
	else if (a)
		a->arrives = true;
	return p;
}

/* A point of @side for a segment of @from that it did not record itself. */
static struct diagram_point *infer_end(struct maker *m, int side, int from, enum step step)
{
	int arrow = arrow_of(m, from, step);

	/* Of several that were sent nobody knows which one arrived. */
	if (arrow >= 0 && (has_end(m, arrow, side == from) ||
			   (side != from && is_recorded(m, arrow) && m->copies[from][step] > 1)))
		arrow = -1;
	return put_end(m, side, arrow);
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
		observe(add_point(m, side), event);
	} else if (event->old_state == WAVEHAND_SYN_SENT) {
		observe(arrive(m, side, STEP_SYN_ACK), event);
		answer(m, side, STEP_ACK);
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
		p = add_point(m, side);
	} else if (cause == WAVEHAND_CAUSE_RESET || cause == WAVEHAND_CAUSE_REFUSED) {
		p = arrive(m, side, STEP_RST);
	} else if (cause >= WAVEHAND_CAUSE_UNREAD && cause <= WAVEHAND_CAUSE_NO_LISTENER) {
		p = depart(m, side, STEP_RST);
	} else if (cause == WAVEHAND_CAUSE_TIMEOUT || cause == WAVEHAND_CAUSE_NETNS ||
		   cause == WAVEHAND_CAUSE_UNREACHABLE || cause == WAVEHAND_CAUSE_GIVEN_UP) {
		p = add_point(m, side);
	} else if (!error && old == WAVEHAND_LAST_ACK &&
		   event->actor == WAVEHAND_ACTOR_SEGMENT) {
		p = arrive(m, side, STEP_FIN_ACK);
	} else if (error == ECONNREFUSED && old == WAVEHAND_SYN_SENT && by_segment) {
		/* Which of them, and who sent it, the error does not tell. */
		p = arrive(m, side, STEP_RST);
		if (p->arrow >= 0 && !is_recorded(m, p->arrow)) {
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
		if (!(peer->closed && peer->closed->error))
			doubt(m, p);
	} else {
		p = add_point(m, side);
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
		observe(is_repair(m, side) ? add_point(m, side) : depart(m, side, STEP_SYN),
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
			p = add_point(m, side);
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
		p = add_point(m, side);
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
		p = add_point(m, side);
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
		p = add_point(m, side);
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
		p = add_point(m, side);
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
	p = put_end(m, side, (int)arrow);
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

static void walk(struct maker *m, int side)
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

		a = new_item(d, &d->arrows, d->arrow_count, &d->arrow_room, sizeof(*a));
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
		a->step = step_of(d->c, s);
		if (m->step[a->from][a->step] < 0)
			m->step[a->from][a->step] = (int)k;
		m->copies[a->from][a->step]++;
		d->arrow_count++;
	}
}

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

/*
 * Which segments did not arrive? Only those that the other end would have recorded: it
 * was watched at that time, and was there long enough.
 */
static void find_lost(struct maker *m)
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
		horizon[side] = e->closed ? e->closed->time : d->h->now ? d->h->now : d->h->last;
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

/* Did the peer of a lone end answer, so that it must have been there? */
static bool is_answered(const struct conversation_end *e)
{
	return e->established || e->h->ep.joined || e->peer_fin || e->fin_acked;
}

/*
 * The peer's side of one point of a lone end. What nothing tells of is left open:
 * a SYN that nobody answered may have arrived or not.
 */
static void mirror(struct maker *m, int side, const struct diagram_point *p)
{
	const struct diagram_arrow *a = &m->d->arrows[p->arrow];
	enum step step = (enum step)a->step;
	bool first = m->step[a->from][step] == p->arrow;
	int arrow = p->arrow;
	const struct conversation_end *e = &m->d->c->end[side];
	int peer = !side;
	bool first_fin = e->fin && e->fin->new_state == WAVEHAND_FIN_WAIT_1;
	struct diagram_point *q;

	if (a->flags & DIAGRAM_ICMP)
		return;
	if (!p->departs) {
		q = put_end(m, peer, arrow);
		if (!first)
			return;
		if (step == STEP_SYN)
			infer(q, WAVEHAND_SYN_SENT);
		else if (step == STEP_FIN)
			infer(q, first_fin && m->d->v.closing != CLOSING_SIMULTANEOUS ?
			      WAVEHAND_LAST_ACK : WAVEHAND_FIN_WAIT_1);
		return;
	}
	/* Of several nobody knows which one arrived. */
	if (m->copies[a->from][step] > 1)
		return;
	switch (step) {
	case STEP_SYN:
		if (!is_answered(e))
			return;
		q = put_end(m, peer, arrow);
		if (e->established && !is_simultaneous(m))
			infer(q, WAVEHAND_SYN_RECEIVED);
		break;
	case STEP_SYN_ACK:
		/* A socket was made of it: the third segment came. */
		if (!e->established &&
		    (!e->syn_received || e->syn_received->flags & WAVEHAND_EV_HIDDEN))
			return;
		q = put_end(m, peer, arrow);
		infer(q, WAVEHAND_ESTABLISHED);
		break;
	case STEP_FIN:
		if (first_fin && !e->fin_acked && !(e->peer_fin && (e->time_wait || e->fate == FATE_TIME_WAIT)))
			return;
		if (!first_fin && !(e->closed && !e->closed->error &&
				    e->closed->actor == WAVEHAND_ACTOR_SEGMENT))
			return;
		q = put_end(m, peer, arrow);
		infer(q, !first_fin ? WAVEHAND_TIME_WAIT :
			 m->d->v.closing == CLOSING_SIMULTANEOUS ? WAVEHAND_CLOSING :
								   WAVEHAND_CLOSE_WAIT);
		break;
	case STEP_FIN_ACK:
		if (first_fin || m->d->v.closing != CLOSING_FOUR)
			return;
		q = put_end(m, peer, arrow);
		infer(q, WAVEHAND_FIN_WAIT_2);
		break;
	case STEP_ACK:
		/* The peer could do nothing of this before it was open. */
		if (e->fin_acked || e->peer_fin ||
		    (e->h->ep.known & WAVEHAND_KNOWN_BYTES && e->h->ep.bytes_received))
			infer(put_end(m, peer, arrow), WAVEHAND_ESTABLISHED);
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

	for (i = 0; i < d->point_count[side]; i++)
		if (d->points[side][i].arrow >= 0)
			mirror(m, side, &d->points[side][i]);
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

static int find_order(struct maker *m)
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
			walk(m, side);
	find_lost(m);
	for (side = 0; side < 2 && !conversation_is_listener(c); side++)
		if (!c->end[!side].h)
			mirror_all(m, side);
	if (d->out_of_memory)
		return -1;
	number_all(m);
	if (find_order(m))
		return -1;
	return make_rows(d);
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
	int first = d->v.closer;
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
