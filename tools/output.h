/* SPDX-License-Identifier: GPL-2.0 */
/* The file that a subcommand was told to write. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "out.h"
#include "source.h"

/**
 * output_open - open it, empty
 * @path: of the file; "-" is standard output. A regular file becomes readable by its
 *	owner only: sequence numbers are a secret worth having
 * @s: what is read, which must not be written over
 *
 * Return: its descriptor, or -1 after having told what is wrong.
 */
int output_open(const char *path, const struct source *s);

/**
 * output_close - write what waits, and close it
 * @out: of that descriptor
 * @path: for the message
 *
 * Return: 0, or -1 after having told why not everything was written.
 */
int output_close(struct out *out, const char *path);

#endif /* OUTPUT_H */
