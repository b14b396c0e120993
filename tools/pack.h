/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Many pictures in little room: most conversations look the same but for their numbers.
 *
 * Of each line of a picture the texts that hold a digit are taken out. What stays, with a
 * tabulator in their places, is one of few lines; and which lines follow each other is one
 * of few sequences. So of a picture there are its texts, and the number of its sequence:
 *
 *	["41244","0.000","0.017",…,12]
 *
 * Who has both tables puts the lines together, and the texts in their places, and has the
 * very bytes that were packed. No line has a tabulator of its own. Pure.
 */
#ifndef PACK_H
#define PACK_H

#include <stdbool.h>

#include "out.h"
#include "unique.h"

/**
 * struct pack - pictures that are being packed
 * @to: where their texts go, as JSON
 * @picture: what draws writes to this; pack_start() makes it so
 * @lines: without their texts
 * @orders: sequences of lines, each an array of uint32_t
 * @line: of the picture, as far as it came
 * @line_size: of that
 * @line_room: for that
 * @order: of the lines before that
 * @order_size: how many
 * @order_room: for how many
 * @failed: there was no memory
 */
struct pack {
	struct out *to;
	struct out picture;
	struct strings lines;
	struct strings orders;
	char *line;
	size_t line_size;
	uint64_t line_room;
	uint32_t *order;
	size_t order_size;
	uint64_t order_room;
	bool failed;
};

/** pack_start - a picture begins; @p: zeroed before the first one, with @to set */
void pack_start(struct pack *p);

/**
 * pack_end - the picture is complete: it is written to @p->to
 *
 * Return: 0, or -1 when there is no memory.
 */
int pack_end(struct pack *p);

/** pack_tables - lines and sequences, two members of a JSON object: "lines", "orders" */
void pack_tables(const struct pack *p);

/** pack_free - release everything */
void pack_free(struct pack *p);

/**
 * pack_string - a JSON string
 * @out: where to
 * @s: UTF-8
 * @size: of it
 *
 * What ends a script in HTML is not in it: it has no "<".
 */
void pack_string(struct out *out, const char *s, size_t size);

#endif /* PACK_H */
