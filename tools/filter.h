/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters, in the grammar of ss(8):
 *
 *   or      = and { ( "or" | "|" | "||" ) and }
 *   and     = not { [ "and" | "&" | "&&" ] not }
 *   not     = ( "not" | "!" ) not | "(" or ")" | term
 *   term    = "state" STATE { "state" STATE }	one of these, as ss has it
 *           | "exclude" STATE
 *           | ( "src" | "dst" ) [ "=" | "!=" … ] HOST
 *           | ( "sport" | "dport" ) [ "=" | "!=" | "<" | ">" | "<=" | ">=" … ] PORT
 *           | "#" NUMBER | "id" NUMBER			the endpoint of that id
 *           | LETTER "#" NUMBER			that of one of several recordings
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wavehand.h"

#define FILTER_NODES 256	/* terms and operators of one filter, at most */
#define FILTER_DEPTH 64		/* nesting, at most */

/**
 * struct filter_node - one term or operator
 * @op: what it is
 * @compare: how a port is compared
 * @family: of the address; 0 for any
 * @prefix: bits of the address that count
 * @port: port, or -1 for any
 * @states: of a state term, bit 1 << WAVEHAND_ESTABLISHED …
 * @left: index of the first operand
 * @right: index of the second operand
 * @id: endpoint
 * @addr: as in struct wavehand_endpoint
 */
struct filter_node {
	uint8_t op;
	uint8_t compare;
	uint8_t family;
	uint8_t prefix;
	int32_t port;
	uint16_t states;
	uint16_t left;
	uint16_t right;
	uint64_t id;
	uint8_t addr[16];
};

/**
 * struct filter - a parsed filter
 * @count: nodes used; 0 matches everything
 * @root: the node to begin with
 * @error_at: byte of the text that could not be understood
 * @expected: what should have been there
 */
struct filter {
	unsigned int count;
	unsigned int root;
	size_t error_at;
	const char *expected;
	struct filter_node nodes[FILTER_NODES];
};

/**
 * filter_parse - understand a filter
 * @f: to fill in
 * @text: the filter; empty matches everything
 *
 * Return: 0, or -1 with @f->error_at and @f->expected set.
 */
int filter_parse(struct filter *f, const char *text);

/**
 * filter_word - the words of the grammar, one after the other
 * @i: 0, 1, …
 *
 * Return: a word or an operator; NULL behind the last. Which of them fit in a place
 * filter_parse() knows.
 */
const char *filter_word(size_t i);

/** filter_eval - as filter_match(), of a filter that is not empty */
bool filter_eval(const struct filter *f, const struct wavehand_endpoint *ep);

/**
 * filter_match - is this endpoint meant
 * @f: parsed filter
 * @ep: endpoint; where it does not know its peer, no term on the peer holds
 *
 * The state is @ep->state.
 */
static inline bool filter_match(const struct filter *f, const struct wavehand_endpoint *ep)
{
	return !f->count || filter_eval(f, ep);
}

#endif /* FILTER_H */
