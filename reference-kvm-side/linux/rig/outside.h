/* SPDX-License-Identifier: BSD-3-Clause */
/* The outside of the rig, as it is seen from within: ports of one address. */
#ifndef OUTSIDE_H
#define OUTSIDE_H

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OUTSIDE_CHANNEL = 7000, OUTSIDE_STDIO = 7100, OUTSIDE_MODULE, OUTSIDE_PROGRAM, OUTSIDE_FILES = 7200 };

/* A connection, or -1. */
static inline int outside_connect(int port)
{
	struct sockaddr_in address = { AF_INET, htons((unsigned short)port), { 0 }, { 0 } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	inet_pton(AF_INET, "10.0.2.100", &address.sin_addr);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* A channel to a device outside, the first one is 0; -1 where nobody listens there. */
static inline int outside_channel(int number)
{
	char first;
	int fd = outside_connect(OUTSIDE_CHANNEL + number);

	if (fd >= 0 && read(fd, &first, 1) != 1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

#endif
