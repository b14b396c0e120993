// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints are not exported to modules, but can be found by name. Where there is no
 * tracepoint, ftrace calls at the entry of a function.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include "probe.h"

/*
 * Segments come last, and go first: they make requests, which the source before them
 * ends.
 */
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

static void detach_hooks(struct wh_hook *hooks)
{
	struct wh_hook *hook;

	for (hook = hooks; hook->name; hook++) {
		if (!hook->attached)
			continue;
		unregister_ftrace_function(&hook->ops);
		ftrace_free_filter(&hook->ops);
		hook->attached = false;
	}
}

static int find(struct wh_hook *hook, const char *name)
{
	char filter[64];

	strscpy(filter, name, sizeof(filter));
	return ftrace_set_filter(&hook->ops, filter, strlen(filter), 1);
}

static int attach_hook(struct wh_hook *hook)
{
	int err = find(hook, hook->name);

	if (err && hook->or_name)
		err = find(hook, hook->or_name);
	if (err == -EINVAL && hook->optional)
		return 0;
	if (!err) {
		/* Nobody may turn it off while it is relied on. */
		hook->ops.flags |= FTRACE_OPS_FL_PERMANENT;
		err = register_ftrace_function(&hook->ops);
		hook->attached = !err;
	}
	if (err) {
		ftrace_free_filter(&hook->ops);
		pr_notice("cannot hook %s: %d\n", hook->name, err);
	}
	return err;
}

static int attach_hooks(struct wh_hook *hooks)
{
	struct wh_hook *hook;

	for (hook = hooks; hook->name; hook++) {
		int err = attach_hook(hook);

		if (err) {
			detach_hooks(hooks);
			return err;
		}
	}
	return 0;
}

static int attach(struct wh_source *source)
{
	int err = 0;

	if (source->probes)
		err = attach_tracepoints(source->probes);
	if (err)
		return err;
	if (source->hooks)
		err = attach_hooks(source->hooks);
	if (err)
		goto err_tracepoints;
	if (source->attach)
		err = source->attach();
	if (err)
		goto err_hooks;
	WRITE_ONCE(source->status, WH_SOURCE_ON);
	return 0;

err_hooks:
	if (source->hooks)
		detach_hooks(source->hooks);
err_tracepoints:
	if (source->probes)
		detach_tracepoints(source->probes, NULL);
	return err;
}

static void detach(struct wh_source *source)
{
	if (!wh_source_on(source))
		return;
	if (source->detach)
		source->detach();
	if (source->hooks)
		detach_hooks(source->hooks);
	if (source->probes)
		detach_tracepoints(source->probes, NULL);
}

/**
 * wh_probes_init() - attach all sources; events begin
 *
 * A kernel that lacks what a source hooks goes without, but for the state changes.
 *
 * Return: 0, -ENOENT when the kernel lacks a tracepoint, -ENOMEM.
 */
int wh_probes_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < WH_SOURCES; i++) {
		struct wh_source *source = wh_sources[i];

		if (source->enabled && !*source->enabled)
			continue;
		err = attach(source);
		if (!err)
			continue;
		if (!source->enabled || err == -ENOMEM) {
			pr_err("cannot observe %s: %d; it needs %s\n",
			       source->name, err, source->needs);
			goto err_detach;
		}
		pr_warn("going on without %s: it needs %s\n", source->name,
			source->needs);
		WRITE_ONCE(source->status, WH_SOURCE_ABSENT);
	}
	return 0;

err_detach:
	while (i--)
		detach(wh_sources[i]);
	return err;
}

/** wh_probes_exit() - detach all sources; no probe runs any more on return */
void wh_probes_exit(void)
{
	unsigned int i = WH_SOURCES;

	while (i--)
		detach(wh_sources[i]);
}
