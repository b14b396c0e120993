// SPDX-License-Identifier: GPL-2.0
/* wavehand list: a row for each endpoint. */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "gather.h"
#include "json.h"
#include "language.h"
#include "names.h"
#include "out.h"
#include "progress.h"
#include "text.h"

enum column {
	COL_ID, COL_COOKIE, COL_NETNS, COL_FAMILY, COL_LOCAL, COL_REMOTE, COL_STATE,
	COL_CAUSE, COL_ROLE, COL_AGE, COL_EVENTS, COL_DROPPED, COL_OWNER, COL_PID, COL_COMM,
	COL_UID, COL_SENT, COL_RECEIVED, COL_JOINED, COLUMNS
};

static const struct {
	const char *name;
	int flags;
} columns[COLUMNS] = {
	[COL_ID] = { N_("ID"), SCOLS_FL_RIGHT },
	[COL_COOKIE] = { N_("COOKIE"), SCOLS_FL_RIGHT },
	[COL_NETNS] = { N_("NETNS"), SCOLS_FL_RIGHT },
	[COL_FAMILY] = { N_("FAMILY"), 0 },
	[COL_LOCAL] = { N_("LOCAL"), 0 },
	[COL_REMOTE] = { N_("REMOTE"), 0 },
	[COL_STATE] = { N_("STATE"), 0 },
	[COL_CAUSE] = { N_("CAUSE"), 0 },
	[COL_ROLE] = { N_("ROLE"), 0 },
	[COL_AGE] = { N_("AGE"), SCOLS_FL_RIGHT },
	[COL_EVENTS] = { N_("EVENTS"), SCOLS_FL_RIGHT },
	[COL_DROPPED] = { N_("DROPPED"), SCOLS_FL_RIGHT },
	[COL_OWNER] = { N_("OWNER"), 0 },
	[COL_PID] = { N_("PID"), SCOLS_FL_RIGHT },
	[COL_COMM] = { N_("COMM"), 0 },
	[COL_UID] = { N_("UID"), SCOLS_FL_RIGHT },
	[COL_SENT] = { N_("SENT"), SCOLS_FL_RIGHT },
	[COL_RECEIVED] = { N_("RECEIVED"), SCOLS_FL_RIGHT },
	[COL_JOINED] = { N_("JOINED"), 0 },
};

#define LONGEST_CELL 128

/**
 * struct list - what is being done
 * @o: options
 * @now: what ages are counted up to, on CLOCK_MONOTONIC, ns
 * @chosen: columns to print
 * @count: how many
 * @narrow: a terminal shows them: fold what is too long for it
 */
struct list {
	const struct options *o;
	uint64_t now;
	int chosen[COLUMNS];
	size_t count;
	bool narrow;
};

static uint64_t age_of(const struct list *l, const struct history *h)
{
	return h->kept && l->now > h->first ? l->now - h->first : 0;
}

static char *put_cell(const struct list *l, char *p, const struct history *h, int column)
{
	const struct wavehand_endpoint *ep = &h->ep;

	switch (column) {
	case COL_ID:
		return merge_number(ep->id) ? put_id(p, ep->id) : put_u64(p, ep->id);
	case COL_COOKIE:
		return ep->known & WAVEHAND_KNOWN_COOKIE ? put_u64(p, ep->cookie) : stpcpy(p, "?");
	case COL_NETNS:
		return put_u64(p, ep->netns_ino);
	case COL_FAMILY:
		return stpcpy(p, name_family(ep->family));
	case COL_LOCAL:
		return put_local(p, ep);
	case COL_REMOTE:
		return put_remote(p, ep);
	case COL_STATE:
		return stpcpy(p, name_state(ep->state));
	case COL_CAUSE:
		return stpcpy(p, ep->cause || ep->state == WAVEHAND_CLOSED ?
				 name_cause(ep->cause) : "-");
	case COL_ROLE:
		return stpcpy(p, name_role(ep->role));
	case COL_AGE:
		return put_duration(p, age_of(l, h), true);
	case COL_EVENTS:
		return put_u64(p, h->kept);
	case COL_DROPPED:
		return put_u64(p, h->dropped);
	case COL_OWNER:
		return put_owner(p, ep, l->o->term.utf8);
	case COL_PID:
		return ep->known & WAVEHAND_KNOWN_OWNER ? put_u64(p, ep->owner_pid) : stpcpy(p, "?");
	case COL_COMM:
		return ep->known & WAVEHAND_KNOWN_OWNER ?
		       put_clean(p, ep->owner_comm, sizeof(ep->owner_comm), l->o->term.utf8) :
		       stpcpy(p, "?");
	case COL_UID:
		return put_u64(p, ep->owner_uid);
	case COL_SENT:
		return ep->known & WAVEHAND_KNOWN_BYTES ? put_u64(p, ep->bytes_sent) : stpcpy(p, "?");
	case COL_RECEIVED:
		return ep->known & WAVEHAND_KNOWN_BYTES ? put_u64(p, ep->bytes_received) : stpcpy(p, "?");
	case COL_JOINED:
		return stpcpy(p, ep->joined ? name_state(ep->joined) : "-");
	default:
		return p;
	}
}

static int add_row(const struct list *l, struct libscols_table *table,
		   const struct history *h)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char cell[LONGEST_CELL];
	size_t i;

	if (!line)
		return -1;
	for (i = 0; i < l->count; i++) {
		*put_cell(l, cell, h, l->chosen[i]) = '\0';
		if (scols_line_set_data(line, i, cell))
			return -1;
	}
	return 0;
}

/* Nothing is cut off: what has no room goes on below. */
static int foldable(int column)
{
	return column == COL_LOCAL || column == COL_REMOTE || column == COL_OWNER ?
	       SCOLS_FL_WRAP : 0;
}

static int print_table(const struct list *l, const struct histories *h,
		       const struct filter *filter, bool headings)
{
	struct libscols_table *table = scols_new_table();
	size_t i;
	int error = table ? 0 : -1;

	for (i = 0; i < l->count && !error; i++)
		if (!scols_table_new_column(table, _(columns[l->chosen[i]].name), 0,
					    columns[l->chosen[i]].flags |
					    (l->narrow ? foldable(l->chosen[i]) : 0)))
			error = -1;
	for (i = 0; i < h->count && !error; i++) {
		progress_at(i, h->count);
		if (filter_match(filter, &h->all[i]->ep))
			error = add_row(l, table, h->all[i]);
	}
	if (!error && l->narrow) {
		scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
		scols_table_set_termwidth(table, (size_t)l->o->term.width);
	}
	if (!error) {
		scols_table_enable_noheadings(table, !headings);
		/* put_clean() did what is needed; twice would escape the escapes. */
		scols_table_enable_noencoding(table, 1);
		scols_table_enable_ascii(table, !l->o->term.utf8);
		error = scols_print_table(table);
	}
	scols_unref_table(table);
	return error;
}

static int print_json(const struct list *l, const struct histories *h,
		      const struct filter *filter)
{
	struct out out = { .fd = STDOUT_FILENO };
	struct json j;
	size_t i;

	if (json_start(&j, &out))
		return -1;
	for (i = 0; i < h->count; i++) {
		const struct history *one = h->all[i];

		progress_at(i, h->count);
		if (!filter_match(filter, &one->ep))
			continue;
		json_open(&j);
		json_endpoint(&j, &one->ep);
		json_key(&j, "age_ns");
		json_u64(&j, age_of(l, one));
		json_key(&j, "events");
		json_u64(&j, one->kept);
		json_key(&j, "dropped");
		json_u64(&j, one->dropped);
		json_close(&j);
		json_line(&j);
	}
	json_end(&j);
	return out_flush(&out) ? -1 : 0;
}

static int print_list(struct list *l, const struct histories *h,
		      const struct filter *filter, bool headings)
{
	size_t i, matches = 0;
	int error, why;

	for (i = 0; i < h->count; i++)
		matches += filter_match(filter, &h->all[i]->ep);
	if (!matches)
		return NOTHING;
	progress_write(_("writing"));
	error = l->o->json ? print_json(l, h, filter) :
			     print_table(l, h, filter, headings) || fflush(stdout);
	why = errno;
	progress_end();
	if (error)
		return trouble("cannot write: %s", strerror(why));
	return FOUND;
}

static int choose(struct list *l, const char *names)
{
	do {
		size_t n = strcspn(names, ","), i;

		for (i = 0; i < COLUMNS; i++)
			if (n == strlen(columns[i].name) &&
			    !strncasecmp(names, columns[i].name, n))
				break;
		if (i == COLUMNS)
			return trouble("-o: \"%.*s\" is not a column: wavehand list --help names them",
				       (int)n, names);
		if (l->count == COLUMNS)
			return trouble("-o: more columns than there are");
		l->chosen[l->count++] = (int)i;
		names += n;
		names += *names == ',';
	} while (*names);
	return 0;
}

static int run(struct options *o, int argc, char **argv)
{
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "output", required_argument, NULL, 'o' },
		{ "noheadings", no_argument, NULL, 'n' },
		{ 0 }
	};
	struct list l = { .o = o };
	struct histories h = { 0 };
	const struct filter *filter;
	bool headings = true;
	struct source s;
	int c, status, error;

	while ((c = getopt_long(argc, argv, SHARED_SHORT "o:n", long_options, NULL)) != -1) {
		if (c == 'n')
			headings = false;
		else if (c != 'o')
			options_take(o, c);
		else if (choose(&l, optarg))
			return TROUBLE;
	}
	options_done(o);
	l.narrow = !l.count && isatty(STDOUT_FILENO);
	if (l.narrow && o->term.width < 110)
		choose(&l, "ID,LOCAL,REMOTE,STATE,CAUSE,AGE,OWNER");
	else if (!l.count)
		choose(&l, "ID,FAMILY,LOCAL,REMOTE,STATE,CAUSE,ROLE,AGE,EVENTS,DROPPED,OWNER");
	filter = options_filter(argv + optind);
	if (!filter || open_source(&s, o, true))
		return TROUBLE;

	error = gather(&s, &h);
	l.now = h.now ? h.now : h.last;
	status = print_list(&l, &h, filter, headings);
	gather_tell(&h);
	history_free(&h);
	source_close(&s);
	return error ? TROUBLE : status;
}

static const char *column_name(size_t i)
{
	return i < COLUMNS ? columns[i].name : NULL;
}

const struct command list_command = {
	.name = "list",
	.run = run,
	.summary = N_("A row for each endpoint"),
	.arguments = N_("[options] [filter]"),
	.table = true,
	.word = column_name,
	.help = N_(
	"Options:\n"
	"  -o, --output LIST  columns, separated by commas\n"
	"  -n, --noheadings   without the line of headings\n\n"
	"Columns:\n"
	"  ID        number of the endpoint\n"
	"  COOKIE    cookie of the socket, as ss -e prints it\n"
	"  NETNS     inode of the network namespace, as lsns prints it\n"
	"  FAMILY    IPv4 or IPv6\n"
	"  LOCAL     own address and port\n"
	"  REMOTE    the peer's address and port\n"
	"  STATE     state\n"
	"  CAUSE     why it closed: wavehand(8) tells the words; ? is unknown, - not closed\n"
	"  ROLE      active, passive or listener\n"
	"  AGE       time since its first event; up to the last event of a recording\n"
	"  EVENTS    events in its history\n"
	"  DROPPED   events dropped from the middle of its history\n"
	"  OWNER     name and pid of the owner\n"
	"  PID       pid of the owner\n"
	"  COMM      name of the owner\n"
	"  UID       user id of the socket\n"
	"  SENT      bytes sent, at the latest transition\n"
	"  RECEIVED  bytes received, at the latest transition\n"
	"  JOINED    state in which an older socket was first seen\n"),
};
