/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole frames over a stream or SEQPACKET socket that never blocks its owner. */
#ifndef FRAME_SOCKET_H
#define FRAME_SOCKET_H

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

#include "ioregionfd_handshake.h"

/* A full window can become ready at once; an owner queues nothing while anything is queued. */
#define FRAME_SOCKET_OUT_MAX IOREGIONFD_HS_DEFAULT_WINDOW

enum frame_socket_got { FRAME_SOCKET_WHOLE, FRAME_SOCKET_LATER, FRAME_SOCKET_ENDED };

struct frame_socket {
	int fd;
	int type;			/* SOCK_STREAM or SOCK_SEQPACKET */
	union ioregionfd_hs_frame in;
	union ioregionfd_hs_frame out[FRAME_SOCKET_OUT_MAX];
	const char *broken;		/* the clause that the end broke, or NULL */
	unsigned long in_bytes;		/* of a frame that is not whole yet */
	unsigned long out_frames;
	unsigned long sent_bytes;	/* of out[] */
};

/* -1 where the descriptor is no socket */
static inline int frame_socket_open(struct frame_socket *socket, int fd)
{
	socklen_t length = sizeof(socket->type);

	socket->fd = fd;
	socket->in_bytes = 0;
	socket->out_frames = 0;
	socket->sent_bytes = 0;
	socket->broken = NULL;
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &socket->type, &length);
}

/* [CHN-003] Sends what is queued, as far as it goes: -1 where the channel is lost. */
static inline int frame_socket_flush(struct frame_socket *socket)
{
	const unsigned long frame = IOREGIONFD_HS_FRAME_LENGTH;
	const __u8 *out = (const __u8 *)socket->out;

	while (socket->sent_bytes < socket->out_frames * frame) {
		/* a frame at a time: on SEQPACKET it is a record */
		ssize_t sent = send(socket->fd, out + socket->sent_bytes,
				    frame - socket->sent_bytes % frame,
				    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0 && errno == EAGAIN)
			return 0;
		if (sent < 0 && errno != EINTR)
			return -1;
		socket->sent_bytes += sent < 0 ? 0 : (unsigned long)sent;
	}
	socket->out_frames = 0;
	socket->sent_bytes = 0;
	return 0;
}

/* [CHN-002] Reads at most to the end of one frame, which is then in `in`. */
static inline enum frame_socket_got frame_socket_receive(struct frame_socket *socket)
{
	const unsigned long frame = IOREGIONFD_HS_FRAME_LENGTH;
	/* the length of the record, also where it is longer than a frame */
	int flags = MSG_DONTWAIT | (socket->type == SOCK_SEQPACKET ? MSG_TRUNC : 0);

	while (socket->in_bytes < frame) {
		ssize_t got = recv(socket->fd, socket->in.bytes + socket->in_bytes,
				   frame - socket->in_bytes, flags);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return FRAME_SOCKET_LATER;
		if (got <= 0) {
			socket->broken = socket->in_bytes ? "CHN-004" : NULL;
			return FRAME_SOCKET_ENDED;
		}
		if (socket->type == SOCK_SEQPACKET && got != (ssize_t)frame) {
			socket->broken = "CHN-005";
			return FRAME_SOCKET_ENDED;
		}
		socket->in_bytes += (unsigned long)got;
	}
	socket->in_bytes = 0;
	return FRAME_SOCKET_WHOLE;
}

#endif
