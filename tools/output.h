/* SPDX-License-Identifier: GPL-2.0 */
/* The file that a subcommand was told to write. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <sys/types.h>

#include "out.h"
#include "source.h"

/**
 * struct output - a file that is written
 * @out: where to put what shall be in it
 * @path: as it was named, for messages
 * @name: what it replaces once it is whole, allocated; NULL: it is written where it is
 * @temporary: its name until then, allocated
 */
struct output {
	struct out out;
	const char *path;
	char *name;
	char *temporary;
};

/**
 * output_open - open a file that can be read while it grows, empty
 * @o: zeroed
 * @path: of the file; "-" is standard output. A regular file becomes readable by its
 *	owner only: sequence numbers are a secret worth having
 * @s: what is read, which must not be written over
 *
 * Return: 0, or -1 after having told what is wrong.
 */
int output_open(struct output *o, const char *path, const struct source *s);

/**
 * output_replace - open a file that nobody sees before output_close() made it whole
 * @o: zeroed
 * @path: of the file; what is no regular one, or standard output, is written as it is
 * @s: what is read, which must not be replaced
 * @mode: of the file, less the umask; of one that is there only what that allowed, too.
 *	Where it is not the owner's only, owner and group of that stay, if that is permitted
 *
 * A signal that people or limits end a process with leaves nothing behind until then, unless
 * nobody can catch it.
 *
 * Return: 0, or -1 after having told what is wrong.
 */
int output_replace(struct output *o, const char *path, const struct source *s, mode_t mode);

/**
 * output_close - write what waits, and close it
 * @o: open
 * @keep: false: a file that would be replaced stays as it is
 *
 * Return: 0, or -1 after having told why not everything was written; the file that would
 * be replaced stays as it is then, too.
 */
int output_close(struct output *o, bool keep);

#endif /* OUTPUT_H */
