/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text from fields of an event. The put_*() functions write at @p without a NUL
 * and return the place behind; they are used for every event, hence no printf(3).
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wavehand.h"

#define TEXT_NUMBER	20	/* longest number */
#define TEXT_ADDRESS	46	/* longest address */
#define TEXT_SOCKET	54	/* longest [address]:port */
#define TEXT_COMM	64	/* longest cleaned name, each byte as \xNN */
#define TEXT_OWNER	(TEXT_COMM + 12)
#define TEXT_ID		(TEXT_NUMBER + 2)	/* longest a#id */
#define TEXT_DURATION	16	/* longest time, with its units */

/** text_width - columns of a string; of a wide character, as Chinese ones are, two */
int text_width(const char *s);

/** text_behind - the place in a string behind so many columns, or what there is of them */
const char *text_behind(const char *s, int columns);

/**
 * text_piece - what follows in a sentence, up to where a line may end
 * @at: the sentence from there on; moved behind the piece
 * @piece: set to the piece: a word, or a Chinese character and the punctuation that stays
 *	with it
 * @size: room for that; what is longer is cut into several
 * @blank: set to whether there was a blank in front of it
 *
 * Return: false at the end.
 */
bool text_piece(const char **at, char *piece, size_t size, bool *blank);

/** put_long - as put_u64() */
char *put_long(char *p, uint64_t value);

/** put_u64 - a decimal number; TEXT_NUMBER bytes at most. Most have one digit. */
static inline char *put_u64(char *p, uint64_t value)
{
	if (value >= 10)
		return put_long(p, value);
	*p = (char)('0' + value);
	return p + 1;
}

/* "00" to "99": one division for two digits */
extern const char text_pairs[];

/** put_pair - two digits, with a zero in front; @value is below 100 */
static inline char *put_pair(char *p, unsigned int value)
{
	memcpy(p, text_pairs + 2 * value, 2);
	return p + 2;
}

/** put_three - three digits, likewise; @value is below 1,000 */
static inline char *put_three(char *p, unsigned int value)
{
	*p = (char)('0' + value / 100);
	return put_pair(p + 1, value % 100);
}

/**
 * put_duration - a time in three digits, or in two units, cut off; TEXT_DURATION bytes at
 * most
 * @narrow: for a table: 35us 5.07ms 62.0s 2m05s 3h20m 5d06h; otherwise as people write
 *	it: 35 µs, 62.0 s, 2 min 5 s
 */
char *put_duration(char *p, uint64_t ns, bool narrow);

/**
 * put_id - #7; a#7 where there are several recordings; TEXT_ID bytes at most
 */
char *put_id(char *p, uint64_t id);

/** put_address - an address of family 4 or 6; TEXT_ADDRESS bytes at most */
char *put_address(char *p, const uint8_t addr[16], unsigned int family);

/**
 * put_local, put_remote - an endpoint's own and its peer's address:port, "?" when
 * it is not known, "*" where a listener has no peer
 */
char *put_local(char *p, const struct wavehand_endpoint *ep);
char *put_remote(char *p, const struct wavehand_endpoint *ep);

/**
 * is_format - does a character act instead of showing, or on those beside it?
 * @c: 0 to 0x10ffff
 *
 * Controls, and what Unicode calls formats and separators: directions of writing, what
 * has no width, tags, signs that span the digits behind them; private planes, too.
 */
bool is_format(int32_t c);

/*
 * Which characters may stay as they are. The first two are a bool's: is it UTF-8?
 * On a page nothing stands in columns, and its letters are not the locale's.
 */
enum text_set { TEXT_ASCII, TEXT_COLUMNS, TEXT_PAGE, TEXT_LINE };

/**
 * put_clean - bytes that somebody else chose, safe for a terminal or a page
 * @p: at least four times @size bytes
 * @src: ends at a NUL or after @size bytes
 * @size: most bytes to look at
 * @set: what may stay: printable ASCII; UTF-8 of one column each; any that shows; UTF-8
 *	of one column or two
 *
 * Everything else, and the backslash, becomes \xNN.
 */
char *put_clean(char *p, const char *src, size_t size, enum text_set set);

/**
 * put_owner - "comm[pid]" of the owner, "?" when it is not known; TEXT_OWNER at most
 */
char *put_owner(char *p, const struct wavehand_endpoint *ep, enum text_set set);

/**
 * utf8_decode - one character of UTF-8
 * @s: bytes
 * @size: how many there are
 * @length: set to how many it took, 1 when they are no valid UTF-8
 *
 * Return: the character, or -1 for what is not valid (overlong, surrogate, cut).
 */
int32_t utf8_decode(const char *s, size_t size, size_t *length);

#endif /* TEXT_H */
