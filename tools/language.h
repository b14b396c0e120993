/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages in the language of whoever reads them, by gettext; po/ has what they are in
 * others than English. What programs read is English everywhere: see language_plain().
 *
 * Functions that print a message translate it themselves, if they are among the keywords
 * in the Makefile; elsewhere it is marked. Names of states, flags, columns, options and
 * words of a filter are the same in all languages.
 */
#ifndef LANGUAGE_H
#define LANGUAGE_H

#include <stdbool.h>
#include <stdint.h>

/** _ - the message in the reader's language; N_ marks one that is translated later */
#define _(text) language_text(text)
#define N_(text) text

/**
 * language_start - do as the environment says: LANGUAGE, LC_ALL, LC_MESSAGES, LANG
 *
 * Numbers stay as in C. Without this, or where the locale's letters are not UTF-8,
 * everything is English.
 */
void language_start(void);

/**
 * language_plain - from here on it is English, or not so any more
 * @plain: a program reads it, or a terminal that has no UTF-8
 *
 * Return: how it was.
 */
bool language_plain(bool plain);

/** language_text - what _() is */
const char *language_text(const char *english) __attribute__((format_arg(1)));

/** language_plural - likewise, of @one or @many, as @n asks for */
const char *language_plural(const char *one, const char *many, uint64_t n)
	__attribute__((format_arg(1), format_arg(2)));

/** language_is_foreign - are there translations? Then letters may be wide. */
bool language_is_foreign(void);

#endif /* LANGUAGE_H */
