/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes of recordings that leave them recordings: whole events, states and times
 * that could be, endpoints that have a peer. Blind changes of bytes would die at the
 * header, or make lives that no diagram can be drawn of.
 */
#ifndef MUTATE_H
#define MUTATE_H

#include "wavehand.h"

#define MUTATE_RECORD sizeof(struct wavehand_event)	/* a header has the same size */

#endif /* MUTATE_H */
