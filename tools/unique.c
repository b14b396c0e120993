// SPDX-License-Identifier: GPL-2.0
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "unique.h"

static int compare(const void *a, const void *b)
{
	const struct string *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return memcmp(x->bytes, y->bytes, x->size);
}

static int make_room(struct strings *s)
{
	uint64_t more = s->room ? s->room * 2 : 256;
	struct string **all;

	if (s->count < s->room)
		return 0;
	if (more > UINT32_MAX)
		return -1;
	all = reallocarray(s->all, more, sizeof(*all));
	if (!all)
		return -1;
	s->all = all;
	s->room = more;
	return 0;
}

int64_t strings_number(struct strings *s, const void *bytes, size_t size)
{
	struct string key = { .size = size, .bytes = bytes }, *new;
	struct string *const *found = tfind(&key, &s->tree, compare);

	if (found)
		return (*found)->number;
	if (make_room(s))
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
