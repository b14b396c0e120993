/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _WH_CHARDEV_H
#define _WH_CHARDEV_H

int wh_chardev_init(void);
void wh_chardev_exit(void);
unsigned int wh_chardev_readers(void);

#endif /* _WH_CHARDEV_H */
