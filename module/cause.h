/* SPDX-License-Identifier: GPL-2.0 */
/* Why a socket is closing, as far as it tells itself. */
#ifndef _WH_CAUSE_H
#define _WH_CAUSE_H

#include <linux/types.h>

struct sock;
struct wh_endpoint;

/* In a system call of its process: not in what a peer or a timer makes it do. */
bool wh_in_system_call(const struct sock *sk);

u8 wh_cause(const struct sock *sk, const struct wh_endpoint *endpoint,
	    u8 old_state, int error);

#endif /* _WH_CAUSE_H */
