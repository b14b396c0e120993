// SPDX-License-Identifier: GPL-2.0
/*
 * usage: generate EVENTS
 * Writes a recording to standard output, as `wavehand record --no-dump` would on a host where
 * a thousand connections a second begin, each with both ends there, and carry some data for a
 * tenth of a second: ordinary lives, as wavehand.h tells them, with TIME-WAIT to its end a
 * minute later. So 100 are open at any time, and 60,000 in TIME-WAIT.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wavehand.h"

#define PACE		1000000ULL	/* ns from one connection to the next */
#define OPEN		100		/* connections that begin while one is open */
#define TIME_WAIT	60000		/* or is in TIME-WAIT */
#define BEGIN		1000000000ULL	/* of the recording */
#define STEP		3000		/* ns between two events of a burst */
#define SENT		72		/* bytes, by the client */
#define ANSWERED	846
#define SEGMENTS	(WAVEHAND_EV_SEQ | WAVEHAND_EV_ACK)

enum { CLIENT, SERVER };

/**
 * struct step - an event of an ordinary life
 * @end: whose
 * @kind: of it
 * @old_state: of a transition
 * @new_state: of a transition
 * @actor: of what is no segment
 * @flags: WAVEHAND_EV_*
 * @tcp_flags: of a segment
 * @seq: how far the sender's numbers are
 * @ack: how far the other's are
 * @state: of the endpoint from here on
 */
struct step {
	__u8 end, kind, old_state, new_state, actor, flags, tcp_flags;
	__u16 seq, ack;
	__u8 state;
};

#define MOVES(end, old, new, actor, flags, seq, ack) \
	{ end, WAVEHAND_TRANSITION, WAVEHAND_##old, WAVEHAND_##new, \
	  WAVEHAND_ACTOR_##actor, flags, 0, seq, ack, WAVEHAND_##new }
#define STAYS(end, old, new, flags, seq, ack, state) \
	{ end, WAVEHAND_TRANSITION, WAVEHAND_##old, WAVEHAND_##new, \
	  WAVEHAND_ACTOR_SEGMENT, (flags) | WAVEHAND_EV_RAW, 0, seq, ack, WAVEHAND_##state }
#define SENDS(end, tcp, flags, seq, ack, state) \
	{ end, WAVEHAND_SEGMENT, 0, 0, 0, (flags) | WAVEHAND_EV_SENT, tcp, seq, ack, state }
#define GETS(end, tcp, flags, seq, ack, state) \
	{ end, WAVEHAND_SEGMENT, 0, 0, 0, flags, tcp, seq, ack, state }

#define SYN	WAVEHAND_SYN
#define FIN	WAVEHAND_FIN
#define ACK	WAVEHAND_ACK

static const struct step opening[] = {
	MOVES(CLIENT, CLOSED, SYN_SENT, PROCESS, 0, 0, 0),
	SENDS(CLIENT, SYN, WAVEHAND_EV_SEQ, 0, 0, WAVEHAND_SYN_SENT),
	GETS(SERVER, SYN, WAVEHAND_EV_SEQ, 0, 0, 0),
	MOVES(SERVER, LISTEN, SYN_RECEIVED, SEGMENT, WAVEHAND_EV_HIDDEN, 0, 0),
	SENDS(SERVER, SYN | ACK, SEGMENTS, 0, 1, WAVEHAND_SYN_RECEIVED),
	GETS(CLIENT, SYN | ACK, SEGMENTS, 0, 1, WAVEHAND_SYN_SENT),
	MOVES(CLIENT, SYN_SENT, ESTABLISHED, SEGMENT, SEGMENTS, 1, 1),
	SENDS(CLIENT, ACK, SEGMENTS, 1, 1, WAVEHAND_ESTABLISHED),
	GETS(SERVER, ACK, SEGMENTS, 1, 1, WAVEHAND_SYN_RECEIVED),
	STAYS(SERVER, LISTEN, SYN_RECEIVED, 0, 0, 0, SYN_RECEIVED),
	MOVES(SERVER, SYN_RECEIVED, ESTABLISHED, SEGMENT, SEGMENTS, 1, 1),
	{ SERVER, WAVEHAND_ACCEPTED, 0, 0, WAVEHAND_ACTOR_PROCESS, 0, 0, 0, 0,
	  WAVEHAND_ESTABLISHED },
};

#define C	(SENT + 1)	/* the client's FIN */
#define S	(ANSWERED + 1)

static const struct step closing[] = {
	MOVES(CLIENT, ESTABLISHED, FIN_WAIT_1, PROCESS, SEGMENTS, C, S),
	SENDS(CLIENT, FIN | ACK, SEGMENTS, C, S, WAVEHAND_FIN_WAIT_1),
	GETS(SERVER, FIN | ACK, SEGMENTS, C, S, WAVEHAND_ESTABLISHED),
	MOVES(SERVER, ESTABLISHED, CLOSE_WAIT, SEGMENT, SEGMENTS, S, C + 1),
	SENDS(SERVER, ACK, SEGMENTS, S, C + 1, WAVEHAND_CLOSE_WAIT),
	GETS(CLIENT, ACK, SEGMENTS, S, C + 1, WAVEHAND_FIN_WAIT_1),
	MOVES(CLIENT, FIN_WAIT_1, FIN_WAIT_2, SEGMENT, SEGMENTS, C + 1, S),
	MOVES(SERVER, CLOSE_WAIT, LAST_ACK, PROCESS, SEGMENTS, S, C + 1),
	SENDS(SERVER, FIN | ACK, SEGMENTS, S, C + 1, WAVEHAND_LAST_ACK),
	GETS(CLIENT, FIN | ACK, SEGMENTS, S, C + 1, WAVEHAND_FIN_WAIT_2),
	SENDS(CLIENT, ACK, SEGMENTS, C + 1, S + 1, WAVEHAND_FIN_WAIT_2),
	MOVES(CLIENT, FIN_WAIT_2, TIME_WAIT, SEGMENT, SEGMENTS | WAVEHAND_EV_HIDDEN, C + 1, S + 1),
	STAYS(CLIENT, FIN_WAIT_2, CLOSED, SEGMENTS, C + 1, S + 1, TIME_WAIT),
	GETS(SERVER, ACK, SEGMENTS, C + 1, S + 1, WAVEHAND_LAST_ACK),
	MOVES(SERVER, LAST_ACK, CLOSED, SEGMENT, SEGMENTS, S + 1, C + 1),
};

static const struct step expiring[] = {
	MOVES(CLIENT, TIME_WAIT, CLOSED, TIMER, SEGMENTS | WAVEHAND_EV_HIDDEN, C + 1, S + 1),
};

static unsigned long left;	/* events to write */
static __u64 serial;	/* of the latest */
static __u64 when;	/* it was */

/* Any number that does not repeat soon. */
static __u32 initial(unsigned long connection, int end)
{
	return (__u32)((connection * 2 + (unsigned long)end + 1) * 2654435761U);
}

static void fill_endpoint(struct wavehand_endpoint *p, unsigned long connection,
			  const struct step *step)
{
	/* Of so many pairs of ports and addresses none comes again within an hour. */
	__u16 ports[] = { (__u16)(32768 + connection % 28000), 80 };
	__u32 addresses[] = { htonl(0x0a000002 + (__u32)(connection / 28000 % 64 << 8)),
			      htonl(0x0a000001) };
	__u32 owners[] = { 1000 + (__u32)(connection % 1000), 194 };
	int other = !step->end;
	bool closes = step->seq > 1;	/* there was data */

	p->id = connection * 2 + step->end + 1;
	p->cookie = p->id;
	p->netns = 1;
	memcpy(p->local_addr, &addresses[step->end], sizeof(addresses[0]));
	memcpy(p->remote_addr, &addresses[other], sizeof(addresses[0]));
	p->local_port = ports[step->end];
	p->remote_port = ports[other];
	p->family = 4;
	p->role = step->end == CLIENT ? WAVEHAND_ROLE_ACTIVE : WAVEHAND_ROLE_PASSIVE;
	p->known = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE | WAVEHAND_KNOWN_COOKIE |
		   WAVEHAND_KNOWN_OWNER;
	p->owner_pid = owners[step->end];
	snprintf(p->owner_comm, sizeof(p->owner_comm), "%s",
		 step->end == CLIENT ? "curl" : "nginx");
	p->netns_ino = 4026531840;
	p->state = step->state;
	if (step->kind == WAVEHAND_TRANSITION && step->new_state == WAVEHAND_SYN_SENT)
		return;
	p->known |= WAVEHAND_KNOWN_ISS;
	p->iss = initial(connection, step->end);
	if (step->state == WAVEHAND_SYN_SENT)
		return;
	p->known |= WAVEHAND_KNOWN_IRS | WAVEHAND_KNOWN_BYTES;
	p->irs = initial(connection, other);
	if (closes) {
		p->bytes_sent = step->end == CLIENT ? SENT : ANSWERED;
		p->bytes_received = step->end == CLIENT ? ANSWERED : SENT;
		p->cause = step->end == CLIENT ? WAVEHAND_CAUSE_CLOSED : WAVEHAND_CAUSE_PEER;
	}
	if (p->state == WAVEHAND_TIME_WAIT || (p->state == WAVEHAND_CLOSED && step->end == CLIENT))
		p->flags = WAVEHAND_EP_MINISOCKET;
}

static void put(unsigned long connection, const struct step *step)
{
	struct wavehand_event e = {
		.serial = serial,
		.time = when,
		.kind = step->kind,
		.old_state = step->old_state,
		.new_state = step->new_state,
		.provenance = WAVEHAND_OBSERVED,
		.actor = step->actor,
		.flags = step->flags,
	};
	/* Numbers are those of who sends: in a received segment the other's. */
	int sender = step->kind == WAVEHAND_SEGMENT && !(step->flags & WAVEHAND_EV_SENT) ?
			     !step->end : step->end;

	fill_endpoint(&e.endpoint, connection, step);
	if (step->flags & WAVEHAND_EV_SEQ)
		e.seq = initial(connection, sender) + step->seq;
	if (step->flags & WAVEHAND_EV_ACK)
		e.ack = initial(connection, !sender) + step->ack;
	if (step->kind == WAVEHAND_SEGMENT) {
		e.window = 512;
		e.tcp_flags = step->tcp_flags;
	} else if (step->actor == WAVEHAND_ACTOR_PROCESS) {
		e.actor_pid = e.endpoint.owner_pid;
	} else if (step->actor == WAVEHAND_ACTOR_TIMER) {
		e.reason = WAVEHAND_CAUSE_EXPIRED;
	}
	if (fwrite(&e, sizeof(e), 1, stdout) != 1)
		err(1, "write");
}

static void burst(unsigned long connection, const struct step *steps, size_t count)
{
	for (; count && left; count--, left--) {
		serial++;
		when += STEP;
		put(connection, steps++);
	}
}

#define BURST(connection, steps) burst(connection, steps, sizeof(steps) / sizeof((steps)[0]))

int main(int argc, char **argv)
{
	struct wavehand_file_header header = {
		.abi = WAVEHAND_ABI,
		.event_size = sizeof(struct wavehand_event),
		.realtime_offset = 1700000000000000000,
		.host = "generated",
		.release = "6.12",
	};
	static char buffer[1 << 20];
	unsigned long next;

	if (argc != 2)
		errx(2, "usage: generate EVENTS");
	left = strtoul(argv[1], NULL, 10);
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	memcpy(header.magic, WAVEHAND_MAGIC, sizeof(header.magic));
	if (fwrite(&header, sizeof(header), 1, stdout) != 1)
		err(1, "write");
	for (next = 0; left; next++) {
		when = BEGIN + next * PACE;
		BURST(next, opening);
		if (next >= OPEN)
			BURST(next - OPEN, closing);
		if (next >= TIME_WAIT)
			BURST(next - TIME_WAIT, expiring);
	}
	if (fflush(stdout))
		err(1, "write");
	return 0;
}
