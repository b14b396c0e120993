// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "openmetrics.h"
#include "text.h"

#define SEC 1000000000ULL

/**
 * struct writer - what is being written
 * @out: where to
 * @s: of what
 * @g: the group that is looked at
 * @labels: those of the group, without braces
 */
struct writer {
	struct out *out;
	const struct statistics *s;
	struct statistics_group g;
	char labels[2 * STATISTICS_NAME + 128];
};

static void family(struct out *o, const char *name, const char *type, const char *help)
{
	out_printf(o, "# TYPE wavehand_%s %s\n", name, type);
	if (type[0] == 'h')
		out_printf(o, "# UNIT wavehand_%s seconds\n", name);
	out_printf(o, "# HELP wavehand_%s %s\n", name, help);
}

/* Names hold nothing but printable ASCII, once put_clean() had them. */
static char *put_label(char *p, const char *text)
{
	*p++ = '"';
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			*p++ = '\\';
		*p++ = *text;
	}
	*p++ = '"';
	return p;
}

static void set_group(struct writer *w, size_t i)
{
	char name[STATISTICS_NAME + 1], *p = w->labels;

	statistics_group(w->s, i, &w->g);
	*put_group(name, &w->g.key, w->s->by, false) = '\0';
	p = stpcpy(p, statistics_word(w->s->by));
	*p++ = '=';
	p = put_label(p, name);
	if (w->g.key.netns) {
		p = stpcpy(p, ",netns=\"");
		p = put_u64(p, w->g.key.netns);
		*p++ = '"';
	}
	if (w->g.key.recording) {
		p = stpcpy(p, ",recording=\"");
		p = put_recording(p, &w->g.key);
		*p++ = '"';
	}
	*p = '\0';
}

/* A sample of the group; @more: further labels, with a comma in front. */
static void sample(struct writer *w, const char *name, const char *more, uint64_t value)
{
	out_printf(w->out, "wavehand_%s{%s%s} %llu\n", name, w->labels, more,
		   (unsigned long long)value);
}

/* Seconds of a time in ns, exactly. */
static char *put_seconds(char *p, uint64_t ns)
{
	return p + sprintf(p, "%llu.%09llu", (unsigned long long)(ns / SEC),
			   (unsigned long long)(ns % SEC));
}

/* As OpenMetrics wants bounds: the shortest number, with a point. */
static char *put_bound(char *p, uint64_t ns)
{
	p = put_seconds(p, ns);
	while (p[-1] == '0' && p[-2] != '.')
		p--;
	return p;
}

static void histogram(struct writer *w, unsigned int state)
{
	const struct statistics_state *t = &w->g.states[state];
	const char *name = name_state(state);
	uint64_t sum = 0;
	char text[32], more[96];
	size_t i;

	for (i = 0; i <= STATISTICS_BOUNDS; i++) {
		sum += t->buckets[i];
		if (i < STATISTICS_BOUNDS)
			*put_bound(text, statistics_bounds[i]) = '\0';
		else
			strcpy(text, "+Inf");
		snprintf(more, sizeof(more), ",state=\"%s\",le=\"%s\"", name, text);
		sample(w, "state_seconds_bucket", more, sum);
	}
	snprintf(more, sizeof(more), ",state=\"%s\"", name);
	sample(w, "state_seconds_count", more, t->ended);
	*put_seconds(text, t->sum) = '\0';
	out_printf(w->out, "wavehand_state_seconds_sum{%s,state=\"%s\"} %s\n", w->labels, name,
		   text);
}

static void write_times(struct writer *w)
{
	unsigned int state;
	size_t i;

	family(w->out, "state_seconds", "histogram",
	       "Times in each state, of endpoints that left it, in the histories kept.");
	for (i = 0; i < w->s->count; i++) {
		set_group(w, i);
		for (state = 1; state < WAVEHAND_STATES; state++)
			if (w->g.states[state].ended)
				histogram(w, state);
	}
}

/* What is told of each state. */
enum { UNSEEN, OPEN, OLD, LONGEST };

static void write_state(struct writer *w, unsigned int state, const char *name, int what)
{
	const struct statistics_state *t = &w->g.states[state];
	const uint64_t value = what == UNSEEN ? t->unseen : what == OPEN ? t->open :
			       what == OLD ? t->old : t->longest;
	char more[48], text[32];

	/*
	 * A state that the group was in has a number of those there now, 0 when all left: a
	 * line that falls to 0 says more than one that ends.
	 */
	if (!value && (what != OPEN || !(t->ended || t->unseen)))
		return;
	snprintf(more, sizeof(more), ",state=\"%s\"", name_state(state));
	if (what != LONGEST) {
		sample(w, name, more, value);
		return;
	}
	*put_seconds(text, value) = '\0';
	out_printf(w->out, "wavehand_%s{%s%s} %s\n", name, w->labels, more, text);
}

static void write_states(struct writer *w, int what, const char *name, const char *help)
{
	unsigned int state;
	size_t i;

	family(w->out, name, "gauge", help);
	for (i = 0; i < w->s->count; i++) {
		set_group(w, i);
		for (state = 1; state < WAVEHAND_STATES; state++)
			write_state(w, state, name, what);
	}
}

static void write_causes(struct writer *w, bool waits, const char *name, const char *help)
{
	unsigned int cause;
	size_t i;

	family(w->out, name, "gauge", help);
	for (i = 0; i < w->s->count; i++) {
		set_group(w, i);
		for (cause = 0; cause < STATISTICS_CAUSES; cause++) {
			uint64_t n = waits ? w->g.waits[cause] : w->g.causes[cause];
			char more[48];

			snprintf(more, sizeof(more), ",cause=\"%s\"", name_cause(cause));
			if (n)
				sample(w, name, more, n);
		}
	}
}

static void write_segments(struct writer *w)
{
	int i, direction;
	char more[64];
	size_t n;

	family(w->out, "segments_again", "gauge",
	       "SYNs and FINs that were there before, in the histories kept.");
	for (n = 0; n < w->s->count; n++) {
		set_group(w, n);
		for (i = 0; i < AGAINS; i++) {
			for (direction = 0; direction < DIRECTIONS; direction++) {
				snprintf(more, sizeof(more), ",flag=\"%s\",direction=\"%s\"",
					 statistics_flags[i], statistics_directions[direction]);
				sample(w, "segments_again", more, w->g.again[i][direction]);
			}
		}
	}
	family(w->out, "resets", "gauge", "Resets, in the histories kept.");
	for (n = 0; n < w->s->count; n++) {
		set_group(w, n);
		for (direction = 0; direction < DIRECTIONS; direction++) {
			snprintf(more, sizeof(more), ",direction=\"%s\"",
				 statistics_directions[direction]);
			sample(w, "resets", more, w->g.resets[direction]);
		}
	}
}

static void write_groups(struct writer *w)
{
	size_t i;

	family(w->out, "endpoints", "gauge", "Endpoints in the histories kept.");
	for (i = 0; i < w->s->count; i++) {
		set_group(w, i);
		sample(w, "endpoints", "", w->g.endpoints);
	}
	family(w->out, "accept_queue_full", "gauge",
	       "SYNs and ACKs dropped by a full accept queue, in the histories kept.");
	for (i = 0; i < w->s->count; i++) {
		set_group(w, i);
		sample(w, "accept_queue_full", "", w->g.queue_full);
	}
}

static void write_edge(struct writer *w, unsigned int from, unsigned int to,
		       const char *provenance, uint64_t count)
{
	if (!count)
		return;
	out_printf(w->out, "wavehand_transitions{from=\"%s\",to=\"%s\",provenance=\"%s\"} %llu\n",
		   name_state(from), statistics_state(to), provenance,
		   (unsigned long long)count);
}

static void write_edges(struct writer *w)
{
	unsigned int from, to;

	family(w->out, "transitions", "gauge", "Transitions in the histories kept.");
	for (from = 0; from < WAVEHAND_STATES; from++) {
		for (to = 0; to <= STATISTICS_GONE; to++) {
			const struct statistics_edge *e = &w->s->edges[from][to];

			write_edge(w, from, to, "observed", e->count - e->inferred);
			write_edge(w, from, to, "inferred", e->inferred);
		}
	}
}

static void write_number(struct writer *w, const char *name, const char *help, uint64_t value)
{
	family(w->out, name, "gauge", help);
	out_printf(w->out, "wavehand_%s %llu\n", name, (unsigned long long)value);
}

static void write_missing(struct writer *w)
{
	const struct statistics *s = w->s;

	write_number(w, "events_dropped", "Events dropped from the middle of histories.",
		     s->dropped);
	write_number(w, "events_lost", "Events that the reader lost.", s->h->lost_events);
	write_number(w, "events_untracked", "Events of endpoints that the store had no room for.",
		     s->h->untracked);
	write_number(w, "events_unordered",
		     "Events left out: behind a later one, or of a transition that there was.",
		     s->again + s->late);
	write_number(w, "endpoints_evicted", "Endpoints evicted before their turn in the dump.",
		     s->h->evicted);
	write_number(w, "time_wait_unwatched",
		     "Endpoints that went on in TIME-WAIT out of sight (inferred).", s->beyond);
	write_number(w, "fin_wait_2_unwatched",
		     "Endpoints that perhaps went on in FIN-WAIT-2 out of sight.", s->perhaps);
}

/* TIME-WAIT and CLOSE-WAIT, by who did not close yet, or did. */
static void write_owners(struct writer *w)
{
	size_t i;

	family(w->out, "waiting", "gauge",
	       "Endpoints in CLOSE-WAIT and TIME-WAIT, by the name of their owner.");
	for (i = 0; i < w->s->count; i++) {
		set_group(w, i);
		write_state(w, WAVEHAND_CLOSE_WAIT, "waiting", OPEN);
		write_state(w, WAVEHAND_TIME_WAIT, "waiting", OPEN);
	}
}

void openmetrics_write(struct out *out, const struct statistics *s,
		       const struct statistics *owners)
{
	struct writer w = { .out = out, .s = s };

	write_groups(&w);
	write_states(&w, OPEN, "open", "Endpoints in each state, when last heard of.");
	write_states(&w, OLD, "open_uncertain",
		     "Those of wavehand_open that may have left since: the reader lost events.");
	write_states(&w, LONGEST, "open_longest_seconds",
		     "The longest time that one of wavehand_open is in its state so far.");
	write_times(&w);
	write_states(&w, UNSEEN, "state_unseen",
		     "Endpoints that were in a state, but when it began or ended was not seen.");
	write_edges(&w);
	write_causes(&w, false, "ends", "Endpoints that ended, by why, in the histories kept.");
	write_causes(&w, true, "time_wait_ends",
		     "How TIME-WAIT ended, or why there was none, in the histories kept.");
	write_segments(&w);
	write_missing(&w);
	w.s = owners;
	write_owners(&w);
	out_str(out, "# EOF\n");
}
