/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCP's state machine: RFC 9293's, and where Linux's documented ways differ from it.
 * One table; each row says where it is from and why it is right.
 */
#ifndef RFC9293_H
#define RFC9293_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who can tell of an edge. */
#define RFC_SEEN	0x01	/* the state-change tracepoint */
#define RFC_HIDDEN	0x02	/* the life of a request or minisocket: WAVEHAND_EV_HIDDEN */

/**
 * struct rfc_edge - an edge that may be
 * @old_state: WAVEHAND_ESTABLISHED …
 * @new_state: likewise
 * @lanes: RFC_SEEN, RFC_HIDDEN or both
 * @source: section of the RFC, or function of the kernel
 * @reason: why it may be
 */
struct rfc_edge {
	uint8_t old_state;
	uint8_t new_state;
	uint8_t lanes;
	const char *source;
	const char *reason;
};

extern const struct rfc_edge rfc_edges[];
extern const size_t rfc_edge_count;

/**
 * rfc_edge - the row of an edge
 * @old_state: any number
 * @new_state: any number
 * @hidden: it is of a request or minisocket
 *
 * Return: the row, or NULL for an edge that cannot be.
 */
const struct rfc_edge *rfc_edge(unsigned int old_state, unsigned int new_state, bool hidden);

/**
 * struct rfc_send - in which states a segment can be sent
 * @flags: flags that it has …
 * @mask: … out of these
 * @states: bit 1 << WAVEHAND_ESTABLISHED …: the states
 * @fast_open: further ones of a passive endpoint with Fast Open
 * @rule: what is broken where it was sent in another state
 * @source: as in struct rfc_edge
 */
struct rfc_send {
	uint8_t flags;
	uint8_t mask;
	uint16_t states;
	uint16_t fast_open;
	const char *rule;
	const char *source;
};

extern const struct rfc_send rfc_sends[];
extern const size_t rfc_send_count;

/**
 * rfc_send - the rule that a sent segment breaks
 * @state: of its endpoint at that moment
 * @tcp_flags: WAVEHAND_FIN …
 * @fast_open: its endpoint is one of Fast Open
 *
 * A received segment may be anything in any state: a peer may send anything.
 *
 * Return: the rule, or NULL when none is broken.
 */
const struct rfc_send *rfc_send(unsigned int state, unsigned int tcp_flags, bool fast_open);

#endif /* RFC9293_H */
