/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The store: the histories of all endpoints, preallocated, in shards.
 *
 * It knows events and names (the address of a socket, never followed; addresses and
 * ports), not sockets.
 */
#ifndef _WH_STORE_H
#define _WH_STORE_H

#include <linux/types.h>
#include "endpoint.h"

struct wh_child;
struct wh_shard;

/**
 * struct wh_entry - one event on its way into the store
 * @endpoint: whose it is, or NULL; the caller may fill in @endpoint->pub
 * @born: the endpoint, or its socket, was made for this event
 * @twin: the event is of another socket than the endpoint's, made of the same request
 */
struct wh_entry {
	struct wh_endpoint *endpoint;
	bool born;
	bool twin;
	/* private: */
	struct wh_shard *shard;
	unsigned long irq_flags;
};

/** struct wh_store_stats - counters since the module was loaded */
struct wh_store_stats {
	u64 transitions;
	u64 segments;
	u64 endpoints;
	u64 live;
	u64 closed;
	u64 evicted;
	u64 untracked;
	u64 requests;
	u64 requests_evicted;
};

int wh_store_init(bool addresses);
void wh_store_exit(void);

void wh_store_give_back(struct wh_entry *entry);
void wh_store_find(struct wh_entry *entry, const void *key);
void wh_store_find_tuple(struct wh_entry *entry, const struct wh_tuple *tuple,
			 u64 cookie);
void wh_store_request(struct wh_entry *entry, const struct wh_tuple *tuple);
void wh_store_learn_tuple(struct wh_entry *entry, const struct wh_tuple *tuple);
void wh_store_last(const struct wh_entry *entry, struct wh_event *last);
void wh_store_append(struct wh_entry *entry, const struct wh_event *event);
void wh_store_end(struct wh_entry *entry);
void wh_store_forget_key(struct wh_entry *entry);
void wh_store_forget_tuple(struct wh_entry *entry);
void wh_store_forget(const void *key);

#endif /* _WH_STORE_H */
