// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "command.h"
#include "gather.h"
#include "language.h"
#include "progress.h"

int gather(struct source *s, struct histories *h)
{
	sigset_t signals;
	const volatile sig_atomic_t never = 0;
	const struct wavehand_event *events;
	const uint64_t all = source_size(s);
	ssize_t count = 0, i;

	sigemptyset(&signals);
	progress_start(_("reading"));
	do {
		count = source_read(s, &events);
		progress_at(s->events, all);
		for (i = 0; i < count; i++) {
			if (history_add(h, &events[i])) {
				trouble("out of memory");
				count = -1;
				goto done;
			}
			if (events[i].kind != WAVEHAND_LIVE)
				continue;
			s->dumped = true;
			if (s->live)
				goto done;
		}
		if (count < 0)
			trouble("%s", s->error);
		else if (!count && s->live)
			source_wait(s, &never, &signals, false);
	} while (count > 0 || (!count && s->live));
done:
	if (s->live)
		h->now = source_now();
	history_sort(h);
	progress_end();
	return count < 0 ? -1 : 0;
}

void gather_tell(const struct histories *h)
{
	if (h->lost_events)
		fprintf(stderr, _("%llu events were lost by the reader: what is shown may be old\n"),
			(unsigned long long)h->lost_events);
	if (h->untracked)
		fprintf(stderr, _("%llu events of untracked endpoints: the store was full\n"),
			(unsigned long long)h->untracked);
	if (h->evicted)
		fprintf(stderr, _("%llu endpoints were evicted during the dump\n"),
			(unsigned long long)h->evicted);
}
