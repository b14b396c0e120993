// SPDX-License-Identifier: GPL-2.0
/* wavehand follow: a line for each event, as it happens. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "event.h"
#include "json.h"
#include "language.h"
#include "names.h"
#include "out.h"
#include "progress.h"
#include "text.h"
#include "whose.h"

/* Longest line of text: well above what the parts of it can add up to. */
#define LINE_SIZE 1024

/**
 * struct follow - what is being done
 * @o: options
 * @filter: which endpoints' events to print
 * @limit: events to print before stopping; 0 for no limit
 * @offset: CLOCK_REALTIME minus CLOCK_MONOTONIC, ns
 * @printed: events printed
 * @lost: events that the reader lost
 * @second: the second whose text is in @clock
 * @from: when the millisecond began that is there, too; ns since the epoch
 * @clock: "HH:MM:SS.mmm"; most events are in the same millisecond as the one before,
 *	and localtime(3) is slow
 * @kept: what the lines tell of endpoints
 * @json: writer, with --json
 * @out: standard output
 */
struct follow {
	const struct options *o;
	const struct filter *filter;
	uint64_t limit;
	int64_t offset;
	uint64_t printed;
	uint64_t lost;
	uint64_t second;
	uint64_t from;
	char clock[16];
	struct whose_kept kept;
	struct json json;
	struct out out;
};

static void set_clock(struct follow *f, uint64_t t)
{
	const uint64_t ms = t / 1000000, second = ms / 1000;

	if (second != f->second || !f->clock[0]) {
		time_t when = (time_t)second;
		struct tm tm = { 0 };

		localtime_r(&when, &tm);
		strftime(f->clock, sizeof(f->clock), "%H:%M:%S.", &tm);
		f->second = second;
	}
	put_three(f->clock + 9, (unsigned int)(ms % 1000));
	f->from = ms * 1000000;
}

static char *put_time(struct follow *f, char *p, uint64_t time)
{
	uint64_t t = time + (uint64_t)f->offset;

	if (t - f->from >= 1000000 || !f->clock[0])
		set_clock(f, t);
	memcpy(p, f->clock, sizeof(f->clock));
	return put_three(p + 12, (unsigned int)(t - f->from) / 1000);
}

static char *put_line(struct follow *f, char *p, const struct wavehand_event *e)
{
	const struct whose *w = whose(&f->kept, &e->endpoint, f->o->term.utf8);

	p = put_time(f, p, e->time);
	p = put_whose_place(p, w);
	p = put_event(p, history_event_of(e), &e->endpoint, f->o->raw, f->o->term.utf8);
	return put_whose_owner(p, w);
}

static char *put_notice(char *p, const struct wavehand_event *e)
{
	const unsigned long long count = e->count;
	char id[TEXT_ID + 1];
	int n;

	*put_id(id, e->endpoint.id) = '\0';
	if (e->kind == WAVEHAND_LIVE && !count)
		n = snprintf(p, LINE_SIZE - 1, "--- %s",
			     _("the histories end here, live events follow"));
	else if (e->kind == WAVEHAND_LIVE)
		n = snprintf(p, LINE_SIZE - 1, _("--- the histories end here, live events follow; %llu endpoints were evicted during the dump"),
			     count);
	else if (e->kind == WAVEHAND_LOST)
		n = snprintf(p, LINE_SIZE - 1, _("--- %llu events were lost by this reader"), count);
	else
		n = snprintf(p, LINE_SIZE - 1, _("--- %llu events were dropped from the history of %s"),
			     count, id);
	return n < 0 ? p : p + (n < LINE_SIZE - 1 ? n : LINE_SIZE - 2);
}

static void print_json(struct follow *f, const struct wavehand_event *e)
{
	json_open(&f->json);
	json_event(&f->json, history_event_of(e));
	if (e->kind != WAVEHAND_LOST && e->kind != WAVEHAND_LIVE)
		json_endpoint(&f->json, &e->endpoint);
	json_close(&f->json);
	json_line(&f->json);
}

static void print_text(struct follow *f, const struct wavehand_event *e)
{
	char *start = out_reserve(&f->out, LINE_SIZE), *p;

	p = e->kind >= WAVEHAND_GAP ? put_notice(start, e) : put_line(f, start, e);
	*p++ = '\n';
	f->out.len += (size_t)(p - start);
}

static bool is_wanted(const struct follow *f, const struct wavehand_event *e)
{
	/* Notices to the reader are about no endpoint. */
	return (e->kind == WAVEHAND_TRANSITION || name_kind(e->kind)) &&
	       (e->kind > WAVEHAND_GAP || filter_match(f->filter, &e->endpoint));
}

/* Return: false once enough was printed. */
static bool print(struct follow *f, const struct wavehand_event *e)
{
	if (!is_wanted(f, e))
		return true;
	if (f->o->json)
		print_json(f, e);
	else
		print_text(f, e);
	if (e->kind < WAVEHAND_GAP)
		f->printed++;
	else if (e->kind == WAVEHAND_LOST)
		f->lost += e->count;
	return !f->limit || f->printed < f->limit;
}

static int follow(struct follow *f, struct source *s)
{
	sigset_t signals;
	const volatile sig_atomic_t *stop = stop_on_signals(&signals);
	const uint64_t all = source_size(s);
	const struct wavehand_event *events;

	source_stop_on(s, stop, &signals);
	f->out.stop = stop;
	if (!s->live)
		progress_write(_("reading"));
	while (!f->out.error) {
		ssize_t count = source_read(s, &events), i;

		if (count < 0) {
			out_flush(&f->out);
			return trouble("%s", s->error);
		}
		for (i = 0; i < count; i++) {
			if (!print(f, &events[i]))
				return FOUND;
		}
		if (!count && (*stop || !s->live))
			break;
		progress_at(s->events, all);
		/* Of a recording, too: it may be a pipe from where it is made just now. */
		out_flush(&f->out);
		if (s->live)
			source_wait(s, stop, &signals, count > 0);
	}
	return f->printed ? FOUND : NOTHING;
}

static int run(struct options *o, int argc, char **argv)
{
	enum { DUMP = OPTION_OWN };
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "count", required_argument, NULL, 'c' },
		{ "dump", no_argument, NULL, DUMP },
		{ 0 }
	};
	struct follow f = { 0 };
	struct source s;
	bool dump = false;
	int c, status;

	while ((c = getopt_long(argc, argv, SHARED_SHORT "c:", long_options, NULL)) != -1) {
		if (c == 'c')
			f.limit = options_count(optarg);
		else if (c == DUMP)
			dump = true;
		else
			options_take(o, c);
	}
	options_done(o);
	f.o = o;
	f.filter = options_filter(argv + optind);
	if (!f.filter || open_source(&s, o, dump))
		return TROUBLE;
	f.offset = s.header.realtime_offset;
	f.out.fd = STDOUT_FILENO;
	if (o->json && json_start(&f.json, &f.out)) {
		source_close(&s);
		return trouble("out of memory");
	}

	status = follow(&f, &s);
	progress_end();
	if (out_flush(&f.out))
		status = trouble("cannot write: %s", strerror(f.out.error));
	if (s.live || f.lost)
		fprintf(stderr, _("%llu events, %llu lost\n"),
			(unsigned long long)f.printed, (unsigned long long)f.lost);
	if (o->json)
		json_end(&f.json);
	source_close(&s);
	return status;
}

const struct command follow_command = {
	.name = "follow",
	.run = run,
	.summary = N_("A line for each event, as it happens"),
	.arguments = N_("[options] [filter]"),
	.help = N_(
	"Options:\n"
	"  -c, --count N      stop after N events\n"
	"      --dump         begin with the histories kept\n"),
};
