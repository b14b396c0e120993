// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/wavehand/{sockets,history,stats} of each network namespace, readable
 * by the root of the user namespace that owns it (proc gives its files to that
 * one), and the link /proc/wavehand. The README and wavehand(5) have the formats.
 *
 * A reader copies one endpoint under its shard's lock and formats it outside.
 * The position in the file is that of the walk over the store plus one.
 *
 * An open file holds a reference on the module: the kernel could unload it and
 * cut the reader off, but people expect "in use".
 */
#include <linux/in6.h>
#include <linux/inet.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string_helpers.h>
#include <linux/time64.h>
#include <net/net_namespace.h>
#include "chardev.h"
#include "listener.h"
#include "proc.h"
#include "ring.h"
#include "store.h"

#define DIRECTORY	"wavehand"
#define LINK_NAME	"wavehand"
#define LINK_TARGET	"net/wavehand"

static const char *const state_names[WAVEHAND_STATES] = WAVEHAND_STATE_NAMES;

static const char *const role_names[] = {
	[WAVEHAND_ROLE_UNKNOWN] = "?",
	[WAVEHAND_ROLE_ACTIVE] = "active",
	[WAVEHAND_ROLE_PASSIVE] = "passive",
	[WAVEHAND_ROLE_LISTENER] = "listener",
};

static const char *const actor_names[] = {
	[WAVEHAND_ACTOR_UNKNOWN] = "?",
	[WAVEHAND_ACTOR_PROCESS] = "process",
	[WAVEHAND_ACTOR_SEGMENT] = "segment",
	[WAVEHAND_ACTOR_TIMER] = "timer",
};

static const char *const provenance_names[] = {
	[WAVEHAND_UNKNOWN] = "unknown",
	[WAVEHAND_OBSERVED] = "observed",
	[WAVEHAND_INFERRED] = "inferred",
};

static const char *state_name(u8 state)
{
	return state_names[state < WAVEHAND_STATES ? state : 0];
}

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

/* ------------------------------------------------------------ words -- */

#define ENDPOINT_LENGTH	(INET6_ADDRSTRLEN + sizeof("[]:65535"))

static const char *format_socket(char *buffer, u8 family, const u8 *addr,
				 u16 port)
{
	if (family == 6)
		snprintf(buffer, ENDPOINT_LENGTH, "[%pI6c]:%u", addr, port);
	else
		snprintf(buffer, ENDPOINT_LENGTH, "%pI4:%u", addr, port);
	return buffer;
}

static const char *format_local(char *buffer,
				const struct wavehand_endpoint *pub)
{
	if (!(pub->known & WAVEHAND_KNOWN_LOCAL))
		return "?";
	return format_socket(buffer, pub->family, pub->local_addr,
			     pub->local_port);
}

static const char *format_remote(char *buffer,
				 const struct wavehand_endpoint *pub)
{
	if (pub->role == WAVEHAND_ROLE_LISTENER)
		return "*";
	if (!(pub->known & WAVEHAND_KNOWN_REMOTE))
		return "?";
	return format_socket(buffer, pub->family, pub->remote_addr,
			     pub->remote_port);
}

/* One word, whatever a process calls itself; a backslash begins an octal. */
static void show_comm(struct seq_file *m, const struct wavehand_endpoint *pub)
{
	if (pub->known & WAVEHAND_KNOWN_OWNER && pub->owner_comm[0])
		seq_escape_mem(m, pub->owner_comm,
			       strnlen(pub->owner_comm, sizeof(pub->owner_comm)),
			       ESCAPE_OCTAL | ESCAPE_NAP | ESCAPE_APPEND,
			       " \\");
	else
		seq_putc(m, '?');
}

static void show_seconds(struct seq_file *m, u64 ns, unsigned int digits)
{
	u32 rest;
	u64 seconds = div_u64_rem(ns, NSEC_PER_SEC, &rest);

	if (digits == 9)
		seq_printf(m, "%llu.%09u", seconds, rest);
	else
		seq_printf(m, "%llu.%03u", seconds, rest / (u32)NSEC_PER_MSEC);
}

static void show_age(struct seq_file *m, const struct wh_snapshot *snapshot)
{
	u64 now = ktime_get_ns();
	u64 born = snapshot->kept ? snapshot->events[0].time : now;

	show_seconds(m, now > born ? now - born : 0, 3);
}

/* ---------------------------------------------------------- sockets -- */

static void show_socket(struct seq_file *m, const struct wh_snapshot *snapshot)
{
	const struct wavehand_endpoint *pub = &snapshot->pub;
	char local[ENDPOINT_LENGTH], remote[ENDPOINT_LENGTH];

	seq_printf(m, "%llu ", pub->id);
	if (pub->known & WAVEHAND_KNOWN_COOKIE)
		seq_printf(m, "%llu", pub->cookie);
	else
		seq_putc(m, '?');
	seq_printf(m, " ipv%u %s %s %s %s ", pub->family,
		   format_local(local, pub), format_remote(remote, pub),
		   state_name(pub->state),
		   role_names[pub->role]);
	show_age(m, snapshot);
	seq_printf(m, " %u %u ", snapshot->kept, snapshot->dropped);
	if (pub->known & WAVEHAND_KNOWN_OWNER)
		seq_printf(m, "%u ", pub->owner_pid);
	else
		seq_puts(m, "? ");
	show_comm(m, pub);
	seq_putc(m, '\n');
}

static int sockets_show(struct seq_file *m, void *v)
{
	if (v == SEQ_START_TOKEN)
		seq_puts(m, "id cookie family local remote state role age events dropped pid comm\n");
	else
		show_socket(m, v);
	return 0;
}

/* ---------------------------------------------------------- history -- */

static void show_identity(struct seq_file *m,
			  const struct wh_snapshot *snapshot)
{
	const struct wavehand_endpoint *pub = &snapshot->pub;
	char local[ENDPOINT_LENGTH], remote[ENDPOINT_LENGTH];

	seq_printf(m, "#%llu ipv%u local=%s remote=%s state=%s role=%s",
		   pub->id, pub->family, format_local(local, pub),
		   format_remote(remote, pub), state_name(pub->state),
		   role_names[pub->role]);
	if (pub->known & WAVEHAND_KNOWN_COOKIE)
		seq_printf(m, " cookie=%llu", pub->cookie);
	seq_puts(m, " age=");
	show_age(m, snapshot);
	seq_printf(m, " events=%u dropped=%u", snapshot->kept,
		   snapshot->dropped);
	if (pub->known & WAVEHAND_KNOWN_OWNER)
		seq_printf(m, " pid=%u", pub->owner_pid);
	seq_puts(m, " comm=");
	show_comm(m, pub);
	seq_printf(m, " uid=%u", pub->owner_uid);
	if (pub->known & WAVEHAND_KNOWN_ISS)
		seq_printf(m, " iss=%u", pub->iss);
	if (pub->known & WAVEHAND_KNOWN_IRS)
		seq_printf(m, " irs=%u", pub->irs);
	if (pub->known & WAVEHAND_KNOWN_BYTES)
		seq_printf(m, " sent=%llu received=%llu", pub->bytes_sent,
			   pub->bytes_received);
	if (pub->flags & WAVEHAND_EP_MPTCP)
		seq_puts(m, " mptcp");
	if (pub->flags & WAVEHAND_EP_REPAIR)
		seq_puts(m, " repair");
	seq_putc(m, '\n');
	if (pub->joined)
		seq_printf(m, "  joined in %s\n",
			   state_name(pub->joined));
}

/* Relative where the initial number is known, as in a textbook. */
static void show_number(struct seq_file *m, const char *name, bool valid,
			u32 number, bool relative, u32 initial)
{
	if (!valid)
		seq_printf(m, " %s=?", name);
	else if (relative)
		seq_printf(m, " %s=%u", name, number - initial);
	else
		seq_printf(m, " %s=raw:%u", name, number);
}

static void show_event(struct seq_file *m, const struct wh_event *event,
		       const struct wavehand_endpoint *pub)
{
	seq_puts(m, "  ");
	show_seconds(m, event->time, 9);
	if (event->kind == WAVEHAND_GONE)
		seq_printf(m, " %s -> gone", state_name(event->old_state));
	else
		seq_printf(m, " %s -> %s", state_name(event->old_state),
			   state_name(event->new_state));
	seq_printf(m, " %s", provenance_names[event->provenance]);
	show_number(m, "Seq", event->flags & WAVEHAND_EV_SEQ, event->seq,
		    pub->known & WAVEHAND_KNOWN_ISS, pub->iss);
	show_number(m, "Ack", event->flags & WAVEHAND_EV_ACK, event->ack,
		    pub->known & WAVEHAND_KNOWN_IRS, pub->irs);
	seq_printf(m, " by=%s", actor_names[event->actor]);
	if (event->actor == WAVEHAND_ACTOR_PROCESS)
		seq_printf(m, ":%u", event->actor_pid);
	if (event->error)
		seq_printf(m, " error=%u", event->error);
	seq_putc(m, '\n');
}

static int history_show(struct seq_file *m, void *v)
{
	const struct wh_snapshot *snapshot = v;
	u32 i;

	if (v == SEQ_START_TOKEN)
		return 0;
	show_identity(m, snapshot);
	for (i = 0; i < snapshot->kept; i++) {
		if (i == snapshot->before_gap)
			seq_printf(m, "  dropped %u events\n",
				   snapshot->dropped);
		show_event(m, &snapshot->events[i], &snapshot->pub);
	}
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

static int stats_show(struct seq_file *m, void *v)
{
	const struct net *net = m->private;
	struct wh_store_stats stats;

	seq_printf(m, "abi %u\n", WAVEHAND_ABI);
	if (!net_eq(net, &init_net))
		return show_own_stats(m, net);

	wh_store_read_stats(&stats);
	seq_printf(m, "events %llu\n", stats.events);
	seq_printf(m, "transitions %llu\n", stats.transitions);
	seq_printf(m, "endpoints %llu\n", stats.endpoints);
	seq_printf(m, "endpoints_live %llu\n", stats.live);
	seq_printf(m, "endpoints_closed %llu\n", stats.closed);
	seq_printf(m, "evicted %llu\n", stats.evicted);
	seq_printf(m, "untracked %llu\n", stats.untracked);
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

static int open_walk(struct inode *inode, struct file *file,
		     const struct seq_operations *ops)
{
	struct walk *walk;

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
	int err;

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
