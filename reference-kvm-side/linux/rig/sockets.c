/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What one end of a Unix socket sees of the other: after a close, by what the closing
 * one had left unread, and where nobody listens. The module has no part in it.
 *
 *   sockets [NAME]
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests.h"

static const int types[] = { SOCK_STREAM, SOCK_SEQPACKET };
static const char frames[64];
static int pipe_signals;

static void check(int holds, const char *what)
{
	if (holds)
		return;
	printf("  not so: %s\n", what);
	exit(1);
}

/* The end that stays: the other one has sent 32 bytes, has left `unread` bytes unread, and is closed. */
static int left(int type, size_t unread, int shut)
{
	int pair[2];

	if (socketpair(AF_UNIX, type, 0, pair))
		err(1, "socketpair");
	check(send(pair[1], frames, 32, 0) == 32, "a frame is sent");
	if (unread)
		check(send(pair[0], frames, unread, 0) == (ssize_t)unread, "and some bytes the other way");
	if (shut)
		shutdown(pair[1], SHUT_WR);
	close(pair[1]);
	return pair[0];
}

/* What the next read gives: bytes, 0, or an errno that is made negative. */
static int next(int fd)
{
	char bytes[64];
	ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	return got < 0 ? -errno : (int)got;
}

static void everything_was_read(void)
{
	int i, fd;

	for (i = 0; i < 4; i++) {
		fd = left(types[i / 2], 0, i % 2);
		check(next(fd) == 32, "its last frame");
		check(next(fd) == 0 && next(fd) == 0, "then the end");
	}
}

static void input_was_left_unread(void)
{
	static const size_t unread[] = { 1, 32, 64 };
	int i, fd;

	for (i = 0; i < 6; i++) {
		fd = left(SOCK_STREAM, unread[i / 2], i % 2);
		check(next(fd) == 32, "STREAM: its last frame");
		check(next(fd) == -ECONNRESET, "ECONNRESET once");
		check(next(fd) == 0 && next(fd) == 0, "then the end");
		fd = left(SOCK_SEQPACKET, unread[i / 2], i % 2);
		check(next(fd) == -ECONNRESET, "SEQPACKET: ECONNRESET first");
		check(next(fd) == 32, "then its last frame");
		check(next(fd) == 0 && next(fd) == 0, "then the end");
	}
}

static void count_signal(int number)
{
	(void)number;
	pipe_signals++;
}

static void write_after_close(void)
{
	struct sigaction action = { .sa_handler = count_signal };
	int i, fd;

	sigaction(SIGPIPE, &action, NULL);
	for (i = 0; i < 2; i++) {
		fd = left(types[i], 0, 0);
		check(send(fd, frames, 32, MSG_NOSIGNAL) < 0 && errno == EPIPE, "EPIPE");
		check(pipe_signals == i, "and no signal with MSG_NOSIGNAL");
		check(write(fd, frames, 32) < 0 && errno == EPIPE, "EPIPE");
		check(pipe_signals == 1, "and without it SIGPIPE, on STREAM alone");
	}
}

/* A socket of its own for which that is tried: 0, or the errno. */
static int try(int *fd, int (*way)(int, const struct sockaddr *, socklen_t), const char *path)
{
	struct sockaddr_un address = { AF_UNIX, "" };

	*fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return way(*fd, (const struct sockaddr *)&address, sizeof(address)) ? errno : 0;
}

static void nobody_listens(void)
{
	int fd, other;

	check(try(&other, connect, "/run/nothing") == ENOENT, "ENOENT where there is nothing");
	check(try(&fd, bind, "/run/bound") == 0, "a socket is bound");
	check(try(&other, connect, "/run/bound") == ECONNREFUSED, "ECONNREFUSED where it does not listen");
	check(!listen(fd, 1) && try(&other, connect, "/run/bound") == 0, "it listens");
	close(fd);
	check(try(&other, connect, "/run/bound") == ECONNREFUSED, "ECONNREFUSED where the listener is gone");
	check(try(&other, bind, "/run/bound") == EADDRINUSE, "EADDRINUSE for a path that is left over");
}

static const struct test tests[] = {
	{ "everything-was-read", everything_was_read }, { "input-was-left-unread", input_was_left_unread },
	{ "write-after-close", write_after_close }, { "nobody-listens", nobody_listens },
};

int main(int argc, char **argv)
{
	return tests_run("sockets", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
