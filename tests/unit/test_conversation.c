// SPDX-License-Identifier: GPL-2.0
/* Stories, and the verdicts that they deserve; and diagrams of impossible ones. */
#include <errno.h>
#include <stdio.h>

#include "fixture.h"
#include "conversation.h"
#include "diagram.h"
#include "explain.h"
#include "render_svg.h"
#include "render_text.h"
#include "verdict.h"

#define P WAVEHAND_ACTOR_PROCESS
#define S WAVEHAND_ACTOR_SEGMENT
#define T WAVEHAND_ACTOR_TIMER
#define U WAVEHAND_ACTOR_UNKNOWN

/**
 * struct step - one event of a story
 * @who: 'c' client, 's' server
 */
struct step {
	char who;
	unsigned int us;
	unsigned int from, to;
	uint32_t seq, ack;
	unsigned int actor, error;
};

#define OPEN_CLIENT \
	{ 'c', 0, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0 }, \
	{ 'c', 70, WAVEHAND_SYN_SENT, WAVEHAND_ESTABLISHED, 1, 1, S, 0 }
#define OPEN_SERVER \
	{ 's', 80, WAVEHAND_LISTEN, WAVEHAND_SYN_RECEIVED, 1, 1, S, 0 }, \
	{ 's', 84, WAVEHAND_SYN_RECEIVED, WAVEHAND_ESTABLISHED, 1, 1, S, 0 }
#define OPEN_BOTH OPEN_CLIENT, OPEN_SERVER

/* One segment ends a conversation; one that nobody is known to have sent is not drawn. */
static void count_resets(const struct diagram *d)
{
	int resets = 0;
	size_t i;

	for (i = 0; i < d->arrow_count; i++)
		resets += !!(d->arrows[i].flags & WAVEHAND_RST);
	assert_true(resets <= 1);
	if (d->v.closing == CLOSING_RESET)
		assert_int_equal(resets, d->v.closer >= 0);
	if (d->v.opening == OPENING_REPAIR)
		assert_int_equal(d->arrow_count, 0);
	if (d->v.opening == OPENING_REFUSED) {
		const struct diagram_arrow *a = &d->arrows[d->arrow_count - 1];

		assert_int_equal(a->flags, WAVEHAND_RST | DIAGRAM_ICMP);
		assert_int_equal(a->provenance, WAVEHAND_UNKNOWN);
		assert_false(a->departs);
		assert_false(d->arrows[0].arrives);
	}
}

/* The verdict of a story; its diagram is drawn for the sanitizers' sake. */
static void tell(const struct step *steps, size_t count, const char *expected)
{
	struct wavehand_endpoint client = fixture_client(), server = fixture_server();
	static const struct term term = { .utf8 = true, .width = 80 };
	static struct out out = { .fd = -1 };
	struct svg svg = { .out = &out };
	struct fixture f = { .h.with_events = true };
	struct conversation *list;
	char text[VERDICT_TEXT];
	struct diagram d;
	size_t i, n;

	for (i = 0; i < count; i++)
		fixture_add(&f, steps[i].who == 'c' ? &client : &server,
			    5000 * MS + steps[i].us * 1000ULL, steps[i].from, steps[i].to,
			    steps[i].seq, steps[i].ack, steps[i].actor, steps[i].error);
	history_sort(&f.h);
	assert_int_equal(conversation_pair(&f.h, &list, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(diagram_make(&d, &list[0], &f.h), 0);
	render_text(&out, &d, &term, false);
	assert_int_equal(render_svg(&svg, &d), 0);
	verdict_text(&d.v, &list[0], ", ", text);
	assert_string_equal(text, expected);
	count_resets(&d);
	diagram_free(&d);
	free(list);
	history_free(&f.h);
}

#define TELL(expected, ...) do { \
	static const struct step steps_[] = { __VA_ARGS__ }; \
	tell(steps_, sizeof(steps_) / sizeof(steps_[0]), expected); \
} while (0)

static void wavehands(void **state)
{
	(void)state;
	TELL("three-way handshake, four-way wavehand, the client let go first", OPEN_BOTH,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 79, 616, P, 0 },
	     { 's', 1010, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 616, 80, S, 0 },
	     { 'c', 1020, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 80, 616, S, 0 },
	     { 's', 1030, WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK, 616, 80, P, 0 },
	     { 'c', 1040, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 80, 617, S, 0 },
	     { 's', 1050, WAVEHAND_LAST_ACK, WAVEHAND_CLOSED, 617, 80, S, 0 });
	/* close() hands FIN-WAIT-2 to a minisocket at once: ACK came alone. */
	TELL("three-way handshake, four-way wavehand, the client let go first", OPEN_BOTH,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 79, 616, P, 0 },
	     { 's', 1010, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 616, 80, S, 0 },
	     { 'c', 1020, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 80, 616, S, 0 },
	     { 'c', 1021, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 80, 616, U, 0 },
	     { 's', 1030, WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK, 616, 80, P, 0 },
	     { 's', 1050, WAVEHAND_LAST_ACK, WAVEHAND_CLOSED, 617, 80, S, 0 });
	TELL("three-way handshake, three-step wavehand, the server let go first", OPEN_BOTH,
	     { 's', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 616, 79, P, 0 },
	     { 'c', 1010, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 79, 617, S, 0 },
	     { 'c', 1020, WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK, 79, 617, P, 0 },
	     { 's', 1030, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 617, 79, S, 0 },
	     { 's', 1031, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 617, 80, S, 0 },
	     { 'c', 1050, WAVEHAND_LAST_ACK, WAVEHAND_CLOSED, 80, 617, S, 0 });
	TELL("three-way handshake, four-way wavehand, the client let go first, half-close",
	     OPEN_BOTH,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 79, 616, P, 0 },
	     { 's', 1010, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 616, 80, S, 0 },
	     { 'c', 1020, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 80, 616, S, 0 },
	     { 's', 1030, WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK, 900, 80, P, 0 },
	     { 'c', 1040, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 80, 901, S, 0 },
	     { 's', 1050, WAVEHAND_LAST_ACK, WAVEHAND_CLOSED, 901, 80, S, 0 });
	TELL("three-way handshake, simultaneous close", OPEN_BOTH,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0 },
	     { 's', 1001, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0 },
	     { 'c', 1010, WAVEHAND_FIN_WAIT_1, WAVEHAND_CLOSING, 2, 2, S, 0 },
	     { 's', 1011, WAVEHAND_FIN_WAIT_1, WAVEHAND_CLOSING, 2, 2, S, 0 },
	     { 'c', 1020, WAVEHAND_CLOSING, WAVEHAND_CLOSED, 2, 2, S, 0 },
	     { 's', 1021, WAVEHAND_CLOSING, WAVEHAND_CLOSED, 2, 2, S, 0 });
}

static void lone(void **state)
{
	(void)state;
	TELL("three-way handshake, wavehand in three or four steps, the client let go first",
	     OPEN_CLIENT,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 79, 616, P, 0 },
	     { 'c', 1020, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 80, 616, S, 0 },
	     { 'c', 1025, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 80, 617, S, 0 });
	TELL("three-way handshake, four-way wavehand, the client let go first", OPEN_CLIENT,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 79, 616, P, 0 },
	     { 'c', 1020, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 80, 616, S, 0 },
	     { 'c', 9025, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 80, 617, S, 0 });
	TELL("three-way handshake, wavehand, two steps seen, the client let go first",
	     OPEN_CLIENT,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 79, 616, P, 0 },
	     { 'c', 1020, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 80, 616, S, 0 },
	     { 'c', 1025, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 80, 616, U, 0 });
	/* close() with data unread: a reset, or FIN-WAIT-2 goes on. No FIN came. */
	TELL("three-way handshake, wavehand, two steps seen, the client let go first",
	     OPEN_CLIENT,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 79, 616, P, 0 },
	     { 'c', 1020, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 80, 616, S, 0 },
	     { 'c', 9025, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 80, 916, P, 0 });
	TELL("three-way handshake, still open in CLOSE-WAIT", OPEN_BOTH,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 79, 616, P, 0 },
	     { 's', 1010, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 616, 80, S, 0 },
	     { 'c', 1020, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 80, 616, S, 0 },
	     { 'c', 9025, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 80, 916, P, 0 });
	TELL("three-way handshake, reset or aborted by the client in CLOSING", OPEN_CLIENT,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0 },
	     { 'c', 1010, WAVEHAND_FIN_WAIT_1, WAVEHAND_CLOSING, 2, 2, S, 0 },
	     { 'c', 1020, WAVEHAND_CLOSING, WAVEHAND_CLOSED, 2, 2, U, 0 });
	TELL("three-way handshake, end not seen", OPEN_SERVER,
	     { 's', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 616, 80, S, 0 },
	     { 's', 1030, WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK, 616, 80, P, 0 },
	     { 's', 9050, WAVEHAND_LAST_ACK, WAVEHAND_CLOSED, 617, 80, U, 0 });
	/* The FIN was under way before FIN-WAIT-2, but another segment brought that. */
	TELL("three-way handshake, four-way wavehand, the client let go first", OPEN_BOTH,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0 },
	     { 's', 51000, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 1, 2, S, 0 },
	     { 's', 101000, WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK, 1, 2, P, 0 },
	     { 'c', 141000, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 2, 1, S, 0 },
	     { 'c', 151000, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSED, 2, 2, S, 0 },
	     { 's', 201000, WAVEHAND_LAST_ACK, WAVEHAND_CLOSED, 2, 2, S, 0 });
	TELL("three-way handshake, wavehand in three or four steps, the client let go first",
	     OPEN_SERVER,
	     { 's', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 616, 80, S, 0 },
	     { 's', 1030, WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK, 616, 80, P, 0 },
	     { 's', 1050, WAVEHAND_LAST_ACK, WAVEHAND_CLOSED, 617, 80, S, 0 });
	TELL("three-way handshake, four-way wavehand, the client let go first", OPEN_SERVER,
	     { 's', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 616, 80, S, 0 },
	     { 's', 301030, WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK, 616, 80, P, 0 },
	     { 's', 301050, WAVEHAND_LAST_ACK, WAVEHAND_CLOSED, 617, 80, S, 0 });
	TELL("three-way handshake, still open in ESTABLISHED", OPEN_CLIENT);
	TELL("three-way handshake, still open in FIN-WAIT-2 and CLOSE-WAIT", OPEN_BOTH,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 79, 616, P, 0 },
	     { 's', 1010, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 616, 80, S, 0 },
	     { 'c', 1020, WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, 80, 616, S, 0 });
}

static void failures(void **state)
{
	(void)state;
	TELL("still opening in SYN-SENT",
	     { 'c', 0, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0 });
	TELL("refused in SYN-SENT (ECONNREFUSED)",
	     { 'c', 0, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0 },
	     { 'c', 9, WAVEHAND_SYN_SENT, WAVEHAND_CLOSED, 1, 0, S, ECONNREFUSED });
	TELL("opening timed out in SYN-SENT (ETIMEDOUT)",
	     { 'c', 0, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0 },
	     { 'c', 9, WAVEHAND_SYN_SENT, WAVEHAND_CLOSED, 1, 0, T, ETIMEDOUT });
	TELL("unreachable in SYN-SENT (EHOSTUNREACH)",
	     { 'c', 0, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0 },
	     { 'c', 9, WAVEHAND_SYN_SENT, WAVEHAND_CLOSED, 1, 0, S, EHOSTUNREACH });
	TELL("opening given up in SYN-SENT",
	     { 'c', 0, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0 },
	     { 'c', 9, WAVEHAND_SYN_SENT, WAVEHAND_CLOSED, 1, 0, P, 0 });
	TELL("three-way handshake, reset by the server in ESTABLISHED (ECONNRESET)", OPEN_BOTH,
	     { 's', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSED, 1, 1, P, 0 },
	     { 'c', 1010, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSED, 1, 1, S, ECONNRESET });
	TELL("three-way handshake, reset by the server in CLOSE-WAIT (EPIPE)", OPEN_CLIENT,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 1, 2, S, 0 },
	     { 'c', 1010, WAVEHAND_CLOSE_WAIT, WAVEHAND_CLOSED, 1, 2, S, EPIPE });
	/* This end may have sent that reset itself. */
	TELL("three-way handshake, reset in FIN-WAIT-1 (ECONNRESET)", OPEN_CLIENT,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0 },
	     { 'c', 1010, WAVEHAND_FIN_WAIT_1, WAVEHAND_CLOSED, 2, 1, S, ECONNRESET });
	TELL("three-way handshake, reset by the client in ESTABLISHED (ECONNRESET)", OPEN_BOTH,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0 },
	     { 'c', 1010, WAVEHAND_FIN_WAIT_1, WAVEHAND_CLOSED, 2, 1, S, ECONNRESET },
	     { 's', 1020, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSED, 5000, 1, S, ECONNRESET });
	TELL("three-way handshake, reset by the server in FIN-WAIT-1 (ECONNRESET)", OPEN_BOTH,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0 },
	     { 's', 1005, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSED, 1, 1, P, 0 },
	     { 'c', 1010, WAVEHAND_FIN_WAIT_1, WAVEHAND_CLOSED, 2, 1, S, ECONNRESET });
	/* What came in FIN-WAIT-1 was new, and so the peer's FIN; 0 is behind 2^32 - 1. */
	TELL("three-way handshake, wavehand in three or four steps, the client let go first", OPEN_CLIENT,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 0xffffffff, P, 0 },
	     { 'c', 1010, WAVEHAND_FIN_WAIT_1, WAVEHAND_CLOSED, 2, 0, S, 0 });
	TELL("end of the handshake seen, still open in ESTABLISHED",
	     { 'c', 70, WAVEHAND_SYN_SENT, WAVEHAND_ESTABLISHED, 1, 1, S, 0 });
	TELL("three-way handshake, reset or aborted by the client in ESTABLISHED", OPEN_CLIENT,
	     { 'c', 1010, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSED, 1, 1, P, 0 });
	TELL("three-way handshake, timed out in FIN-WAIT-1 (ETIMEDOUT)", OPEN_CLIENT,
	     { 'c', 1000, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0 },
	     { 'c', 9010, WAVEHAND_FIN_WAIT_1, WAVEHAND_CLOSED, 2, 1, T, ETIMEDOUT });
	TELL("three-way handshake, aborted by the administrator in ESTABLISHED (ECONNABORTED)",
	     OPEN_BOTH,
	     { 'c', 1010, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSED, 1, 1, P, ECONNABORTED },
	     { 's', 1020, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSED, 1, 1, S, ECONNRESET });
}

/* Two conversations of the same addresses are told apart by their numbers. */
static void reuse(void **state)
{
	struct wavehand_endpoint ep[4] = { fixture_client(), fixture_server(),
					   fixture_client(), fixture_server() };
	static const uint64_t times[] = { 100, 103, 101, 102 };
	struct fixture f = { .h.with_events = true };
	struct conversation *list;
	size_t i, n;

	(void)state;
	ep[2].id = 9;
	ep[3].id = 10;
	ep[2].iss = ep[3].irs = 5;
	ep[2].irs = ep[3].iss = 6;
	/* The second server comes before the first: order alone would mislead. */
	for (i = 0; i < 4; i++)
		fixture_add(&f, &ep[i], times[i], WAVEHAND_CLOSED, WAVEHAND_ESTABLISHED,
			    1, 1, P, 0);
	history_sort(&f.h);
	assert_int_equal(conversation_pair(&f.h, &list, &n), 0);
	assert_int_equal(n, 2);
	for (i = 0; i < n; i++) {
		assert_non_null(list[i].end[0].h);
		assert_non_null(list[i].end[1].h);
		assert_int_equal(list[i].end[0].h->ep.id + 1, list[i].end[1].h->ep.id);
	}
	free(list);
	history_free(&f.h);
}

/* Refused twice from one port: no numbers are known but those of the SYNs. */
static void refused_twice(void **state)
{
	static const struct {
		uint64_t id;
		bool sent;
		uint32_t seq;
	} syns[] = { { 7, true, 5 }, { 9, true, 6 }, { 10, false, 6 }, { 8, false, 5 } };
	struct fixture f = { .h.with_events = true };
	struct conversation *list;
	size_t i, n;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct wavehand_event event = {
			.serial = ++f.serial, .time = 100 + i, .kind = WAVEHAND_SEGMENT,
			.flags = syns[i].sent ? WAVEHAND_EV_SENT : 0, .seq = syns[i].seq,
			.tcp_flags = WAVEHAND_SYN,
		};

		event.endpoint = syns[i].sent ? fixture_client() : fixture_server();
		event.endpoint.id = syns[i].id;
		event.endpoint.known = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE;
		assert_int_equal(history_add(&f.h, &event), 0);
	}
	history_sort(&f.h);
	assert_int_equal(conversation_pair(&f.h, &list, &n), 0);
	assert_int_equal(n, 2);
	for (i = 0; i < n; i++)
		assert_int_equal(list[i].end[0].h->ep.id + 1, list[i].end[1].h->ep.id);
	free(list);
	history_free(&f.h);
}

/* The verdict of what is in @f, of its only conversation. */
static void told(struct fixture *f, size_t conversations, const char *expected)
{
	static const struct term term = { .utf8 = true, .width = 80 };
	static struct out out = { .fd = -1 };
	struct conversation *list;
	char text[VERDICT_TEXT];
	struct diagram d;
	size_t n;

	history_sort(&f->h);
	assert_int_equal(conversation_pair(&f->h, &list, &n), 0);
	assert_int_equal(n, conversations);
	if (n == 1) {
		assert_int_equal(diagram_make(&d, &list[0], &f->h), 0);
		render_text(&out, &d, &term, false);
		verdict_text(&d.v, &list[0], ", ", text);
		assert_string_equal(text, expected);
		count_resets(&d);
		diagram_free(&d);
	}
	free(list);
	history_free(&f->h);
}

static void repair(void **state)
{
	struct wavehand_endpoint client = fixture_client(), server = fixture_server();
	struct fixture f = { .h.with_events = true };

	(void)state;
	client.flags = WAVEHAND_EP_REPAIR;
	fixture_add(&f, &client, 1, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0);
	fixture_add(&f, &client, 2, WAVEHAND_SYN_SENT, WAVEHAND_ESTABLISHED, 1, 1, P, 0);
	fixture_add(&f, &client, 3, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSED, 1, 1, P, 0);
	told(&f, 1, "made under TCP_REPAIR, closed without a FIN in ESTABLISHED");

	/* Its numbers are no reason to pair it with an end that lived much later. */
	f = (struct fixture){ .h.with_events = true };
	fixture_add(&f, &client, 3, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSED, 1, 1, P, 0);
	fixture_add(&f, &server, 9, WAVEHAND_SYN_RECEIVED, WAVEHAND_ESTABLISHED, 1, 1, S, 0);
	told(&f, 2, NULL);
}

static void add_notice(struct fixture *f, unsigned int kind, uint64_t count)
{
	struct wavehand_event event = { .serial = f->serial, .kind = (uint8_t)kind,
					.count = count };

	assert_int_equal(history_add(&f->h, &event), 0);
}

static void lost(void **state)
{
	struct wavehand_endpoint client = fixture_client();
	struct fixture f = { .h.with_events = true };
	struct conversation *list;
	struct diagram d;
	uint64_t count;
	size_t n, i;
	int notes = 0;

	(void)state;
	fixture_add(&f, &client, 1, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0);
	for (i = 1; i <= 100; i++) {
		f.serial += i;
		add_notice(&f, WAVEHAND_LOST, i);
	}
	fixture_add(&f, &client, 2, WAVEHAND_SYN_SENT, WAVEHAND_ESTABLISHED, 1, 1, S, 0);
	history_sort(&f.h);
	assert_int_equal(f.h.lost_events, 5050);
	assert_true(history_lost_between(&f.h, 0, UINT64_MAX, &count));
	assert_int_equal(count, 5050);
	assert_false(history_lost_between(&f.h, f.serial, UINT64_MAX, &count));
	assert_int_equal(conversation_pair(&f.h, &list, &n), 0);
	assert_int_equal(diagram_make(&d, &list[0], &f.h), 0);
	for (i = 0; i < d.point_count[0]; i++) {
		if (d.points[0][i].note == NOTE_LOST) {
			assert_int_equal(d.points[0][i].count, 5050);
			notes++;
		}
	}
	assert_int_equal(notes, 1);
	diagram_free(&d);
	free(list);
	history_free(&f.h);

	f = (struct fixture){ .h.with_events = true };
	fixture_add(&f, &client, 1, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0);
	fixture_add(&f, &client, 2, WAVEHAND_SYN_SENT, WAVEHAND_ESTABLISHED, 1, 1, S, 0);
	add_notice(&f, WAVEHAND_LOST, 3);
	told(&f, 1, "three-way handshake, open when last seen in ESTABLISHED");
}

/* Numbers that are too wide for one row take two: the lifelines stay where they are. */
static void wide(void **state)
{
	static const struct term term = { .width = 80 };
	static struct out out = { .fd = -1 };
	struct wavehand_endpoint client = fixture_client();
	struct fixture f = { .h.with_events = true };
	struct conversation *list;
	struct diagram d;
	char *line, *save;
	size_t n;

	(void)state;
	client.known |= WAVEHAND_KNOWN_BYTES;
	client.bytes_sent = client.bytes_received = UINT64_MAX;
	fixture_add(&f, &client, 1, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0);
	fixture_add(&f, &client, 2, WAVEHAND_SYN_SENT, WAVEHAND_ESTABLISHED, 1, 1, S, 0);
	fixture_add(&f, &client, 3, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0);
	history_sort(&f.h);
	assert_int_equal(conversation_pair(&f.h, &list, &n), 0);
	assert_int_equal(diagram_make(&d, &list[0], &f.h), 0);
	render_text(&out, &d, &term, false);
	out.buf[out.len] = '\0';
	assert_non_null(strstr(out.buf, "9223372036854775807 bytes ->"));
	assert_non_null(strstr(out.buf, "<- 9223372036854775807 bytes"));
	for (line = strtok_r(out.buf, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		assert_true(strlen(line) <= 80);
	diagram_free(&d);
	free(list);
	history_free(&f.h);
}

/* Events that are in no history, and endpoints that are in no dump, are counted. */
static void untracked(void **state)
{
	struct wavehand_endpoint client = fixture_client(), server = fixture_server();
	struct fixture f = { .h.with_events = true };

	(void)state;
	client.id = server.id = 0;
	fixture_add(&f, &client, 5, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 0, 0, P, 0);
	fixture_add(&f, &server, 6, WAVEHAND_LISTEN, WAVEHAND_SYN_RECEIVED, 0, 0, S, 0);
	add_notice(&f, WAVEHAND_LIVE, 77);
	assert_int_equal(f.h.untracked, 2);
	assert_int_equal(f.h.evicted, 77);
	assert_int_equal(f.h.last, 6);
	told(&f, 0, NULL);
}

/* 127.0.0.1 of two network namespaces is not the same; the same one is preferred. */
static void namespaces(void **state)
{
	struct wavehand_endpoint a = fixture_client(), b = fixture_server(), c = b;
	struct fixture f = { .h.with_events = true };
	struct conversation *list;
	struct wavehand_event gone;
	size_t n;

	(void)state;
	a.known = b.known = c.known = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE;
	a.netns = c.netns = 1;
	b.netns = 2;
	c.id = 9;
	fixture_add(&f, &a, 1, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0);
	fixture_add(&f, &b, 2, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 1, 1, S, 0);
	fixture_add(&f, &c, 3, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 1, 1, S, 0);
	history_sort(&f.h);
	assert_int_equal(conversation_pair(&f.h, &list, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(list[0].end[0].h->ep.id, 7);
	assert_int_equal(list[0].end[1].h->ep.id, 9);
	free(list);
	history_free(&f.h);

	f = (struct fixture){ .h.with_events = true };
	a.local_addr[0] = a.remote_addr[0] = b.local_addr[0] = b.remote_addr[0] = 127;
	fixture_add(&f, &a, 1, WAVEHAND_ESTABLISHED, WAVEHAND_FIN_WAIT_1, 1, 1, P, 0);
	fixture_add(&f, &b, 2, WAVEHAND_ESTABLISHED, WAVEHAND_CLOSE_WAIT, 1, 1, S, 0);
	told(&f, 2, NULL);

	/* What is gone does not live on. */
	f = (struct fixture){ .h.with_events = true };
	a.netns = b.netns;
	fixture_add(&f, &a, 1, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT, 1, 1, P, 0);
	gone = (struct wavehand_event){ .serial = ++f.serial, .time = 2,
					.kind = WAVEHAND_GONE, .endpoint = a };
	assert_int_equal(history_add(&f.h, &gone), 0);
	fixture_add(&f, &b, 9, WAVEHAND_LISTEN, WAVEHAND_SYN_RECEIVED, 1, 1, S, 0);
	told(&f, 2, NULL);
}

static void ignore(void *ctx, const char *note)
{
	(void)ctx;
	assert_true(*note && strlen(note) < EXPLAIN_TEXT - 1);
}

/* Any bytes may stand in a recording: nothing of this may crash or loop. */
static void garbage(void **state)
{
	static const struct term term = { .utf8 = true, .width = 80 };
	static struct out out = { .fd = -1 };
	struct svg svg = { .out = &out };
	unsigned int seed = 1, round, i;

	(void)state;
	for (round = 0; round < 6000; round++) {
		struct fixture f = { .h.with_events = true };
		struct conversation *list;
		size_t n, k;

		for (i = 0; i < 12; i++) {
			struct wavehand_event event = { 0 };
			unsigned char *bytes = (unsigned char *)&event;

			if (rand_r(&seed) % 2) {
				for (k = 0; k < sizeof(event); k++)
					bytes[k] = (unsigned char)rand_r(&seed);
			} else {
				event.flags = (uint8_t)(rand_r(&seed) % 32);
				event.reason = (uint8_t)(rand_r(&seed) % 36);
				event.time = (uint64_t)rand_r(&seed) % 1000;
				event.seq = (uint32_t)rand_r(&seed) % 4;
				event.ack = (uint32_t)rand_r(&seed) % 4;
				event.old_state = (uint8_t)(rand_r(&seed) % WAVEHAND_STATES);
				event.new_state = (uint8_t)(rand_r(&seed) % WAVEHAND_STATES);
				event.actor = (uint8_t)(rand_r(&seed) % 4);
				event.error = rand_r(&seed) % 3 ? 0 : ECONNRESET;
				event.endpoint = rand_r(&seed) % 2 ? fixture_client() :
								     fixture_server();
				event.endpoint.state = event.new_state;
				event.endpoint.cause = rand_r(&seed) % 2 ? 0 :
						       (uint8_t)(rand_r(&seed) % 36);
				event.endpoint.flags = rand_r(&seed) % 2 ? 0 :
						       (uint8_t)rand_r(&seed);
			}
			event.serial = (uint64_t)rand_r(&seed) % 20;
			event.endpoint.id = 7 + rand_r(&seed) % 2;
			event.kind = rand_r(&seed) % 4 ? 1 + rand_r(&seed) % 2 :
				     (uint8_t)(rand_r(&seed) % 20);
			if (event.kind == WAVEHAND_SEGMENT && rand_r(&seed) % 4) {
				static const uint8_t tcp_flags[] = { 2, 18, 16, 17, 4, 20 };

				event.tcp_flags = tcp_flags[rand_r(&seed) % 6];
				event.length = (uint32_t)rand_r(&seed) % 2;
				event.again = (uint8_t)(rand_r(&seed) % 3);
			}
			assert_int_equal(history_add(&f.h, &event), 0);
		}
		history_sort(&f.h);
		assert_int_equal(conversation_pair(&f.h, &list, &n), 0);
		for (k = 0; k < n; k++) {
			struct diagram d;

			assert_int_equal(diagram_make(&d, &list[k], &f.h), 0);
			diagram_letters(&d);
			render_text(&out, &d, &term, round % 2);
			assert_int_equal(render_svg(&svg, &d), 0);
			explain(&d, round % 2, ignore, NULL);
			diagram_free(&d);
		}
		free(list);
		history_free(&f.h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wavehands), cmocka_unit_test(lone),
		cmocka_unit_test(failures), cmocka_unit_test(reuse),
		cmocka_unit_test(refused_twice),
		cmocka_unit_test(repair), cmocka_unit_test(lost),
		cmocka_unit_test(wide), cmocka_unit_test(untracked), cmocka_unit_test(namespaces),
		cmocka_unit_test(garbage),
	};

	return cmocka_run_group_tests_name("conversation", tests, NULL, NULL);
}
