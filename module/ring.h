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

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/types.h>
#include <linux/wait.h>
#include "event.h"

struct page;

#define WH_RING_BUSY	0ULL

/**
 * struct wh_ring - the ring
 * @slots: the events; written once, before the first probe, as is @mask
 * @mask: how many, minus one
 * @head: the latest serial claimed. On a line of its own: every writer writes it
 */
struct wh_ring {
	struct wavehand_event *slots;
	u64 mask;
	atomic64_t head ____cacheline_aligned_in_smp;
};

extern struct wh_ring wh_ring;

/* Woken when something was published, for many events at once; about 1/100 s later. */
extern wait_queue_head_t wh_ring_wait;

int wh_ring_init(void);
void wh_ring_exit(void);

void wh_ring_call(u64 serial);

u64 wh_ring_head(void);
u64 wh_ring_made(void);
bool wh_ring_leads_to(u64 serial);
bool wh_ring_ready(u64 serial);
bool wh_ring_get(u64 serial, struct wavehand_event *event);
u64 wh_ring_skip_lost(u64 *serial);

struct page *wh_ring_page(unsigned long number);
unsigned int wh_ring_size(void);
u64 wh_ring_lost(void);

static inline struct wavehand_event *wh_ring_slot(u64 serial)
{
	return &wh_ring.slots[serial & wh_ring.mask];
}

/**
 * wh_ring_append() - number an event and hand it to the readers
 * @event: the event
 * @endpoint: whose event it is, as it is to be shown
 *
 * Context: any but NMI, interrupts disabled, may be called under raw locks.
 * Return: its serial.
 */
static __always_inline u64 wh_ring_append(const struct wh_event *event,
					  const struct wavehand_endpoint *endpoint)
{
	u64 serial = atomic64_inc_return(&wh_ring.head);
	struct wavehand_event *slot = wh_ring_slot(serial);

	/* Pairs with the release below, one lap ago. */
	while (unlikely(smp_load_acquire(&slot->serial) !=
			serial - wh_ring.mask - 1))
		cpu_relax();
	WRITE_ONCE(slot->serial, WH_RING_BUSY);
	/* Who sees any of what follows sees that as well; pairs with wh_ring_get(). */
	smp_wmb();

	wh_event_export(event, endpoint, slot);

	/* Who sees the serial sees the event. */
	smp_store_release(&slot->serial, serial);
	if (wq_has_sleeper(&wh_ring_wait))
		wh_ring_call(serial);
	return serial;
}

#endif /* _WH_RING_H */
