/* SPDX-License-Identifier: GPL-2.0 */
/* Diagrams as JSON, one a line: what show --json and export --format json print. */
#ifndef RENDER_JSON_H
#define RENDER_JSON_H

#include <stdbool.h>

#include "diagram.h"
#include "json.h"

/**
 * render_json - a line of a diagram: its verdict, endpoints with their events, segments
 * @j: where to
 * @d: diagram
 * @notes: tell what happened and why, too
 *
 * Sequence numbers are as on the wire; iss and irs make them relative.
 */
void render_json(struct json *j, const struct diagram *d, bool notes);

#endif /* RENDER_JSON_H */
