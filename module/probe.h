/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sources of events. Each has a file probe_*.c and says what it hooks; probe.c
 * attaches them.
 *
 * A probe runs in process or softirq context, with preemption disabled or enabled
 * (tracepoints since Linux 7.3), not always in an RCU read section. It must not
 * allocate and not sleep.
 */
#ifndef _WH_PROBE_H
#define _WH_PROBE_H

#include <linux/time64.h>
#include <linux/types.h>
#include "hook.h"

/*
 * A segment is handled at once: one of an event before that is another story. Well below
 * any timer, well above what handling a segment takes.
 */
#define WH_JUST_NOW	(100 * NSEC_PER_MSEC)

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

#define WH_NEEDS_HOOKS \
	"CONFIG_DYNAMIC_FTRACE_WITH_ARGS, CONFIG_KPROBES, and kernel.ftrace_enabled=1"

enum wh_source_status {
	WH_SOURCE_OFF,		/* a parameter turned it off */
	WH_SOURCE_ABSENT,	/* this kernel lacks what it hooks */
	WH_SOURCE_ON,
};

/**
 * struct wh_source - one source
 * @name: for people
 * @needs: what a kernel without it has to be told
 * @enabled: the parameter that may turn it off; NULL: the module is nothing without
 * @by_addresses: it asks for endpoints by their addresses
 * @probes: its tracepoints, ended by one without a name; a source has these, or
 * @hooks: functions, likewise; or
 * @attach: what does something else
 * @detach: undoes it; none of its hooks runs any more on return
 * @status: written once, while probes of other sources may read it
 */
struct wh_source {
	const char *name;
	const char *needs;
	const bool *enabled;
	bool by_addresses;
	struct wh_probe *probes;
	struct wh_hook *hooks;
	int (*attach)(void);
	void (*detach)(void);
	enum wh_source_status status;
};

extern struct wh_source wh_source_state;	/* probe_state.c */
extern struct wh_source wh_source_accept;	/* probe_accept.c */
extern struct wh_source wh_source_timewait;	/* probe_timewait.c */
extern struct wh_source wh_source_request;	/* probe_request.c */
extern struct wh_source wh_source_segment;	/* probe_segment.c */

/* All of these, in the order in which they are attached. */
#define WH_SOURCES	5
extern struct wh_source *const wh_sources[WH_SOURCES];

static inline bool wh_source_on(const struct wh_source *source)
{
	return READ_ONCE(source->status) == WH_SOURCE_ON;
}

u64 wh_segments_unattached(void);

bool wh_probes_need_addresses(void);
int wh_probes_init(void);
void wh_probes_exit(void);

#endif /* _WH_PROBE_H */
