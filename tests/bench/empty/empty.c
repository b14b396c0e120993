// SPDX-License-Identifier: GPL-2.0
/*
 * What no module that watches the same can go below: a probe on the tracepoint of state
 * changes that counts and returns, or with segments=Y hooks of netfilter in the places where
 * the segment source has its own.
 */
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <net/net_namespace.h>
#include <net/sock.h>

static bool segments;
module_param(segments, bool, 0444);
MODULE_PARM_DESC(segments, "Hooks of netfilter instead of the probe");

static DEFINE_PER_CPU(unsigned long, seen);
static struct tracepoint *state_change;

static void probe(void *data, const struct sock *sk, const int old, const int new)
{
	this_cpu_inc(seen);
}

static unsigned int hook(void *data, struct sk_buff *skb, const struct nf_hook_state *state)
{
	this_cpu_inc(seen);
	return NF_ACCEPT;
}

static const struct nf_hook_ops hooks[] = {
	{ .hook = hook, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_LOCAL_OUT, .priority = NF_IP_PRI_FIRST },
	{ .hook = hook, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_LOCAL_IN, .priority = NF_IP_PRI_LAST },
};

static void match(struct tracepoint *tracepoint, void *data)
{
	if (!strcmp(tracepoint->name, "inet_sock_set_state"))
		state_change = tracepoint;
}

static int __init empty_init(void)
{
	if (segments)
		return nf_register_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	for_each_kernel_tracepoint(match, NULL);
	return state_change ? tracepoint_probe_register(state_change, probe, NULL) : -ENOENT;
}

static void __exit empty_exit(void)
{
	unsigned long sum = 0;
	int cpu;

	if (segments) {
		nf_unregister_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	} else {
		tracepoint_probe_unregister(state_change, probe, NULL);
		tracepoint_synchronize_unregister();
	}
	for_each_possible_cpu(cpu)
		sum += per_cpu(seen, cpu);
	pr_info("empty: seen %lu\n", sum);	/* a probe that was never called would be cheap */
}

module_init(empty_init);
module_exit(empty_exit);
MODULE_DESCRIPTION("The floor of a bench");
MODULE_LICENSE("GPL");
