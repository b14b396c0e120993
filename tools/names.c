// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <string.h>

#include "names.h"
#include "wavehand.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

const char *name_state(unsigned int state)
{
	static const char *const names[WAVEHAND_STATES] = WAVEHAND_STATE_NAMES;

	return state < WAVEHAND_STATES ? names[state] : names[0];
}

const char *name_role(unsigned int role)
{
	static const char *const names[] = {
		[WAVEHAND_ROLE_UNKNOWN] = "unknown",
		[WAVEHAND_ROLE_ACTIVE] = "active",
		[WAVEHAND_ROLE_PASSIVE] = "passive",
		[WAVEHAND_ROLE_LISTENER] = "listener",
	};

	return names[role < ARRAY_SIZE(names) ? role : 0];
}

const char *name_actor(unsigned int actor)
{
	static const char *const names[] = {
		[WAVEHAND_ACTOR_UNKNOWN] = "unknown",
		[WAVEHAND_ACTOR_PROCESS] = "process",
		[WAVEHAND_ACTOR_SEGMENT] = "segment",
		[WAVEHAND_ACTOR_TIMER] = "timer",
	};

	return names[actor < ARRAY_SIZE(names) ? actor : 0];
}

const char *name_provenance(unsigned int provenance)
{
	static const char *const names[] = {
		[WAVEHAND_UNKNOWN] = "unknown",
		[WAVEHAND_OBSERVED] = "observed",
		[WAVEHAND_INFERRED] = "inferred",
	};

	return names[provenance < ARRAY_SIZE(names) ? provenance : 0];
}

const char *name_kind(unsigned int kind)
{
	static const char *const names[] = {
		[WAVEHAND_TRANSITION] = "transition",
		[WAVEHAND_SEGMENT] = "segment",
		[WAVEHAND_GONE] = "gone",
		[WAVEHAND_ACCEPTED] = "accepted",
		[WAVEHAND_QUEUE_FULL] = "queue-full",
		[WAVEHAND_GAP] = "gap",
		[WAVEHAND_LOST] = "lost",
		[WAVEHAND_LIVE] = "live",
	};

	return kind < ARRAY_SIZE(names) ? names[kind] : NULL;
}

const char *name_family(unsigned int family)
{
	return family == 4 ? "IPv4" : family == 6 ? "IPv6" : "?";
}

const char *name_cause(unsigned int cause)
{
	static const char *const names[] = WAVEHAND_CAUSE_NAMES;

	return cause < ARRAY_SIZE(names) && names[cause] ? names[cause] : "?";
}

const char *name_tcp_flags(unsigned int flags, char *text)
{
	/* The order in which people say them. */
	static const struct {
		unsigned int flag;
		const char *name;
	} names[] = {
		{ WAVEHAND_SYN, "SYN" }, { WAVEHAND_FIN, "FIN" },
		{ WAVEHAND_RST, "RST" }, { WAVEHAND_PSH, "PSH" },
		{ WAVEHAND_ACK, "ACK" }, { WAVEHAND_URG, "URG" },
		{ WAVEHAND_ECE, "ECE" }, { WAVEHAND_CWR, "CWR" },
	};
	char *p = text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(flags & names[i].flag))
			continue;
		if (p > text)
			*p++ = ',';
		p = stpcpy(p, names[i].name);
	}
	if (p == text)
		strcpy(text, "none");
	return text;
}

const char *name_error(unsigned int error)
{
	return strerrorname_np((int)error);
}
