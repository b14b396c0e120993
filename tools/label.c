// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "label.h"
#include "language.h"
#include "names.h"

void label_ids(const struct diagram *d, const char *both, char *text)
{
	char *p = text;
	int i;

	for (i = 0; i < 2; i++) {
		if (!d->c->end[i].h)
			continue;
		if (p > text) {
			*p++ = ' ';
			p = stpcpy(p, both);
			*p++ = ' ';
		}
		p = put_id(p, d->c->end[i].h->ep.id);
	}
	*p = '\0';
}

void label_socket(const struct diagram *d, int side, char *text)
{
	int seen = d->c->end[0].h ? 0 : 1;
	const struct wavehand_endpoint *ep = &d->c->end[seen].h->ep;

	*(seen == side ? put_local(text, ep) : put_remote(text, ep)) = '\0';
}

int label_traits(const struct diagram *d, const char *words[LABEL_TRAITS])
{
	const struct history *h[2] = { d->c->end[0].h, d->c->end[1].h };
	const struct wavehand_endpoint *ep = &h[h[0] ? 0 : 1]->ep;
	int n = 0;

	words[n++] = name_family(ep->family);
	if (ep->flags & WAVEHAND_EP_MPTCP)
		words[n++] = _("MPTCP subflow");
	if ((h[0] && h[0]->ep.flags & WAVEHAND_EP_REPAIR) ||
	    (h[1] && h[1]->ep.flags & WAVEHAND_EP_REPAIR))
		words[n++] = "TCP_REPAIR";
	return n;
}

bool label_opened(const struct diagram *d, char *text)
{
	uint64_t asked = 0, opened = 0;
	int side;
	size_t i;

	for (side = 0; side < 2; side++) {
		for (i = 0; i < d->point_count[side]; i++) {
			const struct diagram_point *p = &d->points[side][i];

			if (p->state == WAVEHAND_SYN_SENT && !side && !asked)
				asked = p->time;
			else if (p->state == WAVEHAND_ESTABLISHED && p->time > opened)
				opened = p->time;
		}
	}
	if (!asked || opened < asked || d->v.opening == OPENING_REPAIR)
		return false;
	opened -= asked;
	snprintf(text, LABEL_TEXT, _("opened in %llu.%03llu ms"),
		 (unsigned long long)opened / 1000000,
		 (unsigned long long)opened / 1000 % 1000);
	return true;
}

const char *label_end(const struct diagram *d, int side)
{
	const char *who = conversation_is_listener(d->c) ? _("owner") : verdict_end_word(d->c, side);

	return strncmp(who, "the ", 4) ? who : who + 4;
}

void label_time(const struct diagram *d, uint64_t time, char *text)
{
	uint64_t ns = time > d->begin ? time - d->begin : 0;
	uint64_t ms = ns / 1000000;
	unsigned int us = (unsigned int)(ns / 1000 % 1000);
	char *p;

	if (!time) {
		strcpy(text, "?");
		return;
	}
	p = put_u64(text, ms);
	if (ms < 10000)
		p = put_three(stpcpy(p, "."), us);
	else if (ms < 1000000)
		p = put_u64(stpcpy(p, "."), us / 100);
	*p = '\0';
}

void label_state(const struct diagram_point *p, char *text)
{
	const char *mark = p->provenance == WAVEHAND_OBSERVED ? "" :
			   p->provenance == WAVEHAND_INFERRED ? "~" : "?";

	*put_word(stpcpy(text, mark), word_state(p->state)) = '\0';
}

static void number_word(char *text, const char *name, uint32_t number, bool has_base,
			uint32_t base, bool raw, const char *letter)
{
	const char *equals = letter ? "=" : "";

	if (!letter)
		letter = "";
	if (raw)
		snprintf(text, LABEL_WORD, "%s=%u%s%s", name, number, equals, letter);
	else if (has_base)
		snprintf(text, LABEL_WORD, "%s=%u%s%s", name, number - base, equals, letter);
	else
		snprintf(text, LABEL_WORD, "%s=raw:%u%s%s", name, number, equals, letter);
}

int label_arrow(const struct diagram *d, const struct diagram_arrow *a, bool raw, int letters,
		char words[LABEL_WORDS][LABEL_WORD])
{
	uint32_t base[2] = { 0, 0 };
	char flags[DIAGRAM_FLAGS];
	bool known[2];
	int i, n = 0;

	for (i = 0; i < 2; i++)
		known[i] = conversation_base(d->c, i, &base[i]);
	/* What is answered for nobody has no number of its own. */
	if (!known[a->from] && a->flags & WAVEHAND_RST && !a->seq)
		known[a->from] = true;
	snprintf(words[n++], LABEL_WORD, "%s%s%s",
		 a->provenance == WAVEHAND_UNKNOWN ? "? " : "",
		 diagram_flags(a->flags & ~DIAGRAM_ICMP, flags),
		 a->flags & DIAGRAM_ICMP ? _(" or ICMP") : "");
	if (a->has_seq)
		number_word(words[n++], "Seq", a->seq, known[a->from], base[a->from],
			    raw, letters > 0 ? a->seq_name : NULL);
	if (a->length)
		snprintf(words[n++], LABEL_WORD, "Len=%u", a->length);
	if (a->has_ack)
		number_word(words[n++], "Ack", a->ack, known[!a->from], base[!a->from],
			    raw, letters > 1 ? a->ack_name : NULL);
	if (a->again)
		snprintf(words[n++], LABEL_WORD, _("(again, %u)"), a->again);
	return n;
}

void label_bytes(uint64_t bytes, int side, bool utf8, char *text)
{
	const char *right = utf8 ? "→" : "->", *left = utf8 ? "←" : "<-";

	char number[LABEL_TEXT / 2 + 16];

	snprintf(number, sizeof(number), language_plural("%llu byte", "%llu bytes", bytes),
		 (unsigned long long)bytes);
	if (side)
		snprintf(text, LABEL_TEXT, "%s %s", left, number);
	else
		snprintf(text, LABEL_TEXT, "%s %s", number, right);
}

/* Why a part of a life that is out of the tracepoint's sight is over; few words. */
static const char *reason_word(unsigned int reason)
{
	switch (reason) {
	case WAVEHAND_CAUSE_RESET:
		return _("reset");
	case WAVEHAND_CAUSE_REUSED:
		return _("reused");
	case WAVEHAND_CAUSE_ABORTED:
		return _("administrator");
	case WAVEHAND_CAUSE_NETNS:
		return _("namespace gone");
	case WAVEHAND_CAUSE_LATE_DATA:
		return _("data came");
	default:
		return reason ? name_cause(reason) : "?";
	}
}

static void waited_text(const struct diagram_point *p, char *text)
{
	unsigned long long tenths = p->count / 100000000;

	if (p->reason != WAVEHAND_CAUSE_EXPIRED)
		snprintf(text, LABEL_TEXT, _("cut short: %s"), reason_word(p->reason));
	else if (!p->count)
		snprintf(text, LABEL_TEXT, _("%s expired"), name_state(p->old));
	else if (p->old == WAVEHAND_TIME_WAIT)
		snprintf(text, LABEL_TEXT, "2MSL: %llu.%llu s", tenths / 10, tenths % 10);
	else
		snprintf(text, LABEL_TEXT, _("no FIN in %llu.%llu s"), tenths / 10, tenths % 10);
}

/* A translation may be of any length. */
static void put_label(char *text, const char *words)
{
	snprintf(text, LABEL_TEXT, "%s", words);
}

void label_note(const struct diagram_row *row, char *text)
{
	const struct diagram_point *p = row->point[0] ? row->point[0] : row->point[1];

	switch (row->note) {
	case NOTE_GAP:
		snprintf(text, LABEL_TEXT, language_plural("? %llu event dropped here",
							   "? %llu events dropped here", p->count),
			 (unsigned long long)p->count);
		break;
	case NOTE_LOST:
		snprintf(text, LABEL_TEXT, language_plural("? up to %llu event lost",
							   "? up to %llu events lost", p->count),
			 (unsigned long long)p->count);
		break;
	case NOTE_MISSING:
		put_label(text, _("? events are missing here"));
		break;
	case NOTE_JOINED:
		put_label(text, _("? older than the module"));
		break;
	case NOTE_UNSEEN:
		put_label(text, _("? out of sight, or reset"));
		break;
	case NOTE_RESTARTED:
		put_label(text, _("2MSL starts anew"));
		break;
	case NOTE_WAITED:
		waited_text(p, text);
		break;
	case NOTE_EXPIRED:
		put_label(text, _("half-open: expired"));
		break;
	case NOTE_SKIPPED:
		put_label(text, _("TIME-WAIT skipped"));
		break;
	case NOTE_QUEUE_FULL:
		put_label(text, _("dropped: accept queue full"));
		break;
	case NOTE_GONE:
		put_label(text, _("? gone, end not seen"));
		break;
	default:
		*text = '\0';
		break;
	}
}

const char *label_guess(const struct diagram *d)
{
	if (d->arrow_count && !d->c->end[0].segments && !d->c->end[1].segments)
		return _("no segment was recorded: the arrows follow from the transitions");
	return NULL;
}
