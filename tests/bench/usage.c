// SPDX-License-Identifier: GPL-2.0
/*
 * usage: usage COMMAND ARGUMENT…
 * Runs it, whose standard output goes nowhere, and prints "microseconds N kibibytes N": of
 * processors, and of memory at the most. A small program, because what the kernel tells of
 * a process is never less than what its parent had when it forked.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long microseconds(const struct timeval *t)
{
	return t->tv_sec * 1000000L + t->tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 2)
		errx(2, "usage: usage COMMAND ARGUMENT...");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		int nothing = open("/dev/null", O_WRONLY);

		if (nothing < 0 || dup2(nothing, STDOUT_FILENO) < 0)
			err(1, "/dev/null");
		execv(argv[1], argv + 1);
		err(1, "%s", argv[1]);
	}
	if (wait4(pid, &status, 0, &usage) < 0)
		err(1, "wait4");
	printf("microseconds %ld kibibytes %ld\n",
	       microseconds(&usage.ru_utime) + microseconds(&usage.ru_stime), usage.ru_maxrss);
	return !WIFEXITED(status) || WEXITSTATUS(status);
}
