// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "language.h"
#include "names.h"
#include "rfc9293.h"

#define CONTRACT "wavehand.h"
#define BIT(state) (1 << WAVEHAND_##state)

/**
 * struct walk - where an endpoint stands
 * @state: its state; 0: not known
 * @blind: events are missing before: what follows may begin anywhere
 * @partial: they are missing somewhere: what was not seen may have been
 * @gone: its WAVEHAND_GONE came
 * @accepted: it was accepted
 * @sockets: how many were made of its request, less those that were dropped again
 * @minisocket: state that its socket was in when the minisocket was made, or failed to
 *	be; 0: nothing of it was seen
 * @handed: the end of that socket was seen too
 * @time: the latest time so far
 * @seen_time: time of the latest edge that the tracepoint told of the endpoint's socket
 */
struct walk {
	unsigned int state;
	bool blind;
	bool partial;
	bool gone;
	bool accepted;
	unsigned int sockets;
	unsigned int minisocket;
	bool handed;
	uint64_t time;
	uint64_t seen_time;
};

static bool breaks(struct audit_finding *f, const char *source, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool breaks(struct audit_finding *f, const char *source, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(f->rule, sizeof(f->rule), _(format), ap);
	va_end(ap);
	f->source = source;
	return true;
}

/* Of a socket made of a request; it may not be the one that the endpoint became. */
static bool is_childs(const struct history_event *e)
{
	return e->flags & WAVEHAND_EV_RAW && (e->new_state == WAVEHAND_SYN_RECEIVED ||
					      e->old_state == WAVEHAND_SYN_RECEIVED);
}

/* Two ACKs on two processors make two sockets of one request, of which one is dropped. */
static bool breaks_child(struct walk *w, const struct history_event *e,
			 struct audit_finding *f)
{
	if (e->new_state == WAVEHAND_CLOSED) {
		if (!w->sockets && !w->partial)
			return breaks(f, CONTRACT, "no socket was made of its request");
		w->sockets -= w->sockets > 0;
		return false;
	}
	if (!w->blind && !w->partial && !w->sockets && w->state != WAVEHAND_SYN_RECEIVED)
		return breaks(f, CONTRACT, "a request's socket is made in SYN-RECEIVED; the endpoint is in %s",
			      name_state(w->state));
	w->sockets++;
	return false;
}

/* A raw edge is the socket's: it does not move the endpoint, and must fit where that is. */
static bool breaks_raw(struct walk *w, const struct history_event *e,
		       struct audit_finding *f)
{
	bool handed = w->handed;

	if (is_childs(e))
		return breaks_child(w, e, f);
	if (e->old_state == WAVEHAND_CLOSED)
		return false;
	if (e->new_state != WAVEHAND_CLOSED)
		return breaks(f, CONTRACT, "a raw edge is that of a request's socket, or that of a minisocket's");
	w->handed = true;
	/* Nothing else tells of a minisocket that begins in FIN-WAIT-2. */
	if (!w->minisocket && w->state == WAVEHAND_FIN_WAIT_2)
		w->minisocket = WAVEHAND_FIN_WAIT_2;
	if (w->partial)
		return false;
	if (!w->minisocket)
		return breaks(f, CONTRACT, "no minisocket was made");
	/* The minisocket may have moved on, or have ended, meanwhile. */
	if (w->minisocket != e->old_state)
		return breaks(f, CONTRACT, "its minisocket was made in %s",
			      name_state(w->minisocket));
	return handed && breaks(f, CONTRACT, "its socket ended already");
}

static bool breaks_birth(const struct walk *w, const struct history_event *e,
			 struct audit_finding *f)
{
	if (w->blind || w->state || e->old_state == WAVEHAND_CLOSED ||
	    (e->old_state == WAVEHAND_LISTEN && e->new_state == WAVEHAND_SYN_RECEIVED))
		return false;
	return breaks(f, CONTRACT, "a life begins in CLOSED, or in LISTEN when a SYN came");
}

static bool breaks_edge(const struct walk *w, const struct history_event *e,
			struct audit_finding *f)
{
	bool hidden = e->flags & WAVEHAND_EV_HIDDEN;

	if (!rfc_edge(e->old_state, e->new_state, hidden)) {
		if (rfc_edge(e->old_state, e->new_state, !hidden))
			return breaks(f, CONTRACT, hidden ?
				      N_("only a request and a minisocket have hidden edges, and this is none of theirs") :
				      N_("the tracepoint does not tell this edge"));
		return breaks(f, "RFC 9293, 3.3.2, figure 5", "neither the RFC nor Linux has such an edge");
	}
	if (e->flags & WAVEHAND_EV_RAW)
		return false;
	if (w->gone)
		return breaks(f, CONTRACT, "its socket is destroyed: nothing follows");
	if (w->state == WAVEHAND_CLOSED && e->old_state != WAVEHAND_CLOSED)
		return breaks(f, CONTRACT, "it is CLOSED: nothing follows but segments that come late");
	if (w->state && w->state != e->old_state)
		return breaks(f, CONTRACT, "it is in %s", name_state(w->state));
	if (w->state == WAVEHAND_CLOSED && e->new_state != WAVEHAND_CLOSED)
		return breaks(f, CONTRACT, "it is CLOSED: another life is another endpoint");
	if (w->minisocket && !hidden)
		return breaks(f, CONTRACT, "its socket handed over to a minisocket: only raw and hidden edges follow");
	return breaks_birth(w, e, f);
}

/* The endpoint follows its events, also where they cannot be: one fault, one finding. */
static void move(struct walk *w, const struct history_event *e)
{
	bool leaves = e->flags & WAVEHAND_EV_HIDDEN && e->new_state != WAVEHAND_SYN_RECEIVED &&
		      e->old_state != WAVEHAND_SYN_RECEIVED &&
		      e->old_state != WAVEHAND_TIME_WAIT;

	if (e->flags & WAVEHAND_EV_RAW)
		return;
	if (leaves)
		w->minisocket = e->old_state;
	w->sockets += e->new_state == WAVEHAND_SYN_RECEIVED && !(e->flags & WAVEHAND_EV_HIDDEN);
	w->state = e->new_state;
	w->blind = false;
}

static bool breaks_transition(struct walk *w, const struct history_event *e,
			      struct audit_finding *f)
{
	bool broken = breaks_edge(w, e, f);

	if (!broken && e->flags & WAVEHAND_EV_RAW)
		broken = breaks_raw(w, e, f);
	move(w, e);
	return broken;
}

static bool breaks_gone(struct walk *w, const struct history_event *e,
			struct audit_finding *f)
{
	bool over = w->gone || w->state == WAVEHAND_CLOSED;
	unsigned int state = w->state;

	w->gone = true;
	w->state = 0;
	if (over)
		return breaks(f, CONTRACT, "it is over already");
	return state && state != e->old_state &&
	       breaks(f, CONTRACT, "it is in %s", name_state(state));
}

static bool breaks_segment(const struct walk *w, const struct history *h,
			   const struct history_event *e, struct audit_finding *f)
{
	const unsigned int both = WAVEHAND_SYN | WAVEHAND_ACK;
	const struct rfc_send *rule;

	if (!(e->flags & WAVEHAND_EV_SENT) || !w->state)
		return false;
	/* Its request may have ended while another processor sent that. */
	if (w->state == WAVEHAND_CLOSED && (e->tcp_flags & both) == both)
		return false;
	rule = rfc_send(w->state, e->tcp_flags, h->ep.flags & WAVEHAND_EP_FAST_OPEN);
	return rule && breaks(f, rule->source, "%s; it is in %s", _(rule->rule),
			      name_state(w->state));
}

static bool breaks_accepted(struct walk *w, const struct history *h, struct audit_finding *f)
{
	/* One that was reset while it waited is handed out all the same. */
	const unsigned int states = BIT(SYN_RECEIVED) | BIT(ESTABLISHED) | BIT(CLOSE_WAIT) |
				    BIT(CLOSED);
	bool again = w->accepted;

	w->accepted = true;
	if (again)
		return breaks(f, "inet_csk_accept()", "it was accepted already");
	if (h->ep.role == WAVEHAND_ROLE_ACTIVE || h->ep.role == WAVEHAND_ROLE_LISTENER)
		return breaks(f, "inet_csk_accept()", "only what a listener made is accepted");
	return w->state && (w->state >= WAVEHAND_STATES || !(states >> w->state & 1)) &&
	       breaks(f, "inet_csk_accept()", "what was not accepted cannot be in %s",
		      name_state(w->state));
}

static bool breaks_time(struct walk *w, const struct history_event *e,
			struct audit_finding *f)
{
	bool seen = e->kind == WAVEHAND_TRANSITION && e->provenance == WAVEHAND_OBSERVED &&
		    !(e->flags & WAVEHAND_EV_HIDDEN) && !is_childs(e);
	bool back = (seen && e->time < w->seen_time) ||
		    (e->time < w->time && w->time - e->time > AUDIT_RACE);

	if (seen)
		w->seen_time = e->time;
	if (e->time > w->time || back)
		w->time = e->time;
	return back && breaks(f, CONTRACT, "its time is before that of an event before it");
}

static bool breaks_rule(struct walk *w, const struct history *h,
			const struct history_event *e, struct audit_finding *f)
{
	struct audit_finding late = { .index = f->index };
	bool back = breaks_time(w, e, &late), broken;

	switch (e->kind) {
	case WAVEHAND_TRANSITION:
		broken = breaks_transition(w, e, f);
		break;
	case WAVEHAND_SEGMENT:
		broken = breaks_segment(w, h, e, f);
		break;
	case WAVEHAND_GONE:
		broken = breaks_gone(w, e, f);
		break;
	case WAVEHAND_ACCEPTED:
		broken = breaks_accepted(w, h, f);
		break;
	default:
		broken = false;
		break;
	}
	if (back && !broken)	/* what breaks two rules is told once */
		*f = late;
	return back || broken;
}

void audit_history(struct audit *a, const struct histories *all, const struct history *h,
		   bool whole,
		   void (*tell)(void *context, const struct history *h,
				const struct audit_finding *finding),
		   void *context)
{
	struct walk w = { .blind = !whole, .partial = !whole || h->ep.joined };
	uint64_t before = 0, lost, i;

	if (whole && h->ep.joined)
		w.state = h->ep.joined;
	a->endpoints++;
	for (i = 0; i < h->count; i++) {
		const struct history_event *e = &h->events[i];
		struct audit_finding finding = { .index = i };

		if (e->kind == WAVEHAND_GAP ||
		    (all->lost_count && history_lost_between(all, before, e->serial, &lost))) {
			w.state = 0;
			w.minisocket = 0;
			w.blind = true;
			w.partial = true;
			a->gaps++;
		}
		before = e->serial;
		if (e->kind >= WAVEHAND_GAP)
			continue;
		a->edges += e->kind == WAVEHAND_TRANSITION;
		a->segments += e->kind == WAVEHAND_SEGMENT;
		if (!breaks_rule(&w, h, e, &finding))
			continue;
		a->impossible++;
		if (tell)
			tell(context, h, &finding);
	}
}
