// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints are not exported to modules, but can be found by name.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include "probe.h"

static void match(struct tracepoint *tracepoint, void *data)
{
	struct wh_probe *probe;

	for (probe = data; probe->name; probe++)
		if (!strcmp(tracepoint->name, probe->name))
			probe->tracepoint = tracepoint;
}

static void detach(struct wh_probe *probes, const struct wh_probe *end)
{
	struct wh_probe *probe;

	for (probe = probes; probe != end; probe++)
		tracepoint_probe_unregister(probe->tracepoint, probe->function,
					    NULL);
}

static int attach(struct wh_probe *probes)
{
	struct wh_probe *probe;
	int err;

	for_each_kernel_tracepoint(match, probes);
	for (probe = probes; probe->name; probe++) {
		if (!probe->tracepoint) {
			pr_err("this kernel has no tracepoint %s: it needs CONFIG_TRACEPOINTS and CONFIG_INET, Linux 6.1 or later\n",
			       probe->name);
			err = -ENOENT;
			goto err_detach;
		}
		err = tracepoint_probe_register(probe->tracepoint,
						probe->function, NULL);
		if (err) {
			pr_err("cannot hook tracepoint %s: %d\n", probe->name,
			       err);
			goto err_detach;
		}
	}
	return 0;

err_detach:
	detach(probes, probe);
	tracepoint_synchronize_unregister();
	return err;
}

/**
 * wh_probes_init() - attach all probes; events begin
 *
 * Return: 0, -ENOENT when the kernel lacks a tracepoint, -ENOMEM.
 */
int wh_probes_init(void)
{
	return attach(wh_probes_state);
}

/** wh_probes_exit() - detach all probes; none runs any more on return */
void wh_probes_exit(void)
{
	const struct wh_probe *end = wh_probes_state;

	while (end->name)
		end++;
	detach(wh_probes_state, end);
	tracepoint_synchronize_unregister();
}
