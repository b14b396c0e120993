// SPDX-License-Identifier: GPL-2.0
#include <linux/ipv6.h>
#include <linux/string.h>
#include <net/inet_sock.h>
#include <net/inet_timewait_sock.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/request_sock.h>
#include <net/sock.h>
#include "tuple.h"

/**
 * wh_tuple_ipv4() - everything but the ports
 * @tuple: the ports become 0
 * @net: the network namespace
 * @local: address in network byte order
 * @remote: likewise
 */
void wh_tuple_ipv4(struct wh_tuple *tuple, const struct net *net, __be32 local,
		   __be32 remote)
{
	*tuple = (struct wh_tuple){
		.netns = net->net_cookie,
		.netns_ino = net->ns.inum,
		.family = 4,
	};
	memcpy(tuple->local_addr, &local, sizeof(local));
	memcpy(tuple->remote_addr, &remote, sizeof(remote));
}

/** wh_tuple_ipv6() - the same for IPv6 */
void wh_tuple_ipv6(struct wh_tuple *tuple, const struct net *net,
		   const struct in6_addr *local, const struct in6_addr *remote)
{
	*tuple = (struct wh_tuple){
		.netns = net->net_cookie,
		.netns_ino = net->ns.inum,
		.family = 6,
	};
	memcpy(tuple->local_addr, local, sizeof(*local));
	memcpy(tuple->remote_addr, remote, sizeof(*remote));
}

/** wh_is_ipv6() - does a socket speak IPv6? One of that family may speak IPv4 as well */
bool wh_is_ipv6(const struct sock *sk)
{
#if IS_ENABLED(CONFIG_IPV6)
	return sk->sk_family == AF_INET6 &&
	       !ipv6_addr_v4mapped(&sk->sk_v6_daddr) &&
	       !ipv6_addr_v4mapped(&sk->sk_v6_rcv_saddr);
#else
	return false;
#endif
}

/** wh_tuple_of_socket() - of one that has a peer */
void wh_tuple_of_socket(struct wh_tuple *tuple, const struct sock *sk)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (wh_is_ipv6(sk))
		wh_tuple_ipv6(tuple, sock_net(sk), &sk->sk_v6_rcv_saddr,
			      &sk->sk_v6_daddr);
	else
#endif
		wh_tuple_ipv4(tuple, sock_net(sk), sk->sk_rcv_saddr,
			      sk->sk_daddr);
	/* Not inet_num, which is 0 already when a socket closes. */
	tuple->local_port = ntohs(inet_sk(sk)->inet_sport);
	tuple->remote_port = ntohs(inet_sk(sk)->inet_dport);
}

/** wh_tuple_of_request() - of a request; its family is the listener's */
void wh_tuple_of_request(struct wh_tuple *tuple, const struct request_sock *req)
{
	const struct inet_request_sock *ireq = inet_rsk(req);
	const struct net *net = read_pnet(&ireq->ireq_net);

#if IS_ENABLED(CONFIG_IPV6)
	if (ireq->ireq_family == AF_INET6 &&
	    !ipv6_addr_v4mapped(&ireq->ir_v6_rmt_addr))
		wh_tuple_ipv6(tuple, net, &ireq->ir_v6_loc_addr,
			      &ireq->ir_v6_rmt_addr);
	else
#endif
		wh_tuple_ipv4(tuple, net, ireq->ir_loc_addr, ireq->ir_rmt_addr);
	tuple->local_port = ireq->ir_num;
	tuple->remote_port = ntohs(ireq->ir_rmt_port);
}

/** wh_tuple_of_minisocket() - of one in TIME-WAIT, or in FIN-WAIT-2 */
void wh_tuple_of_minisocket(struct wh_tuple *tuple,
			    const struct inet_timewait_sock *tw)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (tw->tw_family == AF_INET6 &&
	    !ipv6_addr_v4mapped(&tw->tw_v6_rcv_saddr))
		wh_tuple_ipv6(tuple, twsk_net(tw), &tw->tw_v6_rcv_saddr,
			      &tw->tw_v6_daddr);
	else
#endif
		wh_tuple_ipv4(tuple, twsk_net(tw), tw->tw_rcv_saddr,
			      tw->tw_daddr);
	tuple->local_port = ntohs(tw->tw_sport);
	tuple->remote_port = ntohs(tw->tw_dport);
}
