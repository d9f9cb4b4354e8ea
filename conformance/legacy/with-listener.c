/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs a program with a socket that listens on PATH, as a service manager does for socket activation: as descriptor 3, with
 * LISTEN_FDS and LISTEN_PID in the environment.
 *
 *     with-listener [--seqpacket] PATH COMMAND...
 *
 * A socket left at PATH is replaced. Build: cc -std=c11 -O2 -o with-listener with-listener.c
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LISTEN_FD = 3, BACKLOG = 128, EXIT_USAGE = 2, EXIT_CANNOT = 127 };

static int fail(const char *what)
{
	fprintf(stderr, "with-listener: %s: %s\n", what, strerror(errno));
	return EXIT_CANNOT;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char pid[24];
	int listener, type = SOCK_STREAM;

	if (argc > 1 && strcmp(argv[1], "--seqpacket") == 0) {
		type = SOCK_SEQPACKET;
		argc--, argv++;
	}
	if (argc < 3 || strlen(argv[1]) >= sizeof(address.sun_path)) {
		fprintf(stderr, "usage: with-listener [--seqpacket] PATH COMMAND...\n");
		return EXIT_USAGE;
	}
	strcpy(address.sun_path, argv[1]);
	unlink(address.sun_path);
	listener = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, BACKLOG) < 0)
		return fail(argv[1]);
	/* the copy has no close-on-exec; nothing else was opened, so that 3 is the listener itself or free */
	if (listener == LISTEN_FD)
		listener = dup(listener);
	if (listener < 0 || dup2(listener, LISTEN_FD) < 0)
		return fail("dup2");
	close(listener);
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	if (setenv("LISTEN_FDS", "1", 1) < 0 || setenv("LISTEN_PID", pid, 1) < 0)
		return fail("setenv");
	execvp(argv[2], argv + 2);
	return fail(argv[2]);
}
