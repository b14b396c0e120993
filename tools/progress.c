// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "language.h"
#include "progress.h"
#include "text.h"

#define NS_PER_S 1000000000ULL
/* Nothing is told of what takes no longer; then four times in a second. */
#define PATIENCE NS_PER_S
#define PAUSE (NS_PER_S / 4)

static const char *doing;
static uint64_t next;
static int shown;	/* columns of the line */

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

void progress_start(const char *what)
{
	progress_end();
	if (!isatty(STDERR_FILENO))
		return;
	doing = what;
	next = now() + PATIENCE;
}

/* Or to a pipe: a pager draws on the same terminal, and so may whoever else reads there. */
static bool is_seen(int fd)
{
	struct stat st;

	return isatty(fd) || (!fstat(fd, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)));
}

void progress_write(const char *what)
{
	progress_end();
	if (!is_seen(STDOUT_FILENO))
		progress_start(what);
}

/* A job in the background has the terminal's name, but somebody else reads there. */
static bool is_ours(void)
{
	pid_t group = tcgetpgrp(STDERR_FILENO);

	return group < 0 || group == getpgrp();
}

/* All of it in front of the right edge, where it would go on in the next line. */
static void show(const char *text)
{
	struct winsize size = { 0 };
	int columns = 80, length, width;

	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		columns = size.ws_col;
	length = (int)(text_behind(text, columns - 1) - text);
	width = text_width(text) < columns ? text_width(text) : columns - 1;
	/* Blanks take away what is left of a longer one, on any terminal. */
	fprintf(stderr, "\r%.*s%*s\r", length, text, shown > width ? shown - width : 0, "");
	fflush(stderr);
	shown = width;
}

void progress_at(uint64_t done, uint64_t all)
{
	uint64_t time;
	char text[256];

	if (!doing)
		return;
	time = now();
	if (time < next)
		return;
	next = time + PAUSE;
	if (!is_ours())
		return;
	if (all && done <= all)
		snprintf(text, sizeof(text), "%s: %3.0f %%", doing, 100.0 * (double)done / (double)all);
	else
		snprintf(text, sizeof(text), "%s: %llu", doing, (unsigned long long)done);
	show(text);
}

void progress_end(void)
{
	if (shown && is_ours())
		show("");
	shown = 0;
	doing = NULL;
}
