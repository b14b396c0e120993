// SPDX-License-Identifier: GPL-2.0
/* wavehand show: a diagram of each conversation. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "diagram.h"
#include "each.h"
#include "explain.h"
#include "gather.h"
#include "json.h"
#include "language.h"
#include "out.h"
#include "progress.h"
#include "render_json.h"
#include "render_text.h"

/**
 * struct show - what is being done
 * @o: options
 * @filter: a conversation is shown when one of its ends matches
 * @explain: tell what happened and why, too
 * @json: writer, with --json
 * @out: standard output
 */
struct show {
	const struct options *o;
	const struct filter *filter;
	bool explain;
	struct json json;
	struct out out;
};

struct text_note {
	struct show *s;
	const struct diagram *d;
};

static void text_note(void *ctx, const char *note)
{
	const struct text_note *t = ctx;

	render_text_note(&t->s->out, t->d, &t->s->o->term, note);
}

static int show_one(void *ctx, struct diagram *d)
{
	struct show *s = ctx;
	struct text_note t = { .s = s, .d = d };

	if (s->o->json) {
		render_json(&s->json, d, s->explain);
		return 0;
	}
	if (s->explain)
		diagram_letters(d);
	render_text(&s->out, d, &s->o->term, s->o->raw);
	if (s->explain)
		explain(d, s->o->raw, text_note, &t);
	out_char(&s->out, '\n');
	return 0;
}

static int show_all(struct show *s, const struct histories *h)
{
	uint64_t shown;
	int error;

	progress_write(_("drawing"));
	error = each_diagram(h, s->filter, show_one, s, &shown);
	progress_end();
	if (error)
		return trouble("out of memory");
	if (shown && !s->o->json)
		render_text_legend(&s->out, &s->o->term);
	if (out_flush(&s->out))
		return trouble("cannot write: %s", strerror(s->out.error));
	return shown ? FOUND : NOTHING;
}

static int run(struct options *o, int argc, char **argv)
{
	enum { EXPLAIN = OPTION_OWN };
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "explain", no_argument, NULL, EXPLAIN },
		{ 0 }
	};
	struct show s = { .out.fd = STDOUT_FILENO };
	struct histories h = { .with_events = true };
	struct source source;
	int c, status, error;

	while ((c = getopt_long(argc, argv, SHARED_SHORT, long_options, NULL)) != -1) {
		if (c == EXPLAIN)
			s.explain = true;
		else
			options_take(o, c);
	}
	options_done(o);
	s.o = o;
	s.filter = options_filter(argv + optind);
	if (!s.filter || open_source(&source, o, true))
		return TROUBLE;
	if (o->json && json_start(&s.json, &s.out)) {
		source_close(&source);
		return trouble("out of memory");
	}

	error = gather(&source, &h);
	status = show_all(&s, &h);
	gather_tell(&h);
	if (o->json)
		json_end(&s.json);
	history_free(&h);
	source_close(&source);
	return error ? TROUBLE : status;
}

const struct command show_command = {
	.name = "show",
	.run = run,
	.summary = N_("A diagram of each conversation"),
	.arguments = N_("[options] [filter]"),
	.help = N_(
	"Options:\n"
	"      --explain  below each diagram notes that name what happened, and why\n\n"
	"A conversation is shown when one of its ends matches the filter; '#7' is the one\n"
	"of endpoint 7. What the kernel told is drawn plainly, what follows from it dashed\n"
	"or with ~, and what nobody knows is a ?. Sequence numbers in JSON are as on the\n"
	"wire.\n"),
};
