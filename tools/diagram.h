/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Diagrams: a conversation as rows to draw, with no word yet of how they look. Pure.
 *
 * Each lifeline is a column of points, in order. A point may be a change of state,
 * the end of an arrow, a note, or several of these. Rows come from merging the two
 * columns: an arrow whose ends meet makes one row, any other point a row of its own.
 */
#ifndef DIAGRAM_H
#define DIAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conversation.h"
#include "verdict.h"

/* Beside WAVEHAND_FIN …: or an ICMP error instead. */
#define DIAGRAM_ICMP 0x100

/**
 * struct diagram_arrow - a segment
 * @from: side that sent it
 * @flags: WAVEHAND_FIN …, DIAGRAM_ICMP; where it was observed, all that it had
 * @provenance: WAVEHAND_OBSERVED: one of its ends recorded it; WAVEHAND_INFERRED: it
 *	follows from the transitions; WAVEHAND_UNKNOWN: it may not have been
 * @has_seq: @seq is known
 * @has_ack: @ack is known
 * @seq: absolute
 * @ack: absolute
 * @length: bytes of payload
 * @again: how often its sender had sent the same before
 * @departs: there is a point where it departs
 * @arrives: there is a point where it arrives
 * @lost: it was sent, the other end was watched, and it never came there
 * @sent: time of that departure, ns; 0 where it is not known
 * @received: time of that arrival, likewise
 * @events: of a segment that was recorded: [0] its departure, [1] its arrival, or NULL
 * @seq_name: the article's name of @seq: "U", "V", "W", "U+1"; or NULL
 * @ack_name: of @ack: "U+1", "W+1"; or NULL
 * @step: for diagram.c
 */
struct diagram_arrow {
	int from;
	unsigned int flags;
	unsigned int provenance;
	bool has_seq;
	bool has_ack;
	uint32_t seq;
	uint32_t ack;
	uint32_t length;
	unsigned int again;
	bool departs;
	bool arrives;
	bool lost;
	uint64_t sent;
	uint64_t received;
	const struct history_event *events[2];
	const char *seq_name;
	const char *ack_name;
	int step;
};

/* What else a point says. */
enum diagram_note {
	NOTE_NONE,
	NOTE_GAP,		/* count events dropped from the history */
	NOTE_LOST,		/* count events lost by the reader, of any endpoint */
	NOTE_MISSING,		/* events are missing: states do not follow */
	NOTE_JOINED,		/* what came before is not known */
	NOTE_GONE,		/* destroyed with no transition to CLOSED */
	NOTE_UNSEEN,		/* went on out of sight, or was reset */
	NOTE_RESTARTED,		/* 2MSL begins anew */
	NOTE_WAITED,		/* TIME-WAIT, or FIN-WAIT-2 of a minisocket, is over: it
				 * took count ns; reason tells why it ended
				 */
	NOTE_EXPIRED,		/* so is a request: nobody acknowledged the SYN,ACK */
	NOTE_SKIPPED,		/* no TIME-WAIT */
	NOTE_QUEUE_FULL,	/* what just came was dropped: the accept queue is full */
	NOTE_BYTES,		/* bytes moved; a row of both sides */
};

/**
 * struct diagram_point - a point of a lifeline
 * @state: state entered there, or 0
 * @provenance: of @state: WAVEHAND_OBSERVED …
 * @error: errno that came with it, or 0
 * @time: ns; 0 where it is not known
 * @arrow: index of the arrow that ends here, or -1
 * @departs: it departs here; it arrives otherwise
 * @closing: the end of the conversation begins here at the latest
 * @note: see above
 * @count: of a note
 * @reason: of a note: WAVEHAND_CAUSE_*
 * @old: of a note: the state that is over
 * @order: where it stands among the points of the other side, ns
 */
struct diagram_point {
	unsigned int state;
	unsigned int provenance;
	unsigned int error;
	uint64_t time;
	int arrow;
	bool departs;
	bool closing;
	enum diagram_note note;
	uint64_t count;
	unsigned int reason;
	unsigned int old;
	uint64_t order;
};

/**
 * struct diagram_row - a row
 * @point: of each side, or NULL
 * @arrow: the arrow that crosses or ends here, or -1
 * @split: only one end of it is here, the other in a row of its own
 * @note: of the row; NOTE_BYTES has @bytes
 * @bytes: sent by each side
 */
struct diagram_row {
	const struct diagram_point *point[2];
	int arrow;
	bool split;
	enum diagram_note note;
	uint64_t bytes[2];
};

/**
 * struct diagram - all there is to draw
 * @c: conversation
 * @h: the histories that it is from
 * @v: its verdict
 * @begin: the time that counts as zero: of the first point, ns
 * @start: state of each side before the first row, or 0
 * @start_provenance: of these
 * @arrows: segments, @arrow_count of them
 * @points: of each side, @point_count of them
 * @rows: from top to bottom, @row_count of them
 */
struct diagram {
	const struct conversation *c;
	const struct histories *h;
	struct verdict v;
	uint64_t begin;
	unsigned int start[2];
	unsigned int start_provenance[2];
	struct diagram_arrow *arrows;
	size_t arrow_count;
	uint64_t arrow_room;
	struct diagram_point *points[2];
	size_t point_count[2];
	uint64_t point_room[2];
	struct diagram_row *rows;
	size_t row_count;
	bool out_of_memory;
};

/**
 * diagram_make - work out the diagram of a conversation
 * @d: to fill in; diagram_free() it in any case
 * @c: conversation; must outlive @d
 * @h: the histories that it is from, for what the reader lost
 *
 * Return: 0, or -1 when there is no memory.
 */
int diagram_make(struct diagram *d, const struct conversation *c,
		 const struct histories *h);

/**
 * diagram_free - release everything
 */
void diagram_free(struct diagram *d);

/**
 * diagram_letters - give the numbers of a wavehand the names of the article: U, V, W
 *
 * The first FIN is number U; its ACK has number V, the second FIN W.
 */
void diagram_letters(struct diagram *d);

#define DIAGRAM_FLAGS 48

/**
 * diagram_flags - "SYN,ACK": the flags that matter to a state; "RST or ICMP"
 * @flags: of an arrow
 * @text: DIAGRAM_FLAGS bytes to write to
 *
 * Return: @text.
 */
const char *diagram_flags(unsigned int flags, char *text);

#endif /* DIAGRAM_H */
