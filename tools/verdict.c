// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "merge.h"
#include "verdict.h"

/*
 * An ACK is delayed for 200 ms at most (TCP_DELACK_MAX): who stays longer in
 * CLOSE-WAIT acknowledged the FIN before it sent its own.
 */
#define LONGEST_DELAYED_ACK_NS 200000000

/*
 * A segment with ACK and FIN takes its receiver through FIN-WAIT-2 without a stop, and
 * even a slow machine is faster than the first. Who stays longer than the second had
 * two segments. What is in between tells nothing.
 */
#define ONE_SEGMENT_NS 2000000
#define TWO_SEGMENTS_NS 5000000

unsigned int verdict_cause(const struct conversation_end *e)
{
	const struct history_event *closed = e->closed;
	unsigned int cause = e->h ? e->h->ep.cause : WAVEHAND_CAUSE_UNKNOWN;

	/* Its process had let go; what ended it came later. */
	if ((cause == WAVEHAND_CAUSE_UNKNOWN || cause == WAVEHAND_CAUSE_CLOSED ||
	     cause == WAVEHAND_CAUSE_PEER) && closed &&
	    closed->flags & WAVEHAND_EV_HIDDEN && closed->reason &&
	    closed->reason != WAVEHAND_CAUSE_NO_MINISOCKET &&
	    closed->old_state != WAVEHAND_TIME_WAIT)
		return closed->reason;
	return cause;
}

static bool is_reset_sent(unsigned int cause)
{
	switch (cause) {
	case WAVEHAND_CAUSE_UNREAD:
	case WAVEHAND_CAUSE_LINGER:
	case WAVEHAND_CAUSE_DISCONNECT:
	case WAVEHAND_CAUSE_MEMORY:
	case WAVEHAND_CAUSE_LATE_DATA:
	case WAVEHAND_CAUSE_NO_LISTENER:
	case WAVEHAND_CAUSE_REFUSAL:
		return true;
	default:
		return false;
	}
}

/* Why an end sent a reset, if it did. */
static void set_reason(struct verdict *v, const struct conversation_end *e)
{
	unsigned int cause = verdict_cause(e);

	if (!is_reset_sent(cause))
		return;
	v->reason = cause;
	v->reason_state = e->closed ? e->closed->old_state : 0;
}

static uint32_t actor_pid(const struct history_event *event)
{
	return event && event->actor == WAVEHAND_ACTOR_PROCESS ? event->actor_pid : 0;
}

static unsigned int tries_of(const struct history_event *event)
{
	return event && event->actor == WAVEHAND_ACTOR_TIMER ? event->tries : 0;
}

/*
 * An end whose story tells the outcome: one that closed with an error, else one that
 * closed, else any.
 */
static int telling_end(const struct conversation *c)
{
	int i;

	for (i = 0; i < 2; i++)
		if (c->end[i].closed && c->end[i].closed->error)
			return i;
	for (i = 0; i < 2; i++)
		if (c->end[i].closed)
			return i;
	return c->end[0].h ? 0 : 1;
}

/* What an error tells where no cause is known. */
static enum verdict_opening opening_of_error(unsigned int error)
{
	switch (error) {
	case 0:
		return OPENING_GIVEN_UP;
	case ECONNREFUSED:
		return OPENING_REFUSED;
	case ETIMEDOUT:
		return OPENING_TIMED_OUT;
	case EHOSTUNREACH:
	case ENETUNREACH:
		return OPENING_UNREACHABLE;
	case ECONNABORTED:
		return OPENING_ADMIN;
	default:
		return OPENING_FAILED;
	}
}

static void find_failed_opening(struct verdict *v, const struct conversation *c, int side)
{
	const struct conversation_end *e = &c->end[side];
	const struct history_event *closed = e->closed;
	unsigned int cause = verdict_cause(e);

	v->state = closed->old_state;
	v->error = closed->error;
	v->pid = actor_pid(closed);
	switch (cause) {
	case WAVEHAND_CAUSE_RESET:
		v->opening = OPENING_RESET;
		v->closer = !side;
		break;
	case WAVEHAND_CAUSE_TIMEOUT:
	case WAVEHAND_CAUSE_EXPIRED:
		/* A socket is in SYN-RECEIVED, too, when it is opened from both sides. */
		v->opening = closed->flags & WAVEHAND_EV_HIDDEN ||
			     e->h->ep.flags & WAVEHAND_EP_REQUEST ?
			     OPENING_EXPIRED : OPENING_TIMED_OUT;
		v->tries = tries_of(closed);
		break;
	case WAVEHAND_CAUSE_REFUSED:
	case WAVEHAND_CAUSE_NO_LISTENER:
	case WAVEHAND_CAUSE_REFUSAL:
		v->opening = OPENING_REFUSED;
		break;
	case WAVEHAND_CAUSE_UNREACHABLE:
		v->opening = OPENING_UNREACHABLE;
		break;
	case WAVEHAND_CAUSE_ABORTED:
		v->opening = OPENING_ADMIN;
		break;
	case WAVEHAND_CAUSE_NETNS:
		v->opening = OPENING_NETNS;
		break;
	case WAVEHAND_CAUSE_GIVEN_UP:
		v->opening = OPENING_GIVEN_UP;
		break;
	case WAVEHAND_CAUSE_MEMORY:
	case WAVEHAND_CAUSE_FAILED:
		v->opening = OPENING_FAILED;
		break;
	default:
		v->opening = opening_of_error(closed->error);
		v->tries = tries_of(closed);
		break;
	}
	set_reason(v, e);
	if (!v->reason)
		set_reason(v, &c->end[!side]);
}

/* An endpoint of segments alone: a SYN that no socket and no request took. */
static void find_stray(struct verdict *v, const struct conversation *c, int side)
{
	const struct conversation_end *e = &c->end[side];

	v->state = e->h->ep.state;
	set_reason(v, e);
	if (!v->reason && !e->segment[SENT_RST])
		v->opening = !e->segment[RECEIVED_SYN] ? OPENING_UNKNOWN :
			     e->segment[SENT_SYN] ? OPENING_COOKIE : OPENING_IGNORED;
	else
		v->opening = e->segment[RECEIVED_SYN] ? OPENING_REFUSED : OPENING_STRAY;
}

static bool opened_from_both_sides(const struct conversation *c)
{
	int i;

	for (i = 0; i < 2; i++)
		if (c->end[i].syn_received &&
		    c->end[i].syn_received->old_state == WAVEHAND_SYN_SENT)
			return true;
	return false;
}

static bool is_repair(const struct conversation_end *e)
{
	return e->h && e->h->ep.flags & WAVEHAND_EP_REPAIR;
}

/* How an open one was opened. */
static enum verdict_opening find_handshake(const struct conversation *c)
{
	int i;

	if (is_repair(&c->end[0]) || is_repair(&c->end[1]))
		return OPENING_REPAIR;
	if (conversation_is_self(c))
		return OPENING_SELF;
	if (opened_from_both_sides(c))
		return OPENING_SIMULTANEOUS;
	for (i = 0; i < 2; i++)
		if (c->end[i].syn_sent || c->end[i].syn_received)
			return OPENING_HANDSHAKE;
	return OPENING_HALF_SEEN;
}

/* A request that the kernel gave up, or never took; its client may think it is open. */
static bool is_dead_request(const struct conversation_end *e)
{
	return e->h && e->h->ep.flags & WAVEHAND_EP_REQUEST && !e->established &&
	       e->closed && e->closed->old_state == WAVEHAND_SYN_RECEIVED;
}

/* Only segments, as far as it was seen whole. */
static bool is_stray(const struct conversation_end *e)
{
	return e->h && e->segments && !e->blind_to && !e->syn_sent && !e->syn_received &&
	       !e->closed && !e->established && !e->fin &&
	       (e->h->ep.flags & WAVEHAND_EP_REQUEST);
}

static void find_flags(struct verdict *v, const struct conversation *c)
{
	int i;

	for (i = 0; i < 2; i++) {
		unsigned int flags = c->end[i].h ? c->end[i].h->ep.flags : 0;

		v->cookie |= !!(flags & WAVEHAND_EP_COOKIE);
		v->fast_open |= !!(flags & WAVEHAND_EP_FAST_OPEN);
	}
}

/* Return: whether it got as far as being open. */
static bool find_opening(struct verdict *v, const struct conversation *c)
{
	int telling = telling_end(c), i;
	const struct conversation_end *e = &c->end[telling];
	const struct history *left = c->end[0].h, *right = c->end[1].h;
	bool established = c->end[0].established || c->end[1].established;

	find_flags(v, c);
	for (i = 0; i < 2; i++) {
		if (!established || !is_dead_request(&c->end[i]))
			continue;
		find_failed_opening(v, c, i);
		v->half_open = true;
		v->request_tries = v->tries;
		v->tries = 0;
		v->error = 0;
		v->reason = 0;
		return true;
	}
	if (established) {
		v->opening = find_handshake(c);
		return true;
	}
	if (e->closed && verdict_is_opening(e->closed->old_state)) {
		find_failed_opening(v, c, telling);
		return false;
	}
	if ((left && left->ep.joined) || (right && right->ep.joined)) {
		v->opening = OPENING_JOINED;
		return true;
	}
	if (!e->closed && verdict_is_opening(e->h->ep.state)) {
		v->opening = e->old || e->gone ? OPENING_LAST_SEEN : OPENING_PENDING;
		v->state = e->h->ep.state;
		return false;
	}
	if (is_stray(e)) {
		find_stray(v, c, telling);
		return false;
	}
	v->opening = OPENING_UNKNOWN;
	return true;
}

/* The end that sent its FIN without having had the other's. */
static int find_closer(const struct conversation *c)
{
	int i;

	for (i = 0; i < 2; i++) {
		const struct conversation_end *e = &c->end[i];

		if (e->fin && e->fin->new_state == WAVEHAND_FIN_WAIT_1)
			return i;
		if (e->peer_fin && e->peer_fin->new_state == WAVEHAND_CLOSE_WAIT)
			return !i;
		if (e->fin && e->fin->new_state == WAVEHAND_LAST_ACK)
			return !i;
	}
	return -1;
}

static bool is_reset_error(unsigned int error)
{
	return error == ECONNRESET || error == EPIPE || error == ECONNREFUSED;
}

/*
 * A reset that surely came from the other end. After close() the kernel sets the same
 * error when it is this end that sends a reset, as there are data that nobody reads.
 */
static bool was_reset(const struct conversation_end *e)
{
	unsigned int cause = verdict_cause(e);

	if (cause)
		return cause == WAVEHAND_CAUSE_RESET || cause == WAVEHAND_CAUSE_REFUSED;
	if (!e->closed || !is_reset_error(e->closed->error))
		return false;
	switch (e->closed->old_state) {
	case WAVEHAND_FIN_WAIT_1:
	case WAVEHAND_FIN_WAIT_2:
	case WAVEHAND_CLOSING:
	case WAVEHAND_LAST_ACK:
		return false;
	default:
		return true;
	}
}

/* Gone to CLOSED without an error from a state in which it owed a FIN or an ACK. */
static bool is_abort(const struct conversation_end *e)
{
	if (verdict_cause(e) || !e->closed || e->closed->error || e->fate != FATE_CLOSED)
		return false;
	return e->closed->old_state != WAVEHAND_LAST_ACK;
}

/* Who sent the reset that ended @i: the other one, itself, or -1: not known. */
static int find_resetter(const struct conversation *c, int i)
{
	const struct conversation_end *e = &c->end[i], *peer = &c->end[!i];

	if (was_reset(e))
		return was_reset(peer) ? -1 : !i;
	return was_reset(peer) ? i : is_abort(peer) ? !i : -1;
}

/* How a cause ends a conversation, other than by a wavehand: CLOSING_NONE if it does not. */
static enum verdict_closing closing_of_cause(unsigned int cause)
{
	switch (cause) {
	case WAVEHAND_CAUSE_RESET:
	case WAVEHAND_CAUSE_REFUSED:
		return CLOSING_RESET;
	case WAVEHAND_CAUSE_TIMEOUT:
	case WAVEHAND_CAUSE_EXPIRED:
		return CLOSING_TIMED_OUT;
	case WAVEHAND_CAUSE_UNREACHABLE:
		return CLOSING_UNREACHABLE;
	case WAVEHAND_CAUSE_ABORTED:
		return CLOSING_ADMIN;
	case WAVEHAND_CAUSE_NETNS:
		return CLOSING_NETNS;
	case WAVEHAND_CAUSE_FAILED:
		return CLOSING_FAILED;
	default:
		return is_reset_sent(cause) ? CLOSING_RESET : CLOSING_NONE;
	}
}

/*
 * Which of two violent ends came first: what the kernel did by itself is a cause, a
 * reset that came is an effect, of the other end's if that was seen.
 */
static int weight(const struct conversation_end *e)
{
	unsigned int cause = verdict_cause(e);

	if (!closing_of_cause(cause) || is_dead_request(e))
		return 0;
	return cause == WAVEHAND_CAUSE_RESET || cause == WAVEHAND_CAUSE_REFUSED ? 1 : 2;
}

/* Did the reset that ended @e come from somebody else than its peer? */
static bool is_forged(const struct conversation_end *e, const struct conversation_end *peer)
{
	const struct history_event *reset = e->segment[RECEIVED_RST];

	/* Behind its end, or in another recording, nobody would know. */
	return reset && conversation_watched(peer, 0, reset->time) && !peer->gone &&
	       !peer->segment[SENT_RST] && !merge_number(peer->h->ep.id) &&
	       (!peer->closed || peer->closed->time > reset->time);
}

static bool find_caused_end(struct verdict *v, const struct conversation *c)
{
	int i = weight(&c->end[1]) > weight(&c->end[0]);
	const struct conversation_end *e = &c->end[i], *peer = &c->end[!i];
	unsigned int cause = verdict_cause(e);

	if (!weight(e) || !e->closed)
		return false;
	v->closing = closing_of_cause(cause);
	v->error = e->closed->error;
	v->state = e->closed->old_state;
	v->pid = actor_pid(e->closed);
	v->closer = -1;
	switch (v->closing) {
	case CLOSING_RESET:
		v->closer = is_reset_sent(cause) ? i : !i;
		set_reason(v, e);
		if (!v->reason && is_forged(e, peer)) {
			v->forged = true;
			v->closer = -1;
		}
		/* A reset by an end that is closed, or was never open. */
		if (!v->reason)
			set_reason(v, peer);
		/* The state of the end that was reset tells more. */
		if (v->closer == i && peer->closed && was_reset(peer)) {
			v->state = peer->closed->old_state;
			v->error = peer->closed->error;
		}
		break;
	case CLOSING_TIMED_OUT:
		v->tries = tries_of(e->closed);
		break;
	case CLOSING_ADMIN:
		v->closer = i;
		break;
	default:
		break;
	}
	return true;
}

static bool find_violent_end(struct verdict *v, const struct conversation *c)
{
	int i;

	if (find_caused_end(v, c))
		return true;
	for (i = 0; i < 2; i++) {
		const struct conversation_end *e = &c->end[i];
		unsigned int error = e->closed && !verdict_cause(e) ? e->closed->error : 0;

		if (!error)
			continue;
		v->error = error;
		v->state = e->closed->old_state;
		v->closer = -1;
		if (is_reset_error(error)) {
			v->closing = CLOSING_RESET;
			v->closer = find_resetter(c, i);
			/* The state of the end that was reset tells more. */
			if (v->closer == i)
				v->state = c->end[!i].closed->old_state;
		} else if (error == ETIMEDOUT) {
			v->closing = CLOSING_TIMED_OUT;
			v->tries = tries_of(e->closed);
		} else if (error == EHOSTUNREACH || error == ENETUNREACH) {
			v->closing = CLOSING_UNREACHABLE;
		} else if (error == ECONNABORTED) {
			v->closing = CLOSING_ADMIN;
			v->closer = i;
			v->pid = actor_pid(e->closed);
			return true;	/* the other end's reset follows from it */
		} else {
			v->closing = CLOSING_FAILED;
		}
		if (c->end[!i].closed && c->end[!i].closed->error == ECONNABORTED)
			continue;
		return true;
	}
	for (i = 0; i < 2; i++) {
		if (!is_abort(&c->end[i]))
			continue;
		v->closing = is_repair(&c->end[i]) ? CLOSING_SILENT : CLOSING_ABORTED;
		v->closer = i;
		v->state = c->end[i].closed->old_state;
		v->pid = actor_pid(c->end[i].closed);
		return true;
	}
	return false;
}

/*
 * The segments of one end, sent or received: was the FIN of the first to let go, which
 * is number @fin, acknowledged by a segment before the one with the second FIN?
 * CLOSING_NONE where they do not tell.
 */
static enum verdict_closing count_segments(const struct conversation_end *e, bool sent,
					   uint32_t fin)
{
	const struct history_event *first = e->segment[sent ? RECEIVED_FIN : SENT_FIN];
	bool acked = false;
	uint64_t i;

	for (i = 0; e->h && e->segments && i < e->h->count; i++) {
		const struct history_event *event = &e->h->events[i];

		if (event->kind != WAVEHAND_SEGMENT ||
		    !(event->flags & WAVEHAND_EV_SENT) != !sent ||
		    !(event->tcp_flags & WAVEHAND_ACK) || event->ack != fin + 1)
			continue;
		if (event->tcp_flags & WAVEHAND_FIN)
			return acked ? CLOSING_FOUR :
			       first && conversation_watched(e, first->time, event->time) ?
			       CLOSING_THREE : CLOSING_NONE;
		acked = true;
	}
	return CLOSING_NONE;
}

/* The closer's FIN was acknowledged: did the peer's FIN come with that? */
static enum verdict_closing count_steps(const struct conversation *c, int side)
{
	const struct conversation_end *closer = &c->end[side], *peer = &c->end[!side];
	const struct history_event *left = closer->time_wait ? closer->time_wait :
							       closer->closed;
	enum verdict_closing counted = CLOSING_NONE;
	uint32_t fin;

	/* Who sent them knows best: one that was lost is a step as well. */
	if (conversation_fin(c, side, &fin)) {
		counted = count_segments(peer, true, fin);
		if (!counted)
			counted = count_segments(closer, false, fin);
	}
	if (counted)
		return counted;
	if (closer->h) {
		uint64_t lasted;

		if (closer->fate == FATE_FINISHED)
			return CLOSING_FOUR;
		if (!closer->fin_acked || !left || left->time < closer->fin_acked->time)
			return CLOSING_THREE_OR_FOUR;
		if (peer->fin && closer->fin_acked->time < peer->fin->time)
			return CLOSING_FOUR;
		lasted = left->time - closer->fin_acked->time;
		if (lasted >= TWO_SEGMENTS_NS)
			return CLOSING_FOUR;
		return peer->fin && lasted < ONE_SEGMENT_NS ? CLOSING_THREE :
							      CLOSING_THREE_OR_FOUR;
	}
	if (peer->fin && peer->peer_fin &&
	    peer->fin->time - peer->peer_fin->time > LONGEST_DELAYED_ACK_NS)
		return CLOSING_FOUR;
	return CLOSING_THREE_OR_FOUR;
}

static bool has_seq(const struct history_event *event)
{
	return event && event->flags & WAVEHAND_EV_SEQ;
}

static bool has_ack(const struct history_event *event)
{
	return event && event->flags & WAVEHAND_EV_ACK;
}

/* Bytes that moved after the first FIN, modulo 2^32. */
static uint32_t late_bytes(const struct conversation_end *closer,
			   const struct conversation_end *peer)
{
	const struct history_event *left = closer->time_wait;

	/* The peer wrote more after it had the FIN. */
	if (has_seq(peer->peer_fin) && has_seq(peer->fin))
		return peer->fin->seq - peer->peer_fin->seq;
	if (has_seq(peer->peer_fin) && has_seq(peer->closed) &&
	    peer->closed->old_state == WAVEHAND_CLOSE_WAIT)
		return peer->closed->seq - peer->peer_fin->seq;
	/* More than a FIN came after the FIN had been acknowledged. */
	if (closer->fate == FATE_TIME_WAIT)
		left = closer->closed;
	if (has_ack(left) && has_ack(closer->fin_acked) &&
	    left->ack != closer->fin_acked->ack)
		return left->ack - closer->fin_acked->ack - 1;
	return 0;
}

static void find_closing(struct verdict *v, const struct conversation *c)
{
	const struct conversation_end *closer;
	int i;

	for (i = 0; i < 2; i++)
		if (c->end[i].peer_fin && c->end[i].peer_fin->new_state == WAVEHAND_CLOSING)
			v->closing = CLOSING_SIMULTANEOUS;
	if (v->closing != CLOSING_SIMULTANEOUS)
		v->closer = v->first = find_closer(c);
	if (v->first >= 0) {
		v->late = late_bytes(&c->end[v->first], &c->end[!v->first]);
		v->pid = actor_pid(c->end[v->first].fin);
	}
	if (find_violent_end(v, c))
		return;

	if (c->end[0].gone || c->end[1].gone) {
		v->closing = CLOSING_UNKNOWN;
		return;
	}
	for (i = 0; i < 2; i++) {
		if (c->end[i].h && c->end[i].fate == FATE_OPEN) {
			v->closing = c->end[i].old ? CLOSING_LAST_SEEN : CLOSING_STILL_OPEN;
			v->state = c->end[i].h->ep.state;
			/* What a minisocket out of sight is in is not seen. */
			if (c->end[!i].h && c->end[!i].fate < FATE_TIME_WAIT) {
				v->state = c->end[0].h->ep.state;
				v->peer_state = c->end[1].h->ep.state;
			}
			return;
		}
	}
	if (v->closing == CLOSING_SIMULTANEOUS)
		return;
	for (i = 0; i < 2; i++) {
		const struct conversation_end *e = &c->end[i];

		/* Not by the ACK that it waited for. */
		if (e->closed && e->closed->old_state == WAVEHAND_LAST_ACK &&
		    e->closed->actor != WAVEHAND_ACTOR_SEGMENT)
			v->closing = CLOSING_UNKNOWN;
	}
	if (v->closing == CLOSING_UNKNOWN)
		return;
	if (v->closer < 0) {
		v->closing = CLOSING_UNKNOWN;
		return;
	}
	closer = &c->end[v->closer];
	if (closer->fate == FATE_FIN_WAIT_2)
		v->closing = CLOSING_HALF_SEEN;
	else
		v->closing = count_steps(c, v->closer);
}

void verdict_find(struct verdict *v, const struct conversation *c)
{
	memset(v, 0, sizeof(*v));
	v->closer = -1;
	v->first = -1;
	if (conversation_is_listener(c)) {
		v->opening = OPENING_LISTENER;
		v->state = c->end[0].h->ep.state;
		return;
	}
	if (find_opening(v, c))
		find_closing(v, c);
}
