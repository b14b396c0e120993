/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command inside this process: its very main(), which reads files that are in
 * memory only, and whose output is kept. A run costs no exec(2), and what a sanitizer
 * or valgrind finds in one of a million is found.
 */
#ifndef INSIDE_H
#define INSIDE_H

#include <stddef.h>

#include "wavehand.h"

#define INSIDE_FILES 4

/**
 * struct said - what the command did
 * @status: its exit status
 * @out: standard output, with a NUL behind it; good until the next run
 * @out_size: bytes of it
 * @err: likewise, standard error
 * @err_size: bytes of it
 */
struct said {
	int status;
	const char *out;
	size_t out_size;
	const char *err;
	size_t err_size;
};

/**
 * inside_start - take standard output over; to be called once
 *
 * Return: a copy of what it was.
 */
int inside_start(void);

/**
 * inside_file - put bytes in a file
 * @i: which one, below INSIDE_FILES
 *
 * Return: its name. It is a device, too, which ends behind these bytes.
 */
const char *inside_file(unsigned int i, const void *data, size_t size);

/** inside_info - what a file answers to WAVEHAND_IOC_INFO when it is read as a device */
extern struct wavehand_info inside_info;

/**
 * inside_run - run the command
 * @said: filled in
 * @argv: its arguments, up to a NULL, its name first. None may be amiss: it would exit
 */
void inside_run(struct said *said, const char *const *argv);

/**
 * inside_call - run something else that writes to standard error
 * @said: filled in; its status is what @function returns
 */
void inside_call(struct said *said, int (*function)(void *context), void *context);

#endif /* INSIDE_H */
