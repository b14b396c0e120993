/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ring: the latest events of every endpoint, for readers of the device.
 *
 * Writers claim a serial, fill its slot and publish it; they never wait for a
 * reader. A reader is a position of its own (the serial it wants next), so the
 * number of readers costs writers nothing.
 */
#ifndef _WH_RING_H
#define _WH_RING_H

#include <linux/types.h>
#include <linux/wait.h>
#include "event.h"

struct page;

/* Woken when something was published, for many events at once; about 1/100 s later. */
extern wait_queue_head_t wh_ring_wait;

int wh_ring_init(void);
void wh_ring_exit(void);

u64 wh_ring_append(const struct wh_event *event,
		   const struct wavehand_endpoint *endpoint);

u64 wh_ring_head(void);
bool wh_ring_leads_to(u64 serial);
bool wh_ring_ready(u64 serial);
bool wh_ring_get(u64 serial, struct wavehand_event *event);
u64 wh_ring_skip_lost(u64 *serial);

struct page *wh_ring_page(unsigned long number);
unsigned int wh_ring_size(void);
u64 wh_ring_lost(void);

#endif /* _WH_RING_H */
