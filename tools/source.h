/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where events come from: the device, a recording, or several recordings made one.
 * All give the same events, so nothing behind this file asks which one it was.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "merge.h"
#include "ring.h"
#include "wavehand.h"

#define SOURCE_DEVICE "/dev/wavehand"

/**
 * struct source - an open device or recording
 * @fd: its file; -1 when there are several
 * @live: it is a device
 * @header: of the recording, or what a recording begun now would have
 * @events: whole events given so far
 * @ring: the device's, mapped once what it gives is read there; zero of a recording
 * @behind: more is there than was read, or some was lost: no time to wait
 * @gathered: events given since source_wait() let some gather
 * @nap: how long source_wait() lets them gather, in ns
 * @buffer: what was read; aligned for an event
 * @used: bytes in @buffer
 * @given: bytes at its start that the caller has had
 * @stop: set by a signal handler: see source_read(). NULL: no handler is there
 * @signals: the signals of @stop
 * @until: when @stop was found set, on the device's clock; 0 before
 * @merge: several recordings, all in memory; NULL otherwise
 * @dumped: gather() met WAVEHAND_LIVE: histories are there from their beginning
 * @name: of the file, for messages
 * @error: one line that says what is wrong and what to do; "" while nothing is
 */
struct source {
	int fd;
	bool live;
	struct wavehand_file_header header;
	uint64_t events;
	struct ring ring;
	bool behind;
	uint64_t gathered;
	long nap;
	unsigned char *buffer;
	size_t used;
	size_t given;
	const volatile sig_atomic_t *stop;
	const sigset_t *signals;
	uint64_t until;
	struct merge *merge;
	bool dumped;
	const char *name;
	char error[320];
};

/**
 * source_open_device - open the device
 * @s: to fill in
 * @path: of the device
 * @dump: begin with the histories kept; only what happens from now on otherwise
 *
 * Return: 0, or -1 with @s->error set. Call source_close() in both cases.
 */
int source_open_device(struct source *s, const char *path, bool dump);

/**
 * source_open_recording - open a recording
 * @s: to fill in
 * @path: of the file; "-" is standard input
 *
 * Return: 0, or -1 with @s->error set. Call source_close() in both cases.
 */
int source_open_recording(struct source *s, const char *path);

/**
 * source_open_recordings - open several recordings as one
 * @s: to fill in
 * @paths: of the files; must outlive @s
 * @count: how many; of more than one all is read into memory now, as merge.h tells
 *
 * Return: as source_open_recording(). One that is cut in the middle of an event is
 * used up to there, and source_read() tells of it in the end.
 */
int source_open_recordings(struct source *s, const char *const *paths, size_t count);

/**
 * source_reads - is this file what is read
 * @s: source
 * @file: of which stat(2) said this
 */
bool source_reads(const struct source *s, const struct stat *file);

/**
 * source_stop_on - let signals end what source_read() gives
 * @s: open source
 * @stop: set by their handler
 * @signals: those signals; must outlive @s
 */
void source_stop_on(struct source *s, const volatile sig_atomic_t *stop,
		    const sigset_t *signals);

/**
 * source_read - the next events
 * @s: source
 * @events: set to the first of them; good until the next call. No byte of them
 *	may be trusted, except that they are there
 *
 * Never blocks on a device. Once it was told to stop a device has what had happened by then, unless it
 * still gives the histories kept; then, as a recording at once, it has nothing more.
 *
 * Return: how many; 0 at the end of a recording or once it has nothing more, or when the device has none
 * at the moment; -1 with @s->error set.
 */
ssize_t source_read(struct source *s, const struct wavehand_event **events);

/** source_now - the clock of a device's events: CLOCK_MONOTONIC, ns */
uint64_t source_now(void);

/** source_size - how many events a recording has, all in all; 0: nobody knows */
uint64_t source_size(const struct source *s);

/** source_rest - how long events of a busy device may gather before they are read, ns */
uint64_t source_rest(const struct source *s);

/**
 * source_wait - wait until a device has events
 * @s: live source
 * @stop: set by a signal handler; looked at with those signals blocked, so that
 *	none slips in between
 * @signals: those signals
 * @busy: the last read gave events: more are coming, let some gather first, unless it
 *	was behind. Without this, a reader of a busy machine is woken often, which
 *	costs more than the events. Not set: return as soon as there is one
 */
void source_wait(struct source *s, const volatile sig_atomic_t *stop,
		 const sigset_t *signals, bool busy);

/**
 * source_close - release everything
 */
void source_close(struct source *s);

#endif /* SOURCE_H */
