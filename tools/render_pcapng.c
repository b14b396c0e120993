// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "render_pcapng.h"
#include "room.h"
#include "text.h"

/* The format: draft-ietf-opsawg-pcapng. */
#define BLOCK_SECTION	0x0a0d0d0a
#define BLOCK_INTERFACE	1
#define BLOCK_PACKET	6
#define SECTION_MAGIC	0x1a2b3c4d
#define LINKTYPE_RAW	101	/* begins with an IP header */
#define OPTION_COMMENT	1
#define SECTION_OS	3
#define SECTION_PROGRAM	4
#define INTERFACE_NAME	2
#define INTERFACE_ABOUT	3
#define INTERFACE_TSRESOL 9
#define INTERFACE_OS	12
#define PACKET_FLAGS	2
#define INBOUND		1
#define OUTBOUND	2

#define TCP_HEADER	20
#define IPV4_HEADER	20
#define IPV6_HEADER	40
#define HOPS		64	/* nobody told how many were left */

#define COMMENT_TEXT	512
#define MOST_CHANGES	4	/* of a state that one comment tells */

/**
 * struct packet - a segment
 * @h: history of the end that [0] sent, [1] received it
 * @event: there; NULL where it was not observed. One of them is not
 * @lost: it never came to the other end
 * @old: history of another endpoint that received it, which it ended; NULL of most
 * @old_event: there
 * @interface: number of that where it was seen
 */
struct packet {
	const struct history *h[2];
	const struct history_event *event[2];
	bool lost;
	const struct history *old;
	const struct history_event *old_event;
	uint32_t interface;
};

/**
 * struct block - a block that is being made
 * @size: how much of it there is
 * @data: a type and a length come first
 */
struct block {
	size_t size;
	union {
		uint8_t data[4096];
		uint32_t words[2];
	};
};

/* Where a packet was seen: where it departed, if that was. */
static int seen(const struct packet *p)
{
	return p->event[0] ? 0 : 1;
}

static const struct wavehand_endpoint *observer(const struct packet *p)
{
	return &p->h[seen(p)]->ep;
}

static bool is_observed(const struct history_event *e)
{
	return e && e->provenance == WAVEHAND_OBSERVED;
}

/* Hostile recordings have segments of nobody. */
static bool has_addresses(const struct wavehand_endpoint *ep)
{
	const unsigned int both = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE;

	return (ep->known & both) == both && (ep->family == 4 || ep->family == 6);
}

int render_pcapng_add(struct pcapng *p, const struct diagram *d)
{
	size_t k;
	int i;

	for (k = 0; k < d->arrow_count; k++) {
		const struct diagram_arrow *a = &d->arrows[k];
		struct packet *packet;

		if (!is_observed(a->events[0]) && !is_observed(a->events[1]))
			continue;
		if (room_for_one(&p->packets, p->count, &p->room, sizeof(*p->packets)))
			return -1;
		packet = &p->packets[p->count];
		*packet = (struct packet){ .lost = a->lost };
		for (i = 0; i < 2; i++) {
			packet->h[i] = d->c->end[i ? !a->from : a->from].h;
			if (is_observed(a->events[i]))
				packet->event[i] = a->events[i];
		}
		p->count += has_addresses(observer(packet));
	}
	return 0;
}

static void add(struct block *b, const void *data, size_t size)
{
	memcpy(b->data + b->size, data, size);
	b->size += size;
}

static void add_16(struct block *b, unsigned int value)
{
	uint16_t number = (uint16_t)value;

	add(b, &number, sizeof(number));
}

static void add_32(struct block *b, uint32_t value)
{
	add(b, &value, sizeof(value));
}

/* As headers of packets have it. */
static void add_net_16(struct block *b, unsigned int value)
{
	add_16(b, htons((uint16_t)value));
}

static void add_net_32(struct block *b, uint32_t value)
{
	add_32(b, htonl(value));
}

static void add_padding(struct block *b)
{
	static const uint8_t zeros[4];

	add(b, zeros, -b->size & 3);
}

static void add_option(struct block *b, unsigned int code, const void *value, size_t size)
{
	add_16(b, code);
	add_16(b, (unsigned int)size);
	add(b, value, size);
	add_padding(b);
}

static void add_text(struct block *b, unsigned int code, const char *text)
{
	add_option(b, code, text, strlen(text));
}

static void begin_block(struct block *b, uint32_t type)
{
	b->size = 0;
	add_32(b, type);
	add_32(b, 0);
}

/* Its options end, and its length stands on both sides. */
static void end_block(struct block *b, struct out *out)
{
	add_32(b, 0);
	b->words[1] = (uint32_t)b->size + 4;
	add_32(b, b->words[1]);
	out_mem(out, b->data, b->size);
}

/* @prefix and what a header has, in which somebody else chose the bytes. */
static void add_name(struct block *b, unsigned int code, const char *prefix, const char *name,
		     size_t size)
{
	char text[COMMENT_TEXT];

	*put_clean(stpcpy(text, prefix), name, size, TEXT_PAGE) = '\0';
	add_text(b, code, text);
}

static void put_section(struct out *out, const struct wavehand_file_header *header,
			const struct merge *m)
{
	static const int64_t size = -1;	/* is not told */
	struct block b;

	begin_block(&b, BLOCK_SECTION);
	add_32(&b, SECTION_MAGIC);
	add_16(&b, 1);
	add_16(&b, 0);
	add(&b, &size, sizeof(size));
	if (!m) {
		add_name(&b, SECTION_OS, "Linux ", header->release, sizeof(header->release));
		add_name(&b, OPTION_COMMENT, "host ", header->host, sizeof(header->host));
	}
	add_text(&b, SECTION_PROGRAM, "wavehand");
	add_text(&b, OPTION_COMMENT,
		 "TCP control segments, of what the kernel told of them: no payload, no options");
	end_block(&b, out);
}

/* The network namespace of one host, in which segments were seen. */
static void put_interface(struct out *out, const struct wavehand_endpoint *ep,
			  const struct merge *m)
{
	unsigned int number = merge_number(ep->netns);
	const struct merge_part *part = NULL;
	static const uint8_t nanoseconds = 9;
	char text[64], letter[4] = "";
	struct block b;

	if (number && number <= MERGE_MAX)
		snprintf(letter, sizeof(letter), "%c: ", merge_letter(number));
	if (m && number && number <= m->part_count)
		part = &m->parts[number - 1];
	begin_block(&b, BLOCK_INTERFACE);
	add_16(&b, LINKTYPE_RAW);
	add_16(&b, 0);
	add_32(&b, 0);
	snprintf(text, sizeof(text), "%snet:[%u]", letter, ep->netns_ino);
	add_text(&b, INTERFACE_NAME, text);
	if (part) {
		add_name(&b, INTERFACE_ABOUT, "host ", part->header.host, sizeof(part->header.host));
		add_name(&b, INTERFACE_OS, "Linux ", part->header.release,
			 sizeof(part->header.release));
	}
	add_option(&b, INTERFACE_TSRESOL, &nanoseconds, sizeof(nanoseconds));
	end_block(&b, out);
}

/* RFC 1071; of an even number of bytes, which the rest of a sum comes before. */
static uint32_t sum(uint32_t rest, const uint8_t *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += 2)
		rest += (uint32_t)data[i] << 8 | data[i + 1];
	return rest;
}

static void set_checksum(uint8_t *at, uint32_t of)
{
	while (of >> 16)
		of = (of & 0xffff) + (of >> 16);
	at[0] = (uint8_t)(~of >> 8);
	at[1] = (uint8_t)~of;
}

/* Larger ones are cut on their way; as captures have it, they tell no length. */
static unsigned int told_length(uint32_t length)
{
	return length > 65535 ? 0 : length;
}

static void add_ipv4(struct block *b, const uint8_t *from, const uint8_t *to, uint32_t tcp)
{
	uint8_t *start = b->data + b->size;

	add_net_16(b, 0x4500);
	add_net_16(b, told_length(IPV4_HEADER + tcp));
	add_net_16(b, 0);
	add_net_16(b, 0x4000);	/* not to be fragmented */
	add_net_16(b, HOPS << 8 | IPPROTO_TCP);
	add_net_16(b, 0);
	add(b, from, 4);
	add(b, to, 4);
	set_checksum(start + 10, sum(0, start, IPV4_HEADER));
}

static void add_ipv6(struct block *b, const uint8_t *from, const uint8_t *to, uint32_t tcp)
{
	add_net_32(b, 6U << 28);
	add_net_16(b, told_length(tcp));
	add_net_16(b, IPPROTO_TCP << 8 | HOPS);
	add(b, from, 16);
	add(b, to, 16);
}

static void add_tcp(struct block *b, const struct history_event *e, const unsigned int port[2])
{
	add_net_16(b, port[0]);
	add_net_16(b, port[1]);
	add_net_32(b, e->seq);
	add_net_32(b, e->tcp_flags & WAVEHAND_ACK ? e->ack : 0);
	add_net_16(b, TCP_HEADER / 4 << 12 | e->tcp_flags);
	add_net_16(b, e->window);
	add_net_32(b, 0);
}

/* The module tells no more than that, whatever a recording does. */
static uint32_t payload(const struct history_event *e)
{
	return e->length > 65535 ? 65535 : e->length;
}

/* The headers; and the checksum as if all bytes of the payload were zero. */
static void add_headers(struct block *b, const struct packet *p)
{
	const struct wavehand_endpoint *ep = observer(p);
	const struct history_event *e = p->event[seen(p)];
	const uint8_t *addr[2] = { ep->local_addr, ep->remote_addr };
	unsigned int port[2] = { ep->local_port, ep->remote_port };
	size_t wide = ep->family == 4 ? 4 : 16;
	uint32_t tcp = TCP_HEADER + payload(e);
	int from = seen(p);
	uint8_t *start;

	(ep->family == 4 ? add_ipv4 : add_ipv6)(b, addr[from], addr[!from], tcp);
	start = b->data + b->size;
	add_tcp(b, e, (unsigned int[2]){ port[from], port[!from] });
	set_checksum(start + 16, sum(sum(sum(IPPROTO_TCP + (tcp >> 16) + (tcp & 0xffff), addr[0], wide),
					 addr[1], wide), start, TCP_HEADER));
}

static char *put_change(char *p, const struct history_event *e)
{
	p = put_word(p, word_state(e->old_state));
	p = put_word(stpcpy(p, " -> "), word_state(e->new_state));
	if (e->provenance != WAVEHAND_OBSERVED)
		p = put_word(stpcpy(p, " "), word_provenance(e->provenance));
	return p;
}

static bool is_change(const struct history_event *e)
{
	return e->kind == WAVEHAND_TRANSITION && !(e->flags & WAVEHAND_EV_RAW);
}

/* What a process, or a timer, had done just before its segment departed. */
static char *put_before(char *p, const struct history *h, const struct history_event *e)
{
	while (e-- > h->events) {
		if (e->kind == WAVEHAND_TRANSITION && e->flags & WAVEHAND_EV_RAW)
			continue;
		if (!is_change(e) || (e->actor != WAVEHAND_ACTOR_PROCESS &&
				      e->actor != WAVEHAND_ACTOR_TIMER))
			break;
		p = put_change(stpcpy(p, ", after "), e);
		p = put_word(stpcpy(p, " by "), word_actor(e->actor));
		return e->actor_pid ? put_u64(stpcpy(p, " "), e->actor_pid) : p;
	}
	return p;
}

/* What a segment did where it arrived: all until the next one does. */
static char *put_after(char *p, const struct history *h, const struct history_event *e)
{
	unsigned int n = 0;

	while (++e < h->events + h->count && n < MOST_CHANGES) {
		if (e->kind == WAVEHAND_SEGMENT && !(e->flags & WAVEHAND_EV_SENT))
			break;
		if (!is_change(e) || e->actor != WAVEHAND_ACTOR_SEGMENT)
			continue;
		p = put_change(stpcpy(p, n++ ? ", " : ": "), e);
	}
	return p;
}

static char *put_end(char *p, const struct history *h)
{
	p = put_id(p, h->ep.id);
	return put_owner(stpcpy(p, " "), &h->ep, TEXT_PAGE);
}

/* "sent by #3 curl[195], after CLOSED -> SYN-SENT by process 195; observed" */
static void add_sent(struct block *b, const struct packet *p)
{
	const struct history_event *e = p->event[0];
	char text[COMMENT_TEXT], *to = put_end(stpcpy(text, "sent by "), p->h[0]);

	if (e->again)
		to = put_u64(stpcpy(to, ", again "), e->again);
	to = put_before(to, p->h[0], e);
	strcpy(to, p->lost ? "; observed, and lost on the way" : "; observed");
	add_text(b, OPTION_COMMENT, text);
}

/* "received by #4 nginx[194], 17 µs later: LISTEN -> SYN-RECEIVED; observed" */
static void add_received(struct block *b, const struct packet *p, const struct history *h,
			 const struct history_event *e)
{
	const struct history_event *sent = p->event[0];
	char text[COMMENT_TEXT], *to = put_end(stpcpy(text, "received by "), h);

	if (sent && e->time >= sent->time)
		to = stpcpy(put_duration(stpcpy(to, ", "), e->time - sent->time, false), " later");
	if (e->again)
		to = put_u64(stpcpy(to, ", again "), e->again);
	to = put_after(to, h, e);
	strcpy(to, "; observed");
	add_text(b, OPTION_COMMENT, text);
}

static void put_packet(struct out *out, const struct packet *p, uint64_t offset)
{
	const struct history_event *e = p->event[seen(p)];
	uint32_t size = TCP_HEADER + (observer(p)->family == 4 ? IPV4_HEADER : IPV6_HEADER);
	uint32_t flags = p->event[0] ? OUTBOUND : INBOUND;
	uint64_t time = e->time + offset;
	struct block b;

	begin_block(&b, BLOCK_PACKET);
	add_32(&b, p->interface);
	add_32(&b, (uint32_t)(time >> 32));
	add_32(&b, (uint32_t)time);
	add_32(&b, size);
	add_32(&b, size + payload(e));
	add_headers(&b, p);
	add_option(&b, PACKET_FLAGS, &flags, sizeof(flags));
	if (p->event[0])
		add_sent(&b, p);
	if (p->old)
		add_received(&b, p, p->old, p->old_event);
	if (p->event[1])
		add_received(&b, p, p->h[1], p->event[1]);
	end_block(&b, out);
}

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const void *a, const void *b)
{
	return by_number(observer(a)->netns, observer(b)->netns);
}

static int by_time(const void *a, const void *b)
{
	const struct packet *p = a, *q = b;
	const struct history_event *x = p->event[seen(p)], *y = q->event[seen(q)];

	int order = by_number(x->time, y->time);

	return order ? order : by_number(x->serial, y->serial);
}

/* What one segment that two endpoints received has in common. */
static int by_arrival(const struct packet *p, const struct packet *q)
{
	const struct wavehand_endpoint *x = &p->h[1]->ep, *y = &q->h[1]->ep;
	const struct history_event *a = p->event[1], *b = q->event[1];
	int order = by_number(a->time, b->time);

	order = order ? order : by_number(a->seq, b->seq);
	order = order ? order : by_number(a->tcp_flags, b->tcp_flags);
	order = order ? order : by_number(x->netns, y->netns);
	order = order ? order : by_number(x->remote_port, y->remote_port);
	order = order ? order : by_number(x->local_port, y->local_port);
	order = order ? order : memcmp(x->remote_addr, y->remote_addr, sizeof(x->remote_addr));
	return order ? order : memcmp(x->local_addr, y->local_addr, sizeof(x->local_addr));
}

/* Of those the endpoint that began with it, whose other end may be there, comes last. */
static int by_arrival_and_age(const void *a, const void *b)
{
	const struct packet *p = a, *q = b;
	int order;

	if (!p->event[1] || !q->event[1])
		return !q->event[1] - !p->event[1];
	order = by_arrival(p, q);
	order = order ? order : (p->event[0] != NULL) - (q->event[0] != NULL);
	return order ? order : by_number(p->h[1]->ep.id, q->h[1]->ep.id);
}

/* A SYN that takes the place of TIME-WAIT is an event of both endpoints, but one packet. */
static void join_twins(struct pcapng *p)
{
	size_t i, n = 0;

	qsort(p->packets, p->count, sizeof(*p->packets), by_arrival_and_age);
	for (i = 0; i < p->count; i++) {
		struct packet *packet = &p->packets[i];

		if (n && p->packets[n - 1].event[1] && packet->event[1] &&
		    !p->packets[n - 1].event[0] && !p->packets[n - 1].old && !by_arrival(&p->packets[n - 1], packet)) {
			packet->old = p->packets[n - 1].h[1];
			packet->old_event = p->packets[n - 1].event[1];
			n--;
		}
		p->packets[n++] = *packet;
	}
	p->count = n;
}

static void put_interfaces(struct pcapng *p, struct out *out, const struct merge *m)
{
	uint32_t count = 0;
	size_t i;

	for (i = 0; i < p->count; i++) {
		if (!i || by_place(&p->packets[i - 1], &p->packets[i])) {
			put_interface(out, observer(&p->packets[i]), m);
			count++;
		}
		p->packets[i].interface = count - 1;
	}
}

void render_pcapng_write(struct pcapng *p, struct out *out,
			 const struct wavehand_file_header *header, const struct merge *m)
{
	size_t i;

	put_section(out, header, m);
	if (!p->count)
		return;
	join_twins(p);
	qsort(p->packets, p->count, sizeof(*p->packets), by_place);
	put_interfaces(p, out, m);
	qsort(p->packets, p->count, sizeof(*p->packets), by_time);
	for (i = 0; i < p->count; i++)
		put_packet(out, &p->packets[i], (uint64_t)header->realtime_offset);
}

void render_pcapng_free(struct pcapng *p)
{
	free(p->packets);
	memset(p, 0, sizeof(*p));
}
