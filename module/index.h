/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The index: from the two names of an endpoint, its socket and its addresses, to its
 * place in the store.
 *
 * A name leads to the latest endpoint that was given it.
 */
#ifndef _WH_INDEX_H
#define _WH_INDEX_H

#include <linux/types.h>
#include "endpoint.h"

int wh_index_init(unsigned int slots);
void wh_index_exit(void);

void wh_index_add_key(struct wh_endpoint *endpoint);
void wh_index_remove_key(struct wh_endpoint *endpoint);
bool wh_index_find_key(const void *key, struct wh_ref *ref);

void wh_index_add_tuple(struct wh_endpoint *endpoint);
void wh_index_remove_tuple(struct wh_endpoint *endpoint);
bool wh_index_find_tuple(const struct wh_tuple *tuple, u64 cookie,
			 struct wh_ref *ref);

u64 wh_index_memory(void);

#endif /* _WH_INDEX_H */
