// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "label.h"
#include "language.h"
#include "render_mermaid.h"
#include "text.h"

/**
 * struct script - one diagram that is being written
 * @out: where to
 * @d: diagram
 * @raw: sequence numbers as on the wire
 * @drawn: of each arrow: it is there
 */
struct script {
	struct out *out;
	const struct diagram *d;
	bool raw;
	bool *drawn;
};

/*
 * What is neither a letter, a digit nor one of these harmless signs is written as its
 * number, so that no text can be taken for more than text.
 */
static void put_but(struct script *s, const char *text, const char *harmless)
{
	size_t n, left = strlen(text);

	for (; left; text += n, left -= n) {
		int32_t c = utf8_decode(text, left, &n);

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c > 0 && c < 0x80 && strchr(harmless, c)))
			out_char(s->out, (char)c);
		else
			out_printf(s->out, "#%d;", c < 0 ? '?' : c);
	}
}

static void put_text(struct script *s, const char *text)
{
	put_but(s, text, " .,:=/()[]-");
}

/* Of "style" and a colon behind it Mermaid takes the last semicolon of the line away. */
static void put_name(struct script *s, const char *text)
{
	put_but(s, text, " .,=/()[]-");
}

static int sides(const struct script *s)
{
	return conversation_is_listener(s->d->c) ? 1 : 2;
}

static void put_owner_line(struct script *s, int side)
{
	const struct history *h = s->d->c->end[side].h;
	char who[TEXT_ID + TEXT_OWNER + 3], *to;

	put_text(s, label_end(s->d, side));
	if (!h) {
		put_text(s, _(", not seen"));
	} else if (side && conversation_is_self(s->d->c)) {
		put_text(s, _(", itself"));
	} else {
		to = put_id(stpcpy(who, " "), h->ep.id);
		*put_owner(stpcpy(to, " "), &h->ep, TEXT_PAGE) = '\0';
		put_name(s, who);
		if (h->ep.flags & WAVEHAND_EP_INHERITED) {
			put_text(s, " ");
			put_text(s, _("(the listener's)"));
		}
	}
}

static void put_head(struct script *s)
{
	char text[LABEL_TEXT];
	int side;

	for (side = 0; side < sides(s); side++) {
		out_printf(s->out, "    participant %c as ", 'a' + side);
		label_socket(s->d, side, text);
		put_text(s, text);
		out_str(s->out, "<br/>");
		put_owner_line(s, side);
		out_char(s->out, '\n');
	}
}

/* The begin of a note that stands over all. */
static void begin_wide(struct script *s)
{
	out_str(s->out, sides(s) == 2 ? "    Note over a,b: " : "    Note over a: ");
}

static void put_wide(struct script *s, const char *text)
{
	begin_wide(s);
	put_text(s, text);
	out_char(s->out, '\n');
}

static void put_beside(struct script *s, int side, const char *text)
{
	out_str(s->out, side ? "    Note right of b: " : "    Note left of a: ");
	put_text(s, text);
	out_char(s->out, '\n');
}

/* The state that a point enters, and when. */
static void put_state(struct script *s, int side, const struct diagram_point *p)
{
	char text[2 * LABEL_TEXT + 8], *to = text;

	if (!p || !p->state)
		return;
	label_state(p, to);
	to += strlen(to);
	*to++ = ' ';
	label_time(s->d, p->time, to);
	if (p->time)
		strcat(to, " ms");
	put_beside(s, side, text);
}

static void put_start(struct script *s)
{
	char text[LABEL_TEXT];
	int side;

	for (side = 0; side < sides(s); side++) {
		struct diagram_point p = {
			.state = s->d->start[side], .provenance = s->d->start_provenance[side],
		};

		if (!p.state)
			continue;
		label_state(&p, text);
		put_beside(s, side, text);
	}
}

/* Solid, or dashed where nobody saw it; with a cross where it was lost. */
static const char *line_of(const struct diagram_arrow *a)
{
	const bool observed = a->provenance == WAVEHAND_OBSERVED;

	if (a->lost)
		return observed ? "-x" : "--x";
	return observed ? "->>" : "-->>";
}

/*
 * "0.000 → 0.017 ms", as far as an end recorded it; "?" is an end of which nobody knows.
 * Return: whether there is anything to tell.
 */
static bool times_of(const struct script *s, const struct diagram_arrow *a, char *text)
{
	char *to = text;

	*to = '\0';
	if (a->sent)
		label_time(s->d, a->sent, to);
	else if (!a->departs)
		strcpy(to, "?");
	if (a->sent && !a->received)
		strcat(to, " ms");
	to += strlen(to);
	to = stpcpy(to, to > text ? " →" : "→");
	if (a->received) {
		*to++ = ' ';
		label_time(s->d, a->received, to);
		strcat(to, " ms");
	} else if (a->lost) {
		snprintf(to, LABEL_TEXT, " %s", _("lost"));
	} else if (!a->arrives) {
		strcpy(to, " ?");
	}
	return a->sent || a->received || !a->departs || !a->arrives;
}

static void put_arrow(struct script *s, int index)
{
	const struct diagram_arrow *a = &s->d->arrows[index];
	char words[LABEL_WORDS][LABEL_WORD], times[2 * LABEL_TEXT];
	int i, n;

	if (s->drawn[index])
		return;
	s->drawn[index] = true;
	out_printf(s->out, "    %c%s%c: ", 'a' + a->from, line_of(a), 'a' + !a->from);
	n = label_arrow(s->d, a, s->raw, 0, words);
	for (i = 0; i < n; i++) {
		if (i)
			out_char(s->out, ' ');
		put_text(s, words[i]);
	}
	if (times_of(s, a, times)) {
		out_str(s->out, "<br/>");
		put_text(s, times);
	}
	out_char(s->out, '\n');
}

static void put_bytes(struct script *s, const struct diagram_row *row)
{
	char text[LABEL_TEXT];
	int i;

	begin_wide(s);
	for (i = 0; i < 2; i++) {
		if (!row->bytes[i])
			continue;
		if (i && row->bytes[0])
			out_str(s->out, ", ");
		label_bytes(row->bytes[i], i, true, text);
		put_text(s, text);
	}
	out_char(s->out, '\n');
}

/* The side whose point comes first: that which a segment departs from, or the earlier one. */
static int first_side(const struct script *s, const struct diagram_row *row)
{
	const struct diagram_point *const *p = row->point;

	if (row->arrow >= 0 && !row->split)
		return s->d->arrows[row->arrow].from;
	return p[0] && p[1] && p[1]->time && p[1]->time < p[0]->time;
}

/* What happened before a segment departed, the segment, what it did where it arrived. */
static void put_row(struct script *s, const struct diagram_row *row)
{
	int first = first_side(s, row), i;
	char text[LABEL_TEXT];

	for (i = 0; i < 2; i++) {
		int side = i ? !first : first;

		put_state(s, side, row->point[side]);
		if (row->arrow >= 0 && s->d->arrows[row->arrow].from == side)
			put_arrow(s, row->arrow);
	}
	if (row->note == NOTE_BYTES && row->arrow < 0) {
		put_bytes(s, row);
		return;
	}
	label_note(row, text);
	if (*text)
		put_beside(s, row->point[0] ? 0 : 1, text);
}

static void put_foot(struct script *s)
{
	char text[VERDICT_TEXT];
	int side, n;

	verdict_text(&s->d->v, s->d->c, ", ", text);
	put_wide(s, text);
	for (side = 0; side < 2; side++)
		for (n = 0; n < VERDICT_NOTES; n++)
			if (verdict_note(s->d->c, s->d->h, side, n, text))
				put_wide(s, text);
	if (label_guess(s->d))
		put_wide(s, label_guess(s->d));
}

int render_mermaid(struct out *out, const struct diagram *d, bool raw)
{
	struct script s = { .out = out, .d = d, .raw = raw };
	size_t i;

	s.drawn = calloc(d->arrow_count + 1, sizeof(*s.drawn));
	if (!s.drawn)
		return -1;
	out_str(out, "```mermaid\nsequenceDiagram\n");
	put_head(&s);
	put_start(&s);
	for (i = 0; i < d->row_count; i++)
		put_row(&s, &d->rows[i]);
	put_foot(&s);
	out_str(out, "```\n\n");
	free(s.drawn);
	return 0;
}
