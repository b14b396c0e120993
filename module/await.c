// SPDX-License-Identifier: GPL-2.0
/*
 * Locking: what an endpoint awaits is protected by its shard's lock. The counters are
 * read without a lock: a segment cannot acknowledge what was not sent before.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <net/tcp.h>
#include "await.h"

atomic_t *wh_await_counters;
unsigned int wh_await_shift;

static atomic_t *counter_of(const struct wh_endpoint *endpoint)
{
	u32 local = (__force u16)htons(endpoint->pub.local_port);
	u32 remote = (__force u16)htons(endpoint->pub.remote_port);

	return wh_await_counter(local | remote << 16);
}

/* A SYN may come again behind a FIN that overtook the data: both can be awaited. */
static u8 syn_bit(unsigned int direction)
{
	return BIT(direction);
}

static u8 fin_bit(unsigned int direction)
{
	return BIT(direction + 2);
}

static void begin(struct wh_endpoint *endpoint, u8 bit)
{
	if (!endpoint->awaiting)
		atomic_inc(counter_of(endpoint));
	endpoint->awaiting |= bit;
}

/**
 * wh_await_syn() - a SYN is to be acknowledged
 * @endpoint: its ports are known
 * @direction: of the acknowledgment: WH_SENT or WH_RECEIVED
 * @ack: the least number that will do
 *
 * Context: the endpoint's shard is locked; likewise below.
 */
void wh_await_syn(struct wh_endpoint *endpoint, unsigned int direction, u32 ack)
{
	if (endpoint->over)
		return;
	begin(endpoint, syn_bit(direction));
	endpoint->await[direction].syn = ack;
}

/** wh_await_fin() - a FIN is to be acknowledged; the same otherwise */
void wh_await_fin(struct wh_endpoint *endpoint, unsigned int direction, u32 ack)
{
	if (endpoint->over)
		return;
	begin(endpoint, fin_bit(direction));
	endpoint->await[direction].fin = ack;
}

/**
 * wh_await_end() - an acknowledgment
 * @endpoint: the endpoint
 * @direction: WH_SENT or WH_RECEIVED
 * @ack: its number
 *
 * Return: whether it completes something.
 */
bool wh_await_end(struct wh_endpoint *endpoint, unsigned int direction, u32 ack)
{
	u8 done = 0;

	if (!before(ack, endpoint->await[direction].syn))
		done |= endpoint->awaiting & syn_bit(direction);
	if (!before(ack, endpoint->await[direction].fin))
		done |= endpoint->awaiting & fin_bit(direction);
	if (!done)
		return false;
	endpoint->awaiting &= ~done;
	if (!endpoint->awaiting)
		atomic_dec(counter_of(endpoint));
	return true;
}

/** wh_await_drop() - it awaits nothing any more */
void wh_await_drop(struct wh_endpoint *endpoint)
{
	if (endpoint->awaiting)
		atomic_dec(counter_of(endpoint));
	endpoint->awaiting = 0;
}

/** wh_await_memory() - bytes that the counters take */
u64 wh_await_memory(void)
{
	return sizeof(*wh_await_counters) << (32 - wh_await_shift);
}

/**
 * wh_await_init() - allocate the counters
 * @endpoints: how many may await something at the same time: requests, in a flood
 *
 * Return: 0, -ENOMEM.
 */
int wh_await_init(unsigned int endpoints)
{
	/* One in four is taken then: three in four data segments pass freely. */
	unsigned int bits = ilog2(roundup_pow_of_two(4 * endpoints));

	wh_await_shift = 32 - bits;
	wh_await_counters = kvcalloc(1UL << bits, sizeof(*wh_await_counters), GFP_KERNEL);
	return wh_await_counters ? 0 : -ENOMEM;
}

/** wh_await_exit() - free them; no probe may be left */
void wh_await_exit(void)
{
	kvfree(wh_await_counters);
}
