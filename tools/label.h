/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words in a diagram: what every picture of it says, however it is drawn. Pure.
 */
#ifndef LABEL_H
#define LABEL_H

#include <stdbool.h>
#include <stdint.h>

#include "diagram.h"
#include "text.h"

#define LABEL_TEXT 64		/* room for any of the texts below */

/**
 * label_ids - "#3 ⇄ #4"
 * @d: diagram
 * @both: the sign between the two
 * @text: LABEL_TEXT bytes to write to, as below
 */
void label_ids(const struct diagram *d, const char *both, char *text);

/** label_socket - address:port of one end, as it or its peer has it */
void label_socket(const struct diagram *d, int side, char *text);

#define LABEL_TRAITS 3

/**
 * label_traits - what else there is to say of the connection: "IPv4", "MPTCP subflow"
 * @words: set to that, one behind the other
 *
 * Return: how many.
 */
int label_traits(const struct diagram *d, const char *words[LABEL_TRAITS]);

/**
 * label_opened - "opened in 0.046 ms": from the SYN to the state of ESTABLISHED at the
 * end that was open last
 *
 * Return: whether that is known.
 */
bool label_opened(const struct diagram *d, char *text);

/** label_end - what an end is: "client", "this end", "owner" of a listener */
const char *label_end(const struct diagram *d, int side);

/** label_time - milliseconds since the conversation began; fewer decimals as they grow */
void label_time(const struct diagram *d, uint64_t time, char *text);

/** label_state - "ESTABLISHED"; "~LISTEN" where that is inferred, "?" where unknown */
void label_state(const struct diagram_point *p, char *text);

/* Words of an arrow: flags, Seq, Len, Ack, how often again. */
#define LABEL_WORDS 5
#define LABEL_WORD 64

/**
 * label_arrow - the words of an arrow
 * @d: diagram
 * @a: arrow
 * @raw: numbers as on the wire
 * @letters: of how many numbers, the first ones, to tell the article's name
 * @words: to write to
 *
 * Return: how many.
 */
int label_arrow(const struct diagram *d, const struct diagram_arrow *a, bool raw, int letters,
		char words[LABEL_WORDS][LABEL_WORD]);

/**
 * label_bytes - "72 bytes →"
 * @bytes: how many
 * @side: that sent them
 * @utf8: the arrow is a sign of its own; of ASCII otherwise
 */
void label_bytes(uint64_t bytes, int side, bool utf8, char *text);

/** label_note - the note of a row, but NOTE_BYTES */
void label_note(const struct diagram_row *row, char *text);

/**
 * label_guess - that there are arrows, and no end recorded segments
 *
 * Return: the sentence, or NULL.
 */
const char *label_guess(const struct diagram *d);

#endif /* LABEL_H */
