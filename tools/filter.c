// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "language.h"
#include "merge.h"

enum op { OP_OR, OP_AND, OP_NOT, OP_STATE, OP_SRC, OP_DST, OP_SPORT, OP_DPORT, OP_ID };
enum compare { EQUAL, UNEQUAL, LESS, GREATER, AT_MOST, AT_LEAST };

enum token {
	END, WORD, OPEN, CLOSE, OR, AND, NOT,
	COMPARE,	/* with parser.compare */
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALL ((1 << WAVEHAND_STATES) - 2)
#define BIT(state) (1 << WAVEHAND_##state)

/*
 * ss(8)'s spelling first, then RFC 9293's where it differs. "bucket" are the
 * states that the kernel keeps as minisockets.
 */
static const struct {
	const char *name;
	uint16_t states;
} state_names[] = {
	{ "established", BIT(ESTABLISHED) },
	{ "syn-sent", BIT(SYN_SENT) },
	{ "syn-recv", BIT(SYN_RECEIVED) },
	{ "syn-received", BIT(SYN_RECEIVED) },
	{ "fin-wait-1", BIT(FIN_WAIT_1) },
	{ "fin-wait-2", BIT(FIN_WAIT_2) },
	{ "time-wait", BIT(TIME_WAIT) },
	{ "closed", BIT(CLOSED) },
	{ "close", BIT(CLOSED) },
	{ "unconnected", BIT(CLOSED) },
	{ "close-wait", BIT(CLOSE_WAIT) },
	{ "last-ack", BIT(LAST_ACK) },
	{ "listening", BIT(LISTEN) },
	{ "listen", BIT(LISTEN) },
	{ "closing", BIT(CLOSING) },
	{ "all", ALL },
	{ "connected", ALL & ~(BIT(CLOSED) | BIT(LISTEN)) },
	{ "synchronized", ALL & ~(BIT(CLOSED) | BIT(LISTEN) | BIT(SYN_SENT)) },
	{ "bucket", BIT(SYN_RECEIVED) | BIT(TIME_WAIT) },
	{ "big", ALL & ~(BIT(SYN_RECEIVED) | BIT(TIME_WAIT)) },
};

static const struct {
	const char *text;
	enum token token;
	enum compare compare;
} tokens[] = {	/* of two with the same beginning the longer first */
	{ "(", OPEN, 0 }, { ")", CLOSE, 0 },
	{ "||", OR, 0 }, { "|", OR, 0 }, { "or", OR, 0 },
	{ "&&", AND, 0 }, { "&", AND, 0 }, { "and", AND, 0 },
	{ "!=", COMPARE, UNEQUAL }, { "!", NOT, 0 }, { "not", NOT, 0 },
	{ "==", COMPARE, EQUAL }, { "=", COMPARE, EQUAL },
	{ "<=", COMPARE, AT_MOST }, { "<", COMPARE, LESS },
	{ ">=", COMPARE, AT_LEAST }, { ">", COMPARE, GREATER },
	{ "eq", COMPARE, EQUAL },
	{ "ne", COMPARE, UNEQUAL }, { "neq", COMPARE, UNEQUAL },
	{ "lt", COMPARE, LESS }, { "gt", COMPARE, GREATER },
	{ "le", COMPARE, AT_MOST }, { "leq", COMPARE, AT_MOST },
	{ "ge", COMPARE, AT_LEAST }, { "geq", COMPARE, AT_LEAST },
};

static const struct {
	const char *name;
	enum op op;
} where[] = {
	{ "src", OP_SRC }, { "dst", OP_DST },
	{ "sport", OP_SPORT }, { "dport", OP_DPORT },
};

/**
 * struct parser - where the parser stands
 * @f: what is being made
 * @text: the filter
 * @at: byte where the current token begins
 * @end: byte behind it
 * @token: what it is
 * @compare: which comparison a COMPARE token is
 * @depth: how deeply nested
 */
struct parser {
	struct filter *f;
	const char *text;
	size_t at;
	size_t end;
	enum token token;
	enum compare compare;
	unsigned int depth;
};

static int parse_or(struct parser *p);

static int fail(struct parser *p, size_t at, const char *expected)
{
	p->f->error_at = at;
	p->f->expected = expected;
	return -1;
}

static bool is_word(char c)
{
	return c && !isspace((unsigned char)c) && !strchr("()!=<>&|", c);
}

static bool token_is(const struct parser *p, const char *word)
{
	size_t n = strlen(word);

	return p->end - p->at == n && !strncasecmp(p->text + p->at, word, n);
}

static void advance(struct parser *p)
{
	const char *t = p->text;
	size_t i;

	p->at = p->end;
	while (isspace((unsigned char)t[p->at]))
		p->at++;
	p->end = p->at;
	p->token = END;
	if (!t[p->at])
		return;

	p->token = WORD;
	while (is_word(t[p->end]))
		p->end++;
	for (i = 0; i < ARRAY_SIZE(tokens); i++) {
		size_t n = strlen(tokens[i].text);
		bool same = p->end > p->at ? token_is(p, tokens[i].text) :
			    !strncmp(t + p->at, tokens[i].text, n);

		if (!same)
			continue;
		p->token = tokens[i].token;
		p->compare = tokens[i].compare;
		p->end = p->at + n;
		return;
	}
}

static struct filter_node *add(struct parser *p, enum op op)
{
	struct filter *f = p->f;
	struct filter_node *node;

	if (f->count == FILTER_NODES) {
		fail(p, p->at, N_("the end: this filter is too long"));
		return NULL;
	}
	node = &f->nodes[f->count++];
	memset(node, 0, sizeof(*node));
	node->op = (uint8_t)op;
	node->port = -1;
	return node;
}

static int index_of(struct parser *p, const struct filter_node *node)
{
	return node ? (int)(node - p->f->nodes) : -1;
}

static int parse_state(struct parser *p)
{
	const size_t n = ARRAY_SIZE(state_names);
	struct filter_node *node = NULL;
	bool exclude = token_is(p, "exclude");
	size_t i;

	do {
		advance(p);
		for (i = 0; i < n; i++)
			if (p->token == WORD && token_is(p, state_names[i].name))
				break;
		if (i == n)
			return fail(p, p->at, N_("a state (established, syn-sent, syn-recv, fin-wait-1, fin-wait-2, time-wait, closed, close-wait, last-ack, listening, closing) or a group (all, connected, synchronized, bucket, big)"));
		if (!node)
			node = add(p, OP_STATE);
		if (!node)
			return -1;
		node->states |= state_names[i].states;
		advance(p);
	} while (!exclude && p->token == WORD && token_is(p, "state"));

	if (exclude)
		node->states = ALL & ~node->states;
	return index_of(p, node);
}

/* Digits only: strtoul(3) alone would take blanks and signs. */
static int64_t number(const char *s, size_t n, int64_t largest)
{
	int64_t value = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		value = value * 10 + (s[i] - '0');
		if (value > largest)
			return -1;
	}
	return n ? value : -1;
}

/* A port by number or by its name in services(5). */
static int parse_port(struct parser *p, struct filter_node *node, size_t at)
{
	char name[64];
	size_t n = p->end - at;
	int64_t port = number(p->text + at, n, 65535);

	if (n == 1 && p->text[at] == '*')
		return 0;
	if (port < 0 && n && n < sizeof(name)) {
		const struct servent *service;

		memcpy(name, p->text + at, n);
		name[n] = '\0';
		service = getservbyname(name, "tcp");
		if (service)
			port = ntohs((uint16_t)service->s_port);
	}
	if (port < 0)
		return fail(p, at, N_("a port: 0 to 65535, or the name of a service"));
	node->port = (int32_t)port;
	return 0;
}

/* An address with or without /bits, from @at to @end. */
static int parse_address(struct parser *p, struct filter_node *node, size_t at,
			 size_t end)
{
	char text[INET6_ADDRSTRLEN];
	const char *slash = memchr(p->text + at, '/', end - at);
	size_t n = slash ? (size_t)(slash - p->text) - at : end - at;
	int64_t bits;

	if (n == 1 && p->text[at] == '*' && !slash)
		return 0;
	if (!n || n >= sizeof(text))
		return -1;
	memcpy(text, p->text + at, n);
	text[n] = '\0';
	if (inet_pton(AF_INET, text, node->addr) == 1)
		node->family = 4;
	else if (inet_pton(AF_INET6, text, node->addr) == 1)
		node->family = 6;
	else
		return -1;
	node->prefix = node->family == 4 ? 32 : 128;
	if (!slash)
		return 0;
	bits = number(slash + 1, end - at - n - 1, node->prefix);
	if (bits < 0)
		return fail(p, at + n + 1, node->family == 4 ?
			    N_("the length of a prefix: 0 to 32") :
			    N_("the length of a prefix: 0 to 128"));
	node->prefix = (uint8_t)bits;
	return 0;
}

/* Where ":port" begins behind an address without brackets; @end if it does not. */
static size_t find_port(const struct parser *p, size_t at, size_t end)
{
	const char *slash = memchr(p->text + at, '/', end - at);
	size_t from = slash ? (size_t)(slash - p->text) : at, colon = end, colons = 0, i;

	for (i = from; i < end; i++) {
		if (p->text[i] == ':') {
			colon = i;
			colons++;
		}
	}
	return slash || colons == 1 ? colon : end;	/* more: IPv6 */
}

/* HOST, HOST/bits, HOST:port, :port, [v6], [v6]/bits, [v6/bits]:port, … */
static int parse_host(struct parser *p, struct filter_node *node)
{
	static const char expected[] =
		N_("an address: 10.0.0.1, 10.0.0.0/8, 10.0.0.1:80, :80, ::1, [::1]:80 (names are not resolved)");
	const char *t = p->text;
	size_t at = p->at, end = p->end, colon;
	char bracketed[INET6_ADDRSTRLEN + 8];
	struct parser inner = *p;

	p->f->expected = NULL;
	if (t[at] == '[') {
		const char *close = memchr(t + at, ']', end - at);
		size_t n;

		if (!close)
			return fail(p, end, "]");
		colon = (size_t)(close - t) + 1;
		while (colon < end && t[colon] != ':')
			colon++;
		n = colon - at - 2;	/* without the brackets */
		if (!n || n >= sizeof(bracketed))
			return fail(p, at + 1, expected);
		memcpy(bracketed, t + at + 1, (size_t)(close - t) - at - 1);
		memcpy(bracketed + ((size_t)(close - t) - at - 1), close + 1,
		       colon - (size_t)(close - t) - 1);
		bracketed[n] = '\0';
		inner.text = bracketed;
		if (parse_address(&inner, node, 0, n) || node->family != 6)
			return fail(p, at + 1, N_("an IPv6 address in the brackets"));
	} else {
		colon = find_port(p, at, end);
		if ((colon > at || colon == end) && parse_address(p, node, at, colon))
			return p->f->expected ? -1 : fail(p, at, expected);
	}
	if (colon == end)
		return 0;
	return parse_port(p, node, colon + 1);
}

static int parse_where(struct parser *p, enum op op)
{
	struct filter_node *node = add(p, op);
	bool is_port = op == OP_SPORT || op == OP_DPORT;

	if (!node)
		return -1;
	advance(p);
	if (p->token == COMPARE) {
		if (!is_port && p->compare > UNEQUAL)
			return fail(p, p->at, N_("= or !=, or an address"));
		node->compare = (uint8_t)p->compare;
		advance(p);
	}
	if (p->token != WORD)
		return fail(p, p->at, is_port ? N_("a comparison and a port, as in = :80") :
			    N_("an address, as in 10.0.0.0/8 or [::1]:80"));
	if (is_port ? parse_port(p, node, p->at + (p->text[p->at] == ':')) :
		      parse_host(p, node))
		return -1;
	advance(p);
	return index_of(p, node);
}

/* Whatever the locale says. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int parse_id(struct parser *p, size_t at)
{
	struct filter_node *node = add(p, OP_ID);
	int64_t id = number(p->text + at, p->end - at,
			    (1LL << MERGE_SHIFT) - 1);

	if (!node)
		return -1;
	if (id < 0 || p->token != WORD)
		return fail(p, at, N_("the number of an endpoint, as in #7"));
	node->id = (uint64_t)id;
	if (at == p->at + 2)	/* a#7 */
		node->id |= (uint64_t)((p->text[p->at] | 0x20) - 'a' + 1)
			    << MERGE_SHIFT;
	advance(p);
	return index_of(p, node);
}

static int parse_term(struct parser *p)
{
	if (p->token == WORD) {
		size_t i;

		if (token_is(p, "state") || token_is(p, "exclude"))
			return parse_state(p);
		for (i = 0; i < ARRAY_SIZE(where); i++)
			if (token_is(p, where[i].name))
				return parse_where(p, where[i].op);
		if (p->text[p->at] == '#')
			return parse_id(p, p->at + 1);
		if (is_letter(p->text[p->at]) && p->text[p->at + 1] == '#')
			return parse_id(p, p->at + 2);
		if (token_is(p, "id")) {
			advance(p);
			return parse_id(p, p->at);
		}
	}
	return fail(p, p->at, N_("state, exclude, src, dst, sport, dport, #NUMBER, not or ("));
}

static int parse_not(struct parser *p)
{
	int index;

	if (p->token != NOT && p->token != OPEN)
		return parse_term(p);
	if (++p->depth > FILTER_DEPTH)
		return fail(p, p->at, N_("less nesting"));
	if (p->token == OPEN) {
		advance(p);
		index = parse_or(p);
		if (index >= 0 && p->token != CLOSE)
			return fail(p, p->at, N_("and, or, another term or )"));
		if (index >= 0)
			advance(p);
	} else {
		struct filter_node *node;

		advance(p);
		index = parse_not(p);
		node = index < 0 ? NULL : add(p, OP_NOT);
		if (node)
			node->left = (uint16_t)index;
		index = index_of(p, node);
	}
	p->depth--;
	return index;
}

static int join(struct parser *p, enum op op, int left, int right)
{
	struct filter_node *node;

	if (left < 0 || right < 0)
		return -1;
	node = add(p, op);
	if (node) {
		node->left = (uint16_t)left;
		node->right = (uint16_t)right;
	}
	return index_of(p, node);
}

static int parse_and(struct parser *p)
{
	int index = parse_not(p);

	while (index >= 0 && p->token != OR && p->token != CLOSE &&
	       p->token != END) {
		if (p->token == AND)
			advance(p);
		index = join(p, OP_AND, index, parse_not(p));
	}
	return index;
}

static int parse_or(struct parser *p)
{
	int index = parse_and(p);

	while (index >= 0 && p->token == OR) {
		advance(p);
		index = join(p, OP_OR, index, parse_and(p));
	}
	return index;
}

int filter_parse(struct filter *f, const char *text)
{
	struct parser p = { .f = f, .text = text };
	int root;

	f->count = 0;
	f->root = 0;
	f->error_at = 0;
	f->expected = NULL;
	advance(&p);
	if (p.token == END)
		return 0;
	root = parse_or(&p);
	if (root < 0)
		return -1;
	if (p.token != END)
		return fail(&p, p.at, N_("and, or, another term or the end"));
	f->root = (unsigned int)root;
	return 0;
}

const char *filter_word(size_t i)
{
	static const char *const others[] = { "state", "exclude", "id" };

	if (i < ARRAY_SIZE(others))
		return others[i];
	i -= ARRAY_SIZE(others);
	if (i < ARRAY_SIZE(where))
		return where[i].name;
	i -= ARRAY_SIZE(where);
	if (i < ARRAY_SIZE(state_names))
		return state_names[i].name;
	i -= ARRAY_SIZE(state_names);
	return i < ARRAY_SIZE(tokens) ? tokens[i].text : NULL;
}

static bool compare(const struct filter_node *node, unsigned int port)
{
	unsigned int wanted = (unsigned int)node->port;

	if (node->port < 0)	/* ":*" */
		return node->compare == EQUAL;
	switch (node->compare) {
	case UNEQUAL:
		return port != wanted;
	case LESS:
		return port < wanted;
	case GREATER:
		return port > wanted;
	case AT_MOST:
		return port <= wanted;
	case AT_LEAST:
		return port >= wanted;
	default:
		return port == wanted;
	}
}

static bool host_matches(const struct filter_node *node, unsigned int family,
			 const uint8_t addr[16], unsigned int port)
{
	unsigned int bytes = node->prefix / 8, bits = node->prefix % 8;

	if (node->port >= 0 && port != (unsigned int)node->port)
		return false;
	if (!node->family)
		return true;
	if (family != node->family || memcmp(addr, node->addr, bytes))
		return false;
	return !bits || !((addr[bytes] ^ node->addr[bytes]) >> (8 - bits));
}

static bool eval(const struct filter *f, unsigned int index,
		 const struct wavehand_endpoint *ep)
{
	const struct filter_node *node = &f->nodes[index];
	bool local = ep->known & WAVEHAND_KNOWN_LOCAL;
	bool remote = ep->known & WAVEHAND_KNOWN_REMOTE;

	switch (node->op) {
	case OP_OR:
		return eval(f, node->left, ep) || eval(f, node->right, ep);
	case OP_AND:
		return eval(f, node->left, ep) && eval(f, node->right, ep);
	case OP_NOT:
		return !eval(f, node->left, ep);
	case OP_STATE:
		return ep->state < WAVEHAND_STATES && node->states >> ep->state & 1;
	case OP_SRC:
		return local && (node->compare == UNEQUAL) !=
		       host_matches(node, ep->family, ep->local_addr, ep->local_port);
	case OP_DST:
		return remote && (node->compare == UNEQUAL) !=
		       host_matches(node, ep->family, ep->remote_addr, ep->remote_port);
	case OP_SPORT:
		return local && compare(node, ep->local_port);
	case OP_DPORT:
		return remote && compare(node, ep->remote_port);
	case OP_ID:
		return node->id == (merge_number(node->id) ? ep->id : merge_own(ep->id));
	default:
		return false;
	}
}

bool filter_eval(const struct filter *f, const struct wavehand_endpoint *ep)
{
	return eval(f, f->root, ep);
}
