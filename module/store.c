// SPDX-License-Identifier: GPL-2.0
/*
 * Locking: each shard has one raw spinlock over the endpoints in its slots and the
 * lists that they are on. It is taken with interrupts disabled, by probes in process
 * and softirq context and by readers, and is raw because probes may run with preemption
 * disabled on PREEMPT_RT. No two shards are ever locked together. Under it come, each
 * a leaf: the locks of the index and of listener.c, and the ring's lock-free slots.
 *
 * Which shard an endpoint is in says its slot, and its slot never changes: a request
 * that becomes a socket stays where it is. So a name leads first through the index to
 * a slot and then to a shard, and a walk by slot number meets no endpoint twice.
 *
 * The serial of an event is drawn under the lock of the shard that keeps it. So
 * a reader that notes the ring's head and then walks all shards finds every
 * event up to that serial in the histories or in none at all; see chardev.c.
 *
 * Requests (a SYN came, there is no socket yet) have places of their own, an eighth of
 * the others in number: a flood of SYNs pushes out older requests, never sockets.
 */
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "await.h"
#include "index.h"
#include "path.h"
#include "request.h"
#include "ring.h"
#include "slots.h"
#include "store.h"

static atomic64_t last_id = ATOMIC64_INIT(0);

/* Will anybody ask by addresses? Written once, before the first probe. */
static bool by_addresses;

static struct wh_endpoint *scratch_of(const struct wh_shard *shard)
{
	return wh_slot(shard->first + wh_slots.per_shard - 1);
}

/**
 * wh_store_count_end() - an endpoint has closed
 * @shard: its shard, locked
 * @endpoint: the endpoint
 */
void wh_store_count_end(struct wh_shard *shard, struct wh_endpoint *endpoint)
{
	endpoint->over = true;
	wh_await_drop(endpoint);
	if (endpoint->request) {
		shard->stats.requests--;
	} else {
		list_add_tail(&endpoint->age, &shard->closed);
		shard->stats.live--;
	}
	shard->stats.closed++;
}

/* Not inline: a transition's own is in path.h. */
static noinline void append_another(struct wh_shard *shard,
				    struct wh_endpoint *endpoint,
				    const struct wh_event *event)
{
	wh_append(shard, endpoint, event);
}

static bool in_minisocket(const struct wh_endpoint *endpoint)
{
	return endpoint->pub.flags & WAVEHAND_EP_MINISOCKET &&
	       endpoint->pub.state != WAVEHAND_CLOSED;
}

/* Nobody saw it close. */
static bool is_cut_off(const struct wh_endpoint *endpoint)
{
	return endpoint->pub.state != WAVEHAND_CLOSED && !in_minisocket(endpoint);
}

/* The socket is gone, or starts another life: so is the endpoint. */
static void retire(struct wh_shard *shard, struct wh_endpoint *endpoint,
		   u64 time)
{
	if (is_cut_off(endpoint)) {
		struct wh_event gone = {
			.time = time,
			.kind = WAVEHAND_GONE,
			.provenance = WAVEHAND_INFERRED,
			.old_state = endpoint->pub.state,
			.new_state = WAVEHAND_CLOSED,
		};

		append_another(shard, endpoint, &gone);
	}
	wh_index_remove_key(endpoint);
}

/* Take an endpoint off its list and out of the index; its slot may be used again. */
static void evict(struct wh_endpoint *endpoint)
{
	list_del(&endpoint->age);
	wh_await_drop(endpoint);
	wh_index_remove_key(endpoint);
	if (READ_ONCE(endpoint->in_tuples))
		wh_index_remove_tuple(endpoint);
}

static void give_key(struct wh_endpoint *endpoint, const void *key)
{
	wh_index_remove_key(endpoint);
	WRITE_ONCE(endpoint->key, key);
	wh_index_add_key(endpoint);
}

static struct wh_endpoint *oldest_closed(struct wh_shard *shard)
{
	struct wh_endpoint *endpoint;

	endpoint = list_first_entry_or_null(&shard->closed, struct wh_endpoint,
					    age);
	if (!endpoint)
		return NULL;
	evict(endpoint);
	shard->tracked--;
	shard->stats.closed--;
	shard->stats.evicted++;
	return endpoint;
}

/* There are slots enough for all the sockets and requests that are admitted. */
static struct wh_endpoint *free_slot(struct wh_shard *shard)
{
	struct wh_endpoint *endpoint;

	endpoint = list_first_entry_or_null(&shard->unused, struct wh_endpoint,
					    age);
	if (endpoint) {
		list_del(&endpoint->age);
		return endpoint;
	}
	return wh_slot(shard->first + shard->used++);
}

static void clear(struct wh_endpoint *endpoint)
{
	/* Not its names: they are gone, but a walk may still stand on it (index.c). */
	memset_after(endpoint, 0, next_tuple);
	INIT_LIST_HEAD(&endpoint->age);
}

/*
 * A slot for a socket: a free one, or that of the one that closed first, or, when
 * all are live, the one that keeps nothing.
 */
static struct wh_endpoint *new_socket(struct wh_shard *shard, const void *key)
{
	struct wh_endpoint *endpoint;

	if (shard->tracked < wh_slots.sockets)
		endpoint = free_slot(shard);
	else
		endpoint = oldest_closed(shard);
	if (!endpoint) {
		endpoint = scratch_of(shard);
		clear(endpoint);
		return endpoint;
	}
	clear(endpoint);
	endpoint->pub.id = atomic64_inc_return(&last_id);
	endpoint->named = !by_addresses;
	give_key(endpoint, key);
	shard->tracked++;
	shard->stats.endpoints++;
	shard->stats.live++;
	return endpoint;
}

static struct wh_endpoint *oldest_request(struct wh_shard *shard)
{
	struct wh_endpoint *endpoint;

	endpoint = list_first_entry(&shard->requests, struct wh_endpoint, age);
	evict(endpoint);
	shard->requested--;
	if (endpoint->over) {
		shard->stats.closed--;
		shard->stats.evicted++;
	} else {
		shard->stats.requests--;
		shard->stats.requests_evicted++;
	}
	return endpoint;
}

/* A slot for a request: a free one, or that of the oldest request. */
static struct wh_endpoint *new_request(struct wh_shard *shard)
{
	struct wh_endpoint *endpoint;

	if (shard->requested < wh_slots.requests)
		endpoint = free_slot(shard);
	else
		endpoint = oldest_request(shard);
	shard->requested++;
	clear(endpoint);
	endpoint->pub.id = atomic64_inc_return(&last_id);
	endpoint->request = true;
	list_add_tail(&endpoint->age, &shard->requests);
	shard->stats.endpoints++;
	shard->stats.requests++;
	return endpoint;
}

static bool is_open_request(const struct wh_endpoint *endpoint)
{
	return endpoint->request && !endpoint->over;
}

static void free_endpoint(struct wh_shard *shard, struct wh_endpoint *endpoint)
{
	clear(endpoint);
	list_add(&endpoint->age, &shard->unused);
}

/* A request becomes a socket. Return: false when there is no room for one more. */
static bool adopt(struct wh_shard *shard, struct wh_endpoint *endpoint,
		  const void *key)
{
	if (shard->tracked == wh_slots.sockets) {
		struct wh_endpoint *closed = oldest_closed(shard);

		if (!closed)
			return false;
		free_endpoint(shard, closed);
	}
	list_del_init(&endpoint->age);
	endpoint->request = false;
	endpoint->pub.flags &= ~WAVEHAND_EP_REQUEST;
	give_key(endpoint, key);
	shard->requested--;
	shard->tracked++;
	shard->stats.requests--;
	shard->stats.live++;
	return true;
}

/* A request became a socket that has no place: nothing more will be seen of it. */
static void disown(struct wh_shard *shard, struct wh_endpoint *endpoint,
		   u64 time)
{
	retire(shard, endpoint, time);
	endpoint->pub.flags &= ~WAVEHAND_EP_REQUEST;
	if (endpoint->named)
		wh_index_remove_tuple(endpoint);
}

/* Is that child, or was it, a socket of this endpoint's request? */
static bool is_parent(const struct wh_endpoint *endpoint,
		      const struct wh_child *child)
{
	const struct wavehand_endpoint *pub = &endpoint->pub;

	if (is_open_request(endpoint))
		return true;
	return pub->role == WAVEHAND_ROLE_PASSIVE && !in_minisocket(endpoint) &&
	       pub->state != WAVEHAND_CLOSED &&
	       (!(pub->known & WAVEHAND_KNOWN_ISS) || pub->iss == child->iss);
}

/*
 * Two ACKs on two processors make two sockets of one request, and one of them is dropped
 * at once. Both are the same endpoint, which goes with the one that was heard of last,
 * until one is ESTABLISHED.
 *
 * Return: false when there is no room for one more socket.
 */
static bool take_over(struct wh_entry *entry, const void *key,
		      const struct wh_event *event)
{
	struct wh_endpoint *endpoint = entry->endpoint;

	entry->twin = event->new_state == WAVEHAND_CLOSED;
	if (entry->twin)
		return true;
	if (is_open_request(endpoint)) {
		if (adopt(entry->shard, endpoint, key))
			return true;
		disown(entry->shard, endpoint, event->time);
		return false;
	}
	entry->twin = endpoint->pub.state != WAVEHAND_SYN_RECEIVED;
	if (!entry->twin)
		give_key(endpoint, key);
	return true;
}

static struct wh_endpoint *still_named(u32 slot, const struct wh_tuple *tuple,
				       u64 cookie)
{
	struct wh_endpoint *endpoint = wh_slot(slot);

	/* Another one may take the name at any time: then the two came at once. */
	return endpoint->named && READ_ONCE(endpoint->in_tuples) &&
	       wh_index_has_tuple(&endpoint->pub, tuple, cookie) ? endpoint : NULL;
}

static void find_by_tuple(struct wh_entry *entry, const struct wh_tuple *tuple,
			  u64 cookie)
	__acquires(&entry->shard->lock)
{
	u32 hash = wh_index_hash(tuple);
	u32 slot = wh_index_find_tuple(tuple, hash, cookie);

	wh_lock_found(entry, slot, hash);
	entry->endpoint = NULL;
	if (slot < WH_INDEX_END)
		entry->endpoint = still_named(slot, tuple, cookie);
	if (likely(entry->endpoint))
		return;
	/* Another processor may have had the same SYN, and been faster. */
	slot = wh_index_find_tuple(tuple, hash, cookie);
	if (slot < WH_INDEX_END && wh_shard_of(slot) == entry->shard)
		entry->endpoint = still_named(slot, tuple, cookie);
}

static void lock_other(struct wh_entry *entry, struct wh_shard *shard)
	__must_hold(&entry->shard->lock)
{
	if (entry->shard == shard)
		return;
	raw_spin_unlock(&entry->shard->lock);
	entry->shard = shard;
	raw_spin_lock(&entry->shard->lock);
}

/**
 * wh_store_begin_life() - begin a transition of a socket that has no endpoint yet
 * @entry: without an endpoint, or with that of another life
 * @key: as of wh_store_begin()
 * @event: likewise
 * @child: likewise
 *
 * Context: its shard is locked, and stays so, or another one is.
 */
void wh_store_begin_life(struct wh_entry *entry, const void *key,
			 const struct wh_event *event,
			 const struct wh_child *child)
	__must_hold(&entry->shard->lock)
{
	if (entry->endpoint)
		retire(entry->shard, entry->endpoint, event->time);
	if (child) {
		raw_spin_unlock(&entry->shard->lock);
		find_by_tuple(entry, &child->tuple, 0);
		entry->born = true;
		if (entry->endpoint && is_parent(entry->endpoint, child) &&
		    take_over(entry, key, event))
			return;
		entry->twin = false;
	}

	entry->born = true;
	lock_other(entry, wh_shard_for(wh_index_hash_key(key)));
	entry->endpoint = new_socket(entry->shard, key);
	if (!wh_is_birth(event->old_state, event->new_state))
		entry->endpoint->pub.joined = event->old_state;
}

/**
 * wh_store_give_back() - the socket of an endpoint goes, its request stays
 * @entry: begun, not a twin's; of a passive endpoint in SYN-RECEIVED
 */
void wh_store_give_back(struct wh_entry *entry)
{
	struct wh_endpoint *endpoint = entry->endpoint;
	struct wh_shard *shard = entry->shard;

	if (wh_is_scratch(endpoint))
		return;
	if (shard->requested == wh_slots.requests)
		free_endpoint(shard, oldest_request(shard));
	wh_index_remove_key(endpoint);
	endpoint->request = true;
	endpoint->pub.flags |= WAVEHAND_EP_REQUEST;
	list_add_tail(&endpoint->age, &shard->requests);
	shard->requested++;
	shard->tracked--;
	shard->stats.requests++;
	shard->stats.live--;
}

/**
 * wh_store_find() - the endpoint of a socket
 * @entry: filled in; without an endpoint when there is none. To be given to
 *	wh_store_end() or wh_store_commit() in any case, soon
 * @key: address of the socket
 *
 * Context: any but NMI. Returns with a shard locked and interrupts disabled.
 */
void wh_store_find(struct wh_entry *entry, const void *key)
	__acquires(&entry->shard->lock)
{
	local_irq_save(entry->irq_flags);
	wh_find_by_key(entry, key);
}

/**
 * wh_store_find_tuple() - the latest endpoint with some addresses
 * @entry: as of wh_store_find(); the endpoint may be closed
 * @tuple: the addresses
 * @cookie: its cookie; 0: any
 *
 * Context: as of wh_store_find().
 */
void wh_store_find_tuple(struct wh_entry *entry, const struct wh_tuple *tuple,
			 u64 cookie)
	__acquires(&entry->shard->lock)
{
	local_irq_save(entry->irq_flags);
	find_by_tuple(entry, tuple, cookie);
}

/**
 * wh_store_request() - make an endpoint for a SYN
 * @entry: without an endpoint, or with one that is not meant; gets the new one
 * @tuple: its addresses
 *
 * Context: the shard stays locked: any will do.
 */
void wh_store_request(struct wh_entry *entry, const struct wh_tuple *tuple)
{
	struct wavehand_endpoint *pub;

	entry->endpoint = new_request(entry->shard);
	entry->born = true;

	pub = &entry->endpoint->pub;
	pub->role = WAVEHAND_ROLE_PASSIVE;
	pub->flags = WAVEHAND_EP_REQUEST;
	wh_store_learn_tuple(entry, tuple);
}

/**
 * wh_store_learn_tuple() - tell an endpoint its addresses
 * @entry: its endpoint does not know them yet
 * @tuple: the addresses
 */
void wh_store_learn_tuple(struct wh_entry *entry, const struct wh_tuple *tuple)
{
	struct wavehand_endpoint *pub = &entry->endpoint->pub;

	pub->netns = tuple->netns;
	pub->netns_ino = tuple->netns_ino;
	pub->family = tuple->family;
	memcpy(pub->local_addr, tuple->local_addr, sizeof(pub->local_addr));
	memcpy(pub->remote_addr, tuple->remote_addr, sizeof(pub->remote_addr));
	pub->local_port = tuple->local_port;
	pub->remote_port = tuple->remote_port;
	pub->known |= WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE;
}

/**
 * wh_store_append() - append one more event before the last one
 * @entry: begun or found
 * @event: the event
 */
void wh_store_append(struct wh_entry *entry, const struct wh_event *event)
{
	append_another(entry->shard, entry->endpoint, event);
}

/**
 * wh_store_name() - put an endpoint into the index by addresses, once it may be there
 * @endpoint: its shard is locked
 *
 * An active opener that sent no SYN yet must not take the name of an endpoint whose place
 * it may be about to ask for: that one's end is still to be told. A child that no request
 * became may be the one too many that loses the race for its addresses.
 */
void wh_store_name(struct wh_endpoint *endpoint)
{
	const u16 addresses = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE;

	if ((endpoint->pub.known & addresses) != addresses ||
	    endpoint->pub.state == WAVEHAND_CLOSED ||
	    (endpoint->pub.state == WAVEHAND_SYN_SENT &&
	     !endpoint->again[WH_SENT].syn) ||
	    (endpoint->pub.state == WAVEHAND_SYN_RECEIVED &&
	     !endpoint->request && !endpoint->again[WH_SENT].syn) ||
	    wh_is_scratch(endpoint))
		return;
	endpoint->named = true;
	wh_index_add_tuple(endpoint);
}

/**
 * wh_store_end() - nothing more happens to an entry
 * @entry: begun or found, or not found
 *
 * Context: unlocks what was locked.
 */
void wh_store_end(struct wh_entry *entry)
	__releases(&entry->shard->lock)
{
	if (entry->endpoint && !entry->endpoint->named)
		wh_store_name(entry->endpoint);
	wh_unlock(entry);
}

/**
 * wh_store_last() - the latest event of an endpoint
 * @entry: begun or found
 * @last: set to it; all zero, which is no kind, when there is none
 */
void wh_store_last(const struct wh_entry *entry, struct wh_event *last)
{
	const struct wh_endpoint *endpoint = entry->endpoint;
	u32 next = endpoint->next;

	if (!endpoint->total) {
		memset(last, 0, sizeof(*last));
		return;
	}
	if (endpoint->total >= wh_slots.depth && next == wh_slots.first_events)
		next = wh_slots.depth;
	wh_event_unpack(&endpoint->events[next - 1], last);
}

/**
 * wh_store_forget() - a socket is being destroyed
 * @key: its address, which may be another socket's soon
 *
 * Context: any but NMI.
 */
void wh_store_forget(const void *key)
{
	struct wh_entry entry;

	local_irq_save(entry.irq_flags);
	wh_find_by_key(&entry, key);
	if (entry.endpoint)
		retire(entry.shard, entry.endpoint,
		       is_cut_off(entry.endpoint) ? ktime_get_ns() : 0);
	wh_unlock(&entry);
}

/**
 * wh_store_forget_tuple() - its addresses lead to it no more
 * @entry: found
 */
void wh_store_forget_tuple(struct wh_entry *entry)
{
	wh_index_remove_tuple(entry->endpoint);
}

/**
 * wh_store_forget_key() - the socket's address means nothing any more
 * @entry: begun or found
 */
void wh_store_forget_key(struct wh_entry *entry)
{
	wh_index_remove_key(entry->endpoint);
}

/**
 * wh_store_init() - allocate the store: its slots, its index, and what awaits
 * @addresses: whether somebody will ask by addresses: endpoints get no such name otherwise
 *
 * Return: 0, -EINVAL for an absurd parameter, -ENOMEM.
 */
int wh_store_init(bool addresses)
{
	int err;

	by_addresses = addresses;
	err = wh_slots_init();
	if (err)
		return err;
	err = wh_index_init(wh_slots.nr_shards * wh_slots.per_shard);
	if (err)
		goto err_slots;
	err = wh_await_init(wh_slots.nr_shards * wh_slots.requests);
	if (err)
		goto err_index;
	return 0;

err_index:
	wh_index_exit();
err_slots:
	wh_slots_exit();
	return err;
}

/** wh_store_exit() - free the store; no probe and no reader may be left */
void wh_store_exit(void)
{
	wh_await_exit();
	wh_index_exit();
	wh_slots_exit();
}
