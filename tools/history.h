/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histories: the events of a source sorted out by endpoint.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wavehand.h"

/* What an event holds before its endpoint; the same layout in both. */
#define HISTORY_EVENT_SIZE offsetof(struct wavehand_event, endpoint)

/**
 * struct history_event - an event without its endpoint
 *
 * The fields are those of struct wavehand_event; kind is WAVEHAND_TRANSITION,
 * _SEGMENT, _GONE, _ACCEPTED, _QUEUE_FULL or _GAP.
 */
struct history_event {
	uint64_t serial;
	uint64_t time;
	uint8_t kind;
	uint8_t old_state;
	uint8_t new_state;
	uint8_t provenance;
	uint8_t actor;
	uint8_t flags;
	uint16_t error;
	union {
		uint32_t actor_pid;
		uint32_t length;
	};
	union {
		struct {
			uint8_t reason;
			uint8_t tries;
			uint16_t reserved;
		};
		struct {
			uint16_t window;
			uint8_t tcp_flags;
			uint8_t again;
		};
	};
	union {
		struct {
			uint32_t seq;
			uint32_t ack;
		};
		uint64_t count;
	};
} __attribute__((may_alias));

/** history_event_of - the same in an event as the device and recordings have it */
static inline const struct history_event *history_event_of(const struct wavehand_event *e)
{
	return (const struct history_event *)e;
}

/**
 * struct history - the history of one endpoint
 * @ep: the endpoint as handed out last: of two, the later one knows more
 * @first: time of its first event, ns
 * @last: time of its last event, ns
 * @kept: events, without notices
 * @dropped: events that WAVEHAND_GAP notices count
 * @events: sorted by serial, none twice; a WAVEHAND_GAP stands behind the event
 *	whose serial it has. NULL when only endpoints were asked for
 * @count: how many there are in @events
 * @room: for how many @events has room
 * @unsorted: history_sort() has to sort @events
 */
struct history {
	struct wavehand_endpoint ep;
	uint64_t first;
	uint64_t last;
	uint64_t kept;
	uint64_t dropped;
	struct history_event *events;
	uint64_t count;
	uint64_t room;
	bool unsorted;
};

/**
 * struct history_lost - a WAVEHAND_LOST notice
 * @serial: of the last event before it
 * @count: events that it counts
 * @sum: events that it and those before it count, once history_sort() was called
 */
struct history_lost {
	uint64_t serial;
	uint64_t count;
	uint64_t sum;
};

/**
 * struct histories - all of them
 * @all: sorted by the id of the endpoint once history_sort() was called
 * @count: how many
 * @room: for how many @all has room
 * @table: hash table of indices into @all plus one, by id
 * @table_size: slots of @table, a power of two
 * @secret: of its hash
 * @with_events: keep events; only endpoints and counts otherwise
 * @extra: bytes behind each struct history, zeroed, for who counts without keeping
 * @watch: called with each event of a history, in the order of the source; NULL: nobody
 *	wants it
 * @lost: WAVEHAND_LOST notices, sorted by serial once history_sort() was called
 * @lost_count: how many of them
 * @lost_room: for how many @lost has room
 * @lost_events: events that they count together
 * @untracked: events of endpoints that the store had no room for: in no history
 * @evicted: endpoints evicted before their turn in the dump came
 * @last: time of the latest event of all, ns
 * @now: when the device was read, ns; 0 for a recording: nothing is known behind
 *	@last
 */
struct histories {
	struct history **all;
	size_t count;
	uint64_t room;
	uint32_t *table;
	size_t table_size;
	uint64_t secret;
	bool with_events;
	size_t extra;
	void (*watch)(const struct histories *h, struct history *one,
		      const struct wavehand_event *event);
	struct history_lost *lost;
	size_t lost_count;
	uint64_t lost_room;
	uint64_t lost_events;
	uint64_t untracked;
	uint64_t evicted;
	uint64_t last;
	uint64_t now;
};

/**
 * history_add - sort in one event of a source
 * @h: histories; zeroed, with_events set, in the beginning
 * @event: of any kind; unknown ones are skipped
 *
 * Return: 0, or -1 when there is no memory.
 */
int history_add(struct histories *h, const struct wavehand_event *event);

/**
 * history_sort - sort by endpoint id, and each history by serial; to be called
 * after the last history_add(), or before history_forget()
 */
void history_sort(struct histories *h);

/**
 * history_forget - let endpoints go, so that history_add() can go on for ever
 * @h: sorted histories, which history_add() may be called for again afterwards
 * @goes: which ones; NULL: none
 *
 * Return: how many went.
 */
size_t history_forget(struct histories *h, bool (*goes)(const struct history *one));

/**
 * history_trim - forget events of the middle, as the module does
 * @one: history, sorted or not
 * @most: events that may stay, 4 at least; a WAVEHAND_GAP counts those that went
 */
void history_trim(struct history *one, uint64_t most);

/** history_is_over - nothing more is to come of its endpoint */
bool history_is_over(const struct history *h);

/**
 * history_lost_between - what the reader lost between two events
 * @h: sorted histories, with events
 * @from: serial of the earlier event
 * @to: serial of the later one; UINT64_MAX: up to the end
 * @count: set to how many events, of any endpoints
 *
 * Return: whether it lost any.
 */
bool history_lost_between(const struct histories *h, uint64_t from, uint64_t to,
			  uint64_t *count);

/**
 * history_free - release everything
 */
void history_free(struct histories *h);

#endif /* HISTORY_H */
