// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/wavehand/{sockets,history,stats} of each network namespace, readable
 * by the root of the user namespace that owns it (proc gives its files to that
 * one) with CAP_NET_ADMIN there, and the link /proc/wavehand. The README and
 * wavehand(5) have the formats.
 *
 * A reader copies one endpoint under its shard's lock and formats it outside.
 * The position in the file is that of the walk over the store plus one.
 *
 * An open file holds a reference on the module: the kernel could unload it and
 * cut the reader off, but people expect "in use".
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <net/net_namespace.h>
#include "chardev.h"
#include "listener.h"
#include "probe.h"
#include "proc.h"
#include "ring.h"
#include "snapshot.h"
#include "text.h"

#define DIRECTORY	"wavehand"
#define LINK_NAME	"wavehand"
#define LINK_TARGET	"net/wavehand"

static const char *const source_statuses[] = {
	[WH_SOURCE_OFF] = "off",
	[WH_SOURCE_ABSENT] = "absent",
	[WH_SOURCE_ON] = "on",
};

/**
 * struct walk - one open file
 * @net: whose files these are; alive while they can be read
 * @position: of the endpoint in @snapshot
 * @snapshot: what is being shown
 */
struct walk {
	const struct net *net;
	u32 position;
	struct wh_snapshot *snapshot;
};

static int sockets_show(struct seq_file *m, void *v)
{
	if (v == SEQ_START_TOKEN)
		seq_puts(m, "id cookie family local remote state role age events dropped pid comm cause\n");
	else
		wh_text_socket(m, v);
	return 0;
}

static int history_show(struct seq_file *m, void *v)
{
	if (v != SEQ_START_TOKEN)
		wh_text_history(m, v);
	return 0;
}

/* ------------------------------------------------------------- walk -- */

static void *walk_from(struct seq_file *m, loff_t *pos)
{
	struct walk *walk = m->private;

	if (*pos - 1 > U32_MAX)
		return NULL;
	walk->position = *pos - 1;
	if (!wh_store_next(&walk->position, walk->net->net_cookie,
			   walk->snapshot))
		return NULL;
	*pos = walk->position + 1LL;
	return walk->snapshot;
}

static void *walk_start(struct seq_file *m, loff_t *pos)
{
	if (*pos == 0)
		return SEQ_START_TOKEN;
	return walk_from(m, pos);
}

static void *walk_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return walk_from(m, pos);
}

static void walk_stop(struct seq_file *m, void *v)
{
}

static const struct seq_operations sockets_ops = {
	.start = walk_start,
	.next = walk_next,
	.stop = walk_stop,
	.show = sockets_show,
};

static const struct seq_operations history_ops = {
	.start = walk_start,
	.next = walk_next,
	.stop = walk_stop,
	.show = history_show,
};

/* ------------------------------------------------------------ stats -- */

/* What a namespace is told: its own endpoints, not the counters of all. */
static int show_own_stats(struct seq_file *m, const struct net *net)
{
	struct wh_snapshot *snapshot = wh_snapshot_alloc();
	u64 events = 0, dropped = 0, live = 0, closed = 0;
	u32 position;

	if (!snapshot)
		return -ENOMEM;
	for (position = 0; wh_store_next(&position, net->net_cookie, snapshot);
	     position++) {
		events += snapshot->kept;
		dropped += snapshot->dropped;
		if (snapshot->pub.state == WAVEHAND_CLOSED)
			closed++;
		else
			live++;
		cond_resched();
	}
	kvfree(snapshot);
	seq_printf(m, "endpoints_live %llu\n", live);
	seq_printf(m, "endpoints_closed %llu\n", closed);
	seq_printf(m, "events_kept %llu\n", events);
	seq_printf(m, "events_dropped %llu\n", dropped);
	return 0;
}

static void show_sources(struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < WH_SOURCES; i++)
		seq_printf(m, "source_%s %s\n", wh_sources[i]->name,
			   source_statuses[READ_ONCE(wh_sources[i]->status)]);
}

static int stats_show(struct seq_file *m, void *v)
{
	const struct net *net = m->private;
	struct wh_store_stats stats;

	seq_printf(m, "abi %u\n", WAVEHAND_ABI);
	show_sources(m);
	if (!net_eq(net, &init_net))
		return show_own_stats(m, net);

	wh_store_read_stats(&stats);
	seq_printf(m, "events %llu\n", wh_ring_made());
	seq_printf(m, "transitions %llu\n", stats.transitions);
	seq_printf(m, "segments %llu\n", stats.segments);
	seq_printf(m, "endpoints %llu\n", stats.endpoints);
	seq_printf(m, "endpoints_live %llu\n", stats.live);
	seq_printf(m, "endpoints_closed %llu\n", stats.closed);
	seq_printf(m, "evicted %llu\n", stats.evicted);
	seq_printf(m, "untracked %llu\n", stats.untracked);
	seq_printf(m, "requests %llu\n", stats.requests);
	seq_printf(m, "requests_evicted %llu\n", stats.requests_evicted);
	seq_printf(m, "unattached %llu\n", wh_segments_unattached());
	seq_printf(m, "listeners_missed %llu\n", wh_listener_missed());
	seq_printf(m, "lost %llu\n", wh_ring_lost());
	seq_printf(m, "readers %u\n", wh_chardev_readers());
	seq_printf(m, "capacity %u\n", wh_store_capacity());
	seq_printf(m, "depth %u\n", wh_store_depth());
	seq_printf(m, "shards %u\n", wh_store_shards());
	seq_printf(m, "ring %u\n", wh_ring_size());
	seq_printf(m, "memory %llu\n",
		   wh_store_memory() +
		   (u64)wh_ring_size() * sizeof(struct wavehand_event));
	return 0;
}

/* ------------------------------------------------------------ files -- */

/*
 * As the device: the mode alone would let in a uid 0 that has no capability, in a
 * container that shares it, and through /proc/PID/net to any network namespace.
 */
static int may_open(struct inode *inode)
{
	const struct net *net = pde_data(inode);

	return ns_capable(net->user_ns, CAP_NET_ADMIN) ? 0 : -EPERM;
}

static int open_walk(struct inode *inode, struct file *file,
		     const struct seq_operations *ops)
{
	struct walk *walk;
	int err = may_open(inode);

	if (err)
		return err;
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	walk = __seq_open_private(file, ops, sizeof(*walk));
	if (!walk)
		goto err_put;
	walk->net = pde_data(inode);
	walk->snapshot = wh_snapshot_alloc();
	if (!walk->snapshot)
		goto err_release;
	return 0;

err_release:
	seq_release_private(inode, file);
err_put:
	module_put(THIS_MODULE);
	return -ENOMEM;
}

static int release_walk(struct inode *inode, struct file *file)
{
	const struct seq_file *m = file->private_data;
	const struct walk *walk = m->private;

	kvfree(walk->snapshot);
	seq_release_private(inode, file);
	module_put(THIS_MODULE);
	return 0;
}

static int sockets_open(struct inode *inode, struct file *file)
{
	return open_walk(inode, file, &sockets_ops);
}

static int history_open(struct inode *inode, struct file *file)
{
	return open_walk(inode, file, &history_ops);
}

static int stats_open(struct inode *inode, struct file *file)
{
	int err = may_open(inode);

	if (err)
		return err;
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	err = single_open(file, stats_show, pde_data(inode));
	if (err)
		module_put(THIS_MODULE);
	return err;
}

static int stats_release(struct inode *inode, struct file *file)
{
	int err = single_release(inode, file);

	module_put(THIS_MODULE);
	return err;
}

static const struct proc_ops sockets_proc_ops = {
	.proc_open = sockets_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = release_walk,
};

static const struct proc_ops history_proc_ops = {
	.proc_open = history_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = release_walk,
};

static const struct proc_ops stats_proc_ops = {
	.proc_open = stats_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = stats_release,
};

static int __net_init net_init(struct net *net)
{
	struct proc_dir_entry *dir = proc_net_mkdir(net, DIRECTORY,
						    net->proc_net);

	if (!dir)
		return -ENOMEM;
	if (proc_create_data("sockets", 0400, dir, &sockets_proc_ops, net) &&
	    proc_create_data("history", 0400, dir, &history_proc_ops, net) &&
	    proc_create_data("stats", 0400, dir, &stats_proc_ops, net))
		return 0;
	remove_proc_subtree(DIRECTORY, net->proc_net);
	return -ENOMEM;
}

static void __net_exit net_exit(struct net *net)
{
	remove_proc_subtree(DIRECTORY, net->proc_net);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.exit = net_exit,
};

/**
 * wh_proc_init() - make the files of every network namespace, and the link
 *
 * Return: 0, -ENOMEM.
 */
int wh_proc_init(void)
{
	int err;

	err = register_pernet_subsys(&net_ops);
	if (err)
		return err;
	if (!proc_symlink(LINK_NAME, NULL, LINK_TARGET)) {
		unregister_pernet_subsys(&net_ops);
		return -ENOMEM;
	}
	return 0;
}

/** wh_proc_exit() - remove them; on return nobody reads any more */
void wh_proc_exit(void)
{
	remove_proc_entry(LINK_NAME, NULL);
	unregister_pernet_subsys(&net_ops);
}
