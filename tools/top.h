/* SPDX-License-Identifier: GPL-2.0 */
/* wavehand top: what its keys change and its screen shows. */
#ifndef TOP_H
#define TOP_H

#include "board.h"
#include "command.h"
#include "display.h"
#include "live.h"
#include "prompt.h"
#include "sheet.h"

enum top_view { TOP_TABLE, TOP_DIAGRAM, TOP_HELP };

/* Longest message, with its NUL. */
#define TOP_MESSAGE 2048

/**
 * struct top - what is being done
 * @o: options
 * @source: where events come from
 * @live: its conversations
 * @board: those that are shown
 * @filter: which ones that are
 * @filter_text: as it may be shown; "" without one
 * @delay: how often the screen is made anew, ns
 * @next: when it will be, on CLOCK_MONOTONIC
 * @opened: when the device was opened, then when all of its histories were read last
 * @dumped: the histories that it keeps were read
 * @stale: events were lost since: some of what is shown may never change
 * @lost: events that were lost, of all the time; @untracked: likewise
 * @added: events since the last live_take()
 * @paused: the table stays as it is
 * @quit: it is to end
 * @view: what is on the screen
 * @asking: for a filter
 * @prompt: that, while it is typed
 * @message: what there is to say, in the last lines; "" for nothing
 * @left: columns of the table that are left out
 * @id: of @board's row whose diagram is shown
 * @sheet: that diagram, or the help
 * @display: the terminal
 */
struct top {
	struct options *o;
	struct source source;
	struct live live;
	struct board board;
	struct filter filter;
	char filter_text[4 * PROMPT_SIZE];
	uint64_t delay;
	uint64_t next;
	uint64_t opened;
	bool dumped;
	bool stale;
	uint64_t lost;
	uint64_t untracked;
	uint64_t added;
	bool paused;
	bool quit;
	enum top_view view;
	bool asking;
	struct prompt prompt;
	char message[TOP_MESSAGE];
	int left;
	uint64_t id;
	struct sheet sheet;
	struct display display;
};

/** top_lines - lines of the screen for rows, or for a text */
size_t top_lines(const struct top *t);

/** top_draw - draw all of the screen */
void top_draw(struct top *t);

#endif /* TOP_H */
