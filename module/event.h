/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event as probes make it and the ring has it: what is between serial and endpoint of
 * struct wavehand_event. And as a history keeps it: packed, because a whole ordinary life
 * has to fit in 640 bytes.
 */
#ifndef _WH_EVENT_H
#define _WH_EVENT_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/threads.h>
#include <linux/types.h>
#include "uapi/wavehand.h"

#define WH_LENGTH_MAX	65535U
#define WH_AGAIN_MAX	63U
#define WH_TRIES_MAX	255U
#define WH_ERROR_MAX	255U

/**
 * struct wh_event - one event; the fields are those of struct wavehand_event, and lie as
 * they do there: the ring copies them at one go
 */
struct wh_event {
	u64 time;
	u8 kind;
	u8 old_state;
	u8 new_state;
	u8 provenance;
	u8 actor;
	u8 flags;
	u16 error;
	union {
		u32 actor_pid;
		u32 length;
	};
	union {
		struct {
			u8 reason;
			u8 tries;
			u16 reserved;
		};
		struct {
			u16 window;
			u8 tcp_flags;
			u8 again;
		};
	};
	u32 seq;
	u32 ack;
};

#define WH_EVENT_OFFSET	offsetof(struct wavehand_event, time)
static_assert(offsetof(struct wh_event, kind) + WH_EVENT_OFFSET ==
	      offsetof(struct wavehand_event, kind));
static_assert(offsetof(struct wh_event, error) + WH_EVENT_OFFSET ==
	      offsetof(struct wavehand_event, error));
static_assert(offsetof(struct wh_event, tries) + WH_EVENT_OFFSET ==
	      offsetof(struct wavehand_event, tries));
static_assert(offsetof(struct wh_event, again) + WH_EVENT_OFFSET ==
	      offsetof(struct wavehand_event, again));
static_assert(offsetof(struct wh_event, ack) + WH_EVENT_OFFSET ==
	      offsetof(struct wavehand_event, ack));
static_assert(sizeof(struct wh_event) + WH_EVENT_OFFSET ==
	      offsetof(struct wavehand_event, endpoint));

/**
 * struct wh_kept - one event in a history
 * @when: the time, 58 bits of ns, which are nine years; 6 bits of @again of a segment
 * @serial_low: a serial has 48 bits
 * @serial_high: likewise
 * @what: 3 bits of the kind, 5 of the flags
 * @states: the old one, and the new one in the high half; of a segment its flags
 * @seq: as in struct wavehand_event
 * @ack: likewise
 * @rest: of a segment: its length, and its window in the high half. Else @actor_pid, 22
 *	bits (PID_MAX_LIMIT), or how often it tried, where the actor is a timer; 2 bits of
 *	the actor; 8 of the error, or of the reason, where the flags have WAVEHAND_EV_HIDDEN
 *
 * All is observed but WAVEHAND_GONE.
 */
struct wh_kept {
	u64 when;
	u32 serial_low;
	u16 serial_high;
	u8 what;
	u8 states;
	u32 seq;
	u32 ack;
	u32 rest;
} __packed __aligned(4);

static_assert(sizeof(struct wh_kept) == 28);
static_assert(sizeof(struct wavehand_event) == 160);
static_assert(WAVEHAND_STATES <= 16);
static_assert(WAVEHAND_QUEUE_FULL < 8);
static_assert(WAVEHAND_EV_HIDDEN < 32);
static_assert(WAVEHAND_ACTOR_TIMER < 4);
static_assert(PID_MAX_LIMIT <= 1 << 22);

#define WH_TIME_BITS	58
#define WH_KIND_BITS	3
#define WH_ACTOR_SHIFT	22
#define WH_ERROR_SHIFT	24

static inline u64 wh_kept_serial(const struct wh_kept *kept)
{
	return (u64)kept->serial_high << 32 | kept->serial_low;
}

static inline u64 wh_kept_time(const struct wh_kept *kept)
{
	return kept->when & (BIT_ULL(WH_TIME_BITS) - 1);
}

/** wh_event_keep() - pack an event into a history */
static __always_inline void wh_event_keep(const struct wh_event *event,
					  u64 serial, struct wh_kept *kept)
{
	/* For nine years no time reaches the bits above. */
	u64 when = event->time;
	u8 states;
	u32 rest;

	if (event->kind == WAVEHAND_SEGMENT) {
		when |= (u64)event->again << WH_TIME_BITS;
		states = event->tcp_flags;
		rest = event->length | (u32)event->window << 16;
	} else {
		/* Of number and tries one is 0, and of error and reason. */
		states = event->old_state | event->new_state << 4;
		rest = (event->actor_pid | event->tries) |
		       (u32)event->actor << WH_ACTOR_SHIFT |
		       (u32)(event->error | event->reason) << WH_ERROR_SHIFT;
	}
	*kept = (struct wh_kept){
		.when = when,
		.serial_low = serial,
		.serial_high = serial >> 32,
		.what = event->kind | event->flags << WH_KIND_BITS,
		.states = states,
		.seq = event->seq,
		.ack = event->ack,
		.rest = rest,
	};
}

/** wh_event_unpack() - the event that wh_event_keep() packed */
static inline void wh_event_unpack(const struct wh_kept *kept,
				   struct wh_event *event)
{
	u8 error = kept->rest >> WH_ERROR_SHIFT;
	u32 number = kept->rest & (BIT(WH_ACTOR_SHIFT) - 1);
	u8 kind = kept->what & (BIT(WH_KIND_BITS) - 1);

	*event = (struct wh_event){
		.time = wh_kept_time(kept),
		.kind = kind,
		.flags = kept->what >> WH_KIND_BITS,
		.provenance = kind == WAVEHAND_GONE ? WAVEHAND_INFERRED :
						      WAVEHAND_OBSERVED,
		.seq = kept->seq,
		.ack = kept->ack,
	};
	if (kind == WAVEHAND_SEGMENT) {
		event->tcp_flags = kept->states;
		event->again = kept->when >> WH_TIME_BITS;
		event->length = kept->rest & WH_LENGTH_MAX;
		event->window = kept->rest >> 16;
		return;
	}
	event->old_state = kept->states & 15;
	event->new_state = kept->states >> 4;
	event->actor = kept->rest >> WH_ACTOR_SHIFT & 3;
	if (event->actor == WAVEHAND_ACTOR_TIMER)
		event->tries = number;
	else
		event->actor_pid = number;
	if (event->flags & WAVEHAND_EV_HIDDEN)
		event->reason = error;
	else
		event->error = error;
}

/* Of a transition: does the state-change tracepoint tell it? */
static inline bool wh_event_is_told(const struct wh_event *event)
{
	return !(event->flags & WAVEHAND_EV_HIDDEN) ||
	       event->reason == WAVEHAND_CAUSE_NO_MINISOCKET;
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
	*(struct wh_event *)&out->time = *event;
	out->endpoint = *endpoint;
}

#endif /* _WH_EVENT_H */
