/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whole frames over the descriptors of a channel, never blocking: one socket for
 * both ways, or one descriptor for each, a socket, a pipe or a FIFO. A socket is a
 * stream or SEQPACKET. A program that uses this ignores SIGPIPE.
 */
#ifndef FRAME_SOCKET_H
#define FRAME_SOCKET_H

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ioregionfd_handshake.h"

#define FRAME_SOCKET_AHEAD_MAX 128	/* frames that one read takes; a larger window takes more reads */
#define FRAME_SOCKET_OUT_MAX 256	/* what these make ready, and a window that they release */

enum frame_socket_got { FRAME_SOCKET_WHOLE, FRAME_SOCKET_LATER, FRAME_SOCKET_ENDED };

struct frame_socket {
	int in_fd, out_fd;		/* the same where one socket is both; -1: closed */
	union ioregionfd_hs_frame in;
	union ioregionfd_hs_frame ahead[FRAME_SOCKET_AHEAD_MAX];	/* what one read gave */
	union ioregionfd_hs_frame out[FRAME_SOCKET_OUT_MAX];
	const char *broken;		/* the clause that the end broke, or NULL */
	unsigned long in_records, out_records;	/* whether in_fd, out_fd are SEQPACKET */
	unsigned long in_bytes;		/* of a frame that is not whole yet */
	unsigned long ahead_bytes;
	unsigned long taken_bytes;	/* of ahead[] */
	unsigned long drained;		/* the last read took all that there was */
	unsigned long out_frames;	/* nothing is added while flushing has left some */
	unsigned long sent_bytes;	/* of out[] */
};

static inline void frame_socket_close(struct frame_socket *socket)
{
	if (socket->in_fd >= 0)
		close(socket->in_fd);
	if (socket->out_fd >= 0 && socket->out_fd != socket->in_fd)
		close(socket->out_fd);
	socket->in_fd = -1;
	socket->out_fd = -1;
}

/* Blocks no more: the type of a socket, 0 for a pipe or a FIFO, -1 where frames cannot go that way. */
static inline int frame_socket_prepare(int fd, int other_way)
{
	int flags = fcntl(fd, F_GETFL), type = 0;
	socklen_t length = sizeof(type);
	struct stat status;

	if (flags < 0 || (flags & O_ACCMODE) == other_way || fcntl(fd, F_SETFL, flags | O_NONBLOCK))
		return -1;
	if (!getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length))
		return type == SOCK_STREAM || type == SOCK_SEQPACKET ? type : -1;
	return !fstat(fd, &status) && S_ISFIFO(status.st_mode) ? 0 : -1;
}

/* -1 where these are no descriptors of a channel; they are closed then. */
static inline int frame_socket_open(struct frame_socket *socket, int in_fd, int out_fd)
{
	int in_type = frame_socket_prepare(in_fd, O_WRONLY);
	int out_type = frame_socket_prepare(out_fd, O_RDONLY);

	socket->in_fd = in_fd;
	socket->out_fd = out_fd;
	socket->in_records = in_type == SOCK_SEQPACKET;
	socket->out_records = out_type == SOCK_SEQPACKET;
	socket->in_bytes = 0;
	socket->ahead_bytes = 0;
	socket->taken_bytes = 0;
	socket->drained = 0;
	socket->out_frames = 0;
	socket->sent_bytes = 0;
	socket->broken = NULL;
	if (in_type >= 0 && out_type >= 0)
		return 0;
	frame_socket_close(socket);
	return -1;
}

/* The number of a descriptor, -1 where the text is none. */
static inline int frame_socket_number(const char *text)
{
	return text && *text && !text[strspn(text, "0123456789")] ? atoi(text) : -1;
}

/* [REJ-001] The peer reads the end of the stream behind what was sent. */
static inline void frame_socket_end_sending(struct frame_socket *socket)
{
	if (!shutdown(socket->out_fd, SHUT_WR) || errno != ENOTSOCK)
		return;
	close(socket->out_fd);
	socket->out_fd = -1;
}

/* Forgets what is queued. */
static inline void frame_socket_drop(struct frame_socket *socket)
{
	socket->out_frames = 0;
	socket->sent_bytes = 0;
}

/* [CHN-003] Sends what is queued, as far as it goes: -1 where nobody takes it any more. */
static inline int frame_socket_flush(struct frame_socket *socket)
{
	const unsigned long frame = IOREGIONFD_HS_FRAME_LENGTH;
	const __u8 *out = (const __u8 *)socket->out;

	while (socket->sent_bytes < socket->out_frames * frame) {
		/* on SEQPACKET each frame is a record */
		ssize_t sent = write(socket->out_fd, out + socket->sent_bytes,
				     socket->out_records
				     ? frame : socket->out_frames * frame - socket->sent_bytes);

		if (sent < 0 && errno == EAGAIN)
			return 0;
		if (sent < 0 && errno != EINTR)
			return -1;
		socket->sent_bytes += sent < 0 ? 0 : (unsigned long)sent;
	}
	frame_socket_drop(socket);
	return 0;
}

/* Whether the next frame needs no read: the last one brought it too. */
static inline int frame_socket_is_ahead(const struct frame_socket *socket)
{
	return socket->in_bytes + socket->ahead_bytes - socket->taken_bytes >=
	       IOREGIONFD_HS_FRAME_LENGTH;
}

/*
 * [CHN-002] Takes one frame, which is then in `in`; reads only where none is ahead. A
 * read that gave less than it could have is not repeated to be told that nothing is
 * left: what has come since then, or the end, shows when the caller polls.
 */
static inline enum frame_socket_got frame_socket_receive(struct frame_socket *socket)
{
	const unsigned long frame = IOREGIONFD_HS_FRAME_LENGTH;
	int reset = 0;

	while (socket->in_bytes < frame) {
		unsigned long part = socket->ahead_bytes - socket->taken_bytes;
		ssize_t got;

		if (part) {
			part = part < frame - socket->in_bytes ? part : frame - socket->in_bytes;
			memcpy(socket->in.bytes + socket->in_bytes,
			       (const __u8 *)socket->ahead + socket->taken_bytes, part);
			socket->in_bytes += part;
			socket->taken_bytes += part;
			continue;
		}
		if (socket->drained) {
			socket->drained = 0;
			return FRAME_SOCKET_LATER;
		}
		/* of a record its length, also where it is longer than a frame */
		got = socket->in_records ? recv(socket->in_fd, socket->ahead, frame, MSG_TRUNC)
					 : read(socket->in_fd, socket->ahead, sizeof(socket->ahead));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return FRAME_SOCKET_LATER;
		if (got < 0 && errno == ECONNRESET && !reset) {	/* [CHN-008] SEQPACKET has records behind it */
			reset = 1;
			continue;
		}
		if (got <= 0) {	/* an empty record cannot be told from the end, and closes too */
			socket->broken = socket->in_bytes ? "CHN-004" : NULL;
			return FRAME_SOCKET_ENDED;
		}
		if (socket->in_records && got != (ssize_t)frame) {
			socket->broken = "CHN-005";
			return FRAME_SOCKET_ENDED;
		}
		socket->ahead_bytes = (unsigned long)got;
		socket->taken_bytes = 0;
		socket->drained = !socket->in_records && socket->ahead_bytes < sizeof(socket->ahead);
	}
	socket->in_bytes = 0;
	return FRAME_SOCKET_WHOLE;
}

#endif
