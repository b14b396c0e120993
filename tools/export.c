// SPDX-License-Identifier: GPL-2.0
/* wavehand export: conversations or statistics in a format that others read. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "each.h"
#include "explain.h"
#include "gather.h"
#include "openmetrics.h"
#include "output.h"
#include "render_svg.h"

/**
 * struct export - what is being done
 * @o: options
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
	const struct filter *filter;
	struct histories h;
	bool explain;
	enum statistics_by by;
	uint64_t count;
	struct output output;
};

/* A picture, and whether notes are wanted in it. */
struct drawing {
	const struct export *e;
	struct svg svg;
};

static void svg_note(void *ctx, const char *note)
{
	render_svg_note(ctx, note);
}

static int svg_one(void *ctx, struct diagram *d)
{
	struct drawing *g = ctx;
	int error;

	if (g->e->explain)
		diagram_letters(d);
	error = render_svg(&g->svg, d);
	if (!error && g->e->explain)
		explain(d, g->svg.raw, svg_note, &g->svg);
	return error;
}

/* Twice, the first time to nowhere: a picture says in the beginning how high it is. */
static int write_svg(struct export *e)
{
	static struct out nowhere = { .fd = -1 };
	struct drawing measure = { .e = e, .svg = { .out = &nowhere, .raw = e->o->raw } };
	struct drawing g = { .e = e, .svg = { .out = &e->output.out, .raw = e->o->raw } };

	if (each_diagram(&e->h, e->filter, svg_one, &measure, &e->count))
		return -1;
	if (!e->count)
		return 0;
	render_svg_start(&g.svg, measure.svg.y);
	if (each_diagram(&e->h, e->filter, svg_one, &g, &e->count))
		return -1;
	render_svg_end(&g.svg);
	return 0;
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

/**
 * struct format - something to export to
 * @name: what people type
 * @counts: statistics instead of conversations: no event is kept for them; they are
 *	written of nothing, too, as who reads them would take older ones for true; and
 *	they tell no sequence numbers, so that others may read the file
 * @write: write all that is wanted, or nothing where there is nothing, and set @count;
 *	returns 0, or -1 when there is no memory
 */
static const struct format {
	const char *name;
	bool counts;
	int (*write)(struct export *e);
} formats[] = {
	{ "svg", false, write_svg },
	{ "openmetrics", true, write_openmetrics },
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

/* @whole: false: what should be in it was not all read, and a file that is there is better. */
static int export(struct export *e, const struct format *format, const char *path,
		  const struct source *s, bool whole)
{
	int error;

	if (output_replace(&e->output, path, s, format->counts ? 0666 : 0600))
		return TROUBLE;
	error = format->write(e);
	if (error)
		trouble("out of memory");
	if (output_close(&e->output, !error && whole && (e->count || format->counts)) || error)
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
	bool grouped = false;
	int c, status, error;

	while ((c = getopt_long(argc, argv, SHARED_SHORT "f:o:", long_options, NULL)) != -1) {
		if (c == 'f') {
			name = optarg;
		} else if (c == 'o') {
			path = optarg;
		} else if (c == EXPLAIN) {
			e.explain = true;
		} else if (c == BY) {
			e.by = options_by(optarg);
			grouped = true;
		} else {
			options_take(o, c);
		}
	}
	options_done(o);
	if (o->json)
		return trouble("--format names the format: --json is for other subcommands");
	format = find_format(name);
	if (!format)
		return TROUBLE;
	if (format->counts ? e.explain : grouped)
		return trouble("%s is not for the format %s",
			       format->counts ? "--explain" : "--by", name);
	e.filter = options_filter(argv + optind);
	if (!e.filter || open_source(&source, o, true))
		return TROUBLE;

	if (format->counts)
		statistics_watch(&e.h);
	else
		e.h.with_events = true;
	error = gather(&source, &e.h);
	status = export(&e, format, path, &source, !error || !source.live);
	gather_tell(&e.h);
	history_free(&e.h);
	source_close(&source);
	return error ? TROUBLE : status;
}

const struct command export_command = {
	.name = "export",
	.run = run,
	.summary = "Conversations or statistics in a format that others read",
	.arguments = "--format FORMAT [options] [filter]",
	.table = true,
	.help =
	"Formats:\n"
	"  svg                the diagrams of show, one below the other, as a picture\n"
	"  openmetrics        what stats --openmetrics prints, for Prometheus\n\n"
	"Options:\n"
	"  -f, --format F     which format\n"
	"  -o, --output FILE  write there instead of to standard output: FILE is replaced once\n"
	"                     all is written; a picture is its owner's only\n"
	"      --explain      svg: below each diagram notes that name what happened, and why\n"
	"      --by WHAT      openmetrics: group by listener (default), peer or owner\n\n"
	"A conversation is exported when one of its ends matches the filter. Where none\n"
	"does, no picture is made, and FILE stays as it is; metrics are written of none, too.\n",
};
