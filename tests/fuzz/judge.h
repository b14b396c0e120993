/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What holds of the command whatever it reads: it ends with 0, 1 or 2, says why where
 * that is 2, and nothing that it prints acts on a terminal or on a page.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "inside.h"

enum judge_format {
	JUDGE_TEXT, JUDGE_ASCII, JUDGE_COLOR, JUDGE_JSON, JUDGE_RECORDING, JUDGE_SVG, JUDGE_HTML,
	JUDGE_MERMAID, JUDGE_CSV, JUDGE_PCAPNG,
};

/**
 * struct judge_verb - one way to read a recording
 * @format: of standard output
 * @argv: subcommand and options
 */
struct judge_verb {
	enum judge_format format;
	const char *argv[12];
};

extern const struct judge_verb judge_verbs[];
extern const size_t judge_verb_count;

/**
 * judge_run - read recordings in one way, and hold what the command said against all
 *	that must be so; where it is not, tell it on standard error and abort(3)
 * @said: filled in
 * @verb: how
 * @paths: of the recordings
 * @count: how many; 0: @paths[0] is a device
 */
void judge_run(struct said *said, const struct judge_verb *verb,
	       const char *const *paths, size_t count);

/** judge_said - the part of that which needs no recording; @format: of standard output */
void judge_said(const struct said *said, enum judge_format format, const char *what);

/** judge_is_record - does it write a recording? */
static inline bool judge_is_record(const struct judge_verb *verb)
{
	return verb->format == JUDGE_RECORDING;
}

/** judge_fault - tell what must not be, and abort(3) */
void judge_fault(const struct said *said, const char *what, const char *fault)
	__attribute__((noreturn));

#endif /* JUDGE_H */
