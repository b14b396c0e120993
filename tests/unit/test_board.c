// SPDX-License-Identifier: GPL-2.0
/* What a screen shows, without a screen: the table, a text to scroll, a line to type. */
#include "fixture.h"

#include <stdio.h>

#include "board.h"
#include "prompt.h"
#include "sheet.h"

static struct filter filter;

static void make_filter(const char *text)
{
	assert_int_equal(filter_parse(&filter, text), 0);
}

/**
 * struct table - a table and what it is made of
 * @f: its h is not used
 * @live: conversations
 */
struct table {
	struct live live;
	struct board b;
	uint64_t serial;
};

static void add(struct table *t, struct wavehand_endpoint *ep, uint64_t time,
		unsigned int from, unsigned int to, unsigned int flags)
{
	struct wavehand_event event = {
		.serial = ++t->serial, .time = time, .kind = WAVEHAND_TRANSITION,
		.old_state = (uint8_t)from, .new_state = (uint8_t)to,
		.provenance = WAVEHAND_OBSERVED, .flags = (uint8_t)flags,
	};

	if (!(flags & WAVEHAND_EV_RAW))
		ep->state = (uint8_t)to;
	event.endpoint = *ep;
	assert_int_equal(live_add(&t->live, &event), 0);
}

static void owned(struct wavehand_endpoint *ep, const char *comm, uint32_t pid)
{
	ep->known |= WAVEHAND_KNOWN_OWNER;
	ep->owner_pid = pid;
	memcpy(ep->owner_comm, comm, strlen(comm) + 1);
}

/* A pair, a listener and a server whose client was not seen. */
static void fill(struct table *t)
{
	struct wavehand_endpoint client = fixture_client(), server = fixture_server();
	struct wavehand_endpoint listener = fixture_server(), alone = fixture_server();

	memset(t, 0, sizeof(*t));
	t->b.by = BOARD_ID;
	owned(&client, "curl", 812);
	owned(&server, "nginx", 301);
	listener.id = 3;
	listener.role = WAVEHAND_ROLE_LISTENER;
	listener.known = WAVEHAND_KNOWN_LOCAL;
	memset(listener.remote_addr, 0, sizeof(listener.remote_addr));
	listener.remote_port = 0;
	owned(&listener, "nginx", 300);
	alone.id = 12;
	alone.remote_port = 9;
	alone.irs = 5;
	add(t, &listener, 100 * MS, WAVEHAND_CLOSED, WAVEHAND_LISTEN, 0);
	add(t, &client, 1000 * MS, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0);
	add(t, &server, 1010 * MS, WAVEHAND_LISTEN, WAVEHAND_SYN_RECEIVED, 0);
	add(t, &client, 1020 * MS, WAVEHAND_SYN_SENT, WAVEHAND_ESTABLISHED, 0);
	add(t, &server, 1030 * MS, WAVEHAND_SYN_RECEIVED, WAVEHAND_ESTABLISHED, 0);
	add(t, &alone, 1100 * MS, WAVEHAND_LISTEN, WAVEHAND_SYN_RECEIVED, 0);
	/* What the tracepoint says meanwhile is no new state. */
	add(t, &alone, 1900 * MS, WAVEHAND_SYN_RECEIVED, WAVEHAND_CLOSED, WAVEHAND_EV_RAW);
	assert_int_equal(live_take(&t->live, 2000 * MS, false), 0);
	assert_int_equal(board_take(&t->b, &t->live, 2030 * MS), 0);
	make_filter("");
	board_show(&t->b, &filter);
}

static void drop(struct table *t)
{
	board_free(&t->b);
	live_free(&t->live);
}

/* The ids of what is shown, in its order. */
static void shows(struct table *t, const char *expected)
{
	char text[64] = "", *p = text;
	size_t i;

	for (i = 0; i < t->b.shown_count; i++)
		p += sprintf(p, "%s%u", i ? " " : "", (unsigned int)t->b.shown[i]->id);
	assert_string_equal(text, expected);
}

static void cell(struct table *t, size_t row, enum board_column column, const char *expected)
{
	char text[BOARD_CELL];

	assert_string_equal(board_cell(&t->b, t->b.shown[row], column, text), expected);
}

static void cells(void **state)
{
	static const char *const expected[3][BOARD_COLUMNS] = {
		{ "#3", "LISTEN", "-", "1.93s", "1.93s", "10.0.0.1:80", "*", "nginx[300]" },
		{ "#7", "ESTABLISHED", "ESTABLISHED", "1.00s", "1.03s", "10.0.0.2:52528",
		  "10.0.0.1:80", "curl[812] > nginx[301]" },
		{ "#12", "?", "SYN-RECEIVED", "930ms", "930ms", "10.0.0.2:9", "10.0.0.1:80", "? > ?" },
	};
	struct table t;
	int row, column;

	(void)state;
	fill(&t);
	shows(&t, "3 7 12");
	for (row = 0; row < 3; row++)
		for (column = 0; column < BOARD_COLUMNS; column++)
			cell(&t, (size_t)row, column, expected[row][column]);
	assert_int_equal(t.b.states[WAVEHAND_LISTEN], 1);
	assert_int_equal(t.b.states[WAVEHAND_ESTABLISHED], 2);
	assert_int_equal(t.b.states[WAVEHAND_SYN_RECEIVED], 1);
	assert_int_equal(t.b.states[WAVEHAND_CLOSED], 0);
	drop(&t);
}

static void names_are_cleaned(void **state)
{
	struct table t = { .b.by = BOARD_ID };
	struct wavehand_endpoint client = fixture_client();

	(void)state;
	owned(&client, "\033[2J\n\xe4\xb8\xad", 1);
	add(&t, &client, 1 * MS, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0);
	assert_int_equal(live_take(&t.live, 2 * MS, false), 0);
	assert_int_equal(board_take(&t.b, &t.live, 2 * MS), 0);
	make_filter("");
	board_show(&t.b, &filter);
	cell(&t, 0, BOARD_OWNERS, "\\x1b[2J\\x0a\\xe4\\xb8\\xad[1] > ?");
	drop(&t);
}

static void sorts(void **state)
{
	static const char *const expected[BOARD_COLUMNS] = {
		[BOARD_ID] = "3 7 12", [BOARD_STATE] = "3 7 12", [BOARD_PEER] = "12 7 3",
		[BOARD_LATEST] = "12 7 3", [BOARD_AGE] = "12 7 3", [BOARD_FROM] = "3 12 7",
		[BOARD_TO] = "3 7 12", [BOARD_OWNERS] = "7 3 12",
	};
	struct table t;
	int by;

	(void)state;
	fill(&t);
	for (by = 0; by < BOARD_COLUMNS; by++) {
		t.b.by = (enum board_column)by;
		board_show(&t.b, &filter);
		shows(&t, expected[by]);
	}
	t.b.by = BOARD_ID;
	t.b.reverse = true;
	board_show(&t.b, &filter);
	shows(&t, "12 7 3");
	drop(&t);
}

static void filters(void **state)
{
	struct table t;

	(void)state;
	fill(&t);
	make_filter("dport = :80");
	board_show(&t.b, &filter);
	shows(&t, "7");
	make_filter("state listening or state syn-recv");
	board_show(&t.b, &filter);
	shows(&t, "3 12");
	assert_int_equal(t.b.states[WAVEHAND_ESTABLISHED], 0);
	make_filter("dport = :1");
	board_show(&t.b, &filter);
	shows(&t, "");
	board_select(&t.b, 5);
	assert_int_equal(t.b.selected, 0);
	drop(&t);
}

static void selection_stays(void **state)
{
	struct table t;

	(void)state;
	fill(&t);
	/* At the top it is the first one, whichever that is. */
	t.b.reverse = true;
	board_show(&t.b, &filter);
	assert_int_equal(t.b.selected, 0);
	/* Elsewhere it goes with the conversation. */
	board_select(&t.b, 2);
	assert_int_equal(t.b.held_id, 3);
	t.b.reverse = false;
	board_show(&t.b, &filter);
	assert_int_equal(t.b.selected, 0);
	t.b.reverse = true;
	board_show(&t.b, &filter);
	assert_int_equal(t.b.selected, 2);
	/* Where it is gone another one is there. */
	make_filter("state established");
	board_show(&t.b, &filter);
	assert_int_equal(t.b.selected, 0);
	make_filter("");
	board_show(&t.b, &filter);
	board_select(&t.b, -7);
	assert_int_equal(t.b.selected, 0);
	board_select(&t.b, INT32_MAX);
	assert_int_equal(t.b.selected, 2);
	drop(&t);
}

static void scrolls(void **state)
{
	struct table t;

	(void)state;
	fill(&t);
	board_select(&t.b, 2);
	board_scroll(&t.b, 2);
	assert_int_equal(t.b.first, 1);
	board_select(&t.b, 1);
	board_scroll(&t.b, 2);
	assert_int_equal(t.b.first, 1);
	board_select(&t.b, 0);
	board_scroll(&t.b, 2);
	assert_int_equal(t.b.first, 0);
	board_select(&t.b, 2);
	board_scroll(&t.b, 0);
	assert_int_equal(t.b.first, 2);
	/* A larger screen has no empty lines below. */
	board_scroll(&t.b, 10);
	assert_int_equal(t.b.first, 0);
	drop(&t);
}

static void lines(void **state)
{
	char text[BOARD_LINE];
	struct table t;

	(void)state;
	fill(&t);
	board_widen(&t.b, 0, 2);
	assert_string_equal(board_line(&t.b, NULL, text),
			    "ID^ STATE       PEER         LATEST   AGE FROM           TO          OWNERS");
	assert_string_equal(board_line(&t.b, t.b.shown[0], text),
			    " #3 LISTEN      -             1.93s 1.93s 10.0.0.1:80    *           nginx[300]");
	drop(&t);
}

static void sheets(void **state)
{
	struct sheet s = { 0 };

	(void)state;
	assert_int_equal(sheet_end(&s), 0);
	sheet_move(&s, 5, 5, 2, 10);
	assert_int_equal(s.first, 0);
	sheet_write(&s, "one\n\nthr", 8);
	sheet_write(&s, "ée\nfour", 8);
	assert_int_equal(sheet_end(&s), 0);
	assert_int_equal(s.count, 4);
	assert_string_equal(s.text + s.line[1], "");
	assert_string_equal(s.text + s.line[2], "thrée");
	assert_string_equal(s.text + s.line[3], "four");
	assert_int_equal(s.width, 5);
	sheet_move(&s, 1, 1, 2, 3);
	assert_int_equal(s.first, 1);
	assert_int_equal(s.left, 1);
	sheet_move(&s, INT32_MAX, 10, 2, 3);
	assert_int_equal(s.first, 2);
	assert_int_equal(s.left, 2);
	sheet_move(&s, INT32_MIN, -10, 2, 3);
	assert_int_equal(s.first, 0);
	assert_int_equal(s.left, 0);
	sheet_clear(&s);
	sheet_write(&s, "x", 1);
	assert_int_equal(sheet_end(&s), 0);
	assert_int_equal(s.count, 1);
	sheet_free(&s);
}

static void types(struct prompt *p, const int *keys, const char *expected)
{
	for (; *keys; keys++)
		assert_int_equal(prompt_key(p, *keys), PROMPT_GOES_ON);
	assert_string_equal(p->text, expected);
	assert_int_equal(p->size, strlen(expected));
}

static void prompts(void **state)
{
	static struct prompt p;
	char longest[PROMPT_SIZE + 10];

	(void)state;
	prompt_set(&p, "ac");
	types(&p, (int[]){ PROMPT_BACKWARD, 'b', PROMPT_END, 'd', 0xe9, 0x1234, '\t', 0 }, "abcd");
	types(&p, (int[]){ PROMPT_BACK, PROMPT_HOME, PROMPT_BACK, PROMPT_DELETE, 0 }, "bc");
	types(&p, (int[]){ PROMPT_FORWARD, 'k' & 0x1f, PROMPT_FORWARD, PROMPT_DELETE, 'x', 0 }, "bx");
	types(&p, (int[]){ 'u' & 0x1f, 0 }, "");
	assert_int_equal(prompt_key(&p, PROMPT_BACK), PROMPT_LEFT);
	assert_int_equal(prompt_key(&p, '\033'), PROMPT_LEFT);
	assert_int_equal(prompt_key(&p, '\r'), PROMPT_DONE);
	/* No more than there is room for. */
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	prompt_set(&p, longest);
	assert_int_equal(p.size, PROMPT_SIZE - 1);
	assert_int_equal(prompt_key(&p, 'y'), PROMPT_GOES_ON);
	assert_int_equal(p.size, PROMPT_SIZE - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(names_are_cleaned),
		cmocka_unit_test(sorts),
		cmocka_unit_test(filters),
		cmocka_unit_test(selection_stays),
		cmocka_unit_test(scrolls),
		cmocka_unit_test(lines),
		cmocka_unit_test(sheets),
		cmocka_unit_test(prompts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
