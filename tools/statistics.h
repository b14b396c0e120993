/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is counted over many endpoints: transitions, the time in each state, why they
 * ended, what was sent again. Pure. Nothing is kept of an event but what it adds to its
 * endpoint, so memory is bounded by the endpoints, however long the recording is.
 *
 * A time in a state is that of one endpoint, from its transition there to its transition
 * away; quantiles are exact (nearest rank: the shortest time that so many did not exceed).
 * Where one of the two was not seen there is no time, and that is counted instead.
 */
#ifndef STATISTICS_H
#define STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filter.h"
#include "history.h"

/* Behind the states: a socket that was destroyed without a transition to CLOSED. */
#define STATISTICS_GONE WAVEHAND_STATES
#define STATISTICS_CAUSES (WAVEHAND_CAUSE_NO_MINISOCKET + 1)
#define STATISTICS_BOUNDS 21

/* Upper bounds of a histogram, ns; the last bucket has none. */
extern const uint64_t statistics_bounds[STATISTICS_BOUNDS];

/* Those that people name; BY_NOTHING makes one group of all, which has no name. */
enum statistics_by { BY_LISTENER, BY_PEER, BY_OWNER, BY_NOTHING };

/* What a group is. */
enum statistics_kind {
	KIND_THIS,	/* that of its address, or of its name */
	KIND_NONE,	/* no listener: its endpoints connected */
	KIND_UNKNOWN,
};

/* Indices of struct statistics_group's @again and @resets. */
enum { AGAIN_SYN, AGAIN_FIN, AGAINS };
enum { SENT, RECEIVED, DIRECTIONS };

/* What these are called. */
extern const char *const statistics_flags[AGAINS];
extern const char *const statistics_directions[DIRECTIONS];

/**
 * struct statistics_key - what the endpoints of a group have in common
 * @kind: KIND_*; what does not belong to the kind and to enum statistics_by is zero
 * @family: of @addr
 * @port: of a listener
 * @netns: inode of the network namespace of a listener
 * @recording: 1, 2, … of several recordings; 0 otherwise
 * @addr: as in struct wavehand_endpoint
 * @comm: name of an owner; zero behind its end
 */
struct statistics_key {
	uint8_t kind;
	uint8_t family;
	uint16_t port;
	uint32_t netns;
	uint32_t recording;
	uint8_t addr[16];
	char comm[16];
};

/**
 * struct statistics_state - how long endpoints were in one state
 * @ended: how many were, and left it, of which the time is known
 * @unseen: how many were, of which it is not: the beginning or the end was not seen
 * @sum: of the times, ns; UINT64_MAX, which is 584 years, at most
 * @p50: half of the times are not longer; likewise:
 * @p90: nine of ten
 * @p99: 99 of 100
 * @max: all
 * @buckets: times up to each of statistics_bounds, and not up to the one before
 * @open: how many are there still
 * @old: of these, how many may have left it: the reader lost events since
 * @longest: the longest time that one of these is there, so far; 0 where no beginning
 *	was seen
 */
struct statistics_state {
	uint64_t ended;
	uint64_t unseen;
	uint64_t sum;
	uint64_t p50;
	uint64_t p90;
	uint64_t p99;
	uint64_t max;
	uint64_t buckets[STATISTICS_BOUNDS + 1];
	uint64_t open;
	uint64_t old;
	uint64_t longest;
};

/**
 * struct statistics_group - what is counted of a group of endpoints
 * @key: what they have in common
 * @pid: of an owner, where they have the same one; 0 otherwise
 * @endpoints: how many, a listener with its children
 * @states: by WAVEHAND_ESTABLISHED …; not of WAVEHAND_CLOSED. LISTEN is a listener's
 * @causes: how many ended, by WAVEHAND_CAUSE_*; no listeners
 * @waits: likewise, how TIME-WAIT ended, or why there was none (_NO_MINISOCKET)
 * @again: SYNs and FINs [AGAIN_*] that were there before, [SENT] and [RECEIVED]
 * @resets: [SENT] and [RECEIVED]
 * @queue_full: how often the accept queue was full
 */
struct statistics_group {
	struct statistics_key key;
	uint32_t pid;
	uint64_t endpoints;
	struct statistics_state states[WAVEHAND_STATES];
	uint64_t causes[STATISTICS_CAUSES];
	uint64_t waits[STATISTICS_CAUSES];
	uint64_t again[AGAINS][DIRECTIONS];
	uint64_t resets[DIRECTIONS];
	uint64_t queue_full;
};

/**
 * struct statistics_edge - transitions from one state to another
 * @count: how many
 * @inferred: of these, how many were not observed
 */
struct statistics_edge {
	uint64_t count;
	uint64_t inferred;
};

/**
 * struct statistics - what is counted
 * @h: of these histories
 * @by: how they are grouped
 * @now: up to when times so far are counted, ns
 * @endpoints: how many
 * @transitions: how many, the sum of @edges
 * @edges: from a state [0 to WAVEHAND_STATES - 1; 0 is unknown] to one, or to
 *	STATISTICS_GONE
 * @again: transitions that an endpoint makes once only, and made again: they are not in
 *	@edges, and no kernel's
 * @late: events that came behind a later one of their endpoint, and were left out
 * @dropped: events that WAVEHAND_GAP notices count
 * @beyond: endpoints that went on in TIME-WAIT out of sight; that is inferred, @edges has
 *	their transitions to CLOSED
 * @perhaps: endpoints that perhaps went on in FIN-WAIT-2 out of sight; likewise
 * @count: how many groups; the one with the most endpoints is the first
 * @members: endpoints with their keys, by group
 * @runs: which of @members each group is
 * @times: room for the times of the largest group
 */
struct statistics {
	const struct histories *h;
	enum statistics_by by;
	uint64_t now;
	uint64_t endpoints;
	uint64_t transitions;
	struct statistics_edge edges[WAVEHAND_STATES][WAVEHAND_STATES + 1];
	uint64_t again;
	uint64_t late;
	uint64_t dropped;
	uint64_t beyond;
	uint64_t perhaps;
	size_t count;
	struct statistics_member *members;
	struct statistics_run *runs;
	uint64_t *times;
};

/**
 * statistics_watch - let histories count
 * @h: zeroed; before the first history_add(). No events need to be kept
 */
void statistics_watch(struct histories *h);

/**
 * statistics_make - add up what the endpoints counted
 * @s: to fill in
 * @h: sorted histories that statistics_watch() had
 * @filter: which endpoints
 * @by: how to group them
 *
 * Return: 0, or -1 when there is no memory. Call statistics_free() in both cases.
 */
int statistics_make(struct statistics *s, const struct histories *h,
		    const struct filter *filter, enum statistics_by by);

/**
 * statistics_group - one of the groups
 * @s: made
 * @i: below @s->count
 * @g: to fill in
 *
 * It takes its time with each call: a group is 3 KiB, and there may be as many as
 * endpoints, so they are not kept.
 */
void statistics_group(const struct statistics *s, size_t i, struct statistics_group *g);

/** statistics_free - release everything, but the histories */
void statistics_free(struct statistics *s);

#define STATISTICS_NAME 80

/**
 * put_group - name of a group, without a NUL: an address, an address:port, the name of a
 * process; "none" and "unknown", "?" of an owner; STATISTICS_NAME bytes at most
 */
char *put_group(char *p, const struct statistics_key *key, enum statistics_by by, bool utf8);

/**
 * put_recording - letter of the recording that a group is of, if @key->recording is set;
 * TEXT_NUMBER bytes at most
 */
char *put_recording(char *p, const struct statistics_key *key);

/** statistics_state - name of a state that an edge leads to, which may be "gone" */
const char *statistics_state(unsigned int state);

/** statistics_word - "listener", "peer", "owner" */
const char *statistics_word(enum statistics_by by);

#endif /* STATISTICS_H */
