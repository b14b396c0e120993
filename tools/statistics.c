// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "conversation.h"
#include "merge.h"
#include "names.h"
#include "progress.h"
#include "statistics.h"
#include "text.h"
#include "verdict.h"

#define US 1000ULL
#define MS (1000 * US)
#define SEC (1000 * MS)

/* Handshakes are at the one end, timers of a minute and more at the other. */
const char *const statistics_flags[AGAINS] = { "SYN", "FIN" };
const char *const statistics_directions[DIRECTIONS] = { "sent", "received" };

const uint64_t statistics_bounds[STATISTICS_BOUNDS] = {
	100 * US, 250 * US, 500 * US, 1 * MS, 2500 * US, 5 * MS, 10 * MS, 25 * MS, 50 * MS,
	100 * MS, 250 * MS, 500 * MS, 1 * SEC, 2500 * MS, 5 * SEC, 10 * SEC, 30 * SEC, 60 * SEC,
	120 * SEC, 300 * SEC, 3600 * SEC,
};

/**
 * struct life - what one endpoint counted; behind its struct history
 * @serial: of its latest event
 * @lost: events that the reader had lost by then
 * @since: when it came to @state, ns
 * @spent: time in each state, ns
 * @same: transitions from each state to itself: TIME-WAIT that starts anew, mostly
 * @again: transitions that it had made before
 * @late: events that came too late
 * @queue_full: how often its listener's accept queue was full
 * @resends: segments, by AGAIN_* and direction, that it had sent or received before
 * @most: the highest number that one of these told: events may be missing
 * @resets: sent and received
 * @edges: from each state, a bit for each that it went to: no endpoint is in a state
 *	twice, which is what makes this small
 * @inferred: likewise, of those that nobody saw
 * @whole: states, a bit each, of which @spent is known
 * @part: states of which it is not
 * @state: where it is, 0 if that is not known
 * @entered: its transition to @state was seen
 * @gone: its socket is destroyed
 * @fin: the transition in which it let go, if its kind is not 0; likewise:
 * @time_wait: that to TIME-WAIT
 * @closed: that to CLOSED
 */
struct life {
	uint64_t serial;
	uint64_t lost;
	uint64_t since;
	uint64_t spent[WAVEHAND_STATES];
	uint32_t same[WAVEHAND_STATES];
	uint32_t again;
	uint32_t late;
	uint32_t queue_full;
	uint32_t resends[AGAINS][DIRECTIONS];
	uint8_t most[AGAINS][DIRECTIONS];
	uint32_t resets[DIRECTIONS];
	uint16_t edges[WAVEHAND_STATES];
	uint16_t inferred[WAVEHAND_STATES];
	uint16_t whole;
	uint16_t part;
	uint8_t state;
	bool entered;
	bool gone;
	struct history_event fin;
	struct history_event time_wait;
	struct history_event closed;
};

_Static_assert(sizeof(struct history) % _Alignof(struct life) == 0, "stands behind it");
_Static_assert(STATISTICS_GONE < 16, "a bit of @edges each");

struct statistics_member {
	struct statistics_key key;
	const struct history *h;
};

struct statistics_run {
	size_t first;
	size_t count;
};

static struct life *life_of(const struct history *h)
{
	return (struct life *)(uintptr_t)(h + 1);
}

static unsigned int bit(unsigned int state)
{
	return 1U << state;
}

/* A number that is no state is not trusted to be an index. */
static unsigned int state_of(unsigned int number)
{
	return number < WAVEHAND_STATES ? number : 0;
}

static void count_edge(struct life *l, unsigned int from, unsigned int to, bool observed)
{
	if (l->edges[from] & bit(to)) {
		l->again++;
		return;
	}
	l->edges[from] |= (uint16_t)bit(to);
	if (!observed)
		l->inferred[from] |= (uint16_t)bit(to);
}

/* It is not in @from any more. */
static void leave(struct life *l, unsigned int from, uint64_t time, bool observed)
{
	/*
	 * Events may be missing in between. But no state comes twice in a life: it was
	 * there all the time if it was there before.
	 */
	if (l->state && l->state != from && l->state != WAVEHAND_CLOSED)
		l->part |= (uint16_t)bit(l->state);
	if (!from || from == WAVEHAND_CLOSED)
		return;
	if (l->state != from || !l->entered || !observed) {
		l->part |= (uint16_t)bit(from);
		return;
	}
	/* Two processors may take the time in the other order. */
	l->spent[from] += time > l->since ? time - l->since : 0;
	l->whole |= (uint16_t)bit(from);
}

/*
 * Did it come to SYN-RECEIVED when the kernel says so? Where requests are not watched
 * their socket is all that is seen, which the third segment makes. With the SYN's data
 * taken there is a socket at once, and with a SYN cookie there was no request.
 */
static bool is_late_request(const struct wavehand_event *e)
{
	return e->new_state == WAVEHAND_SYN_RECEIVED && e->old_state != WAVEHAND_SYN_SENT &&
	       !(e->flags & WAVEHAND_EV_HIDDEN) &&
	       !(e->endpoint.flags & (WAVEHAND_EP_FAST_OPEN | WAVEHAND_EP_COOKIE));
}

static void keep(struct life *l, const struct wavehand_event *e)
{
	struct history_event *place = NULL;

	switch (e->new_state) {
	case WAVEHAND_FIN_WAIT_1:
	case WAVEHAND_LAST_ACK:
		place = &l->fin;
		break;
	case WAVEHAND_TIME_WAIT:
		place = &l->time_wait;
		break;
	case WAVEHAND_CLOSED:
		place = &l->closed;
		break;
	default:
		break;
	}
	if (place)
		memcpy(place, e, HISTORY_EVENT_SIZE);
}

static void add_transition(struct life *l, const struct wavehand_event *e)
{
	unsigned int from = state_of(e->old_state), to = state_of(e->new_state);
	bool observed = e->provenance == WAVEHAND_OBSERVED;

	/* The tracepoint's word for something that the endpoint does not do. */
	if (e->flags & WAVEHAND_EV_RAW)
		return;
	if (from == to)
		l->same[from]++;
	else
		count_edge(l, from, to, observed);
	if (from == to && l->state == from)
		return;
	/* A request is its listener's child: that was in LISTEN, not it. */
	leave(l, from == to || (from == WAVEHAND_LISTEN && to == WAVEHAND_SYN_RECEIVED) ? 0 : from,
	      e->time, observed);
	l->state = (uint8_t)to;
	l->since = e->time;
	l->entered = from != to && observed && !is_late_request(e);
	keep(l, e);
}

static void add_gone(struct life *l, const struct wavehand_event *e)
{
	unsigned int from = state_of(e->old_state);
	bool observed = e->provenance == WAVEHAND_OBSERVED;

	count_edge(l, from, STATISTICS_GONE, observed);
	leave(l, from, e->time, observed);
	l->state = 0;
	l->gone = true;
}

static void add_segment(struct life *l, const struct wavehand_event *e)
{
	const unsigned int direction = e->flags & WAVEHAND_EV_SENT ? SENT : RECEIVED;
	static const uint8_t flags[AGAINS] = { WAVEHAND_SYN, WAVEHAND_FIN };
	int i;

	l->resets[direction] += (e->tcp_flags & WAVEHAND_RST) != 0;
	for (i = 0; i < AGAINS && e->again; i++) {
		if (!(e->tcp_flags & flags[i]))
			continue;
		l->resends[i][direction]++;
		if (e->again > l->most[i][direction])
			l->most[i][direction] = e->again;
	}
}

static void watch(const struct histories *h, struct history *one,
		  const struct wavehand_event *e)
{
	struct life *l = life_of(one);

	if (e->kind == WAVEHAND_GAP)
		return;
	/* Only a recording that somebody made by hand is like this. */
	if (e->serial <= l->serial) {
		l->late++;
		return;
	}
	l->serial = e->serial;
	l->lost = h->lost_events;
	if (e->kind == WAVEHAND_TRANSITION)
		add_transition(l, e);
	else if (e->kind == WAVEHAND_GONE)
		add_gone(l, e);
	else if (e->kind == WAVEHAND_SEGMENT)
		add_segment(l, e);
	else if (e->kind == WAVEHAND_QUEUE_FULL)
		l->queue_full++;
}

void statistics_watch(struct histories *h)
{
	h->extra = sizeof(struct life);
	h->watch = watch;
}

static int by_key(const void *a, const void *b)
{
	const struct statistics_member *x = a, *y = b;
	int order = memcmp(&x->key, &y->key, sizeof(x->key));

	return order ? order : (x->h->ep.id > y->h->ep.id) - (x->h->ep.id < y->h->ep.id);
}

static int by_size(const void *a, const void *b)
{
	const struct statistics_run *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* What has no name of its own would make two groups of one name. */
static bool set_address(struct statistics_key *key, const uint8_t addr[16], unsigned int family)
{
	if (family != 4 && family != 6)
		return false;
	key->family = (uint8_t)family;
	memcpy(key->addr, addr, family == 4 ? 4 : sizeof(key->addr));
	return true;
}

/**
 * struct listeners - those that were seen
 * @all: sorted, as members are
 * @count: how many
 */
struct listeners {
	struct statistics_member *all;
	size_t count;
};

static bool has_listener(const struct listeners *listeners, const struct statistics_key *key)
{
	size_t low = 0, high = listeners->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(key, &listeners->all[middle].key, sizeof(*key));

		if (!order)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* Whose child it is: of its own address, or of any; of IPv6 it may be for both families. */
static void set_listener(struct statistics_key *key, const struct listeners *listeners,
			 const struct wavehand_endpoint *ep)
{
	struct statistics_key any;

	if (ep->role == WAVEHAND_ROLE_ACTIVE) {
		key->kind = KIND_NONE;
		return;
	}
	if ((ep->role != WAVEHAND_ROLE_PASSIVE && ep->role != WAVEHAND_ROLE_LISTENER) ||
	    !(ep->known & WAVEHAND_KNOWN_LOCAL) ||
	    !set_address(key, ep->local_addr, ep->family)) {
		key->kind = KIND_UNKNOWN;
		return;
	}
	key->port = ep->local_port;
	key->netns = ep->netns_ino;
	if (ep->role == WAVEHAND_ROLE_LISTENER || has_listener(listeners, key))
		return;
	any = *key;
	memset(any.addr, 0, sizeof(any.addr));
	if (!has_listener(listeners, &any)) {
		any.family = 6;
		if (!has_listener(listeners, &any))
			return;
	}
	*key = any;
}

static void set_key(struct statistics_key *key, enum statistics_by by,
		    const struct listeners *listeners, const struct wavehand_endpoint *ep)
{
	memset(key, 0, sizeof(*key));
	if (by == BY_NOTHING)
		return;
	key->recording = merge_number(ep->id);
	if (by == BY_LISTENER) {
		set_listener(key, listeners, ep);
	} else if (by == BY_PEER) {
		if (ep->role == WAVEHAND_ROLE_LISTENER)
			key->kind = KIND_NONE;
		else if (!(ep->known & WAVEHAND_KNOWN_REMOTE) ||
			 !set_address(key, ep->remote_addr, ep->family))
			key->kind = KIND_UNKNOWN;
	} else if (ep->known & WAVEHAND_KNOWN_OWNER) {
		memcpy(key->comm, ep->owner_comm, strnlen(ep->owner_comm, sizeof(key->comm)));
	} else {
		key->kind = KIND_UNKNOWN;
	}
}

static int find_listeners(struct listeners *listeners, const struct histories *h)
{
	size_t i, n = 0;

	for (i = 0; i < h->count; i++)
		n += h->all[i]->ep.role == WAVEHAND_ROLE_LISTENER;
	listeners->all = calloc(n + 1, sizeof(*listeners->all));
	if (!listeners->all)
		return -1;
	for (i = 0; i < h->count; i++) {
		struct statistics_member *m = &listeners->all[listeners->count];

		if (h->all[i]->ep.role != WAVEHAND_ROLE_LISTENER)
			continue;
		m->h = h->all[i];
		set_key(&m->key, BY_LISTENER, listeners, &m->h->ep);
		listeners->count += m->key.kind == KIND_THIS;
	}
	qsort(listeners->all, listeners->count, sizeof(*listeners->all), by_key);
	return 0;
}

/* As the diagrams have it: verdict.c and conversation.c look at the same events. */
static void set_end(struct conversation_end *e, const struct history *h)
{
	struct life *l = life_of(h);

	memset(e, 0, sizeof(*e));
	e->h = h;
	e->fin = l->fin.kind ? &l->fin : NULL;
	e->time_wait = l->time_wait.kind ? &l->time_wait : NULL;
	e->closed = l->closed.kind ? &l->closed : NULL;
	e->fate = conversation_fate(e);
}

static void add_edges(struct statistics *s, const struct history *h)
{
	const struct life *l = life_of(h);
	struct conversation_end e;
	unsigned int from, to;

	for (from = 0; from < WAVEHAND_STATES; from++) {
		for (to = 0; to <= STATISTICS_GONE; to++) {
			struct statistics_edge *edge = &s->edges[from][to];
			uint64_t n = from == to ? l->same[from] : l->edges[from] >> to & 1;

			edge->count += n;
			edge->inferred += l->inferred[from] >> to & 1;
			s->transitions += n;
		}
	}
	set_end(&e, h);
	s->beyond += e.fate == FATE_TIME_WAIT;
	s->perhaps += e.fate == FATE_FIN_WAIT_2;
	s->again += l->again;
	s->late += l->late;
	s->dropped += h->dropped;
	s->endpoints++;
}

static int find_groups(struct statistics *s)
{
	size_t i, largest = 0;

	qsort(s->members, s->endpoints, sizeof(*s->members), by_key);
	for (i = 0; i < s->endpoints; i++) {
		if (!i || memcmp(&s->members[i - 1].key, &s->members[i].key,
				 sizeof(s->members[i].key)))
			s->runs[s->count++].first = i;
		s->runs[s->count - 1].count++;
	}
	qsort(s->runs, s->count, sizeof(*s->runs), by_size);
	if (s->count)
		largest = s->runs[0].count;
	s->times = calloc(largest + 1, sizeof(*s->times));
	return s->times ? 0 : -1;
}

int statistics_make(struct statistics *s, const struct histories *h,
		    const struct filter *filter, enum statistics_by by)
{
	struct listeners listeners = { 0 };
	size_t i;
	int error;

	memset(s, 0, sizeof(*s));
	s->h = h;
	s->by = by;
	s->now = h->now ? h->now : h->last;
	s->members = calloc(h->count + 1, sizeof(*s->members));
	s->runs = calloc(h->count + 1, sizeof(*s->runs));
	error = !s->members || !s->runs ? -1 : find_listeners(&listeners, h);
	for (i = 0; i < h->count && !error; i++) {
		struct statistics_member *m = &s->members[s->endpoints];

		progress_at(i, h->count);
		if (!filter_match(filter, &h->all[i]->ep))
			continue;
		m->h = h->all[i];
		set_key(&m->key, by, &listeners, &m->h->ep);
		add_edges(s, m->h);
	}
	if (!error)
		error = find_groups(s);
	free(listeners.all);
	return error;
}

void statistics_free(struct statistics *s)
{
	free(s->members);
	free(s->runs);
	free(s->times);
	memset(s, 0, sizeof(*s));
}

/* Where the endpoint is now, unless it is over. */
static void add_open(const struct statistics *s, struct statistics_group *g,
		     const struct history *h)
{
	const struct life *l = life_of(h);
	unsigned int state = state_of(h->ep.state);
	struct statistics_state *t = &g->states[state];

	if (!state || state == WAVEHAND_CLOSED || l->gone)
		return;
	t->open++;
	t->old += l->lost != s->h->lost_events;
	if (l->state == state && l->entered && s->now > l->since && s->now - l->since > t->longest)
		t->longest = s->now - l->since;
}

/* States of which the time is not known, one way or the other. */
static unsigned int parts_of(const struct history *h, const struct conversation_end *e)
{
	unsigned int part = life_of(h)->part;

	if (e->fate == FATE_TIME_WAIT && !e->time_wait)
		part |= bit(WAVEHAND_TIME_WAIT);
	if (e->fate == FATE_FIN_WAIT_2)
		part |= bit(WAVEHAND_FIN_WAIT_2);
	return part;
}

static uint64_t resent(const struct life *l, int what, int direction)
{
	return l->resends[what][direction] > l->most[what][direction] ?
	       l->resends[what][direction] : l->most[what][direction];
}

/* Those without a name are one: they would look like it. */
static unsigned int cause_of(unsigned int number)
{
	return number < STATISTICS_CAUSES && *name_cause(number) != '?' ?
	       number : WAVEHAND_CAUSE_UNKNOWN;
}

static void add_end(struct statistics_group *g, const struct history *h,
		    const struct conversation_end *e)
{
	unsigned int cause = cause_of(verdict_cause(e));
	const struct history_event *closed = e->closed;

	/* That nobody listens any more tells nothing of how connections ended. */
	if (h->ep.role == WAVEHAND_ROLE_LISTENER)
		return;
	/* As list has it: that it lives on as a minisocket is no end, but has a cause. */
	if (cause || h->ep.state == WAVEHAND_CLOSED || life_of(h)->gone)
		g->causes[cause]++;
	if (closed && (closed->old_state == WAVEHAND_TIME_WAIT ||
		       closed->reason == WAVEHAND_CAUSE_NO_MINISOCKET))
		g->waits[cause_of(closed->reason)]++;
}

static void add_member(const struct statistics *s, struct statistics_group *g,
		       const struct history *h)
{
	const struct life *l = life_of(h);
	struct conversation_end e;
	unsigned int state, part;
	int i, direction;

	set_end(&e, h);
	part = parts_of(h, &e);
	for (state = 1; state < WAVEHAND_STATES; state++)
		g->states[state].unseen += part >> state & 1;
	add_open(s, g, h);
	add_end(g, h, &e);
	for (direction = 0; direction < DIRECTIONS; direction++) {
		for (i = 0; i < AGAINS; i++)
			g->again[i][direction] += resent(l, i, direction);
		g->resets[direction] += l->resets[direction];
	}
	g->queue_full += l->queue_full;
}

/* The time that @percent of @n sorted ones do not exceed. */
static uint64_t quantile(const uint64_t *times, uint64_t n, unsigned int percent)
{
	return times[(n * percent + 99) / 100 - 1];
}

static void set_times(struct statistics_state *t, uint64_t *times, uint64_t n)
{
	size_t bound = 0;
	uint64_t i;

	t->ended = n;
	if (!n)
		return;
	qsort(times, n, sizeof(*times), by_number);
	for (i = 0; i < n; i++) {
		if (__builtin_add_overflow(t->sum, times[i], &t->sum))
			t->sum = UINT64_MAX;
		while (bound < STATISTICS_BOUNDS && times[i] > statistics_bounds[bound])
			bound++;
		t->buckets[bound]++;
	}
	t->p50 = quantile(times, n, 50);
	t->p90 = quantile(times, n, 90);
	t->p99 = quantile(times, n, 99);
	t->max = times[n - 1];
}

void statistics_group(const struct statistics *s, size_t number, struct statistics_group *g)
{
	const struct statistics_run *run = &s->runs[number];
	const struct statistics_member *m = &s->members[run->first];
	unsigned int state;
	size_t i;

	memset(g, 0, sizeof(*g));
	g->key = m->key;
	g->endpoints = run->count;
	if (s->by == BY_OWNER)
		g->pid = m->h->ep.owner_pid;
	for (i = 0; i < run->count; i++) {
		add_member(s, g, m[i].h);
		if (g->pid != m[i].h->ep.owner_pid)
			g->pid = 0;
	}
	for (state = 1; state < WAVEHAND_STATES; state++) {
		uint64_t n = 0;

		for (i = 0; i < run->count; i++) {
			const struct life *l = life_of(m[i].h);
			struct conversation_end e;

			if (!(l->whole & bit(state)))
				continue;
			set_end(&e, m[i].h);
			if (!(parts_of(m[i].h, &e) & bit(state)))
				s->times[n++] = l->spent[state];
		}
		set_times(&g->states[state], s->times, n);
	}
}

char *put_recording(char *p, const struct statistics_key *key)
{
	if (key->recording > MERGE_MAX)
		return put_u64(p, key->recording);
	*p = merge_letter(key->recording);
	return p + 1;
}

const char *statistics_state(unsigned int state)
{
	return state == STATISTICS_GONE ? "gone" : name_state(state);
}

const char *statistics_word(enum statistics_by by)
{
	return by == BY_LISTENER ? "listener" : by == BY_PEER ? "peer" : "owner";
}

char *put_group(char *p, const struct statistics_key *key, enum statistics_by by, bool utf8)
{
	if (key->kind == KIND_UNKNOWN)
		return stpcpy(p, by == BY_OWNER ? "?" : "unknown");
	if (key->kind == KIND_NONE)
		return stpcpy(p, "none");
	if (by == BY_OWNER) {
		/* Somebody may call a process that. */
		if (key->comm[0] == '?' && !key->comm[1])
			return stpcpy(p, "\\x3f");
		/* Nothing at all would be no label for Prometheus. */
		if (!key->comm[0])
			return stpcpy(p, "\\x00");
		return put_clean(p, key->comm, sizeof(key->comm), utf8);
	}
	if (by == BY_LISTENER && key->family == 6)
		*p++ = '[';
	p = put_address(p, key->addr, key->family);
	if (by == BY_PEER)
		return p;
	if (key->family == 6)
		*p++ = ']';
	*p++ = ':';
	return put_u64(p, key->port);
}
