// SPDX-License-Identifier: GPL-2.0
/*
 * Source: accept(2). sock_graft() joins an accepted socket to a file, in the context of
 * the process that accepts, and asks the security modules: security_sock_graft().
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <net/sock.h>
#include "compat.h"
#include "owner.h"
#include "probe.h"
#include "store.h"

static bool accepts = true;
module_param(accepts, bool, 0444);
MODULE_PARM_DESC(accepts, "Observe accept(2): the owner of passive endpoints (default: Y)");

static void on_graft(struct ftrace_regs *args)
{
	const struct sock *sk = wh_argument(args, 0);
	struct wh_event event = {
		.kind = WAVEHAND_ACCEPTED,
		.provenance = WAVEHAND_OBSERVED,
		.actor = WAVEHAND_ACTOR_PROCESS,
	};
	struct wh_endpoint *endpoint;
	struct wh_entry entry;

	if (sk->sk_protocol != IPPROTO_TCP || !in_task())
		return;
	wh_store_find(&entry, sk);
	endpoint = entry.endpoint;
	if (endpoint && endpoint->pub.role == WAVEHAND_ROLE_PASSIVE &&
	    !endpoint->accepted) {
		endpoint->accepted = true;
		wh_owner_learn(&endpoint->pub);
		event.time = ktime_get_ns();
		event.actor_pid = endpoint->pub.owner_pid;
		wh_store_append(&entry, &event);
	}
	wh_store_end(&entry);
}

static struct wh_hook hooks[] = {
	{ .name = "security_sock_graft", .function = on_graft },
	{ }
};

struct wh_source wh_source_accept = {
	.name = "accept",
	.needs = WH_NEEDS_HOOKS ", CONFIG_SECURITY_NETWORK",
	.enabled = &accepts,
	.hooks = hooks,
};
