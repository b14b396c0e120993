/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The places for endpoints: one array, allocated when the module is loaded, divided among
 * shards. For store.c, which puts endpoints there, index.c and snapshot.c.
 */
#ifndef _WH_SLOTS_H
#define _WH_SLOTS_H

#include <linux/cache.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include "endpoint.h"
#include "store.h"

/**
 * struct wh_shard - a part of the store
 * @lock: protects everything below, and the endpoints in this shard's slots
 * @first: number of its first slot; it has wh_slots.per_shard, the last one for what
 *	cannot be tracked
 * @used: slots taken so far
 * @unused: slots given back, a list by @age
 * @tracked: sockets, closed ones included; wh_slots.sockets at most
 * @requested: requests, ended ones included; wh_slots.requests at most
 * @closed: sockets in CLOSED, the one that closed first at the head
 * @requests: requests, the oldest at the head
 * @stats: this shard's part of the counters
 */
struct wh_shard {
	raw_spinlock_t lock;
	u32 first;
	unsigned int used;
	unsigned int tracked;
	unsigned int requested;
	struct list_head unused;
	struct list_head closed;
	struct list_head requests;
	struct wh_store_stats stats;
} ____cacheline_aligned_in_smp;

/**
 * struct wh_slots - how the places are laid out; written once, before the first probe
 * @base: the array
 * @size: bytes of one place
 * @size_shift: @size is an odd number times 2 to the power of this
 * @size_inverse: inverse of that odd number, modulo 2^32
 * @shards: the shards
 * @nr_shards: a power of two
 * @per_shard: places of a shard
 * @shard_inverse: 2^WH_SHARD_SHIFT divided by that, rounded up
 * @sockets: for how many sockets it has places
 * @requests: for how many requests
 * @depth: events kept of one endpoint
 * @first_events: so many of them, the first ones, are never dropped
 */
struct wh_slots {
	void *base;
	size_t size;
	unsigned int size_shift;
	u32 size_inverse;
	struct wh_shard *shards;
	unsigned int nr_shards;
	unsigned int per_shard;
	u64 shard_inverse;
	unsigned int sockets;
	unsigned int requests;
	unsigned int depth;
	unsigned int first_events;
};

extern struct wh_slots wh_slots;

#define WH_SHARD_SHIFT	49

int wh_slots_init(void);
void wh_slots_exit(void);

static inline struct wh_endpoint *wh_slot(u32 number)
{
	return wh_slots.base + number * wh_slots.size;
}

/* Divides without a division: what leaves no rest is multiplied by the inverse. */
static inline u32 wh_slot_number(const struct wh_endpoint *endpoint)
{
	size_t offset = (const void *)endpoint - wh_slots.base;

	return (u32)(offset >> wh_slots.size_shift) * wh_slots.size_inverse;
}

/*
 * Divides without a division. The inverse is too large by less than one, which adds less
 * than slot / 2^WH_SHARD_SHIFT; that is less than 1 / per_shard, so the result is exact.
 */
static inline struct wh_shard *wh_shard_of(u32 slot)
{
	return &wh_slots.shards[slot * wh_slots.shard_inverse >> WH_SHARD_SHIFT];
}

#endif /* _WH_SLOTS_H */
