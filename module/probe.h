/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sources of events. Each has a file probe_*.c and a table of the
 * tracepoints that it hooks; probe.c finds and attaches them.
 *
 * A probe runs in process or softirq context, with preemption disabled up to
 * Linux 6.12 and enabled since, not always in an RCU read section. It must not
 * allocate and not sleep.
 */
#ifndef _WH_PROBE_H
#define _WH_PROBE_H

struct tracepoint;

/**
 * struct wh_probe - one function hooked to one tracepoint
 * @name: of the tracepoint
 * @function: of the tracepoint's own type, with a first argument void *data
 * @tracepoint: found by name
 */
struct wh_probe {
	const char *name;
	void *function;
	struct tracepoint *tracepoint;
};

/* probe_state.c; ended by an entry without a name */
extern struct wh_probe wh_probes_state[];

int wh_probes_init(void);
void wh_probes_exit(void);

#endif /* _WH_PROBE_H */
