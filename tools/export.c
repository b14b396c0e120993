// SPDX-License-Identifier: GPL-2.0
/* wavehand export: conversations in a format that others read. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "each.h"
#include "explain.h"
#include "gather.h"
#include "output.h"
#include "render_svg.h"

/**
 * struct export - what is being done
 * @o: options
 * @filter: a conversation is exported when one of its ends matches
 * @h: the histories that they are from
 * @explain: tell what happened and why, too, where the format has a place for it
 * @count: how many were exported
 * @output: where to
 */
struct export {
	const struct options *o;
	const struct filter *filter;
	const struct histories *h;
	bool explain;
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

	if (each_diagram(e->h, e->filter, svg_one, &measure, &e->count))
		return -1;
	if (!e->count)
		return 0;
	render_svg_start(&g.svg, measure.svg.y);
	if (each_diagram(e->h, e->filter, svg_one, &g, &e->count))
		return -1;
	render_svg_end(&g.svg);
	return 0;
}

/**
 * struct format - something to export to
 * @name: what people type
 * @write: write all that is wanted, or nothing where there is nothing, and set @count;
 *	returns 0, or -1 when there is no memory
 */
static const struct format {
	const char *name;
	int (*write)(struct export *e);
} formats[] = {
	{ "svg", write_svg },
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
		trouble("which format? --format F, where F is %s", list);
	return NULL;
}

static int export(struct export *e, const struct format *format, const char *path,
		  const struct source *s)
{
	int error;

	if (output_replace(&e->output, path, s, 0600))
		return TROUBLE;
	error = format->write(e);
	if (error)
		trouble("out of memory");
	if (output_close(&e->output, !error && e->count) || error)
		return TROUBLE;
	return e->count ? FOUND : NOTHING;
}

static int run(struct options *o, int argc, char **argv)
{
	enum { EXPLAIN = OPTION_OWN };
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "format", required_argument, NULL, 'f' },
		{ "output", required_argument, NULL, 'o' },
		{ "explain", no_argument, NULL, EXPLAIN },
		{ 0 }
	};
	struct histories h = { .with_events = true };
	struct export e = { .o = o, .h = &h };
	const char *name = NULL, *path = "-";
	const struct format *format;
	struct source source;
	int c, status, error;

	while ((c = getopt_long(argc, argv, SHARED_SHORT "f:o:", long_options, NULL)) != -1) {
		if (c == 'f')
			name = optarg;
		else if (c == 'o')
			path = optarg;
		else if (c == EXPLAIN)
			e.explain = true;
		else
			options_take(o, c);
	}
	options_done(o);
	if (o->json)
		return trouble("--format names the format: --json is for other subcommands");
	format = find_format(name);
	if (!format)
		return TROUBLE;
	e.filter = options_filter(argv + optind);
	if (!e.filter || open_source(&source, o, true))
		return TROUBLE;

	error = gather(&source, &h);
	status = export(&e, format, path, &source);
	gather_tell(&h);
	history_free(&h);
	source_close(&source);
	return error ? TROUBLE : status;
}

const struct command export_command = {
	.name = "export",
	.run = run,
	.summary = "Conversations in a format that others read",
	.arguments = "--format FORMAT [options] [filter]",
	.table = true,
	.help =
	"Formats:\n"
	"  svg                the diagrams of show, one below the other, as a picture\n\n"
	"Options:\n"
	"  -f, --format F     which format\n"
	"  -o, --output FILE  write there instead of to standard output; it is replaced\n"
	"                     once all is written, and its owner's only\n"
	"      --explain      below each diagram notes that name what happened, and why\n\n"
	"A conversation is exported when one of its ends matches the filter. Where none\n"
	"does, nothing is written, and FILE stays as it is.\n",
};
