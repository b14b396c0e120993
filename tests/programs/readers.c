// SPDX-License-Identifier: GPL-2.0
/*
 * usage: readers follow|dump|share EVENTS MICROSECONDS
 * A reader of the device that blocks, takes so many events with each read and pauses
 * after it; "share": four processes, each with a duplicate of one descriptor. Prints
 * "ready" once it is open. On SIGTERM it reads what is there and prints what it had:
 *
 *	kept	live events			lost	told by LOST notices
 *	last	serial of the last of both	dumped	events of the dump
 *	until	serial of LIVE			gaps	events that GAP and LIVE miss
 *	wrong	events not in their place, or twice; the first is told on stderr
 *	reads	how many
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "wavehand.h"

#define SERIALS		(1U << 20)	/* more than a test makes */
#define SHARERS		4

static struct {
	unsigned long kept, lost, last, dumped, until, gaps, wrong, reads;
} *total;	/* shared by processes */

static unsigned char *seen;	/* by serial; shared, too */
static int fd;
static volatile sig_atomic_t stop;

/* A read that blocks is broken off; one that is about to will not block. */
static void on_term(int signal)
{
	stop = 1;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void wrong(const char *what, const struct wavehand_event *event)
{
	if (!__atomic_fetch_add(&total->wrong, 1, __ATOMIC_RELAXED))
		warnx("%s: kind %u serial %llu count %llu, last %lu until %lu", what,
		      event->kind, (unsigned long long)event->serial,
		      (unsigned long long)event->count, total->last, total->until);
}

static void mark(const struct wavehand_event *event, unsigned long serial)
{
	if (serial >= SERIALS)
		errx(1, "too many events");
	if (__atomic_exchange_n(&seen[serial], 1, __ATOMIC_RELAXED))
		wrong("twice", event);
}

static unsigned long serial_now(void)
{
	struct wavehand_info info;

	if (ioctl(fd, WAVEHAND_IOC_INFO, &info))
		err(1, "INFO");
	return info.serial;
}

/* Of one process; sharers get their events in an order of their own. */
static void take_live(const struct wavehand_event *event)
{
	unsigned long first = event->serial, n = 1;

	if (event->kind == WAVEHAND_LOST) {
		first++;
		n = event->count;
		total->lost += n;
	} else {
		mark(event, event->serial);
		total->kept++;
	}
	if (first != total->last + 1)
		wrong("not the next", event);
	total->last = first + n - 1;
}

static void take_dump(const struct wavehand_event *event)
{
	switch (event->kind) {
	case WAVEHAND_GAP:
		total->gaps += event->count;
		break;
	case WAVEHAND_LIVE:
		total->until = event->serial;
		total->last = event->serial;
		total->gaps += event->count;
		for (unsigned long i = 0; i < SERIALS; i++)
			if (seen[i] && i > total->until)
				wrong("dumped too much", event);
		break;
	case WAVEHAND_LOST:
		wrong("lost in the dump", event);
		break;
	default:
		mark(event, event->serial);
		total->dumped++;
	}
}

static void take_shared(const struct wavehand_event *event, unsigned long *mine)
{
	if (event->kind == WAVEHAND_LOST) {
		__atomic_fetch_add(&total->lost, event->count, __ATOMIC_RELAXED);
		for (unsigned long i = 1; i <= event->count; i++)
			mark(event, event->serial + i);
	} else {
		__atomic_fetch_add(&total->kept, 1, __ATOMIC_RELAXED);
		mark(event, event->serial);
	}
	if (event->serial < *mine)
		wrong("not ascending", event);
	*mine = event->serial;
}

static void read_all(bool dump, bool share, unsigned int events, unsigned int pause)
{
	struct wavehand_event *buffer = malloc(events * sizeof(*buffer));
	unsigned long mine = 0;

	for (;;) {
		ssize_t n = read(fd, buffer, events * sizeof(*buffer));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN && stop)
			break;
		if (n <= 0 || n % sizeof(*buffer))
			err(1, "read gave %zd", n);
		__atomic_fetch_add(&total->reads, 1, __ATOMIC_RELAXED);
		for (unsigned int i = 0; i < n / sizeof(*buffer); i++)
			if (share)
				take_shared(&buffer[i], &mine);
			else if (dump && !total->until)
				take_dump(&buffer[i]);
			else
				take_live(&buffer[i]);
		if (pause && !stop)
			usleep(pause);
	}
	free(buffer);
}

static void share(unsigned int events, unsigned int pause, unsigned long first)
{
	pid_t child[SHARERS];
	int status;
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	for (int i = 0; i < SHARERS; i++) {
		child[i] = fork();
		if (!child[i]) {
			fd = dup(fd);
			sigprocmask(SIG_UNBLOCK, &term, NULL);
			read_all(false, true, events, pause);
			_exit(0);
		}
	}
	puts("ready");
	fflush(stdout);
	sigwaitinfo(&term, NULL);
	for (int i = 0; i < SHARERS; i++)
		kill(child[i], SIGTERM);
	for (int i = 0; i < SHARERS; i++)
		if (waitpid(child[i], &status, 0) != child[i] || status)
			errx(1, "one that shared failed");
	total->last = first;
	while (seen[total->last + 1])
		total->last++;
	for (unsigned long i = 0; i < SERIALS; i++)
		if ((i <= first || i > total->last) && seen[i])
			total->wrong++;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_term };
	unsigned int events, pause;
	bool dump;

	if (argc != 4)
		errx(2, "usage: readers follow|dump|share EVENTS MICROSECONDS");
	dump = !strcmp(argv[1], "dump");
	events = atoi(argv[2]);
	pause = atoi(argv[3]);
	seen = mmap(NULL, SERIALS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	total = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED || total == MAP_FAILED)
		err(1, "mmap");
	sigaction(SIGTERM, &action, NULL);

	fd = open("/dev/wavehand", O_RDONLY);
	if (fd < 0 || (dump && lseek(fd, 0, SEEK_SET)))
		err(1, "/dev/wavehand");
	if (!strcmp(argv[1], "share")) {
		share(events, pause, serial_now());
	} else {
		/* Where it stands is known for sure when nothing moves. */
		total->last = serial_now();
		puts("ready");
		fflush(stdout);
		read_all(dump, false, events, pause);
	}
	printf("kept %lu lost %lu last %lu dumped %lu until %lu gaps %lu wrong %lu reads %lu\n",
	       total->kept, total->lost, total->last, total->dumped, total->until,
	       total->gaps, total->wrong, total->reads);
	return 0;
}
