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
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/mptcp.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/tcp_states.h>
#include <trace/events/sock.h>
#include <trace/events/tcp.h>
#include "cause.h"
#include "listener.h"
#include "owner.h"
#include "path.h"
#include "probe.h"
#include "request.h"
#include "store.h"
#include "tuple.h"

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

/*
 * A socket that starts another life still has the last one's inet_sport, until
 * it is bound; inet_num is 0 then. At -> CLOSED it is the other way round.
 */
static u16 local_port(const struct sock *sk, const struct wh_event *event)
{
	if (event->old_state == WAVEHAND_CLOSED ||
	    (event->old_state == WAVEHAND_SYN_SENT && !event->flags))
		return inet_sk(sk)->inet_num;
	return ntohs(inet_sk(sk)->inet_sport);
}

static noinline void learn_addresses(struct wavehand_endpoint *pub,
				     const struct sock *sk,
				     const struct wh_event *event)
{
	u16 port;

	if (wh_is_ipv6(sk)) {
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

	port = local_port(sk, event);
	if (port) {
		pub->local_port = port;
		pub->known |= WAVEHAND_KNOWN_LOCAL;
	}
	pub->remote_port = ntohs(inet_sk(sk)->inet_dport);
	if (pub->remote_port)
		pub->known |= WAVEHAND_KNOWN_REMOTE;
	else
		memset(pub->remote_addr, 0, sizeof(pub->remote_addr));
}

static noinline void learn_cookie(struct wavehand_endpoint *pub, const struct sock *sk)
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
 * initial numbers can be told at any time, Fast Open's data included.
 */
static noinline void learn_isn(struct wavehand_endpoint *pub,
			       const struct tcp_sock *tp, u8 flags)
{
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
	/* The kernel may count the peer's FIN; SOCK_DONE tells that it came. */
	bool fin = sock_flag(sk, SOCK_DONE);
	u64 received = tp->bytes_received;

	/* A retransmission that could not be sent counts in the latter alone. */
	pub->bytes_sent = tp->bytes_sent -
			  min(tp->bytes_sent, tp->bytes_retrans);
	if (pub->known & WAVEHAND_KNOWN_IRS)
		/* Fast Open leaves the FIN out: the numbers are exact. */
		received += (s32)(tp->rcv_nxt - pub->irs - 1 - fin -
				  (u32)received);
	else
		received -= min_t(u64, received, fin);
	pub->bytes_received = received;
	pub->known |= WAVEHAND_KNOWN_BYTES;
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

/* From LISTEN; or from CLOSED, when the listener was closing just then. */
static bool is_child(u8 old_state, u8 new_state)
{
	return new_state == WAVEHAND_SYN_RECEIVED &&
	       old_state != WAVEHAND_SYN_SENT;
}

static u8 role_at_birth(u8 old_state, u8 new_state)
{
	if (is_child(old_state, new_state))
		return WAVEHAND_ROLE_PASSIVE;
	if (new_state == WAVEHAND_LISTEN || old_state == WAVEHAND_LISTEN)
		return WAVEHAND_ROLE_LISTENER;
	if (new_state == WAVEHAND_SYN_SENT || old_state == WAVEHAND_SYN_SENT)
		return WAVEHAND_ROLE_ACTIVE;
	return WAVEHAND_ROLE_UNKNOWN;
}

static u8 process_or_unknown(const struct sock *sk)
{
	return wh_in_system_call(sk) ? WAVEHAND_ACTOR_PROCESS :
				    WAVEHAND_ACTOR_UNKNOWN;
}

/* Both FINs are through: the one just came, or the ACK of the other. */
static bool both_fins_done(const struct sock *sk, u8 old_state)
{
	return sock_flag(sk, SOCK_DONE) && old_state != WAVEHAND_CLOSE_WAIT &&
	       tcp_sk(sk)->snd_una == tcp_sk(sk)->write_seq;
}

/* What closed the socket without a handshake of FINs going on. */
static u8 closing_actor(const struct sock *sk, u8 old_state, int error)
{
	if (both_fins_done(sk, old_state))
		return WAVEHAND_ACTOR_SEGMENT;
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
		return process_or_unknown(sk);
	default:
		/* An ICMP error, remembered until a timer ran out, or at once. */
		return READ_ONCE(sk->sk_err_soft) == error ?
		       WAVEHAND_ACTOR_TIMER : WAVEHAND_ACTOR_SEGMENT;
	}

	return process_or_unknown(sk);
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
		return process_or_unknown(sk);
	}
}

/* What does not change any more. */
static noinline void learn_birth(struct wavehand_endpoint *pub,
				 const struct sock *sk,
				 const struct wh_event *event)
{
	const struct net *net = sock_net(sk);

	pub->netns = net->net_cookie;
	pub->netns_ino = net->ns.inum;
	if (pub->role == WAVEHAND_ROLE_UNKNOWN)
		pub->role = role_at_birth(event->old_state, event->new_state);
	pub->owner_uid = __kuid_val(READ_ONCE(sk->sk_uid));
}

static void learn_flags(struct wavehand_endpoint *pub, const struct sock *sk)
{
	if (sk_is_mptcp(sk))
		pub->flags |= WAVEHAND_EP_MPTCP;
	if (tcp_sk(sk)->syn_data_acked)
		pub->flags |= WAVEHAND_EP_FAST_OPEN;
	if (tcp_sk(sk)->repair)
		pub->flags |= WAVEHAND_EP_REPAIR;
}

static void learn(struct wavehand_endpoint *pub, const struct sock *sk,
		  const struct wh_event *event)
{
	const u16 addresses = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE;
	const u16 isn = WAVEHAND_KNOWN_ISS | WAVEHAND_KNOWN_IRS;

	learn_flags(pub, sk);
	if (unlikely((pub->known & addresses) != addresses))
		learn_addresses(pub, sk, event);
	/* Up to 6.12 a new child still has its listener's cookie. */
	if (unlikely(!(pub->known & WAVEHAND_KNOWN_COOKIE)) &&
	    !is_child(event->old_state, event->new_state))
		learn_cookie(pub, sk);
	/* Under TCP_REPAIR somebody else made the numbers up. */
	if (event->flags && !(pub->flags & WAVEHAND_EP_REPAIR)) {
		/* A segment may have told others that did not count. */
		if (unlikely((pub->known & isn) != isn) ||
		    event->new_state == WAVEHAND_ESTABLISHED)
			learn_isn(pub, tcp_sk(sk), event->flags);
		learn_bytes(pub, sk);
	}
}

/* At its birth. */
static noinline void learn_owner(struct wavehand_endpoint *pub,
				 const struct sock *sk,
				 const struct wh_event *event)
{
	if (is_child(event->old_state, event->new_state))
		wh_listener_inherit(pub, sk->sk_family);
	else if (event->old_state == WAVEHAND_CLOSED &&
		 event->actor == WAVEHAND_ACTOR_PROCESS)
		wh_owner_learn(pub);
}

/* Of a socket in SYN-RECEIVED; of one that gets there, a note tells. */
static bool child_of(struct wh_child *child, const struct sock *sk,
		     u8 old_state, u8 new_state)
{
	if (is_child(old_state, new_state))
		return wh_request_child(sk, child);
	if (old_state != WAVEHAND_SYN_RECEIVED)
		return false;
	child->cookie = false;
	wh_tuple_of_socket(&child->tuple, sk);
	child->iss = tcp_sk(sk)->snd_una - (u32)tcp_sk(sk)->bytes_acked - 1;
	return true;
}

/* Counts the sockets that were made of an endpoint's request and are in SYN-RECEIVED. */
static void count_children(struct wh_endpoint *endpoint,
			   const struct wh_event *event)
{
	if (is_child(event->old_state, event->new_state))
		endpoint->children += endpoint->children < WH_CHILDREN_MAX;
	else if (event->old_state == WAVEHAND_SYN_RECEIVED)
		endpoint->children -= endpoint->children > 0;
}

/*
 * It was made of a request, and is dropped before it is ESTABLISHED, silently: another
 * one was faster, or there was no memory. If it was the only one the request goes on, or
 * its end will be told.
 */
static bool is_dropped(const struct sock *sk, const struct wh_endpoint *endpoint,
		       const struct wh_event *event)
{
	const struct wavehand_endpoint *pub = &endpoint->pub;

	if (event->old_state != WAVEHAND_SYN_RECEIVED ||
	    event->new_state != WAVEHAND_CLOSED || event->error ||
	    sk->sk_socket || pub->role != WAVEHAND_ROLE_PASSIVE ||
	    pub->state != WAVEHAND_SYN_RECEIVED)
		return false;
	return endpoint->children || (endpoint->again[WH_SENT].syn &&
				      !(pub->flags & WAVEHAND_EP_COOKIE));
}

/* Of a socket that another one of the same request outlives, or the request itself. */
static void drop(struct wh_entry *entry, struct wh_event *event)
{
	event->flags |= WAVEHAND_EV_RAW;
	if (entry->twin)
		return;
	if (entry->endpoint->children)
		wh_store_forget_key(entry);
	else
		wh_store_give_back(entry);
}

static void learn_child(struct wh_entry *entry, const struct wh_child *from)
{
	if (!entry->endpoint->named)
		wh_store_learn_tuple(entry, &from->tuple);
	if (from->cookie)
		entry->endpoint->pub.flags |= WAVEHAND_EP_COOKIE;
}

/*
 * The tracepoint tells what the socket does. Behind it there may be a minisocket; or there
 * should be one, and is not.
 */
static noinline void mark_end(struct wh_event *event, struct wh_entry *entry,
			      const struct sock *sk)
{
	struct wavehand_endpoint *pub = &entry->endpoint->pub;

	if (pub->flags & WAVEHAND_EP_MINISOCKET) {
		event->flags |= WAVEHAND_EV_RAW;
		wh_store_forget_key(entry);
		return;
	}
	pub->cause = wh_cause(sk, entry->endpoint, event->old_state, event->error);
	if (entry->endpoint->wanted) {
		event->flags |= WAVEHAND_EV_HIDDEN;
		event->error = 0;
		event->reason = WAVEHAND_CAUSE_NO_MINISOCKET;
	}
}

static noinline void learn_listener(const struct wavehand_endpoint *pub,
				    const struct sock *sk,
				    const struct wh_event *event)
{
	if (event->new_state == WAVEHAND_LISTEN)
		wh_listener_add(sk, pub, sk->sk_family);
	else if (event->new_state == WAVEHAND_CLOSED)
		wh_listener_remove(sk, sock_net(sk)->net_cookie,
				   ntohs(inet_sk(sk)->inet_sport));
}

static u32 tries_of(const struct sock *sk)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);
	u32 tries = max_t(u32, icsk->icsk_retransmits, icsk->icsk_probes_out);

	return min(tries, WH_TRIES_MAX);
}

/* All but the states, which are there. */
static void fill_in(struct wh_event *event, const struct sock *sk)
{
	u8 old_state = event->old_state;
	u8 new_state = event->new_state;
	unsigned int error = READ_ONCE(sk->sk_err);

	event->time = ktime_get_ns();
	event->error = min(error, WH_ERROR_MAX);
	event->actor = actor_of(sk, old_state, new_state, event->error);
	if (event->actor == WAVEHAND_ACTOR_PROCESS)
		event->actor_pid = task_tgid_nr(current);
	else if (event->actor == WAVEHAND_ACTOR_TIMER)
		event->tries = tries_of(sk);
	event->flags = valid_numbers(sk, old_state, new_state);
	if (event->flags & WAVEHAND_EV_SEQ)
		event->seq = tcp_sk(sk)->write_seq;
	if (event->flags & WAVEHAND_EV_ACK)
		event->ack = tcp_sk(sk)->rcv_nxt;
}

static __always_inline void commit(struct wh_entry *entry, struct wh_event *event)
	__releases(&entry->shard->lock)
{
	/* Only here: so the compiler knows it all the way into the ring. */
	event->kind = WAVEHAND_TRANSITION;
	wh_store_commit(entry, event);
}

/*
 * Of a listener's child that is not ESTABLISHED yet: it may be one of several, and of a
 * request, where those are observed. Not inline: the other transitions need no room for this.
 *
 * Return: false when the event is of one that is dropped: there is nothing to learn.
 */
static noinline bool begin_child(struct wh_entry *entry, const struct sock *sk,
				 struct wh_event *event)
	__acquires(&entry->shard->lock)
{
	struct wh_child from;
	bool known = child_of(&from, sk, event->old_state, event->new_state);

	wh_store_begin(entry, sk, event, known ? &from : NULL);
	count_children(entry->endpoint, event);
	if (entry->twin || is_dropped(sk, entry->endpoint, event)) {
		drop(entry, event);
		return false;
	}
	if (known)
		learn_child(entry, &from);
	return true;
}

static void probe_state(void *data, const struct sock *sk, const int old_state,
			const int new_state)
{
	struct wh_event event = {
		.provenance = WAVEHAND_OBSERVED,
		.old_state = old_state,
		.new_state = new_state,
	};
	struct wavehand_endpoint *pub;
	struct wh_entry entry;

	/* MPTCP's own sockets, SCTP and DCCP are no tcp_sock. */
	if (unlikely(sk->sk_protocol != IPPROTO_TCP))
		return;
	fill_in(&event, sk);
	if ((is_child(old_state, new_state) ||
	     old_state == WAVEHAND_SYN_RECEIVED) &&
	    wh_source_on(&wh_source_request)) {
		if (!begin_child(&entry, sk, &event)) {
			commit(&entry, &event);
			return;
		}
	} else {
		wh_store_begin(&entry, sk, &event, NULL);
	}

	pub = &entry.endpoint->pub;
	if (unlikely(entry.born))
		learn_birth(pub, sk, &event);
	learn(pub, sk, &event);
	if (unlikely(entry.born))
		learn_owner(pub, sk, &event);
	if (unlikely(old_state == WAVEHAND_LISTEN ||
		     new_state == WAVEHAND_LISTEN))
		learn_listener(pub, sk, &event);
	if (new_state == WAVEHAND_CLOSED)
		mark_end(&event, &entry, sk);
	else if (new_state == WAVEHAND_SYN_RECEIVED &&
		 pub->state == WAVEHAND_SYN_RECEIVED)
		event.flags |= WAVEHAND_EV_RAW;	/* a request was before */
	commit(&entry, &event);
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

static struct wh_probe probes[] = {
	{ .name = "inet_sock_set_state", .function = probe_state },
	{ .name = "tcp_destroy_sock", .function = probe_destroy },
	{ }
};

struct wh_source wh_source_state = {
	.name = "state",
	.needs = "CONFIG_TRACEPOINTS and CONFIG_INET, Linux 6.1 or later",
	.probes = probes,
};
