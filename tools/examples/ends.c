// SPDX-License-Identifier: GPL-2.0
/* Tells why connections ended: those of the past first, then each as it happens. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wavehand.h>

static const char *const causes[] = WAVEHAND_CAUSE_NAMES;

static void tell(const struct wavehand_event *event)
{
	const struct wavehand_endpoint *ep = &event->endpoint;
	const char *cause = NULL;

	if (event->kind == WAVEHAND_LOST)
		printf("%llu events were lost\n", (unsigned long long)event->count);
	if (event->kind != WAVEHAND_TRANSITION || event->new_state != WAVEHAND_CLOSED ||
	    event->flags & WAVEHAND_EV_RAW)	/* it goes on without its socket */
		return;
	if (ep->cause < sizeof(causes) / sizeof(causes[0]))
		cause = causes[ep->cause];
	printf("#%llu port %u to %u: %s\n", (unsigned long long)ep->id,
	       ep->local_port, ep->remote_port, cause ? cause : "?");
}

int main(int argc, char **argv)
{
	static struct wavehand_event events[256];
	int fd = open(argc > 1 ? argv[1] : "/dev/wavehand", O_RDONLY);
	struct wavehand_info info;
	ssize_t size, i;

	if (fd < 0 || ioctl(fd, WAVEHAND_IOC_INFO, &info)) {
		perror("wavehand");
		return 2;
	}
	if (info.abi != WAVEHAND_ABI || info.event_size != sizeof(events[0])) {
		fprintf(stderr, "the module has ABI %u, this program %d\n", info.abi, WAVEHAND_ABI);
		return 2;
	}
	lseek(fd, 0, SEEK_SET);	/* the histories kept, and then what happens */
	while ((size = read(fd, events, sizeof(events))) > 0) {
		for (i = 0; i < size / (ssize_t)sizeof(events[0]); i++)
			tell(&events[i]);
		fflush(stdout);
	}
	perror("wavehand");
	return 2;
}
