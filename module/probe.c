// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints are not exported to modules, but can be found by name. Where there is no
 * tracepoint, a hook is called at the entry of a function.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include "hook.h"
#include "probe.h"

struct wh_source *const wh_sources[WH_SOURCES] = {
	&wh_source_state,
	&wh_source_accept,
	&wh_source_timewait,
	&wh_source_request,
	&wh_source_segment,
};

static void match(struct tracepoint *tracepoint, void *data)
{
	struct wh_probe *probe;

	for (probe = data; probe->name; probe++)
		if (!strcmp(tracepoint->name, probe->name))
			probe->tracepoint = tracepoint;
}

/* Up to @end, or to the last one. */
static void detach_tracepoints(struct wh_probe *probes,
			       const struct wh_probe *end)
{
	struct wh_probe *probe;

	for (probe = probes; probe != end && probe->name; probe++)
		tracepoint_probe_unregister(probe->tracepoint, probe->function,
					    NULL);
	tracepoint_synchronize_unregister();
}

static int attach_tracepoints(struct wh_probe *probes)
{
	struct wh_probe *probe;
	int err;

	for_each_kernel_tracepoint(match, probes);
	for (probe = probes; probe->name; probe++) {
		err = -ENOENT;
		if (probe->tracepoint)
			err = tracepoint_probe_register(probe->tracepoint,
							probe->function, NULL);
		if (err) {
			pr_err("cannot hook tracepoint %s: %d\n", probe->name,
			       err);
			detach_tracepoints(probes, probe);
			return err;
		}
	}
	return 0;
}

static bool wanted(const struct wh_source *source)
{
	return !source->enabled || *source->enabled;
}

/*
 * On, or absent: the kernel lacks what it needs and goes without. But not without the
 * state changes, nor for want of memory.
 */
static int settle(struct wh_source *source, int err)
{
	if (err && (!source->enabled || err == -ENOMEM)) {
		pr_err("cannot observe %s: %d; it needs %s\n", source->name, err,
		       source->needs);
		return err;
	}
	if (err)
		pr_warn("going on without %s: it needs %s\n", source->name,
			source->needs);
	WRITE_ONCE(source->status, err ? WH_SOURCE_ABSENT : WH_SOURCE_ON);
	return 0;
}

static bool has_hooks(const struct wh_source *source)
{
	return source->hooks && wanted(source);
}

static int find_hooks(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < WH_SOURCES && !err; i++)
		if (has_hooks(wh_sources[i]))
			err = wh_hooks_find(wh_sources[i]->hooks);
	wh_hooks_found();
	return err;
}

/* Those of all sources, at once. */
static int attach_hooks(void)
{
	int added[WH_SOURCES];
	int found = find_hooks();
	unsigned int i;
	int attached;
	int err = 0;

	for (i = 0; i < WH_SOURCES; i++)
		if (has_hooks(wh_sources[i]))
			added[i] = found ?: wh_hooks_add(wh_sources[i]->hooks);
	attached = wh_hooks_attach();
	for (i = 0; i < WH_SOURCES && !err; i++)
		if (has_hooks(wh_sources[i]))
			err = settle(wh_sources[i], added[i] ?: attached);
	return err;
}

/** wh_probes_need_addresses() - will a source ask for endpoints by their addresses? */
bool wh_probes_need_addresses(void)
{
	unsigned int i;

	for (i = 0; i < WH_SOURCES; i++)
		if (wh_sources[i]->by_addresses && wanted(wh_sources[i]))
			return true;
	return false;
}

/**
 * wh_probes_init() - attach all sources; events begin
 *
 * Tracepoints, then hooks, then segments: they make requests, which hooks end.
 *
 * Return: 0, -ENOENT when the kernel lacks a tracepoint, -ENOMEM.
 */
int wh_probes_init(void)
{
	struct wh_source *source;
	unsigned int i;
	int err = 0;

	for (i = 0; i < WH_SOURCES && !err; i++) {
		source = wh_sources[i];
		if (source->probes && wanted(source))
			err = settle(source, attach_tracepoints(source->probes));
	}
	if (!err)
		err = attach_hooks();
	for (i = 0; i < WH_SOURCES && !err; i++) {
		source = wh_sources[i];
		if (source->attach && wanted(source))
			err = settle(source, source->attach());
	}
	if (err)
		wh_probes_exit();
	return err;
}

/** wh_probes_exit() - detach all sources that are on; no probe runs any more on return */
void wh_probes_exit(void)
{
	struct wh_source *source;
	unsigned int i;

	for (i = WH_SOURCES; i--;) {
		source = wh_sources[i];
		if (source->attach && wh_source_on(source))
			source->detach();
	}
	wh_hooks_detach();
	for (i = WH_SOURCES; i--;) {
		source = wh_sources[i];
		if (source->probes && wh_source_on(source))
			detach_tracepoints(source->probes, NULL);
	}
}
