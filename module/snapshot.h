/* SPDX-License-Identifier: GPL-2.0 */
/* What readers see of the store: copies. */
#ifndef _WH_SNAPSHOT_H
#define _WH_SNAPSHOT_H

#include <linux/types.h>
#include "endpoint.h"
#include "store.h"

/**
 * struct wh_snapshot - a copy of one endpoint for a reader
 * @pub: the endpoint
 * @dropped: events missing in the middle, after the first @before_gap ones
 * @before_gap: where they are missing
 * @kept: length of @events
 * @events: in order
 */
struct wh_snapshot {
	struct wavehand_endpoint pub;
	u32 dropped;
	u32 before_gap;
	u32 kept;
	struct wh_kept events[];
};

#define WH_STORE_ALL_NETNS	0ULL	/* no network namespace has this cookie */

bool wh_store_next(u32 *position, u64 netns, struct wh_snapshot *snapshot);
struct wh_snapshot *wh_snapshot_alloc(void);

void wh_store_read_stats(struct wh_store_stats *stats);
u64 wh_store_memory(void);
unsigned int wh_store_capacity(void);
unsigned int wh_store_depth(void);
unsigned int wh_store_shards(void);

#endif /* _WH_SNAPSHOT_H */
