// SPDX-License-Identifier: GPL-2.0
/* What is written without printf(3), by what printf(3) writes. */
#include "fixture.h"

#include <inttypes.h>
#include <locale.h>
#include <stdio.h>

#include "event.h"
#include "names.h"
#include "text.h"
#include "whose.h"

static void is_number(uint64_t value)
{
	char expected[TEXT_NUMBER + 1], *text = malloc(TEXT_NUMBER), *end;
	int n = snprintf(expected, sizeof(expected), "%" PRIu64, value);

	/* As many bytes as it may take: the sanitizers see any other. */
	end = put_u64(text + TEXT_NUMBER - n, value);
	assert_ptr_equal(end, text + TEXT_NUMBER);
	assert_memory_equal(end - n, expected, (size_t)n);
	free(text);
}

static void numbers(void **state)
{
	uint64_t power = 1, value;
	int i;

	(void)state;
	for (value = 0; value <= 100100; value++)
		is_number(value);
	for (i = 0; i < 20; i++, power *= 10) {
		is_number(power - 1);
		is_number(power);
		is_number(power + 1);
		is_number(power * 7 + power / 3);
	}
	is_number(UINT32_MAX);
	is_number(UINT64_MAX);
}

static void three_digits(void **state)
{
	char expected[8], text[3];
	unsigned int value;

	(void)state;
	for (value = 0; value < 1000; value++) {
		snprintf(expected, sizeof(expected), "%03u", value);
		assert_ptr_equal(put_three(text, value), text + 3);
		assert_memory_equal(text, expected, 3);
	}
}

static void addresses(void **state)
{
	static const uint8_t v4[16] = { 0, 9, 10, 255 }, long6[16] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	};
	char text[TEXT_ADDRESS];

	(void)state;
	*put_address(text, v4, 4) = '\0';
	assert_string_equal(text, "0.9.10.255");
	*put_address(text, long6, 6) = '\0';
	assert_string_equal(text, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	*put_address(text, v4, 200) = '\0';
	assert_string_equal(text, "?");
}

static const char *transition(unsigned int from, unsigned int to, unsigned int actor)
{
	static char text[EVENT_TEXT];
	const struct wavehand_endpoint ep = { .id = 7 };
	const struct history_event e = {
		.kind = WAVEHAND_TRANSITION, .provenance = WAVEHAND_OBSERVED,
		.old_state = (uint8_t)from, .new_state = (uint8_t)to, .actor = (uint8_t)actor,
	};

	*put_event(text, &e, &ep, false, false) = '\0';
	return text;
}

/* Twice, as the words are made the first time. */
static void transitions(void **state)
{
	unsigned int from, to, actor;
	char expected[EVENT_TEXT];

	(void)state;
	for (from = 0; from < 512; from++) {
		for (to = 0; to < 256; to++) {
			snprintf(expected, sizeof(expected), "%s -> %s", name_state(from % 256),
				 name_state(to));
			assert_string_equal(transition(from % 256, to, 0), expected);
		}
	}
	for (actor = 1; actor < 512; actor++) {
		snprintf(expected, sizeof(expected), "CLOSED -> SYN-SENT%s%s",
			 actor % 256 ? " by " : "", actor % 256 ? name_actor(actor % 256) : "");
		assert_string_equal(transition(WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, actor % 256),
				    expected);
	}
}

/* Names of any number, and their lengths. */
static void words(void **state)
{
	const struct word *(*const all[])(unsigned int) = {
		word_state, word_role, word_actor, word_provenance, word_kind, word_family,
		word_cause,
	};
	unsigned int i, n;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (n = 0; n < 512; n++) {
			const struct word *w = all[i](n % 256);

			if (w)
				assert_int_equal(w->length, strlen(w->text));
			else
				assert_ptr_equal(all[i], word_kind);
		}
	}
}

static void tcp_flags(void **state)
{
	char text[NAME_TCP_FLAGS];

	(void)state;
	assert_string_equal(name_tcp_flags(0, text), "none");
	assert_string_equal(name_tcp_flags(WAVEHAND_SYN | WAVEHAND_ACK, text), "SYN,ACK");
	assert_string_equal(name_tcp_flags(255, text), "SYN,FIN,RST,PSH,ACK,URG,ECE,CWR");
}

static struct whose_kept kept;

/* What is kept tells the same as what is made anew. */
static void is_not_old(const struct wavehand_endpoint *ep)
{
	static struct whose_kept none;
	const struct whose *w = whose(&kept, ep, false), *fresh;

	memset(&none, 0, sizeof(none));
	fresh = whose(&none, ep, false);
	assert_int_equal(w->place_size, fresh->place_size);
	assert_memory_equal(w->place, fresh->place, w->place_size);
	assert_int_equal(w->owner_size, fresh->owner_size);
	assert_memory_equal(w->owner, fresh->owner, w->owner_size);
}

/* Whatever of an endpoint changes, one bit at a time. */
static void kept_is_not_old(void **state)
{
	struct wavehand_endpoint one = fixture_client();
	size_t i, k;

	(void)state;
	one.known |= WAVEHAND_KNOWN_OWNER;
	one.owner_pid = 312;
	memcpy(one.owner_comm, "nginx", 5);
	for (k = 0; k < 3; k++) {
		for (i = 0; i < 8 * sizeof(one); i++) {
			struct wavehand_endpoint other = one;

			((uint8_t *)&other)[i / 8] ^= (uint8_t)(1 << i % 8);
			is_not_old(&one);
			is_not_old(&other);
			is_not_old(&other);
		}
		/* Of one that shows little, and of nothing at all. */
		one.known = 0;
		if (k)
			memset(&one, 0, sizeof(one));
	}
}

static void longest(void **state)
{
	struct wavehand_endpoint ep = {
		.id = 26ULL << 56 | ((1ULL << 56) - 1), .family = 6, .known = 0xffff,
		.local_port = 65535, .remote_port = 65535, .owner_pid = UINT32_MAX,
	};
	char text[sizeof(struct whose)];
	const struct whose *w;

	(void)state;
	memset(ep.local_addr, 0xff, 16);
	memset(ep.remote_addr, 0xff, 16);
	memset(ep.owner_comm, '\n', sizeof(ep.owner_comm));
	w = whose(&kept, &ep, false);
	*put_whose_place(text, w) = '\0';
	assert_string_equal(text,
			    " z#72057594037927935 [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535 > [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535 ");
	*put_whose_owner(text, w) = '\0';
	assert_string_equal(text,
			    " \\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a[4294967295]");
}

static void durations(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
		const char *narrow;
	} all[] = {
		{ 0, "0 µs", "0us" }, { 999999, "999 µs", "999us" },
		{ 1000000, "1.00 ms", "1.00ms" }, { 9999999, "9.99 ms", "9.99ms" },
		{ 10000000, "10.0 ms", "10.0ms" }, { 99990000, "99.9 ms", "99.9ms" },
		{ 100000000, "100 ms", "100ms" }, { 1000000000, "1.00 s", "1.00s" },
		{ 62000000000, "62.0 s", "62.0s" }, { 119999999999, "119 s", "119s" },
		{ 120000000000, "2 min 0 s", "2m00s" }, { 7199999999999, "119 min 59 s", "119m59s" },
		{ 7200000000000, "2 h 0 min", "2h00m" }, { 172799999999999, "47 h 59 min", "47h59m" },
		{ 172800000000000, "2 d 0 h", "2d00h" }, { UINT64_MAX, "213503 d 23 h", "213503d23h" },
	};
	char text[TEXT_DURATION + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		*put_duration(text, all[i].ns, false) = '\0';
		assert_string_equal(text, all[i].text);
		*put_duration(text, all[i].ns, true) = '\0';
		assert_string_equal(text, all[i].narrow);
	}
}

/* What may stay of a name, on a page whatever the locale, which is "C" here. */
static void sets(void **state)
{
	static const char name[] = "a\\握\xe2\x80\xae\xff\xef\xbf\xbf";
	char text[4 * sizeof(name)];

	(void)state;
	*put_clean(text, name, sizeof(name), TEXT_PAGE) = '\0';
	assert_string_equal(text, "a\\x5c握\\xe2\\x80\\xae\\xff\\xef\\xbf\\xbf");
	*put_clean(text, name, 5, TEXT_COLUMNS) = '\0';
	assert_string_equal(text, "a\\x5c\\xe6\\x8f\\xa1");
	*put_clean(text, name, 5, TEXT_ASCII) = '\0';
	assert_string_equal(text, "a\\x5c\\xe6\\x8f\\xa1");
}

/* Chinese takes two columns each, and a line may end behind each but where punctuation forbids. */
static void wide(void **state)
{
	static const char *const pieces[] = {
		"握", "手", "（SYN，", "见", "“文", "章”。", "word", "7", "字",
	};
	const char *at = " 握手（SYN，见“文章”。word 7 字";
	char piece[32], all[64] = "";
	bool blank;
	size_t i;

	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	assert_int_equal(text_width("三次握手"), 8);
	assert_int_equal(text_width("─▶ 观测，µs"), 11);
	assert_int_equal(text_width("\xff\xe6"), 2);
	*put_clean(all, "握e\u0301", 16, TEXT_LINE) = '\0';
	assert_string_equal(all, "握e\\xcc\\x81");
	*put_clean(all, "握", 16, TEXT_COLUMNS) = '\0';
	assert_string_equal(all, "\\xe6\\x8f\\xa1");
	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		assert_true(text_piece(&at, piece, sizeof(piece), &blank));
		assert_string_equal(piece, pieces[i]);
		assert_int_equal(blank, i == 0 || i == 7 || i == 8);
	}
	assert_false(text_piece(&at, piece, sizeof(piece), &blank));
	/* What has no room is cut between two letters. */
	at = "（（（";
	assert_true(text_piece(&at, piece, 8, &blank));
	assert_string_equal(piece, "（（");
	setlocale(LC_CTYPE, "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(three_digits),
		cmocka_unit_test(addresses),
		cmocka_unit_test(words),
		cmocka_unit_test(transitions),
		cmocka_unit_test(tcp_flags),
		cmocka_unit_test(kept_is_not_old),
		cmocka_unit_test(longest),
		cmocka_unit_test(durations),
		cmocka_unit_test(sets),
		cmocka_unit_test(wide),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
