// SPDX-License-Identifier: GPL-2.0
#include <byteswap.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "language.h"
#include "progress.h"
#include "source.h"

/* Events that are read at once, an even number; tests make it small, so that its end is met. */
#ifndef SOURCE_EVENTS
#define SOURCE_EVENTS 1600
#endif
/* A whole number of events, so that a full read leaves no partial one. */
#define BUFFER_SIZE (SOURCE_EVENTS * sizeof(struct wavehand_event))

_Static_assert(sizeof(struct wavehand_event) == 160, "the ABI is 160 bytes");
_Static_assert(sizeof(struct wavehand_file_header) == 160, "likewise");

static int fail(struct source *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int fail(struct source *s, const char *format, ...)
{
	va_list ap;
	int n;

	n = snprintf(s->error, sizeof(s->error), "%.100s: ", s->name);
	va_start(ap, format);
	vsnprintf(s->error + n, sizeof(s->error) - (size_t)n, _(format), ap);
	va_end(ap);
	return -1;
}

static int start(struct source *s, const char *name)
{
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	s->name = name;
	s->buffer = aligned_alloc(64, BUFFER_SIZE);
	return s->buffer ? 0 : fail(s, "out of memory");
}

static uint64_t now_on(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t source_now(void)
{
	return now_on(CLOCK_MONOTONIC);
}

static void describe_host(struct wavehand_file_header *h)
{
	struct utsname name;

	memcpy(h->magic, WAVEHAND_MAGIC, sizeof(h->magic));
	h->abi = WAVEHAND_ABI;
	h->event_size = sizeof(struct wavehand_event);
	h->realtime_offset = (int64_t)(now_on(CLOCK_REALTIME) - source_now());
	if (uname(&name))
		return;
	memcpy(h->host, name.nodename, strnlen(name.nodename, sizeof(h->host) - 1));
	memcpy(h->release, name.release,
	       strnlen(name.release, sizeof(h->release) - 1));
}

/* From where the open file stands: nothing was read yet. */
static int map_from_here(struct source *s)
{
	int64_t lost;

	ring_map(&s->ring, 0);
	if (!s->ring.map)
		return 0;
	lost = ring_move(&s->ring);
	if (lost < 0)
		return fail(s, "cannot ask for its position: %s", strerror(errno));
	/* It will be told when it is read. */
	s->ring.next -= (uint64_t)lost;
	return 0;
}

int source_open_device(struct source *s, const char *path, bool dump)
{
	struct wavehand_info info = { 0 };

	if (start(s, path))
		return -1;
	s->live = true;
	s->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (s->fd < 0) {
		if (errno == EACCES || errno == EPERM)
			return fail(s, "not permitted: CAP_NET_ADMIN is needed, run this as root");
		if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
			return fail(s, "no such device: load the module (modprobe wavehand), or read a recording with -r FILE");
		return fail(s, "cannot open: %s", strerror(errno));
	}
	if (ioctl(s->fd, WAVEHAND_IOC_INFO, &info)) {
		if (errno == ENOTTY || errno == EINVAL)
			return fail(s, "not the wavehand device: a recording is read with -r FILE");
		return fail(s, "cannot ask for its ABI: %s", strerror(errno));
	}
	if (info.abi != WAVEHAND_ABI)
		return fail(s, "the module speaks ABI %u, this command ABI %u: install the two of the same version",
			    info.abi, WAVEHAND_ABI);
	if (info.event_size != sizeof(struct wavehand_event))
		return fail(s, "the module's events have %u bytes instead of %zu: install the module and the command of the same version",
			    info.event_size, sizeof(struct wavehand_event));
	s->ring.fd = s->fd;
	s->ring.size = info.ring;
	describe_host(&s->header);
	if (!dump)
		return map_from_here(s);
	if (lseek(s->fd, 0, SEEK_SET) < 0)
		return fail(s, "cannot ask for the histories: %s", strerror(errno));
	return 0;
}

/* A recording may come through a pipe that somebody else made non-blocking. */
static bool is_for_later(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	if (errno == EAGAIN)
		poll(&pollfd, 1, -1);
	return errno == EAGAIN || errno == EINTR;
}

/* Like read(2), but short only at the end of the file. */
static ssize_t read_full(int fd, void *buffer, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, (char *)buffer + done, size - done);

		if (n < 0 && is_for_later(fd))
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static int check_header(struct source *s, size_t size)
{
	struct wavehand_file_header *h = &s->header;
	size_t magic = sizeof(h->magic);

	if (!size)
		return fail(s, "empty: not even the header of a recording; \"wavehand record\" makes one");
	if (memcmp(h->magic, WAVEHAND_MAGIC, size < magic ? size : magic))
		return fail(s, "not a recording of wavehand: \"wavehand record\" makes one");
	if (size < sizeof(*h))
		return fail(s, "truncated: %zu of the header's %zu bytes are there; record it again",
			    size, sizeof(*h));
	if (h->abi != WAVEHAND_ABI &&
	    bswap_32(h->event_size) == sizeof(struct wavehand_event))
		return fail(s, "recorded on a machine of the other byte order: read it there");
	if (h->abi != WAVEHAND_ABI)
		return fail(s, "a recording of ABI %u, this command reads ABI %u: read it with the version of the command that made it",
			    h->abi, WAVEHAND_ABI);
	if (h->event_size != sizeof(struct wavehand_event))
		return fail(s, "damaged: its header tells events of %u bytes instead of %zu; record it again",
			    h->event_size, sizeof(struct wavehand_event));
	h->host[sizeof(h->host) - 1] = '\0';
	h->release[sizeof(h->release) - 1] = '\0';
	return 0;
}

int source_open_recording(struct source *s, const char *path)
{
	bool standard = !strcmp(path, "-");
	ssize_t n;

	if (start(s, standard ? _("standard input") : path))
		return -1;
	s->fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0)
		return fail(s, "cannot open: %s", strerror(errno));
	n = read_full(s->fd, &s->header, sizeof(s->header));
	if (n < 0)
		return fail(s, "cannot read: %s", strerror(errno));
	return check_header(s, (size_t)n);
}

/* All events of one of several recordings. */
static int read_part(struct source *s, const char *path, struct merge_part *part)
{
	const struct wavehand_event *events;
	struct source one;
	struct stat st;
	size_t room = 0;
	ssize_t count = -1;

	if (!source_open_recording(&one, path)) {
		part->name = one.name;
		part->header = one.header;
		if (!fstat(one.fd, &st)) {
			part->device = st.st_dev;
			part->inode = st.st_ino;
		}
		while ((count = source_read(&one, &events)) > 0) {
			struct wavehand_event *more = part->events;

			if (part->count + (size_t)count > room) {
				room = 2 * room + (size_t)count;
				more = reallocarray(more, room, sizeof(*more));
			}
			if (!more) {
				source_close(&one);
				return fail(s, "out of memory");
			}
			part->events = more;
			memcpy(more + part->count, events, (size_t)count * sizeof(*events));
			part->count += (size_t)count;
			progress_at(part->count, source_size(&one));
		}
	}
	if (count < 0)
		memcpy(s->error, one.error, sizeof(s->error));
	/* What was whole in front of the cut is good. */
	count = count < 0 && !part->name ? -1 : 0;
	source_close(&one);
	return (int)count;
}

int source_open_recordings(struct source *s, const char *const *paths, size_t count)
{
	struct merge *m;
	size_t i;

	if (count == 1)
		return source_open_recording(s, paths[0]);
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	s->name = _("recordings");
	if (count > MERGE_MAX)
		return fail(s, "%d at most", MERGE_MAX);
	s->merge = m = calloc(1, sizeof(*m));
	if (!m)
		return fail(s, "out of memory");
	for (i = 0; i < count; i++) {
		m->part_count++;
		if (read_part(s, paths[i], &m->parts[i]))
			return -1;
	}
	if (merge_run(m, s->error, sizeof(s->error)))
		return -1;
	s->header = m->header;
	return 0;
}

bool source_reads(const struct source *s, const struct stat *file)
{
	struct stat st;
	size_t i;

	if (!S_ISREG(file->st_mode))
		return false;
	for (i = 0; s->merge && i < s->merge->part_count; i++) {
		const struct merge_part *part = &s->merge->parts[i];

		if (part->device == file->st_dev && part->inode == file->st_ino)
			return true;
	}
	return !fstat(s->fd, &st) && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

static ssize_t read_merged(struct source *s, const struct wavehand_event **events)
{
	struct merge *m = s->merge;
	size_t count = m->count - m->given;

	if (!count)
		return s->error[0] ? -1 : 0;
	if (count > BUFFER_SIZE / sizeof(**events))
		count = BUFFER_SIZE / sizeof(**events);
	*events = m->events + m->given;
	m->given += count;
	s->events += count;
	return (ssize_t)count;
}

static ssize_t end_of_file(struct source *s)
{
	if (s->live)
		return fail(s, "the device ended");
	if (s->used)
		return fail(s, "truncated in the middle of an event: %llu whole events were read",
			    (unsigned long long)s->events);
	return 0;
}

void source_stop_on(struct source *s, const volatile sig_atomic_t *stop,
		    const sigset_t *signals)
{
	s->stop = stop;
	s->signals = signals;
}

/* Waits for more of a recording. Return: whether to stop instead. */
static bool is_stopped(struct source *s)
{
	struct pollfd pollfd = { .fd = s->fd, .events = POLLIN };
	sigset_t before;

	if (s->live || !s->stop)
		return false;
	sigprocmask(SIG_BLOCK, s->signals, &before);
	if (!*s->stop)
		ppoll(&pollfd, 1, NULL, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return *s->stop;
}

/* How many events before one that is none: the header of another recording. */
static size_t before_header(const struct wavehand_event *events, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!memcmp(&events[i], WAVEHAND_MAGIC, sizeof(WAVEHAND_MAGIC) - 1))
			break;
	return i;
}

static ssize_t another_recording(struct source *s)
{
	return fail(s, "another recording begins behind event %llu: give each with an -r of its own",
		    (unsigned long long)s->events);
}

/* Told of what was read last: when to read again, in source_wait(). */
static void note_count(struct source *s, size_t count, bool lost)
{
	s->behind = lost || count == SOURCE_EVENTS;
	s->gathered += count;
	s->events += count;
}

/* How many events that happened by then, before one that did not; a notice has no time. */
static size_t before_time(const struct wavehand_event *events, size_t count, uint64_t time)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (events[i].kind < WAVEHAND_GAP && events[i].time > time)
			break;
	return i;
}

static ssize_t read_map(struct source *s, const struct wavehand_event **events)
{
	struct wavehand_event *to = (void *)s->buffer;
	size_t count = ring_take(&s->ring, to, SOURCE_EVENTS);
	uint64_t first = s->ring.next;
	int64_t lost = 0;

	if (!count) {
		/* Not there yet, or not any more. */
		lost = ring_move(&s->ring);
		if (lost < 0 && errno != EINTR)
			return fail(s, "cannot ask for its position: %s", strerror(errno));
	}
	if (lost > 0) {
		to[0] = (struct wavehand_event){
			.serial = first - 1,
			.kind = WAVEHAND_LOST,
			.provenance = WAVEHAND_OBSERVED,
			.count = (uint64_t)lost,
		};
		/* At once: what it stands at now is the next to be overwritten. */
		count = 1 + ring_take(&s->ring, to + 1, SOURCE_EVENTS - 1);
	}
	*events = to;
	if (s->until)
		count = before_time(to, count, s->until);
	note_count(s, count, lost > 0);
	return (ssize_t)count;
}

/* Behind the dump what is live can be read in the ring. */
static void map_behind(struct source *s, const struct wavehand_event *events,
		       size_t count)
{
	const struct wavehand_event *last = &events[count - 1];
	size_t i = count;

	while (i && events[i - 1].kind != WAVEHAND_LIVE)
		i--;
	if (i)
		ring_map(&s->ring, last->serial + 1 +
			 (last->kind == WAVEHAND_LOST ? last->count : 0));
}

ssize_t source_read(struct source *s, const struct wavehand_event **events)
{
	const size_t size = sizeof(struct wavehand_event);
	size_t count;

	if (s->merge)
		return s->stop && *s->stop ? 0 : read_merged(s, events);
	if (s->live && !s->until && s->stop && *s->stop)
		s->until = source_now();
	if (s->ring.map)
		return read_map(s, events);
	if (s->until)
		return 0;
	s->used -= s->given;
	if (s->used)
		memmove(s->buffer, s->buffer + s->given, s->used);
	s->given = 0;
	/* All events were given: what is left whole is none. */
	if (s->used >= size)
		return another_recording(s);

	do {
		ssize_t n;

		if (is_stopped(s))
			return 0;
		n = read(s->fd, s->buffer + s->used, BUFFER_SIZE - s->used);
		if (n < 0 && s->live && (errno == EAGAIN || errno == EINTR)) {
			note_count(s, 0, false);
			return 0;
		}
		if (n < 0 && is_for_later(s->fd))
			continue;
		if (n < 0)
			return fail(s, "cannot read: %s", strerror(errno));
		if (!n)
			return end_of_file(s);
		s->used += (size_t)n;
	} while (s->used < size);

	*events = (const struct wavehand_event *)s->buffer;
	count = s->used / size;
	if (s->live)
		map_behind(s, *events, count);
	else
		count = before_header(*events, count);
	if (!count)
		return another_recording(s);
	s->given = count * size;
	note_count(s, count, false);
	return (ssize_t)count;
}

uint64_t source_size(const struct source *s)
{
	struct stat st;

	if (s->merge)
		return s->merge->count;
	if (s->live || fstat(s->fd, &st) || !S_ISREG(st.st_mode))
		return 0;
	return (uint64_t)st.st_size / sizeof(struct wavehand_event);
}

/* The time in which 10 million events/s would fill the ring. */
static long least_nap(const struct source *s)
{
	return s->ring.size < 100000 ? (long)s->ring.size * 100 : 10000000;
}

uint64_t source_rest(const struct source *s)
{
	return s->behind ? 0 : (uint64_t)least_nap(s);
}

void source_wait(struct source *s, const volatile sig_atomic_t *stop,
		 const sigset_t *signals, bool busy)
{
	const long least = least_nap(s);
	struct pollfd pollfd = { .fd = s->fd, .events = POLLIN };
	struct timespec timeout = { 0 };
	sigset_t before;
	bool few;

	if (s->behind)
		return;
	few = s->ring.map && s->gathered < s->ring.size / 64;
	s->gathered = 0;
	/* Longer while only a burst of many times as many events could fill it in that. */
	s->nap = busy ? (few && s->nap ? 2 * s->nap : least) : 0;
	if (s->nap > 4 * least)
		s->nap = 4 * least;
	timeout.tv_nsec = s->nap;
	sigprocmask(SIG_BLOCK, signals, &before);
	if (!*stop)
		ppoll(&pollfd, busy ? 0 : 1, busy ? &timeout : NULL, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void source_close(struct source *s)
{
	ring_unmap(&s->ring);
	if (s->fd >= 0)
		close(s->fd);
	free(s->buffer);
	if (s->merge)
		merge_free(s->merge);
	free(s->merge);
	s->merge = NULL;
	s->fd = -1;
	s->buffer = NULL;
}
