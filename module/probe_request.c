// SPDX-License-Identifier: GPL-2.0
/*
 * Source: requests (struct request_sock): the accept queue that is full, the request
 * that becomes a socket, or that ends without.
 *
 * Segments tell when a request begins (probe_segment.c): a SYN is received, a SYN,ACK is
 * sent by a request_sock. It becomes a socket in tcp_v4_syn_recv_sock(), and until
 * Linux 7.3 the state-change tracepoint fires there before the child has any address:
 * a note for each processor tells whose child it is.
 */
#include <linux/ktime.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/tcp.h>
#include <net/request_sock.h>
#include <net/tcp.h>
#include "await.h"
#include "compat.h"
#include "probe.h"
#include "request.h"
#include "store.h"
#include "tuple.h"

static bool requests = true;
module_param(requests, bool, 0444);
MODULE_PARM_DESC(requests, "Observe requests, from the SYN to the socket (default: Y)");

/**
 * struct note - a child that is being made
 * @task: who makes it: bottom halves are disabled, or this is the task itself
 * @child: of which request
 */
struct note {
	const struct task_struct *task;
	struct wh_child child;
};

/* Written and read by its processor only, by the task noted. */
static DEFINE_PER_CPU(struct note, notes);

static void tuple_of_syn(struct wh_tuple *tuple, const struct sk_buff *skb,
			 const struct sock *listener)
{
	const struct net *net = sock_net(listener);

	if (skb->protocol == htons(ETH_P_IPV6))
		wh_tuple_ipv6(tuple, net, &ipv6_hdr(skb)->daddr,
			      &ipv6_hdr(skb)->saddr);
	else
		wh_tuple_ipv4(tuple, net, ip_hdr(skb)->daddr,
			      ip_hdr(skb)->saddr);
	tuple->local_port = ntohs(tcp_hdr(skb)->dest);
	tuple->remote_port = ntohs(tcp_hdr(skb)->source);
}

/**
 * wh_request_begin() - a SYN begins a passive endpoint
 * @entry: without an endpoint, or with one that ended; gets the new one
 * @tuple: addresses of the endpoint
 * @syn: the SYN, received; is appended
 *
 * Context: a shard is locked.
 */
void wh_request_begin(struct wh_entry *entry, const struct wh_tuple *tuple,
		      struct wh_event *syn)
{
	struct wavehand_endpoint *pub;

	wh_store_request(entry, tuple);
	pub = &entry->endpoint->pub;
	pub->irs = syn->seq;
	pub->known |= WAVEHAND_KNOWN_IRS;
	entry->endpoint->again[WH_RECEIVED].syn = 1;
	wh_await_syn(entry->endpoint, WH_SENT, syn->seq + 1);
	syn->again = 0;
	wh_store_append(entry, syn);
}

static void queue_full(const struct wh_tuple *tuple)
{
	struct wh_event event = {
		.kind = WAVEHAND_QUEUE_FULL,
		.provenance = WAVEHAND_OBSERVED,
		.time = ktime_get_ns(),
	};
	struct wh_entry entry;

	wh_store_find_tuple(&entry, tuple, 0);
	if (entry.endpoint && entry.endpoint->pub.flags & WAVEHAND_EP_REQUEST)
		wh_store_append(&entry, &event);
	wh_store_end(&entry);
}

/* tcp_conn_request(ops, af_ops, listener, skb): a SYN came to a listener. */
static void on_syn(struct ftrace_regs *args)
{
	const struct sock *listener = wh_argument(args, 2);
	const struct sk_buff *skb = wh_argument(args, 3);
	struct wh_tuple tuple;

	if (sk_acceptq_is_full(listener)) {
		tuple_of_syn(&tuple, skb, listener);
		queue_full(&tuple);
	}
}

static void note_child(const struct sock *listener, const struct sk_buff *skb,
		       const struct request_sock *req)
{
	struct note *note = get_cpu_ptr(&notes);

	note->task = current;
	wh_tuple_of_request(&note->child.tuple, req);
	note->child.iss = tcp_rsk(req)->snt_isn;
	/* The kernel looks again: the child may be made all the same. */
	if (sk_acceptq_is_full(listener))
		queue_full(&note->child.tuple);
	/* Time of the SYN,ACK: a cookie does not tell, Fast Open has none yet. */
	note->child.cookie = !tcp_rsk(req)->snt_synack && !tcp_hdr(skb)->syn;
	put_cpu_ptr(&notes);
}

/* tcp_v4_syn_recv_sock(listener, skb, request, …): a socket for a request. */
static void on_child_ipv4(struct ftrace_regs *args)
{
	note_child(wh_argument(args, 0), wh_argument(args, 1),
		   wh_argument(args, 2));
}

/* tcp_v6_syn_recv_sock(listener, skb, request, …): calls the other for IPv4. */
static void on_child_ipv6(struct ftrace_regs *args)
{
	const struct sk_buff *skb = wh_argument(args, 1);

	if (skb->protocol == htons(ETH_P_IPV6))
		note_child(wh_argument(args, 0), skb, wh_argument(args, 2));
}

/**
 * wh_request_child() - which request becomes this socket?
 * @child: that just went from LISTEN to SYN-RECEIVED
 * @from: set to it
 *
 * Context: where that happens.
 * Return: false when nobody saw.
 */
bool wh_request_child(const struct sock *child, struct wh_child *from)
{
	struct note *note;
	bool found;

	if (!wh_source_on(&wh_source_request))
		return false;
	note = get_cpu_ptr(&notes);
	found = note->task == current &&
		note->child.tuple.netns == sock_net(child)->net_cookie;
	if (found)
		*from = note->child;
	note->task = NULL;
	put_cpu_ptr(&notes);
	return found;
}

/* Is its last event a segment of just now with this flag? */
static bool just_now(const struct wh_entry *entry, u8 flag,
		     struct wh_event *last)
{
	wh_store_last(entry, last);
	return last->kind == WAVEHAND_SEGMENT && last->tcp_flags & flag &&
	       ktime_get_ns() - last->time < WH_JUST_NOW;
}

/*
 * With tcp_migrate_req the request goes on as a copy that belongs to another listener,
 * once the timer has sent its SYN,ACK again.
 */
static bool is_migrated(const struct wh_entry *entry,
			const struct request_sock *req)
{
	struct wh_event last;

	return just_now(entry, WAVEHAND_SYN, &last) &&
	       last.flags & WAVEHAND_EV_SENT && req->rsk_listener &&
	       inet_sk_state_load(req->rsk_listener) != TCP_LISTEN &&
	       check_net(read_pnet(&inet_rsk(req)->ireq_net));
}

/*
 * Two processors may make a request each of a SYN that came twice. One loses the race for
 * its place, and goes at once; where TIME-WAIT chose the number both have the same.
 */
static bool lost_race(const struct wh_entry *entry,
		      const struct request_sock *req)
{
	struct wh_event last;

	return !req->num_timeout && !in_task() && req->rsk_listener &&
	       inet_sk_state_load(req->rsk_listener) == TCP_LISTEN &&
	       just_now(entry, WAVEHAND_SYN, &last) &&
	       !(last.flags & WAVEHAND_EV_SENT);
}

/* Why a request that never became a socket ended. A reset may be none that counts. */
static u8 reason_of(const struct wh_entry *entry,
		    const struct request_sock *req)
{
	const struct sock *listener = req->rsk_listener;
	struct wh_event reset;

	if (just_now(entry, WAVEHAND_RST, &reset))
		return reset.flags & WAVEHAND_EV_SENT ?
		       WAVEHAND_CAUSE_REFUSAL : WAVEHAND_CAUSE_RESET;
	if (!check_net(read_pnet(&inet_rsk(req)->ireq_net)))
		return WAVEHAND_CAUSE_NETNS;
	if (listener && inet_sk_state_load(listener) != TCP_LISTEN)
		return WAVEHAND_CAUSE_REFUSAL;
	if (in_task())
		return WAVEHAND_CAUSE_ABORTED;
	return WAVEHAND_CAUSE_TIMEOUT;
}

static void end_request(struct wh_entry *entry, const struct request_sock *req)
{
	struct wh_event event = {
		.kind = WAVEHAND_TRANSITION,
		.provenance = WAVEHAND_OBSERVED,
		.flags = WAVEHAND_EV_HIDDEN,
		.old_state = WAVEHAND_SYN_RECEIVED,
		.new_state = WAVEHAND_CLOSED,
		.time = ktime_get_ns(),
		.reason = reason_of(entry, req),
	};

	switch (event.reason) {
	case WAVEHAND_CAUSE_TIMEOUT:
		event.actor = WAVEHAND_ACTOR_TIMER;
		event.tries = min_t(u32, req->num_timeout, WH_TRIES_MAX);
		break;
	case WAVEHAND_CAUSE_RESET:
		event.actor = WAVEHAND_ACTOR_SEGMENT;
		break;
	case WAVEHAND_CAUSE_ABORTED:
		event.actor = WAVEHAND_ACTOR_PROCESS;
		event.actor_pid = task_tgid_nr(current);
		break;
	}
	entry->endpoint->pub.cause = event.reason;
	wh_store_append(entry, &event);
}

/* Another one for the same SYN may have lost the race for its place. */
static bool is_of(const struct wavehand_endpoint *pub,
		  const struct request_sock *req)
{
	return pub->flags & WAVEHAND_EP_REQUEST &&
	       pub->state == WAVEHAND_SYN_RECEIVED &&
	       pub->iss == tcp_rsk(req)->snt_isn;
}

/* tcp_v4_reqsk_destructor(request): it is gone. */
static void on_destroy(struct ftrace_regs *args)
{
	const struct request_sock *req = wh_argument(args, 0);
	struct wh_tuple tuple;
	struct wh_entry entry;

	wh_tuple_of_request(&tuple, req);
	wh_store_find_tuple(&entry, &tuple, 0);
	if (entry.endpoint && is_of(&entry.endpoint->pub, req) &&
	    !is_migrated(&entry, req) && !lost_race(&entry, req))
		end_request(&entry, req);
	wh_store_end(&entry);
}

static struct wh_hook hooks[] = {
	{ .name = "tcp_conn_request", .function = on_syn },
	{ .name = "tcp_v4_syn_recv_sock", .function = on_child_ipv4 },
	{ .name = "tcp_v6_syn_recv_sock", .optional = true,
	  .function = on_child_ipv6 },
	{ .name = "tcp_v4_reqsk_destructor", .function = on_destroy },
	{ .name = "tcp_v6_reqsk_destructor", .optional = true,
	  .function = on_destroy },
	{ }
};

struct wh_source wh_source_request = {
	.name = "request",
	.needs = WH_NEEDS_HOOKS,
	.enabled = &requests,
	.by_addresses = true,
	.hooks = hooks,
};
