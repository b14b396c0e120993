// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel tells an error where it was told one (sk_err is set before -> CLOSED by
 * tcp_done_with_error(), tcp_reset()). Else __tcp_close(), tcp_disconnect() and the
 * timers leave their traces in the socket; each is read here before it is cleared.
 */
#include <linux/errno.h>
#include <linux/preempt.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "cause.h"
#include "endpoint.h"
#include "probe.h"

/*
 * Process context alone does not make it the process's doing: segments are
 * received there as well (threaded NAPI, busy polling, tun). Then the socket is
 * not owned by a user, which it is in any system call.
 */
bool wh_in_system_call(const struct sock *sk)
{
	return in_task() && sock_owned_by_user_nocheck(sk);
}

/* Had a segment come, it would have been seen. */
static bool is_watched(const struct wh_endpoint *endpoint)
{
	return endpoint->named && wh_source_on(&wh_source_segment);
}

/*
 * tcp_rcv_state_process() resets a closed socket by tcp_reset() when data come: that
 * looks like a reset received, but none came.
 */
static u8 reset_cause(const struct sock *sk, const struct wh_endpoint *endpoint,
		      u8 old_state)
{
	bool fin_sent = old_state == WAVEHAND_FIN_WAIT_1 ||
			old_state == WAVEHAND_FIN_WAIT_2;

	if (fin_sent && sk->sk_shutdown & RCV_SHUTDOWN && !endpoint->reset &&
	    is_watched(endpoint))
		return WAVEHAND_CAUSE_LATE_DATA;
	return WAVEHAND_CAUSE_RESET;
}

static u8 error_cause(const struct sock *sk, const struct wh_endpoint *endpoint,
		      u8 old_state, int error)
{
	switch (error) {
	case ETIMEDOUT:
		return WAVEHAND_CAUSE_TIMEOUT;
	case ECONNREFUSED:
		/* Or by ICMP: port unreachable. */
		if (is_watched(endpoint) && !endpoint->reset)
			return WAVEHAND_CAUSE_UNREACHABLE;
		return WAVEHAND_CAUSE_REFUSED;
	case ECONNRESET:
	case EPIPE:
		return reset_cause(sk, endpoint, old_state);
	case ECONNABORTED:
		return WAVEHAND_CAUSE_ABORTED;
	/* icmp_err_convert[], icmpv6_err_convert() */
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENOPROTOOPT:
	case EHOSTDOWN:
	case ENONET:
	case EOPNOTSUPP:
	case EPROTO:
	case EACCES:
		return WAVEHAND_CAUSE_UNREACHABLE;
	default:
		return WAVEHAND_CAUSE_FAILED;
	}
}

/* In close(2), or connect(2) to AF_UNSPEC: the order is that of __tcp_close(). */
static u8 process_cause(const struct sock *sk, u8 old_state)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	bool fin = sock_flag(sk, SOCK_DONE);

	if (sk->sk_shutdown != SHUTDOWN_MASK)
		return WAVEHAND_CAUSE_DISCONNECT;
	if (!sock_flag(sk, SOCK_DEAD)) {
		if ((s32)(tp->rcv_nxt - fin - tp->copied_seq) > 0)
			return WAVEHAND_CAUSE_UNREAD;
		return sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime ?
		       WAVEHAND_CAUSE_LINGER : WAVEHAND_CAUSE_DISCONNECT;
	}
	if (old_state == WAVEHAND_FIN_WAIT_2 && READ_ONCE(tp->linger2) < 0)
		return WAVEHAND_CAUSE_LINGER;
	return check_net(sock_net(sk)) ? WAVEHAND_CAUSE_MEMORY :
					 WAVEHAND_CAUSE_NETNS;
}

/* Both FINs are through, or a minisocket waits for the other one out of sight. */
static bool is_finished(const struct sock *sk,
			const struct wh_endpoint *endpoint, u8 old_state)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	switch (old_state) {
	case WAVEHAND_FIN_WAIT_2:
		/* What tcp_time_wait() is for; nobody saw it of a socket not known before. */
		if (endpoint->wanted ||
		    ((!endpoint->total || !wh_source_on(&wh_source_timewait)) &&
		     sock_flag(sk, SOCK_DEAD) && READ_ONCE(tp->linger2) >= 0 &&
		     !READ_ONCE(sk->sk_err)))
			return true;
		fallthrough;
	case WAVEHAND_FIN_WAIT_1:
	case WAVEHAND_CLOSING:
	case WAVEHAND_LAST_ACK:
		return sock_flag(sk, SOCK_DONE) && tp->snd_una == tp->write_seq;
	default:
		return false;
	}
}

/*
 * tcp_rcv_state_process(), of one whose FIN has this moment been acknowledged; else
 * tcp_keepalive_timer(), where there never was a minisocket: the time is over.
 */
static u8 orphan_cause(const struct tcp_sock *tp)
{
	if (READ_ONCE(tp->linger2) < 0)
		return WAVEHAND_CAUSE_LINGER;
	return tcp_jiffies32 - tp->rcv_tstamp < nsecs_to_jiffies(WH_JUST_NOW) ?
	       WAVEHAND_CAUSE_LATE_DATA : WAVEHAND_CAUSE_CLOSED;
}

static u8 silent_cause(const struct sock *sk,
		       const struct wh_endpoint *endpoint, u8 old_state)
{
	if (old_state == WAVEHAND_LISTEN || tcp_sk(sk)->repair)
		return WAVEHAND_CAUSE_CLOSED;
	if (old_state == WAVEHAND_SYN_SENT)
		return tcp_sk(sk)->segs_out ? WAVEHAND_CAUSE_GIVEN_UP :
					      WAVEHAND_CAUSE_FAILED;
	if (wh_in_system_call(sk))
		return process_cause(sk, old_state);
	/* inet_csk_listen_stop(): nobody accepted it, and now nobody will. */
	if (endpoint->pub.role == WAVEHAND_ROLE_PASSIVE && !sk->sk_socket &&
	    !sock_flag(sk, SOCK_DEAD))
		return WAVEHAND_CAUSE_REFUSAL;
	if (!check_net(sock_net(sk)))
		return WAVEHAND_CAUSE_NETNS;
	if (old_state == WAVEHAND_FIN_WAIT_2)
		return orphan_cause(tcp_sk(sk));
	/* tcp_out_of_resources(), or a child that could not be set up. */
	return sock_flag(sk, SOCK_DEAD) ? WAVEHAND_CAUSE_MEMORY :
					  WAVEHAND_CAUSE_UNKNOWN;
}

/**
 * wh_cause() - why does a socket close?
 * @sk: at its transition to CLOSED
 * @endpoint: its endpoint
 * @old_state: from which state
 * @error: its sk_err
 *
 * Return: WAVEHAND_CAUSE_*.
 */
u8 wh_cause(const struct sock *sk, const struct wh_endpoint *endpoint,
	    u8 old_state, int error)
{
	/* First: an error may be pending that ended nothing (IP_RECVERR). */
	if (is_finished(sk, endpoint, old_state))
		return old_state == WAVEHAND_LAST_ACK ? WAVEHAND_CAUSE_PEER :
							WAVEHAND_CAUSE_CLOSED;
	if (error)
		return error_cause(sk, endpoint, old_state, error);
	return silent_cause(sk, endpoint, old_state);
}
