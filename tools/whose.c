// SPDX-License-Identifier: GPL-2.0
#include "whose.h"

/* Is what both know of these the same? */
static bool is_known_alike(const struct wavehand_endpoint *a, const struct wavehand_endpoint *b,
			   unsigned int known)
{
	return !((a->known ^ b->known) & known);
}

static bool is_same_place(const struct wavehand_endpoint *a, const struct wavehand_endpoint *b)
{
	return a->id == b->id && a->family == b->family && a->role == b->role &&
	       a->local_port == b->local_port && a->remote_port == b->remote_port &&
	       is_known_alike(a, b, WAVEHAND_KNOWN_LOCAL | WAVEHAND_KNOWN_REMOTE) &&
	       !memcmp(a->local_addr, b->local_addr, sizeof(a->local_addr)) &&
	       !memcmp(a->remote_addr, b->remote_addr, sizeof(a->remote_addr));
}

static bool is_same_owner(const struct wavehand_endpoint *a, const struct wavehand_endpoint *b)
{
	return a->owner_pid == b->owner_pid && is_known_alike(a, b, WAVEHAND_KNOWN_OWNER) &&
	       !memcmp(a->owner_comm, b->owner_comm, sizeof(a->owner_comm));
}

static void make_place(struct whose *w, const struct wavehand_endpoint *ep)
{
	char *p = w->place;

	*p++ = ' ';
	p = ep->id ? put_id(p, ep->id) : stpcpy(p, "#?");
	*p++ = ' ';
	p = put_local(p, ep);
	p = stpcpy(p, " > ");
	p = put_remote(p, ep);
	*p++ = ' ';
	w->place_size = (uint8_t)(p - w->place);
}

static void make_owner(struct whose *w, const struct wavehand_endpoint *ep, bool utf8)
{
	char *p = w->owner;

	if (ep->known & WAVEHAND_KNOWN_OWNER) {
		*p++ = ' ';
		p = put_owner(p, ep, utf8);
	}
	w->owner_size = (uint8_t)(p - w->owner);
}

/* Not inline: few events need it, and all would save registers for it. */
static __attribute__((noinline)) const struct whose *
make(struct whose *w, const struct wavehand_endpoint *ep, bool utf8)
{
	make_place(w, ep);
	/* That of the endpoint before, often. */
	if (!is_same_owner(&w->ep, ep))
		make_owner(w, ep, utf8);
	w->ep = *ep;
	return w;
}

const struct whose *whose(struct whose *kept, const struct wavehand_endpoint *ep, bool utf8)
{
	struct whose *w = &kept[ep->id % WHOSE_KEPT];

	if (w->place_size && is_same_place(&w->ep, ep) && is_same_owner(&w->ep, ep))
		return w;
	return make(w, ep, utf8);
}
