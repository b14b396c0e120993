// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mutate.h"

/* The fuzzer's own, and what it calls. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b,
				 size_t b_size, uint8_t *out, size_t max, unsigned int seed);

#define RECORD MUTATE_RECORD
#define MOST 128	/* records that are looked at */

/**
 * struct work - what is being changed
 * @r: records: headers and events
 * @n: how many
 * @room: how many there may be
 * @random: state of the generator
 */
struct work {
	struct wavehand_event *r;
	size_t n;
	size_t room;
	uint64_t random;
};

static uint64_t draw(struct work *w)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return w->random * 0x2545f4914f6cdd1dULL >> 11;
}

static size_t below(struct work *w, size_t n)
{
	return n ? draw(w) % n : 0;
}

#define ONE_OF(w, array) ((array)[below(w, sizeof(array) / sizeof((array)[0]))])

static bool is_header(const struct wavehand_event *r)
{
	return !memcmp(r, WAVEHAND_MAGIC, sizeof(WAVEHAND_MAGIC) - 1);
}

/* Any event; NULL where there are none. */
static struct wavehand_event *any(struct work *w)
{
	size_t i, from = below(w, w->n);

	for (i = 0; i < w->n; i++) {
		struct wavehand_event *r = &w->r[(from + i) % w->n];

		if (!is_header(r))
			return r;
	}
	return NULL;
}

static uint64_t number(struct work *w)
{
	static const uint64_t extremes[] = {
		0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 1ULL << 56, INT64_MAX,
		1ULL << 63, UINT64_MAX - 1, UINT64_MAX, 999999999, 1000000000,
	};

	return draw(w) % 4 ? ONE_OF(w, extremes) + below(w, 3) - 1 : draw(w);
}

static uint64_t span(struct work *w)
{
	/* At and around what the command takes for together, delayed, lost. */
	static const uint64_t spans[] = {
		0, 1, 1000, 1000000, 2000000, 5000000, 19999999, 20000001, 100000000,
		200000001, 1000000000, 3000000000, 60000000000, 600000000000,
	};

	return ONE_OF(w, spans);
}

/* A time near that of another event; seldom any at all. */
static uint64_t a_time(struct work *w)
{
	const struct wavehand_event *other = any(w);

	if (!other || !(draw(w) % 12))
		return number(w);
	return draw(w) % 2 ? other->time + span(w) : other->time - span(w);
}

static uint32_t a_number(struct work *w)
{
	const struct wavehand_event *other = any(w);
	const uint32_t numbers[] = { other->seq, other->ack, other->endpoint.iss, other->endpoint.irs,
				     other->seq + other->length, (uint32_t)number(w) };

	return ONE_OF(w, numbers) + (uint32_t)below(w, 3) - 1;
}

/* Process names that are nobody's friend. */
static void set_comm(struct work *w, struct wavehand_endpoint *ep)
{
	static const char *const names[] = {
		"", "curl", "\033[31mred", "a\nb\r\tc", "\xe2\x80\xae" "evil", "\xc2\x9b" "2J",
		"\xf0\x9f\x98\x80\xe4\xb8\xad", "\xff\xfe\xc0\x80", "\\x41%n%s\"", "fifteen-lettersX",
		"\xef\xbb\xbf\xcc\x81\xcc\x81\xcc\x81\xcc", "\xf3\xa0\x81\x81", "\x7f\x08\x08",
	};

	memset(ep->owner_comm, 0, sizeof(ep->owner_comm));
	strncpy(ep->owner_comm, ONE_OF(w, names), sizeof(ep->owner_comm) - 1);
	if (!(draw(w) % 4))
		ep->owner_comm[15] = '\xe2';
	ep->known |= WAVEHAND_KNOWN_OWNER;
}

static void set_endpoint(struct work *w, struct wavehand_endpoint *ep)
{
	struct wavehand_event *other = any(w);

	switch (below(w, 19)) {
	case 0:
		ep->id = draw(w) % 3 ? other->endpoint.id : number(w);
		break;
	case 1:
		ep->netns = draw(w) % 2 ? other->endpoint.netns : number(w);
		break;
	case 2:
		ep->local_addr[below(w, 16)] ^= (uint8_t)(1 << below(w, 8));
		break;
	case 3:
		memcpy(ep->local_addr, ep->remote_addr, sizeof(ep->local_addr));
		ep->local_port = ep->remote_port;
		break;
	case 4:
		ep->local_port = (uint16_t)number(w);
		break;
	case 5:
		ep->remote_port = (uint16_t)number(w);
		break;
	case 6:
		ep->family = (uint8_t)(draw(w) % 8 ? 4 + draw(w) % 2 * 2 : number(w));
		break;
	case 7:
		ep->role = (uint8_t)below(w, 5);
		break;
	case 8:
		ep->known ^= (uint16_t)(1 << below(w, 8));
		break;
	case 9:
		set_comm(w, ep);
		break;
	case 10:
		ep->iss = a_number(w);
		break;
	case 11:
		ep->irs = a_number(w);
		break;
	case 12:
		ep->bytes_sent = number(w);
		ep->known |= WAVEHAND_KNOWN_BYTES;
		break;
	case 13:
		ep->bytes_received = number(w);
		ep->known |= WAVEHAND_KNOWN_BYTES;
		break;
	case 14:
		ep->state = (uint8_t)below(w, WAVEHAND_STATES + 1);
		break;
	case 15:
		ep->joined = (uint8_t)below(w, WAVEHAND_STATES + 1);
		break;
	case 16:
		ep->flags ^= (uint8_t)(1 << below(w, 8));
		break;
	case 17:
		ep->cause = (uint8_t)below(w, WAVEHAND_CAUSE_NO_MINISOCKET + 2);
		break;
	default:
		ep->owner_pid = (uint32_t)number(w);
		ep->owner_uid = (uint32_t)number(w);
		break;
	}
}

static void set_event(struct work *w, struct wavehand_event *e)
{
	static const uint8_t kinds[] = {
		WAVEHAND_TRANSITION, WAVEHAND_TRANSITION, WAVEHAND_SEGMENT, WAVEHAND_SEGMENT,
		WAVEHAND_GONE, WAVEHAND_ACCEPTED, WAVEHAND_QUEUE_FULL, WAVEHAND_GAP,
		WAVEHAND_LOST, WAVEHAND_LIVE, 0, 6, 19, 255,
	};
	static const uint16_t errors[] = {
		0, ECONNRESET, EPIPE, ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH,
		ECONNABORTED, EIO, 255, 65535,
	};
	static const uint8_t tcp_flags[] = { 1, 2, 4, 16, 17, 18, 20, 24, 25, 0x52, 0xc2, 0, 255 };
	const struct wavehand_event *other = any(w);

	switch (below(w, 15)) {
	case 0:
		e->kind = ONE_OF(w, kinds);
		break;
	case 1:
		e->serial = draw(w) % 4 ? other->serial + below(w, 3) - 1 : number(w);
		break;
	case 2:
	case 3:
		e->time = a_time(w);
		break;
	case 4:
		e->old_state = (uint8_t)below(w, WAVEHAND_STATES + 1);
		break;
	case 5:
		e->new_state = (uint8_t)below(w, WAVEHAND_STATES + 1);
		break;
	case 6:
		e->provenance = (uint8_t)below(w, 4);
		break;
	case 7:
		e->actor = (uint8_t)below(w, 5);
		break;
	case 8:
		e->flags ^= (uint8_t)(1 << below(w, 6));
		break;
	case 9:
		e->error = ONE_OF(w, errors);
		break;
	case 10:
		e->length = draw(w) % 2 ? (uint32_t)below(w, 3000) : (uint32_t)number(w);
		break;
	case 11:
		e->reason = (uint8_t)below(w, WAVEHAND_CAUSE_NO_MINISOCKET + 2);
		e->tries = (uint8_t)number(w);
		break;
	case 12:
		e->tcp_flags = ONE_OF(w, tcp_flags);
		e->again = (uint8_t)below(w, 3);
		break;
	case 13:
		e->seq = a_number(w);
		break;
	default:
		e->ack = a_number(w);
		break;
	}
}

/* One change of an endpoint, in all its events. */
static void set_all(struct work *w, uint64_t id)
{
	uint64_t seed = w->random;
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (is_header(&w->r[i]) || w->r[i].endpoint.id != id)
			continue;
		w->random = seed;
		set_endpoint(w, &w->r[i].endpoint);
	}
}

/* Makes room at @i. Return: whether there is any. */
static bool insert(struct work *w, size_t i)
{
	if (w->n >= w->room)
		return false;
	memmove(&w->r[i + 1], &w->r[i], (w->n - i) * RECORD);
	w->n++;
	return true;
}

static void take_out(struct work *w, size_t i)
{
	memmove(&w->r[i], &w->r[i + 1], (w->n - i - 1) * RECORD);
	w->n--;
}

/* What the other end has of it. */
static void turn(struct wavehand_event *e)
{
	struct wavehand_endpoint *ep = &e->endpoint, old = *ep;

	memcpy(ep->local_addr, old.remote_addr, sizeof(ep->local_addr));
	memcpy(ep->remote_addr, old.local_addr, sizeof(ep->local_addr));
	ep->local_port = old.remote_port;
	ep->remote_port = old.local_port;
	ep->iss = old.irs;
	ep->irs = old.iss;
	ep->id = old.id ^ 1;
	ep->role = old.role == WAVEHAND_ROLE_ACTIVE ? WAVEHAND_ROLE_PASSIVE : WAVEHAND_ROLE_ACTIVE;
	if (e->kind == WAVEHAND_SEGMENT)
		e->flags ^= WAVEHAND_EV_SENT;
}

static void add_copy(struct work *w)
{
	const struct wavehand_event *from = any(w);
	size_t at = 1 + below(w, w->n);
	struct wavehand_event e = *from;

	if (!insert(w, at))
		return;
	if (draw(w) % 2)
		turn(&e);
	e.time += span(w);
	e.serial += draw(w) % 4 ? below(w, 50) : 0;
	w->r[at] = e;
}

static void exchange(struct work *w)
{
	struct wavehand_event *a = any(w), *b = any(w), t = *a;

	*a = *b;
	*b = t;
}

/* From here on it is another host's recording; its endpoints may be the other ends. */
static void split(struct work *w)
{
	struct wavehand_file_header *h;
	size_t at = 1 + below(w, w->n);

	if (!is_header(&w->r[0]) || !insert(w, at))
		return;
	w->r[at] = w->r[0];
	h = (struct wavehand_file_header *)&w->r[at];
	h->realtime_offset = (int64_t)(draw(w) % 2 ? (uint64_t)h->realtime_offset + span(w) : number(w));
	h->host[below(w, sizeof(h->host))] = (char)draw(w);
}

/* All events of one endpoint as a recording of their own. */
static void part(struct work *w)
{
	static struct wavehand_event first[MOST], second[MOST];
	uint64_t id = any(w)->endpoint.id;
	size_t a = 0, b = 0, i;

	if (!is_header(&w->r[0]) || w->n >= w->room || w->n >= MOST)
		return;
	second[b++] = w->r[0];
	for (i = 0; i < w->n; i++) {
		if (i && is_header(&w->r[i]))
			return;
		if (i && w->r[i].endpoint.id == id)
			second[b++] = w->r[i];
		else
			first[a++] = w->r[i];
	}
	((struct wavehand_file_header *)second)->realtime_offset += (int64_t)span(w);
	memcpy(w->r, first, a * RECORD);
	memcpy(w->r + a, second, b * RECORD);
	w->n = a + b;
}

static void change(struct work *w)
{
	struct wavehand_event *e = any(w);

	switch (below(w, 16)) {
	case 0:
		if (w->n > 2)
			take_out(w, 1 + below(w, w->n - 1));
		break;
	case 1:
	case 2:
		add_copy(w);
		break;
	case 3:
		exchange(w);
		break;
	case 4:
		if (draw(w) % 4)
			part(w);
		else
			split(w);
		break;
	case 5:
	case 6:
	case 7:
		set_all(w, e->endpoint.id);
		break;
	case 8:
		set_endpoint(w, &e->endpoint);
		break;
	case 9:
		LLVMFuzzerMutate((uint8_t *)e, RECORD, RECORD);
		break;
	default:
		set_event(w, e);
		break;
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	struct wavehand_event records[MOST];
	struct work w = { .r = records, .n = size / RECORD, .room = max / RECORD,
			  .random = seed * 0x9e3779b97f4a7c15ULL + 1 };
	size_t tail = size % RECORD, changes = 1 + below(&w, 4);

	if (w.room > MOST)
		w.room = MOST;
	if (w.n > w.room || w.n < 2 || !(draw(&w) % 40))
		return LLVMFuzzerMutate(data, size, max);	/* headers, cuts */
	memcpy(records, data, w.n * RECORD);
	while (changes-- && any(&w))
		change(&w);
	if (w.n * RECORD + tail > max)
		tail = 0;
	memmove(data + w.n * RECORD, data + size / RECORD * RECORD, tail);
	memcpy(data, records, w.n * RECORD);
	return w.n * RECORD + tail;
}

/* The events of the two, one behind the other or in turn; as one recording, or as two. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b,
				 size_t b_size, uint8_t *out, size_t max, unsigned int seed)
{
	struct work w = { .random = seed * 0x9e3779b97f4a7c15ULL + 1 };
	size_t room = max / RECORD, n = 0, i = 0, k, from[2] = { a_size / RECORD, b_size / RECORD };
	bool mix = draw(&w) % 2;

	k = !mix && draw(&w) % 3 == 0 ? 0 : 1;	/* with the second one's header */
	if (!mix && from[0] > 1)
		from[0] = 1 + below(&w, from[0]);
	while (n < room && (i < from[0] || k < from[1])) {
		bool first = k >= from[1] || (i < from[0] && (!n || !mix || draw(&w) % 2));

		memcpy(out + n++ * RECORD, first ? a + i++ * RECORD : b + k++ * RECORD, RECORD);
	}
	return n * RECORD;
}
