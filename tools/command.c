// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "text.h"

int trouble(const char *format, ...)
{
	char text[1024], clean[4 * sizeof(text)];
	va_list ap;

	fflush(stdout);
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	/* Names of files and arguments may hold anything. */
	*put_clean(clean, text, sizeof(text), MB_CUR_MAX > 1) = '\0';
	fprintf(stderr, "wavehand: %s\n", clean);
	return TROUBLE;
}

static enum term_color parse_color(const char *when)
{
	if (!when || !strcmp(when, "always"))
		return TERM_COLOR_ALWAYS;
	if (!strcmp(when, "never"))
		return TERM_COLOR_NEVER;
	if (strcmp(when, "auto"))
		exit(trouble("--color=%s: auto, always or never is expected", when));
	return TERM_COLOR_AUTO;
}

void options_take(struct options *o, int option)
{
	switch (option) {
	case 'r':
		o->recording = optarg;
		break;
	case 'j':
		o->json = true;
		break;
	case 'h':
		print_help(o->command);
		exit(fflush(stdout) ? TROUBLE : FOUND);
	case 'V':
		printf("wavehand %s, ABI %d\n", VERSION, WAVEHAND_ABI);
		exit(fflush(stdout) ? TROUBLE : FOUND);
	case OPTION_DEVICE:
		o->device = optarg;
		break;
	case OPTION_ASCII:
		o->ascii = true;
		break;
	case OPTION_COLOR:
		o->color = parse_color(optarg);
		break;
	case OPTION_RAW:
		o->raw = true;
		break;
	default:
		if (optopt > ' ' && optopt < 127)
			trouble("unrecognized option, or its argument is amiss: -%c", optopt);
		else
			trouble("unrecognized option, or its argument is amiss: %s",
				o->argv[optind - 1]);
		fprintf(stderr, "Try \"wavehand %s%s--help\".\n",
			o->command ? o->command->name : "", o->command ? " " : "");
		exit(TROUBLE);
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

/* The filter as it was given, and a caret below what was not understood. */
static void print_caret(const struct filter *f, const char *text)
{
	const char *p = text;
	int column = 0;

	fputs("wavehand: this filter cannot be understood:\n  ", stderr);
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
	fprintf(stderr, "\n  %*s^\nexpected here: %s\n", column, "", f->expected);
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

int open_source(struct source *s, const struct options *o, bool dump)
{
	int error = o->recording ? source_open_recording(s, o->recording) :
				   source_open_device(s, o->device, dump);

	if (!error)
		return 0;
	trouble("%s", s->error);
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
