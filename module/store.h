/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The store: the histories of all endpoints, preallocated, in shards.
 *
 * It knows events and keys (the address of a socket, never followed), not
 * sockets.
 */
#ifndef _WH_STORE_H
#define _WH_STORE_H

#include <linux/list.h>
#include <linux/types.h>
#include "event.h"

struct wh_shard;

/**
 * struct wh_endpoint - an endpoint and its history; protected by its shard's lock
 * @pub: what readers see of it; probes fill in what they learn
 * @key: the socket; NULL once that is gone
 * @hash: in the shard's bucket, while @key is set
 * @age: in the shard's list of closed endpoints, while CLOSED
 * @total: events so far; those beyond the store's depth pushed out an older one
 * @next: where in @events the next one goes
 * @events: the first depth / 2 events, then the latest ones, as a ring
 */
struct wh_endpoint {
	struct wavehand_endpoint pub;
	const void *key;
	struct hlist_node hash;
	struct list_head age;
	u32 total;
	u32 next;
	struct wh_event events[];
};

/**
 * struct wh_entry - one event on its way into the store
 * @endpoint: whose it is; the caller may fill in @endpoint->pub
 * @born: the endpoint was made for this event
 */
struct wh_entry {
	struct wh_endpoint *endpoint;
	bool born;
	/* private: */
	struct wh_shard *shard;
	unsigned long irq_flags;
};

/**
 * struct wh_snapshot - a copy of one endpoint for a reader
 * @pub: the endpoint
 * @dropped: events missing in the middle, after the first @before_gap ones
 * @before_gap: where they are missing
 * @kept: length of @events
 * @events: in order
 */
struct wh_snapshot {
	struct wavehand_endpoint pub;
	u32 dropped;
	u32 before_gap;
	u32 kept;
	struct wh_event events[];
};

/** struct wh_store_stats - counters since the module was loaded */
struct wh_store_stats {
	u64 events;
	u64 transitions;
	u64 endpoints;
	u64 live;
	u64 closed;
	u64 evicted;
	u64 untracked;
};

int wh_store_init(void);
void wh_store_exit(void);

void wh_store_begin(struct wh_entry *entry, const void *key,
		    const struct wh_event *event);
void wh_store_commit(struct wh_entry *entry, struct wh_event *event);
void wh_store_forget(const void *key);

#define WH_STORE_ALL_NETNS	0ULL	/* no network namespace has this cookie */

bool wh_store_next(u32 *position, u64 netns, struct wh_snapshot *snapshot);
struct wh_snapshot *wh_snapshot_alloc(void);

void wh_store_read_stats(struct wh_store_stats *stats);
u64 wh_store_memory(void);
unsigned int wh_store_capacity(void);
unsigned int wh_store_depth(void);
unsigned int wh_store_shards(void);

#endif /* _WH_STORE_H */
