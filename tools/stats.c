// SPDX-License-Identifier: GPL-2.0
/* wavehand stats: what many endpoints did, counted. */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "gather.h"
#include "json.h"
#include "language.h"
#include "names.h"
#include "openmetrics.h"
#include "out.h"
#include "progress.h"
#include "statistics.h"
#include "text.h"

#define LONGEST_CELL 128

/**
 * struct stats - what is being done
 * @o: options
 * @by: how endpoints are grouped
 * @openmetrics: instead of text or JSON
 * @netns: listeners are of several network namespaces: these have to be told
 * @narrow: a terminal shows them: fold what is too long for it
 * @failed: a table could not be made
 * @g: the group that is looked at
 * @json: writer, with --json
 * @out: standard output, but for tables
 */
struct stats {
	const struct options *o;
	enum statistics_by by;
	bool openmetrics;
	bool netns;
	bool narrow;
	bool failed;
	struct statistics_group g;
	struct json json;
	struct out out;
};

/* Order of the RFC's figure, from the beginning of a life to its end. */
static const uint8_t order[] = {
	WAVEHAND_LISTEN, WAVEHAND_SYN_SENT, WAVEHAND_SYN_RECEIVED, WAVEHAND_ESTABLISHED,
	WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSING, WAVEHAND_TIME_WAIT,
	WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK, WAVEHAND_CLOSED, 0, STATISTICS_GONE,
};

#define STATES (sizeof(order) - 3)	/* of these, those that take time */
#define ROWS (sizeof(order) - 1)
#define COLUMNS sizeof(order)

/* Eleven whole names side by side are wider than a terminal; rows tell what these are. */
static const char *const short_names[] = {
	"?", "EST", "SS", "SR", "FW1", "FW2", "TW", "CLD", "CW", "LA", "LIS", "CLG", "gone",
};

static struct libscols_table *table_new(struct stats *st)
{
	struct libscols_table *t = scols_new_table();

	if (!t) {
		st->failed = true;
		return NULL;
	}
	/* put_clean() did what is needed; twice would escape the escapes. */
	scols_table_enable_noencoding(t, 1);
	scols_table_enable_ascii(t, !st->o->term.utf8);
	if (st->narrow) {
		scols_table_set_termforce(t, SCOLS_TERMFORCE_ALWAYS);
		scols_table_set_termwidth(t, (size_t)st->o->term.width);
	}
	return t;
}

static void add_column(struct stats *st, struct libscols_table *t, const char *name, int flags)
{
	if (t && !scols_table_new_column(t, name, 0, flags))
		st->failed = true;
}

static struct libscols_line *add_line(struct stats *st, struct libscols_table *t)
{
	struct libscols_line *line = t ? scols_table_new_line(t, NULL) : NULL;

	if (!line)
		st->failed = true;
	return line;
}

static void set_cell(struct stats *st, struct libscols_line *line, size_t column,
		     const char *text)
{
	if (line && scols_line_set_data(line, column, text))
		st->failed = true;
}

static void set_number(struct stats *st, struct libscols_line *line, size_t column, uint64_t n)
{
	char text[TEXT_NUMBER + 1];

	*put_u64(text, n) = '\0';
	set_cell(st, line, column, n ? text : "-");
}

/* Where events were lost since, they may have left. */
static void set_open(struct stats *st, struct libscols_line *line, size_t column,
		     const struct statistics_state *state)
{
	char text[TEXT_NUMBER + 2], *p;

	if (!state->old) {
		set_number(st, line, column, state->open);
		return;
	}
	p = put_u64(text, state->open);
	*p++ = '?';
	*p = '\0';
	set_cell(st, line, column, text);
}

static void set_duration(struct stats *st, struct libscols_line *line, size_t column,
			 uint64_t ns, bool known)
{
	char text[TEXT_DURATION + 1];

	*put_duration(text, ns, true) = '\0';
	set_cell(st, line, column, known ? text : "-");
}

/* Name of the group, once for all of its rows. */
static void set_group(struct stats *st, struct libscols_line *line, const struct statistics *s,
		      bool again)
{
	const struct statistics_key *key = &st->g.key;
	char text[LONGEST_CELL], *p = text;

	if (again) {
		set_cell(st, line, 0, "");
		return;
	}
	if (key->recording) {
		p = put_recording(p, key);
		*p++ = ' ';
	}
	/* The words for those without a name are for programs, too. */
	if (key->kind == KIND_NONE)
		p = stpncpy(p, _("none"), LONGEST_CELL / 4);
	else if (key->kind == KIND_UNKNOWN && s->by != BY_OWNER)
		p = stpncpy(p, _("unknown"), LONGEST_CELL / 4);
	else
		p = put_group(p, key, s->by, st->o->term.utf8);
	/* Always in brackets: a process can have a name of blanks, or one that ends in [7]. */
	if (s->by == BY_OWNER && key->kind == KIND_THIS) {
		*p++ = '[';
		p = st->g.pid ? put_u64(p, st->g.pid) : stpcpy(p, "*");
		*p++ = ']';
	}
	if (st->netns && key->netns) {
		p = stpcpy(p, " netns ");
		p = put_u64(p, key->netns);
	}
	*p = '\0';
	set_cell(st, line, 0, text);
}

static const char *heading(enum statistics_by by)
{
	return by == BY_LISTENER ? _("LISTENER") : by == BY_PEER ? _("PEER") : _("OWNER");
}

static void print_table(struct stats *st, struct libscols_table *t, const char *title)
{
	if (t && !st->failed && scols_table_get_nlines(t)) {
		printf("\n%s\n", title);
		if (scols_print_table(t))
			st->failed = true;
	}
	scols_unref_table(t);
}

static void print_edges(struct stats *st, const struct statistics *s)
{
	struct libscols_table *t = table_new(st);
	uint64_t columns[COLUMNS] = { 0 }, rows[ROWS] = { 0 };
	size_t i, k, column;

	for (i = 0; i < ROWS; i++) {
		for (k = 0; k < COLUMNS; k++) {
			rows[i] += s->edges[order[i]][order[k]].count;
			columns[k] += s->edges[order[i]][order[k]].count;
		}
	}
	add_column(st, t, _("FROM \\ TO"), 0);
	for (k = 0; k < COLUMNS; k++)
		if (columns[k])
			add_column(st, t, short_names[order[k]], SCOLS_FL_RIGHT);
	for (i = 0; i < ROWS; i++) {
		struct libscols_line *line;
		char name[32];

		if (!rows[i] && !columns[i])
			continue;
		line = add_line(st, t);
		snprintf(name, sizeof(name), "%-12s %s", name_state(order[i]),
			 short_names[order[i]]);
		set_cell(st, line, 0, name);
		for (k = column = 0; k < COLUMNS; k++) {
			const struct statistics_edge *e = &s->edges[order[i]][order[k]];
			char text[TEXT_NUMBER + 2], *p;

			if (!columns[k])
				continue;
			p = put_u64(text, e->count);
			if (e->inferred)
				*p++ = '~';
			*p = '\0';
			set_cell(st, line, ++column, e->count ? text :
						     st->o->term.utf8 ? "·" : ".");
		}
	}
	print_table(st, t, _("Transitions"));
}

static void add_times(struct stats *st, struct libscols_table *t, const struct statistics *s)
{
	bool again = false;
	size_t i;

	for (i = 0; i < STATES; i++) {
		const struct statistics_state *state = &st->g.states[order[i]];
		struct libscols_line *line;

		if (!state->ended && !state->open && !state->unseen)
			continue;
		line = add_line(st, t);
		set_group(st, line, s, again);
		again = true;
		set_cell(st, line, 1, name_state(order[i]));
		set_number(st, line, 2, state->ended);
		set_duration(st, line, 3, state->p50, state->ended);
		set_duration(st, line, 4, state->p90, state->ended);
		set_duration(st, line, 5, state->p99, state->ended);
		set_duration(st, line, 6, state->max, state->ended);
		set_number(st, line, 7, state->unseen);
		set_open(st, line, 8, state);
		set_duration(st, line, 9, state->longest, state->longest);
	}
}

static void print_times(struct stats *st, const struct statistics *s)
{
	static const char *const names[] = {
		N_("LEFT"), "P50", "P90", "P99", N_("MAX"), N_("UNSEEN"), N_("OPEN"), N_("SO FAR"),
	};
	struct libscols_table *t = table_new(st);
	size_t i;

	add_column(st, t, heading(s->by), st->narrow ? SCOLS_FL_WRAP : 0);
	add_column(st, t, _("STATE"), 0);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add_column(st, t, _(names[i]), SCOLS_FL_RIGHT);
	for (i = 0; i < s->count; i++) {
		statistics_group(s, i, &st->g);
		add_times(st, t, s);
	}
	print_table(st, t, _("Time in each state"));
}

static void add_causes(struct stats *st, struct libscols_table *t, const struct statistics *s)
{
	bool again = false;
	unsigned int cause;
	int waits;

	for (waits = 0; waits < 2; waits++) {
		for (cause = 0; cause < STATISTICS_CAUSES; cause++) {
			uint64_t n = waits ? st->g.waits[cause] : st->g.causes[cause];
			struct libscols_line *line;

			if (!n)
				continue;
			line = add_line(st, t);
			set_group(st, line, s, again);
			again = true;
			set_cell(st, line, 1, waits ? "TIME-WAIT" : _("endpoint"));
			set_cell(st, line, 2, name_cause(cause));
			set_number(st, line, 3, n);
		}
	}
}

static void print_causes(struct stats *st, const struct statistics *s)
{
	struct libscols_table *t = table_new(st);
	size_t i;

	add_column(st, t, heading(s->by), st->narrow ? SCOLS_FL_WRAP : 0);
	add_column(st, t, _("END OF"), 0);
	add_column(st, t, _("CAUSE"), 0);
	add_column(st, t, _("COUNT"), SCOLS_FL_RIGHT);
	for (i = 0; i < s->count; i++) {
		statistics_group(s, i, &st->g);
		add_causes(st, t, s);
	}
	print_table(st, t, _("Ends"));
}

static void print_segments(struct stats *st, const struct statistics *s)
{
	static const char *const names[] = {
		N_("SYN SENT"), N_("RECEIVED"), N_("FIN SENT"), N_("RECEIVED"), N_("RST SENT"),
		N_("RECEIVED"), N_("QUEUE FULL"),
	};
	struct libscols_table *t = table_new(st);
	size_t i, k;

	add_column(st, t, heading(s->by), st->narrow ? SCOLS_FL_WRAP : 0);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add_column(st, t, _(names[i]), SCOLS_FL_RIGHT);
	for (i = 0; i < s->count; i++) {
		const struct statistics_group *g = &st->g;
		struct libscols_line *line;
		uint64_t n[7];

		statistics_group(s, i, &st->g);
		n[0] = g->again[AGAIN_SYN][SENT];
		n[1] = g->again[AGAIN_SYN][RECEIVED];
		n[2] = g->again[AGAIN_FIN][SENT];
		n[3] = g->again[AGAIN_FIN][RECEIVED];
		n[4] = g->resets[SENT];
		n[5] = g->resets[RECEIVED];
		n[6] = g->queue_full;
		if (!(n[0] | n[1] | n[2] | n[3] | n[4] | n[5] | n[6]))
			continue;
		line = add_line(st, t);
		set_group(st, line, s, false);
		for (k = 0; k < 7; k++)
			set_number(st, line, k + 1, n[k]);
	}
	print_table(st, t, _("SYN and FIN sent or received again; resets; accept queue full"));
}

static void print_owners(struct stats *st, const struct statistics *owners)
{
	static const uint8_t waits[] = { WAVEHAND_CLOSE_WAIT, WAVEHAND_TIME_WAIT };
	struct libscols_table *t = table_new(st);
	size_t i, k;

	add_column(st, t, heading(BY_OWNER), st->narrow ? SCOLS_FL_WRAP : 0);
	add_column(st, t, _("STATE"), 0);
	add_column(st, t, _("OPEN"), SCOLS_FL_RIGHT);
	add_column(st, t, _("SO FAR"), SCOLS_FL_RIGHT);
	for (i = 0; i < owners->count; i++) {
		bool again = false;

		statistics_group(owners, i, &st->g);
		for (k = 0; k < 2; k++) {
			const struct statistics_state *state = &st->g.states[waits[k]];
			struct libscols_line *line;

			if (!state->open)
				continue;
			line = add_line(st, t);
			set_group(st, line, owners, again);
			again = true;
			set_cell(st, line, 1, name_state(waits[k]));
			set_open(st, line, 2, state);
			set_duration(st, line, 3, state->longest, state->longest);
		}
	}
	print_table(st, t, _("CLOSE-WAIT and TIME-WAIT by owner"));
}

static void print_missing(const struct statistics *s)
{
	static const char *const texts[] = {
		N_("%llu events are missing in the middle of histories: the module dropped them\n"),
		N_("%llu went on in TIME-WAIT out of sight (inferred), counted as -> CLOSED\n"),
		N_("%llu perhaps went on in FIN-WAIT-2 out of sight, counted as -> CLOSED\n"),
		N_("%llu transitions were left out: no endpoint makes one twice\n"),
		N_("%llu events were left out: they came behind a later one\n"),
	};
	const uint64_t n[] = { s->dropped, s->beyond, s->perhaps, s->again, s->late };
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(n) / sizeof(n[0]); i++) {
		if (n[i] && !any)
			putchar('\n');
		any |= n[i] != 0;
		if (n[i])
			printf(_(texts[i]), (unsigned long long)n[i]);
	}
}

/* Two network namespaces may have a listener of the same address. */
static bool is_in_several(struct stats *st, const struct statistics *s)
{
	uint32_t netns = 0;
	size_t i;

	for (i = 0; i < s->count; i++) {
		statistics_group(s, i, &st->g);
		if (netns && st->g.key.netns && netns != st->g.key.netns)
			return true;
		if (st->g.key.netns)
			netns = st->g.key.netns;
	}
	return false;
}

static void print_text(struct stats *st, const struct statistics *s,
		       const struct statistics *owners)
{
	st->netns = is_in_several(st, s);
	printf(_("%llu endpoints, %llu transitions\n"), (unsigned long long)s->endpoints,
	       (unsigned long long)s->transitions);
	print_edges(st, s);
	print_times(st, s);
	print_causes(st, s);
	print_segments(st, s);
	print_owners(st, owners);
	print_missing(s);
}

static void json_edges(struct json *j, const struct statistics *s)
{
	size_t i, k;

	json_key(j, "edges");
	json_open_array(j);
	for (i = 0; i < ROWS; i++) {
		for (k = 0; k < COLUMNS; k++) {
			const struct statistics_edge *e = &s->edges[order[i]][order[k]];

			if (!e->count)
				continue;
			json_open(j);
			json_key(j, "old_state");
			json_str(j, name_state(order[i]));
			json_key(j, "new_state");
			json_str(j, statistics_state(order[k]));
			json_key(j, "count");
			json_u64(j, e->count);
			json_key(j, "inferred");
			json_u64(j, e->inferred);
			json_close(j);
		}
	}
	json_close_array(j);
}

static void json_total(struct json *j, const struct statistics *s)
{
	json_open(j);
	json_key(j, "endpoints");
	json_u64(j, s->endpoints);
	json_key(j, "transitions");
	json_u64(j, s->transitions);
	json_edges(j, s);
	json_key(j, "time_wait_unwatched");
	json_u64(j, s->beyond);
	json_key(j, "fin_wait_2_unwatched");
	json_u64(j, s->perhaps);
	json_key(j, "events_dropped");
	json_u64(j, s->dropped);
	json_key(j, "events_lost");
	json_u64(j, s->h->lost_events);
	json_key(j, "events_untracked");
	json_u64(j, s->h->untracked);
	json_key(j, "events_unordered");
	json_u64(j, s->again + s->late);
	json_key(j, "endpoints_evicted");
	json_u64(j, s->h->evicted);
	json_close(j);
	json_line(j);
}

static void json_state(struct json *j, const struct statistics_state *t, unsigned int state)
{
	json_open(j);
	json_key(j, "state");
	json_str(j, name_state(state));
	json_key(j, "left");
	json_u64(j, t->ended);
	if (t->ended) {
		json_key(j, "p50_ns");
		json_u64(j, t->p50);
		json_key(j, "p90_ns");
		json_u64(j, t->p90);
		json_key(j, "p99_ns");
		json_u64(j, t->p99);
		json_key(j, "max_ns");
		json_u64(j, t->max);
		json_key(j, "sum_ns");
		json_u64(j, t->sum);
	}
	json_key(j, "unseen");
	json_u64(j, t->unseen);
	json_key(j, "open");
	json_u64(j, t->open);
	json_key(j, "open_uncertain");
	json_u64(j, t->old);
	if (t->longest) {
		json_key(j, "so_far_ns");
		json_u64(j, t->longest);
	}
	json_close(j);
}

static void json_causes(struct json *j, const uint64_t *causes)
{
	unsigned int cause;

	json_open_array(j);
	for (cause = 0; cause < STATISTICS_CAUSES; cause++) {
		if (!causes[cause])
			continue;
		json_open(j);
		json_key(j, "cause");
		json_str(j, name_cause(cause));
		json_key(j, "count");
		json_u64(j, causes[cause]);
		json_close(j);
	}
	json_close_array(j);
}

static void json_segments(struct json *j, const struct statistics_group *g)
{
	int i, direction;

	json_key(j, "again");
	json_open_array(j);
	for (i = 0; i < AGAINS; i++) {
		for (direction = 0; direction < DIRECTIONS; direction++) {
			if (!g->again[i][direction])
				continue;
			json_open(j);
			json_key(j, "flag");
			json_str(j, statistics_flags[i]);
			json_key(j, "direction");
			json_str(j, statistics_directions[direction]);
			json_key(j, "count");
			json_u64(j, g->again[i][direction]);
			json_close(j);
		}
	}
	json_close_array(j);
	json_key(j, "resets_sent");
	json_u64(j, g->resets[SENT]);
	json_key(j, "resets_received");
	json_u64(j, g->resets[RECEIVED]);
	json_key(j, "accept_queue_full");
	json_u64(j, g->queue_full);
}

static void json_group_name(struct json *j, const struct statistics_group *g,
			    enum statistics_by by)
{
	char text[STATISTICS_NAME + 1];

	*put_group(text, &g->key, by, false) = '\0';
	if (by == BY_LISTENER)
		json_key(j, "listener");
	else if (by == BY_PEER)
		json_key(j, "peer");
	else
		json_key(j, "owner");
	/* As in every JSON here: the name itself, and nothing where it is not known. */
	if (by != BY_OWNER)
		json_str(j, text);
	else
		json_bytes(j, g->key.kind == KIND_UNKNOWN ? "" : g->key.comm, sizeof(g->key.comm));
	json_key(j, "known");
	json_bool(j, g->key.kind != KIND_UNKNOWN);
	if (g->pid) {
		json_key(j, "pid");
		json_u64(j, g->pid);
	}
	if (g->key.netns) {
		json_key(j, "netns");
		json_u64(j, g->key.netns);
	}
	if (g->key.recording) {
		*put_recording(text, &g->key) = '\0';
		json_key(j, "recording");
		json_str(j, text);
	}
}

static void json_group(struct json *j, const struct statistics_group *g, enum statistics_by by)
{
	size_t i;

	json_open(j);
	json_group_name(j, g, by);
	json_key(j, "endpoints");
	json_u64(j, g->endpoints);
	json_key(j, "states");
	json_open_array(j);
	for (i = 0; i < STATES; i++) {
		const struct statistics_state *t = &g->states[order[i]];

		if (t->ended || t->open || t->unseen)
			json_state(j, t, order[i]);
	}
	json_close_array(j);
	json_key(j, "ends");
	json_causes(j, g->causes);
	json_key(j, "time_wait_ends");
	json_causes(j, g->waits);
	json_segments(j, g);
	json_close(j);
	json_line(j);
}

static void json_waiting(struct json *j, const struct statistics_group *g)
{
	const struct statistics_state *close_wait = &g->states[WAVEHAND_CLOSE_WAIT];
	const struct statistics_state *time_wait = &g->states[WAVEHAND_TIME_WAIT];

	if (!close_wait->open && !time_wait->open)
		return;
	json_open(j);
	json_key(j, "waiting");
	json_open_array(j);
	if (close_wait->open)
		json_state(j, close_wait, WAVEHAND_CLOSE_WAIT);
	if (time_wait->open)
		json_state(j, time_wait, WAVEHAND_TIME_WAIT);
	json_close_array(j);
	json_group_name(j, g, BY_OWNER);
	json_close(j);
	json_line(j);
}

static int print_json(struct stats *st, const struct statistics *s,
		      const struct statistics *owners)
{
	size_t i;

	if (json_start(&st->json, &st->out))
		return -1;
	json_total(&st->json, s);
	for (i = 0; i < s->count; i++) {
		statistics_group(s, i, &st->g);
		json_group(&st->json, &st->g, s->by);
	}
	for (i = 0; i < owners->count; i++) {
		statistics_group(owners, i, &st->g);
		json_waiting(&st->json, &st->g);
	}
	json_end(&st->json);
	return 0;
}

static int print(struct stats *st, const struct statistics *s, const struct statistics *owners)
{
	int error = 0;

	/* Of nothing there are no metrics, either, but whoever scrapes wants an answer. */
	if (st->openmetrics)
		openmetrics_write(&st->out, s, owners);
	else if (!s->endpoints)
		return NOTHING;
	else if (st->o->json)
		error = print_json(st, s, owners);
	else
		print_text(st, s, owners);
	if (error || st->failed)
		return trouble("out of memory");
	if (out_flush(&st->out))
		return trouble("cannot write: %s", strerror(st->out.error));
	if (fflush(stdout))
		return trouble("cannot write: %s", strerror(errno));
	return s->endpoints ? FOUND : NOTHING;
}

static int count(struct stats *st, const struct histories *h, const struct filter *filter)
{
	struct statistics s, owners = { 0 };
	int status;
	bool error;

	progress_start(_("counting"));
	error = statistics_make(&s, h, filter, st->by) ||
		statistics_make(&owners, h, filter, BY_OWNER);
	progress_end();
	if (error)
		status = trouble("out of memory");
	else
		status = print(st, &s, &owners);
	statistics_free(&s);
	statistics_free(&owners);
	return status;
}

static int run(struct options *o, int argc, char **argv)
{
	enum { BY = OPTION_OWN, OPENMETRICS };
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "by", required_argument, NULL, BY },
		{ "openmetrics", no_argument, NULL, OPENMETRICS },
		{ 0 }
	};
	struct stats st = { .out.fd = STDOUT_FILENO };
	struct histories h = { 0 };
	const struct filter *filter;
	struct source s;
	int c, status, error;

	while ((c = getopt_long(argc, argv, SHARED_SHORT, long_options, NULL)) != -1) {
		if (c == OPENMETRICS)
			st.openmetrics = true;
		else if (c == BY)
			st.by = options_by(optarg);
		else
			options_take(o, c);
	}
	options_done(o);
	st.o = o;
	st.narrow = isatty(STDOUT_FILENO);
	if (st.openmetrics && o->json)
		return trouble("--openmetrics and --json exclude each other");
	filter = options_filter(argv + optind);
	if (!filter || open_source(&s, o, true))
		return TROUBLE;

	statistics_watch(&h);
	error = gather(&s, &h);
	status = count(&st, &h, filter);
	gather_tell(&h);
	history_free(&h);
	source_close(&s);
	return error ? TROUBLE : status;
}

const struct command stats_command = {
	.name = "stats",
	.run = run,
	.summary = N_("What many endpoints did, counted"),
	.arguments = N_("[options] [filter]"),
	.table = true,
	.help = N_(
	"Transitions as a matrix, the time in each state, why endpoints ended, what was sent\n"
	"again, and who has endpoints in CLOSE-WAIT and TIME-WAIT. Quantiles are exact; ends\n"
	"are those of connections, not of listeners.\n\n"
	"Options:\n"
	"      --by WHAT      group by listener (default), peer or owner\n"
	"      --openmetrics  OpenMetrics text, for Prometheus\n\n"
	"Columns:\n"
	"  LISTENER  whose children the endpoints are; none: they connected\n"
	"  PEER      address of the other end; none: of a listener\n"
	"  OWNER     name of the owner, and its pid if there is only one\n"
	"  LEFT      endpoints that were in the state and left it, and how long they were there:\n"
	"  P50, P90, P99, MAX  half, 9 of 10, 99 of 100, all of them not longer than this\n"
	"  UNSEEN    endpoints that were there, but when that began or ended was not seen\n"
	"  OPEN      endpoints that are there still; ? as far as the events tell: some were lost\n"
	"  SO FAR    the longest time of these; up to the last event of a recording\n"
	"~ behind a number: not all of them were observed.\n"),
};
