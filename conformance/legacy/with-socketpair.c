/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs two programs with the two ends of one socket pair, as a VMM would that hands descriptors to its peers:
 *
 *     with-socketpair [--seqpacket] [--nonblock] DEVICE-COMMAND... -- KVM-COMMAND...
 *
 * Each finds its end as descriptor 3. Exits with the exit code of the second; the first is given its end of stream, and
 * is ended by SIGTERM if it has not ended 5 s after that. Build: cc -std=c11 -O2 -o with-socketpair with-socketpair.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PEER_FD = 3, EXIT_USAGE = 2, EXIT_CANNOT = 127, GRACE_SECONDS = 5 };

static pid_t device;

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

/* The ends have close-on-exec set; the copy at PEER_FD has not. */
static pid_t spawn(char **command, int end)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	if (end == PEER_FD)
		fcntl(end, F_SETFD, 0);
	else if (dup2(end, PEER_FD) < 0)
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
	int type = SOCK_STREAM | SOCK_CLOEXEC, ends[2], status, first = 1, separator;
	pid_t kvm;

	for (; first < argc && strncmp(argv[first], "--", 2) == 0 && argv[first][2]; first++) {
		if (strcmp(argv[first], "--seqpacket") == 0)
			type = (type & ~SOCK_STREAM) | SOCK_SEQPACKET;
		else if (strcmp(argv[first], "--nonblock") == 0)
			type |= SOCK_NONBLOCK;
		else
			break;
	}
	for (separator = first; separator < argc && strcmp(argv[separator], "--") != 0; separator++)
		;
	if (separator == first || separator + 1 >= argc) {
		fprintf(stderr, "usage: with-socketpair [--seqpacket] [--nonblock] DEVICE-COMMAND... -- KVM-COMMAND...\n");
		return EXIT_USAGE;
	}
	argv[separator] = NULL;
	if (socketpair(AF_UNIX, type, 0, ends) < 0)
		return fail("socketpair");
	device = spawn(argv + first, ends[0]);
	kvm = spawn(argv + separator + 1, ends[1]);
	close(ends[0]);
	close(ends[1]);
	if (device < 0 || kvm < 0)
		return fail("fork");
	if (waitpid(kvm, &status, 0) < 0)
		return fail("waitpid");
	signal(SIGALRM, end_device);
	alarm(GRACE_SECONDS);
	while (waitpid(device, NULL, 0) < 0 && errno == EINTR)
		;
	return exit_code(status);
}
