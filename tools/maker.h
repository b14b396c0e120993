/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How diagram.c makes a diagram, and the steps that have a file of their own:
 *
 *	lifeline.c	the points of one end, from its events
 *	lost.c		which of the segments did not arrive
 *	mirror.c	the lifeline of an end that was not seen
 *	rows.c		both lifelines as one list of rows
 */
#ifndef MAKER_H
#define MAKER_H

#include "diagram.h"
#include "segments.h"

/*
 * The segments that transitions tell of. Each end sends each of them once at most
 * (or again, which transitions do not show).
 */
enum step { STEP_SYN, STEP_SYN_ACK, STEP_ACK, STEP_FIN, STEP_FIN_ACK, STEP_RST, STEPS };

/**
 * struct maker - what is known while a diagram is made
 * @d: the diagram; its first arrows are @s
 * @s: segments that were recorded
 * @step: arrow of each step by sender, the first one, or -1; STEP_FIN_ACK
 *	acknowledges the FIN of the other side
 * @copies: how many arrows of that step were recorded
 * @combined: the FIN of the second to let go carried the ACK of the first FIN
 *
 * Of the side that is walked:
 * @observes: its segments were recorded: what is not there was not there
 * @gap: but not those right before
 * @pending: a transition that goes with the segment that it may send next, or NULL
 * @pending_gap: @gap, when it came
 * @last: the point of the segment right before, plus one; 0: there is none
 * @last_segment: that segment
 * @before: likewise the segment right before that one, where nothing is between
 */
struct maker {
	struct diagram *d;
	struct segments s;
	int step[2][STEPS];
	unsigned int copies[2][STEPS];
	bool combined;
	bool observes;
	bool gap;
	const struct history_event *pending;
	bool pending_gap;
	size_t last;
	const struct history_event *last_segment;
	const struct history_event *before;
};

/**
 * maker_item - room for one more item of an array that grows
 * @d: gets @out_of_memory
 * @array: address of the pointer to it
 * @count: items so far
 * @room: for how many it has room
 * @size: of an item
 *
 * Return: the item, cleared, or NULL.
 */
void *maker_item(struct diagram *d, void *array, size_t count, uint64_t *room, size_t size);

/**
 * maker_point - one more point of a side, without an arrow
 *
 * Return: the point; without memory a dummy, so that only diagram_make() has to ask.
 */
struct diagram_point *maker_point(struct maker *m, int side);

/**
 * maker_arrow - the arrow of a step; an inferred one where there is none yet
 *
 * Return: its index, or -1 without memory.
 */
int maker_arrow(struct maker *m, int from, enum step step);

/**
 * maker_has_end - does that end of an arrow have its point, or an event that will be one?
 */
bool maker_has_end(const struct maker *m, int arrow, bool departs);

/**
 * maker_end - a point of a side for its end of an arrow
 * @arrow: index, or -1: none
 */
struct diagram_point *maker_end(struct maker *m, int side, int arrow);

/** lifeline_walk - make the points of one side, which was seen, from its events */
void lifeline_walk(struct maker *m, int side);

/**
 * lost_find - find out which segments did not arrive
 *
 * Only those that the other end would have recorded: it was watched at that time, and
 * was there long enough.
 */
void lost_find(struct maker *m);

/** mirror_all - make the lifeline of the peer, which was not seen: it follows from @side's */
void mirror_all(struct maker *m, int side);

/**
 * rows_order - put the points of both sides in one order, and find the time of zero
 *
 * Return: 0, or -1 when there is no memory.
 */
int rows_order(struct maker *m);

/**
 * rows_make - merge both sides into rows
 *
 * Return: 0, or -1 when there is no memory.
 */
int rows_make(struct diagram *d);

static inline bool is_recorded(const struct maker *m, int arrow)
{
	return arrow >= 0 && (size_t)arrow < m->s.count;
}

static inline void infer(struct diagram_point *p, unsigned int state)
{
	p->state = state;
	p->provenance = WAVEHAND_INFERRED;
}

/* Is this end's conversation opened from both sides? */
static inline bool is_simultaneous(const struct maker *m)
{
	return m->d->v.opening == OPENING_SIMULTANEOUS || m->d->v.opening == OPENING_SELF;
}

/* Under TCP_REPAIR states are set, not reached: there was no handshake. */
static inline bool is_repair(const struct maker *m, int side)
{
	return m->d->c->end[side].h->ep.flags & WAVEHAND_EP_REPAIR;
}

#endif /* MAKER_H */
