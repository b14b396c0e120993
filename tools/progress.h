/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How far something is that takes longer than a second: a line on standard error, if that
 * is a terminal and ours at the moment. There is one such line at a time, so functions that
 * take long tell where they are without knowing whether anybody asked for it.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

/**
 * progress_start - something begins that may take long; what was told before ends
 * @what: what is done, in the reader's language
 */
void progress_start(const char *what);

/**
 * progress_write - likewise, when it writes to standard output as it goes: where that is a
 * terminal, too, or a pipe, which may lead to a pager, there is no line
 */
void progress_write(const char *what);

/**
 * progress_at - tell where it is
 * @done: so many of @all
 * @all: 0: nobody knows; then @done is shown itself
 *
 * Does nothing where nothing was begun. Otherwise it looks at a clock: to be called for
 * each thousand of events, or for what takes as long.
 */
void progress_at(uint64_t done, uint64_t all);

/** progress_end - it is done: the line is gone */
void progress_end(void);

#endif /* PROGRESS_H */
