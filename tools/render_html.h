/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page of its own: conversations to look through, the state machine with what was
 * observed of it, the time in each state. page.html is all that people see; what is
 * written into it is one object of JSON, which its script reads, and which is:
 *
 *	{"hosts":[[letter, host, kernel]…], "words":{text of the page: the reader's, where
 *	 that is another}, absent in English; "wall": Unix time of the first conversation, ms,
 *	 "lost": events lost by the reader, "dropped": events missing in histories,
 *	 "untracked": events in no history, "endpoints": …, "transitions": …,
 *	 "edges":[[from, to, count, inferred, source, reason]…],
 *	 "bounds":[upper bounds of the histograms, ns],
 *	 "times":[[state, left, p50, p90, p99, max, unseen, open, [buckets]]…],
 *	 "conversations":[[when, ns since the first one; how long, ns; KIND_*; numbers of
 *		strings: ids, opening, closing, sentence, one address, the other, owners of
 *		the two; picture]…],
 *	 "strings":[…], "lines":[…], "orders":[…]}
 *
 * The last two, and what a picture is, pack.h tells. Source and reason of an edge are
 * those of rfc9293.h, or absent. No byte of it ends the script or begins another.
 */
#ifndef RENDER_HTML_H
#define RENDER_HTML_H

#include "diagram.h"
#include "pack.h"
#include "source.h"
#include "statistics.h"

/**
 * struct html - a page that is being written
 * @out: where to
 * @raw: sequence numbers as on the wire
 * @explain: notes below the diagrams
 * @count: conversations so far
 * @begin: when the first one began, ns
 * @strings: what is said of them
 * @pack: their pictures
 */
struct html {
	struct out *out;
	bool raw;
	bool explain;
	uint64_t count;
	uint64_t begin;
	struct strings strings;
	struct pack pack;
};

/**
 * render_html_add - one more conversation; before the first one, what stands before it
 * @html: zeroed in the beginning, with @out, @raw and @explain set
 * @d: its diagram
 *
 * Return: 0, or -1 when there is no memory.
 */
int render_html_add(struct html *html, struct diagram *d);

/**
 * render_html_end - what stands behind them
 * @html: page with one at least: of none nothing is written
 * @source: what they were read from
 * @s: statistics of BY_NOTHING
 */
void render_html_end(struct html *html, const struct source *source, const struct statistics *s);

/** render_html_free - release everything */
void render_html_free(struct html *html);

/* page.html, which tools/Makefile makes a string of. */
extern const char html_page[];

/* What it says by itself, in English; a null pointer ends them. */
extern const char *const html_texts[];

#endif /* RENDER_HTML_H */
