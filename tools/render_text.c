// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "label.h"
#include "language.h"
#include "render_text.h"
#include "text.h"

#define NARROWEST 80
#define WIDEST 110
#define NARROWEST_INNER 28	/* no note and no number of bytes is wider */
#define STATE_WIDTH 13		/* "~SYN-RECEIVED" */
#define TEXT_SIZE VERDICT_TEXT

/**
 * struct signs - what a diagram is drawn with
 *
 * Each is one column wide.
 */
struct signs {
	const char *line;	/* lifeline */
	const char *unseen;	/* lifeline of an end that was not seen */
	const char *departs_right;
	const char *departs_left;
	const char *solid;
	const char *dashed[2];	/* in turn */
	const char *right;
	const char *left;
	const char *both;	/* between two endpoints */
	const char *to;		/* between two addresses */
	const char *lost;
	const char *separator;	/* as wide as it is */
};

static const struct signs utf8_signs = {
	.line = "│", .unseen = "┊", .departs_right = "├", .departs_left = "┤",
	.solid = "─", .dashed = { "╌", "╌" }, .right = "▶", .left = "◀",
	.both = "⇄", .to = "→", .lost = "✕", .separator = " · ",
};

static const struct signs ascii_signs = {
	.line = "|", .unseen = ":", .departs_right = "|", .departs_left = "|",
	.solid = "-", .dashed = { "-", " " }, .right = ">", .left = "<",
	.both = "<->", .to = "->", .lost = "x", .separator = ", ",
};

/**
 * struct canvas - how one diagram is laid out
 * @out: where it goes
 * @d: diagram
 * @t: terminal
 * @s: signs
 * @raw: sequence numbers as on the wire
 * @time: columns of a time
 * @inner: columns between the lifelines
 */
struct canvas {
	struct out *out;
	const struct diagram *d;
	const struct term *t;
	const struct signs *s;
	bool raw;
	int time;
	int inner;
};

static void fill(struct canvas *c, const char *s, int n)
{
	size_t size = strlen(s);

	while (n-- > 0)
		out_mem(c->out, s, size);
}

static void style(struct canvas *c, const char *code)
{
	if (c->t->color)
		out_printf(c->out, "\033[%sm", code);
}

/*
 * Words of the head and the foot; a line that is full is broken between two of
 * them, and the next one is indented.
 */
struct flow {
	struct canvas *c;
	const char *gap;	/* between two words */
	int indent;
	int column;		/* 0: nothing is there yet */
	int width;
};

static void flow_word(struct flow *f, const char *word)
{
	struct out *out = f->c->out;

	if (!*word)
		return;
	if (f->column && f->column + text_width(f->gap) + text_width(word) > f->width) {
		out_char(out, '\n');
		fill(f->c, " ", f->indent);
		f->column = f->indent;
	} else if (f->column) {
		out_str(out, f->gap);
		f->column += text_width(f->gap);
	}
	out_str(out, word);
	f->column += text_width(word);
}

static void flow_end(struct flow *f)
{
	if (f->column)
		out_char(f->c->out, '\n');
	f->column = 0;
}

static int total_width(const struct canvas *c)
{
	return 2 * (STATE_WIDTH + c->time + 3) + c->inner;
}

static struct flow flow_start(struct canvas *c, const char *gap, int indent)
{
	return (struct flow){ .c = c, .gap = gap, .indent = indent,
			      .width = total_width(c) };
}

/* A sentence, broken between its words. */
static void flow_sentence(struct flow *f, const char *text)
{
	char word[TEXT_SIZE];
	bool blank;

	while (text_piece(&text, word, sizeof(word), &blank)) {
		f->gap = blank ? " " : "";
		flow_word(f, word);
	}
	flow_end(f);
}

static void put_sentence(struct canvas *c, const char *text)
{
	struct flow f = flow_start(c, " ", 2);

	flow_sentence(&f, text);
}

static void head_addresses(struct canvas *c, struct flow *f)
{
	const char *traits[LABEL_TRAITS];
	char text[2 * LABEL_TEXT];
	int i, n;

	label_socket(c->d, 0, text);
	if (!conversation_is_listener(c->d->c)) {
		sprintf(text + strlen(text), " %s", c->s->to);
		flow_word(f, text);
		f->gap = " ";
		label_socket(c->d, 1, text);
	}
	flow_word(f, text);
	f->gap = "   ";
	n = label_traits(c->d, traits);
	for (i = 0; i < n; i++)
		flow_word(f, traits[i]);
	if (label_opened(c->d, text))
		flow_word(f, text);
}

/* Who an end belongs to, in a line behind the indent, where it fits. */
static void head_owner(struct canvas *c, struct flow *f, int side)
{
	const struct wavehand_endpoint *ep = &c->d->c->end[side].h->ep;
	char text[TEXT_SIZE], *p;

	p = stpcpy(text, label_end(c->d, side));
	*p++ = ' ';
	*put_owner(p, ep, c->t->utf8) = '\0';
	if (f->indent + text_width(text) > f->width)
		f->indent = 2;
	f->gap = c->s->separator;
	if (!f->column) {
		fill(c, " ", f->indent);
		out_str(c->out, text);
		f->column = f->indent + text_width(text);
	} else {
		flow_word(f, text);
	}
	f->gap = " ";
	if (ep->flags & WAVEHAND_EP_INHERITED)
		flow_word(f, _("(the listener's)"));
	p = stpcpy(text, "uid ");
	*put_u64(p, ep->owner_uid) = '\0';
	flow_word(f, text);
}

static void put_head(struct canvas *c)
{
	const struct conversation *conversation = c->d->c;
	struct flow f = flow_start(c, "   ", 10);
	char text[LABEL_TEXT];
	int i;

	label_ids(c->d, c->s->both, text);
	style(c, "1");
	flow_word(&f, text);
	style(c, "0");
	head_addresses(c, &f);
	flow_end(&f);

	f = flow_start(c, c->s->separator, 10);
	for (i = 0; i < 2; i++)
		if (conversation->end[i].h && !(i && conversation_is_self(conversation)))
			head_owner(c, &f, i);
	flow_end(&f);
	out_char(c->out, '\n');
}

static void put_state(struct canvas *c, const char *text, bool pad)
{
	bool dim = *text == '~' || *text == '?';

	if (dim)
		style(c, "2");
	out_str(c->out, text);
	if (dim)
		style(c, "0");
	if (pad)
		fill(c, " ", STATE_WIDTH - text_width(text));
}

/* What stands outside of the lifelines: state and time of a point. */
static void put_side(struct canvas *c, int side, const char *state, const char *time)
{
	if (!side) {
		put_state(c, state, true);
		fill(c, " ", 1 + c->time - text_width(time));
		out_str(c->out, time);
		out_char(c->out, ' ');
		return;
	}
	if (*state || *time) {
		fill(c, " ", 1 + c->time - text_width(time));
		out_str(c->out, time);
	}
	if (*state) {
		out_str(c->out, "  ");
		put_state(c, state, false);
	}
	out_char(c->out, '\n');
}

static void put_point_side(struct canvas *c, int side, const struct diagram_point *p)
{
	char state[LABEL_TEXT] = "", time[LABEL_TEXT] = "";

	if (p && p->state)
		label_state(p, state);
	if (p && (p->state || p->time))
		label_time(c->d, p->time, time);
	put_side(c, side, state, time);
}

static const char *lifeline(const struct canvas *c, int side)
{
	return c->d->c->end[side].h ? c->s->line : c->s->unseen;
}

/* A row without an arrow: some words between the lifelines, or none. */
static void put_plain(struct canvas *c, const struct diagram_row *row, const char *words)
{
	int spare = c->inner - text_width(words), before = spare > 0 ? spare / 2 : 0;

	put_point_side(c, 0, row ? row->point[0] : NULL);
	out_str(c->out, lifeline(c, 0));
	if (conversation_is_listener(c->d->c)) {
		if (*words)
			out_printf(c->out, "  %s", words);
		out_char(c->out, '\n');
		return;
	}
	fill(c, " ", before);
	out_str(c->out, words);
	fill(c, " ", spare - before);
	out_str(c->out, lifeline(c, 1));
	put_point_side(c, 1, row ? row->point[1] : NULL);
}

static void put_shaft(struct canvas *c, const struct diagram_arrow *a, int n)
{
	int i;

	for (i = 0; i < n; i++)
		out_str(c->out, a->provenance == WAVEHAND_OBSERVED ? c->s->solid :
								     c->s->dashed[i % 2]);
}

/*
 * An arrow from left to right is, in order, tail, label, shaft, head; from right to
 * left the other way around. @before and @after are blanks on its left and right.
 */
static void put_arrow(struct canvas *c, const struct diagram_arrow *a, const char *label,
		      int before, int after, bool departs, bool arrives)
{
	const char *end = arrives ? (a->from ? c->s->left : c->s->right) :
			  a->arrives ? " " : a->lost ? c->s->lost : "?";
	const char *start = departs || a->departs ? "" : "?";
	int shaft = c->inner - before - after - text_width(label) - 4 - text_width(start);

	if (shaft < 0)
		shaft = 0;
	fill(c, " ", before);
	if (a->from) {
		out_str(c->out, end);
		put_shaft(c, a, shaft);
		out_printf(c->out, " %s ", label);
		put_shaft(c, a, 1);
		out_str(c->out, start);
	} else {
		out_str(c->out, start);
		put_shaft(c, a, 1);
		out_printf(c->out, " %s ", label);
		put_shaft(c, a, shaft);
		out_str(c->out, end);
	}
	fill(c, " ", after);
}

static void put_arrow_row(struct canvas *c, const struct diagram_row *row)
{
	const struct diagram_arrow *a = &c->d->arrows[row->arrow];
	const struct diagram_point *tail = row->point[a->from], *head = row->point[!a->from];
	bool departs = tail && tail->arrow == row->arrow;
	bool arrives = head && head->arrow == row->arrow;
	int blank = departs && arrives ? 0 : c->inner / 4, spare, letters, i, n = 0;
	char words[LABEL_WORDS][LABEL_WORD], label[LABEL_WORDS * LABEL_WORD] = "";

	/* The names of the article only where there is room. */
	for (letters = 2; letters >= 0; letters--) {
		int width = 0;

		n = label_arrow(c->d, a, c->raw, letters, words);
		for (i = 0; i < n; i++)
			width += (i > 0) + text_width(words[i]);
		if (width <= c->inner - 5)
			break;
	}
	/* The rest of a split arrow: only its name. */
	if (!departs && a->departs) {
		if (a->again)
			memcpy(words[1], words[n - 1], LABEL_WORD);
		n = a->again ? 2 : 1;
	}
	/* What does not fit stands in lines above, and the last of it on the arrow. */
	for (i = 0; i < n; i++) {
		if (*label && text_width(label) + 1 + text_width(words[i]) > c->inner - 5) {
			put_plain(c, NULL, label);
			*label = '\0';
		}
		if (*label)
			strcat(label, " ");
		strcat(label, words[i]);
	}
	spare = c->inner - text_width(label) - 5;
	if (blank > spare)
		blank = spare > 0 ? spare : 0;

	put_point_side(c, 0, row->point[0]);
	out_str(c->out, departs && !a->from ? c->s->departs_right : lifeline(c, 0));
	/* What did not depart here is cut at its tail, what did not arrive at its head. */
	put_arrow(c, a, label, departs == !a->from ? 0 : blank,
		  departs == !a->from ? blank : 0, departs, arrives);
	out_str(c->out, departs && a->from ? c->s->departs_left : lifeline(c, 1));
	put_point_side(c, 1, row->point[1]);
}

static void put_bytes_row(struct canvas *c, const struct diagram_row *row)
{
	char text[2 * LABEL_TEXT + 3] = "", *p = text;
	int i;

	for (i = 0; i < 2; i++) {
		if (!row->bytes[i])
			continue;
		if (p > text)
			p = stpcpy(p, "   ");
		label_bytes(row->bytes[i], i, c->t->utf8, p);
		p += strlen(p);
	}
	if (text_width(text) <= c->inner || !row->bytes[0] || !row->bytes[1]) {
		put_plain(c, row, text);
		return;
	}
	for (i = 0; i < 2; i++) {
		struct diagram_row one = *row;

		one.bytes[!i] = 0;
		put_bytes_row(c, &one);
	}
}

static void put_note_row(struct canvas *c, const struct diagram_row *row)
{
	char text[LABEL_TEXT];

	label_note(row, text);
	put_plain(c, row, text);
}

/* The names of the two ends, each in the middle above its lifeline. */
static void put_titles(struct canvas *c)
{
	int column = STATE_WIDTH + c->time + 2, at = 0, i;

	for (i = 0; i < 2 && !(i && conversation_is_listener(c->d->c)); i++) {
		char text[LABEL_TEXT];
		const char *name = text;
		int blank;

		label_socket(c->d, i, text);
		/* A long address stands in the head: its port is enough here. */
		if (text_width(text) > c->inner - 6)
			name = strrchr(text, ':');
		blank = column - text_width(name) / 2 - at;
		fill(c, " ", blank);
		out_str(c->out, name);
		at += (blank > 0 ? blank : 0) + text_width(name);
		column += c->inner + 1;
	}
	out_char(c->out, '\n');
}

static void put_start(struct canvas *c)
{
	char state[2][LABEL_TEXT] = { "", "" };
	int i;

	for (i = 0; i < 2; i++) {
		struct diagram_point p = { .state = c->d->start[i],
					   .provenance = c->d->start_provenance[i] };

		if (p.state)
			label_state(&p, state[i]);
	}
	put_side(c, 0, state[0], "ms");
	out_str(c->out, lifeline(c, 0));
	if (conversation_is_listener(c->d->c)) {
		out_char(c->out, '\n');
		return;
	}
	fill(c, " ", c->inner);
	out_str(c->out, lifeline(c, 1));
	put_side(c, 1, state[1], "ms");
}

static void put_foot(struct canvas *c)
{
	char text[TEXT_SIZE];
	int side, n;

	verdict_text(&c->d->v, c->d->c, c->s->separator, text);
	style(c, "1");
	put_sentence(c, text);
	style(c, "0");
	for (side = 0; side < 2; side++)
		for (n = 0; n < VERDICT_NOTES; n++)
			if (verdict_note(c->d->c, c->d->h, side, n, text))
				put_sentence(c, text);
	if (label_guess(c->d))
		put_sentence(c, label_guess(c->d));
}

static void lay_out(struct canvas *c)
{
	int width = c->t->width < NARROWEST ? NARROWEST :
		    c->t->width > WIDEST ? WIDEST : c->t->width;
	char text[LABEL_TEXT];
	int side;
	size_t i;

	c->time = 5;
	for (side = 0; side < 2; side++) {
		for (i = 0; i < c->d->point_count[side]; i++) {
			label_time(c->d, c->d->points[side][i].time, text);
			if (text_width(text) > c->time)
				c->time = text_width(text);
		}
	}
	c->inner = width - 2 * (STATE_WIDTH + c->time + 4);
	if (c->inner < NARROWEST_INNER)
		c->inner = NARROWEST_INNER;
}

void render_text(struct out *out, const struct diagram *d, const struct term *t, bool raw)
{
	struct canvas canvas = {
		.out = out, .d = d, .t = t, .raw = raw,
		.s = t->utf8 ? &utf8_signs : &ascii_signs,
	};
	struct canvas *c = &canvas;
	size_t i;

	lay_out(c);
	put_head(c);
	put_titles(c);
	put_start(c);
	for (i = 0; i < d->row_count; i++) {
		const struct diagram_row *row = &d->rows[i];

		if (row->arrow >= 0)
			put_arrow_row(c, row);
		else if (row->note == NOTE_BYTES)
			put_bytes_row(c, row);
		else
			put_note_row(c, row);
	}
	put_foot(c);
}

void render_text_note(struct out *out, const struct diagram *d, const struct term *t,
		      const char *note)
{
	struct canvas c = { .out = out, .d = d, .t = t };
	struct flow f;

	lay_out(&c);
	f = flow_start(&c, " ", 2);
	flow_word(&f, t->utf8 ? "• " : "* ");
	flow_sentence(&f, note);
}

void render_text_legend(struct out *out, const struct term *t)
{
	/* Without UTF-8 it is English anyway. */
	out_str(out, t->utf8 ?
		_("─▶ observed   ╌▶ and ~ inferred   ? unknown   ✕ lost   ┊ an end not seen\n") :
		"-> observed   - > and ~ inferred   ? unknown   x lost   : an end not seen\n");
}
