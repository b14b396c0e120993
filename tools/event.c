// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "event.h"
#include "names.h"
#include "text.h"

/**
 * struct base - what makes numbers relative
 * @number: the initial one
 * @known: it is known
 * @raw: it was not asked for
 */
struct base {
	uint32_t number;
	bool known;
	bool raw;
};

/* Under TCP_REPAIR the initial numbers are not those of the conversation. */
static struct base base_of(const struct wavehand_endpoint *ep, bool own, bool raw)
{
	return (struct base){
		.number = own ? ep->iss : ep->irs,
		.known = ep->known & (own ? WAVEHAND_KNOWN_ISS : WAVEHAND_KNOWN_IRS) &&
			 !(ep->flags & WAVEHAND_EP_REPAIR),
		.raw = raw,
	};
}

static char *put_number(char *p, const char *name, uint32_t number, struct base base)
{
	p = stpcpy(p, name);
	if (base.raw)
		return put_u64(p, number);
	if (!base.known)
		return put_u64(stpcpy(p, "raw:"), number);
	return put_u64(p, (uint32_t)(number - base.number));
}

static char *put_numbers(char *p, const struct history_event *e,
			 const struct wavehand_endpoint *ep, bool raw)
{
	bool own = e->kind != WAVEHAND_SEGMENT || e->flags & WAVEHAND_EV_SENT;

	if (e->flags & WAVEHAND_EV_SEQ)
		p = put_number(p, " Seq=", e->seq, base_of(ep, own, raw));
	if (e->flags & WAVEHAND_EV_ACK)
		p = put_number(p, " Ack=", e->ack, base_of(ep, !own, raw));
	return p;
}

static char *put_segment(char *p, const struct history_event *e,
			 const struct wavehand_endpoint *ep, bool raw, bool utf8)
{
	char flags[NAME_TCP_FLAGS];

	if (e->flags & WAVEHAND_EV_SENT)
		p = stpcpy(p, utf8 ? "→ " : "-> ");
	else
		p = stpcpy(p, utf8 ? "← " : "<- ");
	p = stpcpy(p, name_tcp_flags(e->tcp_flags, flags));
	p = put_numbers(p, e, ep, raw);
	if (e->length)
		p = put_u64(stpcpy(p, " length "), e->length);
	p = put_u64(stpcpy(p, " win "), e->window);
	if (e->again)
		p = put_u64(stpcpy(p, " again "), e->again);
	return p;
}

/* Did the endpoint end here, as far as anybody knows? */
static bool is_end(const struct history_event *e)
{
	return e->new_state == WAVEHAND_CLOSED && !(e->flags & WAVEHAND_EV_RAW);
}

static char *put_transition(char *p, const struct history_event *e,
			    const struct wavehand_endpoint *ep, bool raw)
{
	p = stpcpy(p, name_state(e->old_state));
	p = stpcpy(p, " -> ");
	p = stpcpy(p, name_state(e->new_state));
	p = put_numbers(p, e, ep, raw);
	if (e->flags & WAVEHAND_EV_RAW)
		p = stpcpy(p, " raw");
	if (e->flags & WAVEHAND_EV_HIDDEN)
		p = stpcpy(p, " hidden");
	if (e->reason)
		p = stpcpy(stpcpy(p, " reason="), name_cause(e->reason));
	if (e->tries)
		p = put_u64(stpcpy(p, " tries="), e->tries);
	if (is_end(e) && ep->cause)
		p = stpcpy(stpcpy(p, " cause="), name_cause(ep->cause));
	return p;
}

static char *put_actor(char *p, const struct history_event *e)
{
	if (!e->actor)
		return p;
	p = stpcpy(stpcpy(p, " by "), name_actor(e->actor));
	return e->actor_pid ? put_u64(stpcpy(p, " "), e->actor_pid) : p;
}

static char *put_error(char *p, const struct history_event *e)
{
	const char *error;

	if (!e->error)
		return p;
	error = name_error(e->error);
	return error ? stpcpy(stpcpy(p, " "), error) :
		       put_u64(stpcpy(p, " error "), e->error);
}

char *put_event(char *p, const struct history_event *e, const struct wavehand_endpoint *ep,
		bool raw, bool utf8)
{
	switch (e->kind) {
	case WAVEHAND_TRANSITION:
		p = put_error(put_actor(put_transition(p, e, ep, raw), e), e);
		break;
	case WAVEHAND_SEGMENT:
		p = put_segment(p, e, ep, raw, utf8);
		break;
	case WAVEHAND_GONE:
		return stpcpy(p, "gone, its end was not seen");
	case WAVEHAND_ACCEPTED:
		p = put_actor(stpcpy(p, "accepted"), e);
		break;
	case WAVEHAND_QUEUE_FULL:
		p = stpcpy(p, "accept queue full: the segment before is dropped");
		break;
	case WAVEHAND_GAP:
		return stpcpy(put_u64(p, e->count), " events were dropped");
	default:
		return stpcpy(p, "?");
	}
	if (e->provenance != WAVEHAND_OBSERVED)
		p = stpcpy(stpcpy(p, " "), name_provenance(e->provenance));
	return p;
}
