// SPDX-License-Identifier: GPL-2.0
/*
 * Locking: each shard has one raw spinlock over all it holds. It is taken with
 * interrupts disabled, by probes in process and softirq context and by readers,
 * and is raw because probes may run with preemption disabled on PREEMPT_RT. No
 * two shards are ever locked together. Under it come, each a leaf: the lock of
 * listener.c, and the ring's lock-free slots.
 *
 * The serial of an event is drawn under the lock of the shard that keeps it. So
 * a reader that notes the ring's head and then walks all shards finds every
 * event up to that serial in the histories or in none at all; see chardev.c.
 *
 * Slots are taken in ascending order and never given back, only reused for
 * another endpoint: a walk by slot number visits each endpoint once, whatever
 * happens meanwhile.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "ring.h"
#include "store.h"

#define CAPACITY_MIN	64U
#define CAPACITY_MAX	16777216U
#define DEPTH_MIN	4U
#define DEPTH_MAX	256U
#define DEPTH_DEFAULT	14U	/* a whole ordinary life with its segments */
#define SHARD_MIN	1024U	/* endpoints; below, the hash spreads too unevenly */
#define SCAN_MAX	64	/* slots looked at under one hold of a lock */

static unsigned int capacity;
module_param(capacity, uint, 0444);
MODULE_PARM_DESC(capacity, "Endpoints that are tracked, 64 to 16777216, half of the memory at most (default: what fits in 1/128 of the memory, 262144 at most)");

static unsigned int depth = DEPTH_DEFAULT;
module_param(depth, uint, 0444);
MODULE_PARM_DESC(depth, "Events kept for one endpoint, 4 to 256 (default: 14); the first and the latest ones stay");

/**
 * struct wh_shard - a part of the store
 * @lock: protects everything below, and the endpoints in @slots
 * @used: slots taken so far
 * @buckets: endpoints by key
 * @closed: endpoints in CLOSED, the one that closed first at the head
 * @slots: per_shard endpoints and one more, for what cannot be tracked
 * @stats: this shard's part of the counters
 */
struct wh_shard {
	raw_spinlock_t lock;
	unsigned int used;
	struct hlist_head *buckets;
	struct list_head closed;
	void *slots;
	struct wh_store_stats stats;
} ____cacheline_aligned_in_smp;

/* Written once, before the first probe. */
static struct wh_shard *shards;
static unsigned int nr_shards;
static unsigned int shard_bits;
static unsigned int bucket_mask;
static unsigned int per_shard;
static unsigned int first_events;	/* depth / 2: these are never dropped */
static size_t slot_size;

static atomic64_t last_id = ATOMIC64_INIT(0);

static struct wh_endpoint *slot_of(const struct wh_shard *shard, u32 index)
{
	return shard->slots + index * slot_size;
}

static struct wh_endpoint *scratch_of(const struct wh_shard *shard)
{
	return slot_of(shard, per_shard);
}

static struct hlist_head *bucket_of(struct wh_shard *shard, u32 hash)
{
	return &shard->buckets[hash & bucket_mask];
}

static struct wh_shard *shard_of(u32 hash)
{
	/* Two steps: a shift by 32, for a single shard, would be undefined. */
	return &shards[(hash >> 1) >> (31 - shard_bits)];
}

static struct wh_endpoint *find(struct wh_shard *shard, u32 hash,
				const void *key)
{
	struct wh_endpoint *endpoint;

	lockdep_assert_held(&shard->lock);
	hlist_for_each_entry(endpoint, bucket_of(shard, hash), hash)
		if (endpoint->key == key)
			return endpoint;
	return NULL;
}

static void unhash(struct wh_endpoint *endpoint)
{
	if (!endpoint->key)
		return;
	hlist_del_init(&endpoint->hash);
	endpoint->key = NULL;
}

static void keep(struct wh_endpoint *endpoint, const struct wh_event *event)
{
	endpoint->events[endpoint->next++] = *event;
	if (endpoint->next == depth)
		endpoint->next = first_events;
	if (likely(endpoint->total != U32_MAX))
		endpoint->total++;
}

/* Everything that happens to an endpoint goes through here. */
static void append(struct wh_shard *shard, struct wh_endpoint *endpoint,
		   struct wh_event *event)
{
	lockdep_assert_held(&shard->lock);

	endpoint->pub.state = event->new_state;
	wh_ring_append(event, &endpoint->pub);
	shard->stats.events++;
	shard->stats.transitions += event->kind == WAVEHAND_TRANSITION;

	if (unlikely(endpoint == scratch_of(shard))) {
		shard->stats.untracked++;
		return;
	}
	keep(endpoint, event);
	if (event->new_state == WAVEHAND_CLOSED && list_empty(&endpoint->age)) {
		list_add_tail(&endpoint->age, &shard->closed);
		shard->stats.live--;
		shard->stats.closed++;
	}
}

/* The socket is gone, or starts another life: so is the endpoint. */
static void retire(struct wh_shard *shard, struct wh_endpoint *endpoint,
		   u64 time)
{
	if (endpoint->pub.state != WAVEHAND_CLOSED) {
		struct wh_event gone = {
			.time = time,
			.kind = WAVEHAND_GONE,
			.old_state = endpoint->pub.state,
			.new_state = WAVEHAND_CLOSED,
			.provenance = WAVEHAND_INFERRED,
		};

		append(shard, endpoint, &gone);
	}
	unhash(endpoint);
}

/*
 * A slot for a new endpoint: a fresh one, or that of the endpoint that closed
 * first, or, when all are live, the one that keeps nothing.
 */
static struct wh_endpoint *take_slot(struct wh_shard *shard)
{
	struct wh_endpoint *endpoint;

	if (shard->used < per_shard) {
		endpoint = slot_of(shard, shard->used++);
	} else if (!list_empty(&shard->closed)) {
		endpoint = list_first_entry(&shard->closed, struct wh_endpoint,
					    age);
		list_del(&endpoint->age);
		unhash(endpoint);
		shard->stats.closed--;
		shard->stats.evicted++;
	} else {
		endpoint = scratch_of(shard);
	}
	memset(endpoint, 0, sizeof(*endpoint));
	INIT_LIST_HEAD(&endpoint->age);
	return endpoint;
}

static struct wh_endpoint *new_endpoint(struct wh_shard *shard, u32 hash,
					const void *key)
{
	struct wh_endpoint *endpoint = take_slot(shard);

	if (endpoint == scratch_of(shard))
		return endpoint;
	endpoint->pub.id = atomic64_inc_return(&last_id);
	endpoint->key = key;
	hlist_add_head(&endpoint->hash, bucket_of(shard, hash));
	shard->stats.endpoints++;
	shard->stats.live++;
	return endpoint;
}

/* From these a socket starts a life, whatever it was before. */
static bool is_birth(u8 old_state, u8 new_state)
{
	if (old_state == WAVEHAND_CLOSED)
		return new_state != WAVEHAND_CLOSED;
	return old_state == WAVEHAND_LISTEN &&
	       new_state == WAVEHAND_SYN_RECEIVED;
}

/**
 * wh_store_begin() - find or make the endpoint of a transition
 * @entry: filled in; to be given to wh_store_commit(), soon
 * @key: address of the socket
 * @event: the transition; its states and its time are looked at
 *
 * An endpoint that does not fit the transition was another life of the same
 * socket, or of another one at the same address. When no slot is free the entry
 * has an endpoint with id 0: its event goes to the ring alone, and is counted.
 *
 * Context: any but NMI. Returns with the shard locked and interrupts disabled.
 */
void wh_store_begin(struct wh_entry *entry, const void *key,
		    const struct wh_event *event)
	__acquires(&entry->shard->lock)
{
	u32 hash = hash_ptr(key, 32);
	struct wh_shard *shard = shard_of(hash);
	bool birth = is_birth(event->old_state, event->new_state);
	struct wh_endpoint *endpoint;

	entry->shard = shard;
	raw_spin_lock_irqsave(&shard->lock, entry->irq_flags);

	endpoint = find(shard, hash, key);
	if (endpoint && (birth || endpoint->pub.state != event->old_state)) {
		retire(shard, endpoint, event->time);
		endpoint = NULL;
	}
	entry->born = !endpoint;
	if (!endpoint) {
		endpoint = new_endpoint(shard, hash, key);
		if (!birth)
			endpoint->pub.joined = event->old_state;
	}
	entry->endpoint = endpoint;
}

/**
 * wh_store_commit() - append the event that an entry was begun for
 * @entry: from wh_store_begin()
 * @event: all but its serial filled in; gets its serial
 *
 * Context: unlocks what wh_store_begin() locked.
 */
void wh_store_commit(struct wh_entry *entry, struct wh_event *event)
	__releases(&entry->shard->lock)
{
	append(entry->shard, entry->endpoint, event);
	raw_spin_unlock_irqrestore(&entry->shard->lock, entry->irq_flags);
}

/**
 * wh_store_forget() - a socket is being destroyed
 * @key: its address, which may be another socket's soon
 *
 * Context: any but NMI.
 */
void wh_store_forget(const void *key)
{
	u32 hash = hash_ptr(key, 32);
	struct wh_shard *shard = shard_of(hash);
	struct wh_endpoint *endpoint;
	unsigned long irq_flags;

	raw_spin_lock_irqsave(&shard->lock, irq_flags);
	endpoint = find(shard, hash, key);
	if (endpoint)
		retire(shard, endpoint, ktime_get_ns());
	raw_spin_unlock_irqrestore(&shard->lock, irq_flags);
}

static void copy_endpoint(const struct wh_endpoint *endpoint,
			  struct wh_snapshot *snapshot)
{
	u32 oldest;	/* of the latest ones */

	snapshot->pub = endpoint->pub;
	if (endpoint->total <= depth) {
		snapshot->kept = endpoint->total;
		snapshot->dropped = 0;
		snapshot->before_gap = endpoint->total;
		memcpy(snapshot->events, endpoint->events,
		       array_size(endpoint->total, sizeof(struct wh_event)));
		return;
	}

	oldest = endpoint->next;
	snapshot->kept = depth;
	snapshot->dropped = endpoint->total - depth;
	snapshot->before_gap = first_events;
	memcpy(snapshot->events, endpoint->events,
	       array_size(first_events, sizeof(struct wh_event)));
	memcpy(snapshot->events + first_events, endpoint->events + oldest,
	       array_size(depth - oldest, sizeof(struct wh_event)));
	memcpy(snapshot->events + first_events + depth - oldest,
	       endpoint->events + first_events,
	       array_size(oldest - first_events, sizeof(struct wh_event)));
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
	while (*position < capacity) {
		struct wh_shard *shard = &shards[*position / per_shard];
		u32 index = *position % per_shard;
		u32 end = min(index + SCAN_MAX, per_shard);
		struct wh_endpoint *endpoint = NULL;

		raw_spin_lock_irq(&shard->lock);
		for (; index < min(end, shard->used); index++) {
			endpoint = slot_of(shard, index);
			if (netns == WH_STORE_ALL_NETNS ||
			    endpoint->pub.netns == netns) {
				copy_endpoint(endpoint, snapshot);
				break;
			}
			endpoint = NULL;
		}
		if (index >= shard->used)
			end = per_shard;
		raw_spin_unlock_irq(&shard->lock);

		*position += (endpoint ? index : end) - *position % per_shard;
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

	return kvzalloc(struct_size(snapshot, events, depth), GFP_KERNEL);
}

/** wh_store_read_stats() - sum the counters of all shards */
void wh_store_read_stats(struct wh_store_stats *stats)
{
	unsigned int i;

	memset(stats, 0, sizeof(*stats));
	for (i = 0; i < nr_shards; i++) {
		const struct wh_store_stats *s = &shards[i].stats;

		raw_spin_lock_irq(&shards[i].lock);
		stats->events += s->events;
		stats->transitions += s->transitions;
		stats->endpoints += s->endpoints;
		stats->live += s->live;
		stats->closed += s->closed;
		stats->evicted += s->evicted;
		stats->untracked += s->untracked;
		raw_spin_unlock_irq(&shards[i].lock);
	}
}

static u64 memory_for(u64 endpoints)
{
	return endpoints * (struct_size((struct wh_endpoint *)NULL, events, depth) +
			    sizeof(struct hlist_head));
}

/** wh_store_memory() - bytes that the store takes */
u64 wh_store_memory(void)
{
	return nr_shards * (sizeof(*shards) + (per_shard + 1ULL) * slot_size +
			    (bucket_mask + 1ULL) * sizeof(struct hlist_head));
}

/** wh_store_capacity() - endpoints that fit */
unsigned int wh_store_capacity(void)
{
	return capacity;
}

/** wh_store_depth() - events that are kept of one endpoint */
unsigned int wh_store_depth(void)
{
	return depth;
}

/** wh_store_shards() - how many shards there are */
unsigned int wh_store_shards(void)
{
	return nr_shards;
}

static int check_parameters(void)
{
	u64 memory = (u64)totalram_pages() << PAGE_SHIFT;

	if (depth < DEPTH_MIN || depth > DEPTH_MAX) {
		pr_err("depth=%u: must be %u to %u events\n", depth, DEPTH_MIN,
		       DEPTH_MAX);
		return -EINVAL;
	}
	if (!capacity)
		capacity = clamp_t(u64, div64_u64(memory / 128, memory_for(1)),
				   1024, 262144);
	if (capacity < CAPACITY_MIN || capacity > CAPACITY_MAX) {
		pr_err("capacity=%u: must be %u to %u endpoints\n", capacity,
		       CAPACITY_MIN, CAPACITY_MAX);
		return -EINVAL;
	}
	if (memory_for(capacity) > memory / 2) {
		pr_err("capacity=%u, depth=%u: needs %llu MiB, more than half of this machine's memory\n",
		       capacity, depth, memory_for(capacity) >> 20);
		return -EINVAL;
	}
	return 0;
}

static void free_shards(void)
{
	unsigned int i;

	for (i = 0; i < nr_shards; i++) {
		vfree(shards[i].slots);
		kvfree(shards[i].buckets);
	}
	kvfree(shards);
}

/**
 * wh_store_init() - allocate the store
 *
 * Return: 0, -EINVAL for an absurd parameter, -ENOMEM.
 */
int wh_store_init(void)
{
	unsigned int i;
	int err;

	err = check_parameters();
	if (err)
		return err;

	nr_shards = clamp(capacity / SHARD_MIN, 1U,
			  4 * num_possible_cpus());
	nr_shards = rounddown_pow_of_two(nr_shards);
	shard_bits = ilog2(nr_shards);
	per_shard = DIV_ROUND_UP(capacity, nr_shards);
	capacity = per_shard * nr_shards;
	bucket_mask = roundup_pow_of_two(per_shard) - 1;
	first_events = depth / 2;
	slot_size = struct_size((struct wh_endpoint *)NULL, events, depth);

	shards = kvcalloc(nr_shards, sizeof(*shards), GFP_KERNEL);
	if (!shards)
		return -ENOMEM;
	for (i = 0; i < nr_shards; i++) {
		struct wh_shard *shard = &shards[i];

		raw_spin_lock_init(&shard->lock);
		INIT_LIST_HEAD(&shard->closed);
		shard->buckets = kvcalloc(bucket_mask + 1,
					  sizeof(*shard->buckets), GFP_KERNEL);
		shard->slots = vzalloc(array_size(per_shard + 1, slot_size));
		if (!shard->buckets || !shard->slots) {
			free_shards();
			return -ENOMEM;
		}
		cond_resched();
	}
	return 0;
}

/** wh_store_exit() - free the store; no probe and no reader may be left */
void wh_store_exit(void)
{
	free_shards();
}
