/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole terminal, for a subcommand that stays on it: lines, keys, signals. Only this
 * file knows curses(3). Signals are held back while anything else runs.
 */
#ifndef DISPLAY_H
#define DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "term.h"

/* Keys that have no character; others are their character. */
enum display_key {
	DISPLAY_NONE = -1,
	DISPLAY_UP = 0x1000, DISPLAY_DOWN, DISPLAY_LEFT, DISPLAY_RIGHT, DISPLAY_PAGE_UP,
	DISPLAY_PAGE_DOWN, DISPLAY_HOME, DISPLAY_END, DISPLAY_BACK, DISPLAY_DELETE,
};

/* How a line looks. Colours come on top; without them these are enough to tell. */
enum display_look {
	DISPLAY_PLAIN, DISPLAY_STRONG, DISPLAY_REVERSE,
	DISPLAY_YELLOW, DISPLAY_GREEN, DISPLAY_BLUE, DISPLAY_CYAN, DISPLAY_MAGENTA,
	DISPLAY_LOOKS
};

/**
 * struct display - what there is to draw on
 * @lines: how many
 * @columns: of each
 * @color: it has colours, and they are wanted
 * @again: display_wait() saw that all must be drawn again: its size is another one, or
 *	somebody else had the terminal
 */
struct display {
	int lines;
	int columns;
	bool color;
	bool again;
};

/**
 * display_can - is there a terminal to draw on
 *
 * Return: whether; false after having told what to use instead.
 */
bool display_can(void);

/**
 * display_open - take the terminal
 * @d: to fill in
 * @t: what standard output can show
 *
 * Return: 0; -1 after having told why not, with the terminal as it was.
 */
int display_open(struct display *d, const struct term *t);

/** display_close - leave the terminal as it was found */
void display_close(void);

/**
 * display_wait - wait for a key, a signal, a file, or until it is time
 * @d: screen; @lines, @columns and @again are set
 * @fd: file to read, or -1
 * @ns: at most so long
 *
 * Stops and goes on, as shells let jobs do, with the terminal as it was found meanwhile.
 *
 * Return: false once it is to end: a signal says so, or the terminal is gone.
 */
bool display_wait(struct display *d, int fd, uint64_t ns);

/** display_key - the next key that was pressed; DISPLAY_NONE: there is none */
int display_key(void);

/** display_clear - begin to draw */
void display_clear(void);

/**
 * display_put - draw text
 * @d: screen
 * @line: which line; what is not on the screen is not drawn
 * @column: where in it
 * @text: none of its characters acts
 * @skip: so many columns of it are left out in front
 * @look: how
 *
 * What goes beyond the right edge is cut off.
 *
 * Return: the column behind it.
 */
int display_put(const struct display *d, int line, int column, const char *text, int skip,
	       enum display_look look);

/** display_fill - give the rest of a line a look, from a column on */
void display_fill(const struct display *d, int line, int column, enum display_look look);

/** display_cursor - show the cursor there; elsewhere than on the screen: hide it */
void display_cursor(const struct display *d, int line, int column);

/** display_show - show what was drawn */
void display_show(void);

#endif /* DISPLAY_H */
