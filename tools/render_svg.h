/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Diagrams as a picture: SVG that needs nothing else, in light and dark. Conversations
 * stand one below the other.
 *
 * A picture says how high it is before anything else. So it is drawn twice, the first
 * time to nowhere:
 *
 *	struct svg svg = { .out = nowhere };
 *	render_svg() for each; height = svg.y;
 *	svg = (struct svg){ .out = out };
 *	render_svg_start(&svg, height); render_svg() for each; render_svg_end(&svg);
 */
#ifndef RENDER_SVG_H
#define RENDER_SVG_H

#include "diagram.h"
#include "out.h"

/**
 * struct svg - a picture that is being drawn
 * @out: where to
 * @raw: sequence numbers as on the wire
 * @explain: notes below each diagram
 * @y: how far it is, from the top
 */
struct svg {
	struct out *out;
	bool raw;
	bool explain;
	long y;
};

/**
 * render_svg_start - what stands before the diagrams
 * @s: picture
 * @height: of all diagrams together
 */
void render_svg_start(struct svg *s, long height);

/**
 * render_svg - draw a diagram below what is there
 * @s: picture
 * @d: diagram; with notes its numbers get the names that these call them
 *
 * Return: 0, or -1 when there is no memory.
 */
int render_svg(struct svg *s, struct diagram *d);

/**
 * render_svg_end - what the signs mean, and the end
 */
void render_svg_end(struct svg *s);

#endif /* RENDER_SVG_H */
