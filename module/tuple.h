/* SPDX-License-Identifier: GPL-2.0 */
/* The addresses of an endpoint, as the kernel's structures have them. */
#ifndef _WH_TUPLE_H
#define _WH_TUPLE_H

#include "endpoint.h"

struct in6_addr;
struct inet_timewait_sock;
struct net;
struct request_sock;
struct sock;

void wh_tuple_ipv4(struct wh_tuple *tuple, const struct net *net, __be32 local,
		   __be32 remote);
void wh_tuple_ipv6(struct wh_tuple *tuple, const struct net *net,
		   const struct in6_addr *local, const struct in6_addr *remote);
void wh_tuple_of_socket(struct wh_tuple *tuple, const struct sock *sk);
void wh_tuple_of_request(struct wh_tuple *tuple, const struct request_sock *req);
void wh_tuple_of_minisocket(struct wh_tuple *tuple,
			    const struct inet_timewait_sock *tw);

bool wh_is_ipv6(const struct sock *sk);

#endif /* _WH_TUPLE_H */
