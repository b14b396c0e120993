// SPDX-License-Identifier: GPL-2.0
#include "explain.h"
#include "language.h"
#include "names.h"
#include "render_json.h"

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

void render_json(struct json *j, const struct diagram *d, bool notes)
{
	char text[VERDICT_TEXT];
	int side, n;
	bool plain;
	size_t i;

	plain = language_plain(true);
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
	language_plain(plain);
}
