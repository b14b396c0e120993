/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Output: one large buffer in front of write(2). Formatting an event must cost
 * little, so what is hot is inline and nothing here allocates.
 */
#ifndef OUT_H
#define OUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef OUT_SIZE	/* tests make it small, so that its end is met */
#define OUT_SIZE (128 * 1024)
#endif

/**
 * struct out - where output goes
 * @fd: the file that it goes to; -1 throws it away
 * @error: errno of the first write that failed, or 0; what comes later is dropped
 * @stop: set by a signal handler: what cannot be written soon is given up then, with
 *	EINTR. NULL: no handler is there
 * @take: what would be written is given to this instead. NULL: it is written
 * @ctx: handed to it
 * @len: bytes waiting in @buf
 * @buf: what waits
 */
struct out {
	int fd;
	int error;
	const volatile sig_atomic_t *stop;
	void (*take)(void *ctx, const char *data, size_t size);
	void *ctx;
	size_t len;
	char buf[OUT_SIZE];
};

/**
 * out_flush - write what waits
 *
 * Return: 0, or the errno of the first write that ever failed.
 */
int out_flush(struct out *o);

/**
 * out_write - write a block past the buffer, after what waits in it
 * @o: output
 * @data: any bytes
 * @size: how many
 *
 * Return: as out_flush().
 */
int out_write(struct out *o, const void *data, size_t size);

/**
 * out_mem - append bytes
 */
void out_mem(struct out *o, const void *data, size_t size);

/**
 * out_printf - append as printf(3); for what is not hot; 1,023 bytes at most
 */
void out_printf(struct out *o, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * out_reserve - room for @size bytes, at most OUT_SIZE
 *
 * Return: where to put them; add what was used to @o->len.
 */
static inline char *out_reserve(struct out *o, size_t size)
{
	if (o->len + size > sizeof(o->buf))
		out_flush(o);
	return o->buf + o->len;
}

/**
 * out_str - append a string
 */
static inline void out_str(struct out *o, const char *s)
{
	out_mem(o, s, strlen(s));
}

/**
 * out_char - append one byte
 */
static inline void out_char(struct out *o, char c)
{
	*out_reserve(o, 1) = c;
	o->len++;
}

#endif /* OUT_H */
