/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs a program with a SEQPACKET socket that is connected to PATH, as descriptor 3:
 *
 *     with-connection PATH COMMAND...
 *
 * It connects as soon as somebody listens there, within 20 s.
 * Build: cc -std=c11 -O2 -o with-connection with-connection.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECTED_FD = 3, TRIES_MAX = 2000, TRY_EVERY_MICROS = 10000, EXIT_USAGE = 2, EXIT_CANNOT = 127 };

static int fail(const char *what)
{
	fprintf(stderr, "with-connection: %s: %s\n", what, strerror(errno));
	return EXIT_CANNOT;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, tries = 0;

	if (argc < 3 || strlen(argv[1]) >= sizeof(address.sun_path)) {
		fprintf(stderr, "usage: with-connection PATH COMMAND...\n");
		return EXIT_USAGE;
	}
	strcpy(address.sun_path, argv[1]);
	fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (fd < 0 || (fd != CONNECTED_FD && dup2(fd, CONNECTED_FD) < 0))
		return fail("socket");
	if (fd != CONNECTED_FD)
		close(fd);
	while (connect(CONNECTED_FD, (struct sockaddr *)&address, sizeof(address)) < 0) {
		if ((errno != ENOENT && errno != ECONNREFUSED) || ++tries == TRIES_MAX)
			return fail(argv[1]);
		usleep(TRY_EVERY_MICROS);
	}
	execvp(argv[2], argv + 2);
	return fail(argv[2]);
}
