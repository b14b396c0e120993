// SPDX-License-Identifier: GPL-2.0
/* Recordings of two hosts, with clocks that are not the same, made one. */
#include <stdio.h>

#include "fixture.h"
#include "filter.h"
#include "merge.h"
#include "text.h"

#define MOST 16

/* b's clock shows so much more than a's, and its machine was started so much later. */
#define AHEAD 12345000LL
#define LATER 7000000000LL

static struct merge m;
static char error[320];

static void add_part(const char *name, const char *host, int64_t offset)
{
	struct merge_part *part = &m.parts[m.part_count++];

	part->name = name;
	strcpy(part->header.host, host);
	part->header.realtime_offset = offset;
	part->events = calloc(MOST, sizeof(*part->events));
}

static void begin(void)
{
	merge_free(&m);
	error[0] = '\0';
	add_part("a.rec", "client", 1000000000000000000LL);
	add_part("b.rec", "server", 1000000000000000000LL + LATER + AHEAD);
}

/* An event of part @p at @time, which is a's monotonic clock, whoever sees it. */
static struct wavehand_event *add_event(unsigned int p, uint64_t time, unsigned int kind)
{
	struct merge_part *part = &m.parts[p];
	struct wavehand_event *e = &part->events[part->count++];

	assert_true(part->count <= MOST);
	*e = (struct wavehand_event){
		.serial = part->count, .time = p ? time - (uint64_t)LATER : time,
		.kind = (uint8_t)kind, .provenance = WAVEHAND_OBSERVED,
		.endpoint = p ? fixture_server() : fixture_client(),
	};
	e->endpoint.id = 7;
	e->endpoint.netns = 1;
	return e;
}

#define START (20000 * MS)

/* A segment with this seq that travels for @travel; UINT64_MAX: it is lost. */
static void travel(unsigned int from, uint64_t time, uint32_t seq, uint64_t travel)
{
	struct wavehand_event *e = add_event(from, START + time, WAVEHAND_SEGMENT);

	e->flags = WAVEHAND_EV_SENT | WAVEHAND_EV_SEQ;
	e->seq = seq;
	e->tcp_flags = WAVEHAND_SYN;
	if (travel == UINT64_MAX)
		return;
	e = add_event(!from, START + time + travel, WAVEHAND_SEGMENT);
	e->flags = WAVEHAND_EV_SEQ;
	e->seq = seq;
	e->tcp_flags = WAVEHAND_SYN | WAVEHAND_ECE;	/* a router's */
}

static void run(void)
{
	if (merge_run(&m, error, sizeof(error)))
		fail_msg("%s", error);
}

static void says(const char *expected)
{
	char text[MERGE_TEXT];

	assert_string_equal(merge_clock(&m, 1, false, text), expected);
}

static void exchange(void **state)
{
	size_t i;

	(void)state;
	begin();
	travel(0, 0, 1, 100000);
	travel(1, MS, 2, 60000);
	travel(0, 2 * MS, 3, 40000);	/* the fastest one counts */
	run();
	says("b is 12.335 ms ahead of a, +-0.050 ms, estimated from 3 segments");
	assert_int_equal(m.parts[1].ahead, AHEAD - 10000);
	assert_int_equal(m.parts[1].error, 50000);
	/* In the order of the corrected times, with serials of its own. */
	assert_int_equal(m.count, 6);
	for (i = 0; i < m.count; i++) {
		assert_int_equal(m.events[i].serial, i + 1);
		if (i)
			assert_true(m.events[i].time >= m.events[i - 1].time);
	}
	assert_int_equal(m.events[0].time, START);
	assert_int_equal(m.events[1].time, START + 110000);
	assert_string_equal(m.header.host, "client+server");
}

static void behind(void **state)
{
	(void)state;
	begin();
	m.parts[1].header.realtime_offset -= 2 * AHEAD;
	travel(0, 0, 1, 1000);
	travel(1, MS, 2, 1000);
	run();
	says("b is 12.345 ms behind a, +-0.001 ms, estimated from 2 segments");
}

static void one_way(void **state)
{
	(void)state;
	begin();
	travel(0, 0, 1, 1000);
	run();
	says("b is at most 12.346 ms ahead of a, by segments of one direction only; taken as 0.000 ms ahead, as the hosts' clocks tell");
	assert_int_equal(m.parts[1].ahead, 0);
	begin();
	travel(1, 0, 1, 1000);
	run();
	says("b is at least 12.344 ms ahead of a, by segments of one direction only; taken as 12.344 ms ahead, as the hosts' clocks tell");
	assert_int_equal(m.parts[1].ahead, AHEAD - 1000);
	begin();
	m.parts[1].header.realtime_offset -= 2 * AHEAD;
	travel(0, 0, 1, 1000);
	run();
	says("b is at least 12.344 ms behind a, by segments of one direction only; taken as 12.344 ms behind, as the hosts' clocks tell");
}

static void none(void **state)
{
	(void)state;
	begin();
	travel(0, 0, 1, UINT64_MAX);
	add_event(1, START + MS, WAVEHAND_TRANSITION);
	run();
	says("b and a have no segment in common: as the hosts' clocks tell, right or wrong");
	assert_int_equal(m.parts[1].ahead, 0);
	assert_int_equal(m.events[1].time, START + MS + AHEAD);
}

/* What was sent again cannot be told from what was lost: it is not used. */
static void again(void **state)
{
	(void)state;
	begin();
	travel(0, 0, 1, UINT64_MAX);
	travel(0, MS, 1, 1000);
	run();
	assert_int_equal(m.parts[1].clock, MERGE_REALTIME);
	begin();
	travel(0, 0, 1, 1000);
	m.parts[1].events[1] = m.parts[1].events[0];	/* a copy of it came too */
	m.parts[1].events[1].serial = 2;
	m.parts[1].count = 2;
	run();
	assert_int_equal(m.parts[1].clock, MERGE_REALTIME);
	begin();
	travel(0, 0, 1, 1000);
	m.parts[0].events[0].flags = WAVEHAND_EV_SEQ;	/* a third host sent it to both */
	m.parts[0].events[0].endpoint = m.parts[1].events[0].endpoint;
	run();
	assert_int_equal(m.parts[1].clock, MERGE_REALTIME);
	begin();
	travel(0, 0, 1, 1000);
	m.parts[1].events[0].ack = 5;	/* of no SYN: means nothing */
	run();
	assert_int_equal(m.parts[1].clock, MERGE_ONE_WAY);
	begin();
	travel(0, 0, 1, 1000);
	m.parts[1].events[0].length = 5;
	run();
	assert_int_equal(m.parts[1].clock, MERGE_REALTIME);
}

static void loopback(void **state)
{
	int i;

	(void)state;
	begin();
	travel(0, 0, 1, 1000);
	for (i = 0; i < 2; i++) {
		struct wavehand_endpoint *ep = &m.parts[i].events[0].endpoint;

		memcpy(ep->local_addr, "\x7f\0\0\x01", 4);
		memcpy(ep->remote_addr, "\x7f\0\0\x01", 4);
	}
	run();
	assert_int_equal(m.parts[1].clock, MERGE_REALTIME);
}

static void drift(void **state)
{
	char text[MERGE_TEXT];

	(void)state;
	begin();
	travel(0, 0, 1, 1000);
	travel(1, MS, 2, 1000);
	m.parts[0].events[1].time -= 500000;	/* it came before it was sent */
	run();
	assert_true(m.parts[1].drifted);
	assert_int_equal(m.parts[1].error, 249000);
	assert_non_null(strstr(merge_clock(&m, 1, false, text), "contradict"));
}

/* c met b only, and b met a. */
static void chain(void **state)
{
	char text[MERGE_TEXT];
	struct wavehand_event *e;
	int i;

	(void)state;
	begin();
	add_part("c.rec", "third", 1000000000000000000LL - 5000000);
	travel(0, 0, 1, 1000);
	travel(1, MS, 2, 1000);
	for (i = 0; i < 2; i++) {	/* b sends to c, c to b */
		e = add_event(1, START + 3 * MS, WAVEHAND_SEGMENT);
		e->seq = 100U + (unsigned int)i;
		e->flags = i ? 0 : WAVEHAND_EV_SENT;
		m.parts[2].events[i] = *e;
		m.parts[2].events[i].serial = (uint64_t)i + 1;
		m.parts[2].events[i].flags ^= WAVEHAND_EV_SENT;
		m.parts[2].events[i].endpoint = fixture_client();
		m.parts[2].events[i].time = START + 3 * MS + (i ? -2000ULL : 2000ULL);
		m.parts[2].count++;
	}
	run();
	assert_int_equal(m.parts[2].ahead, -5000000);
	assert_int_equal(m.parts[2].error, 3000);
	assert_string_equal(merge_clock(&m, 2, false, text),
			    "c is 5.000 ms behind a, +-0.003 ms, estimated from 2 segments");
}

static void names(void **state)
{
	static struct filter filter;
	struct wavehand_endpoint b;
	char text[TEXT_ID + 1];

	(void)state;
	begin();
	travel(0, 0, 1, 1000);
	run();
	assert_true(m.events[0].endpoint.id != m.events[1].endpoint.id);
	assert_true(m.events[0].endpoint.netns != m.events[1].endpoint.netns);
	b = m.events[1].endpoint;
	*put_id(text, b.id) = '\0';
	assert_string_equal(text, "b#7");
	*put_id(text, 7) = '\0';
	assert_string_equal(text, "#7");
	assert_int_equal(filter_parse(&filter, "b#7"), 0);
	assert_true(filter_match(&filter, &b));
	assert_int_equal(filter_parse(&filter, "a#7"), 0);
	assert_false(filter_match(&filter, &b));
	assert_int_equal(filter_parse(&filter, "#7"), 0);
	assert_true(filter_match(&filter, &b));
	assert_int_equal(filter_parse(&filter, "B#7 or 1#7"), -1);
}

static void fails(const char *expected)
{
	assert_int_equal(merge_run(&m, error, sizeof(error)), -1);
	if (!strstr(error, expected))
		fail_msg("\"%s\" does not say \"%s\"", error, expected);
}

static void same_machine(void **state)
{
	struct wavehand_event *e;

	(void)state;
	begin();
	add_event(0, START, WAVEHAND_TRANSITION)->serial = 5;
	e = add_event(0, START + MS, WAVEHAND_TRANSITION);
	add_event(1, 0, WAVEHAND_TRANSITION)->serial = 1;
	*add_event(1, 0, WAVEHAND_TRANSITION) = *e;
	m.parts[0].events[1].serial = m.parts[1].events[1].serial = 6;
	fails("same machine (host client, event 6");
	begin();
	add_event(0, START, WAVEHAND_TRANSITION);
	*add_event(1, START, WAVEHAND_TRANSITION) = m.parts[0].events[0];
	m.parts[1].events[0].time++;
	run();
	begin();
	add_event(1, START, WAVEHAND_TRANSITION)->endpoint.id = 1ULL << MERGE_SHIFT | 7;
	fails("several recordings already");
}

/* Notices stay behind the event that they follow; a dump is one where all are. */
static void notices(void **state)
{
	struct wavehand_event *e;

	(void)state;
	begin();
	e = add_event(1, 0, WAVEHAND_GAP);
	e->time = 0;
	e->count = 3;
	add_event(0, START, WAVEHAND_TRANSITION);
	add_event(0, START + 9 * MS, WAVEHAND_TRANSITION);
	add_event(1, START - (uint64_t)AHEAD + MS, WAVEHAND_TRANSITION)->serial = 1;
	e = add_event(0, 0, WAVEHAND_LIVE);
	e->count = 2;
	add_event(1, 0, WAVEHAND_LIVE)->count = 3;
	run();
	assert_int_equal(m.count, 5);
	assert_int_equal(m.events[2].kind, WAVEHAND_GAP);
	assert_int_equal(m.events[2].serial, 2);
	assert_int_equal(m.events[2].count, 3);
	assert_int_equal(m.events[2].time, 0);
	assert_int_equal(m.events[3].serial, 3);
	assert_int_equal(m.events[4].kind, WAVEHAND_LIVE);
	assert_int_equal(m.events[4].count, 5);
	begin();
	add_event(0, START, WAVEHAND_TRANSITION);
	add_event(0, 0, WAVEHAND_LIVE)->count = 0;
	add_event(1, START, WAVEHAND_TRANSITION);
	run();
	assert_int_equal(m.count, 2);
	begin();
	add_event(0, START, WAVEHAND_TRANSITION);
	add_event(0, 0, WAVEHAND_LIVE)->count = 0;
	add_event(1, START, WAVEHAND_LIVE)->count = 0;
	run();
	assert_int_equal(m.count, 2);
	assert_int_equal(m.events[1].kind, WAVEHAND_LIVE);
}

/* Within a recording serials tell the order, whatever the times say. */
static void order(void **state)
{
	(void)state;
	begin();
	m.parts[1].header.realtime_offset -= AHEAD;
	add_event(0, START + 2 * MS, WAVEHAND_TRANSITION);
	add_event(0, START, WAVEHAND_TRANSITION);
	add_event(1, START + MS, WAVEHAND_TRANSITION);
	add_event(1, START + 3 * MS, WAVEHAND_TRANSITION);
	run();
	assert_int_equal(merge_number(m.events[0].endpoint.id), 2);
	assert_int_equal(m.events[1].time, START + 2 * MS);
	assert_int_equal(m.events[2].time, START);
	assert_int_equal(merge_number(m.events[3].endpoint.id), 2);
}

/* The second machine ran before the first one was started. */
static void earlier(void **state)
{
	int64_t offset;

	(void)state;
	begin();
	offset = m.parts[0].header.realtime_offset;
	m.parts[1].header.realtime_offset = offset - 60000000000LL;
	add_event(0, 5, WAVEHAND_TRANSITION);
	add_event(1, (uint64_t)LATER + 10, WAVEHAND_TRANSITION);
	run();
	assert_int_equal(merge_number(m.events[0].endpoint.id), 2);
	assert_int_equal(m.events[0].time, 0);
	assert_int_equal(m.events[1].time, 5 + 60000000000ULL - 10);
	assert_int_equal(m.header.realtime_offset, offset - 60000000000LL + 10);
}

/* Whatever the numbers are. */
static void garbage(void **state)
{
	unsigned int seed, i, k;

	(void)state;
	for (seed = 1; seed < 2000; seed++) {
		begin();
		srand(seed);
		add_part("c.rec", "client", seed & 1 ? INT64_MAX : INT64_MIN);
		for (i = 0; i < 3; i++)
			for (k = 0; k < 8; k++) {
				struct wavehand_event *e = add_event(i, 0, (unsigned int)rand() % 20);

				e->time = (uint64_t)rand() << (rand() % 40);
				e->serial = (uint64_t)rand() % 10;
				e->flags = (uint8_t)rand();
				e->seq = (uint32_t)rand() % 2;
				e->endpoint.id = (uint64_t)rand() % 3;
				if (i == 2 && k % 2)
					e->endpoint = fixture_client();
			}
		m.parts[1].header.realtime_offset = (int64_t)((uint64_t)rand() << 33);
		if (!merge_run(&m, error, sizeof(error))) {
			char text[MERGE_TEXT];

			assert_true(m.count <= 25);
			for (i = 0; i < 3; i++)
				merge_clock(&m, i, true, text);
		}
	}
	merge_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exchange), cmocka_unit_test(behind), cmocka_unit_test(one_way),
		cmocka_unit_test(none), cmocka_unit_test(again), cmocka_unit_test(loopback),
		cmocka_unit_test(drift), cmocka_unit_test(chain), cmocka_unit_test(names),
		cmocka_unit_test(same_machine), cmocka_unit_test(notices),
		cmocka_unit_test(order), cmocka_unit_test(earlier), cmocka_unit_test(garbage),
	};

	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
