/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conversations of a source that goes on, in bounded memory: what is over goes after a
 * while, and so do requests that nothing is heard of. Pure.
 */
#ifndef LIVE_H
#define LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conversation.h"

/* What is over stays for so long, and so many conversations of it at most. */
#define LIVE_NS (60 * 1000000000ULL)
#ifndef LIVE_OVER
#define LIVE_OVER 10000
#endif
/* Of the events of an endpoint so many stay, the first and the latest. */
#define LIVE_EVENTS 256
/* Of notices of lost events so many stay apart. */
#define LIVE_LOST 1024

/**
 * struct live_churn - what happened in a while
 * @ns: how long that was
 * @transitions: of all endpoints
 * @begun: conversations
 * @over: likewise
 */
struct live_churn {
	uint64_t ns;
	uint64_t transitions;
	uint64_t begun;
	uint64_t over;
};

/**
 * struct live - the conversations; zeroed in the beginning, but for @since
 * @h: histories
 * @list: conversations, in the order of their beginnings; they point into @h
 * @count: how many
 * @fresh: @list was made behind the latest event
 * @since: what is counted in @churn happened after this, ns; 0: from the first event on
 * @transitions: since then
 * @went: conversations that are over and went
 * @churn: between the last two live_take()
 */
struct live {
	struct histories h;
	struct conversation *list;
	size_t count;
	bool fresh;
	uint64_t since;
	uint64_t transitions;
	uint64_t went;
	struct live_churn churn;
};

/**
 * live_add - one more event of the source
 *
 * Return: 0, or -1 when there is no memory.
 */
int live_add(struct live *l, const struct wavehand_event *event);

/**
 * live_pair - find the conversations, where events came since they were found
 *
 * Return: 0, or -1 when there is no memory.
 */
int live_pair(struct live *l);

/**
 * live_take - find the conversations, let go what is over, count what happened
 * @l: conversations
 * @now: ns
 * @all: nothing goes
 *
 * Return: 0, or -1 when there is no memory.
 */
int live_take(struct live *l, uint64_t now, bool all);

/**
 * live_over - when a conversation was over
 *
 * Return: the time, ns; 0 while it is not.
 */
uint64_t live_over(const struct conversation *c);

/** live_free - release everything */
void live_free(struct live *l);

#endif /* LIVE_H */
