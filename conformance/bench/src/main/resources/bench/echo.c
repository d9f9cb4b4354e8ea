/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The baseline of the bench's figures: a program that sends back what it reads, on the same kind of socket, and decodes
 * nothing.
 *
 *   echo one PATH    reads 32 bytes, writes 32 bytes; sleeps where there is nothing to read
 *   echo many PATH   reads what is there, up to 64 KiB, and writes it back at once
 *   echo spin PATH   as `many`, but never sleeps while a connection is open
 *
 * One connection after the other, each until its end. And its other end:
 *
 *   echo client PATH DEPTH MILLIS HEX
 *
 * connects and sends the frame HEX for so long, DEPTH of them under way at a time;
 * prints how many were answered, in how many nanoseconds, and at a depth of 1 how
 * long each took: pairs of nanoseconds and how many, a line each.
 *
 * Exit status: 2 wrong usage, 1 no socket.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FRAME_BYTES 32
#define MANY_BYTES 65536
#define BACKLOG 128
#define DEPTH_MAX 128
#define CLASS_BITS 6	/* 64 to each power of two: 1.6 % wide at most */
#define CLASSES (1u << CLASS_BITS)
#define CLASSES_MAX (36 * CLASSES)

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

/* ---- the other end ---- */

static unsigned long durations[CLASSES_MAX];

static long long now_nanos(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void count_duration(unsigned long long nanos)
{
	unsigned int shift = 0;

	while (nanos >> shift >= 2 * CLASSES)
		shift++;
	nanos = shift * CLASSES + (nanos >> shift);
	durations[nanos < CLASSES_MAX ? nanos : CLASSES_MAX - 1]++;
}

static unsigned long long longest_of(unsigned int index)
{
	unsigned int shift = index < 2 * CLASSES ? 0 : index / CLASSES - 1;

	return ((index - shift * CLASSES + 1ULL) << shift) - 1;
}

/* How many were answered, or -1 where the other end has gone. */
static long exchange(int fd, int depth, long long until_nanos)
{
	static char answers[DEPTH_MAX * FRAME_BYTES];
	long long before = now_nanos(), now = before;
	long answered = 0, sent = 0, due = depth;
	size_t have = 0;

	while (due || answered < sent) {
		if (due && write_all(fd, buffer, (size_t)due * FRAME_BYTES))
			return -1;
		sent += due;
		do {
			ssize_t got = read(fd, answers + have, sizeof(answers) - have);

			if (got <= 0)
				return -1;
			have += (size_t)got;
		} while (have < FRAME_BYTES);
		due = (long)(have / FRAME_BYTES);
		answered += due;
		have %= FRAME_BYTES;	/* what an answer holds does not matter here */
		now = now_nanos();
		if (depth == 1)
			count_duration((unsigned long long)(now - before));
		before = now;
		if (now >= until_nanos)
			due = 0;
	}
	return answered;
}

static int client(const char *depth_text, const char *millis, const char *hex,
		  const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), depth = atoi(depth_text);
	long long start;
	long count;
	unsigned int i;

	if (depth < 1 || depth > DEPTH_MAX || strlen(hex) != 2 * FRAME_BYTES)
		return 2;
	for (i = 0; i < DEPTH_MAX * FRAME_BYTES; i++)
		if (sscanf(hex + i % FRAME_BYTES * 2, "%2hhx", (unsigned char *)buffer + i) != 1)
			return 2;
	if (fd < 0 || connect(fd, (const struct sockaddr *)address, sizeof(*address))) {
		perror(address->sun_path);
		return 1;
	}
	start = now_nanos();
	count = exchange(fd, depth, start + atoll(millis) * 1000000);
	if (count < 0)
		return 1;
	printf("%ld %lld\n", count, now_nanos() - start);
	for (i = 0; i < CLASSES_MAX; i++)
		if (durations[i])
			printf("%llu %lu\n", longest_of(i), durations[i]);
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { AF_UNIX, "" };
	int listener, fd, spin;

	if (argc == 6 && !strcmp(argv[1], "client") && strlen(argv[2]) < sizeof(address.sun_path)) {
		strcpy(address.sun_path, argv[2]);
		return client(argv[3], argv[4], argv[5], &address);
	}
	if (argc != 3 || strlen(argv[2]) >= sizeof(address.sun_path)) {
		fputs("usage: echo one|many|spin PATH | client PATH DEPTH MILLIS HEX\n", stderr);
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
