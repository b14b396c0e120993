// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "event.h"
#include "language.h"
#include "names.h"
#include "text.h"

/* Transitions are most frequent: what else uses the same functions must not cost them calls. */
#define INLINE inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))

#define SENTENCE (EVENT_TEXT / 2)	/* longest of those that are translated */

static INLINE char *put_number(char *p, uint32_t number, const struct wavehand_endpoint *ep,
			       bool own, bool raw)
{
	/* Under TCP_REPAIR the initial numbers are not those of the conversation. */
	bool known = ep->known & (own ? WAVEHAND_KNOWN_ISS : WAVEHAND_KNOWN_IRS) &&
		     !(ep->flags & WAVEHAND_EP_REPAIR);

	if (known && !raw)
		number -= own ? ep->iss : ep->irs;
	else if (!raw)
		p = stpcpy(p, "raw:");
	return put_u64(p, number);
}

/* @own: seq is one of the endpoint's own numbers; its peer's otherwise. */
static INLINE char *put_numbers(char *p, const struct history_event *e,
				const struct wavehand_endpoint *ep, bool own, bool raw)
{
	if (e->flags & WAVEHAND_EV_SEQ)
		p = put_number(stpcpy(p, " Seq="), e->seq, ep, own, raw);
	if (e->flags & WAVEHAND_EV_ACK)
		p = put_number(stpcpy(p, " Ack="), e->ack, ep, !own, raw);
	return p;
}

static char *put_segment(char *p, const struct history_event *e,
			 const struct wavehand_endpoint *ep, bool raw, bool utf8)
{
	if (e->flags & WAVEHAND_EV_SENT)
		p = stpcpy(p, utf8 ? "→ " : "-> ");
	else
		p = stpcpy(p, utf8 ? "← " : "<- ");
	p = put_tcp_flags(p, e->tcp_flags);
	p = put_numbers(p, e, ep, e->flags & WAVEHAND_EV_SENT, raw);
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

/* Words of several pieces are made when one is asked for first: not inline, as above. */
static NOINLINE const struct word *make_transition(struct word *w, unsigned int from,
						   unsigned int to)
{
	return make_word(w, name_state(from), " -> ", name_state(to));
}

static NOINLINE const struct word *make_by(struct word *w, unsigned int actor)
{
	return make_word(w, " by ", name_actor(actor), "");
}

/* Numbers without a name share the place behind the last one that has one. */
static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* "CLOSED -> SYN-SENT" */
static const struct word *word_transition(unsigned int from, unsigned int to)
{
	static struct word words[16][16];
	struct word *w;

	if ((from | to) > 15) {
		from = least(from, WAVEHAND_STATES);
		to = least(to, WAVEHAND_STATES);
	}
	w = &words[from][to];
	return w->length ? w : make_transition(w, from, to);
}

/* " by process" */
static const struct word *word_by(unsigned int actor)
{
	static struct word words[WAVEHAND_ACTOR_TIMER + 2];
	struct word *w = &words[least(actor, WAVEHAND_ACTOR_TIMER + 1)];

	return w->length ? w : make_by(w, actor);
}

static INLINE char *put_actor(char *p, const struct history_event *e)
{
	if (!e->actor)
		return p;
	p = put_word(p, word_by(e->actor));
	return e->actor_pid ? put_u64(stpcpy(p, " "), e->actor_pid) : p;
}

static char *put_error(char *p, unsigned int error)
{
	const char *name = name_error(error);

	return name ? stpcpy(stpcpy(p, " "), name) : put_u64(stpcpy(p, " error "), error);
}

/* What most transitions have none of. */
static char *put_remarks(char *p, const struct history_event *e)
{
	if (e->flags & WAVEHAND_EV_RAW)
		p = stpcpy(p, " raw");
	if (e->flags & WAVEHAND_EV_HIDDEN)
		p = stpcpy(p, " hidden");
	if (e->reason)
		p = put_word(stpcpy(p, " reason="), word_cause(e->reason));
	if (e->tries)
		p = put_u64(stpcpy(p, " tries="), e->tries);
	return p;
}

static char *put_transition(char *p, const struct history_event *e,
			    const struct wavehand_endpoint *ep, bool raw)
{
	p = put_word(p, word_transition(e->old_state, e->new_state));
	p = put_numbers(p, e, ep, true, raw);
	if (e->flags & (WAVEHAND_EV_RAW | WAVEHAND_EV_HIDDEN) || e->reason || e->tries)
		p = put_remarks(p, e);
	if (is_end(e) && ep->cause)
		p = put_word(stpcpy(p, " cause="), word_cause(ep->cause));
	p = put_actor(p, e);
	return e->error ? put_error(p, e->error) : p;
}

static char *put_provenance(char *p, const struct history_event *e)
{
	if (e->provenance == WAVEHAND_OBSERVED)
		return p;
	return put_word(stpcpy(p, " "), word_provenance(e->provenance));
}

char *put_event(char *p, const struct history_event *e, const struct wavehand_endpoint *ep,
		bool raw, bool utf8)
{
	int n;

	/* The most frequent one. */
	if (e->kind == WAVEHAND_TRANSITION)
		return put_provenance(put_transition(p, e, ep, raw), e);

	switch (e->kind) {
	case WAVEHAND_SEGMENT:
		return put_provenance(put_segment(p, e, ep, raw, utf8), e);
	case WAVEHAND_GONE:
		return stpncpy(p, _("gone, its end was not seen"), SENTENCE);
	case WAVEHAND_ACCEPTED:
		return put_provenance(put_actor(stpcpy(p, "accepted"), e), e);
	case WAVEHAND_QUEUE_FULL:
		p = stpncpy(p, _("accept queue full: the segment before is dropped"), SENTENCE);
		return put_provenance(p, e);
	case WAVEHAND_GAP:
		n = snprintf(p, SENTENCE, _("%llu events were dropped"), (unsigned long long)e->count);
		return n < 0 ? p : p + (n < SENTENCE ? n : SENTENCE - 1);
	default:
		return stpcpy(p, "?");
	}
}
