// SPDX-License-Identifier: GPL-2.0
/* The table of subcommands, and who runs them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "language.h"

const char shared_help[] = N_(
	"Options of all subcommands:\n"
	"  -r, --read FILE    read a recording instead of the device; - is standard input;\n"
	"                     given again, the recordings of several hosts are made one\n"
	"  -j, --json         JSON, one object a line (not for top, record, export)\n"
	"      --raw          sequence numbers as on the wire instead of relative ones\n"
	"      --ascii        no UTF-8, whatever the locale says\n"
	"      --color[=WHEN] auto, always or never\n"
	"      --device PATH  the device (default /dev/wavehand, or $WAVEHAND_DEVICE)\n"
	"  -h, --help         this help\n"
	"  -V, --version      version of the command and of the ABI\n");

const struct command *const commands[] = {
	&list_command, &show_command, &follow_command, &top_command, &record_command,
	&check_command, &stats_command, &export_command, NULL
};

void print_help(const struct command *command)
{
	size_t i;

	if (command) {
		printf(_("Usage: wavehand [options] %s %s\n\n%s.\n\n%s\n%s"), command->name,
		       _(command->arguments), _(command->summary), _(command->help),
		       _(shared_help));
		return;
	}
	printf(_("Usage: wavehand [options] SUBCOMMAND [options] [filter]\n\n"
		 "Histories of TCP sockets, from the wavehand kernel module or a recording.\n\n"
		 "Subcommands:\n"));
	for (i = 0; commands[i]; i++)
		printf("  %-8s %s\n", commands[i]->name, _(commands[i]->summary));
	printf(_("\n%s\n"
		 "A filter is written as for ss(8): state time-wait and ( dport = :443 or dst 10.0.0.0/8 )\n"
		 "Exit status: 0 found, 1 nothing matched, 2 trouble.\n"), _(shared_help));
}

/*
 * Where a standard file is closed, the next one opened would take its place. What is
 * opened here instead cannot be read or written either.
 */
static void open_standard(void)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_WRONLY };
	int fd;

	for (fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			exit(TROUBLE);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = { SHARED_LONG, { 0 } };
	struct options o = { .device = getenv("WAVEHAND_DEVICE"), .argv = argv };
	size_t i;
	int c;

	open_standard();
	language_start();
	opterr = 0;
	if (argc > 2 && !strcmp(argv[1], "--complete"))
		return complete(argv + 2);
	if (!o.device || !*o.device)
		o.device = SOURCE_DEVICE;
	while ((c = getopt_long(argc, argv, SHARED_SHORT, long_options, NULL)) != -1)
		options_take(&o, c);
	if (optind == argc) {
		print_help(NULL);
		return TROUBLE;
	}
	for (i = 0; commands[i]; i++) {
		if (strcmp(argv[optind], commands[i]->name))
			continue;
		o.command = commands[i];
		argc -= optind;
		argv += optind;
		o.argv = argv;
		optind = 0;	/* glibc: begin anew, with other arguments */
		return o.command->run(&o, argc, argv);
	}
	return trouble("\"%s\" is not a subcommand: wavehand --help lists them",
		       argv[optind]);
}
