/* SPDX-License-Identifier: GPL-2.0 */
/* Endpoints and events as people read them in /proc. */
#ifndef _WH_TEXT_H
#define _WH_TEXT_H

struct seq_file;
struct wh_snapshot;

void wh_text_socket(struct seq_file *m, const struct wh_snapshot *snapshot);
void wh_text_history(struct seq_file *m, const struct wh_snapshot *snapshot);

#endif /* _WH_TEXT_H */
