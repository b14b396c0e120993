// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "conversation.h"

/* How many candidates to look at for one endpoint: bounds a hostile recording. */
#define CANDIDATES 64

#define KNOWN_BOTH (WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE)

static bool is_mirrored(const struct wavehand_endpoint *a,
			const struct wavehand_endpoint *b)
{
	return a->family == b->family && a->local_port == b->remote_port &&
	       a->remote_port == b->local_port &&
	       !memcmp(a->local_addr, b->remote_addr, sizeof(a->local_addr)) &&
	       !memcmp(a->remote_addr, b->local_addr, sizeof(a->local_addr));
}

/* A socket that connected to itself is both ends of its conversation. */
static bool is_self(const struct wavehand_endpoint *ep)
{
	return (ep->known & KNOWN_BOTH) == KNOWN_BOTH && is_mirrored(ep, ep);
}

static bool is_loopback(const struct wavehand_endpoint *ep)
{
	static const uint8_t one[16] = { [15] = 1 };

	return ep->family == 4 ? ep->local_addr[0] == 127 :
				 !memcmp(ep->local_addr, one, sizeof(one));
}

/* A SYN stands at the beginning, if anywhere. */
#define EARLY 8

/* The initial number of one direction, as the endpoint or its SYN tells. */
static bool initial(const struct history *h, bool sent, uint32_t *number)
{
	uint64_t i;

	if (h->ep.known & (sent ? WAVEHAND_KNOWN_ISS : WAVEHAND_KNOWN_IRS)) {
		*number = sent ? h->ep.iss : h->ep.irs;
		return true;
	}
	for (i = 0; !h->ep.joined && i < h->count && i < EARLY; i++) {
		const struct history_event *event = &h->events[i];

		if (event->kind == WAVEHAND_SEGMENT && event->tcp_flags & WAVEHAND_SYN &&
		    !(event->flags & WAVEHAND_EV_SENT) == !sent) {
			*number = event->seq;
			return true;
		}
	}
	return false;
}

/* Return: 1 they agree, -1 they do not, 0 nobody knows. */
static int numbers_agree(const struct history *a, const struct history *b)
{
	uint32_t sent, received;
	int agree = 0;

	if ((a->ep.flags | b->ep.flags) & WAVEHAND_EP_REPAIR)
		return 0;
	if (initial(a, true, &sent) && initial(b, false, &received)) {
		if (sent != received)
			return -1;
		agree = 1;
	}
	if (initial(a, false, &received) && initial(b, true, &sent)) {
		if (sent != received)
			return -1;
		agree = 1;
	}
	return agree;
}

/* A life that is not over may still overlap with any later one. */
static bool lives_overlap(const struct history *a, const struct history *b)
{
	bool before = history_is_over(a) && a->last < b->first;
	bool after = history_is_over(b) && b->last < a->first;

	return !before && !after;
}

static bool is_pair(const struct history *a, const struct history *b)
{
	int agree;

	if (!is_mirrored(&a->ep, &b->ep))
		return false;
	if (a->ep.netns != b->ep.netns && (is_loopback(&a->ep) || is_loopback(&b->ep)))
		return false;
	agree = numbers_agree(a, b);
	return agree > 0 || (!agree && lives_overlap(a, b));
}

/* Orders the two ends of an endpoint's addresses: the same for both endpoints. */
static int by_addresses(const struct wavehand_endpoint *a,
			const struct wavehand_endpoint *b)
{
	uint8_t key[2][2][18];
	const struct wavehand_endpoint *ep[] = { a, b };
	int i, order;

	for (i = 0; i < 2; i++) {
		int swap;

		memcpy(key[i][0], ep[i]->local_addr, 16);
		memcpy(key[i][0] + 16, &ep[i]->local_port, 2);
		memcpy(key[i][1], ep[i]->remote_addr, 16);
		memcpy(key[i][1] + 16, &ep[i]->remote_port, 2);
		swap = memcmp(key[i][0], key[i][1], 18) > 0;
		if (swap) {
			uint8_t t[18];

			memcpy(t, key[i][0], 18);
			memcpy(key[i][0], key[i][1], 18);
			memcpy(key[i][1], t, 18);
		}
	}
	order = a->family - b->family;
	return order ? order : memcmp(key[0], key[1], sizeof(key[0]));
}

static int by_time(const struct history *a, const struct history *b)
{
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->ep.id > b->ep.id) - (a->ep.id < b->ep.id);
}

static int by_addresses_and_time(const void *a, const void *b)
{
	const struct history *x = *(const struct history *const *)a;
	const struct history *y = *(const struct history *const *)b;
	int order = by_addresses(&x->ep, &y->ep);

	return order ? order : by_time(x, y);
}

static uint64_t first_id(const struct conversation *c)
{
	return c->end[0].h ? c->end[0].h->ep.id : c->end[1].h->ep.id;
}

static int by_begin(const void *a, const void *b)
{
	const struct conversation *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return (first_id(x) > first_id(y)) - (first_id(x) < first_id(y));
}

/* Did something new arrive between two events of an endpoint? */
static bool ack_advanced(const struct history_event *from,
			 const struct history_event *to)
{
	return from && from->flags & WAVEHAND_EV_ACK &&
	       to->flags & WAVEHAND_EV_ACK && (int32_t)(to->ack - from->ack) > 0;
}

enum conversation_fate conversation_fate(const struct conversation_end *e)
{
	const struct history_event *closed = e->closed;

	if (e->time_wait || (e->h && e->h->ep.state == WAVEHAND_TIME_WAIT))
		return closed ? FATE_WAITED : FATE_WAITS;
	if (!closed)
		return FATE_OPEN;
	/* Told by who watches minisockets, or why it ended: there is none. */
	if (closed->error || closed->flags & WAVEHAND_EV_HIDDEN ||
	    e->h->ep.cause > WAVEHAND_CAUSE_PEER)
		return FATE_CLOSED;
	/* The module says that a segment closed it when both FINs were through. */
	switch (closed->old_state) {
	case WAVEHAND_CLOSING:
		return closed->actor == WAVEHAND_ACTOR_SEGMENT ? FATE_TIME_WAIT : FATE_CLOSED;
	case WAVEHAND_FIN_WAIT_2:
		if (closed->actor == WAVEHAND_ACTOR_SEGMENT)
			return FATE_TIME_WAIT;
		/* The timer sends a reset; nobody lives on. */
		return closed->actor == WAVEHAND_ACTOR_TIMER ? FATE_CLOSED :
							      FATE_FIN_WAIT_2;
	case WAVEHAND_FIN_WAIT_1:
		return closed->actor == WAVEHAND_ACTOR_SEGMENT &&
		       ack_advanced(e->fin, closed) ? FATE_TIME_WAIT : FATE_CLOSED;
	default:
		return FATE_CLOSED;
	}
}

static void set_segment(struct conversation_end *e, const struct history_event *event)
{
	static const uint8_t flags[] = { WAVEHAND_SYN, WAVEHAND_FIN, WAVEHAND_RST };
	int i, first = event->flags & WAVEHAND_EV_SENT ? SENT_SYN : RECEIVED_SYN;

	e->segments++;
	for (i = 0; i < 3; i++)
		if (event->tcp_flags & flags[i] && !e->segment[first + i])
			e->segment[first + i] = event;
}

static void set_transition(struct conversation_end *e, const struct history_event *event)
{
	switch (event->new_state) {
	case WAVEHAND_SYN_SENT:
		e->syn_sent = event;
		break;
	case WAVEHAND_SYN_RECEIVED:
		e->syn_received = event;
		break;
	case WAVEHAND_ESTABLISHED:
		e->established = event;
		break;
	case WAVEHAND_FIN_WAIT_1:
	case WAVEHAND_LAST_ACK:
		e->fin = event;
		break;
	case WAVEHAND_FIN_WAIT_2:
		/* From itself: it only goes on in a minisocket. */
		if (event->old_state != WAVEHAND_FIN_WAIT_2)
			e->fin_acked = event;
		break;
	case WAVEHAND_CLOSE_WAIT:
	case WAVEHAND_CLOSING:
		e->peer_fin = event;
		break;
	case WAVEHAND_TIME_WAIT:
		if (event->old_state == WAVEHAND_TIME_WAIT) {
			e->restarted = event;
			e->restarts++;
		} else {
			e->time_wait = event;
		}
		break;
	case WAVEHAND_CLOSED:
		e->closed = event;
		break;
	default:
		break;
	}
}

/* One span around all that may be missing. */
static void set_blind(struct conversation_end *e, const struct histories *all)
{
	const struct history *h = e->h;
	uint64_t i, lost, before = 0;
	bool gap = h->ep.joined;

	e->blind_from = UINT64_MAX;
	if (history_lost_between(all, h->events[0].serial, UINT64_MAX, &lost)) {
		e->blind_from = 0;
		e->blind_to = UINT64_MAX;
		return;
	}
	for (i = 0; i < h->count; i++) {
		if (h->events[i].kind == WAVEHAND_GAP) {
			gap = true;
			continue;
		}
		if (gap && before < e->blind_from)
			e->blind_from = before;
		if (gap)
			e->blind_to = h->events[i].time;
		gap = false;
		before = h->events[i].time;
	}
	if (gap) {
		if (before < e->blind_from)
			e->blind_from = before;
		e->blind_to = UINT64_MAX;
	}
}

static void set_end(struct conversation_end *e, const struct histories *all,
		    const struct history *h)
{
	uint64_t i, lost;

	memset(e, 0, sizeof(*e));
	e->h = h;
	for (i = 0; h && i < h->count; i++) {
		const struct history_event *event = &h->events[i];

		if (event->kind == WAVEHAND_GONE)
			e->gone = event;
		else if (event->kind == WAVEHAND_ACCEPTED)
			e->accepted = event;
		else if (event->kind == WAVEHAND_QUEUE_FULL)
			e->queue_full++;
		else if (event->kind == WAVEHAND_SEGMENT)
			set_segment(e, event);
		else if (event->kind == WAVEHAND_TRANSITION && !(event->flags & WAVEHAND_EV_RAW))
			set_transition(e, event);
	}
	e->fate = conversation_fate(e);
	if (!h || !h->count)
		return;
	e->old = history_lost_between(all, h->events[h->count - 1].serial, UINT64_MAX, &lost);
	set_blind(e, all);
}

/* Who opened it stands on the left; of two that both did, the earlier one. */
static bool goes_left(const struct history *a, const struct history *b)
{
	if (a->ep.role != b->ep.role) {
		if (a->ep.role == WAVEHAND_ROLE_ACTIVE || b->ep.role == WAVEHAND_ROLE_PASSIVE)
			return true;
		if (b->ep.role == WAVEHAND_ROLE_ACTIVE || a->ep.role == WAVEHAND_ROLE_PASSIVE)
			return false;
	}
	return by_time(a, b) < 0;
}

/* The FIN of one end was acknowledged: somebody was there in FIN-WAIT-2 to do it. */
static void finish(struct conversation_end *e, const struct conversation_end *peer)
{
	const struct history_event *closed = peer->closed;

	if (e->fate == FATE_FIN_WAIT_2 && closed && !closed->error &&
	    closed->old_state == WAVEHAND_LAST_ACK &&
	    closed->actor == WAVEHAND_ACTOR_SEGMENT)
		e->fate = FATE_FINISHED;
}

static void set_conversation(struct conversation *c, const struct histories *h,
			     const struct history *a, const struct history *b)
{
	bool left = b ? goes_left(a, b) : a->ep.role != WAVEHAND_ROLE_PASSIVE;

	if (!b && is_self(&a->ep))
		b = a;
	set_end(&c->end[0], h, left ? a : b);
	set_end(&c->end[1], h, left ? b : a);
	finish(&c->end[0], &c->end[1]);
	finish(&c->end[1], &c->end[0]);
	c->begin = b && b->first < a->first ? b->first : a->first;
}

static size_t find_peer(const struct history **sorted, const bool *taken,
			size_t count, size_t i)
{
	size_t k, found = 0;

	if ((sorted[i]->ep.known & KNOWN_BOTH) != KNOWN_BOTH)
		return 0;
	for (k = i + 1; k < count && k <= i + CANDIDATES; k++) {
		if (by_addresses(&sorted[i]->ep, &sorted[k]->ep))
			break;
		if (taken[k] || (sorted[k]->ep.known & KNOWN_BOTH) != KNOWN_BOTH ||
		    !is_pair(sorted[i], sorted[k]))
			continue;
		if (numbers_agree(sorted[i], sorted[k]) > 0)
			return k;
		if (!found || (sorted[found]->ep.netns != sorted[i]->ep.netns &&
			       sorted[k]->ep.netns == sorted[i]->ep.netns))
			found = k;
	}
	return found;
}

int conversation_pair(const struct histories *h, struct conversation **list,
		      size_t *count)
{
	const struct history **sorted = calloc(h->count + 1, sizeof(*sorted));
	bool *taken = calloc(h->count + 1, sizeof(*taken));
	size_t i, n = 0;

	*count = 0;
	*list = calloc(h->count + 1, sizeof(**list));
	if (!sorted || !taken || !*list) {
		free(*list);
		*list = NULL;
		free(sorted);
		free(taken);
		return -1;
	}
	for (i = 0; i < h->count; i++)
		sorted[i] = h->all[i];
	qsort(sorted, h->count, sizeof(*sorted), by_addresses_and_time);
	for (i = 0; i < h->count; i++) {
		size_t peer;

		if (taken[i])
			continue;
		peer = find_peer(sorted, taken, h->count, i);
		if (peer)
			taken[peer] = true;
		set_conversation(&(*list)[n++], h, sorted[i],
				 peer ? sorted[peer] : NULL);
	}
	qsort(*list, n, sizeof(**list), by_begin);
	*count = n;
	free(sorted);
	free(taken);
	return 0;
}

bool conversation_watched(const struct conversation_end *e, uint64_t from, uint64_t to)
{
	return e->h && e->segments && (to < e->blind_from || from > e->blind_to);
}

bool conversation_is_listener(const struct conversation *c)
{
	return c->end[0].h && !c->end[1].h &&
	       c->end[0].h->ep.role == WAVEHAND_ROLE_LISTENER;
}

bool conversation_is_self(const struct conversation *c)
{
	return c->end[0].h == c->end[1].h;
}

bool conversation_base(const struct conversation *c, int side, uint32_t *base)
{
	const struct history *own = c->end[side].h, *peer = c->end[!side].h;

	return (own && !(own->ep.flags & WAVEHAND_EP_REPAIR) && initial(own, true, base)) ||
	       (peer && !(peer->ep.flags & WAVEHAND_EP_REPAIR) && initial(peer, false, base));
}

bool conversation_fin(const struct conversation *c, int side, uint32_t *seq)
{
	const struct conversation_end *e = &c->end[side], *peer = &c->end[!side];
	const struct history_event *event = e->segment[SENT_FIN];

	if (!event)
		event = peer->segment[RECEIVED_FIN];
	if (event) {
		*seq = event->seq + event->length;
		return true;
	}
	if (e->fin && e->fin->flags & WAVEHAND_EV_SEQ) {
		*seq = e->fin->seq;
		return true;
	}
	event = peer->peer_fin ? peer->peer_fin :
		peer->time_wait ? peer->time_wait :
		peer->fate == FATE_TIME_WAIT ? peer->closed : NULL;
	if (!event || !(event->flags & WAVEHAND_EV_ACK))
		return false;
	*seq = event->ack - 1;
	return true;
}
