// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "json.h"
#include "language.h"
#include "progress.h"
#include "text.h"

int trouble(const char *format, ...)
{
	enum text_set set = MB_CUR_MAX == 1 ? TEXT_ASCII :
			    language_is_foreign() ? TEXT_LINE : TEXT_COLUMNS;
	char text[1024], clean[4 * sizeof(text)];
	va_list ap;

	progress_end();
	fflush(stdout);
	va_start(ap, format);
	vsnprintf(text, sizeof(text), _(format), ap);
	va_end(ap);
	/* Names of files and arguments may hold anything. */
	*put_clean(clean, text, sizeof(text), set) = '\0';
	fprintf(stderr, "wavehand: %s\n", clean);
	return TROUBLE;
}

static const struct {
	const char *when;
	enum term_color color;
} colors[] = {
	{ "auto", TERM_COLOR_AUTO },
	{ "always", TERM_COLOR_ALWAYS },
	{ "never", TERM_COLOR_NEVER },
};

#define COLORS (sizeof(colors) / sizeof(colors[0]))

static enum term_color parse_color(const char *when)
{
	size_t i;

	if (!when)
		return TERM_COLOR_ALWAYS;
	for (i = 0; i < COLORS; i++)
		if (!strcmp(when, colors[i].when))
			return colors[i].color;
	exit(trouble("--color=%s: auto, always or never is expected", when));
}

const char *color_word(size_t i)
{
	return i < COLORS ? colors[i].when : NULL;
}

static int all_written(void)
{
	return fflush(stdout) ? trouble("cannot write: %s", strerror(errno)) : FOUND;
}

/* The option that getopt_long(3) stopped at, and what is wrong with it. */
static void options_amiss(const struct options *o, const char *what)
{
	if (optopt > ' ' && optopt < 127)
		trouble("%s: -%c", what, optopt);
	else
		trouble("%s: %s", what, o->argv[optind - 1]);
	fprintf(stderr, _("Try \"wavehand %s%s--help\".\n"), o->command ? o->command->name : "",
		o->command ? " " : "");
	exit(TROUBLE);
}

void options_take(struct options *o, int option)
{
	switch (option) {
	case 'r':
		if (o->recording_count == MERGE_MAX)
			exit(trouble("-r: %d recordings at most", MERGE_MAX));
		o->recordings[o->recording_count++] = optarg;
		break;
	case 'j':
		o->json = true;
		break;
	case 'h':
		print_help(o->command);
		exit(all_written());
	case 'V':
		printf("wavehand %s, ABI %d\n", VERSION, WAVEHAND_ABI);
		exit(all_written());
	case OPTION_DEVICE:
		o->device = optarg;
		break;
	case OPTION_ASCII:
		o->ascii = true;
		language_plain(true);
		break;
	case OPTION_COLOR:
		o->color = parse_color(optarg);
		break;
	case OPTION_RAW:
		o->raw = true;
		break;
	case ':':
		options_amiss(o, _("an argument is missing"));
		break;
	default:
		options_amiss(o, _("unrecognized option, or its argument is amiss"));
	}
}

void options_done(struct options *o)
{
	term_look(&o->term, o->ascii, o->color);
}

uint64_t options_count(const char *text)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || !n)
		exit(trouble("-c %s: a number of events is expected", text));
	return n;
}

enum statistics_by options_by(const char *text)
{
	enum statistics_by by;

	for (by = BY_LISTENER; by <= BY_OWNER; by++)
		if (!strcmp(text, statistics_word(by)))
			return by;
	exit(trouble("--by %s: listener, peer or owner is expected", text));
}

/* The filter as it was given, and a caret below what was not understood. */
static void print_caret(const struct filter *f, const char *text)
{
	const char *p = text;
	int column = 0;

	fputs(_("wavehand: this filter cannot be understood:\n  "), stderr);
	for (; *p; p++) {
		char clean[4], *end = put_clean(clean, p, 1, false);

		if (*p == '\\') {
			clean[0] = *p;
			end = clean + 1;
		}
		fwrite(clean, 1, (size_t)(end - clean), stderr);
		if ((size_t)(p - text) < f->error_at)
			column += (int)(end - clean);
	}
	fprintf(stderr, _("\n  %*s^\nexpected here: %s\n"), column, "", _(f->expected));
}

const struct filter *options_filter(char **argv)
{
	static struct filter filter;
	size_t size = 1, i;
	char *text, *p;

	for (i = 0; argv[i]; i++)
		size += strlen(argv[i]) + 1;
	text = p = malloc(size);
	if (!text) {
		trouble("out of memory");
		return NULL;
	}
	*p = '\0';
	for (i = 0; argv[i]; i++) {
		if (i)
			*p++ = ' ';
		p = stpcpy(p, argv[i]);
	}

	if (filter_parse(&filter, text)) {
		print_caret(&filter, text);
		free(text);
		return NULL;
	}
	free(text);
	return &filter;
}

/* Columns of a line. */
#define WIDTH 80

/* A sentence, broken between its words. */
static void put_sentence(FILE *file, const char *text)
{
	char word[MERGE_TEXT + 16];
	int column = 0;
	bool blank;

	while (text_piece(&text, word, sizeof(word), &blank)) {
		int width = text_width(word);

		if (column && column + blank + width > WIDTH) {
			fputs("\n  ", file);
			column = 2;
		} else if (column && blank) {
			fputc(' ', file);
			column++;
		}
		fputs(word, file);
		column += width;
	}
	fputc('\n', file);
}

static void tell_parts(FILE *file, const struct merge *m, bool utf8)
{
	static char clean[4 * PATH_MAX + 1];
	char clock[MERGE_TEXT], text[MERGE_TEXT + 16];
	size_t i;

	for (i = 0; i < m->part_count; i++) {
		const struct merge_part *part = &m->parts[i];

		*put_clean(clean, part->name, PATH_MAX, utf8) = '\0';
		fprintf(file, "%c: %s", merge_letter((unsigned int)i + 1), clean);
		*put_clean(clean, part->header.host, sizeof(part->header.host), utf8) = '\0';
		fprintf(file, _(", host %s\n"), clean);
	}
	for (i = 1; i < m->part_count; i++) {
		snprintf(text, sizeof(text), _("clocks: %s"), merge_clock(m, i, utf8, clock));
		put_sentence(file, text);
	}
}

static int json_parts(const struct merge *m)
{
	struct out out = { .fd = STDOUT_FILENO };
	struct json j;

	if (json_start(&j, &out))
		return trouble("out of memory");
	json_recordings(&j, m);
	json_end(&j);
	return out_flush(&out) ? trouble("cannot write: %s", strerror(out.error)) : 0;
}

/* Which recording is which, before anything else. */
static int tell_merge(const struct options *o, const struct merge *m)
{
	if (o->json && json_parts(m))
		return -1;
	if (o->json)
		return 0;
	tell_parts(o->command->table ? stderr : stdout, m, o->term.utf8);
	if (!o->command->table)
		putchar('\n');
	return fflush(stdout) ? trouble("cannot write: %s", strerror(errno)) : 0;
}

int open_source(struct source *s, const struct options *o, bool dump)
{
	int error;

	if (o->recording_count > 1)	/* which are read now */
		progress_start(_("reading"));
	error = o->recording_count ?
		source_open_recordings(s, o->recordings, o->recording_count) :
		source_open_device(s, o->device, dump);
	progress_end();
	if (error)
		trouble("%s", s->error);
	else if (s->merge)
		error = tell_merge(o, s->merge);
	if (!error)
		return 0;
	source_close(s);
	return -1;
}

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

const volatile sig_atomic_t *stop_on_signals(sigset_t *signals)
{
	struct sigaction action = {
		.sa_handler = stop,	/* no SA_RESTART */
		.sa_flags = (int)SA_RESETHAND,	/* the second one ends it at once */
	};

	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return &stopped;
}
