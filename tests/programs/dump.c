// SPDX-License-Identifier: GPL-2.0
/*
 * usage: dump
 * Reads all histories from the device, and does nothing with them. Prints "took N events N
 * gaps N": nanoseconds of work, what it read, and how many events were missing in histories.
 */
#include <fcntl.h>
#include <unistd.h>
#include "busy.h"
#include "wavehand.h"

int main(void)
{
	static struct wavehand_event events[1024];
	int fd = open("/dev/wavehand", O_RDONLY);
	unsigned long all = 0, gaps = 0;
	struct busy busy;
	ssize_t i, n;

	if (fd < 0)
		err(1, "/dev/wavehand");
	busy_begin(&busy);
	if (lseek(fd, 0, SEEK_SET) < 0)
		err(1, "lseek");
	for (;;) {
		n = read(fd, events, sizeof(events));
		if (n <= 0)
			err(1, "read");
		n /= sizeof(events[0]);
		for (i = 0; i < n && events[i].kind != WAVEHAND_LIVE; i++) {
			all += events[i].kind < WAVEHAND_GAP;
			if (events[i].kind == WAVEHAND_GAP)
				gaps += events[i].count;
		}
		if (i < n)
			break;
	}
	printf("took %ld events %lu gaps %lu\n", busy_end(&busy), all, gaps);
	return 0;
}
