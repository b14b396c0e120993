// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints are not exported to modules, but can be found by name. Where there is no
 * tracepoint, ftrace calls at the entry of a function.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include "compat.h"
#include "probe.h"

/* ftrace calls a little behind the address: endbr64, bti c. No two functions are so near. */
#define ENTRY_SIZE	16

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

/* At the entry of any of the functions that a source hooks. */
static void on_entry(unsigned long ip, unsigned long caller,
		     struct ftrace_ops *ops, struct ftrace_regs *args)
{
	const struct wh_hook *hook;

	for (hook = ops->private; hook->name; hook++) {
		if (ip - hook->address < ENTRY_SIZE) {
			hook->function(args);
			return;
		}
	}
}

static void detach_hooks(struct wh_source *source)
{
	unregister_ftrace_function(&source->ops);
	ftrace_free_filter(&source->ops);
}

/* Leads from the name of a function to its address: no other way does that for a module. It is never armed. */
static int look_up(struct wh_hook *hook, const char *name)
{
	hook->kprobe = (struct kprobe){
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};
	return register_kprobe(&hook->kprobe);
}

/* All together: to let go of a kprobe is to wait for all processors. */
static int find_addresses(struct wh_hook *hooks)
{
	struct kprobe *found[WH_HOOKS_MAX];
	struct wh_hook *hook;
	int count = 0;
	int err = 0;

	for (hook = hooks; hook->name && err != -ENOMEM; hook++) {
		hook->address = 0;
		err = look_up(hook, hook->name);
		if (err && err != -ENOMEM && hook->or_name)
			err = look_up(hook, hook->or_name);
		if (err)
			continue;
		hook->address = (unsigned long)hook->kprobe.addr;
		found[count++] = &hook->kprobe;
	}
	unregister_kprobes(found, count);
	return err == -ENOMEM ? err : 0;
}

static int set_filter(struct wh_source *source, struct wh_hook *hook)
{
	int err = -ENOENT;

	if (!hook->address && hook->optional)
		return 0;
	if (hook->address)
		err = ftrace_set_filter_ip(&source->ops, hook->address, 0, 0);
	if (err)
		pr_notice("cannot hook %s: %d\n", hook->name, err);
	return err;
}

static int attach_hooks(struct wh_source *source)
{
	struct wh_hook *hook;
	int err;

	if (!WH_HAS_ARGUMENTS)
		return -EOPNOTSUPP;
	source->ops.func = on_entry;
	source->ops.private = source->hooks;
	/* Nobody may turn it off while it is relied on. */
	source->ops.flags = FTRACE_OPS_FL_PERMANENT;
	err = find_addresses(source->hooks);
	if (err)
		return err;
	for (hook = source->hooks; hook->name; hook++) {
		err = set_filter(source, hook);
		if (err)
			goto err_filter;
	}
	err = register_ftrace_function(&source->ops);
	if (!err)
		return 0;
	pr_notice("cannot hook functions: %d\n", err);

err_filter:
	ftrace_free_filter(&source->ops);
	return err;
}

static int attach(struct wh_source *source)
{
	int err = 0;

	if (source->probes)
		err = attach_tracepoints(source->probes);
	if (err)
		return err;
	if (source->hooks)
		err = attach_hooks(source);
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
		detach_hooks(source);
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
		detach_hooks(source);
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
