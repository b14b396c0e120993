/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which acknowledgments are awaited. A SYN or a FIN in one direction is completed by
 * the first segment in the other that acknowledges it. Most segments complete nothing:
 * wh_await_maybe() tells that from their ports alone, for the price of one load.
 */
#ifndef _WH_AWAIT_H
#define _WH_AWAIT_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/hash.h>
#include <linux/types.h>
#include "endpoint.h"

/* Endpoints that await something, by a hash of their ports. Written once. */
extern atomic_t *wh_await_counters;
extern unsigned int wh_await_shift;

int wh_await_init(unsigned int endpoints);
void wh_await_exit(void);

void wh_await_syn(struct wh_endpoint *endpoint, unsigned int direction, u32 ack);
void wh_await_fin(struct wh_endpoint *endpoint, unsigned int direction, u32 ack);
bool wh_await_end(struct wh_endpoint *endpoint, unsigned int direction, u32 ack);
void wh_await_drop(struct wh_endpoint *endpoint);
u64 wh_await_memory(void);

/* Both ports as they stand in a header; the same the other way round. */
static inline atomic_t *wh_await_counter(u32 ports)
{
	return &wh_await_counters[ports * rol32(ports, 16) * GOLDEN_RATIO_32 >>
				  wh_await_shift];
}

/**
 * wh_await_maybe() - may a segment complete something?
 * @ports: the first four bytes of its header
 *
 * Return: false: certainly not.
 */
static inline bool wh_await_maybe(u32 ports)
{
	return atomic_read(wh_await_counter(ports));
}

#endif /* _WH_AWAIT_H */
