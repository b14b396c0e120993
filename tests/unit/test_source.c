// SPDX-License-Identifier: GPL-2.0
#include <byteswap.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "source.h"

#define EVENTS 3

struct recording {
	struct wavehand_file_header header;
	struct wavehand_event events[EVENTS];
};

static char path[] = "/tmp/wavehand-test-XXXXXX";

static struct recording good(void)
{
	struct recording r;
	int i;

	memset(&r, 0, sizeof(r));
	memcpy(r.header.magic, WAVEHAND_MAGIC, sizeof(r.header.magic));
	r.header.abi = WAVEHAND_ABI;
	r.header.event_size = sizeof(struct wavehand_event);
	for (i = 0; i < EVENTS; i++)
		r.events[i].serial = (uint64_t)i + 1;
	return r;
}

/* Reads a recording of @size bytes; returns its events, and the error in @error. */
static int read_all(const void *data, size_t size, char error[320])
{
	const struct wavehand_event *events;
	FILE *file = fopen(path, "w");
	struct source s;
	ssize_t count = -1, i;
	int seen = 0;

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	fclose(file);
	if (!source_open_recording(&s, path))
		while ((count = source_read(&s, &events)) > 0)
			for (i = 0; i < count; i++)
				assert_int_equal(events[i].serial, ++seen);
	assert_int_equal(count < 0, s.error[0] != '\0');
	memcpy(error, s.error, sizeof(s.error));
	source_close(&s);
	return seen;
}

static void refused(const struct recording *r, const char *reason)
{
	char error[320];

	assert_int_equal(read_all(r, sizeof(*r), error), 0);
	if (!strstr(error, reason))
		fail_msg("\"%s\" does not say \"%s\"", error, reason);
	assert_null(strchr(error, '\n'));
}

static void whole(void **state)
{
	struct recording r = good();
	char error[320];

	(void)state;
	assert_int_equal(read_all(&r, sizeof(r), error), EVENTS);
	assert_string_equal(error, "");
	assert_int_equal(read_all(&r, sizeof(r.header), error), 0);
	assert_string_equal(error, "");
}

static void truncated(void **state)
{
	struct recording r = good();
	char error[320];
	size_t size;

	(void)state;
	for (size = 0; size < sizeof(r); size++) {
		int whole_events = size < sizeof(r.header) ? 0 :
			(int)((size - sizeof(r.header)) / sizeof(struct wavehand_event));

		assert_int_equal(read_all(&r, size, error), whole_events);
		if (!size)
			assert_non_null(strstr(error, "empty"));
		else if (size % sizeof(struct wavehand_event))
			assert_non_null(strstr(error, "truncated"));
		else
			assert_string_equal(error, "");
	}
}

static void foreign(void **state)
{
	struct recording r = good();
	char abi[16];

	(void)state;
	r.header.magic[0] ^= 1;
	refused(&r, "not a recording");
	r = good();
	r.header.abi = WAVEHAND_ABI + 1;
	snprintf(abi, sizeof(abi), "ABI %d,", WAVEHAND_ABI + 1);
	refused(&r, abi);
	r.header.abi = 1;
	refused(&r, "ABI 1,");
	r = good();
	r.header.abi = bswap_32(r.header.abi);
	r.header.event_size = bswap_32(r.header.event_size);
	refused(&r, "other byte order");
	r = good();
	r.header.event_size = 0;
	refused(&r, "damaged");
}

/* That a non-blocking pipe has nothing at the moment is not the end of a recording. */
static void later(void **state)
{
	struct recording r = good();
	const struct wavehand_event *events;
	const struct timespec moment = { .tv_nsec = 20000000 };
	int standard = dup(STDIN_FILENO), fd[2], seen = 0;
	struct source s;
	ssize_t count;
	size_t i, step;
	pid_t child;

	(void)state;
	assert_int_equal(pipe2(fd, O_NONBLOCK), 0);
	assert_true(dup2(fd[0], STDIN_FILENO) >= 0);
	child = fork();
	if (!child) {
		close(fd[0]);
		for (i = 0; i < sizeof(r); i += step) {
			step = sizeof(r) - i < 100 ? sizeof(r) - i : 100;
			nanosleep(&moment, NULL);
			if (write(fd[1], (char *)&r + i, step) != (ssize_t)step)
				break;
		}
		_exit(0);
	}
	close(fd[0]);
	close(fd[1]);
	assert_int_equal(source_open_recording(&s, "-"), 0);
	while ((count = source_read(&s, &events)) > 0)
		seen += (int)count;
	assert_int_equal(count, 0);
	assert_int_equal(seen, EVENTS);
	source_close(&s);
	waitpid(child, NULL, 0);
	dup2(standard, STDIN_FILENO);
	close(standard);
}

static void missing(void **state)
{
	struct source s;

	(void)state;
	assert_int_equal(source_open_recording(&s, "/nonexistent/recording"), -1);
	assert_non_null(strstr(s.error, "No such file"));
	source_close(&s);
	assert_int_equal(source_open_device(&s, "/nonexistent/device", true), -1);
	assert_non_null(strstr(s.error, "load the module"));
	source_close(&s);
	assert_int_equal(source_open_device(&s, "/dev/null", true), -1);
	assert_non_null(strstr(s.error, "not the wavehand device"));
	source_close(&s);
}

static void write_part(const char *name, const struct recording *r, size_t size)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(r, 1, size, file), size);
	fclose(file);
}

/* Two recordings give what both hold; a cut one what is whole, and then the error. */
static void several(void **state)
{
	struct recording r = good();
	const struct wavehand_event *events;
	char other[] = "/tmp/wavehand-test-XXXXXX";
	const char *paths[] = { path, other, "/nonexistent" };
	struct source s;
	ssize_t count;
	struct stat st;
	int i;

	(void)state;
	close(mkstemp(other));
	write_part(path, &r, sizeof(r));
	for (i = 0; i < EVENTS; i++)
		r.events[i].time = 1000;
	write_part(paths[1], &r, sizeof(r) - 1);
	assert_int_equal(source_open_recordings(&s, paths, 2), 0);
	assert_int_equal(source_read(&s, &events), 2 * EVENTS - 1);
	assert_int_equal(source_read(&s, &events), -1);
	assert_non_null(strstr(s.error, "truncated"));
	assert_int_equal(stat(paths[1], &st), 0);
	assert_true(source_reads(&s, &st));
	assert_int_equal(stat("/etc/passwd", &st), 0);
	assert_false(source_reads(&s, &st));
	source_close(&s);

	write_part(paths[1], &r, sizeof(r));
	assert_int_equal(source_open_recordings(&s, paths, 2), 0);
	assert_int_equal(source_read(&s, &events), 2 * EVENTS);
	for (i = 0; i < 2 * EVENTS; i++)
		assert_int_equal(events[i].serial, i + 1);
	count = source_read(&s, &events);
	assert_int_equal(count, 0);
	source_close(&s);

	assert_int_equal(source_open_recordings(&s, paths, 3), -1);
	assert_non_null(strstr(s.error, "No such file"));
	source_close(&s);
	paths[1] = path;
	assert_int_equal(source_open_recordings(&s, paths, 2), -1);
	assert_non_null(strstr(s.error, "same machine"));
	source_close(&s);
	assert_int_equal(source_open_recordings(&s, paths, 1), 0);
	source_close(&s);
	unlink(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole), cmocka_unit_test(truncated),
		cmocka_unit_test(foreign), cmocka_unit_test(missing),
		cmocka_unit_test(later), cmocka_unit_test(several),
	};
	int failed;

	close(mkstemp(path));
	failed = cmocka_run_group_tests_name("source", tests, NULL, NULL);
	unlink(path);
	return failed;
}
