/* SPDX-License-Identifier: GPL-2.0 */
/* Reads a whole source into histories, for the subcommands that look back. */
#ifndef GATHER_H
#define GATHER_H

#include "history.h"
#include "source.h"

/**
 * gather - read everything there is to look back at
 * @s: source; a device up to WAVEHAND_LIVE, a recording up to its end
 * @h: histories to add to; sorted afterwards
 *
 * Return: 0; -1 after having told what went wrong, with what was read before
 * in @h.
 */
int gather(struct source *s, struct histories *h);

/**
 * gather_tell - say on standard error what is missing in the histories
 */
void gather_tell(const struct histories *h);

#endif /* GATHER_H */
