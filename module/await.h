/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which acknowledgments are awaited. A SYN or a FIN in one direction is completed by
 * the first segment in the other that acknowledges it. Most segments complete nothing:
 * wh_await_maybe() tells that from their ports alone, for the price of one load.
 */
#ifndef _WH_AWAIT_H
#define _WH_AWAIT_H

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/types.h>
#include "endpoint.h"

/* Endpoints that await something, by a hash of their ports. Written once. */
extern atomic_t *wh_await_counters;
extern unsigned int wh_await_bits;

int wh_await_init(unsigned int endpoints);
void wh_await_exit(void);

void wh_await_begin(struct wh_endpoint *endpoint, unsigned int direction,
		    u32 ack);
bool wh_await_end(struct wh_endpoint *endpoint, unsigned int direction, u32 ack);
void wh_await_drop(struct wh_endpoint *endpoint);
u64 wh_await_memory(void);

/* The same in both directions. */
static inline atomic_t *wh_await_counter(u16 port, u16 other_port)
{
	return &wh_await_counters[hash_32((u32)port * other_port + port +
					  other_port, wh_await_bits)];
}

/**
 * wh_await_maybe() - may a segment complete something?
 *
 * Return: false: certainly not.
 */
static inline bool wh_await_maybe(u16 port, u16 other_port)
{
	return atomic_read(wh_await_counter(port, other_port));
}

#endif /* _WH_AWAIT_H */
