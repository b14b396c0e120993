/* SPDX-License-Identifier: GPL-2.0 */
/* Functions of ours that ftrace calls at the entry of functions of the kernel. */
#ifndef _WH_HOOK_H
#define _WH_HOOK_H

#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/types.h>

/**
 * struct wh_hook - one function called at the entry of a kernel function, by ftrace
 * @name: of the kernel function
 * @or_name: its name in other releases, or NULL
 * @optional: a kernel without it has nothing to tell; not all of a source are
 * @function: gets the arguments, see wh_argument()
 * @address: of the kernel function; 0: this kernel has none
 * @kprobe: found the address
 *
 * ftrace and not kprobes: these do not nest. While one is handled, an interrupt may bring
 * a batch of segments, and each kprobe that they hit would be skipped.
 */
struct wh_hook {
	const char *name;
	const char *or_name;
	bool optional;
	void (*function)(struct ftrace_regs *args);
	unsigned long address;
	struct kprobe kprobe;
};

/* Of all sources; no function has two. */
#define WH_HOOKS_MAX	16

int wh_hooks_find(struct wh_hook *hooks);
void wh_hooks_found(void);
int wh_hooks_add(struct wh_hook *hooks);
int wh_hooks_attach(void);
void wh_hooks_detach(void);

#endif /* _WH_HOOK_H */
