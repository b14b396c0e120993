// SPDX-License-Identifier: GPL-2.0
/*
 * To be loaded into the command (LD_PRELOAD): a FIFO answers as the device would, so that
 * what goes on can be tested without a module. What is written to it is what is read.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "wavehand.h"

static int is_fifo(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISFIFO(st.st_mode);
}

int ioctl(int fd, unsigned long request, ...)
{
	static int (*real)(int fd, unsigned long request, ...);
	void *argument;
	va_list ap;

	va_start(ap, request);
	argument = va_arg(ap, void *);
	va_end(ap);
	if (request == WAVEHAND_IOC_INFO && is_fifo(fd)) {
		struct wavehand_info *info = argument;

		info->abi = WAVEHAND_ABI;
		info->event_size = sizeof(struct wavehand_event);
		info->ring = 65536;
		return 0;
	}
	if (!real)
		real = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	return real(fd, request, argument);
}

off_t lseek(int fd, off_t offset, int whence)
{
	static off_t (*real)(int fd, off_t offset, int whence);

	if (is_fifo(fd))
		return 0;
	if (!real)
		real = (off_t (*)(int, off_t, int))dlsym(RTLD_NEXT, "lseek");
	return real(fd, offset, whence);
}
