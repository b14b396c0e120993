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

/* Flags of a segment. */
#define DIAGRAM_SYN 1
#define DIAGRAM_ACK 2
#define DIAGRAM_FIN 4
#define DIAGRAM_RST 8
#define DIAGRAM_ICMP 16		/* or an ICMP error instead */

/**
 * struct diagram_arrow - a segment
 * @from: side that sent it
 * @flags: DIAGRAM_SYN …
 * @provenance: WAVEHAND_OBSERVED: a witness saw the segment; WAVEHAND_INFERRED: it
 *	follows from the transitions; WAVEHAND_UNKNOWN: it may not have been
 * @has_seq: @seq is known
 * @has_ack: @ack is known
 * @seq: absolute
 * @ack: absolute
 * @departs: there is a point where it departs
 * @arrives: there is a point where it arrives
 * @sent: time of that departure, ns; 0 where it is not known
 * @received: time of that arrival, likewise
 */
struct diagram_arrow {
	int from;
	unsigned int flags;
	unsigned int provenance;
	bool has_seq;
	bool has_ack;
	uint32_t seq;
	uint32_t ack;
	bool departs;
	bool arrives;
	uint64_t sent;
	uint64_t received;
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
 * @v: its verdict
 * @start: state of each side before the first row, or 0
 * @start_provenance: of these
 * @arrows: segments, @arrow_count of them
 * @points: of each side, @point_count of them
 * @rows: from top to bottom, @row_count of them
 * @fate: end whose life went on out of sight, by side
 */
struct diagram {
	const struct conversation *c;
	struct verdict v;
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
 * diagram_flags - "SYN,ACK"
 */
const char *diagram_flags(unsigned int flags);

#endif /* DIAGRAM_H */
