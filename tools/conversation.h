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
 * What became of an endpoint. The kernel hands a socket over to a minisocket by
 * closing it. Where the module did not watch minisockets, that it lives on is inferred;
 * from FIN-WAIT-2 without the other end's FIN it may as well have been reset.
 */
enum conversation_fate {
	FATE_OPEN,		/* no transition to CLOSED yet */
	FATE_CLOSED,		/* really closed */
	FATE_WAITS,		/* is in TIME-WAIT */
	FATE_WAITED,		/* was in TIME-WAIT, which is over */
	/* Out of sight: */
	FATE_TIME_WAIT,		/* went on in TIME-WAIT */
	FATE_FIN_WAIT_2,	/* perhaps went on in FIN-WAIT-2 */
	FATE_FINISHED,		/* did so, and on to TIME-WAIT: the other end tells */
};

/**
 * struct conversation_end - one end of a conversation
 *
 * Transitions with WAVEHAND_EV_RAW are in the history, but are no changes of the
 * endpoint's state: none of these points to one.
 *
 * @h: its history; NULL when it was not seen, and then all else is zero
 * @syn_sent: the transition to SYN-SENT, NULL if there was none; likewise:
 * @syn_received: to SYN-RECEIVED; of a request where those were watched
 * @established: to ESTABLISHED
 * @fin: to FIN-WAIT-1 or LAST-ACK: it lets go
 * @fin_acked: to FIN-WAIT-2: its FIN was acknowledged
 * @peer_fin: to CLOSE-WAIT or CLOSING: the peer's FIN came
 * @time_wait: to TIME-WAIT
 * @restarted: the latest from TIME-WAIT to TIME-WAIT
 * @closed: to CLOSED
 * @gone: its WAVEHAND_GONE event
 * @accepted: its WAVEHAND_ACCEPTED event
 * @segment: its first segment sent with [0] SYN, [1] FIN, [2] RST, and received with
 *	[3] SYN, [4] FIN, [5] RST
 * @segments: how many segments were recorded
 * @restarts: how often 2MSL started again
 * @queue_full: how often its listener's accept queue was full
 * @fate: see above
 * @old: the reader lost events behind its last one: this may not be the end
 * @blind_from: events of it may be missing from here on; 0: from before its beginning
 * @blind_to: up to here, ns; UINT64_MAX: anywhere; 0: none is missing
 */
struct conversation_end {
	const struct history *h;
	const struct history_event *syn_sent;
	const struct history_event *syn_received;
	const struct history_event *established;
	const struct history_event *fin;
	const struct history_event *fin_acked;
	const struct history_event *peer_fin;
	const struct history_event *time_wait;
	const struct history_event *restarted;
	const struct history_event *closed;
	const struct history_event *gone;
	const struct history_event *accepted;
	const struct history_event *segment[6];
	uint64_t segments;
	uint64_t restarts;
	uint64_t queue_full;
	enum conversation_fate fate;
	bool old;
	uint64_t blind_from;
	uint64_t blind_to;
};

/* Indices of struct conversation_end's @segment. */
enum { SENT_SYN, SENT_FIN, SENT_RST, RECEIVED_SYN, RECEIVED_FIN, RECEIVED_RST };

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
 * their initial sequence numbers agree, as they or their SYNs tell; where those are
 * not known, when their lives overlap, and rather in the same network namespace. A
 * loopback address is another one in each network namespace.
 *
 * Return: 0, or -1 when there is no memory.
 */
int conversation_pair(const struct histories *h, struct conversation **list,
		      size_t *count);

/**
 * conversation_fate - what became of an end, as far as it tells itself
 * @e: with @h, @fin, @time_wait and @closed set
 */
enum conversation_fate conversation_fate(const struct conversation_end *e);

/**
 * conversation_watched - was all that an end did and met between two times recorded?
 * @e: the end; segments were recorded at all
 * @from: ns
 * @to: ns
 */
bool conversation_watched(const struct conversation_end *e, uint64_t from, uint64_t to);

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

/**
 * conversation_fin - sequence number of the FIN that one end sent
 * @c: conversation
 * @side: 0 or 1
 * @seq: set to it, from a segment or else from the transitions, of either end
 *
 * Return: whether it is known.
 */
bool conversation_fin(const struct conversation *c, int side, uint32_t *seq);

#endif /* CONVERSATION_H */
