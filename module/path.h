/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The path of an event into the store, for store.c and for the probe of transitions: ten
 * of them in a connection take it. Inline, it is 70 instructions shorter, as it is known
 * there what the event is. What is rare is behind a call.
 */
#ifndef _WH_PATH_H
#define _WH_PATH_H

#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>
#include "index.h"
#include "ring.h"
#include "slots.h"
#include "store.h"

/* For these the path is left; store.c */
void wh_store_begin_life(struct wh_entry *entry, const void *key,
			 const struct wh_event *event,
			 const struct wh_child *child);
void wh_store_count_end(struct wh_shard *shard, struct wh_endpoint *endpoint);
void wh_store_name(struct wh_endpoint *endpoint);

static inline bool wh_is_scratch(const struct wh_endpoint *endpoint)
{
	return !endpoint->pub.id;
}

/* For a new endpoint: any will do, evenly. */
static inline struct wh_shard *wh_shard_for(u32 hash)
{
	return &wh_slots.shards[hash & (wh_slots.nr_shards - 1)];
}

static __always_inline void wh_keep(struct wh_endpoint *endpoint,
				    const struct wh_event *event, u64 serial)
{
	u32 next = endpoint->next;

	wh_event_keep(event, serial, &endpoint->events[next]);
	if (unlikely(++next == wh_slots.depth))
		next = wh_slots.first_events;
	endpoint->next = next;
	if (unlikely(!++endpoint->total))
		endpoint->total = U32_MAX;
}

static inline void wh_count_event(struct wh_shard *shard, const struct wh_event *event)
{
	if (event->kind == WAVEHAND_TRANSITION)
		shard->stats.transitions += wh_event_is_told(event);
	else if (event->kind == WAVEHAND_SEGMENT)
		shard->stats.segments++;
}

/* After it the endpoint is in another state. */
static inline bool wh_changes_state(const struct wh_event *event)
{
	if (likely(event->kind == WAVEHAND_TRANSITION))
		return !(event->flags & WAVEHAND_EV_RAW);
	return event->kind == WAVEHAND_GONE;
}

/* Everything that happens to an endpoint goes through here. */
static __always_inline void wh_append(struct wh_shard *shard,
				      struct wh_endpoint *endpoint,
				      const struct wh_event *event)
{
	u64 serial;

	lockdep_assert_held(&shard->lock);

	if (wh_changes_state(event))
		endpoint->pub.state = event->new_state;
	wh_count_event(shard, event);
	serial = wh_ring_append(event, &endpoint->pub);

	if (unlikely(wh_is_scratch(endpoint))) {
		shard->stats.untracked++;
		return;
	}
	wh_keep(endpoint, event, serial);
	if (endpoint->pub.state == WAVEHAND_CLOSED && !endpoint->over)
		wh_store_count_end(shard, endpoint);
}

/* From these a socket starts a life, whatever it was before. */
static inline bool wh_is_birth(u8 old_state, u8 new_state)
{
	if (old_state == WAVEHAND_CLOSED)
		return new_state != WAVEHAND_CLOSED;
	return old_state == WAVEHAND_LISTEN &&
	       new_state == WAVEHAND_SYN_RECEIVED;
}

static inline bool wh_fits(const struct wh_endpoint *endpoint,
			   const struct wh_event *event)
{
	if (wh_is_birth(event->old_state, event->new_state))
		return false;
	/* Its socket goes; it may be over already, on another processor. */
	if (endpoint->pub.flags & WAVEHAND_EP_MINISOCKET)
		return event->new_state == WAVEHAND_CLOSED;
	return endpoint->pub.state == event->old_state;
}

/* Locks a shard in any case: that of what was found, or that for a new endpoint. */
static __always_inline void wh_lock_found(struct wh_entry *entry, u32 slot,
					  u32 hash)
	__acquires(&entry->shard->lock)
{
	entry->shard = likely(slot < WH_INDEX_END) ? wh_shard_of(slot) :
						     wh_shard_for(hash);
	raw_spin_lock(&entry->shard->lock);
	entry->born = false;
	entry->twin = false;
}

/* The slot may have another endpoint by now. */
static __always_inline void wh_find_by_key(struct wh_entry *entry, const void *key)
	__acquires(&entry->shard->lock)
{
	u32 hash = wh_index_hash_key(key);
	u32 slot = wh_index_find_key(key, hash);
	struct wh_endpoint *endpoint = NULL;

	if (likely(slot < WH_INDEX_END))
		endpoint = wh_slot(slot);
	wh_lock_found(entry, slot, hash);
	entry->endpoint = NULL;
	if (likely(endpoint) && likely(endpoint->key == key))
		entry->endpoint = endpoint;
}

static inline void wh_unlock(struct wh_entry *entry)
	__releases(&entry->shard->lock)
{
	raw_spin_unlock(&entry->shard->lock);
	local_irq_restore(entry->irq_flags);
}

/**
 * wh_store_begin() - find or make the endpoint of a transition
 * @entry: filled in; to be given to wh_store_commit(), soon
 * @key: address of the socket
 * @event: the transition; its states and its time are looked at
 * @child: of a socket that a listener made and that is in SYN-RECEIVED, or gets there;
 *	else NULL
 *
 * An endpoint that does not fit the transition was another life of the same
 * socket, or of another one at the same address. When no slot is free the entry
 * has an endpoint with id 0: its event goes to the ring alone, and is counted.
 *
 * Context: any but NMI. Returns with the shard locked and interrupts disabled.
 */
static __always_inline void
wh_store_begin(struct wh_entry *entry, const void *key,
	       const struct wh_event *event, const struct wh_child *child)
	__acquires(&entry->shard->lock)
{
	local_irq_save(entry->irq_flags);
	wh_find_by_key(entry, key);
	if (unlikely(!entry->endpoint || !wh_fits(entry->endpoint, event)))
		wh_store_begin_life(entry, key, event, child);
}

/**
 * wh_store_commit() - append the event that an entry was begun for
 * @entry: begun or found
 * @event: the event
 *
 * Context: unlocks what was locked.
 */
static __always_inline void
wh_store_commit(struct wh_entry *entry, const struct wh_event *event)
	__releases(&entry->shard->lock)
{
	wh_append(entry->shard, entry->endpoint, event);
	if (unlikely(!entry->endpoint->named))
		wh_store_name(entry->endpoint);
	wh_unlock(entry);
}

#endif /* _WH_PATH_H */
