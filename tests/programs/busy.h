/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long the machine was busy, for programs that tell what something costs: where time is
 * instructions, all that anybody executed. The kernel's books of idle time are exact.
 */
#ifndef BUSY_H
#define BUSY_H

#include <err.h>
#include <stdio.h>
#include <time.h>

static inline long busy_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

/* Nanoseconds that the processors were idle since they started. */
static inline long busy_idle(void)
{
	FILE *file = fopen("/proc/timer_list", "r");
	char line[256];
	long part, idle = 0;

	if (!file)
		err(1, "/proc/timer_list");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " .idle_sleeptime : %ld", &part) == 1 ||
		    sscanf(line, " .iowait_sleeptime: %ld", &part) == 1)
			idle += part;
	fclose(file);
	return idle;
}

struct busy {
	long begin, idle;
};

/* Reading the books is outside of what is measured, at both ends. */
static inline void busy_begin(struct busy *b)
{
	b->idle = busy_idle();
	b->begin = busy_now();
}

static inline long busy_end(const struct busy *b)
{
	long end = busy_now();

	return end - b->begin - (busy_idle() - b->idle);
}

#endif
