/* SPDX-License-Identifier: BSD-3-Clause */
/* The first process of the guest that os.c boots: echoes a line of its console, and reboots. */
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

int main(void)
{
	char line[128] = "";
	ssize_t got;
	int fd;

	mkdir("/dev", 0755);
	mount("dev", "/dev", "devtmpfs", 0, "");
	fd = open("/dev/console", O_RDWR);
	dprintf(fd, "the guest's init: type a line\n");
	got = read(fd, line, sizeof(line) - 1);
	line[got > 0 ? strcspn(line, "\n") : 0] = 0;
	dprintf(fd, "the guest's init got: %s\n", line);
	tcdrain(fd);
	reboot(LINUX_REBOOT_CMD_RESTART);
	return 0;
}
