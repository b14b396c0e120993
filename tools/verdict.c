// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
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

static void find_failed_opening(struct verdict *v, const struct conversation_end *e)
{
	const struct history_event *closed = e->closed;

	v->state = closed->old_state;
	v->error = closed->error;
	switch (closed->error) {
	case 0:
		v->opening = OPENING_GIVEN_UP;
		break;
	case ECONNREFUSED:
		v->opening = OPENING_REFUSED;
		break;
	case ETIMEDOUT:
		v->opening = OPENING_TIMED_OUT;
		break;
	case EHOSTUNREACH:
	case ENETUNREACH:
		v->opening = OPENING_UNREACHABLE;
		break;
	case ECONNABORTED:
		v->opening = OPENING_ADMIN;
		break;
	default:
		v->opening = OPENING_FAILED;
		break;
	}
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

/* Return: whether it got as far as being open. */
static bool find_opening(struct verdict *v, const struct conversation *c)
{
	const struct conversation_end *e = &c->end[telling_end(c)];
	const struct history *left = c->end[0].h, *right = c->end[1].h;
	bool established = c->end[0].established || c->end[1].established;

	if (established) {
		v->opening = find_handshake(c);
		return true;
	}
	if (e->closed && is_opening(e->closed->old_state)) {
		find_failed_opening(v, e);
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
	if (!e->closed || e->closed->error || e->fate != FATE_CLOSED)
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

static bool find_violent_end(struct verdict *v, const struct conversation *c)
{
	int i;

	for (i = 0; i < 2; i++) {
		const struct conversation_end *e = &c->end[i];
		unsigned int error = e->closed ? e->closed->error : 0;

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
		} else if (error == EHOSTUNREACH || error == ENETUNREACH) {
			v->closing = CLOSING_UNREACHABLE;
		} else if (error == ECONNABORTED) {
			v->closing = CLOSING_ADMIN;
			v->closer = i;
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
		return true;
	}
	return false;
}

/* The closer's FIN was acknowledged: did the peer's FIN come with that? */
static enum verdict_closing count_steps(const struct conversation_end *closer,
					const struct conversation_end *peer)
{
	if (closer->h) {
		uint64_t lasted;

		if (closer->fate == FATE_FINISHED)
			return CLOSING_FOUR;
		if (!closer->fin_acked || !closer->closed ||
		    closer->closed->time < closer->fin_acked->time)
			return CLOSING_THREE_OR_FOUR;
		if (peer->fin && closer->fin_acked->time < peer->fin->time)
			return CLOSING_FOUR;
		lasted = closer->closed->time - closer->fin_acked->time;
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
	/* The peer wrote more after it had the FIN. */
	if (has_seq(peer->peer_fin) && has_seq(peer->fin))
		return peer->fin->seq - peer->peer_fin->seq;
	/* More than a FIN came after the FIN had been acknowledged. */
	if (closer->fate == FATE_TIME_WAIT && has_ack(closer->fin_acked) &&
	    has_ack(closer->closed))
		return closer->closed->ack - closer->fin_acked->ack - 1;
	return 0;
}

static void find_closing(struct verdict *v, const struct conversation *c)
{
	const struct conversation_end *closer, *peer;
	int i;

	for (i = 0; i < 2; i++)
		if (c->end[i].peer_fin && c->end[i].peer_fin->new_state == WAVEHAND_CLOSING)
			v->closing = CLOSING_SIMULTANEOUS;
	if (v->closing != CLOSING_SIMULTANEOUS)
		v->closer = find_closer(c);
	if (v->closer >= 0)
		v->late = late_bytes(&c->end[v->closer], &c->end[!v->closer]);
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
			/* What a minisocket is in is not seen. */
			if (c->end[!i].h && (c->end[!i].fate == FATE_OPEN ||
					     c->end[!i].fate == FATE_CLOSED))
				v->peer_state = c->end[!i].h->ep.state;
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
	peer = &c->end[!v->closer];
	if (closer->fate == FATE_FIN_WAIT_2)
		v->closing = CLOSING_HALF_SEEN;
	else
		v->closing = count_steps(closer, peer);
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

static void closing_text(const struct verdict *v, const struct conversation *c,
			 char *text, size_t size)
{
	const char *word = closing_words[v->closing];
	const char *who = v->closer < 0 ? NULL : verdict_end_word(c, v->closer);
	const char *error = v->error ? name_error(v->error) : NULL;
	const char *half = v->late ? ", half-close" : "";
	char states[48];

	state_words(v, states, sizeof(states));
	switch (v->closing) {
	case CLOSING_STILL_OPEN:
	case CLOSING_LAST_SEEN:
		snprintf(text, size, "%s in %s%s", word, states, half);
		break;
	case CLOSING_FOUR:
	case CLOSING_THREE:
	case CLOSING_THREE_OR_FOUR:
	case CLOSING_HALF_SEEN:
		snprintf(text, size, "%s, %s let go first%s", word, who, half);
		break;
	case CLOSING_RESET:
		snprintf(text, size, "reset%s%s in %s (%s)", who ? " by " : "",
			 who ? who : "", states, error ? error : "?");
		break;
	case CLOSING_SILENT:
		snprintf(text, size, "%s in %s", word, states);
		break;
	case CLOSING_ABORTED:
		snprintf(text, size, "reset or aborted by %s in %s", who, states);
		break;
	case CLOSING_TIMED_OUT:
	case CLOSING_UNREACHABLE:
	case CLOSING_ADMIN:
	case CLOSING_FAILED:
		snprintf(text, size, "%s in %s (%s)", word, states, error ? error : "?");
		break;
	default:
		snprintf(text, size, "%s", word);
		break;
	}
}

void verdict_text(const struct verdict *v, const struct conversation *c,
		  const char *separator, char *text)
{
	const char *error = v->error ? name_error(v->error) : NULL;
	int n;

	switch (v->opening) {
	case OPENING_LISTENER:
		snprintf(text, VERDICT_TEXT, v->state == WAVEHAND_LISTEN ?
			 "listening" : "listened");
		return;
	case OPENING_PENDING:
	case OPENING_LAST_SEEN:
		snprintf(text, VERDICT_TEXT, "%s in %s", opening_words[v->opening],
			 name_state(v->state));
		return;
	case OPENING_REFUSED:
	case OPENING_TIMED_OUT:
	case OPENING_UNREACHABLE:
	case OPENING_ADMIN:
	case OPENING_FAILED:
		snprintf(text, VERDICT_TEXT, "%s in %s (%s)", opening_words[v->opening],
			 name_state(v->state), error ? error : "?");
		return;
	case OPENING_GIVEN_UP:
		snprintf(text, VERDICT_TEXT, "opening given up in %s",
			 name_state(v->state));
		return;
	default:
		break;
	}
	n = snprintf(text, VERDICT_TEXT, "%s%s", opening_words[v->opening], separator);
	closing_text(v, c, text + n, VERDICT_TEXT - (size_t)n);
}
