/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a figure of the bench is compared with: a program that gives back what it
 * reads, on the same kind of socket, and decides nothing.
 *
 *   echo one PATH    reads 32 bytes, writes 32 bytes; sleeps where there is nothing to read
 *   echo many PATH   reads what is there, up to 64 KiB, and writes it back at once
 *   echo spin PATH   as `many`, but never sleeps while a connection is open
 *
 * One connection after the other, each until its end. Exit status: 2 wrong usage, 1 no socket.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FRAME_BYTES 32
#define MANY_BYTES 65536
#define BACKLOG 128

static char buffer[MANY_BYTES];

static int write_all(int fd, const char *from, size_t count)
{
	while (count) {
		ssize_t put = write(fd, from, count);

		if (put > 0) {
			from += put;
			count -= (size_t)put;
		} else if (put < 0 && errno != EINTR && errno != EAGAIN) {
			return -1;
		}
	}
	return 0;
}

static void echo_one(int fd)
{
	size_t have = 0;

	for (;;) {
		ssize_t got = read(fd, buffer + have, FRAME_BYTES - have);

		if (got <= 0)
			return;
		have += (size_t)got;
		if (have < FRAME_BYTES)
			continue;
		if (write_all(fd, buffer, FRAME_BYTES))
			return;
		have = 0;
	}
}

static void echo_many(int fd)
{
	for (;;) {
		ssize_t got = read(fd, buffer, sizeof(buffer));

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0 || write_all(fd, buffer, (size_t)got))
			return;
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { AF_UNIX, "" };
	int listener, fd, spin;

	if (argc != 3 || strlen(argv[2]) >= sizeof(address.sun_path)) {
		fputs("usage: echo one|many|spin PATH\n", stderr);
		return 2;
	}
	strcpy(address.sun_path, argv[2]);
	spin = !strcmp(argv[1], "spin");
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(listener, BACKLOG)) {
		perror(argv[2]);
		return 1;
	}
	for (;;) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0)
			continue;
		if (spin)
			fcntl(fd, F_SETFL, O_NONBLOCK);
		if (!strcmp(argv[1], "one"))
			echo_one(fd);
		else
			echo_many(fd);
		close(fd);
	}
}
