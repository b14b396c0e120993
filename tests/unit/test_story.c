// SPDX-License-Identifier: GPL-2.0
/*
 * Stories: tests/unit/stories/NAME.story are events, a line each, as the module would
 * make them; NAME.txt is what "show --explain" makes of them. UPDATE_STORIES=1 writes
 * these anew: look at the difference.
 *
 *	client|server [field=value …]		what is known of the endpoint from here on
 *	TIME c|s OLD NEW [field=value …]	a transition; TIME is in microseconds
 *	TIME c|s >|< FLAGS SEQ [ACK] [field=value …]	a segment, sent or received
 *	TIME c|s accepted|full|gap|gone
 *	now TIME
 */
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>

#include "fixture.h"
#include "conversation.h"
#include "diagram.h"
#include "explain.h"
#include "names.h"
#include "render_text.h"
#include "verdict.h"

struct story {
	struct fixture f;
	struct wavehand_endpoint ep[2];
	struct wavehand_event event;
};

static unsigned int state_of(const char *name)
{
	unsigned int i;

	for (i = 1; i < WAVEHAND_STATES; i++)
		if (!strcmp(name, name_state(i)))
			return i;
	fail_msg("no state: %s", name);
	return 0;
}

static unsigned int cause_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < 64; i++)
		if (!strcmp(name, name_cause(i)))
			return i;
	fail_msg("no cause: %s", name);
	return 0;
}

static unsigned int errno_of(const char *name)
{
	unsigned int i;

	for (i = 1; i < 200; i++)
		if (name_error(i) && !strcmp(name, name_error(i)))
			return i;
	fail_msg("no error: %s", name);
	return 0;
}

static unsigned int tcp_flags_of(char *names)
{
	static const char *const known[] = { "FIN", "SYN", "RST", "PSH", "ACK" };
	unsigned int flags = 0, i;
	char *name, *save;

	for (name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		for (i = 0; i < 5 && strcmp(name, known[i]); i++)
			;
		assert_true(i < 5);
		flags |= 1U << i;
	}
	return flags;
}

static void set_endpoint_flag(struct wavehand_endpoint *ep, const char *name)
{
	static const char *const known[] = { "mptcp", "inherited", "repair", "fast-open",
					     "cookie", "request", "minisocket" };
	unsigned int i;

	for (i = 0; i < 7 && strcmp(name, known[i]); i++)
		;
	assert_true(i < 7);
	ep->flags ^= (uint8_t)(1U << i);
}

static void set_endpoint(struct wavehand_endpoint *ep, const char *field, const char *value)
{
	unsigned long n = strtoul(value, NULL, 10);

	if (!strcmp(field, "flag"))
		set_endpoint_flag(ep, value);
	else if (!strcmp(field, "cause"))
		ep->cause = (uint8_t)cause_of(value);
	else if (!strcmp(field, "state"))
		ep->state = (uint8_t)state_of(value);
	else if (!strcmp(field, "joined"))
		ep->joined = (uint8_t)state_of(value);
	else if (!strcmp(field, "role"))
		ep->role = (uint8_t)n;
	else if (!strcmp(field, "known"))
		ep->known = (uint16_t)n;
	else if (!strcmp(field, "sent"))
		ep->bytes_sent = n;
	else if (!strcmp(field, "received"))
		ep->bytes_received = n;
	else if (!strcmp(field, "id"))
		ep->id = n;
	else if (!strcmp(field, "self")) {
		memcpy(ep->remote_addr, ep->local_addr, sizeof(ep->remote_addr));
		ep->remote_port = ep->local_port;
		ep->irs = ep->iss;
	} else if (!strcmp(field, "recording"))
		ep->id |= n << 56;
	else
		fail_msg("no field of an endpoint: %s", field);
	if (!strcmp(field, "sent") || !strcmp(field, "received"))
		ep->known |= WAVEHAND_KNOWN_BYTES;
}

static void set_event(struct wavehand_event *event, const char *field, const char *value)
{
	unsigned long n = strtoul(value, NULL, 10);

	if (!strcmp(field, "by") && !strcmp(value, "segment")) {
		event->actor = WAVEHAND_ACTOR_SEGMENT;
	} else if (!strcmp(field, "by") && !strcmp(value, "timer")) {
		event->actor = WAVEHAND_ACTOR_TIMER;
	} else if (!strcmp(field, "by")) {
		event->actor = WAVEHAND_ACTOR_PROCESS;
		event->actor_pid = (uint32_t)n;
	} else if (!strcmp(field, "as")) {
		event->flags |= strcmp(value, "raw") ? WAVEHAND_EV_HIDDEN : WAVEHAND_EV_RAW;
	} else if (!strcmp(field, "reason")) {
		event->reason = (uint8_t)cause_of(value);
	} else if (!strcmp(field, "tries")) {
		event->tries = (uint8_t)n;
	} else if (!strcmp(field, "error")) {
		event->error = (uint16_t)errno_of(value);
	} else if (!strcmp(field, "seq")) {
		event->flags |= WAVEHAND_EV_SEQ;
		event->seq = event->endpoint.iss + (uint32_t)n;
	} else if (!strcmp(field, "ack")) {
		event->flags |= WAVEHAND_EV_ACK;
		event->ack = event->endpoint.irs + (uint32_t)n;
	} else if (!strcmp(field, "len")) {
		event->length = (uint32_t)n;
	} else if (!strcmp(field, "again")) {
		event->again = (uint8_t)n;
	} else if (!strcmp(field, "count")) {
		event->count = n;
	} else {
		fail_msg("no field of an event: %s", field);
	}
}

/* "field=value" … to the end of the line. */
static void set_fields(struct story *s, struct wavehand_endpoint *ep, char **save)
{
	char *field, *value;

	while ((field = strtok_r(NULL, " \t", save))) {
		value = strchr(field, '=');
		assert_non_null(value);
		*value++ = '\0';
		if (ep)
			set_endpoint(ep, field, value);
		else
			set_event(&s->event, field, value);
	}
}

/* "> SYN,ACK 0 1": numbers are relative to those of the end that sent it. */
static void read_segment(struct story *s, bool sent, char **save)
{
	struct wavehand_event *event = &s->event;
	const struct wavehand_endpoint *ep = &event->endpoint;

	event->kind = WAVEHAND_SEGMENT;
	event->flags = sent ? WAVEHAND_EV_SENT : 0;
	event->tcp_flags = (uint8_t)tcp_flags_of(strtok_r(NULL, " ", save));
	event->seq = (sent ? ep->iss : ep->irs) +
		     (uint32_t)strtol(strtok_r(NULL, " ", save), NULL, 10);
	if (event->tcp_flags & WAVEHAND_ACK)
		event->ack = (sent ? ep->irs : ep->iss) +
			     (uint32_t)strtol(strtok_r(NULL, " ", save), NULL, 10);
}

static void read_line(struct story *s, char *line)
{
	char *save, *word = strtok_r(line, " \t", &save), *end;
	struct wavehand_event *event = &s->event;
	struct wavehand_endpoint *ep;

	if (!word || *word == '#')
		return;
	if (!strcmp(word, "client") || !strcmp(word, "server")) {
		set_fields(s, &s->ep[*word == 's'], &save);
		return;
	}
	if (!strcmp(word, "now")) {
		s->f.h.now = 5000 * MS + strtoull(strtok_r(NULL, " ", &save), NULL, 10) * 1000;
		return;
	}
	memset(event, 0, sizeof(*event));
	event->serial = ++s->f.serial;
	event->provenance = WAVEHAND_OBSERVED;
	event->time = 5000 * MS + strtoull(word, &end, 10) * 1000;
	if (*end)
		fail_msg("not a time: %s", word);
	word = strtok_r(NULL, " \t", &save);
	ep = &s->ep[*word == 's'];
	event->endpoint = *ep;
	word = strtok_r(NULL, " \t", &save);
	if (!strcmp(word, ">") || !strcmp(word, "<")) {
		read_segment(s, *word == '>', &save);
	} else if (!strcmp(word, "accepted")) {
		event->kind = WAVEHAND_ACCEPTED;
	} else if (!strcmp(word, "full")) {
		event->kind = WAVEHAND_QUEUE_FULL;
	} else if (!strcmp(word, "gone")) {
		event->kind = WAVEHAND_GONE;
	} else if (!strcmp(word, "gap")) {
		event->kind = WAVEHAND_GAP;
		event->serial = --s->f.serial;
		event->time = 0;
	} else {
		event->kind = WAVEHAND_TRANSITION;
		event->old_state = (uint8_t)state_of(word);
		event->new_state = (uint8_t)state_of(strtok_r(NULL, " \t", &save));
	}
	set_fields(s, NULL, &save);
	if (event->kind == WAVEHAND_TRANSITION && !(event->flags & WAVEHAND_EV_RAW))
		ep->state = event->endpoint.state = event->new_state;
	assert_int_equal(history_add(&s->f.h, event), 0);
}

static struct out out = { .fd = -1 };

struct told {
	const struct diagram *d;
	const struct term *term;
};

static void note(void *ctx, const char *text)
{
	const struct told *told = ctx;

	assert_true(strlen(text) < EXPLAIN_TEXT - 1);
	render_text_note(&out, told->d, told->term, text);
}

static void draw(struct story *s, const struct term *term)
{
	struct conversation *list;
	size_t n, i;

	out.len = 0;
	assert_int_equal(conversation_pair(&s->f.h, &list, &n), 0);
	for (i = 0; i < n; i++) {
		struct diagram d;
		struct told told = { &d, term };

		assert_int_equal(diagram_make(&d, &list[i], &s->f.h), 0);
		diagram_letters(&d);
		render_text(&out, &d, term, false);
		explain(&d, false, note, &told);
		diagram_free(&d);
	}
	free(list);
}

/* 80 columns are enough. */
static void check_width(const char *name)
{
	size_t i, column = 0;

	for (i = 0; i < out.len; i++) {
		if (out.buf[i] == '\n')
			column = 0;
		else
			column += (out.buf[i] & 0xc0) != 0x80;
		if (column > 80)
			fail_msg("%s: wider than 80 columns:\n%.*s", name, (int)out.len, out.buf);
	}
}

/* Return: the first line that differs, or NULL; UPDATE_STORIES writes what is. */
static const char *differs(const char *dir, const char *name)
{
	static char expected[OUT_SIZE];
	char path[512];
	size_t n = 0, i, line = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.txt", dir, name);
	if (getenv("UPDATE_STORIES")) {
		file = fopen(path, "w");
		assert_non_null(file);
		fwrite(out.buf, 1, out.len, file);
		fclose(file);
		return NULL;
	}
	file = fopen(path, "r");
	if (file) {
		n = fread(expected, 1, sizeof(expected) - 1, file);
		fclose(file);
	}
	if (n == out.len && !memcmp(expected, out.buf, n))
		return NULL;
	for (i = 0; i < n && i < out.len && expected[i] == out.buf[i]; i++)
		if (out.buf[i] == '\n')
			line = i + 1;
	out.buf[out.len] = '\0';
	return out.buf + line;
}

static void tell(const char *dir, const char *name)
{
	static const struct term utf8 = { .utf8 = true, .width = 80 }, ascii = { .width = 80 };
	struct story s = { .f.h.with_events = true,
			   .ep = { fixture_client(), fixture_server() } };
	char path[512], line[256];
	const char *wrong;
	FILE *file;
	size_t i;

	snprintf(path, sizeof(path), "%s/%s.story", dir, name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		read_line(&s, line);
	}
	fclose(file);
	history_sort(&s.f.h);
	draw(&s, &ascii);
	check_width(name);
	for (i = 0; i < out.len; i++)
		assert_true(!(out.buf[i] & 0x80));
	draw(&s, &utf8);
	check_width(name);
	wrong = differs(dir, name);
	history_free(&s.f.h);
	if (wrong)
		fail_msg("%s.txt differs from here on:\n%.400s", name, wrong);
}

static int is_story(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".story");
}

static char dir[400];

static void one(void **state)
{
	tell(dir, *state);
}

int main(void)
{
	struct dirent **names;
	struct CMUnitTest *tests;
	char here[] = __FILE__;
	int n, i, failed;

	snprintf(dir, sizeof(dir), "%s/stories", dirname(here));
	n = scandir(dir, &names, is_story, alphasort);
	if (n <= 0)
		return 1;
	tests = calloc((size_t)n, sizeof(*tests));
	for (i = 0; i < n; i++) {
		*strrchr(names[i]->d_name, '.') = '\0';
		tests[i] = (struct CMUnitTest){ names[i]->d_name, one, NULL, NULL,
						names[i]->d_name };
	}
	failed = _cmocka_run_group_tests("story", tests, (size_t)n, NULL, NULL);
	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
	free(tests);
	return failed;
}
