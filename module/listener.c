// SPDX-License-Identifier: GPL-2.0
/*
 * Locking: one raw spinlock over everything here, a leaf, taken under the lock
 * of a shard (see store.c) once in a passive endpoint's life and twice in a
 * listener's.
 */
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "listener.h"

#define LISTENERS	2048
#define BUCKET_BITS	8

struct listener {
	struct hlist_node node;
	const void *key;
	u64 netns;
	u8 addr[16];
	u16 family;
	u16 port;
	u32 uid;
	u32 pid;
	char comm[16];
};

static DEFINE_RAW_SPINLOCK(lock);
/* All below: protected by lock. */
static DEFINE_HASHTABLE(by_port, BUCKET_BITS);
static struct listener listeners[LISTENERS];
static HLIST_HEAD(unused);
static unsigned int used;	/* entries of listeners[] ever taken */
static u64 missed;

static struct listener *take(void)
{
	struct listener *l;

	if (!hlist_empty(&unused)) {
		l = hlist_entry(unused.first, struct listener, node);
		hlist_del(&l->node);
		return l;
	}
	return used < LISTENERS ? &listeners[used++] : NULL;
}

static u64 bucket_key(u64 netns, u16 port)
{
	return netns << 16 | port;
}

/**
 * wh_listener_add() - a socket begins to listen
 * @key: its address
 * @endpoint: what is known of it
 * @family: AF_INET or AF_INET6: the socket's, which its children share
 *
 * Its children's owner stays unknown when its own is; when it was not bound, for
 * then the port comes only after this; and when there is no free entry, which is
 * counted.
 * Context: any but NMI, interrupts disabled.
 */
void wh_listener_add(const void *key, const struct wavehand_endpoint *endpoint,
		     u16 family)
{
	const u16 needed = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_OWNER;
	struct listener *l;

	if ((endpoint->known & needed) != needed)
		return;
	raw_spin_lock(&lock);
	l = take();
	if (l) {
		l->key = key;
		l->netns = endpoint->netns;
		memcpy(l->addr, endpoint->local_addr, sizeof(l->addr));
		l->family = family;
		l->port = endpoint->local_port;
		l->uid = endpoint->owner_uid;
		l->pid = endpoint->owner_pid;
		memcpy(l->comm, endpoint->owner_comm, sizeof(l->comm));
		hash_add(by_port, &l->node, bucket_key(l->netns, l->port));
	} else {
		missed++;
	}
	raw_spin_unlock(&lock);
}

/**
 * wh_listener_remove() - a socket stops listening
 * @key: its address
 * @netns: cookie of its network namespace
 * @port: its port, host byte order
 *
 * Context: any but NMI, interrupts disabled.
 */
void wh_listener_remove(const void *key, u64 netns, u16 port)
{
	struct listener *l;

	raw_spin_lock(&lock);
	hash_for_each_possible(by_port, l, node, bucket_key(netns, port)) {
		if (l->key == key) {
			hash_del(&l->node);
			hlist_add_head(&l->node, &unused);
			break;
		}
	}
	raw_spin_unlock(&lock);
}

/**
 * wh_listener_inherit() - give a passive endpoint its listener's owner
 * @child: netns, local_addr, local_port and owner_uid are known; gets the owner
 * @family: AF_INET or AF_INET6: the socket's
 *
 * A listener on the child's very address goes before one on the wildcard. Where
 * several processes share the port (SO_REUSEPORT) nobody can tell which one's
 * child it is: then its owner stays unknown.
 *
 * Context: any but NMI, interrupts disabled.
 */
void wh_listener_inherit(struct wavehand_endpoint *child, u16 family)
{
	static const u8 any[16];
	const struct listener *l, *best = NULL;
	bool best_exact = false;
	bool ambiguous = false;

	raw_spin_lock(&lock);
	hash_for_each_possible(by_port, l, node,
			       bucket_key(child->netns, child->local_port)) {
		bool exact;

		if (l->port != child->local_port || l->netns != child->netns ||
		    l->family != family || l->uid != child->owner_uid)
			continue;
		exact = !memcmp(l->addr, child->local_addr, sizeof(any));
		if (!exact && memcmp(l->addr, any, sizeof(any)))
			continue;
		if (best && best_exact && !exact)
			continue;
		ambiguous = best && best_exact == exact &&
			    (ambiguous || best->pid != l->pid);
		best = l;
		best_exact = exact;
		/* They may be many, and nobody goes before an exact one. */
		if (ambiguous && exact)
			break;
	}
	if (best && !ambiguous) {
		child->owner_pid = best->pid;
		memcpy(child->owner_comm, best->comm, sizeof(best->comm));
		child->known |= WAVEHAND_KNOWN_OWNER;
		child->flags |= WAVEHAND_EP_INHERITED;
	}
	raw_spin_unlock(&lock);
}

/** wh_listener_missed() - listeners that found no free entry */
u64 wh_listener_missed(void)
{
	u64 n;

	raw_spin_lock_irq(&lock);
	n = missed;
	raw_spin_unlock_irq(&lock);
	return n;
}
