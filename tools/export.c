// SPDX-License-Identifier: GPL-2.0
/* wavehand export: conversations or statistics in a format that others read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "each.h"
#include "gather.h"
#include "json.h"
#include "language.h"
#include "openmetrics.h"
#include "output.h"
#include "progress.h"
#include "render_csv.h"
#include "render_html.h"
#include "render_json.h"
#include "render_mermaid.h"
#include "render_pcapng.h"
#include "render_svg.h"

/**
 * struct export - what is being done
 * @o: options
 * @source: what is read
 * @filter: a conversation is exported when one of its ends matches; an endpoint, when it
 *	does
 * @h: the histories that they are from
 * @explain: tell what happened and why, too
 * @by: how endpoints are grouped
 * @count: how much was exported
 * @output: where to
 */
struct export {
	const struct options *o;
	const struct source *source;
	const struct filter *filter;
	struct histories h;
	bool explain;
	enum statistics_by by;
	uint64_t count;
	struct output output;
};

static int svg_one(void *ctx, struct diagram *d)
{
	return render_svg(ctx, d);
}

/* Twice, the first time to nowhere: a picture says in the beginning how high it is. */
static int write_svg(struct export *e)
{
	static struct out nowhere = { .fd = -1 };
	struct svg measure = { .out = &nowhere, .raw = e->o->raw, .explain = e->explain };
	struct svg svg = { .out = &e->output.out, .raw = e->o->raw, .explain = e->explain };

	if (each_diagram(&e->h, e->filter, svg_one, &measure, &e->count))
		return -1;
	if (!e->count)
		return 0;
	render_svg_start(&svg, measure.y);
	if (each_diagram(&e->h, e->filter, svg_one, &svg, &e->count))
		return -1;
	render_svg_end(&svg);
	return 0;
}

static int html_one(void *ctx, struct diagram *d)
{
	return render_html_add(ctx, d);
}

static int write_html(struct export *e)
{
	struct html *html = calloc(1, sizeof(*html));
	struct statistics s = { 0 };
	int error;

	if (!html)
		return -1;
	html->out = &e->output.out;
	html->raw = e->o->raw;
	html->explain = e->explain;
	error = each_diagram(&e->h, e->filter, html_one, html, &e->count);
	if (!error && e->count) {
		error = statistics_make(&s, &e->h, e->filter, BY_NOTHING);
		if (!error)
			render_html_end(html, e->source, &s);
	}
	statistics_free(&s);
	render_html_free(html);
	free(html);
	return error;
}

static int mermaid_one(void *ctx, struct diagram *d)
{
	struct export *e = ctx;

	return render_mermaid(&e->output.out, d, e->o->raw);
}

static int write_mermaid(struct export *e)
{
	return each_diagram(&e->h, e->filter, mermaid_one, e, &e->count);
}

/* What show --json prints, and like that with a line about several recordings first. */
struct lines {
	const struct export *e;
	struct json json;
};

static int json_one(void *ctx, struct diagram *d)
{
	struct lines *l = ctx;

	if (l->e->count == 1 && l->e->source->merge)
		json_recordings(&l->json, l->e->source->merge);
	render_json(&l->json, d, l->e->explain);
	return 0;
}

static int write_json(struct export *e)
{
	struct lines l = { .e = e };
	int error;

	if (json_start(&l.json, &e->output.out))
		return -1;
	error = each_diagram(&e->h, e->filter, json_one, &l, &e->count);
	json_end(&l.json);
	return error;
}

static int csv_one(void *ctx, struct diagram *d)
{
	struct export *e = ctx;

	if (e->count == 1)
		render_csv_start(&e->output.out);
	render_csv(&e->output.out, d, e->count);
	return 0;
}

static int write_csv(struct export *e)
{
	return each_diagram(&e->h, e->filter, csv_one, e, &e->count);
}

static int pcapng_one(void *ctx, struct diagram *d)
{
	return render_pcapng_add(ctx, d);
}

static int write_pcapng(struct export *e)
{
	struct pcapng p = { 0 };
	int error = each_diagram(&e->h, e->filter, pcapng_one, &p, &e->count);

	if (!error && e->count)
		render_pcapng_write(&p, &e->output.out, &e->source->header, e->source->merge);
	render_pcapng_free(&p);
	return error;
}

static int write_openmetrics(struct export *e)
{
	struct statistics s, owners = { 0 };
	int error = -1;

	if (!statistics_make(&s, &e->h, e->filter, e->by) &&
	    !statistics_make(&owners, &e->h, e->filter, BY_OWNER)) {
		openmetrics_write(&e->output.out, &s, &owners);
		e->count = s.endpoints;
		error = 0;
	}
	statistics_free(&s);
	statistics_free(&owners);
	return error;
}

/* Options that are not for every format. */
enum { TAKES_RAW = 1, TAKES_EXPLAIN = 2, TAKES_BY = 4 };

/**
 * struct format - something to export to
 * @name: what people type
 * @takes: TAKES_*: which options are for it
 * @conversations: it has these, and so their events are kept. Where there is none, nothing
 *	is written; the file is its owner's only, as a recording is
 * @statistics: it has these. Alone they are written of nothing, too, as who reads them
 *	would take older ones for true; and who may read the file the umask decides
 * @write: write all that is wanted, or nothing where there is nothing, and set @count;
 *	returns 0, or -1 when there is no memory
 */
static const struct format {
	const char *name;
	unsigned int takes;
	bool conversations;
	bool statistics;
	int (*write)(struct export *e);
} formats[] = {
	{ "svg", TAKES_RAW | TAKES_EXPLAIN, true, false, write_svg },
	{ "html", TAKES_RAW | TAKES_EXPLAIN, true, true, write_html },
	{ "mermaid", TAKES_RAW, true, false, write_mermaid },
	{ "json", TAKES_EXPLAIN, true, false, write_json },
	{ "csv", 0, true, false, write_csv },
	{ "pcapng", 0, true, false, write_pcapng },
	{ "openmetrics", TAKES_BY, false, true, write_openmetrics },
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

/* Return: the format; NULL after having told which ones there are. */
static const struct format *find_format(const char *name)
{
	char list[128] = "";
	size_t i;

	for (i = 0; i < FORMATS; i++) {
		if (name && !strcmp(name, formats[i].name))
			return &formats[i];
		strcat(strcat(list, i ? ", " : ""), formats[i].name);
	}
	if (name)
		trouble("\"%s\" is not a format: there is %s", name, list);
	else
		trouble("which format? --format F, where F is one of %s", list);
	return NULL;
}

/* Return: 0, or -1 after having told which option is not for this format. */
static int refuse(const struct format *f, unsigned int given)
{
	static const char *const names[] = { "--raw", "--explain", "--by" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (given & ~f->takes & 1U << i) {
			trouble("%s is not for the format %s", names[i], f->name);
			return -1;
		}
	}
	return 0;
}

/* @whole: false: what should be in it was not all read, and a file that is there is better. */
static int export(struct export *e, const struct format *format, const char *path,
		  const struct source *s, bool whole)
{
	int error;

	if (output_replace(&e->output, path, s, format->conversations ? 0600 : 0666))
		return TROUBLE;
	if (strcmp(path, "-"))
		progress_start(_("writing"));
	else
		progress_write(_("writing"));
	error = format->write(e);
	progress_end();
	if (error)
		trouble("out of memory");
	if (output_close(&e->output, !error && whole && (e->count || !format->conversations)) || error)
		return TROUBLE;
	return e->count ? FOUND : NOTHING;
}

static int run(struct options *o, int argc, char **argv)
{
	enum { EXPLAIN = OPTION_OWN, BY };
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "format", required_argument, NULL, 'f' },
		{ "output", required_argument, NULL, 'o' },
		{ "explain", no_argument, NULL, EXPLAIN },
		{ "by", required_argument, NULL, BY },
		{ 0 }
	};
	struct export e = { .o = o };
	const char *name = NULL, *path = "-";
	const struct format *format;
	struct source source;
	unsigned int given = 0;
	int c, status, error;

	while ((c = getopt_long(argc, argv, SHARED_SHORT "f:o:", long_options, NULL)) != -1) {
		if (c == 'f') {
			name = optarg;
		} else if (c == 'o') {
			path = optarg;
		} else if (c == EXPLAIN) {
			e.explain = true;
			given |= TAKES_EXPLAIN;
		} else if (c == BY) {
			e.by = options_by(optarg);
			given |= TAKES_BY;
		} else {
			options_take(o, c);
		}
	}
	options_done(o);
	if (o->json)
		return trouble("--format names the format: --json is for other subcommands");
	if (o->ascii || o->color != TERM_COLOR_AUTO)
		return trouble("%s is for a terminal: a format is the same anywhere",
			       o->ascii ? "--ascii" : "--color");
	format = find_format(name);
	if (!format || refuse(format, given | (o->raw ? TAKES_RAW : 0)))
		return TROUBLE;
	e.filter = options_filter(argv + optind);
	if (!e.filter || open_source(&source, o, true))
		return TROUBLE;

	if (format->statistics)
		statistics_watch(&e.h);
	e.h.with_events = format->conversations;
	e.source = &source;
	error = gather(&source, &e.h);
	status = export(&e, format, path, &source, !error || !source.live);
	gather_tell(&e.h);
	history_free(&e.h);
	source_close(&source);
	return error ? TROUBLE : status;
}

static const char *format_name(size_t i)
{
	return i < FORMATS ? formats[i].name : NULL;
}

const struct command export_command = {
	.name = "export",
	.run = run,
	.summary = N_("Conversations or statistics in a format that others read"),
	.arguments = N_("--format FORMAT [options] [filter]"),
	.table = true,
	.word = format_name,
	.help = N_(
	"Formats:\n"
	"  svg                the diagrams of show, one below the other, as a picture\n"
	"  html               a page to look through them: a list, its diagrams, the state machine\n"
	"                     with what was observed, the time in each state; one file, no network\n"
	"  mermaid            the same as text that Markdown has pictures of\n"
	"  json               what show --json prints, a conversation a line\n"
	"  csv                a row for each event, for spreadsheets and data bases\n"
	"  pcapng             the segments that were observed, as a capture for Wireshark\n"
	"  openmetrics        what stats --openmetrics prints, for Prometheus\n\n"
	"Options:\n"
	"  -f, --format F     which format\n"
	"  -o, --output FILE  write there instead of to standard output: FILE is replaced once\n"
	"                     all is written, and its owner's only unless it is openmetrics\n"
	"      --raw          svg, html, mermaid: sequence numbers as on the wire\n"
	"      --explain      svg, html, json: notes that name what happened, and why\n"
	"      --by WHAT      openmetrics: group by listener (default), peer or owner\n\n"
	"A conversation is exported when one of its ends matches the filter. Where none\n"
	"does, nothing is written, and FILE stays as it is; metrics are written of none, too.\n"),
};
