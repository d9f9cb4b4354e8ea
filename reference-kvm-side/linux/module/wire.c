// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Whole frames over one socket for both ways, or one for each; never blocking. A
 * socket is user space's: it may be read, written or shut down by others at any
 * time, which breaks the channel and nothing else.
 */
#include <linux/file.h>
#include <linux/net.h>
#include <net/sock.h>

#include "internal.h"

static LIST_HEAD(wires);
static DEFINE_MUTEX(wires_lock);

static bool is_of_a_channel(const struct socket *socket)
{
	int family = socket->sk->sk_family;

	if (socket->type == SOCK_SEQPACKET)
		return family == AF_UNIX;
	if (socket->type != SOCK_STREAM)
		return false;
	return family == AF_UNIX ||
	       ((family == AF_INET || family == AF_INET6) &&
		socket->sk->sk_protocol == IPPROTO_TCP);
}

/* [CHN-009] A socket that a channel had is shut down for sending. */
static int check_socket(const struct socket *socket, int shut)
{
	if (!is_of_a_channel(socket))
		return -ESOCKTNOSUPPORT;
	if (socket->state != SS_CONNECTED)
		return -ENOTCONN;
	return READ_ONCE(socket->sk->sk_shutdown) & shut ? -EPIPE : 0;
}

static struct socket *get_socket(int fd, int shut)
{
	int error;
	struct socket *socket = sockfd_lookup(fd, &error);

	if (!socket)
		return ERR_PTR(error);
	error = check_socket(socket, shut);
	if (!error)
		return socket;
	sockfd_put(socket);
	return ERR_PTR(error);
}

static bool is_used(const struct socket *socket)
{
	const struct ior_wire *wire;

	list_for_each_entry(wire, &wires, link)
		if (socket && (wire->in == socket || wire->out == socket))
			return true;
	return false;
}

/* [CHN-010] One channel, and so one state, for each socket. */
static int claim(struct ior_wire *wire)
{
	int error = 0;

	mutex_lock(&wires_lock);
	if (is_used(wire->in) || is_used(wire->out))
		error = -EBUSY;
	else
		list_add(&wire->link, &wires);
	mutex_unlock(&wires_lock);
	return error;
}

static void put_sockets(struct ior_wire *wire)
{
	if (wire->in)
		sockfd_put(wire->in);
	sockfd_put(wire->out);
}

int ior_wire_open(struct ior_channel *channel, int read_fd, int write_fd)
{
	struct ior_wire *wire = &channel->wire;
	int error;

	wire->out = get_socket(write_fd, SEND_SHUTDOWN);
	if (IS_ERR(wire->out))
		return PTR_ERR(wire->out);
	if (read_fd != -1) {
		wire->in = get_socket(read_fd, 0);
		if (IS_ERR(wire->in)) {
			sockfd_put(wire->out);
			return PTR_ERR(wire->in);
		}
	}
	error = claim(wire);
	if (error)
		put_sockets(wire);
	return error;
}

/* ---- watching: [KST-001] [KST-009] [FAI-003] also while nobody waits for anything ---- */

static int woken(wait_queue_entry_t *entry, unsigned int mode, int sync, void *key)
{
	struct ior_watch *watch = container_of(entry, struct ior_watch, entry);
	__poll_t what = key_to_poll(key);

	/* every frame that the device takes in makes room: mostly nobody waits for that */
	if (what && !(what & ~(EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND)) &&
	    !READ_ONCE(watch->channel->wire.blocked))
		return 0;
	ior_channel_ready(watch->channel);
	return 0;
}

static void begin_watch(struct file *file, wait_queue_head_t *head, poll_table *table)
{
	struct ior_watch *watch = container_of(table, struct ior_watch, table);

	if (watch->head)	/* a socket of these families has one */
		return;
	watch->head = head;
	add_wait_queue(head, &watch->entry);
}

static void watch_socket(struct ior_channel *channel, struct ior_watch *watch,
			 struct socket *socket)
{
	watch->channel = channel;
	init_waitqueue_func_entry(&watch->entry, woken);
	init_poll_funcptr(&watch->table, begin_watch);
	vfs_poll(socket->file, &watch->table);
}

void ior_wire_watch(struct ior_channel *channel)
{
	struct ior_wire *wire = &channel->wire;

	watch_socket(channel, &wire->out_watch, wire->out);
	if (wire->in && wire->in != wire->out)
		watch_socket(channel, &wire->in_watch, wire->in);
}

static void end_watch(struct ior_watch *watch)
{
	if (watch->head)
		remove_wait_queue(watch->head, &watch->entry);
}

/* ---- frames ---- */

/* Short of memory, a socket has room and takes nothing [FAI-004]. */
#define SEND_TRIES_MAX 16

static int send_some(struct ior_wire *wire)
{
	struct kvec rest = {
		.iov_base = wire->sending.bytes + sizeof(wire->sending) - wire->unsent_bytes,
		.iov_len = wire->unsent_bytes,
	};
	struct msghdr message = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };

	return kernel_sendmsg(wire->out, &message, &rest, 1, rest.iov_len);
}

/* [CHN-003] Writes what is left of the frame, as far as it goes; an error: it is lost. */
int ior_wire_flush(struct ior_wire *wire)
{
	int sent, tries = 0;

	while (wire->unsent_bytes) {
		sent = send_some(wire);
		if (sent > 0) {
			wire->unsent_bytes -= sent;
			continue;
		}
		if (sent != -EAGAIN && sent != -EINTR)
			return sent ? sent : -EPIPE;
		/* first say that room is waited for, then look whether there is some by now */
		WRITE_ONCE(wire->blocked, true);
		if (!(vfs_poll(wire->out->file, NULL) & (EPOLLOUT | EPOLLERR | EPOLLHUP)) ||
		    ++tries == SEND_TRIES_MAX)
			return 0;
	}
	WRITE_ONCE(wire->blocked, false);
	return 0;
}

/* [CHN-002] Reads at most to the end of one frame, which is then in `received`. */
enum ior_got ior_wire_receive(struct ior_wire *wire)
{
	const unsigned int frame = sizeof(wire->received);
	bool records = wire->in && wire->in->type == SOCK_SEQPACKET;
	bool reset = false;
	int got;

	while (wire->in && wire->received_bytes < frame) {
		struct msghdr message = {};
		struct kvec rest = {
			.iov_base = wire->received.bytes + wire->received_bytes,
			.iov_len = frame - wire->received_bytes,
		};

		/* of a record its length, also where it is longer than a frame */
		got = kernel_recvmsg(wire->in, &message, &rest, 1, rest.iov_len,
				     MSG_DONTWAIT | (records ? MSG_TRUNC : 0));
		if (got == -EAGAIN || got == -EINTR)
			return IOR_GOT_LATER;
		if (got == -ECONNRESET && !reset) {	/* [CHN-008] SEQPACKET has records behind it */
			reset = true;
			continue;
		}
		if (got <= 0) {	/* an empty record cannot be told from the end, and closes too */
			wire->broken = wire->received_bytes ? "CHN-004" : NULL;
			return IOR_GOT_ENDED;
		}
		if (records && got != frame) {
			wire->broken = "CHN-005";
			return IOR_GOT_ENDED;
		}
		wire->received_bytes += got;
	}
	if (!wire->in)
		return IOR_GOT_LATER;
	wire->received_bytes = 0;
	return IOR_GOT_WHOLE;
}

/*
 * The device sees the end of the stream behind what was sent, whoever else has the
 * socket. Input that nobody reads is taken out first: a close with some of it left
 * resets the connection, and an ABORT could be lost with it. TCP is left open for
 * input for the same reason.
 */
void ior_wire_shut_down(struct ior_wire *wire)
{
	unsigned int frames = 0;

	kernel_sock_shutdown(wire->out, SHUT_WR);
	do
		wire->received_bytes = 0;
	while (frames++ < IOREGIONFD_HS_DEFAULT_WINDOW && ior_wire_receive(wire) == IOR_GOT_WHOLE);
	if (wire->in && wire->in->sk->sk_family == AF_UNIX)
		kernel_sock_shutdown(wire->in, SHUT_RDWR);
}

void ior_wire_free(struct ior_wire *wire)
{
	end_watch(&wire->in_watch);
	end_watch(&wire->out_watch);
	mutex_lock(&wires_lock);
	list_del(&wire->link);
	mutex_unlock(&wires_lock);
	put_sockets(wire);
}
