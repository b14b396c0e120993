/* SPDX-License-Identifier: GPL-2.0 */
/* Diagrams as text. */
#ifndef RENDER_TEXT_H
#define RENDER_TEXT_H

#include "diagram.h"
#include "out.h"
#include "term.h"

/**
 * render_text - draw a diagram
 * @out: where to
 * @d: diagram
 * @t: what can be shown; 80 columns are used at least
 * @raw: sequence numbers as on the wire
 */
void render_text(struct out *out, const struct diagram *d, const struct term *t, bool raw);

/**
 * render_text_note - a note below a diagram, as wide as that
 * @out: where to
 * @d: the diagram
 * @t: what can be shown
 * @note: plain words
 */
void render_text_note(struct out *out, const struct diagram *d, const struct term *t,
		      const char *note);

/**
 * render_text_legend - what the signs mean
 */
void render_text_legend(struct out *out, const struct term *t);

#endif /* RENDER_TEXT_H */
