// SPDX-License-Identifier: GPL-2.0
/*
 * Histories held against the state machine. A story is a few lines, an event each:
 *
 *	"SYN-SENT ESTABLISHED"	a transition; behind "*" hidden, behind "#" raw
 *	">SYN" "<SYN,ACK"	a segment, sent or received
 *	"gone LAST-ACK" "accepted" "full" "gap" "lost"
 */
#include <stdio.h>

#include "fixture.h"
#include "audit.h"
#include "names.h"
#include "rfc9293.h"

#define LINES 24

/**
 * struct told - what audit_history() told
 * @count: findings
 * @first: the first of them
 */
struct told {
	unsigned int count;
	struct audit_finding first;
};

static unsigned int state_of(const char *word, size_t n)
{
	unsigned int i;

	for (i = 1; i < WAVEHAND_STATES; i++)
		if (strlen(name_state(i)) == n && !strncmp(name_state(i), word, n))
			return i;
	fail_msg("\"%s\" is no state", word);
	return 0;
}

static uint8_t flags_of(const char *text)
{
	static const char *const names[] = { "FIN", "SYN", "RST", "PSH", "ACK" };
	uint8_t flags = 0;
	int i;

	for (i = 0; i < 5; i++)
		if (strstr(text, names[i]))
			flags |= (uint8_t)(1 << i);
	return flags;
}

static void set_transition(struct wavehand_event *e, const char *line)
{
	const char *space = strchr(line, ' ');

	assert_non_null(space);
	e->kind = WAVEHAND_TRANSITION;
	e->old_state = (uint8_t)state_of(line, (size_t)(space - line));
	e->new_state = (uint8_t)state_of(space + 1, strlen(space + 1));
}

static void set_event(struct wavehand_event *e, const char *line)
{
	e->provenance = WAVEHAND_OBSERVED;
	if (*line == '>' || *line == '<') {
		e->kind = WAVEHAND_SEGMENT;
		e->flags = *line == '>' ? WAVEHAND_EV_SENT : 0;
		e->tcp_flags = flags_of(line + 1);
	} else if (!strncmp(line, "gone ", 5)) {
		e->kind = WAVEHAND_GONE;
		e->old_state = (uint8_t)state_of(line + 5, strlen(line + 5));
	} else if (!strcmp(line, "accepted")) {
		e->kind = WAVEHAND_ACCEPTED;
	} else if (!strcmp(line, "full")) {
		e->kind = WAVEHAND_QUEUE_FULL;
	} else if (!strcmp(line, "gap")) {
		e->kind = WAVEHAND_GAP;
		e->count = 3;
	} else if (!strcmp(line, "lost")) {
		e->kind = WAVEHAND_LOST;
		e->count = 3;
	} else if (*line == '*' || *line == '#') {
		set_transition(e, line + 1);
		e->flags = *line == '*' ? WAVEHAND_EV_HIDDEN : WAVEHAND_EV_RAW;
	} else {
		set_transition(e, line);
	}
}

static void remember(void *context, const struct history *h,
		     const struct audit_finding *finding)
{
	struct told *told = context;

	assert_true(finding->index < h->count);
	if (!told->count++)
		told->first = *finding;
}

static struct told hold(struct wavehand_endpoint ep, const char *const *lines,
			const uint64_t *times, bool whole, struct audit *audit)
{
	struct histories h = { .with_events = true };
	struct told told = { 0 };
	uint64_t serial = 0;
	size_t i;

	memset(audit, 0, sizeof(*audit));
	for (i = 0; lines[i]; i++) {
		struct wavehand_event e = { 0 };

		set_event(&e, lines[i]);
		if (e.kind < WAVEHAND_GAP)
			serial++;
		e.serial = serial;
		if (e.kind < WAVEHAND_GAP)
			e.time = times ? times[i] : (i + 1) * MS;
		if (e.kind != WAVEHAND_LOST)
			e.endpoint = ep;
		assert_int_equal(history_add(&h, &e), 0);
	}
	history_sort(&h);
	assert_int_equal(h.count, 1);
	audit_history(audit, &h, h.all[0], whole, remember, &told);
	assert_int_equal(told.count, audit->impossible);
	history_free(&h);
	return told;
}

/* Lives as wavehand.h and the kernel's sources tell them. */
static const struct {
	uint8_t role;
	uint8_t joined;
	uint8_t flags;
	const char *lines[LINES];
} lives[] = {
	{ WAVEHAND_ROLE_PASSIVE, 0, 0, {	/* two sockets of one request: the first one lost */
		"<SYN", "*LISTEN SYN-RECEIVED", ">SYN,ACK", "<ACK", "#LISTEN SYN-RECEIVED",
		"#SYN-RECEIVED CLOSED", "#LISTEN SYN-RECEIVED", "SYN-RECEIVED ESTABLISHED" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, 0, {	/* the second one, which came late */
		"<SYN", "*LISTEN SYN-RECEIVED", ">SYN,ACK", "<ACK", "#LISTEN SYN-RECEIVED",
		"SYN-RECEIVED ESTABLISHED", "#LISTEN SYN-RECEIVED", "#SYN-RECEIVED CLOSED" } },
	{ WAVEHAND_ROLE_ACTIVE, 0, 0, {		/* a client */
		"CLOSED SYN-SENT", ">SYN", "<SYN,ACK", "SYN-SENT ESTABLISHED", ">ACK",
		"ESTABLISHED FIN-WAIT-1", ">FIN,ACK", "<ACK", "FIN-WAIT-1 FIN-WAIT-2",
		"<FIN,ACK", "*FIN-WAIT-2 TIME-WAIT", "#FIN-WAIT-2 CLOSED", ">ACK",
		"<FIN,ACK", "*TIME-WAIT TIME-WAIT", ">ACK", "*TIME-WAIT CLOSED", "<RST" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, 0, {	/* its server */
		"<SYN", "*LISTEN SYN-RECEIVED", ">SYN,ACK", ">SYN,ACK", "<ACK",
		"#LISTEN SYN-RECEIVED", "SYN-RECEIVED ESTABLISHED", "accepted", "<FIN,ACK",
		"ESTABLISHED CLOSE-WAIT", ">ACK", "CLOSE-WAIT LAST-ACK", ">FIN,ACK",
		">FIN,ACK", "<ACK", "LAST-ACK CLOSED" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, 0, {	/* with all but the tracepoint turned off */
		"LISTEN SYN-RECEIVED", "SYN-RECEIVED ESTABLISHED", "ESTABLISHED FIN-WAIT-1",
		"FIN-WAIT-1 FIN-WAIT-2", "FIN-WAIT-2 CLOSED" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, WAVEHAND_EP_COOKIE, {
		"<SYN", ">SYN,ACK", "<ACK", "LISTEN SYN-RECEIVED", "SYN-RECEIVED ESTABLISHED" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, WAVEHAND_EP_REQUEST, {
		"<SYN", "*LISTEN SYN-RECEIVED", ">SYN,ACK", "full", "*SYN-RECEIVED CLOSED",
		"<ACK", ">RST" } },
	{ WAVEHAND_ROLE_UNKNOWN, 0, WAVEHAND_EP_REQUEST, { "<SYN", ">RST,ACK" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, 0, {	/* reset while it waited to be accepted */
		"*LISTEN SYN-RECEIVED", "#LISTEN SYN-RECEIVED", "SYN-RECEIVED ESTABLISHED",
		"<RST", "ESTABLISHED CLOSED", "accepted", "<ACK", ">RST" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, 0, {	/* its request's timer on another processor */
		"*LISTEN SYN-RECEIVED", ">SYN,ACK", "<ACK", "#LISTEN SYN-RECEIVED",
		"SYN-RECEIVED ESTABLISHED", ">SYN,ACK" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, WAVEHAND_EP_FAST_OPEN, {	/* SYN, data and FIN in one */
		"<FIN,SYN", "*LISTEN SYN-RECEIVED", "#LISTEN SYN-RECEIVED",
		"SYN-RECEIVED CLOSE-WAIT", ">SYN,ACK", "accepted", "CLOSE-WAIT LAST-ACK",
		">FIN,ACK", ">SYN,ACK" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, 0, {	/* the listener closed just then */
		"CLOSED SYN-RECEIVED", "SYN-RECEIVED CLOSED" } },
	{ WAVEHAND_ROLE_LISTENER, 0, 0, { "CLOSED LISTEN", "LISTEN CLOSED" } },
	{ WAVEHAND_ROLE_ACTIVE, 0, 0, {		/* simultaneous open and close */
		"CLOSED SYN-SENT", ">SYN", "<SYN", "SYN-SENT SYN-RECEIVED", ">SYN,ACK",
		"<ACK", "SYN-RECEIVED ESTABLISHED", "ESTABLISHED FIN-WAIT-1", ">FIN,ACK",
		"<FIN,ACK", "FIN-WAIT-1 CLOSING", ">FIN,ACK", "<ACK", "*CLOSING TIME-WAIT",
		"#CLOSING CLOSED", "*TIME-WAIT CLOSED" } },
	{ WAVEHAND_ROLE_ACTIVE, 0, 0, {		/* shutdown(2), then close(2) */
		"CLOSED SYN-SENT", "SYN-SENT ESTABLISHED", "ESTABLISHED FIN-WAIT-1",
		"FIN-WAIT-1 FIN-WAIT-1", "FIN-WAIT-1 FIN-WAIT-2", "FIN-WAIT-2 FIN-WAIT-2",
		"#FIN-WAIT-2 CLOSED", "*FIN-WAIT-2 TIME-WAIT",
		"*TIME-WAIT CLOSED" } },
	{ WAVEHAND_ROLE_ACTIVE, 0, 0, {		/* the minisocket is faster than its socket's end */
		"CLOSED SYN-SENT", "SYN-SENT ESTABLISHED", "ESTABLISHED FIN-WAIT-1",
		"FIN-WAIT-1 FIN-WAIT-2", "*FIN-WAIT-2 TIME-WAIT",
		"*TIME-WAIT CLOSED", "#FIN-WAIT-2 CLOSED" } },
	{ WAVEHAND_ROLE_ACTIVE, 0, 0, {		/* no minisocket to be had */
		"CLOSED SYN-SENT", "SYN-SENT ESTABLISHED", "ESTABLISHED FIN-WAIT-1",
		"FIN-WAIT-1 CLOSING", "*CLOSING CLOSED" } },
	{ WAVEHAND_ROLE_ACTIVE, 0, 0, {
		"CLOSED SYN-SENT", "SYN-SENT ESTABLISHED", "ESTABLISHED FIN-WAIT-1",
		"*FIN-WAIT-1 CLOSED" } },
	{ WAVEHAND_ROLE_UNKNOWN, WAVEHAND_ESTABLISHED, 0, {
		"ESTABLISHED CLOSE-WAIT", "CLOSE-WAIT LAST-ACK", ">FIN,ACK", "gone LAST-ACK" } },
	{ WAVEHAND_ROLE_UNKNOWN, WAVEHAND_TIME_WAIT, 0, {	/* joined between the two */
		"*TIME-WAIT TIME-WAIT", "#FIN-WAIT-2 CLOSED" } },
	{ WAVEHAND_ROLE_ACTIVE, 0, 0, {
		"CLOSED SYN-SENT", "gap", ">FIN,ACK", "FIN-WAIT-1 FIN-WAIT-2" } },
	{ WAVEHAND_ROLE_ACTIVE, 0, 0, {
		"CLOSED SYN-SENT", "lost", ">FIN,ACK", "FIN-WAIT-1 FIN-WAIT-2" } },
	{ WAVEHAND_ROLE_ACTIVE, 0, 0, {
		"CLOSED SYN-SENT", "gap", "*TIME-WAIT TIME-WAIT", "#FIN-WAIT-2 CLOSED" } },
	{ WAVEHAND_ROLE_UNKNOWN, WAVEHAND_FIN_WAIT_1, 0, {
		"*FIN-WAIT-1 TIME-WAIT", "#FIN-WAIT-1 CLOSED", "*TIME-WAIT CLOSED" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, 0, {	/* closed at once, and its request's timer is late */
		"LISTEN SYN-RECEIVED", "accepted", "SYN-RECEIVED FIN-WAIT-1", ">SYN,ACK" } },
	{ WAVEHAND_ROLE_PASSIVE, 0, 0, { "lost", "SYN-RECEIVED ESTABLISHED" } },
};

static void possible(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
		struct wavehand_endpoint ep = fixture_client();
		struct audit audit;
		struct told told;

		ep.role = lives[i].role;
		ep.joined = lives[i].joined;
		ep.flags = lives[i].flags;
		told = hold(ep, lives[i].lines, NULL, true, &audit);
		if (told.count)
			fail_msg("life %zu, \"%s\": %s", i,
				 lives[i].lines[told.first.index], told.first.rule);
	}
}

#define OPEN "CLOSED SYN-SENT", "SYN-SENT ESTABLISHED"
#define WAIT OPEN, "ESTABLISHED FIN-WAIT-1", "FIN-WAIT-1 FIN-WAIT-2"

/* The last line is the impossible one. */
static const struct {
	uint8_t role;
	uint8_t joined;
	const char *rule;
	const char *lines[LINES];
} faults[] = {
	{ 1, 0, "neither the RFC nor Linux", { "CLOSED ESTABLISHED" } },
	{ 1, 0, "neither the RFC nor Linux", { OPEN, "ESTABLISHED LAST-ACK" } },
	{ 1, 0, "neither the RFC nor Linux", { OPEN, "ESTABLISHED ESTABLISHED" } },
	{ 1, 0, "does not tell", { WAIT, "FIN-WAIT-2 TIME-WAIT" } },
	{ 1, 0, "hidden edges", { OPEN, "*ESTABLISHED CLOSE-WAIT" } },
	{ 1, 0, "it is in ESTABLISHED", { OPEN, "CLOSE-WAIT LAST-ACK" } },
	{ 0, WAVEHAND_LISTEN, "it is in LISTEN", { "ESTABLISHED CLOSE-WAIT" } },
	{ 1, 0, "a life begins", { "ESTABLISHED CLOSE-WAIT" } },
	{ 3, 0, "a life begins", { "LISTEN CLOSED" } },
	{ 1, 0, "nothing follows but", { OPEN, "ESTABLISHED CLOSED", "ESTABLISHED CLOSE-WAIT" } },
	{ 1, 0, "another endpoint", { OPEN, "ESTABLISHED CLOSED", "CLOSED SYN-SENT" } },
	{ 1, 0, "hidden edges", { WAIT, "*FIN-WAIT-2 FIN-WAIT-2" } },
	{ 1, 0, "no minisocket", { OPEN, "ESTABLISHED FIN-WAIT-1", "FIN-WAIT-1 CLOSING",
				   "#CLOSING CLOSED" } },
	{ 2, 0, "no socket was made", { "*LISTEN SYN-RECEIVED", "*SYN-RECEIVED CLOSED",
					"#SYN-RECEIVED CLOSED" } },
	{ 2, 0, "no socket was made", { "*LISTEN SYN-RECEIVED", "#LISTEN SYN-RECEIVED",
					"#SYN-RECEIVED CLOSED", "#SYN-RECEIVED CLOSED" } },
	{ 1, 0, "ended already", { WAIT, "*FIN-WAIT-2 TIME-WAIT", "#FIN-WAIT-2 CLOSED",
				   "#FIN-WAIT-2 CLOSED" } },
	{ 1, 0, "ended already", { WAIT, "#FIN-WAIT-2 CLOSED", "#FIN-WAIT-2 CLOSED" } },
	{ 1, 0, "handed over", { WAIT, "#FIN-WAIT-2 CLOSED", "FIN-WAIT-2 CLOSED" } },
	{ 1, 0, "was made in FIN-WAIT-2", { WAIT, "*FIN-WAIT-2 TIME-WAIT", "#CLOSING CLOSED" } },
	{ 1, 0, "raw edge", { OPEN, "#ESTABLISHED CLOSE-WAIT" } },
	{ 2, 0, "made in SYN-RECEIVED", { "<SYN", "#LISTEN SYN-RECEIVED" } },
	{ 2, 0, "made in SYN-RECEIVED", { "*LISTEN SYN-RECEIVED", "*SYN-RECEIVED CLOSED",
					  "#LISTEN SYN-RECEIVED" } },
	{ 1, 0, "it is in FIN-WAIT-2", { "CLOSED SYN-SENT", "lost", "FIN-WAIT-1 FIN-WAIT-2",
					 "ESTABLISHED CLOSE-WAIT" } },
	{ 1, 0, "a SYN is sent", { OPEN, ">SYN" } },
	{ 1, 0, "a SYN is sent", { OPEN, "ESTABLISHED CLOSED", ">SYN" } },
	{ 1, 0, "SYN and ACK", { "CLOSED SYN-SENT", ">SYN,ACK" } },
	{ 2, 0, "SYN and ACK", { "LISTEN SYN-RECEIVED", "SYN-RECEIVED CLOSE-WAIT",
				 "CLOSE-WAIT LAST-ACK", ">SYN,ACK" } },
	{ 1, 0, "a FIN is sent", { OPEN, ">FIN,ACK" } },
	{ 1, 0, "a FIN is sent", { WAIT, ">FIN,ACK" } },
	{ 2, 0, "accepted already", { "LISTEN SYN-RECEIVED", "SYN-RECEIVED ESTABLISHED",
				      "accepted", "accepted" } },
	{ 1, 0, "a listener made", { OPEN, "accepted" } },
	{ 2, 0, "cannot be in FIN-WAIT-1", { "LISTEN SYN-RECEIVED", "SYN-RECEIVED FIN-WAIT-1",
					     "accepted" } },
	{ 1, 0, "over already", { OPEN, "ESTABLISHED CLOSED", "gone CLOSED" } },
	{ 1, 0, "over already", { OPEN, "gone ESTABLISHED", "gone ESTABLISHED" } },
	{ 1, 0, "it is in ESTABLISHED", { OPEN, "gone CLOSE-WAIT" } },
	{ 1, 0, "destroyed", { OPEN, "gone ESTABLISHED", "ESTABLISHED CLOSED" } },
};

static void impossible(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct wavehand_endpoint ep = fixture_client();
		struct audit audit;
		struct told told;
		size_t n = 0, k;

		/* What the reader lost is no event of the history. */
		for (k = 0; faults[i].lines[k]; k++)
			n += strcmp(faults[i].lines[k], "lost") != 0;
		ep.role = faults[i].role;
		ep.joined = faults[i].joined;
		told = hold(ep, faults[i].lines, NULL, true, &audit);
		if (told.count != 1 || told.first.index != n - 1)
			fail_msg("fault %zu: %u findings, the first at event %llu", i, told.count,
				 (unsigned long long)told.first.index);
		if (!strstr(told.first.rule, faults[i].rule))
			fail_msg("fault %zu: \"%s\" does not say \"%s\"", i, told.first.rule,
				 faults[i].rule);
		assert_non_null(told.first.source);
	}
}

/* An impossible event does not make those behind it impossible. */
static void goes_on(void **state)
{
	static const char *const lines[] = {
		OPEN, "ESTABLISHED LAST-ACK", "LAST-ACK CLOSED", NULL
	};
	struct audit audit;

	(void)state;
	assert_int_equal(hold(fixture_client(), lines, NULL, true, &audit).count, 1);
	assert_int_equal(audit.edges, 4);
	assert_int_equal(audit.endpoints, 1);
}

/* A recording without a dump begins anywhere. */
static void begun_anywhere(void **state)
{
	static const char *const lines[] = {
		"#FIN-WAIT-2 CLOSED", ">FIN,ACK", "FIN-WAIT-1 FIN-WAIT-2", NULL
	};
	struct audit audit;

	(void)state;
	assert_int_equal(hold(fixture_client(), lines, NULL, false, &audit).count, 0);
	assert_int_equal(hold(fixture_client(), lines, NULL, true, &audit).count, 2);
}

static void times(void **state)
{
	static const char *const lines[] = { "CLOSED SYN-SENT", ">SYN", "SYN-SENT CLOSED", NULL };
	static const uint64_t race[] = { 5 * MS, 4 * MS, 5 * MS };
	static const uint64_t edges[] = { 5 * MS, 5 * MS, 5 * MS - 1 };
	static const char *const hidden[] = { "*LISTEN SYN-RECEIVED", "#LISTEN SYN-RECEIVED",
					      "SYN-RECEIVED ESTABLISHED", NULL };
	static const uint64_t request[] = { 5 * MS, 4 * MS, 5 * MS };
	static const char *const twins[] = { "*LISTEN SYN-RECEIVED", "#LISTEN SYN-RECEIVED",
					     "SYN-RECEIVED ESTABLISHED",
					     "#LISTEN SYN-RECEIVED", NULL };
	static const uint64_t twin[] = { 1 * MS, 3 * MS, 4 * MS, 2 * MS };
	static const uint64_t far[] = { 5000 * MS, 3999 * MS, 5000 * MS };
	struct audit audit;

	(void)state;
	assert_int_equal(hold(fixture_client(), lines, race, true, &audit).count, 0);
	assert_int_equal(hold(fixture_server(), hidden, request, true, &audit).count, 0);
	assert_int_equal(hold(fixture_server(), twins, twin, true, &audit).count, 0);
	assert_int_equal(hold(fixture_client(), lines, edges, true, &audit).count, 1);
	assert_int_equal(hold(fixture_client(), lines, far, true, &audit).count, 1);
}

static void gaps(void **state)
{
	static const char *const lines[] = { OPEN, "gap", "CLOSE-WAIT LAST-ACK",
					     "ESTABLISHED CLOSED", NULL };
	struct audit audit;

	(void)state;
	assert_int_equal(hold(fixture_client(), lines, NULL, true, &audit).count, 1);
	assert_int_equal(audit.gaps, 1);
}

/* Any states, any flags: no row is there twice, and nothing does harm. */
static void table(void **state)
{
	unsigned int old, new, flags;
	size_t i, k;

	(void)state;
	for (i = 0; i < rfc_edge_count; i++)
		for (k = 0; k < i; k++)
			assert_false(rfc_edges[i].old_state == rfc_edges[k].old_state &&
				     rfc_edges[i].new_state == rfc_edges[k].new_state &&
				     rfc_edges[i].lanes & rfc_edges[k].lanes);
	for (old = 0; old < 256; old++) {
		for (new = 0; new < 256; new++) {
			rfc_edge(old, new, true);
			if (!old || !new || old >= WAVEHAND_STATES || new >= WAVEHAND_STATES)
				assert_null(rfc_edge(old, new, false));
		}
		for (flags = 0; flags < 256; flags++)
			rfc_send(old, flags, flags & 1);
	}
}

/* A recording may say that a life began in a state that there is none of. */
static void hostile(void **state)
{
	static const char *const lines[] = { "accepted", ">SYN", "ESTABLISHED CLOSED", NULL };
	struct wavehand_endpoint ep = fixture_server();
	struct audit audit;
	unsigned int joined;

	(void)state;
	for (joined = WAVEHAND_STATES; joined < 256; joined++) {
		ep.joined = (uint8_t)joined;
		assert_int_equal(hold(ep, lines, NULL, true, &audit).count, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(possible), cmocka_unit_test(impossible),
		cmocka_unit_test(goes_on), cmocka_unit_test(begun_anywhere),
		cmocka_unit_test(times), cmocka_unit_test(gaps), cmocka_unit_test(table),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
