/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Several recordings made one: of the two hosts of a conversation, say. Pure: the
 * recordings are in memory already.
 *
 * What is unique within a recording only is made unique by the number of the
 * recording, 1, 2, …, in the highest byte: ids of endpoints, and cookies of network
 * namespaces. People see a letter: a#7, b#7. Serials are given anew, in the order
 * of the times, which become those of the first recording's clock.
 */
#ifndef MERGE_H
#define MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "wavehand.h"

#define MERGE_MAX	26	/* recordings: a to z */
#define MERGE_SHIFT	56
#define MERGE_TEXT	256	/* of merge_clock() */

/** merge_number - which recording an id is of: 1, 2, …; 0 when there is only one */
static inline unsigned int merge_number(uint64_t id)
{
	return (unsigned int)(id >> MERGE_SHIFT);
}

/**
 * merge_own - the id, or the cookie of a network namespace, within its recording
 *
 * One that merging cannot have made is a recording's own.
 */
static inline uint64_t merge_own(uint64_t id)
{
	return merge_number(id) > MERGE_MAX ? id : id & ((1ULL << MERGE_SHIFT) - 1);
}

/** merge_letter - 'a' for the first recording */
static inline char merge_letter(unsigned int number)
{
	return (char)('a' + number - 1);
}

/* How the offset of a recording's clock from the first one's is known. */
enum merge_clock {
	MERGE_FIRST,	/* it is the first one */
	MERGE_EXCHANGE,	/* segments travelled both ways between them */
	MERGE_ONE_WAY,	/* one way only: a bound */
	MERGE_REALTIME,	/* none that both have: the hosts' own clocks */
};

/**
 * struct merge_part - one recording
 * @name: of its file
 * @device: where that is; likewise @inode
 * @header: its header
 * @events: its events, to be sorted and changed; freed by merge_free()
 * @count: how many
 * @dumped: it has a WAVEHAND_LIVE notice: histories are there from their beginning
 * @evicted: what those count
 * @clock: how @ahead is known
 * @ahead: its CLOCK_REALTIME minus the first recording's, ns
 * @error: @ahead may be wrong by that much either way, ns; of MERGE_ONE_WAY: no bound
 *	is known on the other side
 * @at_most: of MERGE_ONE_WAY: @bound is the most that @ahead can be; the least otherwise
 * @bound: see there
 * @segments: segments that @ahead was estimated from
 * @drifted: these contradict each other by twice @error: the clocks did not run alike
 */
struct merge_part {
	const char *name;
	dev_t device;
	ino_t inode;
	struct wavehand_file_header header;
	struct wavehand_event *events;
	size_t count;
	bool dumped;
	uint64_t evicted;
	enum merge_clock clock;
	int64_t ahead;
	uint64_t error;
	bool at_most;
	int64_t bound;
	uint64_t segments;
	bool drifted;
};

/**
 * struct merge - several recordings, and what they make together
 * @parts: the recordings, in the order that they were named in
 * @part_count: how many
 * @header: of what they make
 * @events: what they make
 * @count: how many
 * @given: how many of them were read already
 */
struct merge {
	struct merge_part parts[MERGE_MAX];
	size_t part_count;
	struct wavehand_file_header header;
	struct wavehand_event *events;
	size_t count;
	size_t given;
};

/**
 * merge_run - make one of all parts
 * @m: with its parts' name, header, events and count
 * @error: set to what is wrong with them, in one line, where something is
 * @size: of @error
 *
 * Return: 0; -1 with @error set.
 */
int merge_run(struct merge *m, char *error, size_t size);

/**
 * merge_clock - what is known of a part's clock, as a sentence
 * @m: after merge_run()
 * @i: index of a part
 * @utf8: a sign beyond ASCII may be used
 * @text: filled in
 *
 * Return: @text.
 */
const char *merge_clock(const struct merge *m, size_t i, bool utf8, char text[MERGE_TEXT]);

/** merge_free - release everything */
void merge_free(struct merge *m);

#endif /* MERGE_H */
