// SPDX-License-Identifier: GPL-2.0
/*
 * usage: reads dump|follow|boundary|faults STEP
 * Reads of every STEPth size from 0 to 4096 at odd addresses: of a dump, of what happens
 * then, of a dump that goes over to it within one read; or into memory that cannot be
 * written, or ends in the middle of an event. Nobody else may make events meanwhile, and
 * the store must be full, so that it stays as large. Prints how many reads there were and
 * how many gave what they should not; the first ten of those on stderr.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "loopback.h"
#include "wavehand.h"

#define ONE		sizeof(struct wavehand_event)
#define SIZES		4096
#define SERIALS		(1U << 20)
#define PAGE		4096UL
#define AROUND		32	/* bytes before and behind a buffer */
#define CANARY		0xa5
#define ROOM		(64 * PAGE)
#define BUFFER		256	/* events that the device looks for at once */

static int fd;
static unsigned long reads, faults, bad;
static struct loopback loopback;
static unsigned char seen[SERIALS];
static unsigned char area[SIZES + 64 + 2 * AROUND];

static void wrong(const char *what, unsigned long size, long got, long wanted)
{
	if (bad++ < 10)
		warnx("%s, size %lu: %ld, not %ld", what, size, got, wanted);
}

/* Bytes read, or a negative errno. */
static long get(void *to, unsigned long size)
{
	long n = syscall(SYS_read, fd, to, size);	/* whatever it is */

	reads++;
	return n < 0 ? -errno : n;
}

static bool is_canary(const unsigned char *p)
{
	for (unsigned int i = 0; i < AROUND; i++)
		if (p[i] != CANARY)
			return false;
	return true;
}

/* Into a place of each alignment; what is around it must stay. */
static long get_at(unsigned long size, struct wavehand_event *events)
{
	unsigned char *to = area + AROUND + size * 7 % 64;
	long n = get(to, size);
	unsigned long written = n > 0 ? n : 0;

	if (!is_canary(to - AROUND) || !is_canary(to + written))
		wrong("wrote elsewhere", size, n, 0);
	memcpy(events, to, written);
	memset(to, CANARY, written);
	return n;
}

static unsigned long serial_now(void)
{
	struct wavehand_info info;

	if (ioctl(fd, WAVEHAND_IOC_INFO, &info))
		err(1, "INFO");
	return info.serial;
}

static void seek(int whence)
{
	if (lseek(fd, 0, whence))
		err(1, "lseek");
}

/* Small sizes take nothing. Return: whether it is one. */
static bool is_small(unsigned long size, struct wavehand_event *events)
{
	long wanted = size ? -EINVAL : 0, got;

	if (size >= ONE)
		return false;
	got = get_at(size, events);
	if (got != wanted)
		wrong("too small", size, got, wanted);
	return true;
}

/* What is left of a dump, its notice, and what follows. Return: how many events. */
static unsigned long rest(unsigned long size, unsigned long *live)
{
	struct wavehand_event events[SIZES / ONE + 1];
	unsigned long most = size / ONE * ONE, count = 0;
	long n, before = most;

	while ((n = get_at(size, events)) > 0) {
		/* Idle: only the last one may be short. */
		if (n % ONE || (unsigned long)n > most || before != (long)most)
			wrong("short or long", size, n, most);
		before = n;
		for (unsigned int i = 0; i < n / ONE; i++) {
			const struct wavehand_event *e = &events[i];

			if (e->kind == WAVEHAND_GAP || e->kind == WAVEHAND_LOST) {
				wrong("a gap", size, e->serial, 0);
			} else if (e->kind == WAVEHAND_LIVE) {
				if (*live)
					wrong("LIVE twice", size, e->serial, 0);
				*live = e->serial;
			} else {
				if (e->serial >= SERIALS || seen[e->serial]++)
					wrong("twice", size, e->serial, 0);
				if (*live && e->serial != *live + 1)
					wrong("not the next", size, e->serial, *live + 1);
				if (*live)
					(*live)++;
				count++;
			}
		}
	}
	if (n != -EAGAIN)
		wrong("at the end", size, n, -EAGAIN);
	return count;
}

static unsigned long whole_dump(unsigned long size)
{
	unsigned long live = 0, count;
	unsigned long now = serial_now();

	memset(seen, 0, now + 1);
	seek(SEEK_SET);
	count = rest(size, &live);
	if (live != now)
		wrong("no LIVE", size, live, now);
	return count;
}

static void dumps(unsigned int step)
{
	static unsigned char reference[SERIALS];
	unsigned long all = whole_dump(SIZES), now = serial_now();
	struct wavehand_event events[1];

	memcpy(reference, seen, now + 1);
	for (unsigned long size = 0; size <= SIZES; size += step) {
		seek(SEEK_SET);
		if (is_small(size, events))
			continue;
		if (whole_dump(size) != all || memcmp(seen, reference, now + 1))
			wrong("another dump", size, 0, 0);
	}
	printf("dump %lu ", all);
}

static void make(unsigned long events)
{
	unsigned long until = serial_now() + events;

	while (serial_now() < until)
		loopback_connection(&loopback);
	/* Under load ksoftirqd does the rest, when we let it. */
	do {
		until = serial_now();
		usleep(100);
	} while (serial_now() != until);
}

/* Exactly as many as fit, from @next on. Return: the next one. */
static unsigned long take(unsigned long size, unsigned long next)
{
	struct wavehand_event events[SIZES / ONE + 1];
	long wanted = size / ONE * ONE, got;

	got = get_at(size, events);
	if (got != wanted)
		wrong("another number", size, got, wanted);
	for (long i = 0; i < got / (long)ONE; i++, next++)
		if (events[i].serial != next)
			wrong("not the next", size, events[i].serial, next);
	return next;
}

static void take_rest(unsigned long next)
{
	while (next <= serial_now() && !bad)
		next = take(ONE, next);
}

static void follow(unsigned int step)
{
	struct wavehand_event events[1];
	unsigned long next, first;

	seek(SEEK_END);
	first = next = serial_now() + 1;
	for (unsigned long size = 0; size <= SIZES; size += step) {
		if (serial_now() + 1 - next < SIZES / ONE)
			make(SIZES / ONE);
		if (!is_small(size, events))
			next = take(size, next);
	}
	take_rest(next);
	printf("live %lu ", serial_now() + 1 - first);
}

/* The read under test begins a few events before the end of the dump. */
static void boundaries(unsigned int step)
{
	unsigned long crossed = 0;

	for (unsigned long size = ONE; size <= SIZES; size += step) {
		unsigned long all = whole_dump(SIZES), live = 0, now = serial_now();
		struct wavehand_event events[SIZES / ONE + 1];
		unsigned long before = size % (SIZES / ONE), skip;

		/* Their endpoints are to be evicted no more: all in one buffer. */
		if (before > all % BUFFER)
			before = all % BUFFER;
		skip = all - before;

		memset(seen, 0, now + 1);
		seek(SEEK_SET);
		while (skip) {
			unsigned long n = skip < SIZES / ONE ? skip : SIZES / ONE;
			long got = get_at(n * ONE, events);

			if (got != (long)(n * ONE)) {
				wrong("in the dump", n * ONE, got, n * ONE);
				break;
			}
			for (unsigned long i = 0; i < n; i++)
				if (seen[events[i].serial]++)
					wrong("twice", size, events[i].serial, 0);
			skip -= n;
		}
		make(SIZES / ONE);
		crossed += size / ONE > before + 1;
		all += serial_now() - now;
		rest(size, &live);
		if (live != serial_now())
			wrong("not to the end", size, live, serial_now());
		for (unsigned long i = now + 1; i <= live; i++)
			if (seen[i] != 1)
				wrong("missing", size, i, 0);
		for (unsigned long i = 0; i <= live; i++)
			all -= seen[i];
		if (all)
			wrong("missing or too many", size, all, 0);
	}
	printf("crossed %lu ", crossed);
}

static void fault(void *to, unsigned long size, const char *what)
{
	long got = get(to, size);

	faults++;
	if (got != -EFAULT)
		wrong(what, size, got, -EFAULT);
}

/* Events that were read in order to @from, which has no alignment. */
static unsigned long check(const char *from, long got, unsigned long next)
{
	struct wavehand_event event;

	if (got > 0 && got % ONE)
		wrong("part of an event", 0, got, 0);
	for (long i = 0; i < got / (long)ONE; i++, next++) {
		memcpy(&event, from + i * ONE, ONE);
		if (event.serial != next)
			wrong("not the next", i, event.serial, next);
	}
	return next;
}

/*
 * Where only @there bytes can be written: nothing, or fewer events. The device hands
 * out what it has at hand by one piece, then the next.
 */
static unsigned long half(char *end, unsigned long there, unsigned long size,
			  unsigned long next)
{
	long got = get(end - there, size);

	faults++;
	if (got != -EFAULT && (got <= 0 || got > (long)there))
		wrong("half there", size, got, -EFAULT);
	return check(end - there, got, next);
}

/* Whatever could not be written is still there to be read. */
static unsigned long torture(char *room, unsigned long next, unsigned int step)
{
	char *end = room + ROOM - PAGE;		/* of what can be written */
	char *read_only = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *const nowhere[] = {
		NULL, (void *)1, (void *)(PAGE - 1), read_only, read_only + 1, end,
		(void *)0x800000000000, (void *)0xffff888000000000,
		(void *)0xffffffffffffffff, (void *)0xffffffffffffff00,
	};

	for (unsigned int i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++)
		for (unsigned long size = ONE; size <= SIZES; size += ONE + 1)
			fault(nowhere[i], size, "nowhere");
	/* It ends after @there bytes, in the middle of an event or between two. */
	for (unsigned long there = 0; there < SIZES; there += step) {
		unsigned long fit = there / ONE * ONE;
		long got;

		if (serial_now() + 1 - next < 5 * SIZES / ONE)
			make(2 * SIZES / ONE);
		next = half(end, there, fit + ONE, next);
		next = half(end, there, SIZES + ONE, next);
		if (!fit)
			continue;
		got = get(end - there, there);
		if (got != (long)fit)
			wrong("just there", there, got, fit);
		next = check(end - there, got, next);
	}
	for (unsigned long i = 0; i < PAGE; i++)
		if (read_only[i])
			wrong("a read-only page was written", i, read_only[i], 0);
	return next;
}

static void bad_buffers(unsigned int step)
{
	char *room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long next, old, first, live, after = 0, count, all, now;

	mprotect(room + ROOM - PAGE, PAGE, PROT_NONE);
	seek(SEEK_END);
	first = next = serial_now() + 1;
	make(3 * SIZES / ONE);
	next = torture(room, next, step);

	/* A long read: what was written before the fault counts, the rest stays. */
	make(700 - (serial_now() + 1 - next));
	old = next;
	next = half(room + ROOM - PAGE, 600 * ONE, 700 * ONE, next);
	if (next == old)
		wrong("a long read into a hole", 700 * ONE, 0, 512 * ONE);
	take_rest(next);
	live = serial_now() + 1 - first;

	/* And of a dump. */
	all = whole_dump(SIZES);
	now = serial_now();
	memset(seen, 0, now + 1);
	seek(SEEK_SET);
	for (count = 0; ; count++) {
		struct wavehand_event event;

		fault(room + ROOM - PAGE - ONE / 2, ONE, "half there, in a dump");
		fault(NULL, SIZES, "nowhere, in a dump");
		if (get(&event, ONE) != ONE)
			wrong("in a dump", count, -1, ONE);
		if (event.kind == WAVEHAND_LIVE || bad)
			break;
		if (seen[event.serial]++)
			wrong("twice", count, event.serial, 0);
	}
	if (count != all || rest(SIZES, &after))
		wrong("another dump", count, count, all);
	printf("live %lu dump %lu ", live, all);
}

int main(int argc, char **argv)
{
	unsigned int step;
	cpu_set_t one;

	if (argc != 3)
		errx(2, "usage: reads dump|follow|boundary|faults STEP");
	step = atoi(argv[2]);
	/* What connections over loopback do is done on this processor, too. */
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	memset(area, CANARY, sizeof(area));
	fd = open("/dev/wavehand", O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		err(1, "/dev/wavehand");
	loopback_listen(&loopback, 4);
	switch (*argv[1]) {
	case 'd':
		dumps(step);
		break;
	case 'b':
		boundaries(step);
		break;
	case 'f':
		if (argv[1][1] == 'o')
			follow(step);
		else
			bad_buffers(step);
		break;
	}
	printf("reads %lu faults %lu wrong %lu\n", reads, faults, bad);
	return 0;
}
