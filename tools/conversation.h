/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conversations: one endpoint, or the two that talk to each other, with the
 * turning points of their lives.
 */
#ifndef CONVERSATION_H
#define CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "history.h"

/*
 * What became of an endpoint whose last transition was to CLOSED. The kernel hands
 * a socket over to a minisocket by closing it, and the minisocket is out of sight:
 * that it lives on is inferred. From FIN-WAIT-2 without the other end's FIN it may as
 * well have been reset.
 */
enum conversation_fate {
	FATE_OPEN,		/* no transition to CLOSED yet */
	FATE_CLOSED,		/* really closed */
	FATE_TIME_WAIT,		/* went on in TIME-WAIT, out of sight */
	FATE_FIN_WAIT_2,	/* perhaps went on in FIN-WAIT-2, out of sight */
	FATE_FINISHED,		/* did so, and on to TIME-WAIT: the other end tells */
};

/**
 * struct conversation_end - one end of a conversation
 * @h: its history; NULL when it was not seen, and then all else is zero
 * @syn_sent: the transition to SYN-SENT, NULL if there was none; likewise:
 * @syn_received: to SYN-RECEIVED
 * @established: to ESTABLISHED
 * @fin: to FIN-WAIT-1 or LAST-ACK: it sent its FIN
 * @fin_acked: to FIN-WAIT-2: its FIN was acknowledged
 * @peer_fin: to CLOSE-WAIT or CLOSING: the peer's FIN came
 * @closed: to CLOSED
 * @gone: its WAVEHAND_GONE event
 * @fate: see above
 * @old: the reader lost events behind its last one: this may not be the end
 */
struct conversation_end {
	const struct history *h;
	const struct history_event *syn_sent;
	const struct history_event *syn_received;
	const struct history_event *established;
	const struct history_event *fin;
	const struct history_event *fin_acked;
	const struct history_event *peer_fin;
	const struct history_event *closed;
	const struct history_event *gone;
	enum conversation_fate fate;
	bool old;
};

/**
 * struct conversation - what one diagram shows
 * @end: [0] opened it, as far as that is known; [1] is the other one. One of
 *	them may not have been seen. A socket that connected to itself is both
 * @begin: time of the first event of either, ns
 */
struct conversation {
	struct conversation_end end[2];
	uint64_t begin;
};

/**
 * conversation_pair - find the conversations
 * @h: sorted histories, with events; the conversations point into it
 * @list: set to an array to free(3), in the order of their beginnings
 * @count: set to how many
 *
 * Two endpoints are one conversation when their addresses mirror each other and
 * their initial sequence numbers agree; where those are not known, when their
 * lives overlap, and rather in the same network namespace. A loopback address is
 * another one in each network namespace.
 *
 * Return: 0, or -1 when there is no memory.
 */
int conversation_pair(const struct histories *h, struct conversation **list,
		      size_t *count);

/**
 * conversation_is_listener - it only is a listener's life
 */
bool conversation_is_listener(const struct conversation *c);

/**
 * conversation_is_self - a socket that connected to itself
 */
bool conversation_is_self(const struct conversation *c);

/**
 * conversation_base - initial sequence number of one end
 * @c: conversation
 * @side: 0 or 1
 * @base: set to it, from that end or from its peer
 *
 * Return: whether it is known.
 */
bool conversation_base(const struct conversation *c, int side, uint32_t *base);

#endif /* CONVERSATION_H */
