// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "merge.h"
#include "names.h"
#include "text.h"
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

static const char *const opening_words[OPENINGS] = {
	[OPENING_UNKNOWN] = "opening not seen",
	[OPENING_JOINED] = "older than the module",
	[OPENING_LISTENER] = "listener",
	[OPENING_HANDSHAKE] = "three-way handshake",
	[OPENING_HALF_SEEN] = "end of the handshake seen",
	[OPENING_REPAIR] = "made under TCP_REPAIR",
	[OPENING_SIMULTANEOUS] = "simultaneous open",
	[OPENING_SELF] = "simultaneous open with itself",
	[OPENING_PENDING] = "still opening",
	[OPENING_LAST_SEEN] = "opening when last seen",
	[OPENING_REFUSED] = "refused",
	[OPENING_TIMED_OUT] = "opening timed out",
	[OPENING_UNREACHABLE] = "unreachable",
	[OPENING_ADMIN] = "opening aborted by the administrator",
	[OPENING_RESET] = "opening reset",
	[OPENING_EXPIRED] = "half-open request expired",
	[OPENING_NETNS] = "opening ended with its network namespace",
	[OPENING_IGNORED] = "SYN not answered",
	[OPENING_STRAY] = "segment of no connection",
	[OPENING_GIVEN_UP] = "opening given up",
	[OPENING_FAILED] = "opening failed",
};

static const char *const closing_words[CLOSINGS] = {
	[CLOSING_NONE] = "",
	[CLOSING_UNKNOWN] = "end not seen",
	[CLOSING_STILL_OPEN] = "still open",
	[CLOSING_LAST_SEEN] = "open when last seen",
	[CLOSING_FOUR] = "four-way wavehand",
	[CLOSING_THREE] = "three-step wavehand",
	[CLOSING_THREE_OR_FOUR] = "wavehand in three or four steps",
	[CLOSING_HALF_SEEN] = "wavehand, two steps seen",
	[CLOSING_SIMULTANEOUS] = "simultaneous close",
	[CLOSING_RESET] = "reset",
	[CLOSING_ABORTED] = "reset or aborted",
	[CLOSING_SILENT] = "closed without a FIN",
	[CLOSING_TIMED_OUT] = "timed out",
	[CLOSING_UNREACHABLE] = "unreachable",
	[CLOSING_ADMIN] = "aborted by the administrator",
	[CLOSING_NETNS] = "ended with its network namespace",
	[CLOSING_FAILED] = "failed",
};

const char *verdict_opening_word(enum verdict_opening opening)
{
	return opening_words[opening];
}

const char *verdict_closing_word(enum verdict_closing closing)
{
	return closing_words[closing];
}

const char *verdict_end_word(const struct conversation *c, int side)
{
	const struct history *left = c->end[0].h, *right = c->end[1].h;

	unsigned int opener = left ? left->ep.role : WAVEHAND_ROLE_ACTIVE;
	unsigned int other = right ? right->ep.role : WAVEHAND_ROLE_PASSIVE;

	if (left == right)
		return "this end";
	if (opener == WAVEHAND_ROLE_ACTIVE && other == WAVEHAND_ROLE_PASSIVE)
		return side ? "the server" : "the client";
	if (left && right)
		return side ? "the right end" : "the left end";
	return c->end[side].h ? "this end" : "the peer";
}

static bool is_opening(unsigned int state)
{
	return state == WAVEHAND_SYN_SENT || state == WAVEHAND_SYN_RECEIVED;
}

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

const char *verdict_reason(unsigned int cause, unsigned int state)
{
	switch (cause) {
	case WAVEHAND_CAUSE_RESET:
		return "a reset came";
	case WAVEHAND_CAUSE_UNREAD:
		return "it was closed with data unread";
	case WAVEHAND_CAUSE_LINGER:
		return state == WAVEHAND_ESTABLISHED || state == WAVEHAND_CLOSE_WAIT ?
		       "it was closed with SO_LINGER 0" :
		       "SO_LINGER or TCP_LINGER2 forbade to wait";
	case WAVEHAND_CAUSE_DISCONNECT:
		return "it was disconnected, by connect(2) to AF_UNSPEC";
	case WAVEHAND_CAUSE_MEMORY:
		return "no memory, or too many sockets without a process";
	case WAVEHAND_CAUSE_LATE_DATA:
		return "data came after it had been closed";
	case WAVEHAND_CAUSE_NO_LISTENER:
		return "nobody listens there";
	case WAVEHAND_CAUSE_REFUSAL:
		return "the listener could not or would not take it";
	case WAVEHAND_CAUSE_ABORTED:
		return "the administrator ended it";
	case WAVEHAND_CAUSE_NETNS:
		return "its network namespace went away";
	case WAVEHAND_CAUSE_REUSED:
		return "a new connection took its place";
	default:
		return NULL;
	}
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
	unsigned int cause = verdict_cause(e), other = verdict_cause(&c->end[!side]);

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
		v->opening = closed->old_state == WAVEHAND_SYN_RECEIVED ?
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
	v->reason = is_reset_sent(cause) ? cause : is_reset_sent(other) ? other : 0;
}

/* An endpoint of segments alone: a SYN that no socket and no request took. */
static void find_stray(struct verdict *v, const struct conversation *c, int side)
{
	const struct conversation_end *e = &c->end[side];

	v->state = e->h->ep.state;
	v->reason = is_reset_sent(e->h->ep.cause) ? e->h->ep.cause : 0;
	if (!v->reason && !e->segment[SENT_RST])
		v->opening = e->segment[RECEIVED_SYN] ? OPENING_IGNORED : OPENING_UNKNOWN;
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
	if (e->closed && is_opening(e->closed->old_state)) {
		find_failed_opening(v, c, telling);
		return false;
	}
	if ((left && left->ep.joined) || (right && right->ep.joined)) {
		v->opening = OPENING_JOINED;
		return true;
	}
	if (!e->closed && is_opening(e->h->ep.state)) {
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
		v->reason = is_reset_sent(cause) ? cause : 0;
		if (!v->reason && is_forged(e, peer)) {
			v->forged = true;
			v->closer = -1;
		}
		/* A reset by an end that is closed, or was never open. */
		if (!v->reason && is_reset_sent(verdict_cause(peer)))
			v->reason = verdict_cause(peer);
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
		v->closer = find_closer(c);
	if (v->closer >= 0) {
		v->late = late_bytes(&c->end[v->closer], &c->end[!v->closer]);
		v->pid = actor_pid(c->end[v->closer].fin);
	}
	if (find_violent_end(v, c))
		return;

	for (i = 0; i < 2; i++) {
		if (c->end[i].gone) {
			v->closing = CLOSING_UNKNOWN;
			return;
		}
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
	if (conversation_is_listener(c)) {
		v->opening = OPENING_LISTENER;
		v->state = c->end[0].h->ep.state;
		return;
	}
	if (find_opening(v, c))
		find_closing(v, c);
}

static const char *state_words(const struct verdict *v, char *text, size_t size)
{
	if (v->peer_state && v->peer_state != v->state)
		snprintf(text, size, "%s and %s", name_state(v->state),
			 name_state(v->peer_state));
	else
		snprintf(text, size, "%s", name_state(v->state));
	return text;
}

/* " (ECONNRESET)", or nothing. */
static const char *error_text(const struct verdict *v, char *text, size_t size)
{
	const char *error = v->error ? name_error(v->error) : NULL;

	*text = '\0';
	if (error)
		snprintf(text, size, " (%s)", error);
	else if (v->error)
		snprintf(text, size, " (error %u)", v->error);
	return text;
}

/* " after 5 retries", or nothing. */
static const char *tries_text(const struct verdict *v, char *text, size_t size)
{
	*text = '\0';
	if (v->tries)
		snprintf(text, size, " after %u %s", v->tries,
			 v->tries == 1 ? "retry" : "retries");
	return text;
}

/* " (process 812)", or nothing. */
static const char *pid_text(const struct verdict *v, char *text, size_t size)
{
	*text = '\0';
	if (v->pid)
		snprintf(text, size, " (process %u)", v->pid);
	return text;
}

static void closing_text(const struct verdict *v, const struct conversation *c,
			 char *text, size_t size)
{
	const char *word = closing_words[v->closing];
	const char *who = v->closer < 0 ? NULL : verdict_end_word(c, v->closer);
	const char *half = v->late ? ", half-close" : "";
	const char *why = v->reason ? verdict_reason(v->reason, v->state) : NULL;
	char states[48], error[40], tries[32], pid[32];

	state_words(v, states, sizeof(states));
	error_text(v, error, sizeof(error));
	tries_text(v, tries, sizeof(tries));
	pid_text(v, pid, sizeof(pid));
	switch (v->closing) {
	case CLOSING_STILL_OPEN:
	case CLOSING_LAST_SEEN:
		snprintf(text, size, "%s in %s%s", word, states, half);
		break;
	case CLOSING_FOUR:
	case CLOSING_THREE:
	case CLOSING_THREE_OR_FOUR:
	case CLOSING_HALF_SEEN:
		snprintf(text, size, "%s, %s let go first%s%s", word, who, pid, half);
		break;
	case CLOSING_RESET:
		snprintf(text, size, "reset%s%s%s in %s%s%s%s", who ? " by " : "",
			 who ? who : "", v->forged ? " by a segment that the other end did not send," : "",
			 states, why ? ": " : error, why ? why : "",
			 why ? pid : "");
		break;
	case CLOSING_SILENT:
	case CLOSING_NETNS:
		snprintf(text, size, "%s in %s", word, states);
		break;
	case CLOSING_ABORTED:
		snprintf(text, size, "reset or aborted by %s in %s%s", who, states, pid);
		break;
	case CLOSING_TIMED_OUT:
		if (v->state == WAVEHAND_FIN_WAIT_2)
			snprintf(text, size, "timed out in FIN-WAIT-2: no FIN came%s", error);
		else
			snprintf(text, size, "%s in %s%s%s", word, states, tries, error);
		break;
	case CLOSING_ADMIN:
		snprintf(text, size, "%s in %s%s%s", word, states, pid, error);
		break;
	case CLOSING_UNREACHABLE:
	case CLOSING_FAILED:
		snprintf(text, size, "%s in %s%s", word, states, error);
		break;
	default:
		snprintf(text, size, "%s", word);
		break;
	}
}

static int opening_text(const struct verdict *v, const struct conversation *c,
			char *text, size_t size)
{
	const char *word = opening_words[v->opening], *state = name_state(v->state);
	const char *why = v->reason ? verdict_reason(v->reason, v->state) : NULL;
	char error[40], tries[32], pid[32];

	error_text(v, error, sizeof(error));
	tries_text(v, tries, sizeof(tries));
	pid_text(v, pid, sizeof(pid));
	switch (v->opening) {
	case OPENING_LISTENER:
		return snprintf(text, size, v->state == WAVEHAND_LISTEN ? "listening" :
									  "listened");
	case OPENING_PENDING:
	case OPENING_LAST_SEEN:
	case OPENING_NETNS:
		return snprintf(text, size, "%s in %s", word, state);
	case OPENING_REFUSED:
		/* Of a request that was answered by a reset there is no state. */
		if (!is_opening(v->state))
			return snprintf(text, size, "%s%s%s", word, why ? ": " : "",
					why ? why : "");
		return snprintf(text, size, "%s in %s%s%s%s", word, state, error,
				why ? ": " : "", why ? why : "");
	case OPENING_TIMED_OUT:
		return snprintf(text, size, "%s in %s%s%s", word, state, tries, error);
	case OPENING_EXPIRED:
		return snprintf(text, size, "%s%s", word, tries);
	case OPENING_RESET:
		return snprintf(text, size, "%s by %s in %s%s", word,
				verdict_end_word(c, v->closer > 0), state, error);
	case OPENING_ADMIN:
	case OPENING_GIVEN_UP:
		return snprintf(text, size, "%s in %s%s%s", word, state, pid, error);
	case OPENING_UNREACHABLE:
	case OPENING_FAILED:
		return snprintf(text, size, "%s in %s%s%s%s", word, state, error,
				why ? ": " : "", why ? why : "");
	case OPENING_STRAY:
		return snprintf(text, size, "%s, answered by a reset%s%s", word,
				why ? ": " : "", why ? why : "");
	case OPENING_HANDSHAKE:
	case OPENING_HALF_SEEN:
		return snprintf(text, size, "%s%s%s", word,
				v->cookie ? " with a SYN cookie" : "",
				v->fast_open ? " with Fast Open" : "");
	default:
		return snprintf(text, size, "%s", word);
	}
}

void verdict_text(const struct verdict *v, const struct conversation *c,
		  const char *separator, char *text)
{
	struct verdict opening = *v;
	int n;

	if (v->half_open) {
		opening.state = WAVEHAND_SYN_RECEIVED;
		opening.tries = v->request_tries;
		opening.error = 0;
		opening.reason = 0;
		opening.pid = 0;
	}
	n = opening_text(&opening, c, text, VERDICT_TEXT);
	if (!v->closing)
		return;
	n += snprintf(text + n, VERDICT_TEXT - (size_t)n, "%s", separator);
	closing_text(v, c, text + n, VERDICT_TEXT - (size_t)n);
}

static void seconds_text(char *text, size_t size, uint64_t from, uint64_t to)
{
	uint64_t ms = to > from ? (to - from) / 1000000 : 0;

	snprintf(text, size, "%llu.%llu s", (unsigned long long)(ms / 1000),
		 (unsigned long long)(ms / 100 % 10));
}

/* What became of TIME-WAIT. */
static bool time_wait_note(const struct conversation_end *e, const struct histories *h,
			   char *text)
{
	const struct history_event *begin = e->restarted ? e->restarted : e->time_wait;
	char id[TEXT_ID + 1], time[32] = "?", again[48] = "";
	const char *why;

	*put_id(id, e->h->ep.id) = '\0';
	if (e->restarts == 1)
		strcpy(again, ", started anew once");
	else if (e->restarts)
		snprintf(again, sizeof(again), ", started anew %llu times",
			 (unsigned long long)e->restarts);
	switch (e->fate) {
	case FATE_TIME_WAIT:
	case FATE_FINISHED:
		snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s is inferred; its end is not observed", id);
		return true;
	case FATE_FIN_WAIT_2:
		snprintf(text, VERDICT_TEXT, "%s went on in FIN-WAIT-2, out of sight, or was reset: which of them is not observed", id);
		return true;
	case FATE_WAITS:
		if (begin)
			seconds_text(time, sizeof(time), begin->time, h->now ? h->now : h->last);
		if (e->gone || e->old)
			snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s: its end was not seen%s", id,
				 again);
		else
			snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s still running, %s so far%s%s", id,
				 time, h->now ? "" : " (in the recording)", again);
		return true;
	case FATE_WAITED:
		if (begin)
			seconds_text(time, sizeof(time), begin->time, e->closed->time);
		why = verdict_reason(e->closed->reason, 0);
		if (e->closed->reason == WAVEHAND_CAUSE_EXPIRED)
			snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s expired after %s%s", id, time, again);
		else
			snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s was cut short after %s%s: %s", id,
				 time, again, why ? why : "nobody knows why");
		return true;
	default:
		if (!e->closed || e->closed->reason != WAVEHAND_CAUSE_NO_MINISOCKET ||
		    !(e->closed->flags & WAVEHAND_EV_HIDDEN))
			return false;
		snprintf(text, VERDICT_TEXT, "TIME-WAIT of %s was skipped: too many sockets in TIME-WAIT, or no memory", id);
		return true;
	}
}

bool verdict_note(const struct conversation *c, const struct histories *h, int side,
		  int n, char *text)
{
	const struct conversation_end *e = &c->end[side];
	char id[TEXT_ID + 1];

	if (!e->h || (side && conversation_is_self(c)))
		return false;
	if (!n)
		return time_wait_note(e, h, text);
	if (!e->queue_full)
		return false;
	*put_id(id, e->h->ep.id) = '\0';
	snprintf(text, VERDICT_TEXT, "the accept queue was full: the listener of %s dropped %llu segment%s",
		 id, (unsigned long long)e->queue_full, e->queue_full == 1 ? "" : "s");
	return true;
}
