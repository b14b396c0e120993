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
 * @shards: the shards
 * @nr_shards: a power of two
 * @per_shard: places of a shard
 * @sockets: for how many sockets it has places
 * @requests: for how many requests
 * @depth: events kept of one endpoint
 * @first_events: so many of them, the first ones, are never dropped
 */
struct wh_slots {
	void *base;
	size_t size;
	struct wh_shard *shards;
	unsigned int nr_shards;
	unsigned int per_shard;
	unsigned int sockets;
	unsigned int requests;
	unsigned int depth;
	unsigned int first_events;
};

extern struct wh_slots wh_slots;

int wh_slots_init(void);
void wh_slots_exit(void);

static inline struct wh_endpoint *wh_slot(u32 number)
{
	return wh_slots.base + number * wh_slots.size;
}

static inline u32 wh_slot_number(const struct wh_endpoint *endpoint)
{
	return ((const void *)endpoint - wh_slots.base) / wh_slots.size;
}

static inline struct wh_shard *wh_shard_of(u32 slot)
{
	return &wh_slots.shards[slot / wh_slots.per_shard];
}

#endif /* _WH_SLOTS_H */
