/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segments of a conversation: which of those that one end sent is which of those that
 * the other one received. Pure.
 */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conversation.h"

/**
 * struct segment - a segment as one end recorded it, or both
 * @from: side that sent it
 * @sent: event of that side; NULL where it recorded none
 * @received: event of the other side, likewise
 * @passed: not @received, but one that looks the same and was sent later was
 */
struct segment {
	int from;
	const struct history_event *sent;
	const struct history_event *received;
	bool passed;
};

/**
 * struct segments - all of them
 * @all: in the order of time; one that both ends recorded stands where it was sent
 * @count: how many
 * @index: for each event of each side, which of @all it is, where it is a segment
 */
struct segments {
	struct segment *all;
	size_t count;
	uint32_t *index[2];
};

/**
 * segments_match - find them
 * @s: to fill in; segments_free() it in any case
 * @c: conversation
 *
 * Two events are one segment when flags, numbers and the presence of payload agree;
 * a FIN is found by its own number, as large segments are cut on the way. Of several
 * that look the same, each one received is the latest one sent before that is not
 * another one's, in order.
 *
 * Return: 0, or -1 when there is no memory.
 */
int segments_match(struct segments *s, const struct conversation *c);

/** segments_free - release everything */
void segments_free(struct segments *s);

#endif /* SEGMENTS_H */
