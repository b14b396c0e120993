// SPDX-License-Identifier: GPL-2.0
/*
 * usage: tally
 * Reads /dev/wavehand from now on, as fast as it can, and counts. For each line on its
 * standard input it opens the device once more, for the dump, and compares: what was read
 * live up to the dump's moment with the histories that are kept at that moment. Answers
 * with lines "NAME VALUE", the last of them is "done".
 *
 *	made		events since it began
 *	read lost	of these; a reader that lost nothing read them all
 *	told		transitions that the state-change tracepoint told
 *	untracked	events with id 0; untracked_told: those of them that it told
 *	ids		endpoints that these events were of
 *	sent_N received_N	control segments with these flags; of the SYNs sent_again,
 *			received_again
 *	requests	transitions from LISTEN to SYN-RECEIVED of requests
 *	endpoints	in the dump; dumped, gap: their events, kept and missing in the middle;
 *			dumped_told: those that the tracepoint told
 *	gone		endpoints not in the dump, though live events were of them;
 *	gone_events	these events
 *	different	endpoints in the dump with more or fewer events than were read live
 *	broken		those whose history does not begin at the beginning, is out of
 *			order, has a gap, or a transition that begins where the last one
 *			did not end; "example WORDS" are some of them
 *	story COUNT WORDS	so many in the dump went through these states, as the
 *			tracepoint tells it
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "wavehand.h"

#define DEVICE	"/dev/wavehand"
#define BATCH	4096
#define STORIES	64
#define PAUSE	50000	/* us; the ring holds more than what happens meanwhile */

static const char *const state_names[WAVEHAND_STATES] = WAVEHAND_STATE_NAMES;

static struct {
	uint64_t read, lost, told, untracked, untracked_told, requests;
	uint64_t sent[256], received[256];	/* segments, by flags */
	uint64_t sent_again, received_again;
} live;
static uint64_t first, next;	/* serials */
static struct {
	uint32_t live;		/* events read live */
	uint32_t dumped;	/* in the latest dump, with its gap; 0: not there */
} *count_of;			/* by id */
static uint64_t ids, size;	/* of count_of */

static struct {
	uint64_t count;
	char words[256];
} stories[STORIES];

static bool is_told(const struct wavehand_event *e)
{
	return e->kind == WAVEHAND_TRANSITION &&
	       (!(e->flags & WAVEHAND_EV_HIDDEN) ||
		e->reason == WAVEHAND_CAUSE_NO_MINISOCKET);
}

static void make_room(uint64_t id)
{
	uint64_t more = 2 * id + 4096;

	if (id < size)
		return;
	count_of = realloc(count_of, more * sizeof(*count_of));
	if (!count_of)
		err(2, "memory");
	memset(count_of + size, 0, (more - size) * sizeof(*count_of));
	size = more;
}

static void take(const struct wavehand_event *e)
{
	uint64_t id = e->endpoint.id;

	if (e->kind == WAVEHAND_LOST) {
		live.lost += e->count;
		next += e->count;
		return;
	}
	if (e->serial != next)
		errx(2, "serial %llu instead of %llu", e->serial, (long long)next);
	next++;
	live.read++;
	live.told += is_told(e);
	if (e->kind == WAVEHAND_SEGMENT && e->flags & WAVEHAND_EV_SENT) {
		live.sent[e->tcp_flags]++;
		live.sent_again += e->tcp_flags == WAVEHAND_SYN && e->again;
	} else if (e->kind == WAVEHAND_SEGMENT) {
		live.received[e->tcp_flags]++;
		live.received_again += e->tcp_flags == WAVEHAND_SYN && e->again;
	}
	live.requests += e->kind == WAVEHAND_TRANSITION && e->flags & WAVEHAND_EV_HIDDEN &&
			 e->old_state == WAVEHAND_LISTEN;
	if (!id) {
		live.untracked++;
		live.untracked_told += is_told(e);
		return;
	}
	make_room(id);
	ids += !count_of[id].live;
	count_of[id].live++;
}

/* Reads what is there, up to that serial. Return: whether something was. */
static bool follow(int fd, uint64_t until)
{
	static struct wavehand_event events[BATCH];
	static size_t begin, end;	/* what was read, and is not yet taken */

	if (begin == end) {
		ssize_t n = read(fd, events, sizeof(events));

		if (n < 0 && errno != EAGAIN)
			err(2, DEVICE);
		begin = 0;
		end = n < 0 ? 0 : n / sizeof(*events);
	}
	if (begin == end || next > until)
		return false;
	while (begin < end && next <= until)
		take(&events[begin++]);
	return true;
}

/* ------------------------------------------------------------ the dump -- */

static struct {
	uint64_t endpoints, dumped, told, gap, different, broken, live_events;
} dump;

static struct {
	struct wavehand_endpoint pub;
	uint64_t events, gap, serial;
	uint8_t state;
	bool broken;
	char words[256];
} now;	/* the endpoint that is being dumped */

static void tell(const struct wavehand_event *e)
{
	size_t n = strlen(now.words);

	snprintf(now.words + n, sizeof(now.words) - n, " %s>%s",
		 state_names[e->old_state], state_names[e->new_state]);
}

static void count_story(void)
{
	unsigned int i;

	for (i = 0; i < STORIES - 1 && stories[i].count; i++)
		if (!strcmp(stories[i].words, now.words))
			break;
	if (i == STORIES - 1)
		strcpy(now.words, " others");
	strcpy(stories[i].words, now.words);
	stories[i].count++;
}

static void finish(void)
{
	if (!now.pub.id)
		return;
	make_room(now.pub.id);
	count_of[now.pub.id].dumped = now.events + now.gap;
	dump.endpoints++;
	dump.gap += now.gap;
	if (now.gap || now.pub.joined)
		now.broken = true;
	if (now.broken && dump.broken++ < 3)
		printf("example #%llu: %llu events, gap %llu, joined %u:%s\n", now.pub.id,
		       (long long)now.events, (long long)now.gap, now.pub.joined,
		       now.words);
	count_story();
	memset(&now, 0, sizeof(now));
}

static void look(const struct wavehand_event *e)
{
	if (e->endpoint.id != now.pub.id)
		finish();
	now.pub = e->endpoint;
	if (e->kind == WAVEHAND_GAP) {
		now.gap += e->count;
		return;
	}
	dump.dumped++;
	dump.told += is_told(e);
	now.broken |= e->serial <= now.serial;
	now.serial = e->serial;
	now.events++;
	if (is_told(e))
		tell(e);
	if (e->kind != WAVEHAND_TRANSITION || e->flags & WAVEHAND_EV_RAW)
		return;
	if (now.state)
		now.broken |= e->old_state != now.state;
	else
		now.broken |= e->old_state != WAVEHAND_CLOSED && e->old_state != WAVEHAND_LISTEN;
	now.state = e->new_state;
}

/* Return: the serial of the last event that the dump has. */
static uint64_t read_dump(void)
{
	static struct wavehand_event events[BATCH];
	int fd = open(DEVICE, O_RDONLY);
	uint64_t id;

	for (id = 0; id < size; id++)
		count_of[id].dumped = 0;
	memset(&dump, 0, sizeof(dump));
	memset(stories, 0, sizeof(stories));
	if (fd < 0 || lseek(fd, 0, SEEK_SET))
		err(2, DEVICE);
	for (;;) {
		ssize_t i, n = read(fd, events, sizeof(events)) / (ssize_t)sizeof(*events);

		if (n < 1)
			err(2, DEVICE);
		for (i = 0; i < n; i++) {
			if (events[i].kind == WAVEHAND_LIVE) {
				finish();
				close(fd);
				if (events[i].count)
					errx(2, "something was evicted meanwhile");
				return events[i].serial;
			}
			look(&events[i]);
		}
	}
}

static void compare(int fd)
{
	uint64_t until;
	uint64_t id;
	unsigned int i;

	while (follow(fd, UINT64_MAX))
		;
	until = read_dump();
	while (next <= until)
		if (!follow(fd, until))
			errx(2, "%llu events are missing", (long long)(until + 1 - next));
	for (id = 0; id < size; id++) {
		if (!count_of[id].dumped)
			continue;
		dump.live_events += count_of[id].live;
		dump.different += count_of[id].dumped != count_of[id].live;
	}
	printf("made %llu\nread %llu\nlost %llu\ntold %llu\nuntracked %llu\n"
	       "untracked_told %llu\nids %llu\nrequests %llu\n",
	       (long long)(until + 1 - first), (long long)live.read, (long long)live.lost,
	       (long long)live.told, (long long)live.untracked,
	       (long long)live.untracked_told, (long long)ids, (long long)live.requests);
	for (i = 0; i < 256; i++)
		if (live.sent[i] || live.received[i])
			printf("sent_%u %llu\nreceived_%u %llu\n", i, (long long)live.sent[i],
			       i, (long long)live.received[i]);
	printf("sent_again %llu\nreceived_again %llu\n", (long long)live.sent_again,
	       (long long)live.received_again);
	printf("endpoints %llu\ndumped %llu\ndumped_told %llu\ngap %llu\ngone %llu\n"
	       "gone_events %llu\ndifferent %llu\nbroken %llu\n",
	       (long long)dump.endpoints, (long long)dump.dumped, (long long)dump.told,
	       (long long)dump.gap, (long long)(ids - dump.endpoints),
	       (long long)(live.read - live.untracked - dump.live_events),
	       (long long)dump.different, (long long)dump.broken);
	for (i = 0; i < STORIES && stories[i].count; i++)
		printf("story %llu%s\n", (long long)stories[i].count, stories[i].words);
	puts("done");
	fflush(stdout);
}

int main(void)
{
	struct pollfd polled[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				    { .events = POLLIN } };
	struct wavehand_info info;
	char line[64];
	int fd = open(DEVICE, O_RDONLY | O_NONBLOCK);

	if (fd < 0 || ioctl(fd, WAVEHAND_IOC_INFO, &info))
		err(2, DEVICE);
	/* Endpoints that are older have events that are not seen here. */
	if (info.serial)
		errx(2, "there were %llu events before", info.serial);
	first = next = 1;
	puts("done");
	fflush(stdout);
	polled[1].fd = fd;
	for (;;) {
		poll(polled, 2, -1);
		/* Rather many at a time than to be woken for each. */
		usleep(PAUSE);
		while (follow(fd, UINT64_MAX))
			;
		if (polled[0].revents) {
			if (!fgets(line, sizeof(line), stdin))
				return 0;
			compare(fd);
		}
	}
}
