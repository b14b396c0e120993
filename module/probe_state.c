// SPDX-License-Identifier: GPL-2.0
/*
 * Source: the state changes of TCP sockets (sock:inet_sock_set_state), and their
 * destruction (tcp:tcp_destroy_sock) as the safety net.
 *
 * The tracepoint fires before sk_state is written, with the socket's lock held
 * (a child that is just being made is nobody else's yet): plain reads of the
 * socket do, but for what other locks protect.
 */
#include <linux/errno.h>
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/mptcp.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/tcp_states.h>
#include <trace/events/sock.h>
#include <trace/events/tcp.h>
#include "listener.h"
#include "probe.h"
#include "store.h"

static_assert(WAVEHAND_ESTABLISHED == TCP_ESTABLISHED);
static_assert(WAVEHAND_SYN_SENT == TCP_SYN_SENT);
static_assert(WAVEHAND_SYN_RECEIVED == TCP_SYN_RECV);
static_assert(WAVEHAND_FIN_WAIT_1 == TCP_FIN_WAIT1);
static_assert(WAVEHAND_FIN_WAIT_2 == TCP_FIN_WAIT2);
static_assert(WAVEHAND_TIME_WAIT == TCP_TIME_WAIT);
static_assert(WAVEHAND_CLOSED == TCP_CLOSE);
static_assert(WAVEHAND_CLOSE_WAIT == TCP_CLOSE_WAIT);
static_assert(WAVEHAND_LAST_ACK == TCP_LAST_ACK);
static_assert(WAVEHAND_LISTEN == TCP_LISTEN);
static_assert(WAVEHAND_CLOSING == TCP_CLOSING);

static bool is_ipv6(const struct sock *sk)
{
#if IS_ENABLED(CONFIG_IPV6)
	return sk->sk_family == AF_INET6 &&
	       !ipv6_addr_v4mapped(&sk->sk_v6_daddr) &&
	       !ipv6_addr_v4mapped(&sk->sk_v6_rcv_saddr);
#else
	return false;
#endif
}

static void learn_addresses(struct wavehand_endpoint *pub,
			    const struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);

	if (is_ipv6(sk)) {
		pub->family = 6;
#if IS_ENABLED(CONFIG_IPV6)
		memcpy(pub->local_addr, &sk->sk_v6_rcv_saddr, 16);
		memcpy(pub->remote_addr, &sk->sk_v6_daddr, 16);
#endif
	} else {
		/* A listener's wildcard may have been IPv6. */
		memset(pub->local_addr, 0, sizeof(pub->local_addr));
		memset(pub->remote_addr, 0, sizeof(pub->remote_addr));
		pub->family = 4;
		memcpy(pub->local_addr, &sk->sk_rcv_saddr, 4);
		memcpy(pub->remote_addr, &sk->sk_daddr, 4);
	}

	/* inet_num is 0 already at -> CLOSED, inet_sport is not. */
	pub->local_port = ntohs(inet->inet_sport);
	pub->remote_port = ntohs(inet->inet_dport);
	if (pub->local_port)
		pub->known |= WAVEHAND_KNOWN_LOCAL;
	if (pub->remote_port)
		pub->known |= WAVEHAND_KNOWN_REMOTE;
	else
		memset(pub->remote_addr, 0, sizeof(pub->remote_addr));
}

static void learn_cookie(struct wavehand_endpoint *pub, const struct sock *sk)
{
	u32 cookie[2];

	/* Gives the socket its cookie where it has none: an atomic field. */
	sock_diag_save_cookie((struct sock *)sk, cookie);
	pub->cookie = cookie[0] | (u64)cookie[1] << 32;
	pub->known |= WAVEHAND_KNOWN_COOKIE;
}

/*
 * snd_una moves together with bytes_acked, rcv_nxt with bytes_received. An
 * active opener counts its SYN in bytes_acked; a child's counters start behind
 * both SYNs, an active opener's bytes_received behind the peer's. So both
 * initial numbers can be told at any time, Fast Open's data included. A socket
 * under TCP_REPAIR has numbers that somebody made up.
 */
static void learn_isn(struct wavehand_endpoint *pub, const struct tcp_sock *tp,
		      u8 flags)
{
	if (tp->repair)
		return;
	if (flags & WAVEHAND_EV_SEQ && pub->role != WAVEHAND_ROLE_UNKNOWN) {
		pub->iss = tp->snd_una - (u32)tp->bytes_acked -
			   (pub->role == WAVEHAND_ROLE_PASSIVE);
		pub->known |= WAVEHAND_KNOWN_ISS;
	}
	if (flags & WAVEHAND_EV_ACK) {
		pub->irs = tp->rcv_nxt - (u32)tp->bytes_received - 1;
		pub->known |= WAVEHAND_KNOWN_IRS;
	}
}

static void learn_bytes(struct wavehand_endpoint *pub, const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	pub->bytes_sent = tp->bytes_sent - tp->bytes_retrans;
	/* The kernel counts the peer's FIN; SOCK_DONE tells that it came. */
	pub->bytes_received = tp->bytes_received - sock_flag(sk, SOCK_DONE);
	pub->known |= WAVEHAND_KNOWN_BYTES;
}

static void learn_owner(struct wavehand_endpoint *pub)
{
	pub->owner_pid = task_tgid_nr(current);
	/* Another thread may rename this one meanwhile: a torn name at worst. */
	data_race(memcpy(pub->owner_comm, current->comm,
			 sizeof(pub->owner_comm)));
	pub->owner_comm[sizeof(pub->owner_comm) - 1] = '\0';
	pub->known |= WAVEHAND_KNOWN_OWNER;
}

/* Which of write_seq and rcv_nxt mean something in this transition. */
static u8 valid_numbers(const struct sock *sk, u8 old_state, u8 new_state)
{
	switch (old_state) {
	case WAVEHAND_CLOSED:	/* not chosen yet, or left over */
	case WAVEHAND_LISTEN:	/* the listener's */
		return 0;
	case WAVEHAND_SYN_SENT:
		/* A connect() that failed early sent no SYN. */
		if (!tcp_sk(sk)->segs_out)
			return 0;
		/* The peer's numbers are stored behind -> SYN-RECEIVED. */
		if (new_state != WAVEHAND_ESTABLISHED)
			return WAVEHAND_EV_SEQ;
		break;
	}
	return WAVEHAND_EV_SEQ | WAVEHAND_EV_ACK;
}

static u8 role_at_birth(u8 old_state, u8 new_state)
{
	if (new_state == WAVEHAND_LISTEN || old_state == WAVEHAND_LISTEN)
		return new_state == WAVEHAND_SYN_RECEIVED ?
		       WAVEHAND_ROLE_PASSIVE : WAVEHAND_ROLE_LISTENER;
	if (old_state == WAVEHAND_CLOSED && new_state == WAVEHAND_SYN_SENT)
		return WAVEHAND_ROLE_ACTIVE;
	return WAVEHAND_ROLE_UNKNOWN;
}

/* What closed the socket without a handshake of FINs going on. */
static u8 closing_actor(const struct sock *sk, u8 old_state, int error)
{
	switch (error) {
	case 0:
		break;
	case ETIMEDOUT:
		return WAVEHAND_ACTOR_TIMER;
	case ECONNREFUSED:
	case ECONNRESET:
	case EPIPE:
		return WAVEHAND_ACTOR_SEGMENT;
	case ECONNABORTED:
		return in_task() ? WAVEHAND_ACTOR_PROCESS :
				   WAVEHAND_ACTOR_UNKNOWN;
	default:
		/* An ICMP error, at once or remembered until a timer ran out. */
		return WAVEHAND_ACTOR_UNKNOWN;
	}

	/* The peer's FIN has come: its last segment, or ours acknowledged. */
	if (sock_flag(sk, SOCK_DONE) && old_state != WAVEHAND_CLOSE_WAIT)
		return WAVEHAND_ACTOR_SEGMENT;
	return in_task() ? WAVEHAND_ACTOR_PROCESS : WAVEHAND_ACTOR_UNKNOWN;
}

/*
 * In softirq context the current process is a bystander, and in process context
 * release_sock() may be working off segments of the peer: the states tell more
 * than the context does.
 */
static u8 actor_of(const struct sock *sk, u8 old_state, u8 new_state, int error)
{
	switch (new_state) {
	case WAVEHAND_ESTABLISHED:
		if (tcp_sk(sk)->repair)
			return WAVEHAND_ACTOR_PROCESS;
		fallthrough;
	case WAVEHAND_SYN_RECEIVED:
	case WAVEHAND_FIN_WAIT_2:
	case WAVEHAND_CLOSE_WAIT:
	case WAVEHAND_CLOSING:
		return WAVEHAND_ACTOR_SEGMENT;
	case WAVEHAND_CLOSED:
		return closing_actor(sk, old_state, error);
	default:
		return in_task() ? WAVEHAND_ACTOR_PROCESS :
				   WAVEHAND_ACTOR_UNKNOWN;
	}
}

static void learn(struct wavehand_endpoint *pub, const struct sock *sk,
		  const struct wh_event *event, bool born)
{
	u8 old_state = event->old_state;
	u8 new_state = event->new_state;
	/* Up to 6.12 such a child still has its listener's cookie. */
	bool child = old_state == WAVEHAND_LISTEN &&
		     new_state == WAVEHAND_SYN_RECEIVED;
	const u16 addresses = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE;
	const u16 isn = WAVEHAND_KNOWN_ISS | WAVEHAND_KNOWN_IRS;

	if (born) {
		const struct net *net = sock_net(sk);

		pub->netns = net->net_cookie;
		pub->netns_ino = net->ns.inum;
		pub->role = role_at_birth(old_state, new_state);
		pub->owner_uid = __kuid_val(READ_ONCE(sk->sk_uid));
	}
	if (sk_is_mptcp(sk))
		pub->flags |= WAVEHAND_EP_MPTCP;
	if ((pub->known & addresses) != addresses)
		learn_addresses(pub, sk);
	if (!(pub->known & WAVEHAND_KNOWN_COOKIE) && !child)
		learn_cookie(pub, sk);
	if (event->flags) {
		if ((pub->known & isn) != isn)
			learn_isn(pub, tcp_sk(sk), event->flags);
		learn_bytes(pub, sk);
	}

	if (old_state == WAVEHAND_CLOSED &&
	    event->actor == WAVEHAND_ACTOR_PROCESS)
		learn_owner(pub);
	else if (child)
		wh_listener_inherit(pub);
}

static void probe_state(void *data, const struct sock *sk, const int old_state,
			const int new_state)
{
	struct wh_event event = {
		.kind = WAVEHAND_TRANSITION,
		.provenance = WAVEHAND_OBSERVED,
		.old_state = old_state,
		.new_state = new_state,
	};
	struct wh_entry entry;

	/* MPTCP's own sockets, SCTP and DCCP are no tcp_sock. */
	if (sk->sk_protocol != IPPROTO_TCP)
		return;

	event.time = ktime_get_ns();
	event.error = READ_ONCE(sk->sk_err);
	event.actor = actor_of(sk, old_state, new_state, event.error);
	if (event.actor == WAVEHAND_ACTOR_PROCESS)
		event.actor_pid = task_tgid_nr(current);
	event.flags = valid_numbers(sk, old_state, new_state);
	if (event.flags & WAVEHAND_EV_SEQ)
		event.seq = tcp_sk(sk)->write_seq;
	if (event.flags & WAVEHAND_EV_ACK)
		event.ack = tcp_sk(sk)->rcv_nxt;

	wh_store_begin(&entry, sk, old_state, new_state);
	learn(&entry.endpoint->pub, sk, &event, entry.born);
	if (new_state == WAVEHAND_LISTEN)
		wh_listener_add(sk, &entry.endpoint->pub);
	else if (old_state == WAVEHAND_LISTEN && new_state == WAVEHAND_CLOSED)
		wh_listener_remove(sk, ntohs(inet_sk(sk)->inet_sport));
	wh_store_commit(&entry, &event);
}

static void probe_destroy(void *data, struct sock *sk)
{
	wh_store_forget(sk);
}

/* The table holds void pointers: let the compiler see their types once. */
static void __maybe_unused check_types(void)
{
	check_trace_callback_type_inet_sock_set_state(probe_state);
	check_trace_callback_type_tcp_destroy_sock(probe_destroy);
}

struct wh_probe wh_probes_state[] = {
	{ .name = "inet_sock_set_state", .function = probe_state },
	{ .name = "tcp_destroy_sock", .function = probe_destroy },
	{ }
};
