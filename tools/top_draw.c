// SPDX-License-Identifier: GPL-2.0
/* The screen of wavehand top, from top to bottom. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "language.h"
#include "names.h"
#include "top.h"

/* Words of the head, and where the next one goes. */
struct head {
	const struct top *t;
	int line;
	int lines;	/* so many there are at most; 0: draw nothing, count them */
	int column;
	bool draw;
};

/* How many lines of the head leave room for rows. */
static int most_head(const struct top *t)
{
	int most = (t->display.lines - 3) / 2;

	return most > 0 ? most : 0;
}

static void put_item(struct head *h, enum display_look look, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put_item(struct head *h, enum display_look look, const char *format, ...)
{
	const struct display *d = &h->t->display;
	char text[4 * PROMPT_SIZE + 64];
	va_list ap;
	int width;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	width = text_width(text);
	if (h->column && h->column + 2 + width > d->columns) {
		h->line++;
		h->column = 0;
	}
	if (h->column)
		h->column += 2;
	if (h->draw && h->line < h->lines)
		display_put(d, h->line, h->column, text, 0, look);
	h->column += width;
}

static void put_churn(struct head *h)
{
	const struct live_churn *c = &h->t->live.churn;
	const double seconds = (double)c->ns / 1e9;

	put_item(h, DISPLAY_PLAIN, _("%.1f transitions/s"),
		 c->ns ? (double)c->transitions / seconds : 0);
	put_item(h, DISPLAY_PLAIN, _("%.1f begun/s"), c->ns ? (double)c->begun / seconds : 0);
	put_item(h, DISPLAY_PLAIN, _("%.1f over/s"), c->ns ? (double)c->over / seconds : 0);
}

static void put_clock(struct head *h)
{
	const struct top *t = h->t;
	uint64_t now = t->board.now + (uint64_t)t->source.header.realtime_offset;
	time_t second = (time_t)(now / 1000000000);
	struct tm tm = { 0 };
	char clock[16] = "";

	localtime_r(&second, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	put_item(h, DISPLAY_STRONG, "wavehand top  %s%s", clock,
		 t->paused ? _("  PAUSED") : t->source.live ? "" : _(", the end of a recording"));
}

static void put_missing(struct head *h)
{
	const struct top *t = h->t;
	uint64_t untracked = t->untracked + t->live.h.untracked;

	put_item(h, t->lost ? DISPLAY_STRONG : DISPLAY_PLAIN, _("%llu events lost%s"),
		 (unsigned long long)t->lost,
		 !t->stale ? "" : t->source.live ? _(", all is read again soon") :
				  _(": some of this may be old"));
	if (untracked)
		put_item(h, DISPLAY_STRONG, _("%llu events of untracked endpoints"),
			 (unsigned long long)untracked);
	if (t->live.h.evicted)
		put_item(h, DISPLAY_STRONG, _("%llu endpoints evicted during the dump"),
			 (unsigned long long)t->live.h.evicted);
}

static enum display_look look_of(unsigned int state)
{
	switch (state) {
	case WAVEHAND_SYN_SENT:
	case WAVEHAND_SYN_RECEIVED:
		return DISPLAY_YELLOW;
	case WAVEHAND_ESTABLISHED:
		return DISPLAY_GREEN;
	case WAVEHAND_FIN_WAIT_1:
	case WAVEHAND_FIN_WAIT_2:
	case WAVEHAND_CLOSING:
		return DISPLAY_BLUE;
	case WAVEHAND_CLOSE_WAIT:
	case WAVEHAND_LAST_ACK:
		return DISPLAY_CYAN;
	case WAVEHAND_TIME_WAIT:
		return DISPLAY_MAGENTA;
	default:
		return DISPLAY_PLAIN;
	}
}

static void put_states(struct head *h)
{
	const struct board *b = &h->t->board;
	unsigned int state;

	for (state = 0; state <= WAVEHAND_CLOSING; state++)
		if (b->states[state])
			put_item(h, look_of(state), "%s %llu", name_state(state),
				 (unsigned long long)b->states[state]);
}

static void put_head(struct head *h)
{
	const struct top *t = h->t;

	/* In front of all else: there may be room for no more. */
	if (t->lost)
		put_missing(h);
	put_clock(h);
	if (!t->dumped)
		put_item(h, DISPLAY_STRONG, _("reading the histories: %llu endpoints so far"),
			 (unsigned long long)t->live.h.count);
	if (t->filter_text[0])
		put_item(h, DISPLAY_STRONG, _("%zu of %zu conversations, filter: %s"),
			 t->board.shown_count, t->board.count, t->filter_text);
	else
		put_item(h, DISPLAY_PLAIN, _("%zu conversations"), t->board.count);
	if (!t->lost)
		put_missing(h);
	put_churn(h);
	if (t->live.went)
		put_item(h, DISPLAY_PLAIN, _("%llu over and left out"),
			 (unsigned long long)t->live.went);
	put_states(h);
}

/* How many lines the head has. */
static int head_lines(const struct top *t)
{
	struct head h = { .t = t };
	int most = most_head(t);

	put_head(&h);
	return h.line + 1 < most ? h.line + 1 : most;
}

static bool has_headings(const struct top *t)
{
	return t->display.lines >= 3;
}

static bool has_foot(const struct top *t)
{
	return t->display.lines >= 2;
}

size_t top_lines(const struct top *t)
{
	int lines = t->display.lines - has_foot(t);

	if (t->view == TOP_TABLE)
		lines -= head_lines(t) + has_headings(t);
	return lines > 0 ? (size_t)lines : 0;
}

static void draw_table(struct top *t)
{
	const struct display *d = &t->display;
	struct board *b = &t->board;
	struct head h = { .t = t, .lines = head_lines(t), .draw = true };
	size_t lines = top_lines(t), i;
	int line = h.lines;
	char text[BOARD_LINE];

	put_head(&h);
	board_scroll(b, lines);
	board_widen(b, b->first, lines);
	if (has_headings(t)) {
		int end = display_put(d, line, 0, board_line(b, NULL, text), t->left,
				      DISPLAY_REVERSE);

		display_fill(d, line++, end, DISPLAY_REVERSE);
	}
	if (!b->shown_count)
		display_put(d, line, 0, b->count ? _("No conversation matches the filter.") :
			    _("No conversation yet."), 0, DISPLAY_PLAIN);
	for (i = b->first; i < b->shown_count && i < b->first + lines; i++) {
		const struct board_row *row = b->shown[i];
		bool selected = i == b->selected;
		enum display_look look = selected ? DISPLAY_REVERSE :
					 look_of(row->ep[row->seen[0] ? 0 : 1].state);
		int end = display_put(d, line, 0, board_line(b, row, text), t->left, look);

		if (selected)
			display_fill(d, line, end, look);
		/* It goes on there. */
		if (text_width(text) - t->left > d->columns)
			display_put(d, line, d->columns - 1, ">", 0, look);
		line++;
	}
}

static void draw_sheet(struct top *t)
{
	const size_t lines = top_lines(t);
	struct sheet *s = &t->sheet;
	size_t i;

	sheet_move(s, 0, 0, lines, t->display.columns);
	for (i = 0; i < lines && s->first + i < s->count; i++)
		display_put(&t->display, (int)i, 0, s->text + s->line[s->first + i], s->left,
			    DISPLAY_PLAIN);
}

/**
 * put_broken - a sentence, broken between its words where that can be
 * @d: screen
 * @line: of its beginning
 * @text: the sentence
 * @draw: draw it; otherwise only count
 *
 * Return: how many lines it has.
 */
static int put_broken(const struct display *d, int line, const char *text, bool draw)
{
	const int first = line;
	char piece[TOP_MESSAGE];
	int column = 0;
	bool blank;

	while (text_piece(&text, piece, sizeof(piece), &blank)) {
		int width = text_width(piece), skip = 0;

		if (column && column + blank + width > d->columns) {
			if (draw)
				display_fill(d, line, column, DISPLAY_REVERSE);
			line++;
			column = 0;
		}
		if (column && blank) {
			if (draw)
				display_put(d, line, column, " ", 0, DISPLAY_REVERSE);
			column++;
		}
		for (;;) {
			if (draw)
				display_put(d, line, column, piece, skip, DISPLAY_REVERSE);
			if (width - skip <= d->columns)
				break;
			skip += d->columns;
			line++;
		}
		column += width - skip;
	}
	if (draw)
		display_fill(d, line, column, DISPLAY_REVERSE);
	return line + 1 - first;
}

/* What there is to say, in the lines that end before @line. */
static void draw_message(const struct top *t, int line)
{
	const struct display *d = &t->display;
	int lines = put_broken(d, 0, t->message, false);

	put_broken(d, lines > line ? 0 : line - lines, t->message, true);
}

static void draw_prompt(const struct top *t, int line)
{
	const char *label = _("filter: ");
	const struct display *d = &t->display;
	const int width = text_width(label);
	int room = d->columns - width, skip, at = (int)t->prompt.at;

	/* What is being typed is seen in any case. */
	skip = at >= room ? at - room + 1 : 0;
	if (room < 2) {
		skip = at >= d->columns ? at - d->columns + 1 : 0;
		display_put(d, line, 0, t->prompt.text, skip, DISPLAY_STRONG);
		display_cursor(d, line, at - skip);
		return;
	}
	display_fill(d, line, 0, DISPLAY_PLAIN);
	display_put(d, line, 0, label, 0, DISPLAY_STRONG);
	display_put(d, line, width, t->prompt.text, skip, DISPLAY_PLAIN);
	display_cursor(d, line, width + at - skip);
}

void top_draw(struct top *t)
{
	const int last = t->display.lines - 1;

	display_clear();
	if (t->view == TOP_TABLE)
		draw_table(t);
	else
		draw_sheet(t);
	display_cursor(&t->display, -1, -1);
	if (t->message[0])
		draw_message(t, t->asking ? last : last + 1);
	else if (!t->asking && has_foot(t))
		display_put(&t->display, last, 0, t->view == TOP_TABLE ?
			    _("? help  / filter  < > sort  r reverse  Enter diagram  space pause  q quit") :
			    _("q back  arrows, Page Up, Page Down, Home, End move"), 0, DISPLAY_STRONG);
	if (t->asking)
		draw_prompt(t, last);
	display_show();
}
