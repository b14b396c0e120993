// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "output.h"

static int cannot_write(const struct output *o, int error)
{
	trouble("%s: cannot write: %s", o->path, strerror(error));
	return -1;
}

/* It must not be written over while it is being read. */
static int is_read(const struct output *o)
{
	trouble("%s: the recording that is read: name another file", o->path);
	return -1;
}

static int make_empty(int fd, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return 0;
	return (st->st_mode & 07777) != 0600 && fchmod(fd, 0600) ? -1 : ftruncate(fd, 0);
}

int output_open(struct output *o, const char *path, const struct source *s)
{
	bool standard = !strcmp(path, "-");
	struct stat st;

	o->path = path;
	/* Without O_TRUNC: nothing is lost until it is known to be another file. */
	o->out.fd = standard ? dup(STDOUT_FILENO) :
			       open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (o->out.fd < 0)
		return cannot_write(o, errno);
	if (fstat(o->out.fd, &st)) {
		cannot_write(o, errno);
	} else if (source_reads(s, &st)) {
		is_read(o);
	} else if (!standard && make_empty(o->out.fd, &st)) {
		trouble("%s: cannot be emptied and made its owner's only: %s", path,
			strerror(errno));
	} else {
		return 0;
	}
	close(o->out.fd);
	return -1;
}

/* Beside it: a rename stays in its file system. */
static int open_temporary(struct output *o, mode_t mode)
{
	mode_t mask = umask(0);
	int error;

	umask(mask);
	if (asprintf(&o->temporary, "%s.XXXXXX", o->name) < 0) {
		o->temporary = NULL;
		return -1;
	}
	o->out.fd = mkostemp(o->temporary, O_CLOEXEC);
	if (o->out.fd < 0)
		return -1;
	if (!fchmod(o->out.fd, mode & ~mask))
		return 0;
	error = errno;
	unlink(o->temporary);
	close(o->out.fd);
	errno = error;
	return -1;
}

static void forget_names(struct output *o)
{
	free(o->name);
	free(o->temporary);
}

int output_replace(struct output *o, const char *path, const struct source *s, mode_t mode)
{
	struct stat st;
	bool is_there = !stat(path, &st);

	if (!strcmp(path, "-") || (is_there && !S_ISREG(st.st_mode)))
		return output_open(o, path, s);
	o->path = path;
	if (is_there && source_reads(s, &st))
		return is_read(o);
	/* A link stays one: what it leads to is replaced. */
	o->name = is_there ? realpath(path, NULL) : strdup(path);
	if (o->name && !open_temporary(o, mode))
		return 0;
	cannot_write(o, errno);
	forget_names(o);
	return -1;
}

int output_close(struct output *o, bool keep)
{
	int error = out_flush(&o->out);

	if (close(o->out.fd) && !error)
		error = errno;
	if (keep && !error && o->name && rename(o->temporary, o->name))
		error = errno;
	if (o->temporary && (!keep || error))
		unlink(o->temporary);
	forget_names(o);
	return error ? cannot_write(o, error) : 0;
}
