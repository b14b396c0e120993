// SPDX-License-Identifier: GPL-2.0
/*
 * usage: connections
 * Many connections over loopback, both ends here, made by two threads, each with
 * listeners of its own. Obeys its standard input:
 *
 *	open N		N more connections, which stay open, in all
 *	close		ends them, the oldest first, by FIN: first the client's
 *	reset		ends them by the client's reset
 *
 * and answers each line with "done". Blocking calls do: loopback answers at once.
 */
#include <arpa/inet.h>
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define THREADS		2
#define MANY		600000	/* connections of a thread, at most */
#define PER_LISTENER	20000	/* there are no more ports than 64,000 */
#define LISTENERS	((MANY) / PER_LISTENER)

struct worker {
	pthread_t thread;
	int number;
	const char *what;
	unsigned int wanted;	/* connections to open */
	int listener[LISTENERS];
	struct sockaddr_in address[LISTENERS];
	unsigned int opened;	/* in the life of this worker: leads to a listener */
	unsigned int used;
	struct { int client, server; } pair[MANY];
};

static struct worker workers[THREADS];

static void start_listener(struct worker *w, unsigned int i)
{
	struct sockaddr_in *address = &w->address[i];
	int one = 1;

	address->sin_family = AF_INET;
	address->sin_port = htons(900);
	address->sin_addr.s_addr = htonl(0x7f010000 | w->number << 8 | (i + 1));
	w->listener[i] = socket(AF_INET, SOCK_STREAM, 0);
	if (w->listener[i] < 0 ||
	    setsockopt(w->listener[i], SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(w->listener[i], (void *)address, sizeof(*address)) ||
	    listen(w->listener[i], 64))
		err(2, "listener");
}

static void open_one(struct worker *w)
{
	unsigned int i = w->opened++ / PER_LISTENER % LISTENERS;

	if (w->used == MANY)
		errx(2, "too many");
	if (!w->listener[i])
		start_listener(w, i);
	w->pair[w->used].client = socket(AF_INET, SOCK_STREAM, 0);
	if (w->pair[w->used].client < 0 ||
	    connect(w->pair[w->used].client, (void *)&w->address[i], sizeof(w->address[i])))
		err(2, "connect, the %uth", w->opened);
	w->pair[w->used].server = accept(w->listener[i], NULL, NULL);
	if (w->pair[w->used].server < 0)
		err(2, "accept, the %uth", w->opened);
	w->used++;
}

static void end_one(int client, int server, int reset)
{
	struct linger linger = { .l_onoff = 1 };
	char byte;

	if (reset && setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)))
		err(2, "linger");
	close(client);
	/* The end of what it sent, or its reset, came. */
	if (read(server, &byte, 1) > 0)
		errx(2, "who wrote that?");
	close(server);
}

static void *work(void *argument)
{
	struct worker *w = argument;
	unsigned int i;

	if (!strcmp(w->what, "open")) {
		for (i = 0; i < w->wanted; i++)
			open_one(w);
		return NULL;
	}
	for (i = 0; i < w->used; i++)
		end_one(w->pair[i].client, w->pair[i].server, !strcmp(w->what, "reset"));
	w->used = 0;
	return NULL;
}

int main(void)
{
	struct rlimit files = { 1 << 20, 1 << 20 };
	unsigned int i, n;
	char what[16];
	char line[64];

	if (setrlimit(RLIMIT_NOFILE, &files))
		err(2, "files");
	while (fgets(line, sizeof(line), stdin)) {
		n = 0;
		if (sscanf(line, "%15s %u", what, &n) < 1)
			errx(2, "what?");
		for (i = 0; i < THREADS; i++) {
			workers[i].number = i;
			workers[i].what = what;
			workers[i].wanted = n / THREADS;
			if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
				errx(2, "no thread");
		}
		for (i = 0; i < THREADS; i++)
			pthread_join(workers[i].thread, NULL);
		puts("done");
		fflush(stdout);
	}
	return 0;
}
