/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests with names, each in a process of its own that has half a minute. */
#ifndef TESTS_H
#define TESTS_H

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct test {
	const char *name;
	void (*run)(void);
};

static inline int test_passes(const struct test *test)
{
	pid_t child = fork();
	int status;

	if (!child) {
		alarm(30);
		setpgid(0, 0);
		signal(SIGPIPE, SIG_IGN);
		test->run();
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, &status, 0);
	kill(-child, SIGKILL);	/* a device that it left */
	if (status)
		printf("%s: failed%s\n", test->name, WIFSIGNALED(status) ? ", killed" : "");
	return !status;
}

/* All of them, or the one whose name is in argv. */
static inline int tests_run(const char *program, const struct test *tests, size_t count, int argc,
			    char **argv)
{
	unsigned int passed = 0, failed = 0;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < count; i++) {
		if (argc > 1 && strcmp(argv[1], tests[i].name))
			continue;
		if (test_passes(&tests[i]))
			passed++;
		else
			failed++;
	}
	printf("%s: %u passed, %u failed\n", program, passed, failed);
	return failed || !passed;
}

#endif
