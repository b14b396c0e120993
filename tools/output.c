// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "output.h"

static int make_empty(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	if (!S_ISREG(st.st_mode))
		return 0;
	return (st.st_mode & 07777) != 0600 && fchmod(fd, 0600) ? -1 : ftruncate(fd, 0);
}

int output_open(const char *path, const struct source *s)
{
	bool standard = !strcmp(path, "-");
	/* Without O_TRUNC: nothing is lost until it is known to be another file. */
	int fd = standard ? dup(STDOUT_FILENO) :
			    open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0) {
		trouble("%s: cannot write: %s", path, strerror(errno));
	} else if (source_reads(s, fd)) {
		/* It must not be written over while it is being read. */
		trouble("%s: the recording that is read: name another file", path);
		close(fd);
		fd = -1;
	} else if (!standard && make_empty(fd)) {
		trouble("%s: cannot be emptied and made its owner's only: %s", path,
			strerror(errno));
		close(fd);
		fd = -1;
	}
	return fd;
}

int output_close(struct out *out, const char *path)
{
	out_flush(out);
	if (close(out->fd) && !out->error)
		out->error = errno;
	if (!out->error)
		return 0;
	trouble("%s: cannot write: %s", path, strerror(out->error));
	return -1;
}
