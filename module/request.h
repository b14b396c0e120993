/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests: the part of a passive endpoint's life before its socket. The state-change
 * tracepoint shows none of it: the kernel keeps a struct request_sock, or nothing at
 * all, until the third segment of the handshake comes.
 */
#ifndef _WH_REQUEST_H
#define _WH_REQUEST_H

#include "endpoint.h"

struct sock;
struct wh_entry;

/**
 * struct wh_child - the socket that is being made of a request
 * @tuple: its addresses
 * @iss: its initial send sequence number, which its request chose
 * @cookie: there was no request, but a SYN cookie
 */
struct wh_child {
	struct wh_tuple tuple;
	u32 iss;
	bool cookie;
};

void wh_request_begin(struct wh_entry *entry, const struct wh_tuple *tuple,
		      struct wh_event *syn);
bool wh_request_child(const struct sock *child, struct wh_child *from);

#endif /* _WH_REQUEST_H */
