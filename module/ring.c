// SPDX-License-Identifier: GPL-2.0
/*
 * Locking: none. A slot's serial says whose the slot is:
 *
 *	serial n	event n is published in it
 *	WH_RING_BUSY	a writer is filling it
 *
 * Slot i first expects the serial n that is one lap before its first event. The
 * writer of n waits for "n - size" to appear there, marks the slot WH_RING_BUSY, fills
 * it and publishes n with release semantics. So two writers are never in one
 * slot, even when one was held up for a whole lap. The wait cannot deadlock:
 * every writer has interrupts disabled (it holds a shard's lock), so the one
 * that is waited for runs on another processor and depends on nobody.
 *
 * A reader copies the slot and then looks at the serial again, as a seqlock's
 * does; what changed under its hands was overwritten and is lost to it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/poll.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include "compat.h"
#include "memory.h"
#include "ring.h"

/* A serial is loaded and stored in one piece. */
static_assert(BITS_PER_LONG == 64, "64-bit machines only");

#define RING_MIN	64U
#define RING_MAX	4194304U

static unsigned int ring;
module_param(ring, uint, 0444);
MODULE_PARM_DESC(ring, "Events that a reader of the device may lag behind, 64 to 4194304, rounded up to a power of two (default: by memory, 65536 at most)");

/* In a history a serial has 48 bits; as many again are left to come. */
#define SERIAL_MAX	BIT_ULL(47)

static unsigned long long first_serial = 1;
module_param_named(serial, first_serial, ullong, 0444);
MODULE_PARM_DESC(serial, "Serial of the first event, 1 to 2^47 (default: 1); for tests, which cannot wait for large ones");

struct wh_ring wh_ring;

static atomic64_t lost ____cacheline_aligned_in_smp = ATOMIC64_INIT(0);

DECLARE_WAIT_QUEUE_HEAD(wh_ring_wait);

/*
 * Waking a reader for each event would cost more than all else, so it is woken for many:
 * when the first one has waited for WAKE_DELAY, or when a quarter of the ring is full of
 * them. That first one's serial; 0 while no reader is to be woken.
 */
static u64 waiting_since;

#define WAKE_DELAY	max(HZ / 100, 1)

static void wake_readers(void)
{
	WRITE_ONCE(waiting_since, 0);
	/* Who still saw the old value published before this; pairs with wq_has_sleeper(). */
	smp_mb();
	wake_up_interruptible_poll(&wh_ring_wait, EPOLLIN | EPOLLRDNORM);
}

static void wake_in_time(struct timer_list *timer)
{
	wake_readers();
}

static DEFINE_TIMER(wake_timer, wake_in_time);

static void wake_later(struct irq_work *work)
{
	mod_timer(&wake_timer, jiffies + WAKE_DELAY);
}

static void wake_now(struct irq_work *work)
{
	wake_readers();
}

/* Probes run under raw locks, where neither is allowed. */
static struct irq_work later_work = IRQ_WORK_INIT(wake_later);
static struct irq_work now_work = IRQ_WORK_INIT(wake_now);

/**
 * wh_ring_call() - a reader sleeps: have it woken, in time
 * @serial: of the event just published
 *
 * Context: as of wh_ring_append().
 */
void wh_ring_call(u64 serial)
{
	u64 since = READ_ONCE(waiting_since);

	if (!since) {
		WRITE_ONCE(waiting_since, serial);
		irq_work_queue(&later_work);
	} else if ((s64)(serial - since) >= (s64)(wh_ring.mask / 4)) {
		irq_work_queue(&now_work);
	}
}

/**
 * wh_ring_head() - the latest serial given out
 *
 * The event may not be published yet; its writer then still holds the lock of
 * its shard.
 */
u64 wh_ring_head(void)
{
	return atomic64_read(&wh_ring.head);
}

/** wh_ring_made() - events so far */
u64 wh_ring_made(void)
{
	return wh_ring_head() - first_serial + 1;
}

/** wh_ring_leads_to() - is or was there an event with this serial, or is it the next one? */
bool wh_ring_leads_to(u64 serial)
{
	return serial >= first_serial && serial <= wh_ring_head() + 1;
}

static bool is_lost(u64 serial, u64 latest)
{
	return latest >= serial && latest - serial > wh_ring.mask;
}

/**
 * wh_ring_ready() - is there something to tell a reader that wants @serial?
 * @serial: what it wants next
 *
 * Return: true when the event is published, or lost.
 */
bool wh_ring_ready(u64 serial)
{
	return READ_ONCE(wh_ring_slot(serial)->serial) == serial ||
	       is_lost(serial, wh_ring_head());
}

/**
 * wh_ring_get() - copy an event
 * @serial: which
 * @event: where to
 *
 * Return: true with the event; false when it is not published yet, or lost.
 */
bool wh_ring_get(u64 serial, struct wavehand_event *event)
{
	const struct wavehand_event *slot = wh_ring_slot(serial);

	/* Pairs with the release in wh_ring_append(). */
	if (smp_load_acquire(&slot->serial) != serial)
		return false;
	/* A writer may be at it; the second look at the serial tells. */
	data_race(memcpy(event, slot, sizeof(*event)));
	/* Copy before looking again; pairs with smp_wmb(). */
	smp_rmb();
	if (READ_ONCE(slot->serial) != serial)
		return false;
	event->serial = serial;
	return true;
}

/**
 * wh_ring_skip_lost() - move a reader that fell behind to what is still there
 * @serial: what it wants next; moved
 *
 * Return: how many events it lost, 0 for none.
 */
u64 wh_ring_skip_lost(u64 *serial)
{
	u64 latest = wh_ring_head();
	u64 n;

	if (!is_lost(*serial, latest))
		return 0;
	n = latest - wh_ring.mask - *serial;
	*serial += n;
	atomic64_add(n, &lost);
	return n;
}

/**
 * wh_ring_page() - a page of the ring, for a reader that maps it
 * @number: from 0
 *
 * Return: NULL behind the end.
 */
struct page *wh_ring_page(unsigned long number)
{
	if (number >= PFN_UP(array_size(wh_ring.mask + 1ULL, sizeof(*wh_ring.slots))))
		return NULL;
	return vmalloc_to_page((void *)wh_ring.slots + (number << PAGE_SHIFT));
}

/** wh_ring_size() - events that the ring holds */
unsigned int wh_ring_size(void)
{
	return wh_ring.mask + 1;
}

/** wh_ring_lost() - events lost so far, summed over all readers */
u64 wh_ring_lost(void)
{
	return atomic64_read(&lost);
}

static unsigned int default_size(u64 memory)
{
	u64 fits = memory / 256 / sizeof(struct wavehand_event);

	return rounddown_pow_of_two(clamp_t(u64, fits, 4096, 65536));
}

/**
 * wh_ring_init() - allocate the ring
 *
 * Return: 0, -EINVAL for an absurd parameter, -ENOMEM.
 */
int wh_ring_init(void)
{
	u64 memory = (u64)totalram_pages() << PAGE_SHIFT;
	unsigned int i;

	if (!first_serial || first_serial > SERIAL_MAX) {
		pr_err("serial=%llu: must be 1 to %llu\n", first_serial,
		       SERIAL_MAX);
		return -EINVAL;
	}
	if (!ring)
		ring = default_size(memory);
	if (ring < RING_MIN || ring > RING_MAX) {
		pr_err("ring=%u: must be %u to %u events\n", ring, RING_MIN,
		       RING_MAX);
		return -EINVAL;
	}
	ring = roundup_pow_of_two(ring);
	if (array_size(ring, sizeof(*wh_ring.slots)) > memory / 2) {
		pr_err("ring=%u: needs %zu MiB, more than half of this machine's memory\n",
		       ring, array_size(ring, sizeof(*wh_ring.slots)) >> 20);
		return -EINVAL;
	}
	if (!wh_memory_available(array_size(ring, sizeof(*wh_ring.slots)))) {
		pr_err("ring=%u: needs %zu MiB, more than is available\n", ring,
		       array_size(ring, sizeof(*wh_ring.slots)) >> 20);
		return -ENOMEM;
	}
	wh_ring.slots = wh_memory_alloc(array_size(ring, sizeof(*wh_ring.slots)));
	if (!wh_ring.slots)
		return -ENOMEM;
	wh_ring.mask = ring - 1;
	atomic64_set(&wh_ring.head, first_serial - 1);
	for (i = 0; i < ring; i++)
		wh_ring_slot(first_serial + i)->serial = first_serial + i - ring;
	return 0;
}

/**
 * wh_ring_exit() - free the ring
 *
 * Nobody may append or read any more.
 */
void wh_ring_exit(void)
{
	irq_work_sync(&later_work);
	irq_work_sync(&now_work);
	timer_delete_sync(&wake_timer);
	vfree(wh_ring.slots);
}
