/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the subcommands share: their table, the options that all of them take,
 * and how they fail.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <getopt.h>
#include <stdbool.h>

#include "filter.h"
#include "source.h"
#include "statistics.h"
#include "term.h"

/* Exit statuses, as grep(1) has them. */
#define FOUND 0
#define NOTHING 1
#define TROUBLE 2

/**
 * struct options - what was asked for, and by whom
 * @command: the subcommand that runs
 * @argv: what getopt_long(3) is looking at
 * @recordings: files to read instead of the device
 * @recording_count: how many; 0: the device
 * @device: path of the device
 * @json: one JSON object a line instead of text
 * @raw: sequence numbers as they are on the wire
 * @ascii: as in term_look()
 * @color: as in term_look()
 * @term: set by options_done()
 */
struct options {
	const struct command *command;
	char **argv;
	const char *recordings[MERGE_MAX];
	size_t recording_count;
	const char *device;
	bool json;
	bool raw;
	bool ascii;
	enum term_color color;
	struct term term;
};

/**
 * struct command - a subcommand
 * @name: what people type
 * @run: does it; takes the shared options given before its name, and its own
 *	arguments with its name first. Returns an exit status
 * @summary: one line for the help
 * @arguments: what may follow its options
 * @help: its own options, a line for each, and what else there is to say
 * @table: its output is for programs as well: what several recordings are and how
 *	their clocks differ is told on standard error
 * @word: the words that the argument of one of its options is made of (columns,
 *	formats), one after the other, and NULL behind the last; NULL: it has none
 */
struct command {
	const char *name;
	int (*run)(struct options *o, int argc, char **argv);
	const char *summary;
	const char *arguments;
	const char *help;
	bool table;
	const char *(*word)(size_t i);
};

extern const struct command list_command, show_command, follow_command, top_command,
	record_command, check_command, stats_command, export_command;

/*
 * Options that all subcommands take, before or after the subcommand's name. Long
 * options without a letter have values beyond a char's.
 */
enum { OPTION_DEVICE = 256, OPTION_ASCII, OPTION_COLOR, OPTION_RAW, OPTION_OWN };

#define SHARED_SHORT "+:r:jhV"
#define SHARED_LONG \
	{ "read", required_argument, NULL, 'r' }, \
	{ "json", no_argument, NULL, 'j' }, \
	{ "help", no_argument, NULL, 'h' }, \
	{ "version", no_argument, NULL, 'V' }, \
	{ "device", required_argument, NULL, OPTION_DEVICE }, \
	{ "ascii", no_argument, NULL, OPTION_ASCII }, \
	{ "color", optional_argument, NULL, OPTION_COLOR }, \
	{ "raw", no_argument, NULL, OPTION_RAW }

extern const struct command *const commands[];	/* NULL is behind the last */
extern const char shared_help[];

/**
 * complete - print what could stand in the place of the last word, for a shell
 * @words: a command line as it was typed so far, without the command's own name, up to
 *	a NULL; the last word is being typed, and may be empty
 *
 * Prints a line for each: the word, a tab and what it means; or ":files" where the name
 * of a file is expected. All of it is from where the command has it for itself:
 * subcommands from their table, options and their arguments from the texts of --help,
 * words of a filter from its grammar.
 *
 * Return: exit status.
 */
int complete(char **words);

/** color_word - arguments of --color, one after the other; NULL behind the last */
const char *color_word(size_t i);

/**
 * print_help - print what --help asks for
 * @command: of this subcommand; NULL: of all
 */
void print_help(const struct command *command);

/**
 * options_take - take a shared option
 * @o: options
 * @option: what getopt_long(3) returned
 *
 * Prints the help or the version and exits, where that was asked for; exits when
 * the option is not one of SHARED_LONG, as getopt_long(3) has said already.
 */
void options_take(struct options *o, int option);

/**
 * options_done - look at standard output, once all options were taken
 */
void options_done(struct options *o);

/**
 * options_count - argument of an option that is a positive number
 *
 * Return: the number; exits when it is none.
 */
uint64_t options_count(const char *text);

/**
 * options_by - argument of an option that tells how to group endpoints
 *
 * Return: how; exits when it is not one of these words.
 */
enum statistics_by options_by(const char *text);

/**
 * options_filter - the filter that the remaining arguments make together
 * @argv: they, up to a NULL
 *
 * Return: the filter, for the life of the process; NULL after having told what
 * is wrong with it.
 */
const struct filter *options_filter(char **argv);

/**
 * open_source - open the recording or device that was asked for
 * @s: to fill in
 * @o: options
 * @dump: as in source_open_device(); a recording always is read from its start
 *
 * Of several recordings it tells which is which, and how their clocks differ.
 *
 * Return: 0, or -1 after having told why not.
 */
int open_source(struct source *s, const struct options *o, bool dump);

/**
 * trouble - tell what is wrong, in one line on standard error
 *
 * Return: TROUBLE.
 */
int trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * stop_on_signals - let SIGINT and SIGTERM end a subcommand in good order
 * @signals: set to those two
 *
 * Return: set to 1 once one of them came.
 */
const volatile sig_atomic_t *stop_on_signals(sigset_t *signals);

#endif /* COMMAND_H */
