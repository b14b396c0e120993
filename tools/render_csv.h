/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events of conversations as a table, a row each: RFC 4180, with the keys of JSON as
 * names of columns.
 */
#ifndef RENDER_CSV_H
#define RENDER_CSV_H

#include <stdint.h>

#include "diagram.h"
#include "out.h"

/** render_csv_start - the row of headings */
void render_csv_start(struct out *out);

/**
 * render_csv - the rows of a conversation, in the order of their serials
 * @out: where to
 * @d: its diagram
 * @number: of the conversation
 */
void render_csv(struct out *out, const struct diagram *d, uint64_t number);

#endif /* RENDER_CSV_H */
