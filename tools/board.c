// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "language.h"
#include "names.h"
#include "room.h"

static const struct {
	const char *name;
	bool right;
} columns[BOARD_COLUMNS] = {
	[BOARD_ID] = { N_("ID"), true },
	[BOARD_STATE] = { N_("STATE"), false },
	[BOARD_PEER] = { N_("PEER"), false },
	[BOARD_LATEST] = { N_("LATEST"), true },
	[BOARD_AGE] = { N_("AGE"), true },
	[BOARD_FROM] = { N_("FROM"), false },
	[BOARD_TO] = { N_("TO"), false },
	[BOARD_OWNERS] = { N_("OWNERS"), false },
};

const char *board_name(enum board_column column)
{
	return _(columns[column].name);
}

static uint64_t latest_of(const struct history *h)
{
	uint64_t i;

	for (i = h->count; i--;) {
		const struct history_event *e = &h->events[i];

		if (e->kind == WAVEHAND_GONE ||
		    (e->kind == WAVEHAND_TRANSITION && !(e->flags & WAVEHAND_EV_RAW)))
			return e->time;
	}
	return h->first;
}

static void set_row(struct board_row *row, const struct conversation *c)
{
	int i;

	memset(row, 0, sizeof(*row));
	row->begin = c->begin;
	row->listener = conversation_is_listener(c);
	for (i = 0; i < 2; i++) {
		const struct history *h = c->end[i].h;
		uint64_t latest;

		if (!h)
			continue;
		row->ep[i] = h->ep;
		row->seen[i] = true;
		row->old[i] = c->end[i].old && !history_is_over(h);
		if (!row->id)
			row->id = h->ep.id;
		latest = latest_of(h);
		if (latest > row->latest)
			row->latest = latest;
	}
}

int board_take(struct board *b, const struct live *l, uint64_t now)
{
	size_t i;

	b->count = 0;
	b->shown_count = 0;
	b->now = now;
	for (i = 0; i < l->count; i++) {
		if (room_for_one(&b->rows, b->count, &b->room, sizeof(*b->rows)))
			break;
		set_row(&b->rows[b->count++], &l->list[i]);
	}
	free(b->shown);
	b->shown = calloc(b->count + 1, sizeof(*b->shown));
	if (b->shown && i == l->count)
		return 0;
	b->count = 0;
	return -1;
}

static uint64_t since(const struct board *b, uint64_t time)
{
	return b->now > time ? b->now - time : 0;
}

static char *put_state(char *p, const struct board_row *row, int end)
{
	if (!row->seen[end]) {
		*p++ = row->listener ? '-' : '?';
		return p;
	}
	p = stpcpy(p, name_state(row->ep[end].state));
	if (row->old[end])
		*p++ = '?';
	return p;
}

/* An end that was not seen is known from the other one. */
static char *put_end(char *p, const struct board_row *row, int end)
{
	return row->seen[end] ? put_local(p, &row->ep[end]) : put_remote(p, &row->ep[!end]);
}

static char *put_owners(const struct board *b, char *p, const struct board_row *row)
{
	enum text_set set = b->utf8 ? TEXT_COLUMNS : TEXT_ASCII;
	int end;

	for (end = 0; end < 2; end++) {
		if (end && row->listener)
			break;
		if (end)
			p = stpcpy(p, b->utf8 ? " → " : " > ");
		if (row->seen[end])
			p = put_owner(p, &row->ep[end], set);
		else
			*p++ = '?';
	}
	return p;
}

const char *board_cell(const struct board *b, const struct board_row *row,
		       enum board_column column, char *text)
{
	char *p = text;

	switch (column) {
	case BOARD_ID:
		p = put_id(p, row->id);
		break;
	case BOARD_STATE:
		p = put_state(p, row, 0);
		break;
	case BOARD_PEER:
		p = put_state(p, row, 1);
		break;
	case BOARD_LATEST:
		p = put_duration(p, since(b, row->latest), true);
		break;
	case BOARD_AGE:
		p = put_duration(p, since(b, row->begin), true);
		break;
	case BOARD_FROM:
		p = put_end(p, row, 0);
		break;
	case BOARD_TO:
		p = put_end(p, row, 1);
		break;
	default:
		p = put_owners(b, p, row);
	}
	*p = '\0';
	return text;
}

static int compare_numbers(uint64_t x, uint64_t y)
{
	return (x > y) - (x < y);
}

/* In the order of a life; one that was not seen comes last. */
static int compare_states(const struct board_row *x, const struct board_row *y, int end)
{
	static const uint8_t order[] = {
		[WAVEHAND_LISTEN] = 1, [WAVEHAND_SYN_SENT] = 2, [WAVEHAND_SYN_RECEIVED] = 3,
		[WAVEHAND_ESTABLISHED] = 4, [WAVEHAND_FIN_WAIT_1] = 5,
		[WAVEHAND_FIN_WAIT_2] = 6, [WAVEHAND_CLOSE_WAIT] = 7, [WAVEHAND_CLOSING] = 8,
		[WAVEHAND_LAST_ACK] = 9, [WAVEHAND_TIME_WAIT] = 10, [WAVEHAND_CLOSED] = 11,
	};
	const struct board_row *rows[] = { x, y };
	unsigned int rank[2];
	int i;

	for (i = 0; i < 2; i++) {
		unsigned int state = rows[i]->ep[end].state;

		rank[i] = 12;
		if (rows[i]->seen[end] && state < sizeof(order))
			rank[i] = order[state];
	}
	return compare_numbers(rank[0], rank[1]);
}

/* By family, address and port, as numbers. */
static int compare_ends(const struct board_row *x, const struct board_row *y, int end)
{
	const struct board_row *rows[] = { x, y };
	uint8_t key[2][19];
	int i;

	for (i = 0; i < 2; i++) {
		bool seen = rows[i]->seen[end];
		const struct wavehand_endpoint *ep = &rows[i]->ep[seen ? end : !end];
		uint16_t port = seen ? ep->local_port : ep->remote_port;

		key[i][0] = ep->family;
		memcpy(key[i] + 1, seen ? ep->local_addr : ep->remote_addr, 16);
		key[i][17] = (uint8_t)(port >> 8);
		key[i][18] = (uint8_t)port;
	}
	return memcmp(key[0], key[1], sizeof(key[0]));
}

/* By name, then by pid; one that is not known comes last. */
static int compare_owners(const struct board_row *x, const struct board_row *y, int end)
{
	const struct wavehand_endpoint *a = &x->ep[end], *b = &y->ep[end];
	bool known[] = { a->known & WAVEHAND_KNOWN_OWNER, b->known & WAVEHAND_KNOWN_OWNER };
	int order;

	if (!known[0] || !known[1])
		return known[1] - known[0];
	order = strncmp(a->owner_comm, b->owner_comm, sizeof(a->owner_comm));
	return order ? order : compare_numbers(a->owner_pid, b->owner_pid);
}

static int compare(const void *p, const void *q, void *ctx)
{
	const struct board_row *x = *(struct board_row *const *)p;
	const struct board_row *y = *(struct board_row *const *)q;
	const struct board *b = ctx;
	int order = 0;

	switch (b->by) {
	case BOARD_STATE:
		order = compare_states(x, y, 0);
		break;
	case BOARD_PEER:
		order = compare_states(x, y, 1);
		break;
	case BOARD_LATEST:
		order = compare_numbers(y->latest, x->latest);
		break;
	case BOARD_AGE:
		order = compare_numbers(y->begin, x->begin);
		break;
	case BOARD_FROM:
		order = compare_ends(x, y, 0);
		break;
	case BOARD_TO:
		order = compare_ends(x, y, 1);
		break;
	case BOARD_OWNERS:
		order = compare_owners(x, y, 0);
		if (!order)
			order = compare_owners(x, y, 1);
		break;
	default:
		break;
	}
	if (!order)
		order = compare_numbers(x->id, y->id);
	return b->reverse ? -order : order;
}

static bool is_wanted(const struct filter *filter, const struct board_row *row)
{
	return (row->seen[0] && filter_match(filter, &row->ep[0])) ||
	       (row->seen[1] && filter_match(filter, &row->ep[1]));
}

static bool is_self(const struct board_row *row)
{
	return row->seen[0] && row->seen[1] && row->ep[0].id == row->ep[1].id;
}

static void count_states(struct board *b, const struct board_row *row)
{
	int end;

	for (end = 0; end < 2 && !(end && is_self(row)); end++) {
		unsigned int state = row->ep[end].state;

		if (row->seen[end])
			b->states[state <= WAVEHAND_CLOSING ? state : 0]++;
	}
}

void board_show(struct board *b, const struct filter *filter)
{
	size_t i;

	b->shown_count = 0;
	memset(b->states, 0, sizeof(b->states));
	for (i = 0; i < b->count; i++) {
		struct board_row *row = &b->rows[i];

		if (!is_wanted(filter, row))
			continue;
		b->shown[b->shown_count++] = row;
		count_states(b, row);
	}
	if (b->shown_count)
		qsort_r(b->shown, b->shown_count, sizeof(*b->shown), compare, b);
	for (i = 0; b->held && i < b->shown_count; i++)
		if (b->shown[i]->id == b->held_id)
			b->selected = i;
	if (b->selected >= b->shown_count)
		b->selected = b->shown_count ? b->shown_count - 1 : 0;
}

void board_select(struct board *b, int64_t index)
{
	const int64_t last = (int64_t)b->shown_count - 1;

	if (index > last)
		index = last;
	b->selected = index > 0 ? (size_t)index : 0;
	/* At the top it stays at the top: there is what is new. */
	b->held = b->selected > 0;
	if (b->held)
		b->held_id = b->shown[b->selected]->id;
}

void board_scroll(struct board *b, size_t lines)
{
	if (!lines)
		lines = 1;
	if (b->first + lines > b->shown_count)
		b->first = b->shown_count > lines ? b->shown_count - lines : 0;
	if (b->selected < b->first)
		b->first = b->selected;
	if (b->selected >= b->first + lines)
		b->first = b->selected - lines + 1;
}

void board_widen(struct board *b, size_t from, size_t lines)
{
	char text[BOARD_CELL];
	int column, width;
	size_t i;

	for (column = 0; column < BOARD_COLUMNS; column++) {
		/* The heading, and the sign behind it. */
		snprintf(text, sizeof(text), "%s ", board_name(column));
		width = text_width(text);
		if (width > b->width[column])
			b->width[column] = width;
		for (i = from; i < b->shown_count && i < from + lines; i++) {
			width = text_width(board_cell(b, b->shown[i], column, text));
			if (width > b->width[column])
				b->width[column] = width;
		}
	}
}

static const char *heading(const struct board *b, enum board_column column, char *text)
{
	const char *sign = "";

	if (column == b->by)
		sign = b->utf8 ? b->reverse ? "▼" : "▲" : b->reverse ? "v" : "^";
	snprintf(text, BOARD_CELL, "%s%s", board_name(column), sign);
	return text;
}

static char *put_blank(char *p, int n)
{
	while (n-- > 0)
		*p++ = ' ';
	return p;
}

const char *board_line(const struct board *b, const struct board_row *row, char *text)
{
	char cell[BOARD_CELL], *p = text;
	int column;

	for (column = 0; column < BOARD_COLUMNS; column++) {
		const char *s = row ? board_cell(b, row, column, cell) : heading(b, column, cell);
		int blank = b->width[column] - text_width(s);

		if (column)
			*p++ = ' ';
		if (columns[column].right)
			p = put_blank(p, blank);
		p = stpcpy(p, s);
		if (!columns[column].right && column < BOARD_COLUMNS - 1)
			p = put_blank(p, blank);
	}
	*p = '\0';
	return text;
}

void board_free(struct board *b)
{
	free(b->rows);
	free(b->shown);
	b->rows = NULL;
	b->shown = NULL;
	b->count = 0;
	b->shown_count = 0;
	b->room = 0;
}
