/* SPDX-License-Identifier: GPL-2.0 */
/* An endpoint and its history, and the two names that lead to it. */
#ifndef _WH_ENDPOINT_H
#define _WH_ENDPOINT_H

#include <linux/list.h>
#include <linux/types.h>
#include "event.h"

/**
 * struct wh_endpoint - an endpoint and its history; protected by its shard's lock,
 * unless a field says something else
 * @key: the socket; NULL while there is none (a request), and once it is gone; written
 *	under the lock of the index as well, which reads it without any
 * @next_key: in the index, by @key; protected by the index
 * @next_tuple: in the index, by addresses; protected by the index
 * @pub: what readers see of it; probes fill in what they learn. Its addresses and
 *	its namespace do not change any more once @named is set
 * @age: in the shard's list of closed endpoints, while CLOSED; in its list of
 *	requests, while @request
 * @await: which acknowledgments are awaited: the least number that will do, by
 *	direction (WH_RECEIVED, WH_SENT) and by what it is for; see await.h. That of
 *	the latest FIN stays when it has come
 * @total: events so far; those beyond the store's depth pushed out an older one
 * @next: where in @events the next one goes
 * @asker: of the thread group id that asked for its place in TIME-WAIT, 16 bits
 * @again: SYNs and FINs so far, by direction; WH_AGAIN_MAX at most
 * @in_tuples: in the index by addresses; protected by the index
 * @awaiting: which of @await have not come yet, as bits
 * @children: sockets in SYN-RECEIVED that were made of its request; 3 at most
 * @request: it has a place of those for requests
 * @named: it was given to the index by addresses, or never will be
 * @over: it was counted as closed
 * @reset: it received a RST
 * @accepted: a process took it
 * @wanted: the kernel wanted a minisocket for it
 * @events: the first depth / 2 events, then the latest ones, as a ring
 */
struct wh_endpoint {
	const void *key;
	u32 next_key;
	u32 next_tuple;
	struct wavehand_endpoint pub;
	struct list_head age;
	struct {
		u32 syn;
		u32 fin;
	} await[2];
	u32 total;
	u16 next;
	u16 asker;
	struct {
		u8 syn;
		u8 fin;
	} again[2];
	u8 in_tuples;
	u8 awaiting:4;
	u8 children:2;
	u8 request:1;
	u8 named:1;
	u8 over:1;
	u8 reset:1;
	u8 accepted:1;
	u8 wanted:1;
	struct wh_kept events[];
};

static_assert(sizeof(struct wh_endpoint) == 184);

#define WH_CHILDREN_MAX	3

#define WH_RECEIVED	0
#define WH_SENT		1

/**
 * struct wh_tuple - the name that a segment gives its endpoint
 * @netns: cookie of the network namespace
 * @netns_ino: its inode number; no part of the name
 * @local_addr: as in struct wavehand_endpoint; likewise the rest
 */
struct wh_tuple {
	u64 netns;
	u8 local_addr[16];
	u8 remote_addr[16];
	u16 local_port;
	u16 remote_port;
	u8 family;
	u32 netns_ino;
};

#endif /* _WH_ENDPOINT_H */
