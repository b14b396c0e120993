// SPDX-License-Identifier: GPL-2.0
/* wavehand top: conversations on a screen that changes as they do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagram.h"
#include "language.h"
#include "out.h"
#include "progress.h"
#include "render_text.h"
#include "top.h"

#define SECOND 1000000000ULL
/* Once events were lost all is read again, but not more often than this. */
#define AGAIN (10 * SECOND)
/* Events that are read between two looks at the keys, and between two live_take(). */
#define READS 16
#define MOST_ADDED 200000

static const char no_memory[] = "out of memory";

/* Names of files may hold anything. */
static void say(struct top *t, const char *what)
{
	size_t size = strnlen(what, sizeof(t->message) / 4 - 1);

	*put_clean(t->message, what, size, t->o->term.utf8 ? TEXT_LINE : TEXT_ASCII) = '\0';
}

/* Up to when ages are counted: nothing is known behind the end of a recording. */
static uint64_t now_of(const struct top *t)
{
	return t->source.live ? source_now() : t->live.h.last;
}

/* Return: -1 without memory. */
static int add(struct top *t, const struct wavehand_event *event)
{
	if (event->kind == WAVEHAND_LOST) {
		t->lost += event->count;
		t->stale = true;
	}
	if (event->kind == WAVEHAND_LIVE) {
		t->dumped = true;
		t->opened = source_now();
		/* However long the screen was to stay: what is on it is from before. */
		t->next = 0;
	}
	t->added++;
	return live_add(&t->live, event);
}

/*
 * What there is to read now, in parts that leave time for keys; a recording is read to its
 * end. Return: how much came; -1 after having said in @why what went wrong.
 */
static ssize_t take_events(struct top *t, const char **why)
{
	const struct wavehand_event *events;
	const uint64_t all = source_size(&t->source);
	ssize_t count, came = 0, i;
	int reads = 0;

	do {
		count = source_read(&t->source, &events);
		if (count < 0)
			*why = t->source.error;
		else
			came += count;
		progress_at(t->source.events, all);
		for (i = 0; i < count; i++) {
			if (add(t, &events[i])) {
				*why = no_memory;
				return -1;
			}
		}
	} while (count > 0 && (!t->source.live || ++reads < READS));
	return count < 0 ? -1 : came;
}

/* As somebody who comes back to it sees it: with the latest there is. */
static int draw_diagram(struct top *t)
{
	static struct out out;
	const struct term term = { .utf8 = t->o->term.utf8, .width = t->display.columns };
	size_t i;

	/* While all is read again what was drawn stays. */
	if (!t->dumped)
		return 0;
	if (live_pair(&t->live))
		return -1;
	for (i = 0; i < t->live.count; i++) {
		const struct conversation *c = &t->live.list[i];
		struct diagram d;
		int error;

		if (!(c->end[0].h && c->end[0].h->ep.id == t->id) &&
		    !(c->end[1].h && c->end[1].h->ep.id == t->id))
			continue;
		error = diagram_make(&d, c, &t->live.h);
		if (!error) {
			sheet_clear(&t->sheet);
			out.fd = -1;
			out.take = sheet_write;
			out.ctx = &t->sheet;
			render_text(&out, &d, &term, t->o->raw);
			out_char(&out, '\n');
			render_text_legend(&out, &term);
			out_flush(&out);
			error = sheet_end(&t->sheet);
		}
		diagram_free(&d);
		return error;
	}
	/* A row of a table that stands still may be all that is left. */
	if (t->sheet.count) {
		say(t, _("This conversation went meanwhile: this is the last that was seen of it."));
	} else {
		say(t, _("This conversation went meanwhile."));
		t->view = TOP_TABLE;
	}
	return 0;
}

/* Make the screen anew. Return: -1 without memory. */
static int renew(struct top *t)
{
	const uint64_t now = now_of(t);

	/* A recording does not change: what happened in all of it was counted. */
	if ((t->source.live || !t->live.fresh) && live_take(&t->live, now, !t->source.live))
		return -1;
	if (t->paused)
		return 0;
	if (board_take(&t->board, &t->live, now))
		return -1;
	board_show(&t->board, &t->filter);
	return t->view == TOP_DIAGRAM ? draw_diagram(t) : 0;
}

static int open_again(struct top *t, const char **why)
{
	const uint64_t since = t->live.since;	/* all behind it is told again */
	const struct live_churn churn = t->live.churn;

	t->untracked += t->live.h.untracked;
	source_close(&t->source);
	live_free(&t->live);
	t->live.since = since;
	t->live.churn = churn;
	t->dumped = false;
	t->stale = false;
	if (source_open_device(&t->source, t->o->device, true)) {
		*why = t->source.error;
		return -1;
	}
	return 0;
}

static void help(struct top *t)
{
	static const char text[] = N_(
		"Keys of the table\n"
		"  Up, Down, k, j, Page Up, Page Down, Home, End\n"
		"                 select a conversation; Home: the first one, whichever that is\n"
		"  Left, Right    see what has no room\n"
		"  Enter          the diagram of the selected one, as wavehand show draws it\n"
		"  < >            sort by the column to the left, to the right\n"
		"  1 2 3 ...      sort by the first, second, third ... column\n"
		"  r              the other way round\n"
		"  /              filter: state established and dport = :443; empty: all\n"
		"  space          pause, and go on; events are read meanwhile\n"
		"  ? h            this help\n"
		"  q              quit\n"
		"\n"
		"Keys of a diagram, and of this help\n"
		"  the same to move; q, Escape, Enter: back\n"
		"\n"
		"Columns\n"
		"  1 ID      number of the endpoint that began, for filters: #7\n"
		"  2 STATE   of the end that opened it; ? behind it: events were lost since\n"
		"  3 PEER    of the other end; ? was not seen\n"
		"  4 LATEST  time since the latest transition of either\n"
		"  5 AGE     time since the first event\n"
		"  6 FROM    address and port of the end that opened it\n"
		"  7 TO      of the other end\n"
		"  8 OWNERS  processes of both\n"
		"\n"
		"What is over is left out after a minute, or when there is too much of it; the head\n"
		"says how much that was. Of a recording everything stays. \"lost\" are events that came\n"
		"faster than they were read: then all is read again.\n");
	const char *translated = _(text);

	sheet_clear(&t->sheet);
	sheet_write(&t->sheet, translated, strlen(translated));
	sheet_end(&t->sheet);
	t->sheet.first = 0;
	t->sheet.left = 0;
	t->view = TOP_HELP;
}

static int open_diagram(struct top *t)
{
	if (!t->board.shown_count || !t->dumped)
		return 0;
	t->id = t->board.shown[t->board.selected]->id;
	sheet_clear(&t->sheet);
	t->sheet.first = 0;
	t->sheet.left = 0;
	t->view = TOP_DIAGRAM;
	return draw_diagram(t);
}

static void set_filter_text(struct top *t, const char *text)
{
	*put_clean(t->filter_text, text, PROMPT_SIZE - 1, TEXT_ASCII) = '\0';
}

static void ask_key(struct top *t, int key)
{
	static const struct {
		int key, prompt;
	} keys[] = {
		{ DISPLAY_BACK, PROMPT_BACK }, { DISPLAY_DELETE, PROMPT_DELETE },
		{ DISPLAY_LEFT, PROMPT_BACKWARD }, { DISPLAY_RIGHT, PROMPT_FORWARD },
		{ DISPLAY_HOME, PROMPT_HOME }, { DISPLAY_END, PROMPT_END },
	};
	static struct filter filter;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].key == key)
			key = keys[i].prompt;
	t->message[0] = '\0';
	switch (prompt_key(&t->prompt, key)) {
	case PROMPT_LEFT:
		t->asking = false;
		return;
	case PROMPT_DONE:
		break;
	default:
		return;
	}
	if (filter_parse(&filter, t->prompt.text)) {
		const char *rest = t->prompt.text + filter.error_at;

		/* The cursor stands there. */
		t->prompt.at = filter.error_at;
		snprintf(t->message, sizeof(t->message),
			 *rest ? _("This filter cannot be understood at \"%s\". Expected here: %s. Escape leaves the filter as it was.") :
				 _("This filter cannot be understood at its end%s. Expected here: %s. Escape leaves the filter as it was."),
			 rest, _(filter.expected));
		return;
	}
	t->asking = false;
	t->filter = filter;
	set_filter_text(t, t->prompt.text);
	board_show(&t->board, &t->filter);
}

static void sort(struct top *t, int by)
{
	if (by < 0 || by >= BOARD_COLUMNS)
		return;
	t->board.by = (enum board_column)by;
	board_show(&t->board, &t->filter);
}

/* Keys that move, in all views: so many lines down, columns to the right. */
static bool is_move(int key, size_t page, int64_t *lines, int *columns)
{
	*lines = 0;
	*columns = 0;
	switch (key) {
	case DISPLAY_UP:
	case 'k':
		*lines = -1;
		return true;
	case DISPLAY_DOWN:
	case 'j':
		*lines = 1;
		return true;
	case DISPLAY_PAGE_UP:
		*lines = -(int64_t)page;
		return true;
	case DISPLAY_PAGE_DOWN:
		*lines = (int64_t)page;
		return true;
	case DISPLAY_HOME:
		*lines = INT32_MIN;
		return true;
	case DISPLAY_END:
		*lines = INT32_MAX;
		return true;
	case DISPLAY_LEFT:
		*columns = -8;
		return true;
	case DISPLAY_RIGHT:
		*columns = 8;
		return true;
	default:
		return false;
	}
}

static void sheet_key(struct top *t, int key)
{
	const size_t lines = top_lines(t);
	int64_t down;
	int right;

	if (is_move(key, lines, &down, &right))
		sheet_move(&t->sheet, down, right, lines, t->display.columns);
	else if (key == 'q' || key == '\033' || key == '\r' || key == '\n')
		t->view = TOP_TABLE;
}

/* The table goes on to the right as long as something is there. */
static void move_left(struct top *t, int columns)
{
	char text[BOARD_LINE];

	if (columns > 0 && text_width(board_line(&t->board, NULL, text)) <= t->left + columns)
		return;
	t->left += columns;
	if (t->left < 0)
		t->left = 0;
}

/* Return: -1 without memory. */
static int table_key(struct top *t, int key)
{
	int64_t down;
	int right;

	if (is_move(key, top_lines(t), &down, &right)) {
		if (down)
			board_select(&t->board, (int64_t)t->board.selected + down);
		move_left(t, right);
		return 0;
	}
	switch (key) {
	case 'q':
		t->quit = true;
		break;
	case '\r':
	case '\n':
		return open_diagram(t);
	case '<':
		sort(t, (int)t->board.by - 1);
		break;
	case '>':
		sort(t, (int)t->board.by + 1);
		break;
	case 'r':
		t->board.reverse = !t->board.reverse;
		board_show(&t->board, &t->filter);
		break;
	case '/':
		t->asking = true;
		prompt_set(&t->prompt, t->filter_text);
		break;
	case ' ':
		t->paused = !t->paused;
		return t->paused ? 0 : renew(t);
	case '?':
	case 'h':
		help(t);
		break;
	default:
		if (key >= '1' && key < '1' + BOARD_COLUMNS)
			sort(t, key - '1');
	}
	return 0;
}

static int press(struct top *t, int key)
{
	if (t->asking) {
		ask_key(t, key);
		return 0;
	}
	t->message[0] = '\0';
	if (t->view == TOP_TABLE)
		return table_key(t, key);
	sheet_key(t, key);
	return 0;
}

/* How long to wait, and for what, when so many events came just now. */
static uint64_t pause_of(struct top *t, bool busy, uint64_t now, int *fd)
{
	const uint64_t until = t->next > now ? t->next - now : 0;
	uint64_t rest;

	*fd = -1;
	if (!t->source.live)
		return SECOND;	/* there is nothing but keys */
	if (!busy) {
		*fd = t->source.fd;
		return until;
	}
	/* More are coming: let some gather, as source_wait() does. */
	rest = t->dumped ? source_rest(&t->source) : 0;
	return rest < until ? rest : until;
}

/* How long the screen stays: where it takes long to make, most of the time is for reading. */
static uint64_t rest_of(const struct top *t, uint64_t took)
{
	return t->delay > 3 * took ? t->delay : 3 * took;
}

/* Return: what went wrong; NULL: nothing. */
static const char *go_on(struct top *t)
{
	const char *why = NULL;
	bool redraw = true;

	while (!t->quit) {
		ssize_t count = t->source.live ? take_events(t, &why) : 0;
		uint64_t now = source_now(), pause;
		int key, fd;

		if (count < 0)
			return why;
		if (t->source.live && (now >= t->next || t->added > MOST_ADDED)) {
			if (t->stale && t->dumped && now - t->opened > AGAIN &&
			    open_again(t, &why))
				return why;
			/* While all is read again what was there stays on the screen. */
			if ((t->dumped || !t->board.count) && renew(t))
				return no_memory;
			redraw = true;
			t->added = 0;
			t->next = source_now() + rest_of(t, source_now() - now);
		}
		if (redraw)
			top_draw(t);
		redraw = false;
		pause = pause_of(t, count > 0, source_now(), &fd);
		if (!display_wait(&t->display, fd, pause))
			break;
		if (t->display.again && t->view == TOP_DIAGRAM && draw_diagram(t))
			return no_memory;
		redraw = t->display.again;
		while (!t->quit && (key = display_key()) != DISPLAY_NONE) {
			if (press(t, key))
				return no_memory;
			redraw = true;
		}
	}
	return NULL;
}

/* Return: milliseconds; exits when it is no time in seconds. */
static uint64_t delay_of(const char *text)
{
	uint64_t ms = 0, part = 1000;
	const char *p = text;

	while (*p >= '0' && *p <= '9' && ms < 10000000)
		ms = ms * 10 + (uint64_t)(*p++ - '0') * 1000;
	if (p > text && *p == '.')
		for (p++; *p >= '0' && *p <= '9' && part; p++, part /= 10)
			ms += part / 10 * (uint64_t)(*p - '0');
	if (p == text || *p || ms < 100 || ms > 3600000)
		exit(trouble("--delay %s: seconds are expected, from 0.1 to 3600", text));
	return ms;
}

static int start(struct top *t, struct options *o, char **argv)
{
	const struct filter *filter;
	char text[PROMPT_SIZE] = "";
	size_t size = 0, i;

	if (o->json)
		return trouble("top draws on a terminal: \"wavehand list --json\" and \"wavehand follow --json\" are for programs");
	filter = options_filter(argv);
	if (!filter)
		return TROUBLE;
	t->filter = *filter;
	for (i = 0; argv[i] && size < sizeof(text); i++)
		size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s", i ? " " : "", argv[i]);
	if (size >= sizeof(text))
		return trouble("top takes filters of %d characters at most: \"wavehand list\" takes longer ones",
			       PROMPT_SIZE - 1);
	set_filter_text(t, text);
	t->o = o;
	t->board.utf8 = o->term.utf8;
	t->board.by = BOARD_LATEST;
	t->opened = source_now();
	return FOUND;
}

static int top(struct top *t)
{
	const char *why = NULL, *more;

	if (t->source.live) {
		t->live.since = t->opened;
	} else {
		/* With what is whole in front of a cut; the rest is told on the screen, too. */
		progress_start(_("reading"));
		if (take_events(t, &why) < 0)
			say(t, why);
		progress_end();
		t->dumped = true;
		if (why == no_memory || renew(t))
			return trouble("%s", no_memory);
	}
	if (display_open(&t->display, &t->o->term))
		return TROUBLE;
	t->next = source_now();
	more = go_on(t);
	display_close();
	if (more)
		why = more;
	return why ? trouble("%s", why) : FOUND;
}

static int run(struct options *o, int argc, char **argv)
{
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "delay", required_argument, NULL, 'd' },
		{ 0 }
	};
	static struct top t = { .delay = SECOND };
	int c, status;

	while ((c = getopt_long(argc, argv, SHARED_SHORT "d:", long_options, NULL)) != -1) {
		if (c == 'd')
			t.delay = delay_of(optarg) * 1000000;
		else
			options_take(o, c);
	}
	options_done(o);
	if (start(&t, o, argv + optind))
		return TROUBLE;
	if (!display_can())
		return TROUBLE;
	if (open_source(&t.source, o, true))
		return TROUBLE;
	status = top(&t);
	source_close(&t.source);
	live_free(&t.live);
	board_free(&t.board);
	sheet_free(&t.sheet);
	return status;
}

const struct command top_command = {
	.name = "top",
	.run = run,
	.summary = N_("Conversations on a screen that changes as they do"),
	.arguments = N_("[options] [filter]"),
	.table = true,
	.help = N_(
	"Options:\n"
	"  -d, --delay SECONDS  how often the screen is made anew: 0.1 to 3600, 1 by default\n\n"
	"Keys: ? tells all of them. Arrows select a conversation, Enter draws it, / asks for a\n"
	"filter, < and > sort, space pauses, q quits. What is over is left out after a minute.\n"
	"A recording does not change: its end is shown.\n"),
};
