/* SPDX-License-Identifier: GPL-2.0 */
/* Each string once, with a number: what many conversations say is written once. Pure. */
#ifndef UNIQUE_H
#define UNIQUE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct string - one of them
 * @number: 0, 1, … in the order in which they came
 * @size: bytes of @bytes
 * @bytes: any
 */
struct string {
	uint32_t number;
	size_t size;
	const void *bytes;
};

/**
 * struct strings - a set of strings; zeroed in the beginning
 * @tree: of tsearch(3): whoever chooses strings cannot make it slow, as with hashes
 * @all: by number
 * @count: how many
 * @room: for how many @all has room
 */
struct strings {
	void *tree;
	struct string **all;
	uint32_t count;
	uint64_t room;
};

/** strings_number - number of a string, which is added; -1 when there is no memory */
int64_t strings_number(struct strings *s, const void *bytes, size_t size);

/** strings_free - release everything */
void strings_free(struct strings *s);

#endif /* UNIQUE_H */
