// SPDX-License-Identifier: GPL-2.0
/* wavehand record: events into a file, as the device gives them. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "language.h"
#include "output.h"
#include "progress.h"

/**
 * struct record - what is being done
 * @filter: which endpoints' events to keep; notices are kept always
 * @limit: events to keep before stopping; 0 for no limit
 * @dump_only: stop behind WAVEHAND_LIVE
 * @kept: events kept, without notices
 * @lost: events that the reader lost
 * @evicted: endpoints evicted before their turn in the dump came
 * @output: the recording
 */
struct record {
	const struct filter *filter;
	uint64_t limit;
	bool dump_only;
	uint64_t kept;
	uint64_t lost;
	uint64_t evicted;
	struct output output;
};

/* Return: false when nothing behind this event is wanted. */
static bool take(struct record *r, const struct wavehand_event *e)
{
	if (e->kind < WAVEHAND_GAP)
		return ++r->kept != r->limit;
	if (e->kind == WAVEHAND_LOST)
		r->lost += e->count;
	if (e->kind == WAVEHAND_LIVE)
		r->evicted += e->count;
	return !(e->kind == WAVEHAND_LIVE && r->dump_only);
}

static bool is_wanted(const struct record *r, const struct wavehand_event *e)
{
	return e->kind == WAVEHAND_LOST || e->kind == WAVEHAND_LIVE ||
	       filter_match(r->filter, &e->endpoint);
}

/* How many events before a notice. */
static size_t before_notice(const struct wavehand_event *events, size_t count)
{
	size_t i = 0;

	while (i < count && events[i].kind < WAVEHAND_GAP)
		i++;
	return i;
}

/* Return: false once nothing more is wanted. */
static bool keep(struct record *r, const struct wavehand_event *events, size_t count)
{
	bool more = true;
	size_t i;

	if (r->filter->count) {
		for (i = 0; i < count && more; i++) {
			if (!is_wanted(r, &events[i]))
				continue;
			out_mem(&r->output.out, &events[i], sizeof(events[i]));
			more = take(r, &events[i]);
		}
		return more;
	}
	for (i = 0; i < count && more; ) {
		size_t plain = r->limit ? 0 : before_notice(events + i, count - i);

		r->kept += plain;
		i += plain;
		if (i < count)
			more = take(r, &events[i++]);
	}
	out_write(&r->output.out, events, i * sizeof(*events));
	return more;
}

static int record(struct record *r, struct source *s, bool standard)
{
	sigset_t signals;
	const volatile sig_atomic_t *stop = stop_on_signals(&signals);
	const uint64_t all = source_size(s);
	const struct wavehand_event *events;

	source_stop_on(s, stop, &signals);
	r->output.out.stop = stop;
	if (standard)
		progress_write(_("recording"));
	else
		progress_start(_("recording"));
	out_mem(&r->output.out, &s->header, sizeof(s->header));
	out_flush(&r->output.out);
	while (!r->output.out.error) {
		ssize_t count = source_read(s, &events);

		if (count < 0)
			return trouble("%s", s->error);
		if (count && !keep(r, events, (size_t)count))
			break;
		if (!count && (*stop || !s->live))
			break;
		out_flush(&r->output.out);
		progress_at(all ? s->events : r->kept, all);
		if (s->live)
			source_wait(s, stop, &signals, count > 0);
	}
	return r->kept ? FOUND : NOTHING;
}

static int run(struct options *o, int argc, char **argv)
{
	enum { NO_DUMP = OPTION_OWN, DUMP_ONLY };
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "count", required_argument, NULL, 'c' },
		{ "no-dump", no_argument, NULL, NO_DUMP },
		{ "dump-only", no_argument, NULL, DUMP_ONLY },
		{ 0 }
	};
	struct record r = { 0 };
	const char *path;
	struct source s;
	bool dump = true;
	int c, status;

	while ((c = getopt_long(argc, argv, SHARED_SHORT "c:", long_options, NULL)) != -1) {
		if (c == 'c')
			r.limit = options_count(optarg);
		else if (c == NO_DUMP)
			dump = false;
		else if (c == DUMP_ONLY)
			r.dump_only = true;
		else
			options_take(o, c);
	}
	if (r.dump_only && !dump)
		return trouble("--no-dump and --dump-only exclude each other");
	if (!dump && o->recording_count)
		return trouble("--no-dump is for the device: a recording has what it has");
	if (o->json)
		return trouble("a recording is not JSON: try wavehand follow --dump --json");
	if (optind == argc)
		return trouble("where to? wavehand record FILE [filter]");
	path = argv[optind++];
	if (!strcmp(path, "-") && isatty(STDOUT_FILENO))
		return trouble("a recording is no text: redirect standard output, or name a file");
	r.filter = options_filter(argv + optind);
	if (!r.filter || open_source(&s, o, dump))
		return TROUBLE;
	if (output_open(&r.output, path, &s)) {
		source_close(&s);
		return TROUBLE;
	}

	status = record(&r, &s, !strcmp(path, "-"));
	progress_end();
	if (output_close(&r.output, true))
		status = TROUBLE;
	fprintf(stderr, _("%llu events, %llu lost"), (unsigned long long)r.kept,
		(unsigned long long)r.lost);
	if (r.evicted)
		fprintf(stderr, _(", %llu endpoints evicted during the dump"),
			(unsigned long long)r.evicted);
	fputc('\n', stderr);
	source_close(&s);
	return status;
}

const struct command record_command = {
	.name = "record",
	.run = run,
	.summary = N_("Write events to a file that -r reads; ends with ^C"),
	.arguments = N_("[options] FILE [filter]"),
	.table = true,
	.help = N_(
	"FILE is overwritten; - is standard output. It begins with the histories kept.\n\n"
	"Options:\n"
	"  -c, --count N      stop after N events\n"
	"      --no-dump      without the histories kept: only what happens from now on\n"
	"      --dump-only    only the histories kept\n"),
};
