// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside.h"

#define ARGUMENTS 64

/* The command's main(): the Makefile gives it this name. */
int command_main(int argc, char **argv);

/* The linker puts this in the place of ioctl(2). */
int __wrap_ioctl(int fd, unsigned long request, ...);
int __real_ioctl(int fd, unsigned long request, ...);

/* What is freed is kept from being used again, but not so long that memory is always new. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4";
}

struct wavehand_info inside_info = {
	.abi = WAVEHAND_ABI, .event_size = sizeof(struct wavehand_event), .ring = 1,
};

static int output;
static char *text;
static size_t room;

static void die(const char *what)
{
	perror(what);
	abort();
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *argument;

	va_start(ap, request);
	argument = va_arg(ap, void *);
	va_end(ap);
	if (request != WAVEHAND_IOC_INFO)
		return __real_ioctl(fd, request, argument);
	memcpy(argument, &inside_info, sizeof(inside_info));
	return 0;
}

int inside_start(void)
{
	int before = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);

	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	unsetenv("COLUMNS");
	unsetenv("NO_COLOR");
	unsetenv("WAVEHAND_DEVICE");
	output = memfd_create("output", MFD_CLOEXEC);
	if (before < 0 || output < 0 || dup2(output, STDOUT_FILENO) < 0)
		die("output");
	return before;
}

const char *inside_file(unsigned int i, const void *data, size_t size)
{
	static char names[INSIDE_FILES][32];
	static int files[INSIDE_FILES];

	if (!files[i]) {
		files[i] = memfd_create("input", MFD_CLOEXEC);
		if (files[i] < 0)
			die("input");
		snprintf(names[i], sizeof(names[i]), "/proc/self/fd/%d", files[i]);
	}
	if (ftruncate(files[i], 0) || pwrite(files[i], data, size, 0) != (ssize_t)size)
		die("input");
	return names[i];
}

/* What was written to the file of standard output. */
static void take_output(struct said *said)
{
	struct stat st;
	ssize_t n;

	fflush(stdout);
	if (fstat(output, &st))
		die("output");
	if ((size_t)st.st_size >= room) {
		room = 2 * (size_t)st.st_size + 4096;
		text = realloc(text, room);
		if (!text)
			die("output");
	}
	n = pread(output, text, (size_t)st.st_size, 0);
	if (n != st.st_size || ftruncate(output, 0) || lseek(output, 0, SEEK_SET))
		die("output");
	text[n] = '\0';
	said->out = text;
	said->out_size = (size_t)n;
}

void inside_call(struct said *said, int (*function)(void *context), void *context)
{
	static const int signals[] = { SIGINT, SIGTERM };
	static char *err;
	static size_t err_size;
	struct sigaction before[2];
	FILE *real = stderr;
	int i;

	free(err);
	err = NULL;
	for (i = 0; i < 2; i++)
		sigaction(signals[i], NULL, &before[i]);
	/* The file, not its descriptor: a sanitizer is to be heard. */
	stderr = open_memstream(&err, &err_size);
	if (!stderr)
		abort();
	said->status = function(context);
	fclose(stderr);
	stderr = real;
	for (i = 0; i < 2; i++)
		sigaction(signals[i], &before[i], NULL);
	said->err = err;
	said->err_size = err_size;
	take_output(said);
}

static int call_main(void *context)
{
	const char *const *from = context;
	char *argv[ARGUMENTS + 1];
	int argc = 0;

	while (from[argc] && argc < ARGUMENTS) {
		argv[argc] = (char *)from[argc];
		argc++;
	}
	argv[argc] = NULL;
	optind = 0;	/* glibc: begin anew */
	return command_main(argc, argv);
}

void inside_run(struct said *said, const char *const *argv)
{
	inside_call(said, call_main, (void *)argv);
}
