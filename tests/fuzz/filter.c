// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: a filter, as the command takes it from its arguments; what it says of
 * one that it cannot understand; and what one that it understands says of endpoints.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "judge.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ENDPOINTS 6

static const struct wavehand_endpoint endpoints[ENDPOINTS] = {
	{ .family = 4, .state = WAVEHAND_ESTABLISHED, .id = 7, .known = 0xff,
	  .local_addr = { 10, 0, 0, 2 }, .local_port = 52528,
	  .remote_addr = { 10, 0, 0, 1 }, .remote_port = 80 },
	{ .family = 6, .state = WAVEHAND_TIME_WAIT, .id = 2ULL << MERGE_SHIFT | 7, .known = 3,
	  .local_addr = { 0xfd, [15] = 1 }, .local_port = 443,
	  .remote_addr = { 0xfd, [15] = 2 }, .remote_port = 65535 },
	{ .family = 4, .state = WAVEHAND_LISTEN, .id = 8, .known = WAVEHAND_KNOWN_LOCAL,
	  .local_port = 22 },
	{ .family = 6, .state = WAVEHAND_CLOSED, .id = UINT64_MAX, .known = WAVEHAND_KNOWN_REMOTE,
	  .remote_addr = { [15] = 1 } },
	{ .family = 0, .state = 0 },
	{ .family = 255, .state = 255, .id = 255ULL << MERGE_SHIFT, .known = 0xffff,
	  .local_port = 65535, .remote_port = 65535 },
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	inside_start();
	setlocale(LC_ALL, "");	/* main() is not called */
	return 0;
}

static const struct filter *parsed;

static int parse(void *context)
{
	char *argv[] = { context, NULL };

	parsed = options_filter(argv);
	return parsed ? FOUND : TROUBLE;
}

/* What a filter and its contrary say of each endpoint, as bits; -1: not understood. */
static int matches(const char *format, const char *text)
{
	static struct filter filter;
	size_t size = strlen(format) + strlen(text);
	char *whole = malloc(size);
	int i, bits = 0;

	snprintf(whole, size, format, text);
	if (filter_parse(&filter, whole)) {
		if (!filter.expected || filter.error_at > strlen(whole))
			abort();
		bits = -1;
	}
	for (i = 0; i < ENDPOINTS && bits >= 0; i++)
		bits |= filter_match(&filter, &endpoints[i]) << i;
	free(whole);
	return bits;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct said said;
	int plain, contrary, same;

	memcpy(text, data, size);
	text[size] = '\0';
	inside_call(&said, parse, text);
	judge_said(&said, JUDGE_TEXT, "FILTER");
	plain = matches("%s", text);
	if ((plain >= 0) != !said.status)
		judge_fault(&said, text, "it is understood, and it is not");
	contrary = matches("not ( %s )", text);
	same = matches("( %s )", text);
	/* Nesting has a limit, and an empty filter is none in parentheses. */
	if (plain >= 0 && contrary >= 0 && contrary != (plain ^ ((1 << ENDPOINTS) - 1)))
		judge_fault(&said, text, "not ( X ) is not the contrary of X");
	if (plain >= 0 && same >= 0 && same != plain)
		judge_fault(&said, text, "( X ) is not the same as X");
	free(text);
	return 0;
}
