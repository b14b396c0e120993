/* SPDX-License-Identifier: GPL-2.0 */
/* The process that an endpoint belongs to. */
#ifndef _WH_OWNER_H
#define _WH_OWNER_H

#include <linux/compiler.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "uapi/wavehand.h"

/* The current process: in a system call of that process only. */
static inline void wh_owner_learn(struct wavehand_endpoint *pub)
{
	pub->owner_pid = task_tgid_nr(current);
	/* Another thread may rename this one meanwhile: a torn name at worst. */
	data_race(memcpy(pub->owner_comm, current->comm,
			 sizeof(pub->owner_comm)));
	pub->owner_comm[sizeof(pub->owner_comm) - 1] = '\0';
	pub->known |= WAVEHAND_KNOWN_OWNER;
	pub->flags &= ~WAVEHAND_EP_INHERITED;
}

#endif /* _WH_OWNER_H */
