// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_gen.h>

#include "json.h"
#include "names.h"
#include "text.h"

/* Called for each comma and quote: most pieces are a few bytes long. */
static void print(void *ctx, const char *text, size_t n)
{
	struct out *out = ctx;

	if (n <= 16 && out->len + 16 <= sizeof(out->buf)) {
		char *p = out->buf + out->len;

		out->len += n;
		while (n--)
			*p++ = *text++;
		return;
	}
	out_mem(out, text, n);
}

int json_start(struct json *j, struct out *out)
{
	memset(j, 0, offsetof(struct json, run));
	j->out = out;
	j->gen = yajl_gen_alloc(NULL);
	if (!j->gen)
		return -1;
	yajl_gen_config(j->gen, yajl_gen_print_callback, print, out);
	return 0;
}

void json_end(struct json *j)
{
	yajl_gen_free(j->gen);
	j->gen = NULL;
}

void json_line(struct json *j)
{
	yajl_gen_reset(j->gen, "\n");
}

static void flush(struct json *j)
{
	if (j->used)
		yajl_gen_number(j->gen, j->run, j->used);
	j->used = 0;
	/* Without what stands around it in a run. */
	if (j->key)
		yajl_gen_string(j->gen, (const unsigned char *)j->key + 2, j->key_size - 4);
	j->key = NULL;
}

/* Return: where to put a value of @n bytes at most, JSON_RUN at most. */
static char *begin(struct json *j, size_t n)
{
	if (!j->used || !j->key || j->used + j->key_size + n > JSON_RUN)
		flush(j);
	else
		j->used += j->key_size;
	j->key = NULL;
	return j->run + j->used;
}

/* @p: behind the value */
static void end(struct json *j, const char *p)
{
	j->used = (size_t)(p - j->run);
}

void json_open(struct json *j)
{
	flush(j);
	yajl_gen_map_open(j->gen);
}

void json_close(struct json *j)
{
	flush(j);
	yajl_gen_map_close(j->gen);
}

void json_open_array(struct json *j)
{
	flush(j);
	yajl_gen_array_open(j->gen);
}

void json_close_array(struct json *j)
{
	flush(j);
	yajl_gen_array_close(j->gen);
}

void json_number(struct json *j, const char *text, size_t n)
{
	if (n <= JSON_RUN) {
		end(j, mempcpy(begin(j, n), text, n));
		return;
	}
	/* Too long for any run. */
	flush(j);
	yajl_gen_number(j->gen, text, n);
}

void json_u64(struct json *j, uint64_t number)
{
	end(j, put_u64(begin(j, TEXT_NUMBER), number));
}

void json_bool(struct json *j, bool yes)
{
	end(j, stpcpy(begin(j, sizeof("false")), yes ? "true" : "false"));
}

/* As numbers, since these are what yajl prints without looking for escapes. */
void json_str(struct json *j, const char *s)
{
	const size_t most = 254;
	size_t n = strnlen(s, most);
	char *p = begin(j, n + 2);

	*p++ = '"';
	p = mempcpy(p, s, n);
	*p++ = '"';
	end(j, p);
}

void json_word(struct json *j, const struct word *w)
{
	char *p = begin(j, sizeof(*w) + 2);

	*p++ = '"';
	p = put_word(p, w);
	*p++ = '"';
	end(j, p);
}

void json_bytes(struct json *j, const char *s, size_t size)
{
	char *p = begin(j, 6 * size + 2);

	*p++ = '"';
	while (size && *s) {
		size_t n;
		int32_t c = utf8_decode(s, size, &n);

		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			*p++ = (char)c;
		else if (c < 0)
			p = stpcpy(p, "\xef\xbf\xbd");
		else if (c == '"' || c == '\\')
			p += sprintf(p, "\\%c", c);
		else if (c < 0x10000 && is_format(c))
			p += sprintf(p, "\\u%04X", (unsigned int)c);
		else if (is_format(c))
			p += sprintf(p, "\\u%04X\\u%04X",
				     0xd7c0 + ((unsigned int)c >> 10),
				     0xdc00 + ((unsigned int)c & 0x3ff));
		else
			p = mempcpy(p, s, n);
		s += n;
		size -= n;
	}
	*p++ = '"';
	end(j, p);
}

static void address(struct json *j, const uint8_t addr[16], unsigned int family)
{
	char *p = begin(j, TEXT_ADDRESS + 2);

	*p++ = '"';
	p = put_address(p, addr, family);
	*p++ = '"';
	end(j, p);
}

static void json_ep_flags(struct json *j, const struct wavehand_endpoint *ep)
{
	static const struct {
		unsigned int flag;
		const char *key;
	} flags[] = {
		{ WAVEHAND_EP_INHERITED, JSON_KEY("owner_inherited") },
		{ WAVEHAND_EP_MPTCP, JSON_KEY("mptcp") },
		{ WAVEHAND_EP_REPAIR, JSON_KEY("repair") },
		{ WAVEHAND_EP_FAST_OPEN, JSON_KEY("fast_open") },
		{ WAVEHAND_EP_COOKIE, JSON_KEY("syn_cookie") },
		{ WAVEHAND_EP_REQUEST, JSON_KEY("request") },
		{ WAVEHAND_EP_MINISOCKET, JSON_KEY("minisocket") },
	};
	size_t i;

	for (i = 0; ep->flags && i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!(ep->flags & flags[i].flag))
			continue;
		json_key_n(j, flags[i].key, strlen(flags[i].key));
		json_bool(j, true);
	}
}

void json_endpoint(struct json *j, const struct wavehand_endpoint *ep)
{
	unsigned int number = merge_number(ep->id | ep->netns);

	if (ep->id) {
		json_key(j, "id");
		json_u64(j, merge_own(ep->id));
	}
	if (number && number <= MERGE_MAX) {
		const char recording[] = { merge_letter(number), '\0' };

		json_key(j, "recording");
		json_str(j, recording);
	}
	if (ep->known & WAVEHAND_KNOWN_COOKIE) {
		json_key(j, "cookie");
		json_u64(j, ep->cookie);
	}
	json_key(j, "netns");
	json_u64(j, merge_own(ep->netns));
	json_key(j, "netns_ino");
	json_u64(j, ep->netns_ino);
	json_key(j, "family");
	json_word(j, word_family(ep->family));
	if (ep->known & WAVEHAND_KNOWN_LOCAL) {
		json_key(j, "local_addr");
		address(j, ep->local_addr, ep->family);
		json_key(j, "local_port");
		json_u64(j, ep->local_port);
	}
	if (ep->known & WAVEHAND_KNOWN_REMOTE) {
		json_key(j, "remote_addr");
		address(j, ep->remote_addr, ep->family);
		json_key(j, "remote_port");
		json_u64(j, ep->remote_port);
	}
	json_key(j, "role");
	json_word(j, word_role(ep->role));
	json_key(j, "state");
	json_word(j, word_state(ep->state));
	if (ep->cause) {
		json_key(j, "cause");
		json_word(j, word_cause(ep->cause));
	}
	if (ep->joined) {
		json_key(j, "joined");
		json_word(j, word_state(ep->joined));
	}
	if (ep->known & WAVEHAND_KNOWN_OWNER) {
		json_key(j, "owner_pid");
		json_u64(j, ep->owner_pid);
		json_key(j, "owner_comm");
		json_bytes(j, ep->owner_comm, sizeof(ep->owner_comm));
	}
	json_key(j, "uid");
	json_u64(j, ep->owner_uid);
	json_ep_flags(j, ep);
	if (ep->known & WAVEHAND_KNOWN_ISS) {
		json_key(j, "iss");
		json_u64(j, ep->iss);
	}
	if (ep->known & WAVEHAND_KNOWN_IRS) {
		json_key(j, "irs");
		json_u64(j, ep->irs);
	}
	if (ep->known & WAVEHAND_KNOWN_BYTES) {
		json_key(j, "bytes_sent");
		json_u64(j, ep->bytes_sent);
		json_key(j, "bytes_received");
		json_u64(j, ep->bytes_received);
	}
}

static void json_segment(struct json *j, const struct history_event *event)
{
	static const struct word received = WORD("received"), sent = WORD("sent");
	char flags[NAME_TCP_FLAGS];

	json_key(j, "direction");
	json_word(j, event->flags & WAVEHAND_EV_SENT ? &sent : &received);
	json_key(j, "flags");
	json_str(j, name_tcp_flags(event->tcp_flags, flags));
	json_key(j, "length");
	json_u64(j, event->length);
	json_key(j, "window");
	json_u64(j, event->window);
	if (event->again) {
		json_key(j, "again");
		json_u64(j, event->again);
	}
}

static void json_transition(struct json *j, const struct history_event *event)
{
	json_key(j, "old_state");
	json_word(j, word_state(event->old_state));
	json_key(j, "new_state");
	json_word(j, word_state(event->new_state));
	if (event->flags & WAVEHAND_EV_RAW) {
		json_key(j, "raw");
		json_bool(j, true);
	}
	if (event->flags & WAVEHAND_EV_HIDDEN) {
		json_key(j, "hidden");
		json_bool(j, true);
	}
	if (event->reason) {
		json_key(j, "reason");
		json_word(j, word_cause(event->reason));
	}
	if (event->tries) {
		json_key(j, "tries");
		json_u64(j, event->tries);
	}
}

static void json_actor(struct json *j, const struct history_event *event)
{
	json_key(j, "actor");
	json_word(j, word_actor(event->actor));
	if (event->actor_pid) {
		json_key(j, "actor_pid");
		json_u64(j, event->actor_pid);
	}
}

void json_event(struct json *j, const struct history_event *event)
{
	const struct word *kind = word_kind(event->kind);

	json_key(j, "serial");
	json_u64(j, event->serial);
	json_key(j, "kind");
	if (kind)
		json_word(j, kind);
	else
		json_str(j, "unknown");
	if (event->kind >= WAVEHAND_GAP) {
		json_key(j, "count");
		json_u64(j, event->count);
		return;
	}
	json_key(j, "time_ns");
	json_u64(j, event->time);
	if (event->kind == WAVEHAND_TRANSITION || event->kind == WAVEHAND_GONE)
		json_transition(j, event);
	json_key(j, "provenance");
	json_word(j, word_provenance(event->provenance));
	if (event->kind == WAVEHAND_SEGMENT)
		json_segment(j, event);
	else
		json_actor(j, event);
	if (event->error) {
		const char *error = name_error(event->error);

		json_key(j, "error");
		if (error)
			json_str(j, error);
		else
			json_u64(j, event->error);
	}
	if (event->flags & WAVEHAND_EV_SEQ) {
		json_key(j, "seq");
		json_u64(j, event->seq);
	}
	if (event->flags & WAVEHAND_EV_ACK) {
		json_key(j, "ack");
		json_u64(j, event->ack);
	}
}

static void json_signed(struct json *j, int64_t number)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%lld", (long long)number);

	json_number(j, text, (size_t)n);
}

static void json_part(struct json *j, const struct merge_part *part, unsigned int number)
{
	static const char *const words[] = {
		[MERGE_FIRST] = "first", [MERGE_EXCHANGE] = "exchange",
		[MERGE_ONE_WAY] = "one-way", [MERGE_REALTIME] = "realtime",
	};
	const char letter[] = { merge_letter(number), '\0' };

	json_open(j);
	json_key(j, "recording");
	json_str(j, letter);
	json_key(j, "file");
	json_bytes(j, part->name, JSON_BYTES);
	json_key(j, "host");
	json_bytes(j, part->header.host, sizeof(part->header.host));
	json_key(j, "release");
	json_bytes(j, part->header.release, sizeof(part->header.release));
	json_key(j, "clock");
	json_str(j, words[part->clock]);
	json_key(j, "ahead_ns");
	json_signed(j, part->ahead);
	if (part->clock == MERGE_EXCHANGE) {
		json_key(j, "error_ns");
		json_u64(j, part->error);
		json_key(j, "drifted");
		json_bool(j, part->drifted);
	}
	if (part->clock == MERGE_ONE_WAY) {
		if (part->at_most)
			json_key(j, "at_most_ns");
		else
			json_key(j, "at_least_ns");
		json_signed(j, part->bound);
	}
	json_key(j, "segments");
	json_u64(j, part->segments);
	json_close(j);
}

void json_recordings(struct json *j, const struct merge *m)
{
	size_t i;

	json_open(j);
	json_key(j, "recordings");
	json_open_array(j);
	for (i = 0; i < m->part_count; i++)
		json_part(j, &m->parts[i], (unsigned int)i + 1);
	json_close_array(j);
	json_close(j);
	json_line(j);
}
