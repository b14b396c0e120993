// SPDX-License-Identifier: GPL-2.0
/*
 * The order of init, unwound in reverse: what is written to, the probes that
 * write, those who read. The device comes last: once it is there somebody may
 * have it open, and init must not fail any more.
 */
#include <linux/module.h>
#include <linux/stringify.h>
#include "chardev.h"
#include "probe.h"
#include "proc.h"
#include "ring.h"
#include "store.h"

static int __init wavehand_init(void)
{
	int err;

	err = wh_ring_init();
	if (err)
		return err;
	err = wh_store_init(wh_probes_need_addresses());
	if (err)
		goto err_ring;
	err = wh_probes_init();
	if (err)
		goto err_store;
	err = wh_proc_init();
	if (err)
		goto err_probes;
	err = wh_chardev_init();
	if (err)
		goto err_proc;
	return 0;

err_proc:
	wh_proc_exit();
err_probes:
	wh_probes_exit();
err_store:
	wh_store_exit();
err_ring:
	wh_ring_exit();
	return err;
}

static void __exit wavehand_exit(void)
{
	wh_chardev_exit();
	wh_proc_exit();
	wh_probes_exit();
	wh_store_exit();
	wh_ring_exit();
}

module_init(wavehand_init);
module_exit(wavehand_exit);
MODULE_DESCRIPTION("History of every TCP socket");
MODULE_AUTHOR("The wavehand authors");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
MODULE_INFO(abi, __stringify(WAVEHAND_ABI));
