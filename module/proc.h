/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _WH_PROC_H
#define _WH_PROC_H

int wh_proc_init(void);
void wh_proc_exit(void);

#endif /* _WH_PROC_H */
