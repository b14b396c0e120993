// SPDX-License-Identifier: GPL-2.0
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "term.h"

static int columns(void)
{
	const char *text = getenv("COLUMNS");
	struct winsize size;
	long n = text ? strtol(text, NULL, 10) : 0;

	if (n > 0 && n < 10000)
		return (int)n;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return 80;
}

void term_look(struct term *t, bool ascii, enum term_color color)
{
	const char *no = getenv("NO_COLOR"), *type = getenv("TERM");

	t->utf8 = !ascii && !strcmp(nl_langinfo(CODESET), "UTF-8");
	t->width = columns();
	t->color = color == TERM_COLOR_ALWAYS ||
		   (color == TERM_COLOR_AUTO && isatty(STDOUT_FILENO) &&
		    !(no && *no) && type && strcmp(type, "dumb"));
}
