// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "room.h"
#include "sheet.h"
#include "text.h"

void sheet_clear(struct sheet *s)
{
	s->size = 0;
	s->count = 0;
	s->width = 0;
	s->failed = false;
}

void sheet_write(void *sheet, const char *text, size_t size)
{
	struct sheet *s = sheet;

	while (size--) {
		if (room_for_one(&s->text, s->size, &s->room, 1)) {
			s->failed = true;
			return;
		}
		s->text[s->size++] = *text == '\n' ? '\0' : *text;
		text++;
	}
}

int sheet_end(struct sheet *s)
{
	uint64_t at = 0;

	if (s->size && s->text[s->size - 1])
		sheet_write(s, "\n", 1);
	while (at < s->size && !s->failed) {
		int width = text_width(s->text + at);

		if (room_for_one(&s->line, s->count, &s->line_room, sizeof(*s->line))) {
			s->failed = true;
			break;
		}
		s->line[s->count++] = at;
		if (width > s->width)
			s->width = width;
		at += strlen(s->text + at) + 1;
	}
	if (s->failed)
		s->count = 0;
	return s->failed ? -1 : 0;
}

void sheet_move(struct sheet *s, int64_t lines, int columns, size_t height, int wide)
{
	int64_t most = (int64_t)s->count - (int64_t)height, to = (int64_t)s->first + lines;

	if (to > most)
		to = most;
	s->first = to > 0 ? (size_t)to : 0;
	s->left += columns;
	if (s->left > s->width - wide)
		s->left = s->width - wide;
	if (s->left < 0)
		s->left = 0;
}

void sheet_free(struct sheet *s)
{
	free(s->text);
	free(s->line);
	memset(s, 0, sizeof(*s));
}
