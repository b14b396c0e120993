/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happened in a conversation, by name. Pure: verdict.c finds it out,
 * verdict_text.c has the words for it.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "conversation.h"

/* How it was opened. */
enum verdict_opening {
	OPENING_UNKNOWN,	/* its events are missing */
	OPENING_JOINED,		/* older than the module */
	OPENING_LISTENER,
	OPENING_HANDSHAKE,
	OPENING_HALF_SEEN,	/* only the end of a handshake */
	OPENING_REPAIR,		/* made under TCP_REPAIR, by no handshake */
	OPENING_SIMULTANEOUS,
	OPENING_SELF,		/* with itself */
	OPENING_PENDING,
	OPENING_LAST_SEEN,	/* likewise, but events were lost since */
	OPENING_REFUSED,
	OPENING_TIMED_OUT,
	OPENING_UNREACHABLE,
	OPENING_ADMIN,
	OPENING_RESET,		/* by the peer, before it was open */
	OPENING_EXPIRED,	/* half-open: no ACK came for the SYN,ACK */
	OPENING_NETNS,		/* its network namespace went away */
	OPENING_IGNORED,	/* a SYN came, and no answer was given */
	OPENING_COOKIE,		/* a SYN came, was answered by a SYN cookie, and no more */
	OPENING_STRAY,		/* a segment for no connection, answered by a reset */
	OPENING_GIVEN_UP,	/* by the process, before it was open */
	OPENING_FAILED,		/* with another error */
	OPENINGS
};

/* How it was closed. */
enum verdict_closing {
	CLOSING_NONE,		/* it never was open */
	CLOSING_UNKNOWN,	/* its events are missing */
	CLOSING_STILL_OPEN,
	CLOSING_LAST_SEEN,	/* likewise, but events were lost since */
	CLOSING_FOUR,
	CLOSING_THREE,
	CLOSING_THREE_OR_FOUR,
	CLOSING_HALF_SEEN,	/* FIN and ACK; the rest was out of sight, or a reset */
	CLOSING_SIMULTANEOUS,
	CLOSING_RESET,
	CLOSING_ABORTED,	/* without FIN, most likely by a reset */
	CLOSING_SILENT,		/* under TCP_REPAIR, without FIN or reset */
	CLOSING_TIMED_OUT,
	CLOSING_UNREACHABLE,
	CLOSING_ADMIN,
	CLOSING_NETNS,		/* its network namespace went away */
	CLOSING_FAILED,		/* with another error */
	CLOSINGS
};

/**
 * struct verdict - what happened
 * @opening: see above
 * @closing: see above
 * @closer: 0 or 1: the end that let go first, or that reset it; -1 not known
 * @first: 0 or 1: the end that let go first, whatever came behind; -1 not known
 * @late: bytes that moved after the first FIN, modulo 2^32: a half-close if any did
 * @state: in which state it is, timed out or failed; 0 where that does not matter
 * @peer_state: likewise, the other end's
 * @error: errno, or 0
 * @reason: WAVEHAND_CAUSE_*: why a reset was sent, or 0
 * @reason_state: the state of the end that sent it
 * @tries: how often it had sent again in vain before it timed out
 * @pid: the process that let go, reset or aborted it; 0 where nobody knows
 * @forged: the end that the reset is said to be from did not send it
 * @half_open: the request at one end is dead, the other end thinks that it is open
 * @request_tries: likewise @tries, of that request
 * @cookie: it was opened by a SYN cookie
 * @fast_open: the SYN's data were taken
 */
struct verdict {
	enum verdict_opening opening;
	enum verdict_closing closing;
	int closer;
	int first;
	uint32_t late;
	unsigned int state;
	unsigned int peer_state;
	unsigned int error;
	unsigned int reason;
	unsigned int reason_state;
	unsigned int tries;
	uint32_t pid;
	bool forged;
	bool half_open;
	unsigned int request_tries;
	bool cookie;
	bool fast_open;
};

/** verdict_is_opening - is this the state of an end that is not open yet? */
static inline bool verdict_is_opening(unsigned int state)
{
	return state == WAVEHAND_SYN_SENT || state == WAVEHAND_SYN_RECEIVED;
}

/**
 * verdict_is_orphan_timeout - did it time out in FIN-WAIT-2, where no process waited for
 * the FIN of the other end any more? A socket that has one times out with an error
 */
static inline bool verdict_is_orphan_timeout(const struct verdict *v)
{
	return v->closing == CLOSING_TIMED_OUT && v->state == WAVEHAND_FIN_WAIT_2 && !v->error;
}

/**
 * verdict_find - find out
 */
void verdict_find(struct verdict *v, const struct conversation *c);

/**
 * verdict_opening_word, verdict_closing_word - the names of what happened
 */
const char *verdict_opening_word(enum verdict_opening opening);
const char *verdict_closing_word(enum verdict_closing closing);

/**
 * verdict_end_word - "the client", "the server"; "this end", "the peer" where it is
 * not known who opened it
 */
const char *verdict_end_word(const struct conversation *c, int side);

/**
 * verdict_cause - why an end closed
 *
 * Return: WAVEHAND_CAUSE_*: that of its endpoint, or of the part of its life that
 * the state-change tracepoint does not show.
 */
unsigned int verdict_cause(const struct conversation_end *e);

/**
 * verdict_reason - why a reset was sent, or TIME-WAIT ended, in words
 * @cause: WAVEHAND_CAUSE_*
 * @state: in which state it was
 *
 * Return: the words, NULL where there are none.
 */
const char *verdict_reason(unsigned int cause, unsigned int state);

#define VERDICT_TEXT 512

/**
 * verdict_text - the verdict in one sentence
 * @v: verdict
 * @c: conversation
 * @separator: between opening and closing
 * @text: VERDICT_TEXT bytes to write to
 */
void verdict_text(const struct verdict *v, const struct conversation *c,
		  const char *separator, char *text);

/**
 * verdict_note - what else there is to say about one end, in a sentence: what became
 * of TIME-WAIT, a full accept queue
 * @c: conversation
 * @h: the histories that it is from: how far the clock went
 * @side: 0 or 1
 * @n: 0, 1, … below VERDICT_NOTES
 * @text: VERDICT_TEXT bytes to write to
 *
 * Return: whether there is something.
 */
bool verdict_note(const struct conversation *c, const struct histories *h, int side,
		  int n, char *text);

#define VERDICT_NOTES 2

#endif /* VERDICT_H */
