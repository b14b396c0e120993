// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "each.h"
#include "progress.h"

static bool is_wanted(const struct filter *filter, const struct conversation *c)
{
	int i;

	for (i = 0; i < 2; i++)
		if (c->end[i].h && filter_match(filter, &c->end[i].h->ep))
			return true;
	return false;
}

int each_diagram(const struct histories *h, const struct filter *filter,
		 int (*draw)(void *ctx, struct diagram *d), void *ctx, uint64_t *count)
{
	struct conversation *list;
	size_t all, i;
	int error;

	*count = 0;
	error = conversation_pair(h, &list, &all);
	for (i = 0; i < all && !error; i++) {
		struct diagram d;

		progress_at(i, all);
		if (!is_wanted(filter, &list[i]))
			continue;
		++*count;
		error = diagram_make(&d, &list[i], h);
		if (!error)
			error = draw(ctx, &d);
		diagram_free(&d);
	}
	free(list);
	return error;
}
