/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The first process of the rig. It loads KVM, says "ready" on the serial line until
 * it is told what to do (a state that was saved goes on here), fetches the program
 * and perhaps the module, runs the program with the outside's stdin and stdout, and
 * says "exit N". The kernel's warnings since then go to the serial line, and count.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "outside.h"

#define WARNED 70	/* the exit code where the program ended with 0 and the kernel has warned */
#define WORDS_MAX 32

static void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		reboot(LINUX_REBOOT_CMD_POWER_OFF);
}

static void fatal(const char *what)
{
	perror(what);
	say("exit 71\n");
	for (;;)
		pause();
}

static void load(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0 || syscall(SYS_finit_module, fd, parameters, 0))
		fatal(path);
	close(fd);
}

/* The modules of the initramfs, in their order: 10-kvm.ko before 20-kvm-amd.ko. */
static void load_all(void)
{
	FILE *list = fopen("/modules/order", "r");
	char name[128], path[160];

	while (list && fscanf(list, "%127s", name) == 1) {
		snprintf(path, sizeof(path), "/modules/%s", name);
		load(path, "");
	}
}

static void bring_up(const char *name, const char *ip)
{
	struct sockaddr_in *at;
	struct ifreq request;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memset(&request, 0, sizeof(request));
	strcpy(request.ifr_name, name);
	at = (struct sockaddr_in *)&request.ifr_addr;
	at->sin_family = AF_INET;
	inet_pton(AF_INET, ip, &at->sin_addr);
	if (ioctl(fd, SIOCSIFADDR, &request))
		fatal(name);
	inet_pton(AF_INET, "255.255.255.0", &at->sin_addr);
	ioctl(fd, SIOCSIFNETMASK, &request);
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		fatal(name);
	close(fd);
}

/* Saves what comes from the outside's port: 0 where nothing came. */
static long fetch(int port, const char *path)
{
	static char bytes[1 << 16];
	int from = outside_connect(port), to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	ssize_t got;
	long all = 0;

	while (from >= 0 && (got = read(from, bytes, sizeof(bytes))) > 0) {
		if (write(to, bytes, (size_t)got) != got)
			fatal(path);
		all += got;
	}
	close(from);
	close(to);
	return all;
}

/* Says "ready" until a line comes: only what the outside writes after that is sure to arrive. */
static void await_line(char *line, size_t size)
{
	struct pollfd input = { 0, POLLIN, 0 };
	size_t length = 0;

	while (!length || line[length - 1] != '\n') {
		if (!length)
			say("ready\n");
		if (poll(&input, 1, length ? -1 : 50) <= 0)
			continue;
		if (length + 1 == size || read(0, &line[length], 1) != 1)
			fatal("serial line");
		length++;
	}
	line[length - 1] = 0;
}

static int run_program(char **words)
{
	int status, fd = outside_connect(OUTSIDE_STDIO);
	pid_t child = fork();

	if (!child) {
		dup2(fd, 0);
		dup2(fd, 1);
		close(fd);
		words[0] = (char *)"/run/program";
		execv(words[0], words);
		_exit(127);
	}
	close(fd);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * That the module is none of Debian's, what KVM says of a guest's registers and of its xchg, and that the host, which is
 * busy, let this machine's processor stand still.
 */
static int expected(const char *message)
{
	return strstr(message, "hrtimer: interrupt took") || strstr(message, "clocksource:") ||
	       strstr(message, "taints kernel") || strstr(message, "tainting kernel") ||
	       strstr(message, "module verification failed") || strstr(message, "Unhandled WRMSR") ||
	       strstr(message, "Unhandled RDMSR") || strstr(message, "kvm: emulating exchange as write");
}

/* How many warnings are in the kernel's log from here on; each is said. */
static int count_warnings(int log)
{
	char record[8192], *message;
	ssize_t got;
	int warnings = 0;

	while ((got = read(log, record, sizeof(record) - 1)) > 0) {
		record[got] = 0;
		message = strchr(record, ';');
		if (!message || (atoi(record) & 7) > 4 || expected(message))
			continue;
		message[1 + strcspn(message + 1, "\n")] = 0;
		say("kernel: ");
		say(message + 1);
		say("\n");
		warnings++;
	}
	return warnings;
}

int main(void)
{
	char line[1024], *words[WORDS_MAX + 1], *next = line, text[32];
	struct termios raw;
	int log, count = 0, code;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/run", 0755);
	mkdir("/dev", 0755);
	mount("dev", "/dev", "devtmpfs", 0, "");
	mount("proc", "/proc", "proc", 0, "");
	mount("sys", "/sys", "sysfs", 0, "");
	mount("run", "/run", "tmpfs", 0, "");
	dup2(open("/dev/ttyS0", O_RDWR | O_NOCTTY), 0);
	dup2(0, 1);
	dup2(0, 2);
	tcgetattr(0, &raw);
	cfmakeraw(&raw);
	tcsetattr(0, TCSANOW, &raw);
	load_all();
	bring_up("lo", "127.0.0.1");
	bring_up("eth0", "10.0.2.15");
	await_line(line, sizeof(line));
	log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	lseek(log, 0, SEEK_END);
	if (!fetch(OUTSIDE_PROGRAM, "/run/program"))
		fatal("no program");
	if (fetch(OUTSIDE_MODULE, "/run/ioregionfd.ko"))
		load("/run/ioregionfd.ko", "");
	while (count < WORDS_MAX && (words[count] = strsep(&next, " ")))
		count += words[count][0] != 0;
	words[count] = NULL;
	code = run_program(words);
	if (!access("/sys/module/ioregionfd", F_OK) && syscall(SYS_delete_module, "ioregionfd", O_NONBLOCK)) {
		say("the module is still in use after its last user\n");
		code = code ? code : WARNED;
	}
	if (count_warnings(log) && !code)
		code = WARNED;
	snprintf(text, sizeof(text), "exit %d\n", code);
	say(text);
	for (;;)
		pause();
}
