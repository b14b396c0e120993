// SPDX-License-Identifier: GPL-2.0
/*
 * usage: slurp LEAST MOST SEED [turns]
 * Copies standard input to its end in reads of LEAST to MOST bytes, each written at once;
 * prints on standard error how many there were. With "turns" those who share both
 * descriptors take turns, none reads before the other has written, and each begins by
 * stopping itself.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void lock(short type)
{
	struct flock all = { .l_type = type, .l_whence = SEEK_SET };

	if (fcntl(STDOUT_FILENO, F_SETLKW, &all))
		err(1, "lock");
}

int main(int argc, char **argv)
{
	unsigned long least, most, reads = 0;
	char *buffer;
	ssize_t n;

	if (argc < 4)
		errx(2, "usage: slurp LEAST MOST SEED [turns]");
	least = strtoul(argv[1], NULL, 0);
	most = strtoul(argv[2], NULL, 0);
	srandom(strtoul(argv[3], NULL, 0));
	buffer = malloc(most);
	if (argc > 4)
		raise(SIGSTOP);
	do {
		if (argc > 4)
			lock(F_WRLCK);
		n = read(STDIN_FILENO, buffer, least + random() % (most - least + 1));
		if (n < 0)
			err(1, "read");
		if (write(STDOUT_FILENO, buffer, n) != n)
			err(1, "write");
		if (argc > 4) {
			lock(F_UNLCK);
			usleep(1000);
		}
		reads += !!n;
	} while (n);
	fprintf(stderr, "%lu\n", reads);
	return 0;
}
