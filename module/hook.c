// SPDX-License-Identifier: GPL-2.0
/*
 * One ftrace_ops for the hooks of all sources, and one look-up of all addresses: each
 * registration, and each kprobe that is let go, is a wait for all processors or all tasks.
 *
 * The order of calls is that of hook.h; init and exit of the module are the only callers,
 * and there is one of these at a time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include "compat.h"
#include "hook.h"

/* ftrace calls a little behind the address: endbr64, bti c. No two functions are so near. */
#define ENTRY_SIZE	16

static struct kprobe *found[WH_HOOKS_MAX];
static unsigned int nr_found;

/* Written before they are attached, and not while they are. */
static const struct wh_hook *added[WH_HOOKS_MAX];
static unsigned int nr_added;
static bool attached;

static void on_entry(unsigned long ip, unsigned long caller,
		     struct ftrace_ops *ops, struct ftrace_regs *args)
{
	unsigned int i;

	for (i = 0; i < nr_added; i++) {
		if (ip - added[i]->address < ENTRY_SIZE) {
			added[i]->function(args);
			return;
		}
	}
}

static struct ftrace_ops ops = {
	.func = on_entry,
	/* Nobody may turn it off while it is relied on. */
	.flags = FTRACE_OPS_FL_PERMANENT,
};

/* Leads from the name of a function to its address: no other way does that for a module. It is never armed. */
static int look_up(struct wh_hook *hook, const char *name)
{
	hook->kprobe = (struct kprobe){
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};
	return register_kprobe(&hook->kprobe);
}

/**
 * wh_hooks_find() - find the addresses of kernel functions
 * @hooks: whose; ended by one without a name
 *
 * Return: 0, also for those that this kernel does not have; -ENOMEM.
 */
int wh_hooks_find(struct wh_hook *hooks)
{
	struct wh_hook *hook;
	int err;

	for (hook = hooks; hook->name; hook++) {
		hook->address = 0;
		if (WARN_ON_ONCE(nr_found == WH_HOOKS_MAX))
			return -ENOMEM;
		err = look_up(hook, hook->name);
		if (err && err != -ENOMEM && hook->or_name)
			err = look_up(hook, hook->or_name);
		if (err == -ENOMEM)
			return err;
		if (err)
			continue;
		hook->address = (unsigned long)hook->kprobe.addr;
		found[nr_found++] = &hook->kprobe;
	}
	return 0;
}

/** wh_hooks_found() - let go of what finding took, after the last wh_hooks_find() */
void wh_hooks_found(void)
{
	unregister_kprobes(found, nr_found);
	nr_found = 0;
}

static bool is_added(unsigned long address)
{
	unsigned int i;

	for (i = 0; i < nr_added; i++)
		if (added[i]->address == address)
			return true;
	return false;
}

static int add(const struct wh_hook *hook)
{
	int err = -ENOENT;

	if (!hook->address && hook->optional)
		return 0;
	if (WARN_ON_ONCE(hook->address && is_added(hook->address)))
		return -EEXIST;
	if (hook->address)
		err = ftrace_set_filter_ip(&ops, hook->address, 0, 0);
	if (err)
		pr_notice("cannot hook %s: %d\n", hook->name, err);
	else
		added[nr_added++] = hook;
	return err;
}

/**
 * wh_hooks_add() - hooks that wh_hooks_attach() is to attach: all of these, or none
 * @hooks: whose addresses were found
 *
 * Return: 0, -ENOENT when this kernel lacks one, -EOPNOTSUPP when it lacks what hooks
 * need, or what ftrace says.
 */
int wh_hooks_add(struct wh_hook *hooks)
{
	unsigned int before = nr_added;
	struct wh_hook *hook;
	int err = 0;

	if (!WH_HAS_ARGUMENTS)
		return -EOPNOTSUPP;
	for (hook = hooks; hook->name && !err; hook++)
		err = add(hook);
	if (!err)
		return 0;
	/* If that fails ftrace calls for nothing: on_entry() does not know it. */
	while (nr_added > before)
		ftrace_set_filter_ip(&ops, added[--nr_added]->address, 1, 0);
	return err;
}

/**
 * wh_hooks_attach() - attach all that were added; they are called from now on
 *
 * Return: 0, or what ftrace says; then none is attached.
 */
int wh_hooks_attach(void)
{
	int err;

	/* To ftrace no filter is every function of the kernel. */
	if (!nr_added)
		return 0;
	err = register_ftrace_function(&ops);
	attached = !err;
	if (err)
		pr_notice("cannot hook functions: %d\n", err);
	return err;
}

/** wh_hooks_detach() - detach all, and forget what was added; none runs any more on return */
void wh_hooks_detach(void)
{
	if (attached)
		unregister_ftrace_function(&ops);
	attached = false;
	ftrace_free_filter(&ops);
	nr_added = 0;
}
