// SPDX-License-Identifier: GPL-2.0
/* What statistics count of stories told here. */
#include "fixture.h"
#include "statistics.h"

#define S(state) WAVEHAND_##state

static const struct filter everything;

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	statistics_watch(&f->h);
	*state = f;
	return 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	history_free(&f->h);
	free(f);
	return 0;
}

/* One event of any kind; what it needs beyond that, the caller filled in. */
static void tell(struct fixture *f, const struct wavehand_endpoint *ep,
		 struct wavehand_event event)
{
	event.serial = ++f->serial;
	event.endpoint = *ep;
	assert_int_equal(history_add(&f->h, &event), 0);
}

static void move(struct fixture *f, struct wavehand_endpoint *ep, uint64_t time,
		 unsigned int from, unsigned int to, unsigned int flags)
{
	ep->state = (uint8_t)to;
	tell(f, ep, (struct wavehand_event){
		.time = time, .kind = WAVEHAND_TRANSITION, .old_state = (uint8_t)from,
		.new_state = (uint8_t)to, .provenance = WAVEHAND_OBSERVED,
		.flags = (uint8_t)flags, .actor = WAVEHAND_ACTOR_SEGMENT,
	});
}

static void segment(struct fixture *f, const struct wavehand_endpoint *ep, unsigned int flags,
		    bool sent, unsigned int again)
{
	tell(f, ep, (struct wavehand_event){
		.time = f->h.last, .kind = WAVEHAND_SEGMENT, .provenance = WAVEHAND_OBSERVED,
		.flags = sent ? WAVEHAND_EV_SENT : 0, .tcp_flags = (uint8_t)flags,
		.again = (uint8_t)again,
	});
}

static void notice(struct fixture *f, const struct wavehand_endpoint *ep, unsigned int kind,
		   uint64_t count)
{
	struct wavehand_event event = {
		.serial = f->serial, .kind = (uint8_t)kind, .count = count,
	};

	if (ep)
		event.endpoint = *ep;
	assert_int_equal(history_add(&f->h, &event), 0);
}

static void make(struct fixture *f, struct statistics *s, enum statistics_by by)
{
	history_sort(&f->h);
	assert_int_equal(statistics_make(s, &f->h, &everything, by), 0);
}

/* Of the first group; all of them are one in most stories. */
static struct statistics_state state_of(struct fixture *f, unsigned int state)
{
	struct statistics s;
	struct statistics_group g;

	make(f, &s, BY_PEER);
	assert_int_equal(s.count, 1);
	statistics_group(&s, 0, &g);
	statistics_free(&s);
	return g.states[state];
}

/* Clients that stay in SYN-SENT for 1, 2, … @n ms, in another order. */
static void dial(struct fixture *f, unsigned int n)
{
	struct wavehand_endpoint ep = fixture_client();
	unsigned int i;

	for (i = 0; i < n; i++) {
		ep.id = i + 1;
		move(f, &ep, 1000 * MS, S(CLOSED), S(SYN_SENT), 0);
		move(f, &ep, (1001 + i * 7 % n) * MS, S(SYN_SENT), S(ESTABLISHED), 0);
	}
}

static void test_quantiles(void **state)
{
	static const struct {
		unsigned int n, p50, p90, p99;
	} cases[] = {
		{ 1, 1, 1, 1 }, { 2, 1, 2, 2 }, { 3, 2, 3, 3 }, { 10, 5, 9, 10 },
		{ 100, 50, 90, 99 }, { 101, 51, 91, 100 }, { 1000, 500, 900, 990 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f = { 0 };
		struct statistics_state t;

		statistics_watch(&f.h);
		dial(&f, cases[i].n);
		t = state_of(&f, S(SYN_SENT));
		assert_int_equal(t.ended, cases[i].n);
		assert_int_equal(t.p50, cases[i].p50 * MS);
		assert_int_equal(t.p90, cases[i].p90 * MS);
		assert_int_equal(t.p99, cases[i].p99 * MS);
		assert_int_equal(t.max, cases[i].n * MS);
		assert_int_equal(t.sum, cases[i].n * (cases[i].n + 1) / 2 * MS);
		assert_int_equal(t.unseen + t.open, 0);
		history_free(&f.h);
	}
}

static void test_longest_sum(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();
	struct statistics_state t;

	for (ep.id = 1; ep.id <= 2; ep.id++) {
		move(f, &ep, 1, S(CLOSED), S(SYN_SENT), 0);
		move(f, &ep, UINT64_MAX, S(SYN_SENT), S(ESTABLISHED), 0);
	}
	t = state_of(f, S(SYN_SENT));
	assert_int_equal(t.ended, 2);
	assert_true(t.sum == UINT64_MAX);
}

static void test_buckets(void **state)
{
	struct fixture *f = *state;
	struct statistics_state t;
	uint64_t sum = 0;
	size_t i;

	dial(f, 100);
	t = state_of(f, S(SYN_SENT));
	for (i = 0; i <= STATISTICS_BOUNDS; i++)
		sum += t.buckets[i];
	assert_int_equal(sum, 100);
	assert_int_equal(t.buckets[0] + t.buckets[1] + t.buckets[2], 0);
	assert_int_equal(t.buckets[3], 1);	/* a bound belongs to what is below: 1 ms */
	assert_int_equal(t.buckets[4], 1);	/* 2 ms */
	assert_int_equal(t.buckets[5], 3);	/* up to 5 ms */
	assert_int_equal(t.buckets[9], 50);	/* 51 to 100 ms */
}

static void test_matrix(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();
	struct statistics s;

	move(f, &ep, 1 * MS, S(CLOSED), S(SYN_SENT), 0);
	move(f, &ep, 2 * MS, S(SYN_SENT), S(ESTABLISHED), 0);
	move(f, &ep, 5 * MS, S(ESTABLISHED), S(FIN_WAIT_1), 0);
	move(f, &ep, 6 * MS, S(FIN_WAIT_1), S(FIN_WAIT_2), 0);
	move(f, &ep, 7 * MS, S(FIN_WAIT_2), S(TIME_WAIT), WAVEHAND_EV_HIDDEN);
	/* Its socket, not it. */
	tell(f, &ep, (struct wavehand_event){
		.time = 8 * MS, .kind = WAVEHAND_TRANSITION, .old_state = S(FIN_WAIT_2),
		.new_state = S(CLOSED), .flags = WAVEHAND_EV_RAW,
		.provenance = WAVEHAND_OBSERVED });
	move(f, &ep, 9 * MS, S(TIME_WAIT), S(TIME_WAIT), WAVEHAND_EV_HIDDEN);
	move(f, &ep, 10 * MS, S(TIME_WAIT), S(TIME_WAIT), WAVEHAND_EV_HIDDEN);
	move(f, &ep, 12 * MS, S(TIME_WAIT), S(CLOSED), WAVEHAND_EV_HIDDEN);
	ep.id = 9;
	move(f, &ep, 1 * MS, S(CLOSED), S(SYN_SENT), 0);

	make(f, &s, BY_PEER);
	assert_int_equal(s.endpoints, 2);
	assert_int_equal(s.transitions, 9);
	assert_int_equal(s.edges[S(CLOSED)][S(SYN_SENT)].count, 2);
	assert_int_equal(s.edges[S(ESTABLISHED)][S(FIN_WAIT_1)].count, 1);
	assert_int_equal(s.edges[S(FIN_WAIT_2)][S(CLOSED)].count, 0);
	assert_int_equal(s.edges[S(TIME_WAIT)][S(TIME_WAIT)].count, 2);
	assert_int_equal(s.edges[S(TIME_WAIT)][S(CLOSED)].count, 1);
	assert_int_equal(s.edges[S(TIME_WAIT)][S(CLOSED)].inferred, 0);
	assert_int_equal(s.again + s.late + s.beyond + s.perhaps, 0);
	statistics_free(&s);
	/* It starts anew, and goes on. */
	assert_int_equal(state_of(f, S(TIME_WAIT)).max, 5 * MS);
	assert_int_equal(state_of(f, S(SYN_SENT)).open, 1);
	assert_int_equal(state_of(f, S(SYN_SENT)).longest, 11 * MS);
	assert_int_equal(state_of(f, S(CLOSED)).ended, 0);
}

static void test_impossible(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();
	struct wavehand_event event = { .serial = 1, .kind = WAVEHAND_TRANSITION };
	struct statistics s;

	move(f, &ep, 1 * MS, S(CLOSED), S(SYN_SENT), 0);
	move(f, &ep, 2 * MS, S(SYN_SENT), S(CLOSED), 0);
	move(f, &ep, 3 * MS, S(CLOSED), S(SYN_SENT), 0);
	move(f, &ep, 3 * MS, 200, 250, 0);
	event.endpoint = ep;
	assert_int_equal(history_add(&f->h, &event), 0);
	make(f, &s, BY_PEER);
	assert_int_equal(s.again, 1);
	assert_int_equal(s.late, 1);
	assert_int_equal(s.edges[0][0].count, 1);
	assert_int_equal(s.transitions, 3);
	statistics_free(&s);
}

static void test_gone(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();
	struct statistics s;

	move(f, &ep, 1 * MS, S(CLOSED), S(SYN_SENT), 0);
	tell(f, &ep, (struct wavehand_event){
		.time = 8 * MS, .kind = WAVEHAND_GONE, .old_state = S(SYN_SENT),
		.new_state = S(CLOSED), .provenance = WAVEHAND_INFERRED });
	make(f, &s, BY_PEER);
	assert_int_equal(s.edges[S(SYN_SENT)][STATISTICS_GONE].count, 1);
	assert_int_equal(s.edges[S(SYN_SENT)][STATISTICS_GONE].inferred, 1);
	statistics_free(&s);
	/* When it went nobody saw. */
	assert_int_equal(state_of(f, S(SYN_SENT)).ended, 0);
	assert_int_equal(state_of(f, S(SYN_SENT)).unseen, 1);
	assert_int_equal(state_of(f, S(SYN_SENT)).open, 0);
}

static void test_joined(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();

	ep.joined = S(ESTABLISHED);
	move(f, &ep, 1 * MS, S(ESTABLISHED), S(FIN_WAIT_1), 0);
	move(f, &ep, 3 * MS, S(FIN_WAIT_1), S(FIN_WAIT_2), 0);
	assert_int_equal(state_of(f, S(ESTABLISHED)).unseen, 1);
	assert_int_equal(state_of(f, S(ESTABLISHED)).ended, 0);
	assert_int_equal(state_of(f, S(FIN_WAIT_1)).max, 2 * MS);
}

static void test_gap(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();
	struct statistics s;

	move(f, &ep, 1 * MS, S(CLOSED), S(SYN_SENT), 0);
	notice(f, &ep, WAVEHAND_GAP, 3);
	f->serial += 3;
	move(f, &ep, 9 * MS, S(FIN_WAIT_1), S(FIN_WAIT_2), 0);
	notice(f, &ep, WAVEHAND_GAP, 1);
	f->serial++;
	/* What was missing here was no transition. */
	move(f, &ep, 10 * MS, S(FIN_WAIT_2), S(TIME_WAIT), WAVEHAND_EV_HIDDEN);
	make(f, &s, BY_PEER);
	assert_int_equal(s.dropped, 4);
	statistics_free(&s);
	assert_int_equal(state_of(f, S(SYN_SENT)).unseen, 1);
	assert_int_equal(state_of(f, S(ESTABLISHED)).unseen, 0);
	assert_int_equal(state_of(f, S(FIN_WAIT_1)).unseen, 1);
	assert_int_equal(state_of(f, S(FIN_WAIT_2)).max, 1 * MS);
	assert_int_equal(state_of(f, S(FIN_WAIT_2)).unseen, 0);
}

static void test_lost(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();

	move(f, &ep, 1 * MS, S(CLOSED), S(SYN_SENT), 0);
	notice(f, NULL, WAVEHAND_LOST, 5);
	f->serial += 5;
	ep.id = 9;
	move(f, &ep, 2 * MS, S(CLOSED), S(SYN_SENT), 0);
	assert_int_equal(state_of(f, S(SYN_SENT)).open, 2);
	assert_int_equal(state_of(f, S(SYN_SENT)).old, 1);
}

/* The socket that the third segment makes, with and without its request before it. */
static void test_request(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_server();

	move(f, &ep, 1 * MS, S(LISTEN), S(SYN_RECEIVED), WAVEHAND_EV_HIDDEN);
	move(f, &ep, 2 * MS, S(LISTEN), S(SYN_RECEIVED), WAVEHAND_EV_RAW);
	move(f, &ep, 3 * MS, S(SYN_RECEIVED), S(ESTABLISHED), 0);
	assert_int_equal(state_of(f, S(SYN_RECEIVED)).max, 2 * MS);
	ep.id = 9;
	move(f, &ep, 2 * MS, S(LISTEN), S(SYN_RECEIVED), 0);
	move(f, &ep, 3 * MS, S(SYN_RECEIVED), S(ESTABLISHED), 0);
	assert_int_equal(state_of(f, S(SYN_RECEIVED)).ended, 1);
	assert_int_equal(state_of(f, S(SYN_RECEIVED)).unseen, 1);
	ep.id = 10;
	ep.flags = WAVEHAND_EP_FAST_OPEN;
	move(f, &ep, 2 * MS, S(LISTEN), S(SYN_RECEIVED), 0);
	move(f, &ep, 6 * MS, S(SYN_RECEIVED), S(ESTABLISHED), 0);
	assert_int_equal(state_of(f, S(SYN_RECEIVED)).max, 4 * MS);
	/* Nobody of them ever was in LISTEN. */
	assert_int_equal(state_of(f, S(LISTEN)).unseen + state_of(f, S(LISTEN)).ended, 0);
}

/* Where nobody watches minisockets a socket just closes. */
static void test_beyond(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();
	struct statistics s;

	ep.cause = WAVEHAND_CAUSE_CLOSED;
	move(f, &ep, 1 * MS, S(FIN_WAIT_1), S(FIN_WAIT_2), 0);
	move(f, &ep, 4 * MS, S(FIN_WAIT_2), S(CLOSED), 0);
	make(f, &s, BY_PEER);
	assert_int_equal(s.beyond, 1);
	assert_int_equal(s.edges[S(FIN_WAIT_2)][S(CLOSED)].count, 1);
	statistics_free(&s);
	assert_int_equal(state_of(f, S(FIN_WAIT_2)).max, 3 * MS);
	assert_int_equal(state_of(f, S(TIME_WAIT)).unseen, 1);
}

static void test_segments(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();
	struct statistics_group g;
	struct statistics s;

	move(f, &ep, 1 * MS, S(CLOSED), S(SYN_SENT), 0);
	segment(f, &ep, WAVEHAND_SYN, true, 0);
	segment(f, &ep, WAVEHAND_SYN, true, 1);
	segment(f, &ep, WAVEHAND_SYN, true, 5);	/* three are missing */
	segment(f, &ep, WAVEHAND_FIN | WAVEHAND_ACK, false, 1);
	segment(f, &ep, WAVEHAND_FIN | WAVEHAND_ACK, false, 1);
	segment(f, &ep, WAVEHAND_RST, false, 0);
	ep.state = S(CLOSED);
	ep.cause = WAVEHAND_CAUSE_RESET;
	move(f, &ep, 2 * MS, S(SYN_SENT), S(CLOSED), 0);
	make(f, &s, BY_LISTENER);
	statistics_group(&s, 0, &g);
	statistics_free(&s);
	assert_int_equal(g.key.kind, KIND_NONE);
	assert_int_equal(g.again[AGAIN_SYN][SENT], 5);
	assert_int_equal(g.again[AGAIN_SYN][RECEIVED], 0);
	assert_int_equal(g.again[AGAIN_FIN][RECEIVED], 2);
	assert_int_equal(g.resets[RECEIVED], 1);
	assert_int_equal(g.resets[SENT], 0);
	assert_int_equal(g.causes[WAVEHAND_CAUSE_RESET], 1);
}

/* Their names, in order, with a space between them. */
static char *names(struct fixture *f, enum statistics_by by)
{
	static char text[8 * STATISTICS_NAME];
	struct statistics_group g;
	struct statistics s;
	char *p = text;
	size_t i;

	make(f, &s, by);
	for (i = 0; i < s.count; i++) {
		statistics_group(&s, i, &g);
		if (i)
			*p++ = ' ';
		p = put_group(p, &g.key, by, false);
		*p++ = '=';
		*p++ = (char)('0' + g.endpoints);
		if (g.pid)
			*p++ = '!';
	}
	*p = '\0';
	statistics_free(&s);
	return text;
}

static void test_listeners(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = {
		.id = 1, .family = 6, .role = WAVEHAND_ROLE_LISTENER, .local_port = 80,
		.known = WAVEHAND_KNOWN_LOCAL,
	};
	struct wavehand_endpoint child = fixture_server();

	/* One of IPv6 for both families, and a child in another network namespace. */
	move(f, &ep, 1 * MS, S(CLOSED), S(LISTEN), 0);
	child.id = 2;
	move(f, &child, 2 * MS, S(LISTEN), S(SYN_RECEIVED), WAVEHAND_EV_HIDDEN);
	child.id = 3;
	child.netns_ino = 7;
	move(f, &child, 2 * MS, S(LISTEN), S(SYN_RECEIVED), WAVEHAND_EV_HIDDEN);
	assert_string_equal(names(f, BY_LISTENER), "[::]:80=2 10.0.0.1:80=1");
	/* The nearer one takes it. */
	ep.id = 4;
	ep.family = 4;
	move(f, &ep, 3 * MS, S(CLOSED), S(LISTEN), 0);
	assert_string_equal(names(f, BY_LISTENER), "0.0.0.0:80=2 10.0.0.1:80=1 [::]:80=1");
	ep.id = 5;
	memcpy(ep.local_addr, child.local_addr, 16);
	move(f, &ep, 3 * MS, S(CLOSED), S(LISTEN), 0);
	assert_string_equal(names(f, BY_LISTENER),
			    "10.0.0.1:80=2 0.0.0.0:80=1 10.0.0.1:80=1 [::]:80=1");
	child.id = 6;
	child.role = WAVEHAND_ROLE_UNKNOWN;
	child.family = 9;
	move(f, &child, 4 * MS, S(ESTABLISHED), S(CLOSE_WAIT), 0);
	assert_string_equal(names(f, BY_LISTENER),
			    "10.0.0.1:80=2 0.0.0.0:80=1 10.0.0.1:80=1 [::]:80=1 unknown=1");
	assert_string_equal(names(f, BY_PEER), "none=3 10.0.0.2=2 unknown=1");
}

static void test_owners(void **state)
{
	struct fixture *f = *state;
	struct wavehand_endpoint ep = fixture_client();
	unsigned int i;
	static const char *const comms[] = { "curl", "curl", "nginx", "nginx", "?", NULL, "\n\\", "" };

	for (i = 0; i < sizeof(comms) / sizeof(comms[0]); i++) {
		ep.id = i + 1;
		memset(ep.owner_comm, 0, sizeof(ep.owner_comm));
		ep.known &= (uint16_t)~WAVEHAND_KNOWN_OWNER;
		if (comms[i]) {
			ep.known |= WAVEHAND_KNOWN_OWNER;
			strcpy(ep.owner_comm, comms[i]);
			/* What is behind a name does not make it another one. */
			if (i < 2)
				ep.owner_comm[10] = (char)('a' + i);
		}
		ep.owner_pid = !comms[i] ? 0 : i < 2 ? i + 1 : 9;
		move(f, &ep, 1 * MS, S(CLOSED), S(SYN_SENT), 0);
	}
	assert_string_equal(names(f, BY_OWNER), "curl=2 nginx=2! \\x00=1! \\x0a\\x5c=1! \\x3f=1! ?=1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test_setup_teardown(test_longest_sum, start, stop),
		cmocka_unit_test_setup_teardown(test_buckets, start, stop),
		cmocka_unit_test_setup_teardown(test_matrix, start, stop),
		cmocka_unit_test_setup_teardown(test_impossible, start, stop),
		cmocka_unit_test_setup_teardown(test_gone, start, stop),
		cmocka_unit_test_setup_teardown(test_joined, start, stop),
		cmocka_unit_test_setup_teardown(test_gap, start, stop),
		cmocka_unit_test_setup_teardown(test_lost, start, stop),
		cmocka_unit_test_setup_teardown(test_request, start, stop),
		cmocka_unit_test_setup_teardown(test_beyond, start, stop),
		cmocka_unit_test_setup_teardown(test_segments, start, stop),
		cmocka_unit_test_setup_teardown(test_listeners, start, stop),
		cmocka_unit_test_setup_teardown(test_owners, start, stop),
	};

	return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
