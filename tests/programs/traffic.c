// SPDX-License-Identifier: GPL-2.0
/*
 * usage: traffic FAMILY COUNT MICROSECONDS
 * COUNT connections over loopback (0: until SIGTERM) with a pause after each. Prints how
 * many there were.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include "loopback.h"

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	stop = 1;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct loopback loopback;
	long made = 0, count;

	if (argc != 4)
		errx(2, "usage: traffic FAMILY COUNT MICROSECONDS");
	count = atol(argv[2]);
	sigaction(SIGTERM, &action, NULL);
	loopback_listen(&loopback, atoi(argv[1]));
	while (!stop && (!count || made < count)) {
		loopback_connection(&loopback);
		made++;
		if (atoi(argv[3]))
			usleep(atoi(argv[3]));
	}
	close(loopback.listener);
	printf("%ld\n", made);
	return 0;
}
