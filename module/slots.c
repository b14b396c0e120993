// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "await.h"
#include "index.h"
#include "memory.h"
#include "slots.h"

#define CAPACITY_MIN	64U
#define CAPACITY_MAX	16777216U
#define DEPTH_MIN	4U
#define DEPTH_MAX	256U
#define DEPTH_DEFAULT	16U	/* a whole ordinary life with its segments */
#define SHARD_MIN	1024U	/* endpoints; below, the hash spreads too unevenly */
#define REQUEST_SHARE	8	/* one request for so many sockets */

static unsigned int capacity;
module_param(capacity, uint, 0444);
MODULE_PARM_DESC(capacity, "Endpoints that are tracked, 64 to 16777216, half of the memory at most (default: what fits in 1/128 of the memory, 262144 at most)");

static unsigned int depth = DEPTH_DEFAULT;
module_param(depth, uint, 0444);
MODULE_PARM_DESC(depth, "Events kept for one endpoint, 4 to 256 (default: 16); the first and the latest ones stay");

struct wh_slots wh_slots;

static size_t endpoint_size(void)
{
	return ALIGN(struct_size((struct wh_endpoint *)NULL, events, depth),
		     __alignof__(struct wh_endpoint));
}

/* Its slot, its part of those for requests, and two buckets of the index. */
static u64 memory_for(u64 endpoints)
{
	return endpoints * (endpoint_size() + endpoint_size() / REQUEST_SHARE +
			    2 * sizeof(u32));
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
	if (!wh_memory_available(memory_for(capacity))) {
		pr_err("capacity=%u, depth=%u: needs %llu MiB, more than is available\n",
		       capacity, depth, memory_for(capacity) >> 20);
		return -ENOMEM;
	}
	return 0;
}

/* Of an odd number, modulo 2^32: each step doubles the bits that are right, 3 at first. */
static u32 inverse_of(u32 odd)
{
	u32 inverse = odd;
	int i;

	for (i = 0; i < 4; i++)
		inverse *= 2 - odd * inverse;
	return inverse;
}

/* What wh_shard_of() counts on: no product of slots reaches 2^WH_SHARD_SHIFT, its own not 2^64. */
#define PLACES_MAX	(CAPACITY_MAX + CAPACITY_MAX / 4ULL)
static_assert(PLACES_MAX * PLACES_MAX < 1ULL << WH_SHARD_SHIFT);
static_assert(PLACES_MAX / SHARD_MIN < 1ULL << (64 - WH_SHARD_SHIFT));

static void lay_out(void)
{
	struct wh_slots *s = &wh_slots;

	s->nr_shards = rounddown_pow_of_two(clamp(capacity / SHARD_MIN, 1U,
						  4 * num_possible_cpus()));
	s->sockets = DIV_ROUND_UP(capacity, s->nr_shards);
	s->requests = DIV_ROUND_UP(s->sockets, REQUEST_SHARE);
	s->per_shard = s->sockets + s->requests + 1;
	s->depth = depth;
	s->first_events = depth / 2;
	s->size = endpoint_size();
	s->size_shift = __ffs(s->size);
	s->size_inverse = inverse_of(s->size >> s->size_shift);
	s->shard_inverse = DIV64_U64_ROUND_UP(1ULL << WH_SHARD_SHIFT, s->per_shard);
	capacity = s->sockets * s->nr_shards;
}

static void init_shards(void)
{
	unsigned int i;

	for (i = 0; i < wh_slots.nr_shards; i++) {
		struct wh_shard *shard = &wh_slots.shards[i];

		raw_spin_lock_init(&shard->lock);
		shard->first = i * wh_slots.per_shard;
		INIT_LIST_HEAD(&shard->unused);
		INIT_LIST_HEAD(&shard->closed);
		INIT_LIST_HEAD(&shard->requests);
	}
}

/**
 * wh_slots_init() - allocate the places
 *
 * Return: 0, -EINVAL for an absurd parameter, -ENOMEM.
 */
int wh_slots_init(void)
{
	int err;

	err = check_parameters();
	if (err)
		return err;
	lay_out();
	wh_slots.shards = kvcalloc(wh_slots.nr_shards, sizeof(struct wh_shard),
				   GFP_KERNEL);
	wh_slots.base = wh_memory_alloc(array_size(wh_slots.nr_shards *
						   wh_slots.per_shard, wh_slots.size));
	if (!wh_slots.shards || !wh_slots.base) {
		wh_slots_exit();
		return -ENOMEM;
	}
	init_shards();
	return 0;
}

/** wh_slots_exit() - free them; no probe and no reader may be left */
void wh_slots_exit(void)
{
	vfree(wh_slots.base);
	kvfree(wh_slots.shards);
}
