// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "maker.h"
#include "room.h"

void *maker_item(struct diagram *d, void *array, size_t count, uint64_t *room, size_t size)
{
	void **p = array;

	if (room_for_one(array, count, room, size)) {
		d->out_of_memory = true;
		return NULL;
	}
	return memset((char *)*p + count * size, 0, size);
}

struct diagram_point *maker_point(struct maker *m, int side)
{
	static struct diagram_point dummy;
	struct diagram *d = m->d;
	struct diagram_point *p;

	p = maker_item(d, &d->points[side], d->point_count[side], &d->point_room[side],
		     sizeof(*p));
	if (!p)
		return &dummy;
	d->point_count[side]++;
	p->arrow = -1;
	return p;
}

int maker_arrow(struct maker *m, int from, enum step step)
{
	static const unsigned int flags[STEPS] = {
		[STEP_SYN] = WAVEHAND_SYN,
		[STEP_SYN_ACK] = WAVEHAND_SYN | WAVEHAND_ACK,
		[STEP_ACK] = WAVEHAND_ACK,
		[STEP_FIN] = WAVEHAND_FIN | WAVEHAND_ACK,
		[STEP_FIN_ACK] = WAVEHAND_ACK,
		[STEP_RST] = WAVEHAND_RST,
	};
	struct diagram *d = m->d;
	struct diagram_arrow *a;

	if (m->step[from][step] >= 0)
		return m->step[from][step];
	a = maker_item(d, &d->arrows, d->arrow_count, &d->arrow_room, sizeof(*a));
	if (!a)
		return -1;
	a->from = from;
	a->flags = flags[step];
	a->provenance = WAVEHAND_INFERRED;
	a->step = step;
	m->step[from][step] = (int)d->arrow_count++;
	return m->step[from][step];
}

bool maker_has_end(const struct maker *m, int arrow, bool departs)
{
	const struct diagram_arrow *a = &m->d->arrows[arrow];

	if (is_recorded(m, arrow) &&
	    (departs ? m->s.all[arrow].sent : m->s.all[arrow].received))
		return true;
	return departs ? a->departs : a->arrives;
}

struct diagram_point *maker_end(struct maker *m, int side, int arrow)
{
	struct diagram_point *p = maker_point(m, side);
	struct diagram_arrow *a = arrow < 0 ? NULL : &m->d->arrows[arrow];

	p->arrow = arrow;
	p->departs = a && a->from == side;
	if (a && p->departs)
		a->departs = true;
	else if (a)
		a->arrives = true;
	return p;
}
