// SPDX-License-Identifier: GPL-2.0
/* wavehand check: every edge held against the state machine. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "command.h"
#include "event.h"
#include "gather.h"
#include "json.h"
#include "language.h"
#include "names.h"
#include "out.h"
#include "progress.h"
#include "rfc9293.h"
#include "text.h"

#define AROUND 3	/* events shown before and after an impossible one */

/**
 * struct check - what is being done
 * @o: options
 * @audit: what was found
 * @json: writer, with --json
 * @out: standard output
 */
struct check {
	const struct options *o;
	struct audit audit;
	struct json json;
	struct out out;
};

static void print_event(struct check *c, const struct history *h, uint64_t i, bool bad)
{
	const struct history_event *e = &h->events[i];
	const struct term *term = &c->o->term;
	int64_t us = ((int64_t)(e->time - h->first)) / 1000;
	char *p;

	out_str(&c->out, !bad ? " " : term->utf8 ? "✗" : "x");
	if (e->kind >= WAVEHAND_GAP)
		out_printf(&c->out, " %15s ", "");
	else
		out_printf(&c->out, "%12.3f ms  ", (double)us / 1000);
	p = out_reserve(&c->out, EVENT_TEXT);
	c->out.len += (size_t)(put_event(p, e, &h->ep, c->o->raw, term->utf8) - p);
	out_char(&c->out, '\n');
}

static void print_endpoint(struct check *c, const struct wavehand_endpoint *ep)
{
	char text[TEXT_ID + 2 * TEXT_SOCKET + TEXT_OWNER + 64], *p = text;

	p = put_id(p, ep->id);
	p = stpcpy(p, "  ");
	p = put_local(p, ep);
	p = stpcpy(p, " > ");
	p = put_remote(p, ep);
	p = stpcpy(p, "  ");
	p = stpcpy(p, name_state(ep->state));
	p = stpcpy(p, "  ");
	p = put_owner(p, ep, c->o->term.utf8);
	*p++ = '\n';
	out_mem(&c->out, text, (size_t)(p - text));
}

static void print_finding(struct check *c, const struct history *h,
			  const struct audit_finding *finding)
{
	uint64_t at = finding->index, i = at > AROUND ? at - AROUND : 0;

	print_endpoint(c, &h->ep);
	for (; i < at; i++)
		print_event(c, h, i, false);
	print_event(c, h, at, true);
	out_printf(&c->out, "%18s%s\n%18s(%s)\n", "", finding->rule, "", finding->source);
	for (i = at + 1; i < h->count && i <= at + AROUND; i++)
		print_event(c, h, i, false);
	out_char(&c->out, '\n');
}

static void json_events(struct json *j, const struct history *h, uint64_t from, uint64_t to)
{
	json_open_array(j);
	for (; from < to; from++) {
		json_open(j);
		json_event(j, &h->events[from]);
		json_close(j);
	}
	json_close_array(j);
}

static void json_finding(struct json *j, const struct history *h,
			 const struct audit_finding *finding)
{
	uint64_t at = finding->index, end = at + 1 + AROUND;

	json_open(j);
	json_key(j, "impossible");
	json_str(j, finding->rule);
	json_key(j, "source");
	json_str(j, finding->source);
	json_key(j, "event");
	json_open(j);
	json_event(j, &h->events[at]);
	json_close(j);
	json_key(j, "before");
	json_events(j, h, at > AROUND ? at - AROUND : 0, at);
	json_key(j, "after");
	json_events(j, h, at + 1, end < h->count ? end : h->count);
	json_key(j, "endpoint");
	json_open(j);
	json_endpoint(j, &h->ep);
	json_close(j);
	json_close(j);
	json_line(j);
}

static void tell(void *context, const struct history *h, const struct audit_finding *finding)
{
	struct check *c = context;

	if (c->o->json)
		json_finding(&c->json, h, finding);
	else
		print_finding(c, h, finding);
}

static void json_summary(struct json *j, const struct audit *a)
{
	json_open(j);
	json_key(j, "endpoints");
	json_u64(j, a->endpoints);
	json_key(j, "edges");
	json_u64(j, a->edges);
	json_key(j, "segments");
	json_u64(j, a->segments);
	json_key(j, "impossible");
	json_u64(j, a->impossible);
	json_key(j, "gaps");
	json_u64(j, a->gaps);
	json_close(j);
	json_line(j);
}

static void print_summary(struct check *c)
{
	const struct audit *a = &c->audit;

	if (c->o->json) {
		json_summary(&c->json, a);
		return;
	}
	out_printf(&c->out, _("%llu endpoints, %llu edges and %llu segments held, %llu impossible"),
		   (unsigned long long)a->endpoints, (unsigned long long)a->edges,
		   (unsigned long long)a->segments, (unsigned long long)a->impossible);
	if (a->gaps)
		out_printf(&c->out, _("; events are missing in %llu places"),
			   (unsigned long long)a->gaps);
	out_char(&c->out, '\n');
}

static int check(struct check *c, const struct source *s, const struct histories *h,
		 const struct filter *filter)
{
	bool plain = language_plain(c->o->json || c->o->ascii);
	size_t i;

	progress_write(_("checking"));
	for (i = 0; i < h->count; i++) {
		progress_at(i, h->count);
		if (filter_match(filter, &h->all[i]->ep))
			audit_history(&c->audit, h, h->all[i], s->dumped, tell, c);
	}
	progress_end();
	language_plain(plain);
	if (c->audit.endpoints)
		print_summary(c);
	if (out_flush(&c->out))
		return trouble("cannot write: %s", strerror(c->out.error));
	return c->audit.endpoints && !c->audit.impossible ? FOUND : NOTHING;
}

static int print_rules(struct out *out)
{
	size_t i;

	for (i = 0; i < rfc_edge_count; i++) {
		const struct rfc_edge *e = &rfc_edges[i];

		out_printf(out, "%s -> %s%s  (%s)\n        %s\n", name_state(e->old_state),
			   name_state(e->new_state),
			   e->lanes == RFC_HIDDEN ? _(", hidden") :
			   e->lanes == RFC_SEEN ? "" : _(", or hidden"), e->source, _(e->reason));
	}
	for (i = 0; i < rfc_send_count; i++)
		out_printf(out, "%s\n        (%s)\n", _(rfc_sends[i].rule), rfc_sends[i].source);
	return out_flush(out) ? trouble("cannot write: %s", strerror(out->error)) : FOUND;
}

static int run(struct options *o, int argc, char **argv)
{
	enum { RULES = OPTION_OWN };
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "rules", no_argument, NULL, RULES },
		{ 0 }
	};
	struct check c = { .out.fd = STDOUT_FILENO };
	struct histories h = { .with_events = true };
	const struct filter *filter;
	struct source s;
	bool rules = false;
	int option, status, error;

	while ((option = getopt_long(argc, argv, SHARED_SHORT, long_options, NULL)) != -1) {
		if (option == RULES)
			rules = true;
		else
			options_take(o, option);
	}
	options_done(o);
	c.o = o;
	if (rules)
		return print_rules(&c.out);
	filter = options_filter(argv + optind);
	if (!filter || open_source(&s, o, true))
		return TROUBLE;
	if (o->json && json_start(&c.json, &c.out)) {
		source_close(&s);
		return trouble("out of memory");
	}

	error = gather(&s, &h);
	status = check(&c, &s, &h, filter);
	gather_tell(&h);
	if (o->json)
		json_end(&c.json);
	history_free(&h);
	source_close(&s);
	return error ? TROUBLE : status;
}

const struct command check_command = {
	.name = "check",
	.run = run,
	.summary = N_("Hold every edge against RFC 9293's state machine"),
	.arguments = N_("[options] [filter]"),
	.help = N_(
	"An edge that neither the RFC nor Linux has, events that do not follow from each\n"
	"other, and segments that their sender's state forbids are shown with the events\n"
	"around them. Exit status: 0 all held, 1 one of them did not, or nothing matched.\n\n"
	"Options:\n"
	"      --rules        print the rules, with where each is from, and hold nothing\n"),
};
