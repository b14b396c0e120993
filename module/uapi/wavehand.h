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
 *    EINVAL. poll(2) says when a read would not block.
 *  - Each open file has its own position. A reader that falls further behind than
 *    the ring is long gets one WAVEHAND_LOST notice in the place of the events
 *    that it lost, with their exact count. For a reader confined to one network
 *    namespace that count includes lost events of the others: whose they were
 *    is lost with them.
 *  - ioctl(2): WAVEHAND_IOC_INFO; ENOTTY for any other.
 *
 * A recording is one struct wavehand_file_header, then events as the device gave
 * them, both in the byte order of the machine that wrote them.
 *
 * Rules for WAVEHAND_ABI: it is raised when a reader of the old ABI would
 * misread the new one. Reserved fields are zero; a reader must skip kinds that
 * it does not know and may meet flags that it does not know.
 */
#ifndef _UAPI_WAVEHAND_H
#define _UAPI_WAVEHAND_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define WAVEHAND_ABI 1

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
#define WAVEHAND_SEGMENT	2	/* a control segment; no source makes it yet */
#define WAVEHAND_GONE		3	/* socket destroyed with no -> CLOSED seen */
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
#define WAVEHAND_EP_INHERITED	0x02	/* owner is the listener's */
#define WAVEHAND_EP_REPAIR	0x04	/* TCP_REPAIR: numbers made up by somebody */

/* wavehand_event.flags */
#define WAVEHAND_EV_SEQ		0x01	/* seq holds something */
#define WAVEHAND_EV_ACK		0x02	/* ack holds something */

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
 *	connected or listened; a passive endpoint has its listener's
 * @owner_uid: the socket's user id in the initial user namespace; always known
 * @owner_comm: name of that process; NUL-terminated, any other byte may occur
 * @iss: initial send sequence number (RFC 9293, 3.3.1)
 * @irs: initial receive sequence number
 * @bytes_sent: payload sent, without retransmissions, at the latest transition
 * @bytes_received: payload received in order, at the latest transition
 * @netns_ino: inode number of the network namespace, as lsns(8) shows it
 * @state: its state when this was handed out
 * @joined: the state in which it was first seen when it is older than the
 *	module or than its place in the store; 0 when its life was seen from the
 *	beginning
 * @flags: WAVEHAND_EP_*
 * @reserved: 0
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
	__u8 reserved;
};

/**
 * struct wavehand_event - one record, of any kind; 160 bytes
 * @serial: 1, 2, … over all endpoints, without holes; of a notice, the serial of
 *	the last event before it, for WAVEHAND_GAP of the same endpoint
 * @time: CLOCK_MONOTONIC in ns (recordings hold the offset to CLOCK_REALTIME);
 *	0 in notices
 * @kind: WAVEHAND_TRANSITION …
 * @old_state: WAVEHAND_ESTABLISHED …, 0 if there is none
 * @new_state: likewise
 * @provenance: WAVEHAND_OBSERVED …
 * @actor: WAVEHAND_ACTOR_*
 * @flags: WAVEHAND_EV_*
 * @error: the socket's pending error (errno, sk_err) at that moment, or 0
 * @actor_pid: thread group id where actor is a process, or 0
 * @reserved: 0
 * @seq: the sequence number that the next byte that its application writes, or
 *	its FIN, will have (the kernel's write_seq: behind data not sent yet);
 *	absolute
 * @ack: the next sequence number that it expects (rcv_nxt); absolute
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
	__u32 actor_pid;
	__u32 reserved;
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
