// SPDX-License-Identifier: GPL-2.0
/*
 * usage: bulk FAMILY SIZE COUNT ROUNDS
 * One connection over loopback, whose both ends are here: ROUNDS times COUNT writes of SIZE
 * bytes, each sent at once and read before the next, and before them as many that do not
 * count. Prints for each round how many nanoseconds a data segment took, by the kernel's
 * count of them.
 */
#include <netinet/tcp.h>
#include <stdlib.h>
#include "busy.h"
#include "loopback.h"

#define MANY	65536

/* Segments with data that the kernel has sent: TCPOrigDataSent. */
static long segments(void)
{
	FILE *file = fopen("/proc/net/netstat", "r");
	static char names[MANY], values[MANY];
	char *name, *value, *rest[2];
	long found = -1;

	if (!file || !fgets(names, sizeof(names), file) || !fgets(values, sizeof(values), file))
		err(1, "/proc/net/netstat");
	fclose(file);
	name = strtok_r(names, " \n", &rest[0]);
	value = strtok_r(values, " \n", &rest[1]);
	while (name && value) {
		if (!strcmp(name, "TCPOrigDataSent"))
			found = atol(value);
		name = strtok_r(NULL, " \n", &rest[0]);
		value = strtok_r(NULL, " \n", &rest[1]);
	}
	if (found < 0)
		errx(1, "/proc/net/netstat has no TCPOrigDataSent");
	return found;
}

static void move(int from, int to, long size)
{
	static char data[1 << 20];
	long n, left;

	if (write(from, data, size) != size)
		err(1, "write");
	for (left = size; left; left -= n) {
		n = read(to, data, left);
		if (n <= 0)
			err(1, "read");
	}
}

int main(int argc, char **argv)
{
	struct loopback loopback;
	int round, rounds, client, child, one = 1;
	long i, size, count, before, took;
	struct busy busy;

	if (argc != 5)
		errx(2, "usage: bulk FAMILY SIZE COUNT ROUNDS");
	size = atol(argv[2]);
	count = atol(argv[3]);
	rounds = atoi(argv[4]);
	loopback_listen(&loopback, atoi(argv[1]));
	client = socket(loopback.family, SOCK_STREAM, 0);
	if (client < 0 || connect(client, (void *)&loopback.address, loopback.length) ||
	    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		err(1, "connect");
	child = accept(loopback.listener, NULL, NULL);
	if (child < 0)
		err(1, "accept");
	for (round = 0; round <= rounds; round++) {
		before = segments();
		busy_begin(&busy);
		for (i = 0; i < count; i++)
			move(client, child, size);
		took = busy_end(&busy);
		if (round)
			printf("%ld\n", took / (segments() - before));
	}
	return 0;
}
