// SPDX-License-Identifier: GPL-2.0
/*
 * Commits one fault of each kind that a debug kernel watches for, so that a test sees it
 * reported: a kernel that does not bark proves nothing. insmod faults.ko fault=NAME
 */
#include <linux/completion.h>
#include <linux/debug_locks.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>

static char *fault;
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "Which one");

/* What the compiler must not know in advance. */
static volatile int size = 64;
static volatile u8 sink;

static int out_of_bounds(void)
{
	u8 *memory = kmalloc(size, GFP_KERNEL);

	if (memory)
		sink = memory[size];
	kfree(memory);
	return 0;
}

static int vmalloc_out_of_bounds(void)
{
	u8 *memory = vmalloc(PAGE_SIZE - size);

	if (memory)
		sink = memory[PAGE_SIZE - size];
	vfree(memory);
	return 0;
}

static int use_after_free(void)
{
	u8 *memory = kmalloc(size, GFP_KERNEL);

	kfree(memory);
	if (memory)
		sink = memory[8];
	return 0;
}

static int shift(void)
{
	sink = 1 << size;
	return 0;
}

static int wrong_index(void)
{
	static u8 few[4];

	sink = few[size - 60];
	return 0;
}

static DEFINE_SPINLOCK(one);
static DEFINE_SPINLOCK(other);
static DEFINE_RAW_SPINLOCK(raw);

static int lock_order(void)
{
	spin_lock(&one);
	spin_lock(&other);
	spin_unlock(&other);
	spin_unlock(&one);
	spin_lock(&other);
	spin_lock(&one);
	spin_unlock(&one);
	spin_unlock(&other);
	return 0;
}

static int raw_nesting(void)
{
	raw_spin_lock(&raw);
	spin_lock(&one);
	spin_unlock(&one);
	raw_spin_unlock(&raw);
	return 0;
}

static int sleep(void)
{
	raw_spin_lock(&raw);
	might_sleep();
	raw_spin_unlock(&raw);
	return 0;
}

static int rcu(void)
{
	static int __rcu *pointer;

	sink = !rcu_dereference(pointer);
	return 0;
}

static int wrong_processor(void)
{
	sink = smp_processor_id();
	return 0;
}

static int leak(void)
{
	/* Some may still be on a stack, or in one of the allocator's lists of what it has. */
	int i;

	for (i = 0; i < 500; i++)
		sink = !kmalloc(size * 3, GFP_KERNEL);
	return 0;
}

static void no_callback(struct timer_list *timer)
{
}

static int object(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return -ENOMEM;
	timer_setup(timer, no_callback, 0);
	mod_timer(timer, jiffies + 1000 * HZ);
	kfree(timer);
	return 0;
}

static int list(void)
{
	struct list_head a, b, head;

	INIT_LIST_HEAD(&head);
	list_add(&a, &head);
	list_add(&b, &head);
	b.next = &b;
	list_del(&a);
	return 0;
}

static int counter;

static int count(void *done)
{
	unsigned long end = jiffies + 2 * HZ;

	while (time_before(jiffies, end)) {
		counter++;
		barrier();	/* it could count in a register */
		cond_resched();
	}
	complete(done);
	return 0;
}

static int race(void)
{
	DECLARE_COMPLETION_ONSTACK(theirs);
	DECLARE_COMPLETION_ONSTACK(ours);
	struct task_struct *task = kthread_run(count, &theirs, "faults");

	if (IS_ERR(task))
		return PTR_ERR(task);
	count(&ours);
	wait_for_completion(&theirs);
	return 0;
}

static const struct {
	const char *name;
	int (*commit)(void);
} faults[] = {
	{ "out-of-bounds", out_of_bounds },
	{ "vmalloc-out-of-bounds", vmalloc_out_of_bounds },
	{ "use-after-free", use_after_free },
	{ "shift", shift },
	{ "index", wrong_index },
	{ "lock-order", lock_order },
	{ "raw-nesting", raw_nesting },
	{ "sleep", sleep },
	{ "rcu", rcu },
	{ "preemptible", wrong_processor },
	{ "leak", leak },
	{ "object", object },
	{ "list", list },
	{ "race", race },
};

static int __init faults_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		if (!fault || strcmp(faults[i].name, fault))
			continue;
#ifdef CONFIG_LOCKDEP
		debug_locks = 1;	/* the last report turned lockdep off */
#endif
		return faults[i].commit();
	}
	pr_err("fault=%s: no such fault\n", fault);
	return -EINVAL;
}

static void __exit faults_exit(void)
{
}

module_init(faults_init);
module_exit(faults_exit);
MODULE_DESCRIPTION("Faults for debug kernels to find");
MODULE_LICENSE("GPL");
