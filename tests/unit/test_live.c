// SPDX-License-Identifier: GPL-2.0
/* Conversations that go on for ever: what stays, what goes, and that both is counted. */
#include "fixture.h"
#include "live.h"

#define S (1000 * MS)

/* A transition, or a notice without an endpoint. */
static void add(struct live *l, uint64_t serial, uint64_t time, unsigned int kind,
		uint64_t id, unsigned int from, unsigned int to)
{
	struct wavehand_event event = {
		.serial = serial, .time = time, .kind = (uint8_t)kind,
		.old_state = (uint8_t)from, .new_state = (uint8_t)to,
		.provenance = WAVEHAND_OBSERVED, .endpoint = fixture_client(),
	};

	event.endpoint.id = id;
	event.endpoint.local_port = (uint16_t)id;
	event.endpoint.iss = (uint32_t)id;
	event.endpoint.state = (uint8_t)to;
	assert_int_equal(live_add(l, &event), 0);
}

static void opens(struct live *l, uint64_t serial, uint64_t time, uint64_t id)
{
	add(l, serial, time, WAVEHAND_TRANSITION, id, WAVEHAND_CLOSED, WAVEHAND_SYN_SENT);
}

static void closes(struct live *l, uint64_t serial, uint64_t time, uint64_t id)
{
	add(l, serial, time, WAVEHAND_TRANSITION, id, WAVEHAND_SYN_SENT, WAVEHAND_CLOSED);
}

static bool has(const struct live *l, uint64_t id)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (l->list[i].end[0].h->ep.id == id)
			return true;
	return false;
}

static void over_goes(void **state)
{
	struct live l = { 0 };

	(void)state;
	opens(&l, 1, 1 * S, 3);
	opens(&l, 2, 1 * S, 1);
	opens(&l, 3, 1 * S, 2);
	/* Somebody looks at them, which puts them in order: they are found all the same. */
	assert_int_equal(live_pair(&l), 0);
	closes(&l, 4, 2 * S, 2);
	closes(&l, 5, 3 * S, 3);
	assert_int_equal(live_take(&l, 3 * S, false), 0);
	assert_int_equal(l.count, 3);
	assert_int_equal(live_take(&l, 2 * S + LIVE_NS, false), 0);
	assert_int_equal(l.count, 2);
	assert_int_equal(l.went, 1);
	assert_true(has(&l, 1));
	assert_false(has(&l, 2));
	/* Those that stayed are found again, and go on. */
	closes(&l, 6, 60 * S, 1);
	assert_int_equal(live_take(&l, 3 * S + LIVE_NS, false), 0);
	assert_int_equal(l.count, 1);
	assert_int_equal(l.list[0].end[0].h->count, 2);
	assert_int_equal(l.h.count, 1);
	/* Nothing goes of what does not go on. */
	assert_int_equal(live_take(&l, 1000 * S, true), 0);
	assert_int_equal(l.count, 1);
	live_free(&l);
}

static void much_of_it_goes(void **state)
{
	const uint64_t many = LIVE_OVER + 10;
	struct live l = { 0 };
	uint64_t id;

	(void)state;
	for (id = 1; id <= many; id++) {
		opens(&l, 2 * id, id * MS, id);
		closes(&l, 2 * id + 1, 2 * S - id * MS, id);
	}
	opens(&l, 3 * many, 1 * S, many + 1);
	assert_int_equal(live_take(&l, 2 * S, false), 0);
	assert_int_equal(l.went, 10);
	assert_int_equal(l.count, LIVE_OVER + 1);
	/* Those that were over first. */
	assert_true(has(&l, many - 10));
	assert_false(has(&l, many - 9));
	assert_true(has(&l, many + 1));
	live_free(&l);
}

static void long_lives_are_trimmed(void **state)
{
	const uint64_t events = 3 * LIVE_EVENTS + 1;
	struct live l = { 0 };
	const struct history *h;
	uint64_t i, gaps = 0, counted = 0;
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		for (i = 1; i <= events; i++)
			opens(&l, (uint64_t)round * events + i, i * MS, 1);
		assert_int_equal(live_take(&l, 2 * S, false), 0);
	}
	h = l.list[0].end[0].h;
	assert_int_equal(h->count, LIVE_EVENTS);
	for (i = 0; i < h->count; i++) {
		if (h->events[i].kind != WAVEHAND_GAP)
			continue;
		gaps++;
		counted += h->events[i].count;
		assert_int_equal(h->events[i].serial, h->events[i - 1].serial);
	}
	assert_int_equal(gaps, 1);
	assert_int_equal(counted, 3 * events - (LIVE_EVENTS - 1));
	assert_int_equal(h->dropped, counted);
	assert_int_equal(h->kept, LIVE_EVENTS - 1);
	assert_int_equal(h->events[0].serial, 1);
	assert_int_equal(h->events[h->count - 1].serial, 3 * events);
	live_free(&l);
}

/* The module gave up a request without a word, or nobody ever answered its SYN. */
static void silent_requests_go(void **state)
{
	static const unsigned int states[] = { 0, WAVEHAND_SYN_RECEIVED };
	const uint64_t many = LIVE_OVER + 10;
	struct live l = { 0 };
	uint64_t id;

	(void)state;
	for (id = 1; id <= many; id++) {
		struct wavehand_event event = {
			.serial = id, .time = id * MS, .kind = WAVEHAND_SEGMENT, .tcp_flags = WAVEHAND_SYN,
			.provenance = WAVEHAND_OBSERVED, .endpoint = fixture_client(),
		};

		event.endpoint.id = id;
		event.endpoint.local_port = (uint16_t)id;
		event.endpoint.state = (uint8_t)states[id % 2];
		event.endpoint.flags = WAVEHAND_EP_REQUEST;
		assert_int_equal(live_add(&l, &event), 0);
		if (id == 10) {
			assert_int_equal(live_take(&l, 2 * LIVE_NS, false), 0);
			assert_int_equal(l.count, 10);
			assert_int_equal(live_take(&l, 3 * LIVE_NS + 5 * MS, false), 0);
			assert_int_equal(l.count, 5);
		}
	}
	opens(&l, many + 1, 1 * S, many + 1);
	assert_int_equal(live_take(&l, 2 * S, false), 0);
	assert_int_equal(l.count, LIVE_OVER + 1);
	assert_false(has(&l, 10));
	assert_true(has(&l, 11));
	assert_int_equal(l.churn.over, 0);
	live_free(&l);
}

/* The module's own notice stands where another one would come. */
static void gaps_become_one(void **state)
{
	struct live l = { 0 };
	const struct history *h;
	uint64_t i, serial = 0;

	(void)state;
	for (i = 0; i < LIVE_EVENTS + 100; i++) {
		struct wavehand_event gap = {
			.kind = WAVEHAND_GAP, .count = 1000, .endpoint = fixture_client(),
		};

		opens(&l, ++serial, i * MS, 1);
		if (i != LIVE_EVENTS / 2 - 2)
			continue;
		gap.serial = serial;
		gap.endpoint.id = 1;
		assert_int_equal(live_add(&l, &gap), 0);
		serial += gap.count;
	}
	assert_int_equal(live_take(&l, 2 * S, false), 0);
	h = l.list[0].end[0].h;
	assert_int_equal(h->events[LIVE_EVENTS / 2 - 1].kind, WAVEHAND_GAP);
	assert_int_equal(h->events[LIVE_EVENTS / 2 - 1].count, h->dropped);
	assert_int_equal(h->events[LIVE_EVENTS / 2].kind, WAVEHAND_TRANSITION);
	assert_int_equal(h->kept + h->dropped, serial);
	live_free(&l);
}

static void losses_are_joined(void **state)
{
	struct live l = { 0 };
	uint64_t i, count;

	(void)state;
	opens(&l, 1, 1 * S, 1);
	for (i = 0; i < 5 * LIVE_LOST + 3; i++) {
		struct wavehand_event event = { .serial = 2 + i, .kind = WAVEHAND_LOST, .count = 2 };

		assert_int_equal(live_add(&l, &event), 0);
		if (i % LIVE_LOST)
			continue;
		assert_int_equal(live_take(&l, 2 * S, false), 0);
		assert_true(l.h.lost_count <= 2 * LIVE_LOST);
	}
	opens(&l, 3 + i, 1 * S, 2);
	assert_int_equal(live_take(&l, 2 * S, false), 0);
	assert_true(history_lost_between(&l.h, 1, UINT64_MAX, &count));
	assert_int_equal(count, 2 * i);
	assert_true(l.list[0].end[0].old);
	assert_false(l.list[1].end[0].old);
	live_free(&l);
}

static void churn_is_counted(void **state)
{
	struct live l = { .since = 1 * S };

	(void)state;
	/* In the dump: it happened before. */
	opens(&l, 1, 1 * S, 1);
	opens(&l, 2, 1 * S + 1, 2);
	closes(&l, 3, 2 * S, 2);
	opens(&l, 4, 2 * S, 3);
	/* A repetition is none. */
	opens(&l, 4, 2 * S, 3);
	assert_int_equal(live_take(&l, 3 * S, false), 0);
	assert_int_equal(l.churn.ns, 2 * S);
	assert_int_equal(l.churn.transitions, 3);
	assert_int_equal(l.churn.begun, 2);
	assert_int_equal(l.churn.over, 1);
	assert_int_equal(live_take(&l, 4 * S, false), 0);
	assert_int_equal(l.churn.ns, 1 * S);
	assert_int_equal(l.churn.transitions, 0);
	assert_int_equal(l.churn.begun, 0);
	assert_int_equal(l.churn.over, 0);
	live_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(over_goes),
		cmocka_unit_test(much_of_it_goes),
		cmocka_unit_test(long_lives_are_trimmed),
		cmocka_unit_test(silent_requests_go),
		cmocka_unit_test(gaps_become_one),
		cmocka_unit_test(losses_are_joined),
		cmocka_unit_test(churn_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
