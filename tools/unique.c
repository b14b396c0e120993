// SPDX-License-Identifier: GPL-2.0
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "room.h"
#include "unique.h"

static int compare(const void *a, const void *b)
{
	const struct string *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return memcmp(x->bytes, y->bytes, x->size);
}

int64_t strings_number(struct strings *s, const void *bytes, size_t size)
{
	struct string key = { .size = size, .bytes = bytes }, *new;
	struct string *const *found = tfind(&key, &s->tree, compare);

	if (found)
		return (*found)->number;
	if (s->count == UINT32_MAX ||
	    room_for_one(&s->all, s->count, &s->room, sizeof(*s->all)))
		return -1;
	new = malloc(sizeof(*new) + size);
	if (!new)
		return -1;
	memcpy(new + 1, bytes, size);
	*new = (struct string){ .number = s->count, .size = size, .bytes = new + 1 };
	if (!tsearch(new, &s->tree, compare)) {
		free(new);
		return -1;
	}
	s->all[s->count] = new;
	return s->count++;
}

static void keep(void *string)
{
	(void)string;
}

void strings_free(struct strings *s)
{
	uint32_t i;

	tdestroy(s->tree, keep);
	for (i = 0; i < s->count; i++)
		free(s->all[i]);
	free(s->all);
	memset(s, 0, sizeof(*s));
}
