// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

/* What a signal has to remove, or NULL. There is one such file at a time. */
static const char *volatile unfinished;

/* It ends as if nobody had caught the signal: that has its default action again. */
static void remove_unfinished(int number)
{
	if (unfinished)
		unlink(unfinished);
	raise(number);
}

/*
 * Not O_TMPFILE, whose file has no name until it is whole: linkat(2) replaces nothing, some
 * file systems cannot do it, and then there is a name all the same.
 */
static void remove_on_signals(sigset_t *signals)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM,
				       SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ };
	struct sigaction action = {
		.sa_handler = remove_unfinished,
		.sa_flags = (int)SA_RESETHAND,
	}, old;
	size_t i;

	sigemptyset(signals);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaddset(signals, numbers[i]);
		/* nohup(1) has SIGHUP ignored. */
		if (!sigaction(numbers[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(numbers[i], &action, NULL);
	}
}

/* Beside it: a rename stays in its file system. */
static int open_temporary(struct output *o)
{
	sigset_t signals, before;

	if (asprintf(&o->temporary, "%s.XXXXXX", o->name) < 0) {
		o->temporary = NULL;
		return -1;
	}
	remove_on_signals(&signals);
	/* No signal finds a name that is not ours yet, or not known yet to be. */
	sigprocmask(SIG_BLOCK, &signals, &before);
	o->out.fd = mkostemp(o->temporary, O_CLOEXEC);
	if (o->out.fd >= 0)
		unfinished = o->temporary;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return o->out.fd < 0 ? -1 : 0;
}

/*
 * As @mode allows, and the umask; in place of @old no more than that did. It is of who owned
 * that, but for what others may not read: anybody may have put the old one there.
 */
static int set_mode(struct output *o, mode_t mode, const struct stat *old)
{
	const bool secret = !(mode & (S_IRWXG | S_IRWXO));
	mode_t mask = umask(0);

	umask(mask);
	mode &= old ? old->st_mode : ~mask;
	/* Where the group must be another one, it gets nothing. */
	if (old && !secret && fchown(o->out.fd, old->st_uid, old->st_gid))
		mode &= (mode_t)~S_IRWXG;
	return fchmod(o->out.fd, mode);
}

static void forget_names(struct output *o)
{
	unfinished = NULL;
	free(o->name);
	free(o->temporary);
}

static int replace(struct output *o, char *name, mode_t mode, const struct stat *old)
{
	int error;

	o->name = name;
	if (o->name && !open_temporary(o)) {
		if (!set_mode(o, mode, old))
			return 0;
		error = errno;
		unlink(o->temporary);
		close(o->out.fd);
		errno = error;
	}
	cannot_write(o, errno);
	forget_names(o);
	return -1;
}

/* What an open file is called: no link on the way to it can be another one by now. */
static char *name_of(int fd)
{
	char link[32];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return realpath(link, NULL);
}

/* Is it what standard output goes to, too? */
static bool is_standard(const struct stat *st)
{
	struct stat standard;

	return !fstat(STDOUT_FILENO, &standard) && standard.st_dev == st->st_dev &&
	       standard.st_ino == st->st_ino;
}

int output_replace(struct output *o, const char *path, const struct source *s, mode_t mode)
{
	struct stat st;
	int fd, result;

	if (!strcmp(path, "-"))
		return output_open(o, path, s);
	o->path = path;
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && !lstat(path, &st)) {
		trouble("%s: a link to a file that is not there: name that file", path);
		return -1;
	}
	if (fd < 0)
		return errno == ENOENT ? replace(o, strdup(path), mode, NULL) :
					 cannot_write(o, errno);
	if (fstat(fd, &st))
		result = cannot_write(o, errno);
	else if (is_standard(&st))
		result = output_open(o, "-", s);
	else if (!S_ISREG(st.st_mode))
		result = output_open(o, path, s);
	else if (source_reads(s, &st))
		result = is_read(o);
	else
		result = replace(o, name_of(fd), mode, &st);
	close(fd);
	return result;
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
