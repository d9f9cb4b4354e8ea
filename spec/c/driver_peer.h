/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the device side of a driver is: at a Unix socket, or at descriptors that were inherited. */
#ifndef DRIVER_PEER_H
#define DRIVER_PEER_H

#include <sys/un.h>

#include "frame_socket.h"

struct driver_peer {
	const char *path;	/* or NULL */
	int in_fd, out_fd;	/* without a path; -1: used up */
};

/* What the command line says: -1 where that is wrong usage. */
static inline int driver_peer_of(struct driver_peer *peer, int argc, char **argv)
{
	struct sockaddr_un address;
	int pair = argc == 5 && !strcmp(argv[1], "--read-fd") && !strcmp(argv[3], "--write-fd");

	peer->path = argc == 3 && !strcmp(argv[1], "--unix") ? argv[2] : NULL;
	peer->in_fd = pair ? frame_socket_number(argv[2]) : -1;
	peer->out_fd = pair ? frame_socket_number(argv[4]) : -1;
	if (peer->path)
		return strlen(peer->path) < sizeof(address.sun_path) ? 0 : -1;
	return peer->in_fd < 0 || peer->out_fd < 0 ? -1 : 0;
}

static inline int driver_connect_unix(const char *path)
{
	struct sockaddr_un address = { AF_UNIX, "" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The descriptors of a new channel; of those that were inherited there is one [CHN-009]. */
static inline void driver_connect(struct driver_peer *peer, int *in_fd, int *out_fd)
{
	if (peer->path)
		peer->in_fd = peer->out_fd = driver_connect_unix(peer->path);
	*in_fd = peer->in_fd;
	*out_fd = peer->out_fd;
	peer->in_fd = peer->out_fd = -1;
}

#endif
