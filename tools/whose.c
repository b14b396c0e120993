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

/* One end of an endpoint: @put writes it, where it is not the one kept. */
static char *put_kept(struct whose_kept *kept, char *p, const struct wavehand_endpoint *ep,
		      const uint8_t addr[16], uint16_t port,
		      char *(*put)(char *p, const struct wavehand_endpoint *ep))
{
	struct whose_socket *s = &kept->sockets[port % WHOSE_KEPT];

	if (s->port != port || s->family != ep->family || !s->size ||
	    memcmp(s->addr, addr, sizeof(s->addr))) {
		memcpy(s->addr, addr, sizeof(s->addr));
		s->port = port;
		s->family = ep->family;
		s->size = (uint8_t)(put(s->text, ep) - s->text);
	}
	return put_most(p, s->text, s->size, 24);
}

static char *put_kept_local(struct whose_kept *kept, char *p, const struct wavehand_endpoint *ep)
{
	if (!(ep->known & WAVEHAND_KNOWN_LOCAL))
		return put_local(p, ep);
	return put_kept(kept, p, ep, ep->local_addr, ep->local_port, put_local);
}

static char *put_kept_remote(struct whose_kept *kept, char *p, const struct wavehand_endpoint *ep)
{
	if (!(ep->known & WAVEHAND_KNOWN_REMOTE))
		return put_remote(p, ep);
	return put_kept(kept, p, ep, ep->remote_addr, ep->remote_port, put_remote);
}

static void make_place(struct whose_kept *kept, struct whose *w,
		       const struct wavehand_endpoint *ep)
{
	char *p = w->place;

	*p++ = ' ';
	p = ep->id ? put_id(p, ep->id) : stpcpy(p, "#?");
	*p++ = ' ';
	p = put_kept_local(kept, p, ep);
	p = stpcpy(p, " > ");
	p = put_kept_remote(kept, p, ep);
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
make(struct whose_kept *kept, struct whose *w, const struct wavehand_endpoint *ep, bool utf8)
{
	make_place(kept, w, ep);
	/* That of the endpoint before, often. */
	if (!is_same_owner(&w->ep, ep))
		make_owner(w, ep, utf8);
	w->ep = *ep;
	return w;
}

const struct whose *whose(struct whose_kept *kept, const struct wavehand_endpoint *ep,
			  bool utf8)
{
	struct whose *w = &kept->endpoints[ep->id % WHOSE_KEPT];

	if (w->place_size && is_same_place(&w->ep, ep) && is_same_owner(&w->ep, ep))
		return w;
	return make(kept, w, ep, utf8);
}
