// SPDX-License-Identifier: GPL-2.0
#include "language.h"
#include "rfc9293.h"
#include "wavehand.h"

#define S(state) WAVEHAND_##state
#define FIGURE "RFC 9293, 3.3.2, figure 5"
#define RESET "RFC 9293, 3.5.3, 3.10.5 and 3.8.3"
#define SAME "tcp_close_state()"

const struct rfc_edge rfc_edges[] = {
	{ S(CLOSED), S(LISTEN), RFC_SEEN, FIGURE, N_("passive OPEN") },
	{ S(CLOSED), S(SYN_SENT), RFC_SEEN, FIGURE, N_("active OPEN: a SYN is sent") },
	{ S(LISTEN), S(SYN_RECEIVED), RFC_SEEN | RFC_HIDDEN, FIGURE, N_("a SYN came") },
	{ S(LISTEN), S(SYN_SENT), RFC_SEEN, FIGURE, N_("SEND on a listening connection") },
	{ S(LISTEN), S(CLOSED), RFC_SEEN, FIGURE, N_("CLOSE") },
	{ S(SYN_SENT), S(SYN_RECEIVED), RFC_SEEN, FIGURE, N_("a SYN came: simultaneous open") },
	{ S(SYN_SENT), S(ESTABLISHED), RFC_SEEN, FIGURE, N_("SYN and ACK came") },
	{ S(SYN_SENT), S(CLOSED), RFC_SEEN, FIGURE, N_("CLOSE, a reset or too many tries") },
	{ S(SYN_RECEIVED), S(ESTABLISHED), RFC_SEEN, FIGURE, N_("the ACK of its SYN came") },
	{ S(SYN_RECEIVED), S(FIN_WAIT_1), RFC_SEEN, FIGURE, N_("CLOSE") },
	{ S(SYN_RECEIVED), S(LISTEN), RFC_SEEN, FIGURE, N_("a reset came (note 1)") },
	{ S(SYN_RECEIVED), S(CLOSE_WAIT), RFC_SEEN, "RFC 9293, 3.10.7.4, eighth",
	  N_("a FIN came") },
	{ S(ESTABLISHED), S(FIN_WAIT_1), RFC_SEEN, FIGURE, N_("CLOSE: a FIN is sent") },
	{ S(ESTABLISHED), S(CLOSE_WAIT), RFC_SEEN, FIGURE, N_("a FIN came") },
	{ S(FIN_WAIT_1), S(FIN_WAIT_2), RFC_SEEN, FIGURE, N_("the ACK of its FIN came") },
	{ S(FIN_WAIT_1), S(CLOSING), RFC_SEEN, FIGURE, N_("a FIN came: simultaneous close") },
	{ S(FIN_WAIT_1), S(TIME_WAIT), RFC_HIDDEN, FIGURE,
	  N_("a FIN and the ACK of its own came (note 2)") },
	{ S(FIN_WAIT_2), S(TIME_WAIT), RFC_HIDDEN, FIGURE, N_("a FIN came") },
	{ S(CLOSING), S(TIME_WAIT), RFC_HIDDEN, FIGURE, N_("the ACK of its FIN came") },
	{ S(CLOSE_WAIT), S(LAST_ACK), RFC_SEEN, FIGURE, N_("CLOSE: a FIN is sent") },
	{ S(LAST_ACK), S(CLOSED), RFC_SEEN, FIGURE, N_("the ACK of its FIN came") },
	{ S(TIME_WAIT), S(CLOSED), RFC_HIDDEN, FIGURE, N_("2MSL is over") },
	{ S(TIME_WAIT), S(TIME_WAIT), RFC_HIDDEN, "RFC 9293, 3.10.7.4, eighth",
	  N_("the FIN came again: 2MSL starts anew") },

	/* A reset may come or go, a user may abort, tries may be too many, anywhere. */
	{ S(SYN_RECEIVED), S(CLOSED), RFC_SEEN | RFC_HIDDEN, RESET,
	  N_("reset, abort or too many tries") },
	{ S(ESTABLISHED), S(CLOSED), RFC_SEEN, RESET, N_("reset, abort or too many tries") },
	{ S(FIN_WAIT_1), S(CLOSED), RFC_SEEN, RESET, N_("reset, abort or too many tries") },
	{ S(CLOSE_WAIT), S(CLOSED), RFC_SEEN, RESET, N_("reset, abort or too many tries") },

	/* Linux */
	{ S(FIN_WAIT_2), S(CLOSED), RFC_SEEN, "tcp_time_wait()",
	  N_("reset or abort; or a minisocket lives on, where nobody watches those") },
	{ S(CLOSING), S(CLOSED), RFC_SEEN, "tcp_time_wait()",
	  N_("reset or abort; or a minisocket lives on, where nobody watches those") },
	{ S(FIN_WAIT_2), S(CLOSED), RFC_HIDDEN, "tcp_fin_timeout, tcp_time_wait()",
	  N_("its time is over, a reset came, or there was no minisocket to be had") },
	{ S(FIN_WAIT_1), S(CLOSED), RFC_HIDDEN, "tcp_time_wait()",
	  N_("there was no minisocket to be had") },
	{ S(CLOSING), S(CLOSED), RFC_HIDDEN, "tcp_time_wait()",
	  N_("there was no minisocket to be had") },
	{ S(CLOSED), S(SYN_RECEIVED), RFC_SEEN, "inet_csk_clone_lock()",
	  N_("the child of a listener that closed just then") },
	{ S(FIN_WAIT_1), S(FIN_WAIT_1), RFC_SEEN, SAME, N_("CLOSE behind shutdown(2)") },
	{ S(FIN_WAIT_2), S(FIN_WAIT_2), RFC_SEEN, SAME, N_("CLOSE behind shutdown(2)") },
	{ S(CLOSING), S(CLOSING), RFC_SEEN, SAME, N_("CLOSE behind shutdown(2)") },
	{ S(LAST_ACK), S(LAST_ACK), RFC_SEEN, SAME, N_("CLOSE behind shutdown(2)") },
	{ S(CLOSED), S(CLOSED), RFC_SEEN, SAME, N_("CLOSE of what is closed already") },
};

const size_t rfc_edge_count = sizeof(rfc_edges) / sizeof(rfc_edges[0]);

const struct rfc_edge *rfc_edge(unsigned int old_state, unsigned int new_state, bool hidden)
{
	const unsigned int lane = hidden ? RFC_HIDDEN : RFC_SEEN;
	size_t i;

	for (i = 0; i < rfc_edge_count; i++)
		if (rfc_edges[i].old_state == old_state &&
		    rfc_edges[i].new_state == new_state && rfc_edges[i].lanes & lane)
			return &rfc_edges[i];
	return NULL;
}

#define BIT(state) (1 << WAVEHAND_##state)

const struct rfc_send rfc_sends[] = {
	{ WAVEHAND_SYN, WAVEHAND_SYN | WAVEHAND_ACK, BIT(SYN_SENT), 0,
	  N_("a SYN is sent in SYN-SENT only"), "RFC 9293, 3.10.1; tcp_connect()" },
	/*
	 * The request's timer may send it once more while another processor makes
	 * the socket: ESTABLISHED, or what follows at once, may be told first.
	 */
	{ WAVEHAND_SYN | WAVEHAND_ACK, WAVEHAND_SYN | WAVEHAND_ACK,
	  BIT(SYN_RECEIVED) | BIT(ESTABLISHED) | BIT(CLOSE_WAIT) | BIT(FIN_WAIT_1),
	  BIT(LAST_ACK) | BIT(CLOSING),
	  N_("SYN and ACK are sent in SYN-RECEIVED only"),
	  "RFC 9293, 3.10.7.2; tcp_rtx_synack() may be late" },
	{ WAVEHAND_FIN, WAVEHAND_FIN, BIT(FIN_WAIT_1) | BIT(CLOSING) | BIT(LAST_ACK), 0,
	  N_("a FIN is sent in FIN-WAIT-1, CLOSING and LAST-ACK only"),
	  "RFC 9293, 3.10.4; tcp_send_fin()" },
};

const size_t rfc_send_count = sizeof(rfc_sends) / sizeof(rfc_sends[0]);

const struct rfc_send *rfc_send(unsigned int state, unsigned int tcp_flags, bool fast_open)
{
	size_t i;

	for (i = 0; i < rfc_send_count; i++) {
		const struct rfc_send *rule = &rfc_sends[i];
		unsigned int states = rule->states | (fast_open ? rule->fast_open : 0);

		if ((tcp_flags & rule->mask) == rule->flags &&
		    (state >= WAVEHAND_STATES || !(states >> state & 1)))
			return rule;
	}
	return NULL;
}
