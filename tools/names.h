/* SPDX-License-Identifier: GPL-2.0 */
/* Words for the numbers of the UAPI header; any number is safe to ask for. */
#ifndef NAMES_H
#define NAMES_H

/**
 * name_state - RFC 9293's name of a state, "?" for a number without one
 */
const char *name_state(unsigned int state);

/**
 * name_role - "active", "passive", "listener"; "unknown" otherwise
 */
const char *name_role(unsigned int role);

/**
 * name_actor - "process", "segment", "timer"; "unknown" otherwise
 */
const char *name_actor(unsigned int actor);

/**
 * name_provenance - "observed", "inferred"; "unknown" otherwise
 */
const char *name_provenance(unsigned int provenance);

/**
 * name_kind - "transition", "segment", "gone", "accepted", "queue-full", "gap",
 * "lost", "live"; NULL for a kind that this command does not know: skip it
 */
const char *name_kind(unsigned int kind);

/**
 * name_family - "IPv4", "IPv6"; "?" otherwise
 */
const char *name_family(unsigned int family);

/**
 * name_cause - "closed", "reset", "timeout" …: WAVEHAND_CAUSE_*; "?" for a number
 * without a name
 */
const char *name_cause(unsigned int cause);

#define NAME_TCP_FLAGS 40

/**
 * name_tcp_flags - "SYN,ACK"
 * @flags: WAVEHAND_FIN …: the 14th byte of a TCP header
 * @text: NAME_TCP_FLAGS bytes to write to
 *
 * Return: @text; "none" where no flag is set.
 */
const char *name_tcp_flags(unsigned int flags, char *text);

/**
 * name_error - "ECONNRESET" for an errno; NULL for a number without a name
 */
const char *name_error(unsigned int error);

#endif /* NAMES_H */
