/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notes below a diagram: what happened and why, by the names of the textbook, with the
 * numbers of this conversation. Pure.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

#include "diagram.h"

#define EXPLAIN_TEXT 1024

/**
 * explain - tell all that applies, in the order in which it happened
 * @d: diagram
 * @raw: numbers as on the wire; relative otherwise, as in the diagram
 * @tell: called for each note, a sentence or a few, printable ASCII
 * @ctx: handed to it
 */
void explain(const struct diagram *d, bool raw, void (*tell)(void *ctx, const char *note),
	     void *ctx);

#endif /* EXPLAIN_H */
