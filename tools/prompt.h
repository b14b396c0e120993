/* SPDX-License-Identifier: GPL-2.0 */
/* A line of ASCII that somebody types. Pure. */
#ifndef PROMPT_H
#define PROMPT_H

#include <stddef.h>

#define PROMPT_SIZE 1024

/* What prompt_key() did, and keys that have no character. */
enum prompt_result { PROMPT_GOES_ON, PROMPT_DONE, PROMPT_LEFT };
enum { PROMPT_BACK = 0x100, PROMPT_DELETE, PROMPT_BACKWARD, PROMPT_FORWARD, PROMPT_HOME, PROMPT_END };

/**
 * struct prompt - the line
 * @text: what was typed, with a NUL
 * @size: bytes of it
 * @at: where the next one goes
 */
struct prompt {
	char text[PROMPT_SIZE];
	size_t size;
	size_t at;
};

/** prompt_set - begin with a text, which is cut where it is too long */
void prompt_set(struct prompt *p, const char *text);

/**
 * prompt_key - a key was pressed
 * @p: line
 * @key: a character, or PROMPT_BACK …; what is neither is ignored
 *
 * Return: PROMPT_DONE with Enter, PROMPT_LEFT with Escape and ^G, and with PROMPT_BACK where
 * the line is empty.
 */
enum prompt_result prompt_key(struct prompt *p, int key);

#endif /* PROMPT_H */
