/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table of conversations to look at for a while: sorted, filtered, with one of them
 * selected. It is a copy, so what it is made of may change meanwhile. Pure.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filter.h"
#include "live.h"
#include "text.h"

enum board_column {
	BOARD_ID, BOARD_STATE, BOARD_PEER, BOARD_LATEST, BOARD_AGE, BOARD_FROM, BOARD_TO,
	BOARD_OWNERS, BOARD_COLUMNS
};

/* Longest cell, with its NUL: two owners. */
#define BOARD_CELL (2 * TEXT_OWNER + 8)
/* Longest line, with its NUL; up to three bytes are a column. */
#define BOARD_LINE 2048

/**
 * struct board_row - a conversation
 * @ep: its ends, as in struct conversation
 * @seen: which of them were seen
 * @old: events of that end may be missing behind its latest one: it may be in another state
 * @listener: it only is a listener's life
 * @id: of the endpoint that names it
 * @begin: time of its first event, ns
 * @latest: of its latest transition; of its first event where there is none
 */
struct board_row {
	struct wavehand_endpoint ep[2];
	bool seen[2];
	bool old[2];
	bool listener;
	uint64_t id;
	uint64_t begin;
	uint64_t latest;
};

/**
 * struct board - the table; zeroed in the beginning, but for @utf8, @by and @reverse
 * @utf8: cells may be UTF-8
 * @by: the column that it is sorted by
 * @reverse: the other way round
 * @rows: all conversations
 * @count: how many
 * @room: for how many there is room
 * @shown: those that match the filter, sorted
 * @shown_count: how many
 * @states: how many ends of @shown are in each state; [0]: in none that is known
 * @now: up to when ages are counted, ns
 * @selected: index into @shown; 0 where that is empty
 * @held: @selected stays with the conversation of @held_id, wherever that goes
 * @held_id: see there
 * @first: index of the first one on the screen
 * @width: of each column, in columns of the screen; only grows
 */
struct board {
	bool utf8;
	enum board_column by;
	bool reverse;
	struct board_row *rows;
	size_t count;
	uint64_t room;
	struct board_row **shown;
	size_t shown_count;
	uint64_t states[WAVEHAND_CLOSING + 1];
	uint64_t now;
	size_t selected;
	bool held;
	uint64_t held_id;
	size_t first;
	int width[BOARD_COLUMNS];
};

/**
 * board_take - copy the conversations
 * @b: table; call board_show() next
 * @l: live_take() was just called for it
 * @now: ns
 *
 * Return: 0, or -1 when there is no memory: the table is empty then.
 */
int board_take(struct board *b, const struct live *l, uint64_t now);

/**
 * board_show - choose and sort
 * @b: table
 * @filter: a conversation is shown when one of its ends matches
 */
void board_show(struct board *b, const struct filter *filter);

/**
 * board_select - select another one
 * @b: table
 * @index: which one; beyond either end: the last one there
 */
void board_select(struct board *b, int64_t index);

/**
 * board_scroll - have the selected one on the screen
 * @b: table
 * @lines: how many there are for rows
 */
void board_scroll(struct board *b, size_t lines);

/** board_name - heading of a column */
const char *board_name(enum board_column column);

/**
 * board_cell - what stands in a column
 * @b: table
 * @row: one of its rows
 * @column: which one
 * @text: BOARD_CELL bytes to write to
 *
 * Each character of it is one column wide, and none acts on a terminal.
 *
 * Return: @text.
 */
const char *board_cell(const struct board *b, const struct board_row *row,
		       enum board_column column, char *text);

/**
 * board_widen - make columns as wide as some rows need
 * @b: table
 * @from: index of the first row
 * @lines: how many
 */
void board_widen(struct board *b, size_t from, size_t lines);

/**
 * board_line - a row as text, in columns
 * @b: table
 * @row: the row; NULL: the headings, of which one tells how it is sorted
 * @text: BOARD_LINE bytes to write to
 *
 * Return: @text.
 */
const char *board_line(const struct board *b, const struct board_row *row, char *text);

/** board_free - release everything */
void board_free(struct board *b);

#endif /* BOARD_H */
