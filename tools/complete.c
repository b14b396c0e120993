// SPDX-License-Identifier: GPL-2.0
/* What a shell asks when somebody presses Tab; see complete() in command.h. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

/**
 * struct option_line - an option, as a text of --help has it
 * @letter: the short one, or 0
 * @name: the long one, without its hyphens
 * @name_size: bytes of it
 * @argument: what the text calls its argument; NULL: it takes none
 * @argument_size: bytes of it
 * @optional: the argument may be missing, and is joined by "="
 * @text: what it is for, up to the end of the line
 */
struct option_line {
	char letter;
	const char *name;
	size_t name_size;
	const char *argument;
	size_t argument_size;
	bool optional;
	const char *text;
};

/* Return: the line behind; NULL where the text ends. Lines of no option have no name. */
static const char *parse_line(const char *line, struct option_line *o)
{
	const char *end = strchr(line, '\n'), *p = line + strspn(line, " ");

	memset(o, 0, sizeof(*o));
	if (!*line)
		return NULL;
	if (p > line && p[0] == '-' && p[1] != '-') {
		o->letter = p[1];
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	if (p > line && p[0] == '-' && p[1] == '-') {
		o->name = p + 2;
		o->name_size = strcspn(o->name, " [\n");
		p = o->name + o->name_size;
		o->optional = *p == '[';
		p += o->optional;
		if ((*p == ' ' || *p == '=') && isupper((unsigned char)p[1])) {
			o->argument = p + 1;
			o->argument_size = strcspn(o->argument, " ]\n");
			p = o->argument + o->argument_size;
		}
		p += strspn(p, " ]");
		o->text = p;
	}
	return end ? end + 1 : p + strlen(p);
}

/*
 * What comes one after the other: the subcommand's options, then those of all, without
 * what @help tells of them.
 */
struct options_at {
	const char *help;
	const char *own;
	const char *shared;
};

static bool is_told(const char *help, const struct option_line *option)
{
	struct option_line o;

	while ((help = parse_line(help, &o)))
		if (o.name && o.name_size == option->name_size &&
		    !memcmp(o.name, option->name, o.name_size))
			return true;
	return false;
}

static bool next_option(struct options_at *at, struct option_line *o)
{
	bool own;

	do {
		const char **text;

		own = *at->own;
		text = own ? &at->own : &at->shared;
		*text = parse_line(*text, o);
		if (!*text)
			return false;
	} while (!o->name || (!own && is_told(at->help, o)));
	return true;
}

static struct options_at options_of(const struct command *command)
{
	const char *help = command ? command->help : "";

	return (struct options_at){ help, help, shared_help };
}

/**
 * find_option - the option of a word that begins with a hyphen
 * @command: whose
 * @word: the word
 * @o: set to it
 * @value: set to its argument in the same word; NULL: there is none there
 *
 * Of several letters it is the last one: those before it take no argument.
 */
static bool find_option(const struct command *command, const char *word,
			struct option_line *o, const char **value)
{
	struct options_at at = options_of(command);
	size_t n = strcspn(word, "=");

	*value = NULL;
	if (word[1] == '-') {
		while (next_option(&at, o)) {
			if (o->name_size != n - 2 || strncmp(o->name, word + 2, n - 2))
				continue;
			*value = word[n] ? word + n + 1 : NULL;
			return true;
		}
		return false;
	}
	while (next_option(&at, o)) {
		if (!o->letter || o->letter != word[1])
			continue;
		if (!word[2])
			return true;
		if (!o->argument)
			return find_option(command, word + 1, o, value);
		*value = word + 2;
		return true;
	}
	return false;
}

/* A candidate, behind what of the last word stays as it is, if it begins with the rest. */
static void offer(const char *word, size_t kept, const char *candidate, const char *text)
{
	if (strncmp(candidate, word + kept, strlen(word + kept)))
		return;
	printf("%.*s%s\t%.*s\n", (int)kept, word, candidate,
	       text ? (int)strcspn(text, "\n") : 0, text ? text : "");
}

static const char *by_word(size_t i)
{
	return i <= BY_OWNER ? statistics_word((enum statistics_by)i) : NULL;
}

/* The argument of an option; @kept bytes of the word are before it. */
static void offer_argument(const struct command *command, const struct option_line *o,
			   const char *word, size_t kept)
{
	static const struct {
		const char *name;
		const char *(*word)(size_t i);	/* NULL: names of files */
	} arguments[] = {
		{ "FILE", NULL }, { "PATH", NULL }, { "WHEN", color_word }, { "WHAT", by_word },
	};
	const char *(*next)(size_t i) = command ? command->word : NULL;
	const char *comma = strrchr(word + kept, ','), *candidate;
	size_t i;

	for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
		if (strncmp(arguments[i].name, o->argument, o->argument_size) ||
		    arguments[i].name[o->argument_size])
			continue;
		next = arguments[i].word;
		if (!next)
			puts(":files");
		break;
	}
	if (comma)
		kept = (size_t)(comma - word) + 1;
	/* A number of something has no words. */
	for (i = 0; next && (o->argument_size > 1 || *o->argument != 'N') &&
	     (candidate = next(i)); i++)
		offer(word, kept, candidate, NULL);
}

static void offer_options(const struct command *command, const char *word)
{
	struct options_at at = options_of(command);
	struct option_line o;
	char name[64];

	while (next_option(&at, &o)) {
		snprintf(name, sizeof(name), "--%.*s%s", (int)o.name_size, o.name,
			 o.optional ? "=" : "");
		offer(word, 0, name, o.text);
	}
}

/*
 * A word fits where the grammar finds nothing wrong before its end; what is missing
 * behind it is yet to be typed. A word may hold several, as a filter may be quoted.
 */
static int offer_filter(char *const *words, const char *last)
{
	static struct filter filter;
	const char *blank = strrchr(last, ' '), *candidate;
	size_t size = strlen(last) + 64, kept = blank ? (size_t)(blank - last) + 1 : 0, i;
	char *text, *p;

	for (i = 0; words[i] != last; i++)
		size += strlen(words[i]) + 1;
	text = p = malloc(size);
	if (!text)
		return trouble("out of memory");
	for (i = 0; words[i] != last; i++)
		p = stpcpy(stpcpy(p, words[i]), " ");
	p = mempcpy(p, last, kept);
	for (i = 0; (candidate = filter_word(i)); i++) {
		if (!isalpha((unsigned char)*candidate))
			continue;
		strcpy(p, candidate);
		if (!filter_parse(&filter, text) || filter.error_at >= strlen(text))
			offer(last, kept, candidate, NULL);
	}
	free(text);
	return FOUND;
}

/* What is neither an option nor an option's argument. */
static int offer_operand(const struct command *command, char *const *operands, const char *last)
{
	size_t i;

	if (!command) {
		for (i = 0; commands[i]; i++)
			offer(last, 0, commands[i]->name, commands[i]->summary);
		return FOUND;
	}
	if (strstr(command->arguments, "] FILE")) {
		if (*operands == last) {
			puts(":files");
			return FOUND;
		}
		operands++;
	}
	return offer_filter(operands, last);
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

int complete(char **words)
{
	const struct command *command = NULL;
	struct option_line o = { 0 };
	bool awaited = false, options = true;
	const char *value;
	int status = FOUND;

	/* Options end at the first operand; behind the subcommand they begin again. */
	for (; words[1]; words++) {
		if (awaited) {
			awaited = false;
		} else if (options && !strcmp(*words, "--")) {
			options = false;
		} else if (options && words[0][0] == '-' && words[0][1]) {
			awaited = find_option(command, *words, &o, &value) && o.argument &&
				  !o.optional && !value;
		} else if (!command) {
			command = find_command(*words);
			options = true;
			if (!command)
				return NOTHING;
		} else {
			break;
		}
	}
	if (!words[1] && awaited)
		offer_argument(command, &o, *words, 0);
	else if (!words[1] && options && words[0][0] == '-' &&
		 find_option(command, *words, &o, &value) && o.argument && value)
		offer_argument(command, &o, *words, (size_t)(value - *words));
	else if (!words[1] && options && words[0][0] == '-')
		offer_options(command, *words);
	else {
		char **last = words;

		while (last[1])
			last++;
		status = offer_operand(command, words, *last);
	}
	return fflush(stdout) ? trouble("cannot write: %s", strerror(errno)) : status;
}
