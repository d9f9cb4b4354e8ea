/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The way out of the rig: carries bytes between stdin and stdout, which are a TCP
 * connection of the rig, and the machine outside. Neither way waits for the other, and
 * each has its own end.
 *
 *   relay PATH        to the Unix socket; its first byte tells the rig that it is connected
 *   relay IN OUT      from the FIFO IN, to the FIFO OUT
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
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

struct way {
	int from, to;
};

/*
 * All that comes, until it ends; then `to` is told. What nobody takes any more is read all
 * the same: the other way goes on to its own end.
 */
static void *carry(void *argument)
{
	const struct way *way = (const struct way *)argument;
	char bytes[65536];
	ssize_t got, put = 1;
	const int one = 1;

	setsockopt(way->to, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	while ((got = read(way->from, bytes, sizeof(bytes))) > 0) {
		char *next = bytes;

		/* QEMU's end of its TCP waits for this before it sends a second small segment */
		setsockopt(way->from, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof(one));
		for (; got > 0 && put > 0; got -= put, next += put)
			put = write(way->to, next, (size_t)got);
	}
	if (shutdown(way->to, SHUT_WR))	/* a FIFO */
		close(way->to);
	return NULL;
}

int main(int argc, char **argv)
{
	struct way out = { 0, -1 }, in = { -1, 1 };
	pthread_t thread;

	signal(SIGPIPE, SIG_IGN);
	if (argc == 2) {
		in.from = out.to = connected(argv[1]);
	} else if (argc == 3) {
		in.from = open(argv[1], O_RDONLY);
		out.to = open(argv[2], O_WRONLY);
	} else {
		return 2;
	}
	if (pthread_create(&thread, NULL, carry, &in))
		return 1;
	carry(&out);
	pthread_join(thread, NULL);
	return 0;
}
