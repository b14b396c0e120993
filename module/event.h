/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event as the module keeps it: struct wavehand_event without the endpoint,
 * packed, because a history of a whole ordinary life has to fit in 640 bytes.
 */
#ifndef _WH_EVENT_H
#define _WH_EVENT_H

#include <linux/build_bug.h>
#include <linux/types.h>
#include "uapi/wavehand.h"

/**
 * struct wh_event - one event; the fields are those of struct wavehand_event
 * @error: an errno fits: MAX_ERRNO is 4095
 */
struct wh_event {
	u64 serial;
	u64 time;
	u32 seq;
	u32 ack;
	u32 actor_pid;
	u16 error:12;
	u16 flags:2;
	u16 provenance:2;
	u8 kind:4;
	u8 actor:4;
	u8 old_state:4;
	u8 new_state:4;
};

static_assert(sizeof(struct wh_event) == 32);
static_assert(sizeof(struct wavehand_event) == 160);
static_assert(WAVEHAND_STATES <= 16);

/**
 * wh_event_export() - write an event as readers see it, but for its serial
 * @event: the event
 * @endpoint: whose it is, as it is to be shown
 * @out: where to; its serial is left alone, the ring publishes it last
 */
static inline void wh_event_export(const struct wh_event *event,
				   const struct wavehand_endpoint *endpoint,
				   struct wavehand_event *out)
{
	out->time = event->time;
	out->kind = event->kind;
	out->old_state = event->old_state;
	out->new_state = event->new_state;
	out->provenance = event->provenance;
	out->actor = event->actor;
	out->flags = event->flags;
	out->error = event->error;
	out->actor_pid = event->actor_pid;
	out->reserved = 0;
	out->seq = event->seq;
	out->ack = event->ack;
	out->endpoint = *endpoint;
}

#endif /* _WH_EVENT_H */
