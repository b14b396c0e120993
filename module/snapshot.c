// SPDX-License-Identifier: GPL-2.0
/* What readers do with the store: copy endpoints and counters, under the shards' locks. */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "await.h"
#include "index.h"
#include "slots.h"
#include "snapshot.h"

#define SCAN_MAX	64	/* slots looked at under one hold of a lock */

static void copy_endpoint(const struct wh_endpoint *endpoint,
			  struct wh_snapshot *snapshot)
{
	u32 oldest;	/* of the latest ones */

	snapshot->pub = endpoint->pub;
	if (endpoint->total <= wh_slots.depth) {
		snapshot->kept = endpoint->total;
		snapshot->dropped = 0;
		snapshot->before_gap = endpoint->total;
		memcpy(snapshot->events, endpoint->events,
		       array_size(endpoint->total, sizeof(struct wh_kept)));
		return;
	}

	oldest = endpoint->next;
	snapshot->kept = wh_slots.depth;
	snapshot->dropped = endpoint->total - wh_slots.depth;
	snapshot->before_gap = wh_slots.first_events;
	memcpy(snapshot->events, endpoint->events,
	       array_size(wh_slots.first_events, sizeof(struct wh_kept)));
	memcpy(snapshot->events + wh_slots.first_events, endpoint->events + oldest,
	       array_size(wh_slots.depth - oldest, sizeof(struct wh_kept)));
	memcpy(snapshot->events + wh_slots.first_events + wh_slots.depth - oldest,
	       endpoint->events + wh_slots.first_events,
	       array_size(oldest - wh_slots.first_events, sizeof(struct wh_kept)));
}

/**
 * wh_store_next() - copy the next endpoint of a walk over all
 * @position: 0 to begin; where the walk stands. On success it is the position of
 *	the endpoint copied: add 1 to go on
 * @netns: cookie of the network namespace whose endpoints are wanted, or
 *	WH_STORE_ALL_NETNS
 * @snapshot: from wh_snapshot_alloc()
 *
 * An endpoint is met once at most. One that is born during the walk may be
 * missed; one that is there from beginning to end is not.
 *
 * Context: process. A lock is held for one copy, or for SCAN_MAX slots skipped.
 * Return: false at the end.
 */
bool wh_store_next(u32 *position, u64 netns, struct wh_snapshot *snapshot)
{
	while (*position < wh_slots.nr_shards * wh_slots.per_shard) {
		struct wh_shard *shard = wh_shard_of(*position);
		u32 index = *position - shard->first;
		u32 end = min(index + SCAN_MAX, wh_slots.per_shard);
		struct wh_endpoint *endpoint = NULL;

		raw_spin_lock_irq(&shard->lock);
		for (; index < min(end, shard->used); index++) {
			endpoint = wh_slot(shard->first + index);
			if (endpoint->pub.id &&
			    (netns == WH_STORE_ALL_NETNS ||
			     endpoint->pub.netns == netns)) {
				copy_endpoint(endpoint, snapshot);
				break;
			}
			endpoint = NULL;
		}
		if (index >= shard->used)
			end = wh_slots.per_shard;
		raw_spin_unlock_irq(&shard->lock);

		*position = shard->first + (endpoint ? index : end);
		if (endpoint)
			return true;
		cond_resched();
	}
	return false;
}

/**
 * wh_snapshot_alloc() - room for a copy of one endpoint
 *
 * Return: to be freed with kvfree(), or NULL.
 */
struct wh_snapshot *wh_snapshot_alloc(void)
{
	struct wh_snapshot *snapshot;

	return kvzalloc(struct_size(snapshot, events, wh_slots.depth), GFP_KERNEL);
}

/** wh_store_read_stats() - sum the counters of all shards */
void wh_store_read_stats(struct wh_store_stats *stats)
{
	unsigned int i;

	memset(stats, 0, sizeof(*stats));
	for (i = 0; i < wh_slots.nr_shards; i++) {
		const struct wh_store_stats *s = &wh_slots.shards[i].stats;

		raw_spin_lock_irq(&wh_slots.shards[i].lock);
		stats->transitions += s->transitions;
		stats->segments += s->segments;
		stats->endpoints += s->endpoints;
		stats->live += s->live;
		stats->closed += s->closed;
		stats->evicted += s->evicted;
		stats->untracked += s->untracked;
		stats->requests += s->requests;
		stats->requests_evicted += s->requests_evicted;
		raw_spin_unlock_irq(&wh_slots.shards[i].lock);
	}
}

/** wh_store_memory() - bytes that the store takes, with its index */
u64 wh_store_memory(void)
{
	return wh_slots.nr_shards * (sizeof(struct wh_shard) +
				     (u64)wh_slots.per_shard * wh_slots.size) +
	       wh_index_memory() + wh_await_memory();
}

/** wh_store_capacity() - sockets that fit */
unsigned int wh_store_capacity(void)
{
	return wh_slots.nr_shards * wh_slots.sockets;
}

/** wh_store_depth() - events that are kept of one endpoint */
unsigned int wh_store_depth(void)
{
	return wh_slots.depth;
}

/** wh_store_shards() - how many shards there are */
unsigned int wh_store_shards(void)
{
	return wh_slots.nr_shards;
}
