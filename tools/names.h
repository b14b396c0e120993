/* SPDX-License-Identifier: GPL-2.0 */
/* Words for the numbers of the UAPI header; any number is safe to ask for. */
#ifndef NAMES_H
#define NAMES_H

#include <stdint.h>
#include <string.h>

/**
 * struct word - a name with its length, for what is hot
 * @length: of @text
 * @text: ends with a NUL
 */
struct word {
	uint8_t length;
	char text[31];
};

#define WORD(s) { sizeof(s) - 1, s }

/**
 * put_word - write a word without a NUL
 * @p: sizeof(struct word) bytes, as all of @w->text is copied: that needs no loop
 * @w: word
 *
 * Return: the place behind.
 */
static inline char *put_word(char *p, const struct word *w)
{
	memcpy(p, w->text, sizeof(w->text));
	return p + w->length;
}

/**
 * make_word - of up to three pieces
 * @w: to fill in
 * @a: first piece; together they have less bytes than @w->text
 * @b: second one
 * @c: third one
 *
 * Return: @w.
 */
const struct word *make_word(struct word *w, const char *a, const char *b, const char *c);

/* As the name_*() below. */
const struct word *word_state(unsigned int state);
const struct word *word_role(unsigned int role);
const struct word *word_actor(unsigned int actor);
const struct word *word_provenance(unsigned int provenance);
const struct word *word_kind(unsigned int kind);
const struct word *word_family(unsigned int family);
const struct word *word_cause(unsigned int cause);

/**
 * name_state - RFC 9293's name of a state, "?" for a number without one
 */
const char *name_state(unsigned int state);

/**
 * name_role - "active", "passive", "listener"; "unknown" otherwise
 */
const char *name_role(unsigned int role);

/**
 * name_actor - "process", "segment", "timer"; "unknown" otherwise
 */
const char *name_actor(unsigned int actor);

/**
 * name_provenance - "observed", "inferred"; "unknown" otherwise
 */
const char *name_provenance(unsigned int provenance);

/**
 * name_kind - "transition", "segment", "gone", "accepted", "queue-full", "gap",
 * "lost", "live"; NULL for a kind that this command does not know: skip it
 */
const char *name_kind(unsigned int kind);

/**
 * name_family - "IPv4", "IPv6"; "?" otherwise
 */
const char *name_family(unsigned int family);

/**
 * name_cause - "closed", "reset", "timeout" …: WAVEHAND_CAUSE_*; "?" for a number
 * without a name
 */
const char *name_cause(unsigned int cause);

#define NAME_TCP_FLAGS 40

/**
 * name_tcp_flags - "SYN,ACK"
 * @flags: WAVEHAND_FIN …: the 14th byte of a TCP header
 * @text: NAME_TCP_FLAGS bytes to write to
 *
 * Return: @text; "none" where no flag is set.
 */
const char *name_tcp_flags(unsigned int flags, char *text);

/** put_tcp_flags - likewise, without a NUL; NAME_TCP_FLAGS bytes at most */
char *put_tcp_flags(char *p, unsigned int flags);

/**
 * name_error - "ECONNRESET" for an errno; NULL for a number without a name
 */
const char *name_error(unsigned int error);

#endif /* NAMES_H */
