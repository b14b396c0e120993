// SPDX-License-Identifier: GPL-2.0
/*
 * usage: syns DEVICE ADDRESS PORT MAC
 * SYNs from nowhere, written to a device as they are, to ADDRESS at MAC. Obeys its
 * standard input:
 *
 *	FIRST N		the SYNs FIRST to FIRST + N - 1, each with a source of its own:
 *			addresses of 10.9.0.0/16, ports from 1024 on
 *
 * and answers each line with "done".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH	64

struct __attribute__((packed)) frame {
	struct ether_header ether;
	struct iphdr ip;
	struct tcphdr tcp;
};

static struct frame frames[BATCH];
static struct iovec parts[BATCH];
static struct mmsghdr messages[BATCH];

static uint32_t sum(const void *data, size_t bytes)
{
	const uint8_t *byte = data;
	uint32_t total = 0;

	for (; bytes > 1; bytes -= 2, byte += 2)
		total += byte[0] << 8 | byte[1];
	return total;
}

static uint16_t fold(uint32_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return htons(~total);
}

static void fill(struct frame *f, uint32_t number)
{
	/* Odd: over all numbers no two are the same. */
	uint32_t mixed = number * 2654435761U;

	f->ip.saddr = htonl(0x0a090000 | (mixed & 0xffff));
	f->tcp.source = htons(1024 + (mixed >> 16) % 60000);
	f->tcp.seq = htonl(mixed * 2246822519U + 1);
	f->ip.check = 0;
	f->ip.check = fold(sum(&f->ip, sizeof(f->ip)));
	f->tcp.check = 0;
	f->tcp.check = fold(sum(&f->tcp, sizeof(f->tcp)) + sum(&f->ip.saddr, 8) +
			    IPPROTO_TCP + sizeof(f->tcp));
}

static void send_all(int fd, unsigned int count)
{
	unsigned int done = 0;

	while (done < count) {
		int n = sendmmsg(fd, messages + done, count - done, 0);

		if (n < 0 && errno != ENOBUFS && errno != EAGAIN)
			err(2, "sending");
		done += n > 0 ? n : 0;
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	struct frame frame = {
		.ether.ether_type = htons(ETH_P_IP),
		.ip = { .version = 4, .ihl = 5, .tot_len = htons(40), .ttl = 64,
			.protocol = IPPROTO_TCP },
		.tcp = { .doff = 5, .syn = 1, .window = htons(1024) },
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	unsigned int number, count, i, n;
	int one = 1;
	char line[64];

	if (argc != 5 || fd < 0)
		err(2, "usage: syns DEVICE ADDRESS PORT MAC");
	to.sll_ifindex = if_nametoindex(argv[1]);
	frame.ip.daddr = inet_addr(argv[2]);
	frame.tcp.dest = htons(atoi(argv[3]));
	memcpy(frame.ether.ether_dhost, ether_aton(argv[4]), ETH_ALEN);
	frame.ether.ether_shost[0] = 2;
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) ||
	    bind(fd, (void *)&to, sizeof(to)))
		err(2, "%s", argv[1]);
	for (i = 0; i < BATCH; i++) {
		frames[i] = frame;
		parts[i] = (struct iovec){ &frames[i], sizeof(frames[i]) };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%u %u", &number, &count) != 2)
			errx(2, "what?");
		for (; count; count -= n) {
			n = count < BATCH ? count : BATCH;
			for (i = 0; i < n; i++)
				fill(&frames[i], number++);
			send_all(fd, n);
		}
		puts("done");
		fflush(stdout);
	}
	return 0;
}
