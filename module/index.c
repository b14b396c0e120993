// SPDX-License-Identifier: GPL-2.0
/*
 * Links are numbers of slots, not pointers: an endpoint has to fit in 640 bytes. The link
 * that ends a chain tells whose chain it is.
 *
 * Locking: an array of raw spinlocks, each over some buckets of both tables, leaves
 * under the lock of a shard (see store.c): for those who change a chain. Who only follows
 * one takes no lock. The endpoints are always there; what a walk stands on may leave its
 * chain and join another one, and then the walk ends at an end that is not its own, and
 * begins again, as with hlist_nulls. One that joins the same chain does so at its head, and
 * the walk meets all the others once more. What a walk reads of an endpoint may be half
 * written or out of date: the lock of the shard, taken afterwards, makes it certain.
 */
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "index.h"

#define LOCKS	256

static raw_spinlock_t locks[LOCKS];

/* The chains: written under the lock of the bucket. */
struct wh_index wh_index;

static raw_spinlock_t *lock_of(u32 bucket)
{
	return &locks[bucket % LOCKS];
}

static u32 bucket_of_key(const void *key)
{
	return wh_index_hash_key(key) & wh_index.mask;
}

static u32 hash_addresses(u64 netns, const u8 *local, const u8 *remote,
			  u16 local_port, u16 remote_port, u8 family)
{
	const u32 *l = (const u32 *)local, *r = (const u32 *)remote;
	u32 hash = jhash_3words(l[0], r[0], (u32)local_port << 16 | remote_port,
				wh_index.secret ^ (u32)netns);

	if (family == 6)
		hash = jhash2(r, 4, jhash2(l, 4, hash));
	return hash;
}

static u32 bucket_of_endpoint(const struct wavehand_endpoint *pub)
{
	return hash_addresses(pub->netns, pub->local_addr, pub->remote_addr,
			      pub->local_port, pub->remote_port, pub->family) &
	       wh_index.mask;
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
	u32 *head = &wh_index.keys[bucket];

	raw_spin_lock(lock_of(bucket));
	WRITE_ONCE(endpoint->next_key, *head);
	/* Who sees the link sees what it leads to. */
	smp_store_release(head, wh_slot_number(endpoint));
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
	for (link = &wh_index.keys[bucket]; *link < WH_INDEX_END;
	     link = &wh_slot(*link)->next_key) {
		if (wh_slot(*link) == endpoint) {
			/* It still leads on, for a walk that stands on it. */
			WRITE_ONCE(*link, endpoint->next_key);
			break;
		}
	}
	WRITE_ONCE(endpoint->key, NULL);
	raw_spin_unlock(lock_of(bucket));
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

/**
 * wh_index_has_tuple() - are these the addresses of that endpoint?
 * @pub: the endpoint
 * @tuple: the addresses
 * @cookie: its cookie; 0: any
 */
bool wh_index_has_tuple(const struct wavehand_endpoint *pub,
			const struct wh_tuple *tuple, u64 cookie)
{
	return pub->local_port == tuple->local_port &&
	       pub->remote_port == tuple->remote_port &&
	       pub->netns == tuple->netns && pub->family == tuple->family &&
	       !memcmp(pub->local_addr, tuple->local_addr, 16) &&
	       !memcmp(pub->remote_addr, tuple->remote_addr, 16) &&
	       (!cookie || pub->cookie == cookie);
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
	u32 *head = &wh_index.tuples[bucket];
	u32 *link = head;

	raw_spin_lock(lock_of(bucket));
	while (*link < WH_INDEX_END) {
		struct wh_endpoint *older = wh_slot(*link);

		/* It may close just now: then it goes when its slot does. */
		if (data_race(older->pub.state) == WAVEHAND_CLOSED &&
		    same_addresses(&older->pub, &endpoint->pub)) {
			WRITE_ONCE(*link, older->next_tuple);
			WRITE_ONCE(older->in_tuples, false);
		} else {
			link = &older->next_tuple;
		}
	}
	WRITE_ONCE(endpoint->next_tuple, *head);
	WRITE_ONCE(endpoint->in_tuples, true);
	/* As in wh_index_add_key(). */
	smp_store_release(head, wh_slot_number(endpoint));
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
	for (link = &wh_index.tuples[bucket];
	     endpoint->in_tuples && *link < WH_INDEX_END;
	     link = &wh_slot(*link)->next_tuple) {
		if (wh_slot(*link) == endpoint) {
			WRITE_ONCE(*link, endpoint->next_tuple);
			WRITE_ONCE(endpoint->in_tuples, false);
			break;
		}
	}
	raw_spin_unlock(lock_of(bucket));
}

/** wh_index_hash() - of addresses, for wh_index_find_tuple() */
u32 wh_index_hash(const struct wh_tuple *tuple)
{
	return hash_addresses(tuple->netns, tuple->local_addr,
			      tuple->remote_addr, tuple->local_port,
			      tuple->remote_port, tuple->family);
}

/**
 * wh_index_find_tuple() - the latest endpoint with these addresses
 * @tuple: its addresses
 * @hash: of those
 * @cookie: its cookie; 0: any
 *
 * Context: any.
 * Return: its slot; WH_INDEX_END, or more, when there is none.
 */
u32 wh_index_find_tuple(const struct wh_tuple *tuple, u32 hash, u64 cookie)
{
	u32 bucket = hash & wh_index.mask;
	u32 slot;

	do {
		slot = READ_ONCE(wh_index.tuples[bucket]);
		while (slot < WH_INDEX_END) {
			const struct wh_endpoint *at = wh_slot(slot);

			/* Half written it is not the one, or will be found out. */
			if (data_race(wh_index_has_tuple(&at->pub, tuple, cookie)))
				break;
			slot = READ_ONCE(at->next_tuple);
		}
	} while (unlikely(slot >= WH_INDEX_END && slot != WH_INDEX_END + bucket));
	return slot;
}

/** wh_index_memory() - bytes that the index takes */
u64 wh_index_memory(void)
{
	return 2 * (wh_index.mask + 1ULL) * sizeof(u32);
}

/**
 * wh_index_init() - allocate the index
 * @slots: how many endpoints there can be
 *
 * Return: 0, -ENOMEM.
 */
int wh_index_init(unsigned int slots)
{
	u32 buckets = rounddown_pow_of_two(slots);
	u32 i;

	for (i = 0; i < LOCKS; i++)
		raw_spin_lock_init(&locks[i]);
	wh_index.mask = buckets - 1;
	wh_index.secret = get_random_u32();
	wh_index.keys = kvmalloc_array(buckets, sizeof(u32), GFP_KERNEL);
	wh_index.tuples = kvmalloc_array(buckets, sizeof(u32), GFP_KERNEL);
	if (!wh_index.keys || !wh_index.tuples) {
		wh_index_exit();
		return -ENOMEM;
	}
	for (i = 0; i < buckets; i++) {
		wh_index.keys[i] = WH_INDEX_END + i;
		wh_index.tuples[i] = WH_INDEX_END + i;
	}
	return 0;
}

/** wh_index_exit() - free the index; no probe may be left */
void wh_index_exit(void)
{
	kvfree(wh_index.keys);
	kvfree(wh_index.tuples);
}
