// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "label.h"
#include "language.h"
#include "names.h"
#include "render_html.h"
#include "render_svg.h"
#include "rfc9293.h"
#include "text.h"

#define MARK "@data@"	/* where the JSON stands in the page */

/* What became of a conversation, for whoever looks at many: numbers of page.html. */
enum kind { KIND_GOOD, KIND_OPEN, KIND_BAD, KIND_UNSEEN };

static enum kind kind_of(const struct diagram *d)
{
	const struct verdict *v = &d->v;

	switch (v->closing) {
	case CLOSING_FOUR:
	case CLOSING_THREE:
	case CLOSING_THREE_OR_FOUR:
	case CLOSING_HALF_SEEN:
	case CLOSING_SIMULTANEOUS:
		return KIND_GOOD;
	case CLOSING_STILL_OPEN:
	case CLOSING_LAST_SEEN:
		return KIND_OPEN;
	case CLOSING_UNKNOWN:
		return KIND_UNSEEN;
	case CLOSING_NONE:
		break;
	default:
		return KIND_BAD;
	}
	switch (v->opening) {
	case OPENING_LISTENER:
		return d->c->end[0].closed ? KIND_GOOD : KIND_OPEN;
	case OPENING_PENDING:
	case OPENING_LAST_SEEN:
		return KIND_OPEN;
	case OPENING_UNKNOWN:
	case OPENING_JOINED:
	case OPENING_HALF_SEEN:
		return KIND_UNSEEN;
	default:
		return KIND_BAD;
	}
}

/*
 * From its first event to its last; TIME-WAIT, which only waits, does not count. One that
 * is open still is so up to now.
 */
static uint64_t duration(const struct diagram *d, enum kind kind)
{
	uint64_t end = d->c->begin;
	int side;

	for (side = 0; side < 2; side++) {
		const struct conversation_end *e = &d->c->end[side];
		uint64_t last = e->time_wait ? e->time_wait->time : e->h ? e->h->last : 0;

		if (kind == KIND_OPEN && e->h && !e->closed && d->v.closing != CLOSING_LAST_SEEN)
			last = d->h->now ? d->h->now : d->h->last;
		if (last > end)
			end = last;
	}
	return end - d->c->begin;
}

/* The number of a string, with a comma in front. */
static int put_number_of(struct html *html, const char *text)
{
	int64_t number = strings_number(&html->strings, text, strlen(text));

	out_printf(html->out, ",%lld", (long long)number);
	return number < 0 ? -1 : 0;
}

static int put_owner_of(struct html *html, const struct conversation_end *e)
{
	char text[TEXT_OWNER + 1] = "";

	if (e->h && e->h->ep.known & WAVEHAND_KNOWN_OWNER)
		*put_owner(text, &e->h->ep, TEXT_PAGE) = '\0';
	return put_number_of(html, text);
}

static int put_words(struct html *html, const struct diagram *d)
{
	char text[VERDICT_TEXT];
	int side, error;

	label_ids(d, "⇄", text);
	error = put_number_of(html, text);
	error |= put_number_of(html, verdict_opening_word(d->v.opening));
	error |= put_number_of(html, verdict_closing_word(d->v.closing));
	verdict_text(&d->v, d->c, " · ", text);
	error |= put_number_of(html, text);
	for (side = 0; side < 2; side++) {
		label_socket(d, side, text);
		error |= put_number_of(html, text);
	}
	for (side = 0; side < 2; side++)
		error |= put_owner_of(html, &d->c->end[side]);
	return error;
}

/* As export --format svg does of this one alone. */
static int put_picture(struct html *html, struct diagram *d)
{
	static struct out nowhere = { .fd = -1 };
	struct svg measure = { .out = &nowhere, .raw = html->raw, .explain = html->explain };
	struct svg svg = {
		.out = &html->pack.picture, .raw = html->raw, .explain = html->explain,
	};

	if (render_svg(&measure, d))
		return -1;
	pack_start(&html->pack);
	render_svg_start(&svg, measure.y);
	if (render_svg(&svg, d))
		return -1;
	render_svg_end(&svg);
	return pack_end(&html->pack);
}

static void start(struct html *html)
{
	html->pack.to = html->out;
	out_mem(html->out, html_page, (size_t)(strstr(html_page, MARK) - html_page));
	out_str(html->out, "{\"conversations\":[");
}

int render_html_add(struct html *html, struct diagram *d)
{
	enum kind kind = kind_of(d);

	if (!html->count) {
		start(html);
		html->begin = d->c->begin;
	}
	out_printf(html->out, "%s\n[%llu,%llu,%d", html->count++ ? "," : "",
		   (unsigned long long)(d->c->begin - html->begin),
		   (unsigned long long)duration(d, kind), kind);
	if (put_words(html, d))
		return -1;
	out_char(html->out, ',');
	if (put_picture(html, d))
		return -1;
	out_char(html->out, ']');
	return 0;
}

/* A name of a key, and what begins its value. */
static void put_key(struct html *html, const char *key, const char *begin)
{
	out_printf(html->out, ",\n\"%s\":%s", key, begin);
}

static void put_host(struct html *html, unsigned int number,
		     const struct wavehand_file_header *header)
{
	const char letter = number ? merge_letter(number) : ' ';
	char text[4 * sizeof(header->host)], *end;

	out_str(html->out, number > 1 ? ",[" : "[");
	pack_string(html->out, &letter, number ? 1 : 0);
	out_char(html->out, ',');
	end = put_clean(text, header->host, sizeof(header->host), TEXT_PAGE);
	pack_string(html->out, text, (size_t)(end - text));
	out_char(html->out, ',');
	end = put_clean(text, header->release, sizeof(header->release), TEXT_PAGE);
	pack_string(html->out, text, (size_t)(end - text));
	out_char(html->out, ']');
}

static void put_hosts(struct html *html, const struct source *source)
{
	size_t i;

	put_key(html, "hosts", "[");
	if (!source->merge)
		put_host(html, 0, &source->header);
	else
		for (i = 0; i < source->merge->part_count; i++)
			put_host(html, (unsigned int)i + 1, &source->merge->parts[i].header);
	out_char(html->out, ']');
}

/* The page's own texts, where the reader's language has others. */
static void put_texts(struct html *html)
{
	const char *const *text;
	bool any = false;

	if (!language_is_foreign())
		return;
	put_key(html, "words", "{");
	for (text = html_texts; *text; text++) {
		const char *foreign = _(*text);

		if (!strcmp(foreign, *text))
			continue;
		out_str(html->out, any ? ",\n" : "\n");
		pack_string(html->out, *text, strlen(*text));
		out_char(html->out, ':');
		pack_string(html->out, foreign, strlen(foreign));
		any = true;
	}
	out_char(html->out, '}');
}

static void put_count(struct html *html, const char *key, uint64_t count)
{
	put_key(html, key, "");
	out_printf(html->out, "%llu", (unsigned long long)count);
}

/* Of a request or of a socket: who counted does not know. */
static const struct rfc_edge *edge_of(unsigned int from, unsigned int to)
{
	const struct rfc_edge *edge = rfc_edge(from, to, false);

	return edge ? edge : rfc_edge(from, to, true);
}

static void put_reason(struct html *html, const struct rfc_edge *edge)
{
	const char *reason = _(edge->reason);

	out_printf(html->out, ",\"%s\",", edge->source);
	pack_string(html->out, reason, strlen(reason));
}

static void put_edges(struct html *html, const struct statistics *s)
{
	unsigned int from, to;
	bool any = false;

	put_key(html, "edges", "[");
	for (from = 0; from < WAVEHAND_STATES; from++) {
		for (to = 0; to <= STATISTICS_GONE; to++) {
			const struct statistics_edge *e = &s->edges[from][to];
			const struct rfc_edge *known = edge_of(from, to);

			if (!e->count)
				continue;
			out_printf(html->out, "%s\n[\"%s\",\"%s\",%llu,%llu", any ? "," : "",
				   name_state(from), statistics_state(to),
				   (unsigned long long)e->count, (unsigned long long)e->inferred);
			if (known)
				put_reason(html, known);
			out_char(html->out, ']');
			any = true;
		}
	}
	out_char(html->out, ']');
}

static void put_state(struct html *html, const struct statistics_state *t, const char *name)
{
	size_t i;

	out_printf(html->out, "\n[\"%s\",%llu,%llu,%llu,%llu,%llu,%llu,%llu,[", name,
		   (unsigned long long)t->ended, (unsigned long long)t->p50,
		   (unsigned long long)t->p90, (unsigned long long)t->p99,
		   (unsigned long long)t->max, (unsigned long long)t->unseen,
		   (unsigned long long)t->open);
	for (i = 0; i <= STATISTICS_BOUNDS; i++)
		out_printf(html->out, i ? ",%llu" : "%llu", (unsigned long long)t->buckets[i]);
	out_str(html->out, "]]");
}

static void put_times(struct html *html, const struct statistics *s)
{
	/* From the beginning of a life to its end. */
	static const uint8_t order[] = {
		WAVEHAND_LISTEN, WAVEHAND_SYN_SENT, WAVEHAND_SYN_RECEIVED, WAVEHAND_ESTABLISHED,
		WAVEHAND_FIN_WAIT_1, WAVEHAND_FIN_WAIT_2, WAVEHAND_CLOSING, WAVEHAND_TIME_WAIT,
		WAVEHAND_CLOSE_WAIT, WAVEHAND_LAST_ACK,
	};
	struct statistics_group g;
	bool any = false;
	size_t i;

	put_key(html, "bounds", "[");
	for (i = 0; i < STATISTICS_BOUNDS; i++)
		out_printf(html->out, i ? ",%llu" : "%llu",
			   (unsigned long long)statistics_bounds[i]);
	out_char(html->out, ']');
	put_key(html, "times", "[");
	if (s->count)
		statistics_group(s, 0, &g);
	for (i = 0; s->count && i < sizeof(order); i++) {
		const struct statistics_state *t = &g.states[order[i]];

		if (!t->ended && !t->unseen && !t->open)
			continue;
		out_str(html->out, any ? "," : "");
		put_state(html, t, name_state(order[i]));
		any = true;
	}
	out_char(html->out, ']');
}

void render_html_end(struct html *html, const struct source *source, const struct statistics *s)
{
	uint32_t i;

	out_char(html->out, ']');
	put_hosts(html, source);
	put_texts(html);
	/* In its own time the first conversation's: a Unix time, which may be anything. */
	put_key(html, "wall", "");
	out_printf(html->out, "%lld", (long long)(html->begin +
		   (uint64_t)source->header.realtime_offset) / 1000000);
	put_count(html, "lost", s->h->lost_events);
	put_count(html, "dropped", s->dropped);
	put_count(html, "untracked", s->h->untracked);
	put_count(html, "endpoints", s->endpoints);
	put_count(html, "transitions", s->transitions);
	put_edges(html, s);
	put_times(html, s);
	put_key(html, "strings", "[");
	for (i = 0; i < html->strings.count; i++) {
		out_str(html->out, i ? ",\n" : "\n");
		pack_string(html->out, html->strings.all[i]->bytes, html->strings.all[i]->size);
	}
	out_str(html->out, "],\n");
	pack_tables(&html->pack);
	out_char(html->out, '}');
	out_str(html->out, strstr(html_page, MARK) + strlen(MARK));
}

void render_html_free(struct html *html)
{
	strings_free(&html->strings);
	pack_free(&html->pack);
}
