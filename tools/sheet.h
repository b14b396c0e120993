/* SPDX-License-Identifier: GPL-2.0 */
/* A text that may be larger than the screen, and the part of it that is looked at. Pure. */
#ifndef SHEET_H
#define SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct sheet - the text; zeroed in the beginning
 * @text: its lines, each with a NUL
 * @size: bytes of it
 * @room: for how many there is room
 * @failed: there was no memory for all of it
 * @line: where each line begins in @text
 * @count: how many lines
 * @line_room: for how many there is room
 * @width: columns of the longest one
 * @first: the line that is on top of the screen
 * @left: the column that is at its left edge
 */
struct sheet {
	char *text;
	uint64_t size;
	uint64_t room;
	bool failed;
	size_t *line;
	size_t count;
	uint64_t line_room;
	int width;
	size_t first;
	int left;
};

/** sheet_clear - empty it; what is looked at stays where it is */
void sheet_clear(struct sheet *s);

/**
 * sheet_write - append text, of which every character is one column wide, and none acts but
 * the end of a line; as struct out's @take
 */
void sheet_write(void *sheet, const char *text, size_t size);

/** sheet_end - find the lines, once all is written; Return: 0, or -1: no memory for all */
int sheet_end(struct sheet *s);

/**
 * sheet_move - look at another part, as far as there is one
 * @s: text
 * @lines: so much further down
 * @columns: so much further to the right
 * @height: lines of the screen
 * @wide: columns of it
 */
void sheet_move(struct sheet *s, int64_t lines, int columns, size_t height, int wide);

/** sheet_free - release everything */
void sheet_free(struct sheet *s);

#endif /* SHEET_H */
