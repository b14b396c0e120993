// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "gather.h"

int gather(struct source *s, struct histories *h)
{
	sigset_t signals;
	const volatile sig_atomic_t never = 0;
	const struct wavehand_event *events;
	ssize_t count = 0, i;

	sigemptyset(&signals);
	do {
		count = source_read(s, &events);
		for (i = 0; i < count; i++) {
			if (s->live && events[i].kind == WAVEHAND_LIVE)
				goto done;
			if (history_add(h, &events[i])) {
				trouble("out of memory");
				count = -1;
				goto done;
			}
		}
		if (count < 0)
			trouble("%s", s->error);
		else if (!count && s->live)
			source_wait(s, &never, &signals, false);
	} while (count > 0 || (!count && s->live));
done:
	history_sort(h);
	return count < 0 ? -1 : 0;
}
