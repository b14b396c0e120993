/* SPDX-License-Identifier: GPL-2.0 */
/* Connections over loopback, for the programs of scenarios. */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct loopback {
	int listener;
	int family;
	struct sockaddr_in6 address;	/* room for either */
	socklen_t length;
};

static inline void loopback_listen(struct loopback *l, int family)
{
	memset(l, 0, sizeof(*l));
	l->family = family == 6 ? AF_INET6 : AF_INET;
	l->address.sin6_family = l->family;
	if (family == 6)
		l->address.sin6_addr = in6addr_loopback;
	else
		((struct sockaddr_in *)&l->address)->sin_addr.s_addr =
			htonl(INADDR_LOOPBACK);
	l->length = sizeof(l->address);
	l->listener = socket(l->family, SOCK_STREAM, 0);
	if (l->listener < 0 ||
	    bind(l->listener, (void *)&l->address, family == 6 ?
		 sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in)) ||
	    listen(l->listener, 64) ||
	    getsockname(l->listener, (void *)&l->address, &l->length))
		err(1, "listen");
}

/* Ended with a reset: no TIME-WAIT, whose end would come any time. */
static inline void loopback_connection(struct loopback *l)
{
	struct linger now = { .l_onoff = 1 };
	int client = socket(l->family, SOCK_STREAM, 0);
	int child;

	if (client < 0 || connect(client, (void *)&l->address, l->length))
		err(1, "connect");
	child = accept(l->listener, NULL, NULL);
	if (child < 0)
		err(1, "accept");
	setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(client);
	close(child);
}

#endif
