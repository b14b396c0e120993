/* SPDX-License-Identifier: GPL-2.0 */
/* One event as text, for whoever prints events rather than diagrams. */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "history.h"
#include "wavehand.h"

#define EVENT_TEXT 384	/* longest */

/**
 * put_event - what happened, without when and to whom
 * @p: at least EVENT_TEXT bytes; no NUL is written
 * @e: event of any kind
 * @ep: its endpoint; its initial numbers make the event's relative
 * @raw: numbers as on the wire; relative otherwise, and "raw:N" where the initial
 *	one is not known
 * @utf8: arrows; "->" and "<-" otherwise
 *
 * Return: the place behind.
 */
char *put_event(char *p, const struct history_event *e, const struct wavehand_endpoint *ep,
		bool raw, bool utf8);

#endif /* EVENT_H */
