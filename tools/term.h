/* SPDX-License-Identifier: GPL-2.0 */
/* What standard output can show. */
#ifndef TERM_H
#define TERM_H

#include <stdbool.h>

enum term_color { TERM_COLOR_AUTO, TERM_COLOR_ALWAYS, TERM_COLOR_NEVER };

/**
 * struct term - how to write for whoever reads
 * @utf8: it shows UTF-8; ASCII only otherwise
 * @color: it shows colours
 * @width: columns
 */
struct term {
	bool utf8;
	bool color;
	int width;
};

/**
 * term_look - find out about standard output
 * @t: to fill in
 * @ascii: whatever the locale says
 * @color: whether to use colours; AUTO: on a terminal, unless NO_COLOR is set
 *
 * The locale must have been set. COLUMNS is believed before the terminal is; what
 * is no terminal has 80 columns.
 */
void term_look(struct term *t, bool ascii, enum term_color color);

#endif /* TERM_H */
