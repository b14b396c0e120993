/* SPDX-License-Identifier: GPL-2.0 */
/* The addresses of an endpoint, as the kernel's structures have them. */
#ifndef _WH_TUPLE_H
#define _WH_TUPLE_H

#include <linux/string.h>
#include <net/net_namespace.h>
#include "endpoint.h"

/**
 * wh_tuple_init() - everything but the ports
 * @tuple: the ports become 0
 * @net: the network namespace
 * @family: 4 or 6
 * @local: address in network byte order, of 4 or 16 bytes
 * @remote: likewise
 */
static inline void wh_tuple_init(struct wh_tuple *tuple, const struct net *net,
				 u8 family, const void *local,
				 const void *remote)
{
	size_t size = family == 6 ? 16 : 4;

	memset(tuple, 0, sizeof(*tuple));
	tuple->netns = net->net_cookie;
	tuple->netns_ino = net->ns.inum;
	tuple->family = family;
	memcpy(tuple->local_addr, local, size);
	memcpy(tuple->remote_addr, remote, size);
}

#endif /* _WH_TUPLE_H */
