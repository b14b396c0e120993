// SPDX-License-Identifier: GPL-2.0
/*
 * usage: ioctls near|random|info|next native|compat SEED COUNT
 * ioctl(2) on the device: all numbers near ours; COUNT random ones; ours with every
 * argument. Natively, or as a 32-bit process does it (int 0x80). Prints how many were
 * tried and how many were answered wrong; the first ten of those on stderr.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "wavehand.h"

#define PAGE		4096UL
#define IOCTL_I386	54

static bool compat;
static int fd;
static unsigned long tried, answered, bad;
static uint64_t state;

/* xorshift64* */
static uint64_t any(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 2685821657736338717ULL;
}

/* 0 or an errno. */
static int call(unsigned int command, unsigned long argument)
{
	long result;

	if (!compat)
		return ioctl(fd, command, argument) ? errno : 0;
	asm volatile("int $0x80" : "=a" (result)
		     : "0" (IOCTL_I386), "b" (fd), "c" (command), "d" (argument)
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)result < 0 ? -(int)result : 0;
}

static void expect(unsigned int command, unsigned long argument, int wanted)
{
	int got = call(command, argument);

	tried++;
	answered += !got;
	if (got != wanted && bad++ < 10)
		warnx("%#x with %#lx: %s, not %s", command, argument, strerror(got),
		      strerror(wanted));
}

/* What the kernel answers itself, whatever the file is. */
static bool is_of_every_file(unsigned int command)
{
	switch (_IOC_TYPE(command)) {
	case 0: case 'T': case 'X': case 'f': case 'r': case 0x12: case 0x15:
	case 0x94:
		return true;
	}
	return false;
}

static bool is_ours(unsigned int command)
{
	return command == WAVEHAND_IOC_INFO || command == WAVEHAND_IOC_NEXT;
}

/* Below 4 GB, for both. */
static char *map(int protection)
{
	char *page = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (page == MAP_FAILED)
		err(1, "mmap");
	memset(page, 0xa5, 3 * PAGE);
	if (mprotect(page, PAGE, protection))
		err(1, "mprotect");
	munmap(page + PAGE, PAGE);
	return page;
}

/* Where nothing can be written. */
static unsigned long nowhere(const char *page, const char *read_only)
{
	const unsigned long places[] = {
		0, 1, 8, PAGE - 1, (unsigned long)read_only,
		(unsigned long)page + PAGE, (unsigned long)page + PAGE - 1,
		(unsigned long)page + PAGE - sizeof(struct wavehand_info) + 1,
		compat ? 0xfffffff0 : ~0UL, compat ? 0xffffe000 : ~0UL - 23,
		compat ? 0xc0000000 : 0xffff888000000000,
		compat ? 0x80000000 : 0x800000000000,
	};

	return places[any() % (sizeof(places) / sizeof(*places))];
}

static unsigned long anywhere(const char *page, const char *read_only)
{
	switch (any() % 4) {
	case 0:
		return nowhere(page, read_only);
	case 1:
		return (unsigned long)page + any() % PAGE;
	case 2:
		return any() % 64;
	default:
		return compat ? (uint32_t)any() : any();
	}
}

static void near(const char *page, const char *read_only)
{
	const unsigned int our_nr = _IOC_NR(WAVEHAND_IOC_INFO);
	const unsigned int our_type = _IOC_TYPE(WAVEHAND_IOC_INFO);

	for (unsigned int i = 0; i < 256; i++)
		for (unsigned int dir = 0; dir < 4; dir++)
			for (unsigned int size = 0; size <= 64; size++) {
				unsigned int nr = _IOC(dir, our_type, i, size);
				unsigned int type = _IOC(dir, i, our_nr, size);

				if (!is_ours(nr))
					expect(nr, anywhere(page, read_only), ENOTTY);
				if (!is_ours(type))
					expect(type, anywhere(page, read_only), ENOTTY);
			}
	for (unsigned int size = 0; size < 1U << _IOC_SIZEBITS; size++)
		if (size != sizeof(struct wavehand_info))
			expect(_IOC(_IOC_READ, our_type, our_nr, size),
			       (unsigned long)page, ENOTTY);
	for (unsigned int bit = 0; bit < 32; bit++) {
		expect(WAVEHAND_IOC_INFO ^ 1U << bit, (unsigned long)page, ENOTTY);
		expect(WAVEHAND_IOC_NEXT ^ 1U << bit, (unsigned long)page, ENOTTY);
	}
}

static void random_ones(const char *page, const char *read_only, unsigned long count)
{
	while (tried < count) {
		unsigned int command = any();

		if (!is_ours(command) && !is_of_every_file(command))
			expect(command, anywhere(page, read_only), ENOTTY);
	}
}

/* Ours: where the answer can be written, and where it cannot. */
static void info(char *page, const char *read_only, unsigned long count)
{
	const struct wavehand_info *answer;
	struct wavehand_info copy;

	for (unsigned long at = 0; at <= PAGE - sizeof(*answer); at++) {
		memset(page, 0xa5, PAGE);
		expect(WAVEHAND_IOC_INFO, (unsigned long)page + at, 0);
		memcpy(&copy, page + at, sizeof(copy));
		for (unsigned long i = 0; i < PAGE; i++)
			if ((i < at || i >= at + sizeof(*answer)) &&
			    (unsigned char)page[i] != 0xa5) {
				bad++;
				warnx("INFO at %lu wrote %lu", at, i);
			}
		if (copy.abi != WAVEHAND_ABI || copy.event_size != 160 || copy.reserved) {
			bad++;
			warnx("INFO at %lu: a wrong answer", at);
		}
	}
	while (tried < count)
		expect(WAVEHAND_IOC_INFO, nowhere(page, read_only), EFAULT);
	/* In a native call the upper half of the number is cut off. */
	if (!compat && (syscall(16, fd, WAVEHAND_IOC_INFO | 1UL << 32, page)))
		bad++;
}

/*
 * Serials of what is there, of what is to come, and absurd ones, at every address of a
 * page; and where none can be read, or no answer can be written. Nothing happens meanwhile.
 */
static void next(char *page, const char *read_only, unsigned long count)
{
	struct wavehand_info now;
	struct wavehand_next ask;

	if (ioctl(fd, WAVEHAND_IOC_INFO, &now))
		err(1, "INFO");
	for (unsigned long at = 0; at <= PAGE - sizeof(ask); at++) {
		const uint64_t serials[] = {
			0, 1, now.serial, now.serial + 1, now.serial + 2, any(),
			any() % (now.serial + 3), UINT64_MAX, INT64_MAX,
		};
		uint64_t latest = now.serial + 1, oldest, wanted;

		oldest = latest > now.ring ? latest - now.ring : 1;
		ask.serial = serials[any() % (sizeof(serials) / sizeof(*serials))];
		ask.lost = any();
		wanted = ask.serial;
		memset(page, 0xa5, PAGE);
		memcpy(page + at, &ask, sizeof(ask));
		expect(WAVEHAND_IOC_NEXT, (unsigned long)page + at,
		       wanted > latest ? EINVAL : 0);
		for (unsigned long i = 0; i < PAGE; i++)
			if ((i < at || i >= at + sizeof(ask)) &&
			    (unsigned char)page[i] != 0xa5) {
				bad++;
				warnx("NEXT at %lu wrote %lu", at, i);
			}
		memcpy(&ask, page + at, sizeof(ask));
		if (!wanted || wanted > latest)
			continue;
		if (ask.serial != (wanted < oldest ? oldest : wanted) ||
		    ask.lost != ask.serial - wanted) {
			bad++;
			warnx("NEXT %#lx: serial %#lx, lost %lu", (long)wanted,
			      (long)ask.serial, (long)ask.lost);
		}
	}
	while (tried < count) {
		unsigned long at = nowhere(page, read_only);

		/* What is read there is no serial. */
		if (at == (unsigned long)read_only)
			expect(WAVEHAND_IOC_NEXT, at, EINVAL);
		else if (at < (unsigned long)page || at > (unsigned long)page + PAGE - sizeof(ask))
			expect(WAVEHAND_IOC_NEXT, at, EFAULT);
	}
}

int main(int argc, char **argv)
{
	char *page, *read_only;
	unsigned long count;

	if (argc != 5)
		errx(2, "usage: ioctls near|random|info|next native|compat SEED COUNT");
	compat = !strcmp(argv[2], "compat");
	state = strtoul(argv[3], NULL, 0) | 1;
	count = strtoul(argv[4], NULL, 0);
	fd = open("/dev/wavehand", O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		err(1, "/dev/wavehand");
	page = map(PROT_READ | PROT_WRITE);
	read_only = map(PROT_READ);
	if (!strcmp(argv[1], "near"))
		near(page, read_only);
	else if (!strcmp(argv[1], "random"))
		random_ones(page, read_only, count);
	else if (!strcmp(argv[1], "info"))
		info(page, read_only, count);
	else
		next(page, read_only, count);
	for (unsigned int i = 0; i < PAGE; i++)
		if ((unsigned char)read_only[i] != 0xa5 && !bad++)
			warnx("a read-only page was written");
	printf("tried %lu answered %lu wrong %lu\n", tried, answered, bad);
	return 0;
}
