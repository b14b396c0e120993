/* SPDX-License-Identifier: GPL-2.0 */
/* One diagram after another of all conversations that were asked for. Pure. */
#ifndef EACH_H
#define EACH_H

#include "diagram.h"
#include "filter.h"

/**
 * each_diagram - make the diagrams of some conversations
 * @h: sorted histories, with events
 * @filter: a conversation is wanted when one of its ends matches
 * @draw: called for each in the order of their beginnings; returns 0, or -1 to end it.
 * @ctx: handed to it
 * @count: set to how many were wanted
 *
 * Return: 0; -1 when there is no memory, or @draw said so.
 */
int each_diagram(const struct histories *h, const struct filter *filter,
		 int (*draw)(void *ctx, struct diagram *d), void *ctx, uint64_t *count);

#endif /* EACH_H */
