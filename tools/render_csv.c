// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "merge.h"
#include "names.h"
#include "render_csv.h"
#include "text.h"

/**
 * struct row - what the fields of a row are from
 * @out: where to
 * @c: conversation
 * @number: of the conversation
 * @side: whose event it is
 * @e: event
 */
struct row {
	struct out *out;
	const struct conversation *c;
	uint64_t number;
	int side;
	const struct history_event *e;
};

/* In the order in which fields are put below. */
static const char headings[] =
	"conversation,side,recording,id,family,local_addr,local_port,remote_addr,remote_port,"
	"role,owner_pid,owner_comm,uid,cause,"
	"serial,time_ns,kind,provenance,old_state,new_state,raw,hidden,reason,tries,"
	"direction,flags,length,window,again,actor,actor_pid,error,"
	"seq,ack,relative_seq,relative_ack,count\r\n";

void render_csv_start(struct out *out)
{
	out_str(out, headings);
}

/* The field before it is complete: one without a value is nothing but this. */
static void next(struct row *r)
{
	out_char(r->out, ',');
}

static void put_text(struct row *r, const char *text)
{
	bool quoted = strpbrk(text, ",\"");

	if (quoted)
		out_char(r->out, '"');
	for (; *text; text++) {
		if (*text == '"')
			out_char(r->out, '"');
		out_char(r->out, *text);
	}
	if (quoted)
		out_char(r->out, '"');
}

static void put_number(struct row *r, uint64_t number)
{
	char text[TEXT_NUMBER];

	out_mem(r->out, text, (size_t)(put_u64(text, number) - text));
}

static void text_field(struct row *r, bool is_there, const char *text)
{
	next(r);
	if (is_there)
		put_text(r, text);
}

static void number_field(struct row *r, bool is_there, uint64_t number)
{
	next(r);
	if (is_there)
		put_number(r, number);
}

static void address_fields(struct row *r, bool is_there, const uint8_t addr[16],
			   unsigned int family, unsigned int port)
{
	char text[TEXT_ADDRESS + 1];

	*put_address(text, addr, family) = '\0';
	text_field(r, is_there, text);
	number_field(r, is_there, port);
}

/* The length of a sign at @s with which a formula begins, narrow or wide; 0 of none. */
static size_t formula_sign(const char *s)
{
	static const char *const signs[] = { "=", "+", "-", "@", "＝", "＋", "－", "＠" };
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (!strncmp(s, signs[i], strlen(signs[i])))
			return strlen(signs[i]);
	return 0;
}

/*
 * A name that somebody else chose. A spreadsheet takes what begins with one of these signs
 * for a formula, and some take a semicolon for the end of a field: both are written as the
 * bytes that cannot be shown are.
 */
static void put_harmless(struct row *r, const char *name, size_t size)
{
	char text[TEXT_COMM + 1], safe[4 * TEXT_COMM + 1], *to = safe;
	bool begins = true;
	const char *p;
	size_t n;

	*put_clean(text, name, size, TEXT_PAGE) = '\0';
	for (p = text; *p;) {
		n = *p == ';' ? 1 : begins ? formula_sign(p) : 0;
		begins &= *p == ' ';
		if (!n)
			*to++ = *p++;
		for (; n; n--)
			to += sprintf(to, "\\x%02x", (unsigned char)*p++);
	}
	*to = '\0';
	put_text(r, safe);
}

static void endpoint_fields(struct row *r)
{
	const struct wavehand_endpoint *ep = &r->c->end[r->side].h->ep;
	unsigned int number = merge_number(ep->id);
	bool owner = ep->known & WAVEHAND_KNOWN_OWNER;
	char recording[2] = "";

	if (number && number <= MERGE_MAX)
		recording[0] = merge_letter(number);
	put_number(r, r->number);
	number_field(r, true, (uint64_t)r->side);
	text_field(r, true, recording);
	number_field(r, ep->id, merge_own(ep->id));
	text_field(r, true, name_family(ep->family));
	address_fields(r, ep->known & WAVEHAND_KNOWN_LOCAL, ep->local_addr, ep->family,
		       ep->local_port);
	address_fields(r, ep->known & WAVEHAND_KNOWN_REMOTE, ep->remote_addr, ep->family,
		       ep->remote_port);
	text_field(r, true, name_role(ep->role));
	number_field(r, owner, ep->owner_pid);
	next(r);
	if (owner)
		put_harmless(r, ep->owner_comm, sizeof(ep->owner_comm));
	number_field(r, true, ep->owner_uid);
	text_field(r, ep->cause, name_cause(ep->cause));
}

static void transition_fields(struct row *r, bool is_one)
{
	const struct history_event *e = r->e;

	text_field(r, is_one, name_state(e->old_state));
	text_field(r, is_one, name_state(e->new_state));
	text_field(r, is_one && e->flags & WAVEHAND_EV_RAW, "true");
	text_field(r, is_one && e->flags & WAVEHAND_EV_HIDDEN, "true");
	text_field(r, is_one && e->reason, name_cause(e->reason));
	number_field(r, is_one && e->tries, e->tries);
}

static void segment_fields(struct row *r, bool is_one)
{
	const struct history_event *e = r->e;
	char flags[NAME_TCP_FLAGS];

	text_field(r, is_one, e->flags & WAVEHAND_EV_SENT ? "sent" : "received");
	text_field(r, is_one, name_tcp_flags(e->tcp_flags, flags));
	number_field(r, is_one, e->length);
	number_field(r, is_one, e->window);
	number_field(r, is_one && e->again, e->again);
}

static void actor_fields(struct row *r, bool is_one)
{
	const struct history_event *e = r->e;

	text_field(r, is_one, name_actor(e->actor));
	number_field(r, is_one && e->actor_pid, e->actor_pid);
}

static void error_field(struct row *r, unsigned int error)
{
	const char *name = name_error(error);

	if (name)
		text_field(r, error, name);
	else
		number_field(r, error, error);
}

/* As they are, and less the initial ones, where those are known. */
static void number_fields(struct row *r, bool is_there)
{
	const struct history_event *e = r->e;
	bool seq = is_there && e->flags & WAVEHAND_EV_SEQ;
	bool ack = is_there && e->flags & WAVEHAND_EV_ACK, own, known[2];
	uint32_t base[2] = { 0, 0 };
	int i, from;

	for (i = 0; i < 2; i++)
		known[i] = conversation_base(r->c, i, &base[i]);
	own = e->kind != WAVEHAND_SEGMENT || e->flags & WAVEHAND_EV_SENT;
	from = own ? r->side : !r->side;
	number_field(r, seq, e->seq);
	number_field(r, ack, e->ack);
	number_field(r, seq && known[from], e->seq - base[from]);
	number_field(r, ack && known[!from], e->ack - base[!from]);
}

static void put_row(struct row *r)
{
	const struct history_event *e = r->e;
	const char *kind = name_kind(e->kind);
	bool notice = e->kind >= WAVEHAND_GAP, segment = e->kind == WAVEHAND_SEGMENT;

	endpoint_fields(r);
	number_field(r, true, e->serial);
	number_field(r, !notice, e->time);
	text_field(r, true, kind ? kind : "unknown");
	text_field(r, !notice, name_provenance(e->provenance));
	transition_fields(r, e->kind == WAVEHAND_TRANSITION || e->kind == WAVEHAND_GONE);
	segment_fields(r, segment);
	actor_fields(r, !notice && !segment);
	error_field(r, notice ? 0 : e->error);
	number_fields(r, !notice);
	number_field(r, notice, e->count);
	out_str(r->out, "\r\n");
}

/* Return: the side whose next event comes first; -1: none is left. */
static int earlier(const struct conversation *c, const uint64_t at[2])
{
	const struct history *h[2] = { c->end[0].h, c->end[1].h };
	bool left[2];
	int i;

	for (i = 0; i < 2; i++)
		left[i] = h[i] && at[i] < h[i]->count && !(i && conversation_is_self(c));
	if (left[0] && left[1])
		return h[1]->events[at[1]].serial < h[0]->events[at[0]].serial;
	return left[0] ? 0 : left[1] ? 1 : -1;
}

void render_csv(struct out *out, const struct diagram *d, uint64_t number)
{
	struct row r = { .out = out, .c = d->c, .number = number };
	uint64_t at[2] = { 0, 0 };

	while ((r.side = earlier(d->c, at)) >= 0) {
		r.e = &d->c->end[r.side].h->events[at[r.side]++];
		put_row(&r);
	}
}
