// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "out.h"

/* How long a full pipe may take to have room again, once it is to end. */
#define PATIENCE_MS 1000

/* How much to write without being stuck. Return: 0 when it is to end, and stuck. */
static size_t without_waiting(const struct out *o, size_t size)
{
	struct pollfd pollfd = { .fd = o->fd, .events = POLLOUT };

	if (!o->stop || !*o->stop)
		return size;
	if (poll(&pollfd, 1, PATIENCE_MS) <= 0)
		return 0;
	return size < PIPE_BUF ? size : PIPE_BUF;
}

/* A pipe may be one that somebody else made non-blocking. */
static void wait_for_room(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLOUT };

	poll(&pollfd, 1, PATIENCE_MS);
}

static void write_all(struct out *o, const char *p, size_t size)
{
	if (o->take) {
		o->take(o->ctx, p, size);
		return;
	}
	while (size && !o->error && o->fd >= 0) {
		size_t most = without_waiting(o, size);
		ssize_t n;

		if (!most) {
			o->error = EINTR;
			break;
		}
		n = write(o->fd, p, most);
		if (n < 0) {
			if (errno == EAGAIN)
				wait_for_room(o->fd);
			else if (errno != EINTR)
				o->error = errno;
			continue;
		}
		p += n;
		size -= (size_t)n;
	}
}

int out_flush(struct out *o)
{
	write_all(o, o->buf, o->len);
	o->len = 0;
	return o->error;
}

int out_write(struct out *o, const void *data, size_t size)
{
	out_flush(o);
	write_all(o, data, size);
	return o->error;
}

void out_mem(struct out *o, const void *data, size_t size)
{
	if (size > sizeof(o->buf)) {
		out_write(o, data, size);
		return;
	}
	memcpy(out_reserve(o, size), data, size);
	o->len += size;
}

void out_printf(struct out *o, const char *format, ...)
{
	const size_t room = 1024;
	char *p = out_reserve(o, room);
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(p, room, format, ap);
	va_end(ap);
	if (n > 0)
		o->len += (size_t)n < room ? (size_t)n : room - 1;
}
