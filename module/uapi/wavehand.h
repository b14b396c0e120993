/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * wavehand: the contract between the module, its readers and recordings.
 *
 * /dev/wavehand hands out whole struct wavehand_event, nothing else:
 *
 *  - open(2) needs CAP_NET_ADMIN. With it over the initial user namespace the
 *    reader sees the events of every network namespace; with it only over the
 *    user namespace that owns the opener's network namespace, those of that
 *    network namespace. What an open file shows is decided once, by its opener.
 *    EPERM otherwise.
 *  - A new open file stands at the end: read(2) gives what happens from now on.
 *    lseek(fd, 0, SEEK_SET) asks for "dump, then follow": first the histories
 *    kept, endpoint by endpoint, each in order, then one WAVEHAND_LIVE notice,
 *    then what happens from there on; no event is missing or given twice
 *    between the two (the serial decides). lseek(fd, 0, SEEK_END) goes back to
 *    the end. Any other lseek(2) is EINVAL; pread(2) is ESPIPE.
 *  - read(2) returns as many whole events as fit. It blocks while there is none,
 *    or fails with EAGAIN under O_NONBLOCK; a buffer smaller than one event is
 *    EINVAL. poll(2) says when a read would not block. Where the buffer cannot be
 *    written it fails with EFAULT, or returns the events before that place, maybe fewer
 *    than would fit; none is lost by it. readv(2) is one read(2) after the other: each
 *    part has to have room for an event, and each may block. A read that waits goes on
 *    when another thread closes the descriptor.
 *  - Each open file has its own position. A reader that falls further behind than
 *    the ring is long gets one WAVEHAND_LOST notice in the place of the events
 *    that it lost, with their exact count. For a reader confined to one network
 *    namespace that count includes lost events of the others: whose they were
 *    is lost with them.
 *  - mmap(2) shows the ring itself, read-only, to a reader that sees every network
 *    namespace (EPERM to others, and for PROT_WRITE and PROT_EXEC; EINVAL behind its
 *    end): event n, by serial, is event n % ring of it (WAVEHAND_IOC_INFO tells ring, a
 *    power of two). It is whole if its serial was n before it was copied and is n
 *    afterwards, with acquire semantics. Otherwise it is not there yet, or lost: the
 *    reader keeps its position itself, and tells it with WAVEHAND_IOC_NEXT, to learn
 *    which, and before poll(2).
 *  - ioctl(2): WAVEHAND_IOC_INFO, WAVEHAND_IOC_NEXT; ENOTTY for any other but those that
 *    the kernel answers for every file, such as FIONBIO. A 32-bit program has the same
 *    structures and the same numbers.
 *  - No other way leads in or out: splice(2), sendfile(2), copy_file_range(2), write(2)
 *    and O_DIRECT are EINVAL, and there is no SIGIO (O_ASYNC is not taken, FIOASYNC is
 *    ENOTTY).
 *
 * A recording is one struct wavehand_file_header, then events as the device gave
 * them, both in the byte order of the machine that wrote them.
 *
 * Which segments are events: those with SYN, FIN or RST, and of each endpoint the
 * first segment in the other direction that acknowledges a SYN or a FIN (or one that
 * came again), whatever else it carries; no RST may have come or gone since. Sent is
 * what its socket meant, before NAT; received is what its socket gets, after NAT; a RST
 * that a firewall of this host makes in the endpoint's name counts as sent. Nothing of
 * the payload is kept. A SYN that takes the place of a TIME-WAIT is given twice, with the
 * same time: as the segment that ended the one endpoint, and that began the other. So is
 * one that a reset answered before, and that comes again when somebody listens.
 *
 * An ordinary life, client and server (kind: what; *: WAVEHAND_EV_HIDDEN, #: _RAW):
 *
 *	CLOSED -> SYN-SENT
 *	SYN sent			SYN received
 *	.				LISTEN -> SYN-RECEIVED *	a request
 *	SYN,ACK received		SYN,ACK sent
 *	SYN-SENT -> ESTABLISHED
 *	ACK sent			ACK received
 *	.				LISTEN -> SYN-RECEIVED #	the socket is made
 *	.				SYN-RECEIVED -> ESTABLISHED
 *	.				accepted
 *	ESTABLISHED -> FIN-WAIT-1
 *	FIN,ACK sent			FIN,ACK received
 *	.				ESTABLISHED -> CLOSE-WAIT
 *	ACK received			ACK sent
 *	FIN-WAIT-1 -> FIN-WAIT-2
 *	.				CLOSE-WAIT -> LAST-ACK
 *	FIN,ACK received		FIN,ACK sent
 *	ACK sent			ACK received
 *	FIN-WAIT-2 -> TIME-WAIT *			the minisocket is made
 *	FIN-WAIT-2 -> CLOSED #				its socket goes
 *	.				LAST-ACK -> CLOSED
 *	TIME-WAIT -> CLOSED * (WAVEHAND_CAUSE_EXPIRED)
 *
 * A minisocket may begin in FIN-WAIT-2, of which FIN-WAIT-2 -> CLOSED # alone tells, and
 * go on to TIME-WAIT; TIME-WAIT -> TIME-WAIT * is 2MSL that starts again. A request that never
 * becomes a socket ends with SYN-RECEIVED -> CLOSED *. A SYN that is answered by a
 * reset, by a SYN cookie, or not at all, never was in SYN-RECEIVED.
 *
 * Rules for WAVEHAND_ABI: it is raised when a reader of the old ABI would
 * misread the new one. Reserved fields are zero; a reader must skip kinds that
 * it does not know and may meet flags that it does not know.
 */
#ifndef _UAPI_WAVEHAND_H
#define _UAPI_WAVEHAND_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define WAVEHAND_ABI 2

/* The kernel's state numbers (include/net/tcp_states.h), RFC 9293's names. */
#define WAVEHAND_ESTABLISHED	1
#define WAVEHAND_SYN_SENT	2
#define WAVEHAND_SYN_RECEIVED	3
#define WAVEHAND_FIN_WAIT_1	4
#define WAVEHAND_FIN_WAIT_2	5
#define WAVEHAND_TIME_WAIT	6
#define WAVEHAND_CLOSED		7
#define WAVEHAND_CLOSE_WAIT	8
#define WAVEHAND_LAST_ACK	9
#define WAVEHAND_LISTEN		10
#define WAVEHAND_CLOSING	11
#define WAVEHAND_STATES		12	/* one more than the largest */

/* Initialiser of a "const char *const x[WAVEHAND_STATES]"; [0] is "unknown". */
#define WAVEHAND_STATE_NAMES { \
	"?", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", \
	"FIN-WAIT-2", "TIME-WAIT", "CLOSED", "CLOSE-WAIT", "LAST-ACK", \
	"LISTEN", "CLOSING", \
}

/* What an event is: wavehand_event.kind. */
#define WAVEHAND_TRANSITION	1	/* old_state -> new_state */
#define WAVEHAND_SEGMENT	2	/* a control segment, sent or received */
#define WAVEHAND_GONE		3	/* socket destroyed with no -> CLOSED seen */
#define WAVEHAND_ACCEPTED	4	/* a process took it by accept(2) */
#define WAVEHAND_QUEUE_FULL	5	/* its listener's accept queue is full: the
					 * SYN or ACK just received is dropped
					 */
/* Notices: made for one reader, in the place where they are true. */
#define WAVEHAND_GAP		16	/* count events dropped from this history */
#define WAVEHAND_LOST		17	/* count events lost by this reader */
#define WAVEHAND_LIVE		18	/* the dump is over; count: endpoints that
					 * were evicted before their turn came
					 */

/* How an event is known: wavehand_event.provenance. */
#define WAVEHAND_UNKNOWN	0
#define WAVEHAND_OBSERVED	1	/* the kernel told it as it happened */
#define WAVEHAND_INFERRED	2	/* follows from something observed */

/* What drove a transition: wavehand_event.actor. */
#define WAVEHAND_ACTOR_UNKNOWN	0
#define WAVEHAND_ACTOR_PROCESS	1	/* a system call of actor_pid */
#define WAVEHAND_ACTOR_SEGMENT	2	/* a received segment or ICMP error */
#define WAVEHAND_ACTOR_TIMER	3	/* a timer of this socket ran out */

/* Which end of the conversation: wavehand_endpoint.role. */
#define WAVEHAND_ROLE_UNKNOWN	0
#define WAVEHAND_ROLE_ACTIVE	1	/* it connected */
#define WAVEHAND_ROLE_PASSIVE	2	/* it was made by a listener */
#define WAVEHAND_ROLE_LISTENER	3

/* wavehand_endpoint.known: which of its fields hold something. */
#define WAVEHAND_KNOWN_LOCAL	0x01	/* local_port; local_addr may be any */
#define WAVEHAND_KNOWN_REMOTE	0x02	/* remote_addr, remote_port */
#define WAVEHAND_KNOWN_COOKIE	0x04
#define WAVEHAND_KNOWN_ISS	0x08
#define WAVEHAND_KNOWN_IRS	0x10
#define WAVEHAND_KNOWN_OWNER	0x20	/* owner_pid, owner_comm */
#define WAVEHAND_KNOWN_BYTES	0x40	/* bytes_sent, bytes_received */

/* wavehand_endpoint.flags */
#define WAVEHAND_EP_MPTCP	0x01	/* a subflow of an MPTCP connection */
#define WAVEHAND_EP_INHERITED	0x02	/* owner is the listener's: not accepted yet */
#define WAVEHAND_EP_REPAIR	0x04	/* TCP_REPAIR: numbers made up by somebody */
#define WAVEHAND_EP_FAST_OPEN	0x08	/* the SYN's data was taken (RFC 7413) */
#define WAVEHAND_EP_COOKIE	0x10	/* SYN cookie: the listener kept no request */
#define WAVEHAND_EP_REQUEST	0x20	/* no socket yet, or there never was one */
#define WAVEHAND_EP_MINISOCKET	0x40	/* its socket is gone, it lives on in an
					 * inet_timewait_sock, or did
					 */

/*
 * Why an endpoint ended, wavehand_endpoint.cause, and why the part of its life that
 * the state-change tracepoint does not show did, wavehand_event.reason.
 */
#define WAVEHAND_CAUSE_UNKNOWN		0
#define WAVEHAND_CAUSE_CLOSED		1	/* its process let go first */
#define WAVEHAND_CAUSE_PEER		2	/* the peer let go first */
#define WAVEHAND_CAUSE_RESET		3	/* reset received */
#define WAVEHAND_CAUSE_UNREAD		4	/* reset sent: closed with data unread */
#define WAVEHAND_CAUSE_LINGER		5	/* reset sent: SO_LINGER or TCP_LINGER2
						 * forbade to wait
						 */
#define WAVEHAND_CAUSE_DISCONNECT	6	/* reset sent: connect(2) to AF_UNSPEC */
#define WAVEHAND_CAUSE_MEMORY		7	/* reset sent: no memory, or too many
						 * sockets without a process
						 */
#define WAVEHAND_CAUSE_LATE_DATA	8	/* reset sent: data for a process that
						 * had closed
						 */
#define WAVEHAND_CAUSE_NO_LISTENER	9	/* reset sent: nobody listens there */
#define WAVEHAND_CAUSE_TIMEOUT		10	/* the event's tries tells how many */
#define WAVEHAND_CAUSE_REFUSED		11	/* its SYN met a reset; or an ICMP error
						 * where segments are not observed
						 */
#define WAVEHAND_CAUSE_UNREACHABLE	12	/* ICMP; error tells which */
#define WAVEHAND_CAUSE_ABORTED		13	/* by the administrator: "ss -K" */
#define WAVEHAND_CAUSE_NETNS		14	/* its network namespace went away */
#define WAVEHAND_CAUSE_GIVEN_UP		15	/* its process closed it before it was open */
#define WAVEHAND_CAUSE_FAILED		16	/* any other error */
#define WAVEHAND_CAUSE_REFUSAL		17	/* reset sent instead of a connection: the
						 * listener could not or would not
						 */
/* Of a part only: */
#define WAVEHAND_CAUSE_EXPIRED		32	/* 2MSL, or FIN-WAIT-2's time, is over */
#define WAVEHAND_CAUSE_REUSED		33	/* a new connection took its place */
#define WAVEHAND_CAUSE_NO_MINISOCKET	34	/* TIME-WAIT skipped: too many, or no memory */

/* Initialiser of a "const char *const x[]"; those between are NULL. */
#define WAVEHAND_CAUSE_NAMES { \
	[WAVEHAND_CAUSE_UNKNOWN] = "?", \
	[WAVEHAND_CAUSE_CLOSED] = "closed", \
	[WAVEHAND_CAUSE_PEER] = "peer", \
	[WAVEHAND_CAUSE_RESET] = "reset", \
	[WAVEHAND_CAUSE_UNREAD] = "unread", \
	[WAVEHAND_CAUSE_LINGER] = "linger", \
	[WAVEHAND_CAUSE_DISCONNECT] = "disconnect", \
	[WAVEHAND_CAUSE_MEMORY] = "memory", \
	[WAVEHAND_CAUSE_LATE_DATA] = "late-data", \
	[WAVEHAND_CAUSE_NO_LISTENER] = "no-listener", \
	[WAVEHAND_CAUSE_TIMEOUT] = "timeout", \
	[WAVEHAND_CAUSE_REFUSED] = "refused", \
	[WAVEHAND_CAUSE_UNREACHABLE] = "unreachable", \
	[WAVEHAND_CAUSE_ABORTED] = "aborted", \
	[WAVEHAND_CAUSE_NETNS] = "netns-gone", \
	[WAVEHAND_CAUSE_GIVEN_UP] = "given-up", \
	[WAVEHAND_CAUSE_FAILED] = "failed", \
	[WAVEHAND_CAUSE_REFUSAL] = "refusal", \
	[WAVEHAND_CAUSE_EXPIRED] = "expired", \
	[WAVEHAND_CAUSE_REUSED] = "reused", \
	[WAVEHAND_CAUSE_NO_MINISOCKET] = "no-minisocket", \
}

/* wavehand_event.flags */
#define WAVEHAND_EV_SEQ		0x01	/* seq holds something */
#define WAVEHAND_EV_ACK		0x02	/* ack holds something */
#define WAVEHAND_EV_SENT	0x04	/* of a segment: sent; else received */
#define WAVEHAND_EV_RAW		0x08	/* of a transition: as the state-change
					 * tracepoint tells it, while the endpoint is
					 * in SYN-RECEIVED already (request), or
					 * stays where it is (minisocket; one socket
					 * too many made of a request, which goes)
					 */
#define WAVEHAND_EV_HIDDEN	0x10	/* of a transition: the tracepoint does not show
					 * it, or not what it means: of a request or of
					 * a minisocket; reason may hold something
					 */

/* wavehand_event.tcp_flags: the 14th byte of the header (RFC 9293, 3.1) */
#define WAVEHAND_FIN		0x01
#define WAVEHAND_SYN		0x02
#define WAVEHAND_RST		0x04
#define WAVEHAND_PSH		0x08
#define WAVEHAND_ACK		0x10
#define WAVEHAND_URG		0x20
#define WAVEHAND_ECE		0x40
#define WAVEHAND_CWR		0x80

/**
 * struct wavehand_endpoint - what is known of an endpoint when an event of it is
 * handed out: in a dump that is its latest state, in the live stream that of the
 * event. Of two, the one handed out later knows more.
 * @id: 1, 2, …; never reused while the module is loaded. 0: the store was full,
 *	the event is in no history, and the next one of the same socket will not
 *	be known to be of the same endpoint
 * @cookie: the socket's cookie, as SO_COOKIE and "ss -e" tell it
 * @netns: cookie of its network namespace, as SO_NETNS_COOKIE tells it
 * @local_addr: network byte order; IPv4 in the first four bytes, the rest zero;
 *	all zero is the wildcard of a listener, or not yet known. A v4-mapped
 *	IPv6 address is shown as IPv4
 * @remote_addr: likewise
 * @local_port: host byte order
 * @remote_port: host byte order
 * @family: 4 or 6
 * @role: WAVEHAND_ROLE_*
 * @known: WAVEHAND_KNOWN_*; what is not known is zero
 * @owner_pid: thread group id, in the initial PID namespace, of the process that
 *	connected, listened or accepted; until it is accepted a passive endpoint
 *	has its listener's, and says so (WAVEHAND_EP_INHERITED)
 * @owner_uid: the socket's user id in the initial user namespace; of a SYN that no
 *	listener answered (state 0, or WAVEHAND_CAUSE_NO_LISTENER) nobody's: 0
 * @owner_comm: name of that process; NUL-terminated, any other byte may occur
 * @iss: initial send sequence number (RFC 9293, 3.3.1)
 * @irs: initial receive sequence number
 * @bytes_sent: payload sent, without retransmissions, at the latest transition
 * @bytes_received: payload received in order, at the latest transition
 * @netns_ino: inode number of the network namespace, as lsns(8) shows it
 * @state: its state when this was handed out; 0 for a SYN not answered yet. That
 *	of the request before the socket, of the socket, of the minisocket behind
 *	it: CLOSED when it really ended
 * @joined: the state in which it was first seen when it is older than the
 *	module or than its place in the store; 0 when its life was seen from the
 *	beginning
 * @flags: WAVEHAND_EP_*
 * @cause: WAVEHAND_CAUSE_*: why it closed, as known by now; an event that comes
 *	behind -> CLOSED (a reset sent) may tell it better than that one could
 */
struct wavehand_endpoint {
	__u64 id;
	__u64 cookie;
	__u64 netns;
	__u8 local_addr[16];
	__u8 remote_addr[16];
	__u16 local_port;
	__u16 remote_port;
	__u8 family;
	__u8 role;
	__u16 known;
	__u32 owner_pid;
	__u32 owner_uid;
	char owner_comm[16];
	__u32 iss;
	__u32 irs;
	__u64 bytes_sent;
	__u64 bytes_received;
	__u32 netns_ino;
	__u8 state;
	__u8 joined;
	__u8 flags;
	__u8 cause;
};

/**
 * struct wavehand_event - one record, of any kind; 160 bytes
 * @serial: 1, 2, … over all endpoints, without holes; of a notice, the serial of
 *	the last event before it, for WAVEHAND_GAP of the same endpoint
 * @time: CLOCK_MONOTONIC in ns (recordings hold the offset to CLOCK_REALTIME);
 *	0 in notices
 * @kind: WAVEHAND_TRANSITION …
 * @old_state: of a transition, and of WAVEHAND_GONE: WAVEHAND_ESTABLISHED …; else 0
 * @new_state: likewise
 * @provenance: WAVEHAND_OBSERVED …
 * @actor: WAVEHAND_ACTOR_*
 * @flags: WAVEHAND_EV_*
 * @error: the socket's pending error (errno, sk_err) at that moment, or 0; 255 is
 *	that or any above
 * @actor_pid: thread group id where actor is a process, or 0
 * @length: of a segment instead: bytes of payload; 65535 is that or more (BIG TCP)
 * @reason: WAVEHAND_CAUSE_* of a transition with WAVEHAND_EV_HIDDEN that ends
 *	something, or 0
 * @tries: where actor is a timer: how often it had sent again in vain, 255 at most
 * @reserved: 0
 * @window: of a segment instead of these three: the field of its header, unscaled
 * @tcp_flags: of a segment: WAVEHAND_FIN …
 * @again: of a segment: how often the endpoint had sent, or received, the same SYN
 *	or FIN before; 63 at most
 * @seq: of a segment: SEG.SEQ; a FIN's own number is seq + length. Else the
 *	sequence number that the next byte that its application writes, or its FIN,
 *	will have (the kernel's write_seq: behind data not sent yet); absolute
 * @ack: of a segment: SEG.ACK. Else the next sequence number that it expects
 *	(rcv_nxt); absolute
 * @count: of a notice instead of seq and ack: how many. A WAVEHAND_GAP of an
 *	endpoint that was active during the dump may count events that follow
 *	live as well
 * @endpoint: whose event it is; all zero in WAVEHAND_LOST and WAVEHAND_LIVE
 */
struct wavehand_event {
	__u64 serial;
	__u64 time;
	__u8 kind;
	__u8 old_state;
	__u8 new_state;
	__u8 provenance;
	__u8 actor;
	__u8 flags;
	__u16 error;
	union {
		__u32 actor_pid;
		__u32 length;
	};
	union {
		struct {
			__u8 reason;
			__u8 tries;
			__u16 reserved;
		};
		struct {
			__u16 window;
			__u8 tcp_flags;
			__u8 again;
		};
	};
	union {
		struct {
			__u32 seq;
			__u32 ack;
		};
		__u64 count;
	};
	struct wavehand_endpoint endpoint;
};

/**
 * struct wavehand_info - answer of WAVEHAND_IOC_INFO
 * @abi: WAVEHAND_ABI of the module
 * @event_size: sizeof(struct wavehand_event) of the module
 * @ring: events that the ring holds
 * @reserved: 0
 * @serial: of the latest event
 */
struct wavehand_info {
	__u32 abi;
	__u32 event_size;
	__u32 ring;
	__u32 reserved;
	__u64 serial;
};

/* Fails with EFAULT when the argument cannot be written. */
#define WAVEHAND_IOC_INFO	_IOR('W', 0xa0, struct wavehand_info)

/**
 * struct wavehand_next - argument and answer of WAVEHAND_IOC_NEXT
 * @serial: of the event that the open file is to give next, up to one more than the
 *	latest; 0: the one that it would. Set to that event's, or, if it is lost, to that
 *	of the oldest one in the ring
 * @lost: set to how many were lost before that one; they count in the statistics, also
 *	those that were read before, or were counted in a notice that was not read
 */
struct wavehand_next {
	__u64 serial;
	__u64 lost;
};

/*
 * Moves the open file in the ring: a dump ends, and what it had to give is dropped. Fails
 * with EPERM where mmap(2) does, with EINVAL for a serial that no event had yet, but that
 * of the next one, with EBUSY for 0 while a dump goes on or it has something to give, and
 * with EFAULT, maybe when it has moved.
 */
#define WAVEHAND_IOC_NEXT	_IOWR('W', 0xa1, struct wavehand_next)

#define WAVEHAND_MAGIC	"wavehand"	/* without its NUL */

/**
 * struct wavehand_file_header - how a recording begins; 160 bytes
 * @magic: WAVEHAND_MAGIC
 * @abi: WAVEHAND_ABI of what wrote it
 * @event_size: sizeof(struct wavehand_event)
 * @realtime_offset: CLOCK_REALTIME minus CLOCK_MONOTONIC in ns, when it was begun
 * @host: name of the machine, NUL-terminated
 * @release: release of its kernel ("uname -r"), NUL-terminated
 * @reserved: 0
 */
struct wavehand_file_header {
	__u8 magic[8];
	__u32 abi;
	__u32 event_size;
	__s64 realtime_offset;
	char host[64];
	char release[64];
	__u64 reserved;
};

#endif /* _UAPI_WAVEHAND_H */
