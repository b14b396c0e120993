/* SPDX-License-Identifier: GPL-2.0 */
/* JSON, one object a line, for every subcommand. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "history.h"
#include "merge.h"
#include "names.h"
#include "out.h"
#include "wavehand.h"

#define JSON_RUN 8192
#define JSON_KEY_SIZE 64	/* longest key, with what stands around it */

/**
 * struct json - a writer of JSON
 * @gen: yajl's generator; it allocates nothing between json_start() and json_end()
 * @out: where the text goes
 * @key: key whose value is to come, as JSON_KEY() makes it, or NULL
 * @key_size: its length
 * @used: bytes in @run; @key is behind them already, if the value is to join them
 * @run: values of one object and the keys between them, made up here and given to
 *	yajl at once: it takes its time for each piece
 */
struct json {
	struct yajl_gen_t *gen;
	struct out *out;
	const char *key;
	size_t key_size;
	size_t used;
	char run[JSON_RUN + JSON_KEY_SIZE];
};

/**
 * json_start - begin to write
 *
 * Return: 0, or -1 when there is no memory.
 */
int json_start(struct json *j, struct out *out);

/** json_end - release everything */
void json_end(struct json *j);

/** json_line - the object is complete: end its line */
void json_line(struct json *j);

/** json_open, json_close - begin and end an object */
void json_open(struct json *j);
void json_close(struct json *j);

/** json_open_array, json_close_array - begin and end an array */
void json_open_array(struct json *j);
void json_close_array(struct json *j);

/* A key as it stands between two values. */
#define JSON_KEY(key) ",\"" key "\":"

/* Keys are literals, json_key(j, "id"): copied here, where their lengths are known. */
#define json_key(j, key) do { \
	_Static_assert(sizeof(JSON_KEY(key)) <= JSON_KEY_SIZE, "too long"); \
	json_key_n(j, JSON_KEY(key), sizeof(JSON_KEY(key)) - 1); \
} while (0)

/* @key: made by JSON_KEY() */
static inline void json_key_n(struct json *j, const char *key, size_t n)
{
	memcpy(j->run + j->used, key, n);
	j->key = key;
	j->key_size = n;
}

/** json_u64 - a number */
void json_u64(struct json *j, uint64_t number);

/** json_number - a number that is text already */
void json_number(struct json *j, const char *text, size_t n);

/** json_bool - true or false */
void json_bool(struct json *j, bool yes);

/** json_str - a string of ours: printable ASCII */
void json_str(struct json *j, const char *s);

/** json_word - likewise */
void json_word(struct json *j, const struct word *w);

#define JSON_BYTES 1024

/**
 * json_bytes - a string that somebody else chose; what is no UTF-8 becomes U+FFFD
 * @j: writer
 * @s: ends at a NUL or after @size bytes
 * @size: at most JSON_BYTES
 */
void json_bytes(struct json *j, const char *s, size_t size);

/**
 * json_endpoint - the keys that describe an endpoint, within an open object
 *
 * What is not known is left out. Of several recordings, the letter is a key of its
 * own, and id and netns are those within it: no number beyond 2^53 is made up.
 */
void json_endpoint(struct json *j, const struct wavehand_endpoint *ep);

/**
 * json_event - the keys that describe an event, within an open object
 * @j: writer
 * @event: of any kind; the keys are those that this kind has
 */
void json_event(struct json *j, const struct history_event *event);

/**
 * json_recordings - a line that tells which recording is which, and how their clocks differ
 * @j: writer
 * @m: after merge_run()
 */
void json_recordings(struct json *j, const struct merge *m);

#endif /* JSON_H */
