// SPDX-License-Identifier: GPL-2.0
/*
 * Two hash tables of singly linked chains through the endpoints. Links are numbers of
 * slots, not pointers: an endpoint has to fit in 640 bytes.
 *
 * Locking: an array of raw spinlocks, each over some buckets of both tables, leaves
 * under the lock of a shard (see store.c). A finder holds one alone and lets go of it
 * before it takes the shard's: what it found may be gone by then, which the id tells.
 *
 * The addresses are hashed with a secret: who chooses them may be hostile.
 */
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "index.h"
#include "slots.h"

#define LOCKS	256

static raw_spinlock_t locks[LOCKS];
/* Slot numbers plus one, 0 ends a chain; protected by the lock of the bucket. */
static u32 *keys;
static u32 *tuples;
/* Written once, before the first probe. */
static u32 mask;
static u32 secret;

static raw_spinlock_t *lock_of(u32 bucket)
{
	return &locks[bucket % LOCKS];
}

static struct wh_endpoint *at(u32 link)
{
	return wh_slot(link - 1);
}

static u32 link_to(const struct wh_endpoint *endpoint)
{
	return wh_slot_number(endpoint) + 1;
}

static u32 bucket_of_key(const void *key)
{
	return hash_ptr(key, 32) & mask;
}

static u32 hash_of_tuple(u64 netns, const u8 *local, const u8 *remote,
			 u16 local_port, u16 remote_port, u8 family)
{
	const u32 *l = (const u32 *)local, *r = (const u32 *)remote;
	u32 hash = jhash_3words(l[0], r[0], (u32)local_port << 16 | remote_port,
				secret ^ (u32)netns);

	if (family == 6)
		hash = jhash2(r, 4, jhash2(l, 4, hash));
	return hash;
}

static u32 bucket_of_endpoint(const struct wavehand_endpoint *pub)
{
	return hash_of_tuple(pub->netns, pub->local_addr, pub->remote_addr,
			     pub->local_port, pub->remote_port, pub->family) &
	       mask;
}

/**
 * wh_index_add_key() - name an endpoint by its socket
 * @endpoint: its key is set
 *
 * Context: its shard is locked. No other endpoint has that name.
 */
void wh_index_add_key(struct wh_endpoint *endpoint)
{
	u32 bucket = bucket_of_key(endpoint->key);

	raw_spin_lock(lock_of(bucket));
	endpoint->next_key = keys[bucket];
	keys[bucket] = link_to(endpoint);
	raw_spin_unlock(lock_of(bucket));
}

/**
 * wh_index_remove_key() - take that name from it
 * @endpoint: it may have none
 *
 * Context: its shard is locked.
 */
void wh_index_remove_key(struct wh_endpoint *endpoint)
{
	u32 bucket, *link;

	if (!endpoint->key)
		return;
	bucket = bucket_of_key(endpoint->key);
	raw_spin_lock(lock_of(bucket));
	for (link = &keys[bucket]; *link; link = &at(*link)->next_key) {
		if (at(*link) == endpoint) {
			*link = endpoint->next_key;
			break;
		}
	}
	/* Under the lock: finders compare it. */
	endpoint->key = NULL;
	raw_spin_unlock(lock_of(bucket));
}

/**
 * wh_index_find_key() - the endpoint of a socket
 * @key: its address
 * @ref: set to the endpoint, where there is one; its hash in any case
 *
 * Context: any but NMI, interrupts disabled, no shard locked.
 * Return: whether there is one.
 */
bool wh_index_find_key(const void *key, struct wh_ref *ref)
{
	bool found = false;
	u32 bucket, link;

	ref->hash = hash_ptr(key, 32);
	bucket = ref->hash & mask;
	raw_spin_lock(lock_of(bucket));
	for (link = keys[bucket]; link; link = at(link)->next_key) {
		if (at(link)->key == key) {
			ref->slot = link - 1;
			ref->id = at(link)->pub.id;
			found = true;
			break;
		}
	}
	raw_spin_unlock(lock_of(bucket));
	return found;
}

static bool same_addresses(const struct wavehand_endpoint *a,
			   const struct wavehand_endpoint *b)
{
	return a->local_port == b->local_port &&
	       a->remote_port == b->remote_port && a->netns == b->netns &&
	       a->family == b->family &&
	       !memcmp(a->local_addr, b->local_addr, 16) &&
	       !memcmp(a->remote_addr, b->remote_addr, 16);
}

static bool has_tuple(const struct wavehand_endpoint *pub,
		      const struct wh_tuple *tuple)
{
	return pub->local_port == tuple->local_port &&
	       pub->remote_port == tuple->remote_port &&
	       pub->netns == tuple->netns && pub->family == tuple->family &&
	       !memcmp(pub->local_addr, tuple->local_addr, 16) &&
	       !memcmp(pub->remote_addr, tuple->remote_addr, 16);
}

/**
 * wh_index_add_tuple() - name an endpoint by its addresses, which stay as they are
 * @endpoint: they are all known
 *
 * Older endpoints with these addresses lose the name when they are closed. One that is
 * not stays behind the new one: sockets bound to different devices can share them.
 * Context: its shard is locked; it never had the name.
 */
void wh_index_add_tuple(struct wh_endpoint *endpoint)
{
	u32 bucket = bucket_of_endpoint(&endpoint->pub);
	u32 *link;

	raw_spin_lock(lock_of(bucket));
	link = &tuples[bucket];
	while (*link) {
		struct wh_endpoint *older = at(*link);

		/* It may close just now: then it goes when its slot does. */
		if (data_race(older->pub.state) == WAVEHAND_CLOSED &&
		    same_addresses(&older->pub, &endpoint->pub)) {
			*link = older->next_tuple;
			older->in_tuples = false;
		} else {
			link = &older->next_tuple;
		}
	}
	endpoint->next_tuple = tuples[bucket];
	endpoint->in_tuples = true;
	tuples[bucket] = link_to(endpoint);
	raw_spin_unlock(lock_of(bucket));
}

/**
 * wh_index_remove_tuple() - take that name from it
 * @endpoint: it had it once, and may have lost it
 *
 * Context: its shard is locked.
 */
void wh_index_remove_tuple(struct wh_endpoint *endpoint)
{
	u32 bucket = bucket_of_endpoint(&endpoint->pub);
	u32 *link;

	raw_spin_lock(lock_of(bucket));
	for (link = &tuples[bucket]; endpoint->in_tuples && *link;
	     link = &at(*link)->next_tuple) {
		if (at(*link) == endpoint) {
			*link = endpoint->next_tuple;
			endpoint->in_tuples = false;
			break;
		}
	}
	raw_spin_unlock(lock_of(bucket));
}

/**
 * wh_index_find_tuple() - the latest endpoint with these addresses
 * @tuple: its addresses
 * @cookie: its cookie; 0: any
 * @ref: set to the endpoint, where there is one; its hash in any case
 *
 * Context: any but NMI, interrupts disabled.
 * Return: whether there is one.
 */
bool wh_index_find_tuple(const struct wh_tuple *tuple, u64 cookie,
			 struct wh_ref *ref)
{
	bool found = false;
	u32 bucket, link;

	ref->hash = hash_of_tuple(tuple->netns, tuple->local_addr,
				  tuple->remote_addr, tuple->local_port,
				  tuple->remote_port, tuple->family);
	bucket = ref->hash & mask;
	raw_spin_lock(lock_of(bucket));
	for (link = tuples[bucket]; link; link = at(link)->next_tuple) {
		const struct wavehand_endpoint *pub = &at(link)->pub;

		if (!has_tuple(pub, tuple))
			continue;
		/* It may be learnt just now: then nobody asks for it yet. */
		if (!cookie || data_race(pub->cookie) == cookie) {
			ref->slot = link - 1;
			ref->id = pub->id;
			found = true;
			break;
		}
	}
	raw_spin_unlock(lock_of(bucket));
	return found;
}

/** wh_index_memory() - bytes that the index takes */
u64 wh_index_memory(void)
{
	return 2 * (mask + 1ULL) * sizeof(*keys);
}

/**
 * wh_index_init() - allocate the index
 * @slots: how many endpoints there can be
 *
 * Return: 0, -ENOMEM.
 */
int wh_index_init(unsigned int slots)
{
	unsigned int i;

	mask = rounddown_pow_of_two(slots) - 1;
	secret = get_random_u32();
	for (i = 0; i < LOCKS; i++)
		raw_spin_lock_init(&locks[i]);
	keys = kvcalloc(mask + 1ULL, sizeof(*keys), GFP_KERNEL);
	tuples = kvcalloc(mask + 1ULL, sizeof(*tuples), GFP_KERNEL);
	if (keys && tuples)
		return 0;
	wh_index_exit();
	return -ENOMEM;
}

/** wh_index_exit() - free the index; no probe may be left */
void wh_index_exit(void)
{
	kvfree(keys);
	kvfree(tuples);
}
