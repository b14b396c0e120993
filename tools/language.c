// SPDX-License-Identifier: GPL-2.0
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "language.h"

#define DOMAIN "wavehand"

static bool started, plain;

void language_start(void)
{
	/* With more rights than who runs it has, it takes no translations of his: they hold formats. */
	const char *dir = secure_getenv("TEXTDOMAINDIR");

	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	started = !strcmp(nl_langinfo(CODESET), "UTF-8");
	bindtextdomain(DOMAIN, dir && *dir ? dir : LOCALEDIR);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
}

bool language_plain(bool now)
{
	bool before = plain;

	plain = now;
	return before;
}

const char *language_text(const char *english)
{
	/* Of nothing gettext(3) would tell who translated it. */
	return started && !plain && *english ? dgettext(DOMAIN, english) : english;
}

const char *language_plural(const char *one, const char *many, uint64_t n)
{
	if (!started || plain)
		return n == 1 ? one : many;
	return dngettext(DOMAIN, one, many, n);
}

bool language_is_foreign(void)
{
	return started && !plain && *dgettext(DOMAIN, "");
}
