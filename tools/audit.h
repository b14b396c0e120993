/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holds histories against TCP's state machine and against what wavehand.h promises.
 * Only what is certain is called impossible: where events are missing, nothing is
 * known of the state that the next one finds.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "history.h"

/*
 * Two processors may take the time in one order and give the serials in the other. For
 * the edges that the tracepoint tells the socket's lock forbids that.
 */
#define AUDIT_RACE	1000000000ULL

#define AUDIT_RULE	256

/**
 * struct audit - what was found so far
 * @endpoints: histories held
 * @edges: transitions held, those of requests and minisockets and raw ones included
 * @segments: segments held
 * @impossible: events that cannot be
 * @gaps: places where events are missing
 */
struct audit {
	uint64_t endpoints;
	uint64_t edges;
	uint64_t segments;
	uint64_t impossible;
	uint64_t gaps;
};

/**
 * struct audit_finding - an event that cannot be
 * @index: of it in the history's events
 * @rule: which rule it breaks, as a sentence
 * @source: where that rule is from
 */
struct audit_finding {
	uint64_t index;
	char rule[AUDIT_RULE];
	const char *source;
};

/**
 * audit_history - hold one history
 * @a: counts to add to
 * @all: sorted histories, with events, that it is one of
 * @h: the history
 * @whole: the source began with a dump: what is not joined is there from its beginning
 * @tell: called for each impossible event, in order; may be NULL
 * @context: handed on
 */
void audit_history(struct audit *a, const struct histories *all, const struct history *h,
		   bool whole,
		   void (*tell)(void *context, const struct history *h,
				const struct audit_finding *finding),
		   void *context);

#endif /* AUDIT_H */
