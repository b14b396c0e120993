// SPDX-License-Identifier: GPL-2.0
/*
 * usage: pace PROCESSES MILLISECONDS
 * As many processes, each on a processor of its own, make connections over loopback that end
 * with a reset, each with a listener of its own. Prints how many there were in a second, in all.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "busy.h"
#include "loopback.h"

static struct {
	int ready;
	long made;
} *all;	/* shared by processes */

static void work(int processor, int processes, long time)
{
	struct loopback loopback;
	long made = 0, end;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "processor %d", processor);
	loopback_listen(&loopback, 4);
	__atomic_add_fetch(&all->ready, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&all->ready, __ATOMIC_SEQ_CST) < processes)
		sched_yield();
	for (end = busy_now() + time; busy_now() < end; made++)
		loopback_connection(&loopback);
	__atomic_add_fetch(&all->made, made, __ATOMIC_SEQ_CST);
}

int main(int argc, char **argv)
{
	int i, processes, status;
	long milliseconds;

	if (argc != 3)
		errx(2, "usage: pace PROCESSES MILLISECONDS");
	processes = atoi(argv[1]);
	milliseconds = atol(argv[2]);
	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		err(1, "mmap");
	for (i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			work(i, processes, milliseconds * 1000000);
			return 0;
		}
	}
	for (i = 0; i < processes; i++)
		if (wait(&status) < 0 || status)
			errx(1, "a process failed");
	printf("%ld\n", all->made * 1000 / milliseconds);
	return 0;
}
