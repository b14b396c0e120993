// SPDX-License-Identifier: GPL-2.0
#include "maker.h"

/* Did the peer of a lone end answer, so that it must have been there? */
static bool is_answered(const struct conversation_end *e)
{
	return e->established || e->h->ep.joined || e->peer_fin || e->fin_acked;
}

/*
 * The peer's side of one point of a lone end. What nothing tells of is left open:
 * a SYN that nobody answered may have arrived or not.
 */
static void mirror(struct maker *m, int side, const struct diagram_point *p)
{
	const struct diagram_arrow *a = &m->d->arrows[p->arrow];
	enum step step = (enum step)a->step;
	bool first = m->step[a->from][step] == p->arrow;
	int arrow = p->arrow;
	const struct conversation_end *e = &m->d->c->end[side];
	int peer = !side;
	bool first_fin = e->fin && e->fin->new_state == WAVEHAND_FIN_WAIT_1;
	struct diagram_point *q;

	if (a->flags & DIAGRAM_ICMP)
		return;
	if (!p->departs) {
		q = maker_end(m, peer, arrow);
		if (!first)
			return;
		if (step == STEP_SYN)
			infer(q, WAVEHAND_SYN_SENT);
		else if (step == STEP_FIN)
			infer(q, first_fin && m->d->v.closing != CLOSING_SIMULTANEOUS ?
			      WAVEHAND_LAST_ACK : WAVEHAND_FIN_WAIT_1);
		return;
	}
	/* Of several nobody knows which one arrived. */
	if (m->copies[a->from][step] > 1)
		return;
	switch (step) {
	case STEP_SYN:
		if (!is_answered(e))
			return;
		q = maker_end(m, peer, arrow);
		if (e->established && !is_simultaneous(m))
			infer(q, WAVEHAND_SYN_RECEIVED);
		break;
	case STEP_SYN_ACK:
		/* A socket was made of it: the third segment came. */
		if (!e->established &&
		    (!e->syn_received || e->syn_received->flags & WAVEHAND_EV_HIDDEN))
			return;
		q = maker_end(m, peer, arrow);
		infer(q, WAVEHAND_ESTABLISHED);
		break;
	case STEP_FIN:
		if (first_fin && !e->fin_acked && !(e->peer_fin && (e->time_wait || e->fate == FATE_TIME_WAIT)))
			return;
		if (!first_fin && !(e->closed && !e->closed->error &&
				    e->closed->actor == WAVEHAND_ACTOR_SEGMENT))
			return;
		q = maker_end(m, peer, arrow);
		infer(q, !first_fin ? WAVEHAND_TIME_WAIT :
			 m->d->v.closing == CLOSING_SIMULTANEOUS ? WAVEHAND_CLOSING :
								   WAVEHAND_CLOSE_WAIT);
		break;
	case STEP_FIN_ACK:
		if (first_fin || m->d->v.closing != CLOSING_FOUR)
			return;
		q = maker_end(m, peer, arrow);
		infer(q, WAVEHAND_FIN_WAIT_2);
		break;
	case STEP_ACK:
		/* The peer could do nothing of this before it was open. */
		if (e->fin_acked || e->peer_fin ||
		    (e->h->ep.known & WAVEHAND_KNOWN_BYTES && e->h->ep.bytes_received))
			infer(maker_end(m, peer, arrow), WAVEHAND_ESTABLISHED);
		break;
	default:
		break;
	}
}

void mirror_all(struct maker *m, int side)
{
	struct diagram *d = m->d;
	size_t i;

	for (i = 0; i < d->point_count[side]; i++)
		if (d->points[side][i].arrow >= 0)
			mirror(m, side, &d->points[side][i]);
	if (is_repair(m, side))
		return;
	if (d->start[side] == WAVEHAND_CLOSED && d->c->end[side].established) {
		d->start[!side] = is_simultaneous(m) ? WAVEHAND_CLOSED : WAVEHAND_LISTEN;
		d->start_provenance[!side] = WAVEHAND_INFERRED;
	} else if (d->start[side] == WAVEHAND_LISTEN) {
		d->start[!side] = WAVEHAND_CLOSED;
		d->start_provenance[!side] = WAVEHAND_INFERRED;
	}
}
