// SPDX-License-Identifier: GPL-2.0
/*
 * usage: cost FAMILY COUNT ROUNDS PAUSE
 * ROUNDS times COUNT connections over loopback - connect, accept, close by the client,
 * close by the server: ten transitions - and before them as many that do not count.
 * Prints for each round how many nanoseconds of one processor's work one took, with all
 * that anybody did until nobody had anything to do any more: a reader belongs to what is
 * read; but without what is done all the time, which a rest shows. PAUSE seconds are before
 * each round: after 61 the last TIME-WAIT is over, and the kernel finds a free port at once.
 * In a machine whose time is instructions that is how many there were.
 */
#include <stdlib.h>
#include "busy.h"
#include "loopback.h"

/* Seconds in which whoever reads has caught up: the slowest, packet sockets, wait one. */
#define REST 2

static void connection(const struct loopback *l)
{
	int client = socket(l->family, SOCK_STREAM, 0);
	int child;

	if (client < 0 || connect(client, (const void *)&l->address, l->length))
		err(1, "connect");
	child = accept(l->listener, NULL, NULL);
	if (child < 0)
		err(1, "accept");
	close(client);
	close(child);
}

int main(int argc, char **argv)
{
	struct loopback loopback;
	int round, i, count, rounds;
	struct busy busy;
	long rest;

	if (argc != 5)
		errx(2, "usage: cost FAMILY COUNT ROUNDS PAUSE");
	count = atoi(argv[2]);
	rounds = atoi(argv[3]);
	loopback_listen(&loopback, atoi(argv[1]));
	for (round = 0; round <= rounds; round++) {
		sleep(atoi(argv[4]));
		busy_begin(&busy);
		sleep(REST);
		rest = busy_end(&busy);
		busy_begin(&busy);
		for (i = 0; i < count; i++)
			connection(&loopback);
		sleep(REST);
		if (round)
			printf("%ld\n", (busy_end(&busy) - rest) / count);
	}
	return 0;
}
