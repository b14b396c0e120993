// SPDX-License-Identifier: GPL-2.0
/*
 * Source: the life of minisockets (struct inet_timewait_sock), which the state-change
 * tracepoint does not show: net/ipv4/inet_timewait_sock.c, and
 * tcp_timewait_state_process() in tcp_minisocks.c.
 *
 * A minisocket is that of the endpoint with its addresses and its cookie. Whoever calls
 * the functions hooked here holds a reference on it.
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>
#include "compat.h"
#include "probe.h"
#include "request.h"
#include "store.h"
#include "tuple.h"

static bool timewait = true;
module_param(timewait, bool, 0444);
MODULE_PARM_DESC(timewait, "Observe TIME-WAIT to its end (default: Y)");

/* Gives an entry without an endpoint where none lives on in this minisocket. */
static void find(struct wh_entry *entry, const struct inet_timewait_sock *tw,
		 struct wh_tuple *tuple)
{
	const struct wavehand_endpoint *pub;

	wh_tuple_of_minisocket(tuple, tw);
	wh_store_find_tuple(entry, tuple, atomic64_read(&tw->tw_cookie));
	if (!entry->endpoint)
		return;
	pub = &entry->endpoint->pub;
	if (!(pub->flags & WAVEHAND_EP_MINISOCKET) ||
	    pub->state == WAVEHAND_CLOSED)
		entry->endpoint = NULL;
}

static void fill_in(struct wh_event *event, const struct wh_entry *entry,
		    u8 new_state, u8 actor)
{
	memset(event, 0, sizeof(*event));
	event->time = ktime_get_ns();
	event->kind = WAVEHAND_TRANSITION;
	event->provenance = WAVEHAND_OBSERVED;
	event->flags = WAVEHAND_EV_HIDDEN;
	event->old_state = entry->endpoint->pub.state;
	event->new_state = new_state;
	event->actor = actor;
	if (actor == WAVEHAND_ACTOR_PROCESS)
		event->actor_pid = task_tgid_nr(current);
}

/*
 * It takes the socket's place. In the same state, FIN-WAIT-2, that is no event of its
 * own: the raw transition that follows tells.
 */
static void begin(struct wh_entry *entry, u8 state, const struct sock *sk)
{
	struct wavehand_endpoint *pub = &entry->endpoint->pub;
	struct wh_event event;

	pub->flags |= WAVEHAND_EP_MINISOCKET;
	pub->cause = WAVEHAND_CAUSE_CLOSED;
	if (state == pub->state)
		return;
	fill_in(&event, entry, state, WAVEHAND_ACTOR_SEGMENT);
	event.flags |= WAVEHAND_EV_SEQ | WAVEHAND_EV_ACK;
	event.seq = tcp_sk(sk)->write_seq;
	event.ack = tcp_sk(sk)->rcv_nxt;
	wh_store_append(entry, &event);
}

/* tcp_time_wait(sk, …): there is to be one; for lack of memory there may be none. */
static void on_wanted(struct ftrace_regs *args)
{
	const struct sock *sk = wh_argument(args, 0);
	struct wh_entry entry;

	wh_store_find(&entry, sk);
	if (entry.endpoint)
		entry.endpoint->wanted = true;
	wh_store_end(&entry);
}

/* inet_twsk_hashdance(tw, sk, …): it begins. */
static void on_hashdance(struct ftrace_regs *args)
{
	const struct inet_timewait_sock *tw = wh_argument(args, 0);
	const struct sock *sk = wh_argument(args, 1);
	struct wh_entry entry;

	if (sk->sk_protocol != IPPROTO_TCP)
		return;
	wh_store_find(&entry, sk);
	if (entry.endpoint)
		begin(&entry, tw->tw_substate, sk);
	wh_store_end(&entry);
}

/* __inet_twsk_schedule(tw, timeout, rearm): TIME-WAIT behind FIN-WAIT-2, or anew. */
static void on_schedule(struct ftrace_regs *args)
{
	const struct inet_timewait_sock *tw = wh_argument(args, 0);
	bool rearm = (unsigned long)wh_argument(args, 2) & 1;
	struct wh_event event;
	struct wh_entry entry;
	struct wh_tuple tuple;

	if (!rearm)
		return;
	find(&entry, tw, &tuple);
	if (entry.endpoint) {
		fill_in(&event, &entry, READ_ONCE(tw->tw_substate),
			WAVEHAND_ACTOR_SEGMENT);
		wh_store_append(&entry, &event);
	}
	wh_store_end(&entry);
}

/* Sixteen bits of its thread group id; 0 is nobody. */
static u16 name_of_current(void)
{
	return (u16)task_tgid_nr(current) ?: 1;
}

/* tcp_twsk_unique(sk, tw, …): connect(2) asks for the place of a minisocket. */
static void on_unique(struct ftrace_regs *args)
{
	const struct inet_timewait_sock *tw = wh_argument(args, 1);
	struct wh_entry entry;
	struct wh_tuple tuple;

	if (!in_task())
		return;
	find(&entry, tw, &tuple);
	if (entry.endpoint)
		entry.endpoint->asker = name_of_current();
	wh_store_end(&entry);
}

static bool is_asker(const struct wh_entry *entry)
{
	return in_task() && entry->endpoint->asker == name_of_current();
}

/*
 * Why it ends: the segment that was just received, or answered, or the process. Segments
 * come in process context too (tun, threaded NAPI), but then one was here just now.
 */
static u8 reason_of(const struct wh_entry *entry,
		    const struct inet_timewait_sock *tw)
{
	struct wh_event last;

	if (!check_net(twsk_net(tw)))
		return WAVEHAND_CAUSE_NETNS;
	if (is_asker(entry))
		return WAVEHAND_CAUSE_REUSED;
	wh_store_last(entry, &last);
	if (last.kind == WAVEHAND_SEGMENT &&
	    (!in_task() || ktime_get_ns() - last.time < WH_JUST_NOW)) {
		bool sent = last.flags & WAVEHAND_EV_SENT;

		if (last.tcp_flags & WAVEHAND_RST && !sent)
			return WAVEHAND_CAUSE_RESET;
		/* With ACK it answers a SYN, in FIN-WAIT-2. */
		if (last.tcp_flags & WAVEHAND_RST)
			return last.tcp_flags & WAVEHAND_ACK ?
			       WAVEHAND_CAUSE_UNKNOWN : WAVEHAND_CAUSE_LATE_DATA;
		if (!sent && last.tcp_flags & WAVEHAND_SYN)
			return WAVEHAND_CAUSE_REUSED;
	}
	return in_task() ? WAVEHAND_CAUSE_ABORTED : WAVEHAND_CAUSE_UNKNOWN;
}

static u8 who_ended(const struct wh_entry *entry, u8 reason)
{
	switch (reason) {
	case WAVEHAND_CAUSE_NETNS:
	case WAVEHAND_CAUSE_UNKNOWN:
		return WAVEHAND_ACTOR_UNKNOWN;
	case WAVEHAND_CAUSE_ABORTED:
		return WAVEHAND_ACTOR_PROCESS;
	case WAVEHAND_CAUSE_REUSED:
		if (is_asker(entry))
			return WAVEHAND_ACTOR_PROCESS;
		fallthrough;
	default:
		return WAVEHAND_ACTOR_SEGMENT;
	}
}

/* In FIN-WAIT-2 no FIN came: what ended that ended the connection, too. */
static void blame(struct wh_entry *entry, u8 reason)
{
	if (entry->endpoint->pub.state == WAVEHAND_FIN_WAIT_2)
		entry->endpoint->pub.cause = reason;
}

static void end(struct wh_entry *entry, u8 reason, u8 actor)
{
	struct wh_event event;

	fill_in(&event, entry, WAVEHAND_CLOSED, actor);
	event.reason = reason;
	wh_store_append(entry, &event);
}

/* inet_twsk_deschedule_put(tw): it ends before its time. */
static void on_deschedule(struct ftrace_regs *args)
{
	const struct inet_timewait_sock *tw = wh_argument(args, 0);
	struct wh_entry entry;
	struct wh_tuple tuple;
	struct wh_event syn;
	u8 reason, actor;

	find(&entry, tw, &tuple);
	if (entry.endpoint) {
		reason = reason_of(&entry, tw);
		actor = who_ended(&entry, reason);
		if (reason != WAVEHAND_CAUSE_REUSED)
			blame(&entry, reason);
		wh_store_last(&entry, &syn);
		end(&entry, reason, actor);
		/* The SYN that ended this endpoint begins the next one. */
		if (reason == WAVEHAND_CAUSE_REUSED &&
		    actor == WAVEHAND_ACTOR_SEGMENT &&
		    wh_source_on(&wh_source_request))
			wh_request_begin(&entry, &tuple, &syn);
	}
	wh_store_end(&entry);
}

/*
 * inet_twsk_kill(tw): it is over: by its timer, if nobody said anything before. Linux 6.1
 * has inet_twsk_deschedule_put() inlined in inet_twsk_purge(), for a namespace that goes.
 */
static void on_kill(struct ftrace_regs *args)
{
	const struct inet_timewait_sock *tw = wh_argument(args, 0);
	struct wh_entry entry;
	struct wh_tuple tuple;
	u8 reason;

	find(&entry, tw, &tuple);
	if (entry.endpoint && in_serving_softirq()) {
		end(&entry, WAVEHAND_CAUSE_EXPIRED, WAVEHAND_ACTOR_TIMER);
	} else if (entry.endpoint) {
		reason = check_net(twsk_net(tw)) ? WAVEHAND_CAUSE_UNKNOWN :
						   WAVEHAND_CAUSE_NETNS;
		blame(&entry, reason);
		end(&entry, reason, WAVEHAND_ACTOR_UNKNOWN);
	}
	wh_store_end(&entry);
}

static struct wh_hook hooks[] = {
	{ .name = "tcp_time_wait", .function = on_wanted },
	{ .name = "inet_twsk_hashdance_schedule",
	  .or_name = "inet_twsk_hashdance", .function = on_hashdance },
	{ .name = "__inet_twsk_schedule", .function = on_schedule },
	{ .name = "tcp_twsk_unique", .function = on_unique },
	{ .name = "inet_twsk_deschedule_put", .function = on_deschedule },
	{ .name = "inet_twsk_kill", .function = on_kill },
	{ }
};

struct wh_source wh_source_timewait = {
	.name = "timewait",
	.needs = WH_NEEDS_HOOKS,
	.enabled = &timewait,
	.by_addresses = true,
	.hooks = hooks,
};
