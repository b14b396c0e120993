/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who listens where: a passive endpoint is born in softirq context, where the
 * current process is a bystander; its owner is its listener's.
 */
#ifndef _WH_LISTENER_H
#define _WH_LISTENER_H

#include <linux/types.h>
#include "uapi/wavehand.h"

void wh_listener_add(const void *key, const struct wavehand_endpoint *endpoint,
		     u16 family);
void wh_listener_remove(const void *key, u64 netns, u16 port);
void wh_listener_inherit(struct wavehand_endpoint *child, u16 family);
u64 wh_listener_missed(void);

#endif /* _WH_LISTENER_H */
