/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The index: from the two names of an endpoint, its socket and its addresses, to its
 * place in the store.
 *
 * A name leads to the latest endpoint that was given it. Who finds one takes no lock and
 * holds none of what it found: under the lock of the shard it has to look whether the
 * endpoint in that slot has the name, for by then it may have lost it, or be another one.
 */
#ifndef _WH_INDEX_H
#define _WH_INDEX_H

#include <linux/hash.h>
#include <linux/types.h>
#include "endpoint.h"
#include "slots.h"

/**
 * struct wh_index - two hash tables of singly linked chains through the endpoints
 * @keys: by socket: the first slot of each chain
 * @tuples: by addresses
 * @mask: buckets of either, minus one; written once, before the first probe, as are the
 *	pointers and @secret
 * @secret: of the hash of addresses: who chooses those may be hostile
 */
struct wh_index {
	u32 *keys;
	u32 *tuples;
	u32 mask;
	u32 secret;
};

extern struct wh_index wh_index;

/* Ends the chain of a bucket; or: there is none. */
#define WH_INDEX_END		BIT(31)

int wh_index_init(unsigned int slots);
void wh_index_exit(void);

void wh_index_add_key(struct wh_endpoint *endpoint);
void wh_index_remove_key(struct wh_endpoint *endpoint);

u32 wh_index_hash(const struct wh_tuple *tuple);
void wh_index_add_tuple(struct wh_endpoint *endpoint);
void wh_index_remove_tuple(struct wh_endpoint *endpoint);
u32 wh_index_find_tuple(const struct wh_tuple *tuple, u32 hash, u64 cookie);
bool wh_index_has_tuple(const struct wavehand_endpoint *pub,
			const struct wh_tuple *tuple, u64 cookie);

u64 wh_index_memory(void);

static inline u32 wh_index_hash_key(const void *key)
{
	return hash_ptr(key, 32);
}

/**
 * wh_index_find_key() - the endpoint of a socket
 * @key: its address
 * @hash: of that
 *
 * Context: any.
 * Return: its slot; WH_INDEX_END, or more, when there is none.
 */
static inline u32 wh_index_find_key(const void *key, u32 hash)
{
	u32 bucket = hash & wh_index.mask;
	u32 slot;

	do {
		slot = READ_ONCE(wh_index.keys[bucket]);
		while (slot < WH_INDEX_END &&
		       READ_ONCE(wh_slot(slot)->key) != key)
			slot = READ_ONCE(wh_slot(slot)->next_key);
		/* One that left meanwhile may have led into another chain. */
	} while (unlikely(slot >= WH_INDEX_END && slot != WH_INDEX_END + bucket));
	return slot;
}

#endif /* _WH_INDEX_H */
