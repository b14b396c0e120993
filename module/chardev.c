// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/wavehand: events in binary. uapi/wavehand.h has the contract.
 *
 * Dump, then follow, with nothing missing and nothing twice: the reader notes
 * the ring's head H and then walks the store. Serials are drawn under the lock
 * of the shard that keeps the event, so whatever has a serial up to H is in its
 * history when the walk takes that lock; what is later is left out of the dump
 * and read from the ring, from H + 1 on.
 */
#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nsproxy.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>
#include "chardev.h"
#include "compat.h"
#include "ring.h"
#include "snapshot.h"

#define BUFFER_EVENTS	256U

/**
 * struct reader - one open file
 * @lock: protects all below; not held while sleeping for events
 * @netns: whose events it may see; never changes
 * @next: serial of the next event wanted from the ring
 * @dumping: the dump goes on; the ring comes after it
 * @dump_until: latest serial that belongs to the dump
 * @evicted: endpoints evicted before the dump
 * @position: of the walk over the store
 * @begin: first event in @buffer that has not been read
 * @end: behind the last one
 * @snapshot: endpoint being dumped
 * @dumped: how many of @snapshot's events were looked at
 * @gap_due: @snapshot's gap has not been told yet
 * @buffer: events on their way to the reader
 */
struct reader {
	struct mutex lock;	/* see above */
	u64 netns;
	u64 next;
	bool dumping;
	u64 dump_until;
	u64 evicted;
	u32 position;
	unsigned int begin, end;
	u32 dumped;
	bool gap_due;
	struct wh_snapshot *snapshot;
	struct wavehand_event *buffer;
};

static atomic_t readers = ATOMIC_INIT(0);

static void put_notice(struct reader *reader, u8 kind, u64 serial, u64 count)
{
	struct wavehand_event *notice = &reader->buffer[reader->end++];

	memset(notice, 0, sizeof(*notice));
	notice->kind = kind;
	notice->provenance = WAVEHAND_OBSERVED;
	notice->serial = serial;
	notice->count = count;
}

static bool sees_all(const struct reader *reader)
{
	return reader->netns == WH_STORE_ALL_NETNS;
}

static bool has_room(const struct reader *reader)
{
	return reader->end < BUFFER_EVENTS;
}

static u64 evicted(void)
{
	struct wh_store_stats stats;

	wh_store_read_stats(&stats);
	return stats.evicted + stats.requests_evicted;
}

static void start_dump(struct reader *reader)
{
	reader->evicted = evicted();
	reader->dump_until = wh_ring_head();
	reader->next = reader->dump_until + 1;
	reader->position = 0;
	reader->snapshot->kept = 0;
	reader->dumped = 0;
	reader->gap_due = false;
	reader->dumping = true;
}

static bool next_endpoint(struct reader *reader)
{
	struct wh_snapshot *snapshot = reader->snapshot;

	if (!wh_store_next(&reader->position, reader->netns, snapshot))
		return false;
	reader->position++;
	reader->dumped = 0;
	reader->gap_due = snapshot->dropped;
	return true;
}

static void dump_gap(struct reader *reader)
{
	const struct wh_snapshot *snapshot = reader->snapshot;

	put_notice(reader, WAVEHAND_GAP,
		   wh_kept_serial(&snapshot->events[snapshot->before_gap - 1]),
		   snapshot->dropped);
	reader->buffer[reader->end - 1].endpoint = snapshot->pub;
	reader->gap_due = false;
}

static void dump_event(struct reader *reader)
{
	const struct wh_snapshot *snapshot = reader->snapshot;
	const struct wh_kept *kept = &snapshot->events[reader->dumped++];
	struct wavehand_event *out;
	struct wh_event event;

	if (wh_kept_serial(kept) > reader->dump_until)
		return;
	out = &reader->buffer[reader->end++];
	out->serial = wh_kept_serial(kept);
	wh_event_unpack(kept, &event);
	wh_event_export(&event, &snapshot->pub, out);
}

static void fill_from_store(struct reader *reader)
{
	const struct wh_snapshot *snapshot = reader->snapshot;

	while (has_room(reader) && !fatal_signal_pending(current)) {
		if (reader->dumped == snapshot->kept) {
			if (!next_endpoint(reader)) {
				put_notice(reader, WAVEHAND_LIVE,
					   reader->dump_until,
					   evicted() - reader->evicted);
				reader->dumping = false;
				return;
			}
			continue;
		}
		if (reader->gap_due && reader->dumped == snapshot->before_gap &&
		    wh_kept_serial(&snapshot->events[reader->dumped - 1]) <=
		    reader->dump_until)
			dump_gap(reader);
		else
			dump_event(reader);
		cond_resched();
	}
}

static void fill_from_ring(struct reader *reader)
{
	while (has_room(reader) && !fatal_signal_pending(current)) {
		struct wavehand_event *out = &reader->buffer[reader->end];
		u64 first = reader->next;
		u64 lost = wh_ring_skip_lost(&reader->next);

		if (lost) {
			put_notice(reader, WAVEHAND_LOST, first - 1, lost);
			continue;
		}
		if (!wh_ring_get(reader->next, out)) {
			if (!wh_ring_ready(reader->next))
				return;
			continue;	/* published or overwritten just now */
		}
		reader->next++;
		if (sees_all(reader) ||
		    reader->netns == out->endpoint.netns)
			reader->end++;
		cond_resched();
	}
}

static void fill(struct reader *reader)
{
	if (reader->begin != reader->end)
		return;
	reader->begin = 0;
	reader->end = 0;
	if (reader->dumping)
		fill_from_store(reader);
	if (!reader->dumping)
		fill_from_ring(reader);
}

/* Returns with the lock held and something in the buffer, or an error without. */
static int lock_and_wait(struct reader *reader, bool nonblock)
{
	int err;

	for (;;) {
		u64 next;

		err = mutex_lock_interruptible(&reader->lock);
		if (err)
			return -ERESTARTSYS;
		fill(reader);
		if (reader->begin != reader->end)
			return 0;
		next = reader->next;
		mutex_unlock(&reader->lock);

		if (signal_pending(current))
			return -ERESTARTSYS;
		if (nonblock)
			return -EAGAIN;
		/* Another thread may move this file meanwhile: look again. */
		err = wait_event_interruptible(wh_ring_wait,
					       wh_ring_ready(next) ||
					       READ_ONCE(reader->next) != next ||
					       READ_ONCE(reader->dumping));
		if (err)
			return err;
	}
}

static ssize_t reader_read(struct file *file, char __user *to, size_t size,
			   loff_t *pos)
{
	struct reader *reader = file->private_data;
	size_t wanted = size / sizeof(struct wavehand_event);
	size_t done = 0;
	int err;

	if (!size)
		return 0;
	if (!wanted)
		return -EINVAL;
	err = lock_and_wait(reader, file->f_flags & O_NONBLOCK);
	if (err)
		return err;

	while (done < wanted) {
		size_t n = min_t(size_t, wanted - done,
				 reader->end - reader->begin);
		size_t bytes = n * sizeof(struct wavehand_event);

		if (!n)
			break;
		/* Whole events or none: what faulted is still there to read. */
		if (copy_to_user(to, reader->buffer + reader->begin, bytes)) {
			err = -EFAULT;
			break;
		}
		reader->begin += n;
		done += n;
		to += bytes;
		if (signal_pending(current))
			break;
		fill(reader);
	}
	mutex_unlock(&reader->lock);
	return done ? done * sizeof(struct wavehand_event) : err;
}

static __poll_t reader_poll(struct file *file, struct poll_table_struct *wait)
{
	struct reader *reader = file->private_data;
	bool ready;

	poll_wait(file, &wh_ring_wait, wait);
	mutex_lock(&reader->lock);
	/* Who maps the ring takes nothing out of the buffer. */
	if (!sees_all(reader) || reader->dumping)
		fill(reader);
	ready = reader->begin != reader->end ||
		(sees_all(reader) && !reader->dumping && wh_ring_ready(reader->next));
	mutex_unlock(&reader->lock);
	return ready ? EPOLLIN | EPOLLRDNORM : 0;
}

static vm_fault_t ring_fault(struct vm_fault *fault)
{
	struct page *page = wh_ring_page(fault->pgoff);

	if (!page)
		return VM_FAULT_SIGBUS;
	get_page(page);
	fault->page = page;
	return 0;
}

static const struct vm_operations_struct ring_operations = {
	.fault = ring_fault,
};

/* The mapping holds the file, and the file the module: the ring stays. */
static int reader_mmap(struct file *file, struct vm_area_struct *vma)
{
	const struct reader *reader = file->private_data;

	if (!sees_all(reader) || vma->vm_flags & (VM_WRITE | VM_EXEC))
		return -EPERM;
	if (!wh_ring_page(vma->vm_pgoff + vma_pages(vma) - 1))
		return -EINVAL;
	wh_vm_flags(vma, VM_DONTEXPAND | VM_DONTDUMP, VM_MAYWRITE | VM_MAYEXEC);
	vma->vm_ops = &ring_operations;
	return 0;
}

static loff_t reader_lseek(struct file *file, loff_t offset, int whence)
{
	struct reader *reader = file->private_data;
	int err;

	if (offset || (whence != SEEK_SET && whence != SEEK_END))
		return -EINVAL;
	err = mutex_lock_interruptible(&reader->lock);
	if (err)
		return err;
	reader->begin = 0;
	reader->end = 0;
	if (whence == SEEK_SET) {
		start_dump(reader);
	} else {
		reader->dumping = false;
		WRITE_ONCE(reader->next, wh_ring_head() + 1);
	}
	mutex_unlock(&reader->lock);
	wake_up_interruptible(&wh_ring_wait);
	return 0;
}

static long tell_info(void __user *argument)
{
	struct wavehand_info info = {
		.abi = WAVEHAND_ABI,
		.event_size = sizeof(struct wavehand_event),
		.ring = wh_ring_size(),
		.serial = wh_ring_head(),
	};

	return copy_to_user(argument, &info, sizeof(info)) ? -EFAULT : 0;
}

static int move(struct reader *reader, struct wavehand_next *next)
{
	if (!next->serial) {
		if (reader->dumping || reader->begin != reader->end)
			return -EBUSY;
		next->serial = reader->next;
	} else if (!wh_ring_leads_to(next->serial)) {
		return -EINVAL;
	}
	next->lost = wh_ring_skip_lost(&next->serial);
	reader->dumping = false;
	reader->begin = 0;
	reader->end = 0;
	WRITE_ONCE(reader->next, next->serial);
	return 0;
}

static long set_next(struct reader *reader, void __user *argument)
{
	struct wavehand_next next;
	u64 before;
	int err;

	if (!sees_all(reader))
		return -EPERM;
	if (copy_from_user(&next, argument, sizeof(next)))
		return -EFAULT;
	err = mutex_lock_interruptible(&reader->lock);
	if (err)
		return err;
	before = reader->next;
	err = move(reader, &next);
	mutex_unlock(&reader->lock);
	if (err)
		return err;
	/* Another thread may wait in read(2) for what is to come. */
	if (next.serial < before)
		wake_up_interruptible(&wh_ring_wait);
	return copy_to_user(argument, &next, sizeof(next)) ? -EFAULT : 0;
}

static long reader_ioctl(struct file *file, unsigned int command,
			 unsigned long argument)
{
	void __user *user = (void __user *)argument;

	switch (command) {
	case WAVEHAND_IOC_INFO:
		return tell_info(user);
	case WAVEHAND_IOC_NEXT:
		return set_next(file->private_data, user);
	default:
		return -ENOTTY;
	}
}

/*
 * Who may open, and what it shows, is decided once and for all: a descriptor
 * that is passed on shows what its opener was allowed to see.
 */
static int may_see(u64 *netns)
{
	const struct net *net = current->nsproxy->net_ns;

	if (capable(CAP_NET_ADMIN)) {
		*netns = WH_STORE_ALL_NETNS;
		return 0;
	}
	if (ns_capable(net->user_ns, CAP_NET_ADMIN)) {
		*netns = net->net_cookie;
		return 0;
	}
	return -EPERM;
}

static void free_reader(struct reader *reader)
{
	kvfree(reader->buffer);
	kvfree(reader->snapshot);
	kfree(reader);
}

static int reader_open(struct inode *inode, struct file *file)
{
	struct reader *reader;
	u64 netns;
	int err;

	err = may_see(&netns);
	if (err)
		return err;
	reader = kzalloc(sizeof(*reader), GFP_KERNEL);
	if (!reader)
		return -ENOMEM;
	reader->buffer = kvcalloc(BUFFER_EVENTS, sizeof(*reader->buffer),
				  GFP_KERNEL);
	reader->snapshot = wh_snapshot_alloc();
	if (!reader->buffer || !reader->snapshot) {
		free_reader(reader);
		return -ENOMEM;
	}
	mutex_init(&reader->lock);
	reader->netns = netns;
	reader->next = wh_ring_head() + 1;
	file->private_data = reader;
	/* Positions are ours: read(2) and lseek(2) only. */
	file->f_mode &= ~(FMODE_PREAD | FMODE_PWRITE);
	atomic_inc(&readers);
	return 0;
}

static int reader_release(struct inode *inode, struct file *file)
{
	free_reader(file->private_data);
	atomic_dec(&readers);
	return 0;
}

static const struct file_operations reader_fops = {
	.owner = THIS_MODULE,
	.open = reader_open,
	.release = reader_release,
	.read = reader_read,
	.poll = reader_poll,
	.mmap = reader_mmap,
	.llseek = reader_lseek,
	.unlocked_ioctl = reader_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "wavehand",
	.fops = &reader_fops,
	.mode = 0600,
};

/** wh_chardev_readers() - how many open files the device has */
unsigned int wh_chardev_readers(void)
{
	return atomic_read(&readers);
}

/**
 * wh_chardev_init() - make the device
 *
 * Return: 0 or a negative errno of misc_register().
 */
int wh_chardev_init(void)
{
	return misc_register(&device);
}

/** wh_chardev_exit() - remove it; no file of it can be open any more */
void wh_chardev_exit(void)
{
	misc_deregister(&device);
}
