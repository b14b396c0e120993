// SPDX-License-Identifier: GPL-2.0
/* The formats are in the README and in wavehand(5). */
#include <linux/in6.h>
#include <linux/inet.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/string_helpers.h>
#include <linux/time64.h>
#include "snapshot.h"
#include "text.h"

static const char *const state_names[WAVEHAND_STATES] = WAVEHAND_STATE_NAMES;

static const char *const role_names[] = {
	[WAVEHAND_ROLE_UNKNOWN] = "?",
	[WAVEHAND_ROLE_ACTIVE] = "active",
	[WAVEHAND_ROLE_PASSIVE] = "passive",
	[WAVEHAND_ROLE_LISTENER] = "listener",
};

static const char *const actor_names[] = {
	[WAVEHAND_ACTOR_UNKNOWN] = "?",
	[WAVEHAND_ACTOR_PROCESS] = "process",
	[WAVEHAND_ACTOR_SEGMENT] = "segment",
	[WAVEHAND_ACTOR_TIMER] = "timer",
};

static const char *const provenance_names[] = {
	[WAVEHAND_UNKNOWN] = "unknown",
	[WAVEHAND_OBSERVED] = "observed",
	[WAVEHAND_INFERRED] = "inferred",
};

static const char *const cause_names[] = WAVEHAND_CAUSE_NAMES;

/* As tcpdump(8) and Wireshark write them, from the lowest bit. */
static const char *const tcp_flag_names[] = {
	"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR",
};

static const char *cause_name(u8 cause)
{
	if (cause < ARRAY_SIZE(cause_names) && cause_names[cause])
		return cause_names[cause];
	return "?";
}

static const char *state_name(u8 state)
{
	return state_names[state < WAVEHAND_STATES ? state : 0];
}

#define ENDPOINT_LENGTH	(INET6_ADDRSTRLEN + sizeof("[]:65535"))

static const char *format_socket(char *buffer, u8 family, const u8 *addr,
				 u16 port)
{
	if (family == 6)
		snprintf(buffer, ENDPOINT_LENGTH, "[%pI6c]:%u", addr, port);
	else
		snprintf(buffer, ENDPOINT_LENGTH, "%pI4:%u", addr, port);
	return buffer;
}

static const char *format_local(char *buffer,
				const struct wavehand_endpoint *pub)
{
	if (!(pub->known & WAVEHAND_KNOWN_LOCAL))
		return "?";
	return format_socket(buffer, pub->family, pub->local_addr,
			     pub->local_port);
}

static const char *format_remote(char *buffer,
				 const struct wavehand_endpoint *pub)
{
	if (pub->role == WAVEHAND_ROLE_LISTENER)
		return "*";
	if (!(pub->known & WAVEHAND_KNOWN_REMOTE))
		return "?";
	return format_socket(buffer, pub->family, pub->remote_addr,
			     pub->remote_port);
}

/* One word, whatever a process calls itself; a backslash begins an octal. */
static void show_comm(struct seq_file *m, const struct wavehand_endpoint *pub)
{
	if (pub->known & WAVEHAND_KNOWN_OWNER && pub->owner_comm[0])
		seq_escape_mem(m, pub->owner_comm,
			       strnlen(pub->owner_comm, sizeof(pub->owner_comm)),
			       ESCAPE_OCTAL | ESCAPE_NAP | ESCAPE_APPEND,
			       " \\");
	else
		seq_putc(m, '?');
}

static void show_seconds(struct seq_file *m, u64 ns, unsigned int digits)
{
	u32 rest;
	u64 seconds = div_u64_rem(ns, NSEC_PER_SEC, &rest);

	if (digits == 9)
		seq_printf(m, "%llu.%09u", seconds, rest);
	else
		seq_printf(m, "%llu.%03u", seconds, rest / (u32)NSEC_PER_MSEC);
}

static void show_age(struct seq_file *m, const struct wh_snapshot *snapshot)
{
	u64 now = ktime_get_ns();
	u64 born = snapshot->kept ? wh_kept_time(&snapshot->events[0]) : now;

	show_seconds(m, now > born ? now - born : 0, 3);
}

/**
 * wh_text_socket() - an endpoint in one line
 * @m: where to write
 * @snapshot: the endpoint
 */
void wh_text_socket(struct seq_file *m, const struct wh_snapshot *snapshot)
{
	const struct wavehand_endpoint *pub = &snapshot->pub;
	char local[ENDPOINT_LENGTH], remote[ENDPOINT_LENGTH];

	seq_printf(m, "%llu ", pub->id);
	if (pub->known & WAVEHAND_KNOWN_COOKIE)
		seq_printf(m, "%llu", pub->cookie);
	else
		seq_putc(m, '?');
	seq_printf(m, " ipv%u %s %s %s %s ", pub->family,
		   format_local(local, pub), format_remote(remote, pub),
		   state_name(pub->state),
		   role_names[pub->role]);
	show_age(m, snapshot);
	seq_printf(m, " %u %u ", snapshot->kept, snapshot->dropped);
	if (pub->known & WAVEHAND_KNOWN_OWNER)
		seq_printf(m, "%u ", pub->owner_pid);
	else
		seq_puts(m, "? ");
	show_comm(m, pub);
	seq_printf(m, " %s\n", cause_name(pub->cause));
}

static void show_identity(struct seq_file *m,
			  const struct wh_snapshot *snapshot)
{
	const struct wavehand_endpoint *pub = &snapshot->pub;
	char local[ENDPOINT_LENGTH], remote[ENDPOINT_LENGTH];

	seq_printf(m, "#%llu ipv%u local=%s remote=%s state=%s role=%s",
		   pub->id, pub->family, format_local(local, pub),
		   format_remote(remote, pub), state_name(pub->state),
		   role_names[pub->role]);
	if (pub->known & WAVEHAND_KNOWN_COOKIE)
		seq_printf(m, " cookie=%llu", pub->cookie);
	seq_puts(m, " age=");
	show_age(m, snapshot);
	seq_printf(m, " events=%u dropped=%u", snapshot->kept,
		   snapshot->dropped);
	if (pub->known & WAVEHAND_KNOWN_OWNER)
		seq_printf(m, " pid=%u", pub->owner_pid);
	seq_puts(m, " comm=");
	show_comm(m, pub);
	if (pub->flags & WAVEHAND_EP_REQUEST &&
	    !(pub->known & WAVEHAND_KNOWN_OWNER))
		seq_puts(m, " uid=?");
	else
		seq_printf(m, " uid=%u", pub->owner_uid);
	if (pub->known & WAVEHAND_KNOWN_ISS)
		seq_printf(m, " iss=%u", pub->iss);
	if (pub->known & WAVEHAND_KNOWN_IRS)
		seq_printf(m, " irs=%u", pub->irs);
	if (pub->known & WAVEHAND_KNOWN_BYTES)
		seq_printf(m, " sent=%llu received=%llu", pub->bytes_sent,
			   pub->bytes_received);
	if (pub->flags & WAVEHAND_EP_MPTCP)
		seq_puts(m, " mptcp");
	if (pub->flags & WAVEHAND_EP_REPAIR)
		seq_puts(m, " repair");
	if (pub->flags & WAVEHAND_EP_FAST_OPEN)
		seq_puts(m, " fastopen");
	if (pub->flags & WAVEHAND_EP_COOKIE)
		seq_puts(m, " syncookie");
	if (pub->flags & WAVEHAND_EP_REQUEST)
		seq_puts(m, " request");
	if (pub->flags & WAVEHAND_EP_MINISOCKET)
		seq_puts(m, " minisocket");
	if (pub->cause)
		seq_printf(m, " cause=%s", cause_name(pub->cause));
	seq_putc(m, '\n');
	if (pub->joined)
		seq_printf(m, "  joined in %s\n",
			   state_name(pub->joined));
}

/* Relative where the initial number is known, as in a textbook. */
static void show_number(struct seq_file *m, const char *name, bool valid,
			u32 number, bool relative, u32 initial)
{
	if (!valid)
		seq_printf(m, " %s=?", name);
	else if (relative)
		seq_printf(m, " %s=%u", name, number - initial);
	else
		seq_printf(m, " %s=raw:%u", name, number);
}

static void show_numbers(struct seq_file *m, const struct wh_event *event,
			 const struct wavehand_endpoint *pub, bool sent)
{
	bool iss = pub->known & WAVEHAND_KNOWN_ISS;
	bool irs = pub->known & WAVEHAND_KNOWN_IRS;

	show_number(m, "Seq", event->flags & WAVEHAND_EV_SEQ, event->seq,
		    sent ? iss : irs, sent ? pub->iss : pub->irs);
	show_number(m, "Ack", event->flags & WAVEHAND_EV_ACK, event->ack,
		    sent ? irs : iss, sent ? pub->irs : pub->iss);
}

static void show_segment(struct seq_file *m, const struct wh_event *event,
			 const struct wavehand_endpoint *pub)
{
	bool sent = event->flags & WAVEHAND_EV_SENT;
	char separator = ' ';
	unsigned int i;

	seq_puts(m, sent ? " sent" : " received");
	for (i = 0; i < ARRAY_SIZE(tcp_flag_names); i++) {
		if (!(event->tcp_flags & BIT(i)))
			continue;
		seq_printf(m, "%c%s", separator, tcp_flag_names[i]);
		separator = ',';
	}
	if (!event->tcp_flags)
		seq_puts(m, " none");
	seq_puts(m, " observed");
	show_numbers(m, event, pub, sent);
	seq_printf(m, " length=%u window=%u", event->length, event->window);
	if (event->again)
		seq_printf(m, " again=%u", event->again);
}

static void show_actor(struct seq_file *m, const struct wh_event *event)
{
	seq_printf(m, " by=%s", actor_names[event->actor]);
	if (event->actor == WAVEHAND_ACTOR_PROCESS)
		seq_printf(m, ":%u", event->actor_pid);
}

static void show_transition(struct seq_file *m, const struct wh_event *event,
			    const struct wavehand_endpoint *pub)
{
	seq_printf(m, " %s -> %s", state_name(event->old_state),
		   event->kind == WAVEHAND_GONE ? "gone" :
						  state_name(event->new_state));
	seq_printf(m, " %s", provenance_names[event->provenance]);
	show_numbers(m, event, pub, true);
	show_actor(m, event);
	if (event->error)
		seq_printf(m, " error=%u", event->error);
	if (event->flags & WAVEHAND_EV_RAW)
		seq_puts(m, " raw");
	if (event->flags & WAVEHAND_EV_HIDDEN)
		seq_puts(m, " hidden");
	if (event->reason)
		seq_printf(m, " reason=%s", cause_name(event->reason));
	if (event->tries)
		seq_printf(m, " tries=%u", event->tries);
}

static void show_event(struct seq_file *m, const struct wh_event *event,
		       const struct wavehand_endpoint *pub)
{
	seq_puts(m, "  ");
	show_seconds(m, event->time, 9);
	switch (event->kind) {
	case WAVEHAND_SEGMENT:
		show_segment(m, event, pub);
		break;
	case WAVEHAND_ACCEPTED:
		seq_puts(m, " accepted observed");
		show_actor(m, event);
		break;
	case WAVEHAND_QUEUE_FULL:
		seq_puts(m, " accept-queue-full observed");
		break;
	default:
		show_transition(m, event, pub);
	}
	seq_putc(m, '\n');
}

/**
 * wh_text_history() - an endpoint and its events, a line each
 * @m: where to write
 * @snapshot: the endpoint
 */
void wh_text_history(struct seq_file *m, const struct wh_snapshot *snapshot)
{
	struct wh_event event;
	u32 i;

	show_identity(m, snapshot);
	for (i = 0; i < snapshot->kept; i++) {
		if (i == snapshot->before_gap)
			seq_printf(m, "  dropped %u events\n",
				   snapshot->dropped);
		wh_event_unpack(&snapshot->events[i], &event);
		show_event(m, &event, &snapshot->pub);
	}
}
