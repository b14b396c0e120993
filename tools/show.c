// SPDX-License-Identifier: GPL-2.0
/* wavehand show: a diagram of each conversation. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "diagram.h"
#include "each.h"
#include "explain.h"
#include "gather.h"
#include "json.h"
#include "names.h"
#include "out.h"
#include "render_text.h"

/**
 * struct show - what is being done
 * @o: options
 * @filter: a conversation is shown when one of its ends matches
 * @explain: tell what happened and why, too
 * @json: writer, with --json
 * @out: standard output
 */
struct show {
	const struct options *o;
	const struct filter *filter;
	bool explain;
	struct json json;
	struct out out;
};

static void json_arrow(struct json *j, const struct diagram_arrow *a)
{
	char flags[DIAGRAM_FLAGS];

	json_open(j);
	json_key(j, "from");
	json_u64(j, (uint64_t)a->from);
	json_key(j, "flags");
	if (a->provenance == WAVEHAND_OBSERVED)
		json_str(j, name_tcp_flags(a->flags, flags));
	else
		json_str(j, diagram_flags(a->flags, flags));
	json_key(j, "provenance");
	json_str(j, name_provenance(a->provenance));
	if (a->has_seq) {
		json_key(j, "seq");
		json_u64(j, a->seq);
	}
	if (a->has_ack) {
		json_key(j, "ack");
		json_u64(j, a->ack);
	}
	if (a->length) {
		json_key(j, "length");
		json_u64(j, a->length);
	}
	if (a->again) {
		json_key(j, "again");
		json_u64(j, a->again);
	}
	if (a->lost) {
		json_key(j, "lost");
		json_bool(j, true);
	}
	if (a->sent) {
		json_key(j, "sent_ns");
		json_u64(j, a->sent);
	}
	if (a->received) {
		json_key(j, "received_ns");
		json_u64(j, a->received);
	}
	json_close(j);
}

static void json_history(struct json *j, const struct history *h, int side)
{
	uint64_t i;

	json_open(j);
	json_key(j, "side");
	json_u64(j, (uint64_t)side);
	json_endpoint(j, &h->ep);
	json_key(j, "dropped");
	json_u64(j, h->dropped);
	json_key(j, "events");
	json_open_array(j);
	for (i = 0; i < h->count; i++) {
		json_open(j);
		json_event(j, &h->events[i]);
		json_close(j);
	}
	json_close_array(j);
	json_close(j);
}

/* Printable ASCII, but longer than names, and with quotation marks. */
static void json_note(void *ctx, const char *note)
{
	char text[2 * EXPLAIN_TEXT + 2], *p = text;

	*p++ = '"';
	for (; *note && p < text + sizeof(text) - 3; note++) {
		if (*note == '"' || *note == '\\')
			*p++ = '\\';
		*p++ = *note;
	}
	*p++ = '"';
	json_number(ctx, text, (size_t)(p - text));
}

/* Sequence numbers in JSON are as on the wire; iss and irs make them relative. */
static void json_diagram(struct json *j, const struct diagram *d, bool notes)
{
	char text[VERDICT_TEXT];
	size_t i;
	int side, n;

	verdict_text(&d->v, d->c, ", ", text);
	json_open(j);
	json_key(j, "verdict");
	json_str(j, text);
	json_key(j, "opening");
	json_str(j, verdict_opening_word(d->v.opening));
	if (d->v.closing) {
		json_key(j, "closing");
		json_str(j, verdict_closing_word(d->v.closing));
	}
	if (d->v.closer >= 0) {
		json_key(j, "closer");
		json_u64(j, (uint64_t)d->v.closer);
	}
	json_key(j, "half_close");
	json_bool(j, d->v.late);
	json_key(j, "notes");
	json_open_array(j);
	for (side = 0; side < 2; side++)
		for (n = 0; n < VERDICT_NOTES; n++)
			if (verdict_note(d->c, d->h, side, n, text))
				json_str(j, text);
	json_close_array(j);
	if (notes) {
		json_key(j, "explain");
		json_open_array(j);
		explain(d, true, json_note, j);
		json_close_array(j);
	}
	json_key(j, "endpoints");
	json_open_array(j);
	for (i = 0; i < 2; i++)
		if (d->c->end[i].h && !(i && conversation_is_self(d->c)))
			json_history(j, d->c->end[i].h, (int)i);
	json_close_array(j);
	json_key(j, "segments");
	json_open_array(j);
	for (i = 0; i < d->arrow_count; i++)
		json_arrow(j, &d->arrows[i]);
	json_close_array(j);
	json_close(j);
	json_line(j);
}

struct text_note {
	struct show *s;
	const struct diagram *d;
};

static void text_note(void *ctx, const char *note)
{
	const struct text_note *t = ctx;

	render_text_note(&t->s->out, t->d, &t->s->o->term, note);
}

static int show_one(void *ctx, struct diagram *d)
{
	struct show *s = ctx;
	struct text_note t = { .s = s, .d = d };

	if (s->o->json) {
		json_diagram(&s->json, d, s->explain);
		return 0;
	}
	if (s->explain)
		diagram_letters(d);
	render_text(&s->out, d, &s->o->term, s->o->raw);
	if (s->explain)
		explain(d, s->o->raw, text_note, &t);
	out_char(&s->out, '\n');
	return 0;
}

static int show_all(struct show *s, const struct histories *h)
{
	uint64_t shown;

	if (each_diagram(h, s->filter, show_one, s, &shown))
		return trouble("out of memory");
	if (shown && !s->o->json)
		render_text_legend(&s->out, &s->o->term);
	if (out_flush(&s->out))
		return trouble("cannot write: %s", strerror(s->out.error));
	return shown ? FOUND : NOTHING;
}

static int run(struct options *o, int argc, char **argv)
{
	enum { EXPLAIN = OPTION_OWN };
	static const struct option long_options[] = {
		SHARED_LONG,
		{ "explain", no_argument, NULL, EXPLAIN },
		{ 0 }
	};
	struct show s = { .out.fd = STDOUT_FILENO };
	struct histories h = { .with_events = true };
	struct source source;
	int c, status, error;

	while ((c = getopt_long(argc, argv, SHARED_SHORT, long_options, NULL)) != -1) {
		if (c == EXPLAIN)
			s.explain = true;
		else
			options_take(o, c);
	}
	options_done(o);
	s.o = o;
	s.filter = options_filter(argv + optind);
	if (!s.filter || open_source(&source, o, true))
		return TROUBLE;
	if (o->json && json_start(&s.json, &s.out)) {
		source_close(&source);
		return trouble("out of memory");
	}

	error = gather(&source, &h);
	status = show_all(&s, &h);
	gather_tell(&h);
	if (o->json)
		json_end(&s.json);
	history_free(&h);
	source_close(&source);
	return error ? TROUBLE : status;
}

const struct command show_command = {
	.name = "show",
	.run = run,
	.summary = "A diagram of each conversation",
	.arguments = "[options] [filter]",
	.help =
	"Options:\n"
	"      --explain  below each diagram notes that name what happened, and why\n\n"
	"A conversation is shown when one of its ends matches the filter; '#7' is the one\n"
	"of endpoint 7. What the kernel told is drawn plainly, what follows from it dashed\n"
	"or with ~, and what nobody knows is a ?. Sequence numbers in JSON are as on the\n"
	"wire.\n",
};
