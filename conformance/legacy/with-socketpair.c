/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs two programs with the two ends of one channel, as a VMM would that hands descriptors to its peers:
 *
 *     with-socketpair [--seqpacket] [--nonblock] DEVICE-COMMAND... -- KVM-COMMAND...
 *     with-socketpair --pair KIND,KIND [--nonblock] DEVICE-COMMAND... -- KVM-COMMAND...
 *
 * Each finds its end of a socket pair as descriptor 3. With --pair a channel has two descriptors: each program reads from
 * 3 and writes to 4. The first kind is what the first program reads from and the second writes to, the second kind the
 * way back: pipe, fifo, stream or seqpacket. Exits with the exit code of the second; the first is given its end of
 * stream, and is ended by SIGTERM if it has not ended 5 s after that.
 * Build: cc -std=c11 -O2 -o with-socketpair with-socketpair.c
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_FD = 3, FDS_MAX = 2, EXIT_USAGE = 2, EXIT_CANNOT = 127, GRACE_SECONDS = 5 };

static pid_t device;

static int bad_usage(void)
{
	fputs("usage: with-socketpair [--seqpacket | --pair KIND,KIND] [--nonblock] DEVICE-COMMAND... -- KVM-COMMAND...\n"
	      "KIND: pipe, fifo, stream, seqpacket\n", stderr);
	return EXIT_USAGE;
}

static int fail(const char *what)
{
	fprintf(stderr, "with-socketpair: %s: %s\n", what, strerror(errno));
	return EXIT_CANNOT;
}

static void end_device(int signal_number)
{
	(void)signal_number;
	kill(device, SIGTERM);
}

/* A FIFO that has a name no more; the reading end is opened first, and without waiting for the other. */
static int open_fifo(int ends[2], int flags)
{
	char folder[] = "/tmp/with-socketpair-XXXXXX", path[sizeof folder + sizeof "/fifo"];

	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/fifo", folder);
	ends[0] = mkfifo(path, 0600) < 0 ? -1 : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ends[1] = ends[0] < 0 ? -1 : open(path, O_WRONLY | O_CLOEXEC | flags);
	unlink(path);
	rmdir(folder);
	return ends[1] < 0 ? -1 : fcntl(ends[0], F_SETFL, flags);
}

/* One direction: what is written to ends[1] is read from ends[0]. */
static int open_kind(const char *kind, int ends[2], int flags)
{
	int socket_flags = SOCK_CLOEXEC | (flags & O_NONBLOCK ? SOCK_NONBLOCK : 0);

	if (strcmp(kind, "pipe") == 0)
		return pipe2(ends, O_CLOEXEC | flags);
	if (strcmp(kind, "fifo") == 0)
		return open_fifo(ends, flags);
	if (strcmp(kind, "stream") == 0)
		return socketpair(AF_UNIX, SOCK_STREAM | socket_flags, 0, ends);
	if (strcmp(kind, "seqpacket") == 0)
		return socketpair(AF_UNIX, SOCK_SEQPACKET | socket_flags, 0, ends);
	errno = EINVAL;
	return -1;
}

/* The ends have close-on-exec set; the copies from FIRST_FD on have not. */
static pid_t spawn(char **command, const int *ends, int count)
{
	int copies[FDS_MAX], i;
	pid_t child = fork();

	if (child != 0)
		return child;
	/* out of the way first: an end may have the number that another one is to get */
	for (i = 0; i < count; i++)
		copies[i] = fcntl(ends[i], F_DUPFD_CLOEXEC, FIRST_FD + FDS_MAX);
	for (i = 0; i < count; i++)
		if (dup2(copies[i], FIRST_FD + i) < 0)
			_exit(fail("dup2"));
	execvp(command[0], command);
	_exit(fail(command[0]));
}

static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	const char *kind = "stream";
	char *way_back = NULL; /* NULL: one descriptor for both directions */
	int flags = 0, there[2], back[2], status, first = 1, separator;
	pid_t kvm;

	for (; first < argc && strncmp(argv[first], "--", 2) == 0 && argv[first][2]; first++) {
		if (strcmp(argv[first], "--seqpacket") == 0) {
			kind = "seqpacket";
		} else if (strcmp(argv[first], "--nonblock") == 0) {
			flags = O_NONBLOCK;
		} else if (strcmp(argv[first], "--pair") == 0 && argv[first + 1] && strchr(argv[first + 1], ',')) {
			kind = argv[++first];
			way_back = strchr(kind, ',');
			*way_back++ = '\0';
		} else {
			return bad_usage();
		}
	}
	for (separator = first; separator < argc && strcmp(argv[separator], "--") != 0; separator++)
		;
	if (separator == first || separator + 1 >= argc)
		return bad_usage();
	argv[separator] = NULL;
	if (open_kind(kind, there, flags) < 0)
		return fail(kind);
	if (way_back && open_kind(way_back, back, flags) < 0)
		return fail(way_back);
	device = spawn(argv + first, (int[]){ there[0], way_back ? back[1] : -1 }, way_back ? 2 : 1);
	kvm = spawn(argv + separator + 1, (int[]){ way_back ? back[0] : there[1], there[1] }, way_back ? 2 : 1);
	if (device < 0 || kvm < 0)
		return fail("fork");
	close(there[0]);
	close(there[1]);
	if (way_back) {
		close(back[0]);
		close(back[1]);
	}
	if (waitpid(kvm, &status, 0) < 0)
		return fail("waitpid");
	signal(SIGALRM, end_device);
	alarm(GRACE_SECONDS);
	while (waitpid(device, NULL, 0) < 0 && errno == EINTR)
		;
	return exit_code(status);
}
