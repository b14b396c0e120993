/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for what is large, taken when the module is loaded. A plain vmalloc() takes
 * whatever there is, and has somebody killed for the rest: loading rather fails.
 */
#ifndef _WH_MEMORY_H
#define _WH_MEMORY_H

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

/* Is so much to be had without hurting anybody? Others may be faster. */
static inline bool wh_memory_available(u64 bytes)
{
	return (s64)(bytes >> PAGE_SHIFT) < si_mem_available();
}

/* Zeroed, to be freed with vfree(), or NULL: then the kernel's log has more. */
static inline void *wh_memory_alloc(size_t bytes)
{
	return __vmalloc(bytes, GFP_KERNEL | __GFP_ZERO | __GFP_RETRY_MAYFAIL);
}

#endif /* _WH_MEMORY_H */
