// SPDX-License-Identifier: GPL-2.0
/*
 * Source: control segments, by netfilter: first in LOCAL_OUT, before NAT, and last in
 * LOCAL_IN, behind it, a segment has the addresses that its socket knows.
 *
 * A segment that is none of our business pays for a look at its flags and at one
 * counter. The others are found by their addresses: on output the socket is often not
 * there (resets, TIME-WAIT's ACKs), on input it is not looked up yet.
 */
#include <linux/atomic.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/request_sock.h>
#include <net/tcp.h>
#include "await.h"
#include "listener.h"
#include "probe.h"
#include "request.h"
#include "store.h"
#include "tuple.h"

static bool segments = true;
module_param(segments, bool, 0444);
MODULE_PARM_DESC(segments, "Observe control segments (default: Y)");

static atomic64_t unattached = ATOMIC64_INIT(0);

/**
 * struct segment - one on its way through here
 * @skb: the packet
 * @state: where it is
 * @source: its port, in host byte order
 * @dest: likewise
 * @length: bytes of payload
 * @tuple: its addresses, as its endpoint calls them; not of one that @skb's socket led to
 * @event: what is known of it
 */
struct segment {
	const struct sk_buff *skb;
	const struct nf_hook_state *state;
	u16 source;
	u16 dest;
	u32 length;
	struct wh_tuple tuple;
	struct wh_event event;
};

static bool has(const struct segment *s, u8 flags)
{
	return s->event.tcp_flags & flags;
}

static bool is_opening(const struct segment *s)
{
	return has(s, WAVEHAND_SYN) && !has(s, WAVEHAND_ACK);
}

static unsigned int direction_of(const struct segment *s)
{
	return s->event.flags & WAVEHAND_EV_SENT ? WH_SENT : WH_RECEIVED;
}

/* A SYN takes one number, before the data, a FIN one behind them. */
static u32 end_of(const struct segment *s)
{
	return s->event.seq + s->length + has(s, WAVEHAND_SYN) +
	       has(s, WAVEHAND_FIN);
}

static const struct sock *request_of(const struct sk_buff *skb)
{
	const struct sock *sk = skb->sk;

	return sk && inet_sk_state_load(sk) == TCP_NEW_SYN_RECV ? sk : NULL;
}

/* Not that of a request or a minisocket, nor the one that answers for nobody. */
static const struct sock *full_socket_of(const struct sk_buff *skb)
{
	const struct sock *sk = skb->sk;

	return sk && sk_fullsock(sk) && sk->sk_protocol == IPPROTO_TCP &&
	       sk->sk_type == SOCK_STREAM && inet_sk(sk)->inet_dport ? sk : NULL;
}

/* ------------------------------------------------- what it means -- */

/* A FIN that comes again ends where it did before; another one was somebody else's. */
static bool is_fin_again(const struct wh_endpoint *endpoint,
			 const struct segment *s)
{
	unsigned int direction = direction_of(s);

	return !endpoint->again[direction].fin ||
	       endpoint->await[!direction].fin == end_of(s);
}

/* A SYN received that can be meant for no endpoint with these addresses. */
static bool begins(const struct wh_endpoint *endpoint, const struct segment *s)
{
	if (!is_opening(s) || direction_of(s) == WH_SENT)
		return false;
	if (!endpoint)
		return true;
	/* Not answered, or by a reset that may be lost: the same once more? */
	if (!endpoint->pub.state ||
	    endpoint->pub.cause == WAVEHAND_CAUSE_NO_LISTENER)
		return endpoint->pub.irs != s->event.seq;
	return endpoint->pub.state == WAVEHAND_CLOSED;
}

/* A SYN,ACK of a request whose SYN nobody knows any more. */
static bool begins_late(const struct wh_endpoint *endpoint,
			const struct segment *s)
{
	return wh_source_on(&wh_source_request) &&
	       (!endpoint || endpoint->pub.state == WAVEHAND_CLOSED) &&
	       direction_of(s) == WH_SENT && has(s, WAVEHAND_SYN) &&
	       has(s, WAVEHAND_ACK) && request_of(s->skb);
}

/*
 * The addresses are those that its sender has, if it is there: with source routing the
 * header has those of the first hop.
 */
static void name(struct segment *s)
{
	const struct nf_hook_state *state = s->state;
	bool sent = direction_of(s) == WH_SENT;
	const struct sock *sender = sent ? full_socket_of(s->skb) : NULL;
	const struct sock *request = sent ? request_of(s->skb) : NULL;

	if (sender) {
		wh_tuple_of_socket(&s->tuple, sender);
		return;
	}
	if (request) {
		wh_tuple_of_request(&s->tuple, inet_reqsk(request));
		return;
	}
	if (state->pf == NFPROTO_IPV4) {
		const struct iphdr *ip = ip_hdr(s->skb);

		wh_tuple_ipv4(&s->tuple, state->net, sent ? ip->saddr : ip->daddr,
			      sent ? ip->daddr : ip->saddr);
	} else {
		const struct ipv6hdr *ip = ipv6_hdr(s->skb);

		wh_tuple_ipv6(&s->tuple, state->net, sent ? &ip->saddr : &ip->daddr,
			      sent ? &ip->daddr : &ip->saddr);
	}
	s->tuple.local_port = sent ? s->source : s->dest;
	s->tuple.remote_port = sent ? s->dest : s->source;
}

/*
 * By its socket, which costs least: of one sent that is at hand, of one received where
 * early demultiplexing found it. By its addresses otherwise, and before they are known to
 * lead to it: but an active opener's lead nowhere before its first segment.
 */
static void find(struct wh_entry *entry, struct segment *s)
{
	const struct sock *sk = full_socket_of(s->skb);

	if (sk) {
		wh_store_find(entry, sk);
		if (likely(entry->endpoint && entry->endpoint->named))
			return;
		name(s);
		if (is_opening(s) && direction_of(s) == WH_SENT) {
			if (entry->endpoint)
				wh_store_learn_tuple(entry, &s->tuple);
			return;
		}
		wh_store_end(entry);
	} else {
		name(s);
	}
	wh_store_find_tuple(entry, &s->tuple, 0);
}

static void learn_numbers(struct wavehand_endpoint *pub,
			  const struct segment *s)
{
	if (!has(s, WAVEHAND_SYN) || pub->flags & WAVEHAND_EP_REPAIR)
		return;
	if (direction_of(s) == WH_SENT) {
		if (!(pub->known & WAVEHAND_KNOWN_ISS))
			pub->iss = s->event.seq;
		pub->known |= WAVEHAND_KNOWN_ISS;
	} else if (pub->state == WAVEHAND_SYN_SENT &&
		   !(pub->known & WAVEHAND_KNOWN_IRS) &&
		   (!has(s, WAVEHAND_ACK) || s->event.ack == pub->iss + 1)) {
		pub->irs = s->event.seq;
		pub->known |= WAVEHAND_KNOWN_IRS;
	}
}

static u8 count(u8 *counter)
{
	return *counter == WH_AGAIN_MAX ? WH_AGAIN_MAX : (*counter)++;
}

/* How often this SYN or FIN was there before. */
static u8 count_again(struct wh_endpoint *endpoint, const struct segment *s)
{
	unsigned int direction = direction_of(s);
	const struct wavehand_endpoint *pub = &endpoint->pub;

	if (has(s, WAVEHAND_SYN)) {
		bool known = pub->known & (direction == WH_SENT ?
			     WAVEHAND_KNOWN_ISS : WAVEHAND_KNOWN_IRS);
		u32 first = direction == WH_SENT ? pub->iss : pub->irs;

		/* An old duplicate, or somebody else's. */
		if (known && first != s->event.seq)
			return 0;
		return count(&endpoint->again[direction].syn);
	}
	if (!has(s, WAVEHAND_FIN))
		return 0;
	if (!is_fin_again(endpoint, s))
		endpoint->again[direction].fin = 0;
	return count(&endpoint->again[direction].fin);
}

/* Return: whether the segment completes a SYN or a FIN of the other direction. */
static bool settle(struct wh_endpoint *endpoint, const struct segment *s)
{
	unsigned int direction = direction_of(s);
	bool completes = has(s, WAVEHAND_ACK) &&
			 wh_await_end(endpoint, direction, s->event.ack);

	if (has(s, WAVEHAND_RST))
		wh_await_drop(endpoint);
	else if (has(s, WAVEHAND_FIN))
		wh_await_fin(endpoint, !direction, end_of(s));
	else if (has(s, WAVEHAND_SYN))
		wh_await_syn(endpoint, !direction, end_of(s));
	return completes;
}

/* The kernel keeps a request: that is SYN-RECEIVED. */
static void begin_request(struct wh_entry *entry, const struct segment *s,
			  const struct sock *request)
{
	const struct sock *listener = inet_reqsk(request)->rsk_listener;
	struct wavehand_endpoint *pub = &entry->endpoint->pub;
	struct wh_event event = {
		.kind = WAVEHAND_TRANSITION,
		.provenance = WAVEHAND_OBSERVED,
		.time = s->event.time,
		.flags = WAVEHAND_EV_HIDDEN,
		.old_state = WAVEHAND_LISTEN,
		.new_state = WAVEHAND_SYN_RECEIVED,
		.actor = WAVEHAND_ACTOR_SEGMENT,
	};

	pub->irs = s->event.ack - 1;
	pub->known |= WAVEHAND_KNOWN_IRS;
	pub->owner_uid = __kuid_val(READ_ONCE(listener->sk_uid));
	wh_listener_inherit(pub, listener->sk_family);
	wh_store_append(entry, &event);
}

/* What the answer to a SYN tells. */
static void answer(struct wh_entry *entry, const struct segment *s)
{
	const struct sock *request = request_of(s->skb);
	struct wavehand_endpoint *pub = &entry->endpoint->pub;

	if (has(s, WAVEHAND_RST)) {
		pub->state = WAVEHAND_CLOSED;
		/* One that answers a SYN has an ACK; else the cookie was no good. */
		if (has(s, WAVEHAND_ACK))
			pub->cause = WAVEHAND_CAUSE_NO_LISTENER;
		else if (pub->flags & WAVEHAND_EP_COOKIE)
			pub->cause = WAVEHAND_CAUSE_REFUSAL;
	} else if (has(s, WAVEHAND_SYN)) {
		if (request)
			begin_request(entry, s, request);
		else if (!s->skb->sk)
			pub->flags |= WAVEHAND_EP_COOKIE;
	}
}

/* With a VRF each one sent passes twice, first with the device of the VRF. */
static bool may_pass_twice(const struct nf_hook_state *state)
{
	return state->hook == NF_INET_LOCAL_OUT && state->out &&
	       netif_is_l3_slave(state->out);
}

static bool passed_before(const struct wh_entry *entry, const struct segment *s)
{
	struct wh_event last;

	wh_store_last(entry, &last);
	return last.kind == WAVEHAND_SEGMENT && last.flags == s->event.flags &&
	       last.tcp_flags == s->event.tcp_flags &&
	       last.seq == s->event.seq && last.ack == s->event.ack &&
	       s->event.time - last.time < WH_JUST_NOW;
}

static void attach_segment(struct wh_entry *entry, struct segment *s)
{
	struct wh_endpoint *endpoint = entry->endpoint;

	if (unlikely(may_pass_twice(s->state)) && passed_before(entry, s))
		return;
	learn_numbers(&endpoint->pub, s);
	s->event.again = count_again(endpoint, s);
	if (!settle(endpoint, s) &&
	    !has(s, WAVEHAND_SYN | WAVEHAND_FIN | WAVEHAND_RST))
		return;
	if (direction_of(s) == WH_RECEIVED)
		endpoint->reset |= has(s, WAVEHAND_RST);
	else if (!endpoint->pub.state)
		answer(entry, s);
	wh_store_append(entry, &s->event);
}

/*
 * A SYN that comes again after a reset was taken for one of the endpoint that the reset
 * ended. If there is a listener by now it began this one.
 */
static void begin_late(struct wh_entry *entry, const struct segment *s)
{
	struct wh_event syn = { };

	if (entry->endpoint)
		wh_store_last(entry, &syn);
	if (syn.kind == WAVEHAND_SEGMENT && syn.tcp_flags & WAVEHAND_SYN &&
	    !(syn.flags & WAVEHAND_EV_SENT) && syn.seq == s->event.ack - 1) {
		wh_store_forget_tuple(entry);
		wh_request_begin(entry, &s->tuple, &syn);
	} else {
		wh_store_request(entry, &s->tuple);
	}
}

static void observe(struct segment *s)
{
	struct wh_entry entry;

	s->event.time = ktime_get_ns();
	find(&entry, s);
	if (begins(entry.endpoint, s)) {
		/* A flood of such SYNs must not make many of one name. */
		if (entry.endpoint)
			wh_store_forget_tuple(&entry);
		entry.endpoint = NULL;
		if (wh_source_on(&wh_source_request)) {
			name(s);
			wh_request_begin(&entry, &s->tuple, &s->event);
		}
	} else if (begins_late(entry.endpoint, s)) {
		name(s);
		begin_late(&entry, s);
		attach_segment(&entry, s);
	} else if (entry.endpoint) {
		attach_segment(&entry, s);
	}
	if (!entry.endpoint && has(s, WAVEHAND_SYN | WAVEHAND_FIN | WAVEHAND_RST))
		atomic64_inc(&unattached);
	wh_store_end(&entry);
}

/* -------------------------------------------------- what it is -- */

static __always_inline bool is_none_of_ours(const struct tcphdr *th)
{
	return likely(!(tcp_flag_byte(th) &
			(WAVEHAND_FIN | WAVEHAND_SYN | WAVEHAND_RST))) &&
	       likely(!wh_await_maybe(*(const u32 *)th));
}

/* All that most segments pay for: where the header is at hand, without a stack frame. */
static __always_inline bool passes(const struct sk_buff *skb,
				   unsigned int offset)
{
	const struct tcphdr *th = (const void *)skb->data + offset;

	return likely(skb_headlen(skb) >= offset + sizeof(*th)) &&
	       is_none_of_ours(th);
}

/* @s: zero but for its skb and its state. Return: false when it is none of our business. */
static bool parse(struct segment *s, unsigned int offset, bool sent)
{
	struct wh_event *event = &s->event;
	const struct tcphdr *th;
	struct tcphdr buffer;

	th = skb_header_pointer(s->skb, offset, sizeof(buffer), &buffer);
	if (unlikely(!th) || th->doff < sizeof(buffer) / 4 ||
	    s->skb->len < offset + th->doff * 4 || is_none_of_ours(th))
		return false;

	s->source = ntohs(th->source);
	s->dest = ntohs(th->dest);
	s->length = s->skb->len - offset - th->doff * 4;
	event->kind = WAVEHAND_SEGMENT;
	event->provenance = WAVEHAND_OBSERVED;
	event->tcp_flags = tcp_flag_byte(th);
	event->flags = WAVEHAND_EV_SEQ | (sent ? WAVEHAND_EV_SENT : 0);
	event->seq = ntohl(th->seq);
	if (has(s, WAVEHAND_ACK)) {
		event->flags |= WAVEHAND_EV_ACK;
		event->ack = ntohl(th->ack_seq);
	}
	event->window = ntohs(th->window);
	event->length = min(s->length, WH_LENGTH_MAX);
	return true;
}

/* What TCP is about to throw away: tcp_v4_rcv(), tcp_v6_rcv(). */
static bool is_for_nobody(struct sk_buff *skb, const struct nf_hook_state *state,
			  unsigned int offset)
{
	if (state->hook == NF_INET_LOCAL_OUT)
		return false;
	if (skb->pkt_type != PACKET_HOST)
		return true;
	return nf_checksum(skb, state->hook, offset, IPPROTO_TCP, state->pf);
}

static noinline void look_ipv4(struct sk_buff *skb,
			       const struct nf_hook_state *state,
			       unsigned int offset)
{
	bool sent = state->hook == NF_INET_LOCAL_OUT;
	struct segment s = { .skb = skb, .state = state };

	if (!ip_is_fragment(ip_hdr(skb)) && parse(&s, offset, sent) &&
	    !is_for_nobody(skb, state, offset))
		observe(&s);
}

static unsigned int hook_ipv4(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	unsigned int offset = skb_network_offset(skb) + ip_hdrlen(skb);

	if (ip_hdr(skb)->protocol == IPPROTO_TCP && !passes(skb, offset))
		look_ipv4(skb, state, offset);
	return NF_ACCEPT;
}

#if IS_ENABLED(CONFIG_IPV6)
static noinline void look_ipv6(struct sk_buff *skb,
			       const struct nf_hook_state *state, int offset)
{
	bool sent = state->hook == NF_INET_LOCAL_OUT;
	u8 protocol = ipv6_hdr(skb)->nexthdr;
	struct segment s = { .skb = skb, .state = state };
	__be16 fragment = 0;

	if (protocol != IPPROTO_TCP)
		offset = ipv6_skip_exthdr(skb, offset, &protocol, &fragment);
	if (offset < 0 || protocol != IPPROTO_TCP || fragment ||
	    !parse(&s, offset, sent) || is_for_nobody(skb, state, offset))
		return;
	observe(&s);
}

static unsigned int hook_ipv6(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	unsigned int offset = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	u8 protocol = ipv6_hdr(skb)->nexthdr;

	if (protocol == IPPROTO_TCP ? !passes(skb, offset) :
				      ipv6_ext_hdr(protocol))
		look_ipv6(skb, state, offset);
	return NF_ACCEPT;
}
#endif

/* -------------------------------------------------------- hooks -- */

static const struct nf_hook_ops hooks[] = {
	{ .hook = hook_ipv4, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_LOCAL_OUT, .priority = NF_IP_PRI_FIRST },
	{ .hook = hook_ipv4, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_LOCAL_IN, .priority = NF_IP_PRI_LAST },
#if IS_ENABLED(CONFIG_IPV6)
	{ .hook = hook_ipv6, .pf = NFPROTO_IPV6,
	  .hooknum = NF_INET_LOCAL_OUT, .priority = NF_IP6_PRI_FIRST },
	{ .hook = hook_ipv6, .pf = NFPROTO_IPV6,
	  .hooknum = NF_INET_LOCAL_IN, .priority = NF_IP6_PRI_LAST },
#endif
};

static int __net_init net_init(struct net *net)
{
	return nf_register_net_hooks(net, hooks, ARRAY_SIZE(hooks));
}

static void __net_exit net_exit(struct net *net)
{
	nf_unregister_net_hooks(net, hooks, ARRAY_SIZE(hooks));
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.exit = net_exit,
};

static int attach(void)
{
	int err = register_pernet_subsys(&net_ops);

	/* One of the namespaces may have had its hooks already. */
	if (err)
		synchronize_net();
	return err;
}

static void detach(void)
{
	unregister_pernet_subsys(&net_ops);
	/* A segment may still be on its way through. */
	synchronize_net();
}

/** wh_segments_unattached() - control segments of no endpoint */
u64 wh_segments_unattached(void)
{
	return atomic64_read(&unattached);
}

struct wh_source wh_source_segment = {
	.name = "segment",
	.needs = "CONFIG_NETFILTER",
	.enabled = &segments,
	.by_addresses = true,
	.attach = attach,
	.detach = detach,
};
