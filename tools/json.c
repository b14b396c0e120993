// SPDX-License-Identifier: GPL-2.0
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

void json_open(struct json *j)
{
	yajl_gen_map_open(j->gen);
}

void json_close(struct json *j)
{
	yajl_gen_map_close(j->gen);
}

void json_open_array(struct json *j)
{
	yajl_gen_array_open(j->gen);
}

void json_close_array(struct json *j)
{
	yajl_gen_array_close(j->gen);
}

static void string(struct json *j, const char *s, size_t n)
{
	yajl_gen_string(j->gen, (const unsigned char *)s, n);
}

void json_key_n(struct json *j, const char *key, size_t n)
{
	string(j, key, n);
}

void json_number(struct json *j, const char *text, size_t n)
{
	yajl_gen_number(j->gen, text, n);
}

void json_u64(struct json *j, uint64_t value)
{
	char text[TEXT_NUMBER];

	json_number(j, text, (size_t)(put_u64(text, value) - text));
}

void json_bool(struct json *j, bool value)
{
	yajl_gen_bool(j->gen, value);
}

void json_null(struct json *j)
{
	yajl_gen_null(j->gen);
}

/* As a number, since that is what yajl prints without looking for escapes. */
void json_str(struct json *j, const char *s)
{
	char text[256];
	size_t n = strlen(s);

	if (n > sizeof(text) - 2)
		n = sizeof(text) - 2;
	text[0] = '"';
	memcpy(text + 1, s, n);
	text[n + 1] = '"';
	json_number(j, text, n + 2);
}

void json_bytes(struct json *j, const char *s, size_t size)
{
	char text[3 * 64], *p = text;

	while (size && *s && p + 4 <= text + sizeof(text)) {
		size_t n;

		if (utf8_decode(s, size, &n) < 0)
			p = stpcpy(p, "\xef\xbf\xbd");
		else
			p = mempcpy(p, s, n);
		s += n;
		size -= n;
	}
	string(j, text, (size_t)(p - text));
}

static void address(struct json *j, const uint8_t addr[16], unsigned int family)
{
	char text[TEXT_ADDRESS];

	string(j, text, (size_t)(put_address(text, addr, family) - text));
}

void json_endpoint(struct json *j, const struct wavehand_endpoint *ep)
{
	json_key(j, "id");
	json_u64(j, ep->id);
	if (ep->known & WAVEHAND_KNOWN_COOKIE) {
		json_key(j, "cookie");
		json_u64(j, ep->cookie);
	}
	json_key(j, "netns");
	json_u64(j, ep->netns);
	json_key(j, "netns_ino");
	json_u64(j, ep->netns_ino);
	json_key(j, "family");
	json_str(j, name_family(ep->family));
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
	json_str(j, name_role(ep->role));
	json_key(j, "state");
	json_str(j, name_state(ep->state));
	if (ep->joined) {
		json_key(j, "joined");
		json_str(j, name_state(ep->joined));
	}
	if (ep->known & WAVEHAND_KNOWN_OWNER) {
		json_key(j, "owner_pid");
		json_u64(j, ep->owner_pid);
		json_key(j, "owner_comm");
		json_bytes(j, ep->owner_comm, sizeof(ep->owner_comm));
	}
	json_key(j, "uid");
	json_u64(j, ep->owner_uid);
	if (ep->flags & WAVEHAND_EP_INHERITED) {
		json_key(j, "owner_inherited");
		json_bool(j, true);
	}
	if (ep->flags & WAVEHAND_EP_MPTCP) {
		json_key(j, "mptcp");
		json_bool(j, true);
	}
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

void json_event(struct json *j, const struct history_event *event)
{
	const char *kind = name_kind(event->kind);

	json_key(j, "serial");
	json_u64(j, event->serial);
	json_key(j, "kind");
	json_str(j, kind ? kind : "unknown");
	if (event->kind >= WAVEHAND_GAP) {
		if (event->kind != WAVEHAND_LIVE) {
			json_key(j, "count");
			json_u64(j, event->count);
		}
		return;
	}
	json_key(j, "time_ns");
	json_u64(j, event->time);
	json_key(j, "old_state");
	json_str(j, name_state(event->old_state));
	json_key(j, "new_state");
	json_str(j, name_state(event->new_state));
	json_key(j, "provenance");
	json_str(j, name_provenance(event->provenance));
	json_key(j, "actor");
	json_str(j, name_actor(event->actor));
	if (event->actor_pid) {
		json_key(j, "actor_pid");
		json_u64(j, event->actor_pid);
	}
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
