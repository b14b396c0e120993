// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <string.h>

#include "names.h"
#include "wavehand.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

const struct word *make_word(struct word *w, const char *a, const char *b, const char *c)
{
	w->length = (uint8_t)(stpcpy(stpcpy(stpcpy(w->text, a), b), c) - w->text);
	return w;
}

/* The UAPI header has names without a length: it is found when one is asked for first. */
static const struct word *counted(struct word *w, const char *name)
{
	return w->length ? w : make_word(w, name, "", "");
}

const struct word *word_state(unsigned int state)
{
	static const char *const names[WAVEHAND_STATES] = WAVEHAND_STATE_NAMES;
	static struct word words[WAVEHAND_STATES];

	if (state >= WAVEHAND_STATES)
		state = 0;
	return counted(&words[state], names[state]);
}

const char *name_state(unsigned int state)
{
	return word_state(state)->text;
}

const struct word *word_role(unsigned int role)
{
	static const struct word words[] = {
		[WAVEHAND_ROLE_UNKNOWN] = WORD("unknown"),
		[WAVEHAND_ROLE_ACTIVE] = WORD("active"),
		[WAVEHAND_ROLE_PASSIVE] = WORD("passive"),
		[WAVEHAND_ROLE_LISTENER] = WORD("listener"),
	};

	return &words[role < ARRAY_SIZE(words) ? role : 0];
}

const char *name_role(unsigned int role)
{
	return word_role(role)->text;
}

const struct word *word_actor(unsigned int actor)
{
	static const struct word words[] = {
		[WAVEHAND_ACTOR_UNKNOWN] = WORD("unknown"),
		[WAVEHAND_ACTOR_PROCESS] = WORD("process"),
		[WAVEHAND_ACTOR_SEGMENT] = WORD("segment"),
		[WAVEHAND_ACTOR_TIMER] = WORD("timer"),
	};

	return &words[actor < ARRAY_SIZE(words) ? actor : 0];
}

const char *name_actor(unsigned int actor)
{
	return word_actor(actor)->text;
}

const struct word *word_provenance(unsigned int provenance)
{
	static const struct word words[] = {
		[WAVEHAND_UNKNOWN] = WORD("unknown"),
		[WAVEHAND_OBSERVED] = WORD("observed"),
		[WAVEHAND_INFERRED] = WORD("inferred"),
	};

	return &words[provenance < ARRAY_SIZE(words) ? provenance : 0];
}

const char *name_provenance(unsigned int provenance)
{
	return word_provenance(provenance)->text;
}

const struct word *word_kind(unsigned int kind)
{
	static const struct word words[] = {
		[WAVEHAND_TRANSITION] = WORD("transition"),
		[WAVEHAND_SEGMENT] = WORD("segment"),
		[WAVEHAND_GONE] = WORD("gone"),
		[WAVEHAND_ACCEPTED] = WORD("accepted"),
		[WAVEHAND_QUEUE_FULL] = WORD("queue-full"),
		[WAVEHAND_GAP] = WORD("gap"),
		[WAVEHAND_LOST] = WORD("lost"),
		[WAVEHAND_LIVE] = WORD("live"),
	};

	return kind < ARRAY_SIZE(words) && words[kind].length ? &words[kind] : NULL;
}

const char *name_kind(unsigned int kind)
{
	const struct word *w = word_kind(kind);

	return w ? w->text : NULL;
}

const struct word *word_family(unsigned int family)
{
	static const struct word ipv4 = WORD("IPv4"), ipv6 = WORD("IPv6"), unknown = WORD("?");

	return family == 4 ? &ipv4 : family == 6 ? &ipv6 : &unknown;
}

const char *name_family(unsigned int family)
{
	return word_family(family)->text;
}

const struct word *word_cause(unsigned int cause)
{
	static const char *const names[] = WAVEHAND_CAUSE_NAMES;
	static struct word words[ARRAY_SIZE(names)];

	if (cause >= ARRAY_SIZE(names) || !names[cause])
		cause = WAVEHAND_CAUSE_UNKNOWN;
	return counted(&words[cause], names[cause]);
}

const char *name_cause(unsigned int cause)
{
	return word_cause(cause)->text;
}

char *put_tcp_flags(char *p, unsigned int flags)
{
	/* The order in which people say them. */
	static const struct {
		unsigned int flag;
		const char *name;	/* of three letters, and the comma behind it */
	} names[] = {
		{ WAVEHAND_SYN, "SYN," }, { WAVEHAND_FIN, "FIN," },
		{ WAVEHAND_RST, "RST," }, { WAVEHAND_PSH, "PSH," },
		{ WAVEHAND_ACK, "ACK," }, { WAVEHAND_URG, "URG," },
		{ WAVEHAND_ECE, "ECE," }, { WAVEHAND_CWR, "CWR," },
	};
	char *start = p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(flags & names[i].flag))
			continue;
		p = mempcpy(p, names[i].name, 4);
	}
	return p > start ? p - 1 : stpcpy(p, "none");
}

const char *name_tcp_flags(unsigned int flags, char *text)
{
	*put_tcp_flags(text, flags) = '\0';
	return text;
}

const char *name_error(unsigned int error)
{
	return strerrorname_np((int)error);
}
