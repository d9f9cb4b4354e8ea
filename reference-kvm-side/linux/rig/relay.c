/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The way out of the rig: carries bytes between stdin and stdout, which are a TCP
 * connection of the rig, and the machine outside. An end goes through in both ways.
 *
 *   relay PATH        to the Unix socket; its first byte tells the rig that it is connected
 *   relay IN OUT      from the FIFO IN, to the FIFO OUT
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connected(const char *path)
{
	struct sockaddr_un address = { AF_UNIX, "" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		exit(2);
	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) || write(1, "+", 1) != 1)
		exit(1);
	return fd;
}

/* Carries what is there: 0, or -1 once `from` has ended and `to` is told so. */
static int carry(int from, int to)
{
	char bytes[65536], *next = bytes;
	ssize_t got = read(from, bytes, sizeof(bytes)), put;

	for (; got > 0; got -= put, next += put) {
		put = write(to, next, (size_t)got);
		if (put <= 0)
			exit(0);
	}
	if (next > bytes)
		return 0;
	if (got < 0)	/* a reset: no way is left */
		exit(0);
	if (shutdown(to, SHUT_WR))	/* a FIFO */
		close(to);
	return -1;
}

int main(int argc, char **argv)
{
	struct pollfd polled[2] = { { 0, POLLIN, 0 }, { -1, POLLIN, 0 } };
	int to[2];

	signal(SIGPIPE, SIG_IGN);
	if (argc == 2) {
		polled[1].fd = to[0] = connected(argv[1]);
	} else if (argc == 3) {
		polled[1].fd = open(argv[1], O_RDONLY);
		to[0] = open(argv[2], O_WRONLY);
	} else {
		return 2;
	}
	to[1] = 1;
	while (polled[0].fd >= 0 || polled[1].fd >= 0) {
		int i;

		poll(polled, 2, -1);
		for (i = 0; i < 2; i++)
			if (polled[i].revents && carry(polled[i].fd, to[i]))
				polled[i].fd = -1;
	}
	return 0;
}
