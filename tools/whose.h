/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a line tells of an endpoint beside its event. It is the same for most events of
 * the endpoint, and kept from one to the next.
 */
#ifndef WHOSE_H
#define WHOSE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "text.h"
#include "wavehand.h"

#define WHOSE_KEPT 256	/* endpoints of which it is kept */

/**
 * struct whose - the texts of one endpoint
 * @ep: the endpoint that they were made of
 * @place_size: of @place; 0: nothing was made yet
 * @owner_size: of @owner
 * @place: " #7 10.0.0.1:80 > 10.0.0.2:5000 "
 * @owner: " comm[pid]", empty where it is not known
 */
struct whose {
	struct wavehand_endpoint ep;
	uint8_t place_size;
	uint8_t owner_size;
	char place[TEXT_ID + 2 * TEXT_SOCKET + 6];
	char owner[TEXT_OWNER + 1];
};

/**
 * struct whose_socket - the text of one end of endpoints; the two of a connection have
 * the same ones, and all of a listener its own
 * @addr: as in struct wavehand_endpoint, likewise @port and @family
 * @size: of @text; 0: nothing was made yet
 * @text: "10.0.0.1:80"
 */
struct whose_socket {
	uint8_t addr[16];
	uint16_t port;
	uint8_t family;
	uint8_t size;
	char text[TEXT_SOCKET];
};

/**
 * struct whose_kept - the texts kept; zeroed in the beginning
 */
struct whose_kept {
	struct whose endpoints[WHOSE_KEPT];
	struct whose_socket sockets[WHOSE_KEPT];
};

/**
 * whose - the texts of an endpoint, made anew where they are not the ones kept
 * @kept: the texts kept
 * @ep: endpoint
 * @utf8: as for put_owner()
 */
const struct whose *whose(struct whose_kept *kept, const struct wavehand_endpoint *ep,
			  bool utf8);

/* @most are copied whatever @size is, as few texts are longer: that needs no call. */
static inline char *put_most(char *p, const char *s, size_t size, size_t most)
{
	memcpy(p, s, most);
	if (size > most)
		memcpy(p + most, s + most, size - most);
	return p + size;
}

/** put_whose_place, put_whose_owner - write one; sizeof(struct whose) bytes are room enough */
static inline char *put_whose_place(char *p, const struct whose *w)
{
	return put_most(p, w->place, w->place_size, 64);
}

static inline char *put_whose_owner(char *p, const struct whose *w)
{
	return put_most(p, w->owner, w->owner_size, 32);
}

#endif /* WHOSE_H */
