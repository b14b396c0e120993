/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events as the module would make them, for unit tests. Each .c file that includes
 * this has stories of its own.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "history.h"
#include "wavehand.h"

#define MS 1000000ULL

/* Initial sequence numbers of client and server; the first wraps around soon. */
#define C_ISS 4294967290U
#define S_ISS 1000U

/**
 * struct fixture - events under construction
 * @h: where they go
 * @serial: of the latest one
 */
struct fixture {
	struct histories h;
	uint64_t serial;
};

static inline struct wavehand_endpoint fixture_client(void)
{
	return (struct wavehand_endpoint){
		.id = 7, .family = 4, .role = WAVEHAND_ROLE_ACTIVE,
		.local_addr = { 10, 0, 0, 2 }, .local_port = 52528,
		.remote_addr = { 10, 0, 0, 1 }, .remote_port = 80,
		.known = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE |
			 WAVEHAND_KNOWN_ISS | WAVEHAND_KNOWN_IRS,
		.iss = C_ISS, .irs = S_ISS,
	};
}

static inline struct wavehand_endpoint fixture_server(void)
{
	return (struct wavehand_endpoint){
		.id = 8, .family = 4, .role = WAVEHAND_ROLE_PASSIVE,
		.local_addr = { 10, 0, 0, 1 }, .local_port = 80,
		.remote_addr = { 10, 0, 0, 2 }, .remote_port = 52528,
		.known = WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE |
			 WAVEHAND_KNOWN_ISS | WAVEHAND_KNOWN_IRS,
		.iss = S_ISS, .irs = C_ISS,
	};
}

/* A transition at @time; @seq and @ack are relative. */
static inline void fixture_add(struct fixture *f, struct wavehand_endpoint *ep,
			       uint64_t time, unsigned int from, unsigned int to,
			       uint32_t seq, uint32_t ack, unsigned int actor,
			       unsigned int error)
{
	struct wavehand_event event = {
		.serial = ++f->serial, .time = time, .kind = WAVEHAND_TRANSITION,
		.old_state = (uint8_t)from, .new_state = (uint8_t)to,
		.provenance = WAVEHAND_OBSERVED, .actor = (uint8_t)actor,
		.flags = WAVEHAND_EV_SEQ | WAVEHAND_EV_ACK, .error = (uint16_t)error,
		.seq = ep->iss + seq, .ack = ep->irs + ack,
	};

	ep->state = (uint8_t)to;
	event.endpoint = *ep;
	assert_int_equal(history_add(&f->h, &event), 0);
}

#endif /* FIXTURE_H */
