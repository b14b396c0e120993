// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language.h"
#include "merge.h"

/* What is needed of a segment to find its other end. */
struct sample {
	uint8_t from[18];	/* address and port that it left */
	uint8_t to[18];
	uint32_t seq;
	uint32_t ack;
	uint32_t length;
	uint8_t family;
	uint8_t tcp_flags;
	uint8_t sent;
	uint8_t part;
	uint64_t time;		/* CLOCK_REALTIME of its host */
};

/* Everything in front of it makes two of them the same segment. */
#define SAMPLE_KEY offsetof(struct sample, sent)

/**
 * struct way - the fastest segment from one recording to another
 * @delta: time of arrival there minus time of departure here
 * @segments: how many there were; 0: @delta means nothing
 */
struct way {
	int64_t delta;
	uint64_t segments;
};

static bool is_loopback(const struct wavehand_endpoint *ep)
{
	static const uint8_t one[16] = { [15] = 1 };

	return ep->family == 4 ? ep->local_addr[0] == 127 || ep->remote_addr[0] == 127 :
	       !memcmp(ep->local_addr, one, 16) || !memcmp(ep->remote_addr, one, 16);
}

static int by_serial(const void *a, const void *b)
{
	const struct wavehand_event *x = a, *y = b;

	if (x->serial != y->serial)
		return x->serial < y->serial ? -1 : 1;
	return (x->kind >= WAVEHAND_GAP) - (y->kind >= WAVEHAND_GAP);
}

static int check_part(struct merge_part *part, char *error, size_t size)
{
	size_t i, n = 0;

	for (i = 0; i < part->count; i++) {
		struct wavehand_event *event = &part->events[i];

		if (merge_number(event->endpoint.id) || merge_number(event->endpoint.netns)) {
			snprintf(error, size, _("%.100s: made of several recordings already, or damaged: give those"),
				 part->name);
			return -1;
		}
		if (event->kind == WAVEHAND_LIVE) {
			part->dumped = true;
			part->evicted += event->count;
		} else {
			part->events[n++] = *event;
		}
	}
	part->count = n;
	if (n)
		qsort(part->events, n, sizeof(*part->events), by_serial);
	return 0;
}

/*
 * Two recordings of one machine have events in common where their times overlap:
 * each would be there twice. Both are sorted by serial.
 */
static int check_common(const struct merge_part *a, const struct merge_part *b,
			char *error, size_t size)
{
	size_t i = 0, k = 0;

	while (i < a->count && k < b->count) {
		const struct wavehand_event *x = &a->events[i], *y = &b->events[k];

		if (x->serial != y->serial || x->kind >= WAVEHAND_GAP) {
			if (x->serial <= y->serial)
				i++;
			else
				k++;
			continue;
		}
		if (y->kind < WAVEHAND_GAP && x->time == y->time && x->kind == y->kind &&
		    x->endpoint.id == y->endpoint.id &&
		    x->endpoint.netns == y->endpoint.netns) {
			snprintf(error, size, _("%.100s and %.100s: both of the same machine (host %.63s, event %llu is in both): give one of them"),
				 a->name, b->name, a->header.host,
				 (unsigned long long)x->serial);
			return -1;
		}
		k++;
	}
	return 0;
}

static void put_end(uint8_t *end, const uint8_t addr[16], uint16_t port)
{
	memcpy(end, addr, 16);
	memcpy(end + 16, &port, 2);
}

static bool make_sample(struct sample *s, const struct wavehand_event *event)
{
	const struct wavehand_endpoint *ep = &event->endpoint;
	const unsigned int both = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE;
	bool sent = event->flags & WAVEHAND_EV_SENT;

	if (event->kind != WAVEHAND_SEGMENT || event->provenance != WAVEHAND_OBSERVED ||
	    (ep->known & both) != both || is_loopback(ep))
		return false;
	memset(s, 0, sizeof(*s));
	put_end(sent ? s->from : s->to, ep->local_addr, ep->local_port);
	put_end(sent ? s->to : s->from, ep->remote_addr, ep->remote_port);
	s->family = ep->family;
	s->seq = event->seq;
	s->ack = event->tcp_flags & WAVEHAND_ACK ? event->ack : 0;
	s->length = event->length;
	/* Routers may set the signs of congestion. */
	s->tcp_flags = event->tcp_flags & ~(WAVEHAND_ECE | WAVEHAND_CWR);
	s->sent = sent;
	return true;
}

static int by_segment(const void *a, const void *b)
{
	return memcmp(a, b, SAMPLE_KEY);
}

/* One that was sent or received twice could be paired wrongly: neither is used. */
static void add_way(struct way ways[MERGE_MAX][MERGE_MAX], const struct sample *s, size_t n)
{
	const struct sample *sent, *received;
	struct way *way;
	int64_t delta;

	if (n != 2 || s[0].sent == s[1].sent)
		return;
	sent = s[0].sent ? &s[0] : &s[1];
	received = s[0].sent ? &s[1] : &s[0];
	way = &ways[sent->part][received->part];
	delta = (int64_t)(received->time - sent->time);
	if (!way->segments++ || delta < way->delta)
		way->delta = delta;
}

static int find_ways(const struct merge *m, struct way ways[MERGE_MAX][MERGE_MAX])
{
	struct sample *samples;
	size_t i, k, count = 0, n = 0;

	for (i = 0; i < m->part_count; i++)
		for (k = 0; k < m->parts[i].count; k++)
			count += m->parts[i].events[k].kind == WAVEHAND_SEGMENT;
	samples = calloc(count + 1, sizeof(*samples));
	if (!samples)
		return -1;
	for (i = 0; i < m->part_count; i++) {
		for (k = 0; k < m->parts[i].count; k++) {
			const struct wavehand_event *event = &m->parts[i].events[k];

			if (!make_sample(&samples[n], event))
				continue;
			samples[n].part = (uint8_t)i;
			samples[n++].time = event->time +
					    (uint64_t)m->parts[i].header.realtime_offset;
		}
	}
	qsort(samples, n, sizeof(*samples), by_segment);
	for (i = 0; i < n; i = k) {
		for (k = i + 1; k < n && !by_segment(&samples[i], &samples[k]); k++)
			;
		add_way(ways, &samples[i], k - i);
	}
	free(samples);
	return 0;
}

/* Half of a difference of times that may be anything. */
static int64_t half(int64_t from, int64_t to)
{
	return from / 2 + to / 2 + (from % 2 + to % 2) / 2;
}

/* Numbers of a damaged recording may overflow: they wrap, as unsigned ones do. */
static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* The clock of @part, seen from that of @from, which is known already. */
static void estimate(struct merge_part *part, const struct merge_part *from,
		     const struct way *there, const struct way *back)
{
	int64_t most = there->delta, least = minus(0, back->delta), ahead = 0;
	uint64_t spread = (uint64_t)minus(most, least);

	part->error = 0;
	part->drifted = false;
	part->segments = there->segments + back->segments;
	if (there->segments && back->segments) {
		part->clock = MERGE_EXCHANGE;
		part->drifted = (int64_t)spread < 0;
		if (part->drifted)
			spread = -spread;
		ahead = half(least, most);
		part->error = spread / 2 + spread % 2;
	} else if (part->segments) {
		part->clock = MERGE_ONE_WAY;
		part->at_most = there->segments;
		ahead = part->at_most ? most : least;
		part->bound = plus(ahead, from->ahead);
		/* Both hosts' clocks are right, as far as the segments let them. */
		if ((ahead > 0) == part->at_most)
			ahead = 0;
	} else {
		part->clock = MERGE_REALTIME;
	}
	part->ahead = plus(ahead, from->ahead);
	part->error += from->error;
	if (from->clock > part->clock)
		part->clock = from->clock;
}

/* Is this a better way to know a clock than that? */
static bool is_better(const struct merge_part *this, const struct merge_part *that)
{
	if (this->clock != that->clock)
		return this->clock < that->clock;
	return this->clock == MERGE_EXCHANGE && this->error < that->error;
}

/* From the first recording on, always the clock that is known best. */
static void set_clocks(struct merge *m, struct way ways[MERGE_MAX][MERGE_MAX])
{
	bool done[MERGE_MAX] = { true };
	size_t i, k, round;

	m->parts[0].clock = MERGE_FIRST;
	for (round = 1; round < m->part_count; round++) {
		struct merge_part best = { .clock = MERGE_REALTIME + 1 };
		size_t chosen = 0;

		for (i = 0; i < m->part_count; i++) {
			for (k = 0; done[i] && k < m->part_count; k++) {
				struct merge_part try = m->parts[k];

				if (done[k])
					continue;
				estimate(&try, &m->parts[i], &ways[i][k], &ways[k][i]);
				if (is_better(&try, &best)) {
					best = try;
					chosen = k;
				}
			}
		}
		m->parts[chosen] = best;
		done[chosen] = true;
	}
}

/* Times of the first recording's CLOCK_MONOTONIC, none of them negative. */
static void set_times(struct merge *m)
{
	int64_t shift[MERGE_MAX], earliest = 0;
	size_t i, k;

	for (i = 0; i < m->part_count; i++) {
		const struct merge_part *part = &m->parts[i];

		shift[i] = minus(minus(part->header.realtime_offset, part->ahead),
				 m->header.realtime_offset);
		for (k = 0; k < part->count; k++) {
			int64_t time = plus((int64_t)part->events[k].time, shift[i]);

			if (part->events[k].kind < WAVEHAND_GAP && time < earliest)
				earliest = time;
		}
	}
	/* The first one's machine was started later than another one's. */
	m->header.realtime_offset = plus(m->header.realtime_offset, earliest);
	for (i = 0; i < m->part_count; i++)
		for (k = 0; k < m->parts[i].count; k++) {
			struct wavehand_event *event = &m->parts[i].events[k];

			if (event->kind < WAVEHAND_GAP)
				event->time += (uint64_t)minus(shift[i], earliest);
		}
}

static void set_number(struct wavehand_endpoint *ep, size_t part)
{
	uint64_t number = (uint64_t)(part + 1) << MERGE_SHIFT;

	if (ep->id)
		ep->id |= number;
	if (ep->netns)
		ep->netns |= number;
}

/* Within a recording serials tell the order, whatever the times say. */
static void put_in_order(struct merge *m)
{
	size_t next[MERGE_MAX] = { 0 }, i;
	uint64_t latest[MERGE_MAX] = { 0 }, serial = 0;

	for (;;) {
		const struct wavehand_event *first = NULL;
		struct wavehand_event *event;
		size_t chosen = 0;

		for (i = 0; i < m->part_count; i++) {
			const struct wavehand_event *head;

			if (next[i] == m->parts[i].count)
				continue;
			head = &m->parts[i].events[next[i]];
			/* A notice has no time: it goes behind the event that it follows. */
			if (!first || head->time < first->time) {
				first = head;
				chosen = i;
			}
		}
		if (!first)
			break;
		next[chosen]++;
		event = &m->events[m->count++];
		*event = *first;
		if (event->kind < WAVEHAND_GAP)
			latest[chosen] = ++serial;
		event->serial = latest[chosen];
		set_number(&event->endpoint, chosen);
	}
}

static void set_header(struct merge *m)
{
	size_t i, n = 0;

	m->header = m->parts[0].header;
	memset(m->header.host, 0, sizeof(m->header.host));
	for (i = 0; i < m->part_count && n < sizeof(m->header.host) - 1; i++)
		n += (size_t)snprintf(m->header.host + n, sizeof(m->header.host) - n, "%s%.63s",
				      i ? "+" : "", m->parts[i].header.host);
}

/* The dump is over where all of them have one: everything is there then. */
static void add_live(struct merge *m)
{
	bool all = true;
	uint64_t evicted = 0;
	size_t i;

	for (i = 0; i < m->part_count; i++) {
		all &= m->parts[i].dumped;
		evicted += m->parts[i].evicted;
	}
	if (!all && !evicted)
		return;
	m->events[m->count] = (struct wavehand_event){
		.serial = m->count ? m->events[m->count - 1].serial : 0,
		.kind = WAVEHAND_LIVE, .provenance = WAVEHAND_OBSERVED, .count = evicted,
	};
	m->count++;
}

int merge_run(struct merge *m, char *error, size_t size)
{
	static struct way ways[MERGE_MAX][MERGE_MAX];
	size_t i, k, total = 1;

	memset(ways, 0, sizeof(ways));
	for (i = 0; i < m->part_count; i++) {
		if (check_part(&m->parts[i], error, size))
			return -1;
		for (k = 0; k < i; k++)
			if (check_common(&m->parts[k], &m->parts[i], error, size))
				return -1;
		total += m->parts[i].count;
	}
	set_header(m);
	m->events = calloc(total, sizeof(*m->events));
	if (!m->events || find_ways(m, ways)) {
		snprintf(error, size, "%s", _("out of memory"));
		return -1;
	}
	set_clocks(m, ways);
	set_times(m);
	put_in_order(m);
	add_live(m);
	for (i = 0; i < m->part_count; i++) {
		free(m->parts[i].events);
		m->parts[i].events = NULL;
		m->parts[i].count = 0;
	}
	return 0;
}

static int put_ms(char *text, size_t size, int64_t ns)
{
	uint64_t us = ((ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns) + 500) / 1000;

	return snprintf(text, size, "%llu.%03llu ms", (unsigned long long)us / 1000,
			(unsigned long long)us % 1000);
}

/* What segments of one direction tell of a clock. */
static void put_bound(const struct merge_part *part, char self, const char *bound,
		      const char *ahead, char *text)
{
	bool most = part->at_most == (part->bound >= 0);
	const char *format;
	int n;

	if (part->bound < 0)
		format = most ? _("%c is at most %s behind a, by segments of one direction only") :
				_("%c is at least %s behind a, by segments of one direction only");
	else
		format = most ? _("%c is at most %s ahead of a, by segments of one direction only") :
				_("%c is at least %s ahead of a, by segments of one direction only");
	n = snprintf(text, MERGE_TEXT, format, self, bound);
	if (n < 0 || n >= MERGE_TEXT)
		return;
	snprintf(text + n, MERGE_TEXT - (size_t)n, part->ahead < 0 ?
		 _("; taken as %s behind, as the hosts' clocks tell") :
		 _("; taken as %s ahead, as the hosts' clocks tell"), ahead);
}

const char *merge_clock(const struct merge *m, size_t i, bool utf8, char text[MERGE_TEXT])
{
	const struct merge_part *part = &m->parts[i];
	char ahead[32], other[32];
	char self = merge_letter((unsigned int)i + 1);

	put_ms(ahead, sizeof(ahead), part->ahead);
	put_ms(other, sizeof(other), part->clock == MERGE_ONE_WAY ? part->bound :
				     (int64_t)part->error);
	switch (part->clock) {
	case MERGE_FIRST:
		snprintf(text, MERGE_TEXT, _("all times are %c's"), self);
		break;
	case MERGE_EXCHANGE:
		snprintf(text, MERGE_TEXT, part->ahead < 0 ?
			 _("%c is %s behind a, %s%s, estimated from %llu segments%s") :
			 _("%c is %s ahead of a, %s%s, estimated from %llu segments%s"),
			 self, ahead, utf8 ? "±" : "+-", other, (unsigned long long)part->segments,
			 part->drifted ? _("; these contradict each other: the clocks drift") : "");
		break;
	case MERGE_ONE_WAY:
		put_bound(part, self, other, ahead, text);
		break;
	default:
		snprintf(text, MERGE_TEXT, _("%c and a have no segment in common: as the hosts' clocks tell, right or wrong"),
			 self);
		break;
	}
	return text;
}

void merge_free(struct merge *m)
{
	size_t i;

	for (i = 0; i < m->part_count; i++)
		free(m->parts[i].events);
	free(m->events);
	memset(m, 0, sizeof(*m));
}
