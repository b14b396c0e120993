/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between kernels: the only home of version tests. */
#ifndef _WH_COMPAT_H
#define _WH_COMPAT_H

#include <linux/ftrace.h>
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/timer.h>
#include <linux/version.h>

/* Does ftrace hand over the arguments of a function, without being asked for all registers? */
#define WH_HAS_ARGUMENTS IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)

/* Argument number n, from 0, of a function at whose entry ftrace calls. */
#if KERNEL_VERSION(6, 2, 0) > LINUX_VERSION_CODE
#define wh_argument(fregs, n) \
	((void *)regs_get_kernel_argument(&(fregs)->regs, n))
#else
#define wh_argument(fregs, n) \
	((void *)ftrace_regs_get_argument(fregs, n))
#endif

#if KERNEL_VERSION(6, 2, 0) > LINUX_VERSION_CODE
#define timer_delete_sync(timer) del_timer_sync(timer)
#endif

/* Of an area that is just being mapped. */
static inline void wh_vm_flags(struct vm_area_struct *vma, unsigned long set,
			       unsigned long clear)
{
#if KERNEL_VERSION(6, 3, 0) > LINUX_VERSION_CODE
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#else
	vm_flags_mod(vma, set, clear);
#endif
}

#endif /* _WH_COMPAT_H */
