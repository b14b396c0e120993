/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event as the module keeps it: struct wavehand_event without the endpoint,
 * packed, because a history of a whole ordinary life has to fit in 640 bytes.
 */
#ifndef _WH_EVENT_H
#define _WH_EVENT_H

#include <linux/build_bug.h>
#include <linux/threads.h>
#include <linux/types.h>
#include "uapi/wavehand.h"

#define WH_LENGTH_MAX	65535U
#define WH_AGAIN_MAX	63U
#define WH_TRIES_MAX	255U
#define WH_ERROR_MAX	255U

/**
 * struct wh_event - one event; the fields are those of struct wavehand_event
 * @time: 58 bits of ns are nine years
 * @again: of a segment, as are @tcp_flags, @length and @window
 * @serial_low: a serial has 48 bits
 * @serial_high: likewise
 * @actor_pid: where @actor is a process: a pid has 22 bits (PID_MAX_LIMIT); how
 *	often it tried, where that is a timer
 * @error: the reason instead, where @flags has WAVEHAND_EV_HIDDEN
 *
 * All is observed but WAVEHAND_GONE.
 */
struct wh_event {
	u64 time:58;
	u64 again:6;
	u32 serial_low;
	u16 serial_high;
	u8 kind:3;
	u8 flags:5;
	union {
		struct {
			u8 old_state:4;
			u8 new_state:4;
		};
		u8 tcp_flags;
	};
	u32 seq;
	u32 ack;
	union {
		struct {
			u32 actor_pid:22;
			u32 actor:2;
			u32 error:8;
		};
		struct {
			u16 length;
			u16 window;
		};
	};
} __packed __aligned(4);

static_assert(sizeof(struct wh_event) == 28);
static_assert(sizeof(struct wavehand_event) == 160);
static_assert(WAVEHAND_STATES <= 16);
static_assert(WAVEHAND_QUEUE_FULL < 8);
static_assert(WAVEHAND_EV_HIDDEN < 32);
static_assert(WAVEHAND_ACTOR_TIMER < 4);
static_assert(PID_MAX_LIMIT <= 1 << 22);

static inline u64 wh_event_serial(const struct wh_event *event)
{
	return (u64)event->serial_high << 32 | event->serial_low;
}

static inline void wh_event_set_serial(struct wh_event *event, u64 serial)
{
	event->serial_low = serial;
	event->serial_high = serial >> 32;
}

static inline u8 wh_event_provenance(const struct wh_event *event)
{
	return event->kind == WAVEHAND_GONE ? WAVEHAND_INFERRED :
					      WAVEHAND_OBSERVED;
}

/* Does the state-change tracepoint tell it? */
static inline bool wh_event_is_told(const struct wh_event *event)
{
	return event->kind == WAVEHAND_TRANSITION &&
	       (!(event->flags & WAVEHAND_EV_HIDDEN) ||
		event->error == WAVEHAND_CAUSE_NO_MINISOCKET);
}

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
	out->flags = event->flags;
	out->seq = event->seq;
	out->ack = event->ack;
	out->endpoint = *endpoint;
	if (event->kind == WAVEHAND_SEGMENT) {
		out->old_state = 0;
		out->new_state = 0;
		out->provenance = WAVEHAND_OBSERVED;
		out->actor = WAVEHAND_ACTOR_UNKNOWN;
		out->error = 0;
		out->length = event->length;
		out->window = event->window;
		out->tcp_flags = event->tcp_flags;
		out->again = event->again;
		return;
	}

	out->old_state = event->old_state;
	out->new_state = event->new_state;
	out->provenance = wh_event_provenance(event);
	out->actor = event->actor;
	out->actor_pid = 0;
	out->reason = 0;
	out->tries = 0;
	out->reserved = 0;
	out->error = 0;
	if (event->flags & WAVEHAND_EV_HIDDEN)
		out->reason = event->error;
	else
		out->error = event->error;
	if (event->actor == WAVEHAND_ACTOR_TIMER)
		out->tries = event->actor_pid;
	else
		out->actor_pid = event->actor_pid;
}

#endif /* _WH_EVENT_H */
