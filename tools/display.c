// SPDX-License-Identifier: GPL-2.0
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "display.h"
#include "text.h"

/* Of the terminfo library. Its header would be taken for the one here that has its name. */
char *tigetstr(const char *name);

/* How long to wait for what follows an Escape: it is a key of its own otherwise. */
#define ESCAPE_MS 50

static SCREEN *terminal;
static FILE *keyboard;
static sigset_t held, before;
static volatile sig_atomic_t ended, stopped, continued, resized;

static void note_signal(int signal)
{
	switch (signal) {
	case SIGTSTP:
		stopped = 1;
		break;
	case SIGCONT:
		continued = 1;
		break;
	case SIGWINCH:
		resized = 1;
		break;
	default:
		ended = 1;
	}
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH };
static struct sigaction found[sizeof(signals) / sizeof(signals[0])];

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

static void take_signals(void)
{
	struct sigaction action = { .sa_handler = note_signal };
	size_t i;

	sigemptyset(&held);
	for (i = 0; i < SIGNALS; i++)
		sigaddset(&held, signals[i]);
	sigprocmask(SIG_BLOCK, &held, &before);
	for (i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &found[i]);
		/* What nohup(1), or a shell without jobs, ignores stays so. */
		if (found[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

static void give_signals(void)
{
	size_t i;

	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &found[i], NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Curses keeps sizes in a short, and each place of the screen several times. */
static int at_most(int size)
{
	return size < 1000 ? size : 1000;
}

/* Its size as the kernel has it: LINES and COLUMNS do not change with it. */
static void measure(struct display *d)
{
	struct winsize size = { 0 };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	resizeterm(size.ws_row ? at_most(size.ws_row) : 24, size.ws_col ? at_most(size.ws_col) : 80);
	getmaxyx(stdscr, d->lines, d->columns);
}

static void take_colors(struct display *d, const struct term *t)
{
	static const short colors[DISPLAY_LOOKS] = {
		[DISPLAY_YELLOW] = COLOR_YELLOW, [DISPLAY_GREEN] = COLOR_GREEN,
		[DISPLAY_BLUE] = COLOR_BLUE, [DISPLAY_CYAN] = COLOR_CYAN,
		[DISPLAY_MAGENTA] = COLOR_MAGENTA,
	};
	short i;

	d->color = t->color && has_colors() && start_color() == OK &&
		   use_default_colors() == OK;
	for (i = DISPLAY_YELLOW; i < DISPLAY_LOOKS && d->color; i++)
		init_pair(i, colors[i], -1);
}

static int refuse(const char *why)
{
	const char *type = getenv("TERM");

	give_signals();
	if (keyboard)
		fclose(keyboard);
	keyboard = NULL;
	return trouble("top cannot draw on a terminal of type \"%s\": %s", type ? type : "", why);
}

bool display_can(void)
{
	if (isatty(STDOUT_FILENO))
		return true;
	trouble("top draws on a terminal, and standard output is none: \"wavehand list\" prints a table, \"wavehand follow\" a line for each event");
	return false;
}

int display_open(struct display *d, const struct term *t)
{
	keyboard = isatty(STDIN_FILENO) ? fdopen(dup(STDIN_FILENO), "r") : fopen("/dev/tty", "re");
	if (!keyboard) {
		trouble("top has no keyboard: standard input is no terminal, and /dev/tty cannot be opened; \"wavehand list\" needs none");
		return -1;
	}
	take_signals();
	terminal = newterm(NULL, stdout, keyboard);
	if (!terminal) {
		refuse("set TERM to what it is, or use \"wavehand list\"");
		return -1;
	}
	if (!tigetstr("cup")) {
		endwin();
		delscreen(terminal);
		terminal = NULL;
		refuse("its cursor cannot be moved; \"wavehand list\" needs no more than lines");
		return -1;
	}
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	curs_set(0);
	take_colors(d, t);
	measure(d);
	return 0;
}

void display_close(void)
{
	if (!terminal)
		return;
	endwin();
	delscreen(terminal);
	terminal = NULL;
	fclose(keyboard);
	keyboard = NULL;
	give_signals();
}

/* As a shell lets a job do: the terminal is the shell's meanwhile. */
static void stop(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL }, ours;
	sigset_t one;

	endwin();
	sigaction(SIGTSTP, &action, &ours);
	sigemptyset(&one);
	sigaddset(&one, SIGTSTP);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	/* Here it goes on. */
	sigprocmask(SIG_BLOCK, &one, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	continued = 1;
}

bool display_wait(struct display *d, int fd, uint64_t ns)
{
	struct pollfd files[] = {
		{ .fd = fileno(keyboard), .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	struct timespec timeout = {
		.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000),
	};
	int n = ppoll(files, 2, &timeout, &before);

	if (n > 0 && files[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		ended = 1;
	if (ended)
		return false;
	if (stopped) {
		stopped = 0;
		stop();
	}
	if (continued) {
		/* Whoever had the terminal may have left anything on it. */
		reset_prog_mode();
		clearok(curscr, TRUE);
	}
	d->again = resized || continued;
	if (d->again)
		measure(d);
	resized = 0;
	continued = 0;
	return true;
}

int display_key(void)
{
	static const struct {
		int code;
		int key;
	} keys[] = {
		{ KEY_UP, DISPLAY_UP }, { KEY_DOWN, DISPLAY_DOWN }, { KEY_LEFT, DISPLAY_LEFT },
		{ KEY_RIGHT, DISPLAY_RIGHT }, { KEY_PPAGE, DISPLAY_PAGE_UP },
		{ KEY_NPAGE, DISPLAY_PAGE_DOWN }, { KEY_HOME, DISPLAY_HOME },
		{ KEY_END, DISPLAY_END }, { KEY_FIND, DISPLAY_HOME }, { KEY_SELECT, DISPLAY_END },
		{ KEY_BACKSPACE, DISPLAY_BACK }, { KEY_DC, DISPLAY_DELETE },
		{ KEY_ENTER, '\r' },
	};
	size_t i;
	int c;

	while ((c = getch()) != ERR) {
		if (c < 0x80)
			return c;
		for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (keys[i].code == c)
				return keys[i].key;
	}
	return DISPLAY_NONE;
}

void display_clear(void)
{
	erase();
}

static attr_t attributes(const struct display *d, enum display_look look)
{
	if (look == DISPLAY_REVERSE)
		return A_REVERSE;
	if (look == DISPLAY_STRONG)
		return A_BOLD;
	return d->color && look > DISPLAY_REVERSE ? (attr_t)COLOR_PAIR(look) : A_NORMAL;
}

int display_put(const struct display *d, int line, int column, const char *text, int skip,
	       enum display_look look)
{
	const char *from = text_behind(text, skip), *to;
	int width = d->columns - column;

	if (line < 0 || line >= d->lines || width <= 0)
		return column;
	to = text_behind(from, width);
	attrset(attributes(d, look));
	mvaddnstr(line, column, from, (int)(to - from));
	attrset(A_NORMAL);
	width = text_width(from) - text_width(to);
	return column + width;
}

void display_fill(const struct display *d, int line, int column, enum display_look look)
{
	if (line < 0 || line >= d->lines || column >= d->columns)
		return;
	attrset(attributes(d, look));
	mvhline(line, column, ' ' | attributes(d, look), d->columns - column);
	attrset(A_NORMAL);
}

void display_cursor(const struct display *d, int line, int column)
{
	if (line >= 0 && line < d->lines && column >= 0 && column < d->columns) {
		curs_set(1);
		move(line, column);
	} else {
		curs_set(0);
	}
}

void display_show(void)
{
	refresh();
}
