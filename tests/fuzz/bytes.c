// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings byte by byte, through every subcommand and format:
 *
 *	bytes cut FILE…		cut behind each byte
 *	bytes pair FILE…	likewise the second of two, of two hosts, made of FILE
 *	bytes change FILE…	each byte changed, in several ways
 *	bytes whole FILE…	as they are
 *
 * Prints the points of a test, without a plan.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"

#define RECORD sizeof(struct wavehand_event)
#define MOST (256 * 1024)

static FILE *tap;
static unsigned int points;
static uint8_t input[MOST];
static size_t input_size;
static unsigned long inputs;

static void fail(const char *file, size_t at, const struct judge_verb *verb,
		 const struct said *said, const char *what)
{
	fprintf(tap, "not ok %u - %s, byte %zu: %s %s: %s; exit status %d, it says: %s\n",
		points + 1, file, at, verb->argv[0], verb->argv[1] ? verb->argv[1] : "", what,
		said->status, said->err);
	fflush(tap);
	exit(1);
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What one that is cut behind @size bytes must say. */
static const char *expected(size_t size, char text[64])
{
	if (!size)
		return "empty";
	if (size < RECORD)
		snprintf(text, 64, "truncated: %zu of the header's 160 bytes", size);
	else
		snprintf(text, 64, "truncated in the middle of an event: %zu whole", size / RECORD - 1);
	return text;
}

static void cut_one(const char *file, const struct judge_verb *verb)
{
	static char whole[MOST * 16];
	size_t whole_size = 0, size;
	const char *path;
	struct said said;
	char text[64];

	for (size = 0; size <= input_size; size++) {
		bool at_end = size && !(size % RECORD);

		path = inside_file(0, input, size);
		judge_run(&said, verb, &path, 1);
		inputs++;
		if (at_end && said.status == 2)
			fail(file, size, verb, &said, "it is whole");
		if (!at_end && (said.status != 2 || !strstr(said.err, expected(size, text))))
			fail(file, size, verb, &said, "it is cut, and that is not told");
		if (at_end) {
			whole_size = said.out_size;
			if (whole_size <= sizeof(whole))
				memcpy(whole, said.out, whole_size);
		} else if (said.out_size != whole_size ||
			   (whole_size <= sizeof(whole) && memcmp(whole, said.out, whole_size))) {
			fail(file, size, verb, &said, "what is whole before the cut is not shown");
		}
	}
}

static void cut(const char *file)
{
	size_t i;

	for (i = 0; i < judge_verb_count; i++)
		cut_one(file, &judge_verbs[i]);
}

/* The first endpoint's events stay, those of the others go to the second recording. */
static size_t divide(uint8_t *second)
{
	const struct wavehand_event *events = (const struct wavehand_event *)input;
	struct wavehand_file_header *header = (struct wavehand_file_header *)second;
	size_t n = input_size / RECORD, a = 1, b = 1, i;

	memcpy(second, input, RECORD);
	strcpy(header->host, "other");
	for (i = 1; i < n; i++) {
		if (events[i].endpoint.id == events[1].endpoint.id)
			memmove(input + a++ * RECORD, &events[i], RECORD);
		else
			memcpy(second + b++ * RECORD, &events[i], RECORD);
	}
	input_size = a * RECORD;
	return b * RECORD;
}

static void pair(const char *file)
{
	static uint8_t second[MOST];
	size_t second_size = divide(second), size, i;
	const char *paths[2];
	struct said said;

	paths[0] = inside_file(0, input, input_size);
	for (size = 0; size <= second_size; size++) {
		bool at_end = size && !(size % RECORD);
		char text[64];

		paths[1] = inside_file(1, second, size);
		for (i = 0; i < judge_verb_count; i += 3) {	/* they read alike */
			judge_run(&said, &judge_verbs[i], paths, 2);
			inputs++;
			if (at_end && said.status == 2)
				fail(file, size, &judge_verbs[i], &said, "both are whole");
			if (!at_end && (said.status != 2 ||
					!strstr(said.err, expected(size, text))))
				fail(file, size, &judge_verbs[i], &said,
				     "the second is cut, and that is not told");
		}
	}
}

static void change(const char *file)
{
	static const uint8_t ways[] = { 0x01, 0x02, 0x80, 0xff };
	const size_t trusted = offsetof(struct wavehand_file_header, realtime_offset);
	const char *path;
	struct said said;
	size_t at, i, way;

	for (at = 0; at < input_size; at++) {
		uint8_t before = input[at];

		for (way = 0; way < sizeof(ways) + 1; way++) {
			input[at] = way < sizeof(ways) ? before ^ ways[way] : 0;
			if (input[at] == before)
				continue;
			path = inside_file(0, input, input_size);
			for (i = 0; i < judge_verb_count; i++) {
				judge_run(&said, &judge_verbs[i], &path, 1);
				inputs++;
				if (at < trusted && said.status != 2)
					fail(file, at, &judge_verbs[i], &said,
					     "its header is none, and that is not told");
			}
		}
		input[at] = before;
	}
}

static void whole(const char *file)
{
	const char *path = inside_file(0, input, input_size);
	struct said said;
	size_t i;

	for (i = 0; i < judge_verb_count; i++) {
		judge_run(&said, &judge_verbs[i], &path, 1);
		inputs++;
		if (said.status == 2)
			fail(file, input_size, &judge_verbs[i], &said, "it is whole");
	}
}

static const struct {
	const char *name;
	void (*run)(const char *file);
	const char *says;
} modes[] = {
	{ "cut", cut, "cut behind each byte" },
	{ "pair", pair, "as two hosts', the second cut behind each byte" },
	{ "change", change, "each byte changed" },
	{ "whole", whole, "each subcommand and format" },
};

static bool read_input(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		return false;
	input_size = fread(input, 1, sizeof(input), file);
	fclose(file);
	return input_size > RECORD;
}

int main(int argc, char **argv)
{
	size_t mode;
	int i;

	tap = fdopen(inside_start(), "w");
	for (mode = 0; argc > 2 && mode < sizeof(modes) / sizeof(modes[0]); mode++)
		if (!strcmp(argv[1], modes[mode].name))
			break;
	if (!tap || argc < 3 || mode == sizeof(modes) / sizeof(modes[0]))
		return 2;
	for (i = 2; i < argc; i++) {
		unsigned long before = inputs;

		if (!read_input(argv[i])) {
			perror(argv[i]);
			return 2;
		}
		modes[mode].run(name_of(argv[i]));
		fprintf(tap, "ok %u - %s: %s (%lu runs)\n", ++points, name_of(argv[i]),
			modes[mode].says, inputs - before);
		fflush(tap);
	}
	fprintf(tap, "# %lu runs\n", inputs);
	return fclose(tap) ? 2 : 0;
}
