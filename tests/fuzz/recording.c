// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: a recording, or several one behind the other (of several hosts, then),
 * through every subcommand and format; and the events of the first as what a device
 * gives. Seeds are recordings as they are.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "mutate.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	inside_start();
	return 0;
}

/* Where the next recording begins, behind the header of this one. */
static size_t length(const uint8_t *data, size_t size)
{
	size_t i;

	for (i = MUTATE_RECORD; i + MUTATE_RECORD <= size; i += MUTATE_RECORD)
		if (!memcmp(data + i, WAVEHAND_MAGIC, sizeof(WAVEHAND_MAGIC) - 1))
			return i;
	return size;
}

/* What is recorded again is the same, as far as it was read. */
static void compare(const struct said *said, const uint8_t *data, size_t size)
{
	if (said->out_size > size)
		judge_fault(said, "record", "more than there was");
	if (said->out_size > MUTATE_RECORD &&
	    memcmp(said->out + MUTATE_RECORD, data + MUTATE_RECORD,
		   said->out_size - MUTATE_RECORD))
		judge_fault(said, "record", "other events than there were");
	if (!said->status && said->out_size != size)
		judge_fault(said, "record", "less than there was");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *paths[INSIDE_FILES];
	struct said said;
	size_t first = length(data, size), n = 0, at, i;

	for (at = 0; n < INSIDE_FILES && (at < size || !n); n++) {
		size_t part = length(data + at, size - at);

		paths[n] = inside_file((unsigned int)n, data + at, part);
		at += part;
	}
	for (i = 0; i < judge_verb_count; i++) {
		judge_run(&said, &judge_verbs[i], paths, n);
		if (n == 1 && judge_is_record(&judge_verbs[i]))
			compare(&said, data, size);
	}
	if (n > 1)	/* alone, too */
		judge_run(&said, &judge_verbs[1], paths, 1);
	if (first > MUTATE_RECORD) {
		paths[0] = inside_file(0, data + MUTATE_RECORD, first - MUTATE_RECORD);
		for (i = 0; i < judge_verb_count; i += 3)
			judge_run(&said, &judge_verbs[i], paths, 0);
	}
	return 0;
}
