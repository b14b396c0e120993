/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Diagrams as Mermaid's text, each a block of Markdown, as GitHub, GitLab and many
 * others draw it.
 */
#ifndef RENDER_MERMAID_H
#define RENDER_MERMAID_H

#include <stdbool.h>

#include "diagram.h"
#include "out.h"

/**
 * render_mermaid - write a diagram
 * @out: where to
 * @d: diagram
 * @raw: sequence numbers as on the wire
 *
 * Return: 0, or -1 when there is no memory.
 */
int render_mermaid(struct out *out, const struct diagram *d, bool raw);

#endif /* RENDER_MERMAID_H */
