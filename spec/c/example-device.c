/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A device process: serves the conformance device (spec/handshake.md, annex B)
 * with every feature of version 2. One thread, no allocation, nothing that grows.
 *
 *   example-device (--unix PATH | --fd N | --read-fd N --write-fd N)
 *                  [--layout info-word|byte-fields] [--versions 1,2]
 *                  [--policy off|allow|require]
 *
 * Exit status: 0 after SIGTERM, or when the one channel of descriptors has ended;
 * 2 wrong usage; 3 cannot listen, or the descriptors are no channel.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "conformance_device.h"
#include "frame_socket.h"
#include "ioregionfd_state.h"

#define CHANNELS_MAX 128	/* [DEV-004] asks for 64 */
#define BURST_MAX 256		/* frames of one channel before the others have their turn */
#define CLOSE_MILLIS 900	/* [CHN-015] allows 1 s */

struct channel {
	struct frame_socket socket;	/* in_fd -1: unused */
	struct ioregionfd_dev dev;
	struct conformance_device device;
	long long close_at;		/* at the latest, in milliseconds; 0: its end has not come */
	long long draining;		/* [REJ-001] a REJECT was sent */
	long long unheard;		/* [CHN-008] K takes no answers any more */
};

static struct channel channels[CHANNELS_MAX];
static volatile sig_atomic_t stopped;
static struct stat bound;	/* the socket at the path */

static long long now_millis(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Performs a command, and adds to out[] what answers: -1 where the channel is to be closed. */
static int serve(struct channel *channel, const struct ioregionfd_hs_command *command)
{
	struct frame_socket *socket = &channel->socket;
	union ioregionfd_hs_frame *out = &socket->out[socket->out_frames];
	__u64 data;
	int ready;

	if (command->version == IOREGIONFD_HS_VERSION_TAGGED) {
		ready = conformance_serve_tagged(&channel->device, command, &channel->dev.agreed, out);
		if (ready < 0)
			return ioregionfd_hs_violated(&channel->dev.violation, "VIO-006", 4,
						      command->tag);
		socket->out_frames += (unsigned long)ready;
		return 0;
	}
	conformance_perform(&channel->device, command, &data);
	/* [V0-013] a READ is answered whatever its resp says */
	ioregionfd_hs_put_response(out, data);
	socket->out_frames += command->response_wanted || ioregionfd_hs_is_read(command);
	return 0;
}

/* Acts on a frame that has come: -1 where the channel is to be closed. */
static int act(struct channel *channel)
{
	struct frame_socket *socket = &channel->socket;
	struct ioregionfd_dev *dev = &channel->dev;
	union ioregionfd_hs_frame *out = &socket->out[socket->out_frames];
	enum ioregionfd_dev_reaction reaction;
	struct ioregionfd_hs_command command;
	__u64 data;

	reaction = ioregionfd_dev_receive(dev, &socket->in, out);
	ioregionfd_hs_get_command(&socket->in, dev->agreed.version, dev->agreed.layout, &command);
	switch (reaction) {
	case IOREGIONFD_DEV_SERVE:
		return serve(channel, &command);
	case IOREGIONFD_DEV_READ:
		conformance_perform(&channel->device, &command, &data);
		ioregionfd_dev_offer(dev, data, out);
		socket->out_frames++;
		return 0;
	case IOREGIONFD_DEV_REJECT:
		channel->close_at = now_millis() + IOREGIONFD_HS_REJECT_DRAIN_MILLIS;
		channel->draining = 1;
		/* fallthrough */
	case IOREGIONFD_DEV_SEND:
		socket->out_frames++;
		return 0;
	case IOREGIONFD_DEV_DISCARD:
		return 0;
	default:
		return -1;
	}
}

/* [CHN-008] A failed write is as good as the end: [CHN-014] only what came before is still served. */
static void drop_answers(struct channel *channel)
{
	if (!channel->unheard)
		channel->close_at = now_millis() + CLOSE_MILLIS;
	channel->unheard = 1;
	frame_socket_drop(&channel->socket);
}

/*
 * Moves a channel on as far as it goes: -1 where it has ended. The frames of one
 * read are answered by one write, before the next read. While the peer does not take
 * what answers, no frame is taken: so out[] is large enough, and a pending command
 * counts until its response was handed to the channel [VIO-006].
 */
static int move(struct channel *channel)
{
	struct frame_socket *socket = &channel->socket;
	int frames;

	if (channel->close_at && now_millis() >= channel->close_at)
		return -1;
	for (frames = 0;; frames++) {
		if (channel->close_at || !frame_socket_is_ahead(socket) ||
		    socket->out_frames > FRAME_SOCKET_OUT_MAX - CONFORMANCE_DEVICE_WINDOW) {
			if (channel->unheard || frame_socket_flush(socket))
				drop_answers(channel);
			if (socket->out_frames && !channel->draining)
				return 0;
			if (channel->close_at && !channel->draining && !channel->unheard)
				return -1;
			if (channel->draining && !socket->out_frames)
				frame_socket_end_sending(socket);	/* [REJ-001] */
			if (frames >= BURST_MAX && !frame_socket_is_ahead(socket))
				return 0;
		}
		switch (frame_socket_receive(socket)) {
		case FRAME_SOCKET_WHOLE:
			if (!act(channel))
				break;
			if (channel->unheard)
				return -1;
			/* [CHN-013] closed when what was answered before is out */
			channel->close_at = now_millis() + CLOSE_MILLIS;
			break;
		case FRAME_SOCKET_LATER:
			return channel->unheard ? -1 : 0;
		case FRAME_SOCKET_ENDED:
			ioregionfd_dev_ended(&channel->dev, socket->broken);
			return -1;
		}
	}
}

/* -1 where these are no descriptors of a channel */
static int open_channel(struct channel *channel, int in_fd, int out_fd,
			const struct ioregionfd_dev_config *config)
{
	memset(channel, 0, sizeof(*channel));
	ioregionfd_dev_init(&channel->dev, config);
	return frame_socket_open(&channel->socket, in_fd, out_fd);
}

static void close_channel(struct channel *channel)
{
	const struct ioregionfd_hs_violation *violation = &channel->dev.violation;

	if (violation->clause)
		fprintf(stderr, "example-device: closed by %s, byte %lu, seen 0x%llx\n",
			violation->clause, violation->offset, (unsigned long long)violation->seen);
	frame_socket_close(&channel->socket);
}

/*
 * Waits until something can be done, or a channel has to be closed: behind the
 * listener in polled[] are as many channels as are looked at.
 */
static int wait_for(struct pollfd *polled, unsigned int count, const sigset_t *signals)
{
	long long now = now_millis(), first = now + 60000;
	struct timespec timeout;
	unsigned int i;
	int left;	/* at most a minute */

	for (i = 0; i < count; i++) {
		const struct frame_socket *socket = &channels[i].socket;

		polled[1 + i].fd = socket->out_frames ? socket->out_fd : socket->in_fd;
		polled[1 + i].events = socket->out_frames ? POLLOUT : POLLIN;
		if (socket->in_fd >= 0 && channels[i].close_at && channels[i].close_at < first)
			first = channels[i].close_at;
	}
	left = first > now ? (int)(first - now) : 0;
	timeout.tv_sec = left / 1000;
	timeout.tv_nsec = left % 1000 * 1000000;
	return ppoll(polled, 1 + count, &timeout, signals);
}

/* Serves until SIGTERM, or without a listening socket until the one channel has ended. */
static void serve_all(int listener, const struct ioregionfd_dev_config *config,
		      const sigset_t *signals)
{
	unsigned int i, used = listener < 0, unused = 0;	/* none is open from `used` on */
	struct pollfd polled[1 + CHANNELS_MAX];
	struct channel *channel;
	int fd;

	while (!stopped && (used || listener >= 0)) {
		polled[0].fd = unused < CHANNELS_MAX ? listener : -1;
		polled[0].events = POLLIN;
		if (wait_for(polled, used, signals) < 0)
			continue;
		for (i = 0; i < used; i++) {
			channel = &channels[i];
			if (channel->socket.in_fd >= 0 && (polled[1 + i].revents || channel->close_at) &&
			    move(channel))
				close_channel(channel);
		}
		if (polled[0].revents && (fd = accept(listener, NULL, NULL)) >= 0 &&
		    !open_channel(&channels[unused], fd, fd, config)) {
			if (move(&channels[unused]))
				close_channel(&channels[unused]);
			used += unused == used;
		}
		while (used && channels[used - 1].socket.in_fd < 0)
			used--;
		for (unused = 0; unused < used && channels[unused].socket.in_fd >= 0;)
			unused++;
	}
}

static void stop(int signal_number)
{
	stopped = signal_number;
}

/* SIGTERM arrives only while ppoll() waits: none is missed between a look and a wait. */
static sigset_t handle_signals(void)
{
	struct sigaction action;
	sigset_t blocked, before;

	signal(SIGPIPE, SIG_IGN);
	memset(&action, 0, sizeof(action));
	action.sa_handler = stop;
	sigaction(SIGTERM, &action, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	return before;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { AF_UNIX, "" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || lstat(path, &bound) ||
	    listen(fd, CHANNELS_MAX))
		return -1;
	printf("listening %s\n", path);
	return fflush(stdout) ? -1 : fd;
}

/* Leaves a socket that has taken the place of its own. */
static int remove_own(const char *path)
{
	struct stat there;

	if (lstat(path, &there) || there.st_dev != bound.st_dev || there.st_ino != bound.st_ino)
		return 0;
	return unlink(path);
}

/* The index of the word in a list that ends with NULL. */
static unsigned int one_of(const char *text, const char *const *words)
{
	unsigned int i;

	for (i = 0; words[i]; i++)
		if (text && !strcmp(text, words[i]))
			return i;
	fputs("usage: example-device (--unix PATH | --fd N | --read-fd N --write-fd N)\n"
	      "                      [--layout info-word|byte-fields] [--versions 1|2|1,2]\n"
	      "                      [--policy off|allow|require]\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "--unix", "--fd", "--read-fd", "--write-fd",
					     "--layout", "--versions", "--policy", NULL };
	static const char *const layouts[] = { "info-word", "byte-fields", NULL };
	static const char *const version_sets[] = { "1", "2", "1,2", NULL };
	static const char *const policies[] = { "off", "allow", "require", NULL };
	struct ioregionfd_dev_config config;
	const char *path = NULL;
	int i, listener = -1, in_fd = -1, out_fd = -1;
	sigset_t signals;

	memset(&config, 0, sizeof(config));
	config.features = IOREGIONFD_HS_FEATURES_OF_VERSION_2;
	config.grease_features = 1ULL << 53;	/* [GRS-001] constant for a build */
	config.grease_versions = 1u << 26;
	config.versions = IOREGIONFD_HS_VERSIONS_KNOWN;
	config.policy = IOREGIONFD_DEV_ALLOW;
	config.max_inflight = CONFORMANCE_DEVICE_WINDOW;
	config.layout = IOREGIONFD_HS_LAYOUT_INFO_WORD;
	for (i = 1; i < argc; i += 2) {		/* argv[argc] is NULL */
		unsigned int option = one_of(argv[i], names);

		if (option == 0)
			path = argv[i + 1];
		else if (option == 1)
			in_fd = out_fd = frame_socket_number(argv[i + 1]);
		else if (option == 2)
			in_fd = frame_socket_number(argv[i + 1]);
		else if (option == 3)
			out_fd = frame_socket_number(argv[i + 1]);
		else if (option == 4)
			config.layout = (__u16)(1 + one_of(argv[i + 1], layouts));
		else if (option == 5)
			config.versions = (1 + one_of(argv[i + 1], version_sets)) << 1;
		else
			config.policy = (enum ioregionfd_dev_policy)one_of(argv[i + 1], policies);
	}
	if (!path == (in_fd < 0) || !path == (out_fd < 0))
		one_of(NULL, names);
	for (i = 0; i < CHANNELS_MAX; i++)
		channels[i].socket.in_fd = -1;
	signals = handle_signals();
	if (path)
		listener = listen_at(path);
	if (path ? listener < 0 : open_channel(&channels[0], in_fd, out_fd, &config)) {
		if (path)
			fprintf(stderr, "example-device: cannot listen at %s: %s\n", path, strerror(errno));
		else
			fprintf(stderr, "example-device: these descriptors are no channel\n");
		return 3;
	}
	serve_all(listener, &config, &signals);
	return path ? remove_own(path) : 0;
}
