/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The KVM side of one channel: the handshake, and accesses that are
 * begun in order, sent when they may be, and ended by a response, a deadline or a
 * failure, each exactly once. The caller polls, and tells the time.
 */
#ifndef KVM_CHANNEL_H
#define KVM_CHANNEL_H

#include <stdio.h>
#include <string.h>

#include "frame_socket.h"
#include "kvm_access.h"

#define KVM_ACCESSES_MAX 256	/* begun and not ended [FAI-004] */
#define KVM_NO_DEADLINE (-1LL)

struct kvm_channel {
	struct frame_socket socket;		/* in_fd -1: closed, or failed */
	struct ioregionfd_kvm kvm;
	struct kvm_access access[KVM_ACCESSES_MAX];	/* in the order in which they began */
	unsigned long accesses;
	long long patience_millis;		/* for the handshake and for each access */
	long long handshake_deadline_millis;
	/* an access has ended; `why` says how, unless it is done */
	void (*ended)(struct kvm_channel *channel, const struct kvm_access *access, const char *why);
	/* a detached handshake has ended, in OPEN, LEGACY or FAILED */
	void (*negotiated)(struct kvm_channel *channel, const char *why);
	__u32 tag;
	__u32 negotiating;			/* a detached handshake is under way */
};

static inline void kvm_remove(struct kvm_channel *channel, struct kvm_access *access)
{
	channel->accesses--;
	memmove(access, access + 1,
		(size_t)(&channel->access[channel->accesses] - access) * sizeof(*access));
}

static inline void kvm_end_access(struct kvm_channel *channel, struct kvm_access *access,
				  enum kvm_end end, const char *why)
{
	struct kvm_access ended = *access;

	kvm_remove(channel, access);
	/* [LEN-002] */
	ended.end = end == KVM_NOT_SENT && ended.done ? KVM_MAYBE_EXECUTED : end;
	channel->ended(channel, &ended, why);
}

static inline void kvm_end_handshake(struct kvm_channel *channel, const char *why)
{
	int negotiating = (int)channel->negotiating;

	channel->handshake_deadline_millis = KVM_NO_DEADLINE;
	channel->negotiating = 0;
	if (negotiating)
		channel->negotiated(channel, why);
}

/* [FAI-001] The channel is closed, and everything that was under way ends. */
static inline void kvm_close(struct kvm_channel *channel, const char *why)
{
	const struct ioregionfd_kvm *kvm = &channel->kvm;
	const char *reason = ioregionfd_hs_reason_name(kvm->reason);
	char words[160];

	snprintf(words, sizeof(words), "%s", why);
	if (kvm->has_reason)	/* [REJ-002] an unknown reason as a number */
		snprintf(words, sizeof(words), "%s: reason %u %s, detail 0x%llx", why, kvm->reason,
			 reason ? reason : "(unknown)", (unsigned long long)kvm->detail);
	else if (kvm->violation.clause)
		snprintf(words, sizeof(words), "%s: %s, byte %lu, seen 0x%llx", why,
			 kvm->violation.clause, kvm->violation.offset,
			 (unsigned long long)kvm->violation.seen);
	frame_socket_close(&channel->socket);
	while (channel->accesses) {
		struct kvm_access *access = channel->access;
		int written = access->progress == KVM_SENT ||
			      (access->progress == KVM_SENDING && channel->socket.sent_bytes);

		kvm_end_access(channel, access, written ? KVM_MAYBE_EXECUTED : KVM_NOT_SENT, words);
	}
	kvm_end_handshake(channel, words);
}

/* The access that this response may answer, or NULL. */
static inline struct kvm_access *kvm_answered(struct kvm_channel *channel)
{
	__u32 tag = ioregionfd_hs_get32(channel->socket.in.response_tagged.tag);
	int tagged = channel->kvm.agreed.version == IOREGIONFD_HS_VERSION_TAGGED;
	struct kvm_access *access = channel->access;

	for (; access < channel->access + channel->accesses; access++) {
		if (access->progress != KVM_SENT)
			continue;
		if (!tagged || access->command.tag == tag)
			return access;
		/* [V2-005] in order, it can only be the oldest */
		if (!(channel->kvm.agreed.features & IOREGIONFD_HS_FEATURE_OUT_OF_ORDER))
			return NULL;
	}
	return NULL;
}

/* Begins an access, or goes on with it behind all that have begun. */
static inline void kvm_begin(struct kvm_channel *channel, struct kvm_access access)
{
	kvm_prepare(&access);
	channel->access[channel->accesses++] = access;
}

static inline void kvm_complete(struct kvm_channel *channel, struct kvm_access *access, __u64 data,
				__u64 status)
{
	struct kvm_access rest;

	if (!kvm_take(access, data, status)) {
		kvm_end_access(channel, access, KVM_DONE, NULL);
		return;
	}
	rest = *access;
	kvm_remove(channel, access);
	kvm_begin(channel, rest);
}

static inline void kvm_respond(struct kvm_channel *channel)
{
	const union ioregionfd_hs_frame *in = &channel->socket.in;
	struct kvm_access *access = kvm_answered(channel);
	__u64 status = ioregionfd_hs_get16(in->response_tagged.status);

	if (!access) {
		ioregionfd_kvm_fail(&channel->kvm, "V2-005", 8,
				    ioregionfd_hs_get32(in->response_tagged.tag));
		kvm_close(channel, "a response that answers nothing, or out of turn");
		return;
	}
	if (channel->kvm.agreed.version != IOREGIONFD_HS_VERSION_TAGGED)
		status = 0;
	kvm_complete(channel, access, ioregionfd_hs_get64(in->response.data), status);
}

static inline void kvm_react(struct kvm_channel *channel, enum ioregionfd_kvm_reaction reaction)
{
	struct ioregionfd_kvm *kvm = &channel->kvm;
	int aborted = reaction == IOREGIONFD_KVM_VALUE_AND_ABORT;

	switch (reaction) {
	case IOREGIONFD_KVM_RESPONSE:
		kvm_respond(channel);
		break;
	case IOREGIONFD_KVM_VALUE:
	case IOREGIONFD_KVM_VALUE_AND_ABORT:
		channel->socket.out_frames = (unsigned int)aborted;
		frame_socket_flush(&channel->socket);
		/* [HEL-004] [KST-007] the READ that carried the HELLO is the only one that was sent */
		if (kvm->config.hello == IOREGIONFD_KVM_ATTACHED)
			kvm_complete(channel, channel->access, kvm->value, 0);
		if (aborted)
			kvm_close(channel, "the offer is not acceptable, sent ABORT");
		else if (kvm->state == IOREGIONFD_KVM_LEGACY)
			kvm_end_handshake(channel, NULL);
		break;
	case IOREGIONFD_KVM_OPENED:
		kvm_end_handshake(channel, NULL);
		break;
	case IOREGIONFD_KVM_FAIL:
		kvm_close(channel, kvm->has_reason ? "got REJECT" : "the device side broke the protocol");
		break;
	}
}

/* The clause that D breaks by sending anything now, or NULL. */
static inline const char *kvm_unexpected(const struct kvm_channel *channel)
{
	enum ioregionfd_kvm_state state = channel->kvm.state;

	/* a HELLO or a SELECT that is not out yet has no answer */
	if (channel->socket.out_frames &&
	    (state == IOREGIONFD_KVM_HELLO_SENT || state == IOREGIONFD_KVM_SELECT_SENT))
		return "CHN-006";
	return ioregionfd_kvm_unexpected(&channel->kvm);
}

/* Takes in all that has come. */
static inline void kvm_receive(struct kvm_channel *channel)
{
	struct frame_socket *socket = &channel->socket;
	enum frame_socket_got got;
	const char *broken;

	while (socket->in_fd >= 0) {
		got = frame_socket_receive(socket);
		/* [KST-001] [KST-009] one byte is enough */
		broken = got == FRAME_SOCKET_WHOLE || socket->in_bytes ? kvm_unexpected(channel) : NULL;
		if (broken) {
			ioregionfd_kvm_fail(&channel->kvm, broken, 0, socket->in.bytes[0]);
			kvm_close(channel, "bytes that answer nothing");
		} else if (got == FRAME_SOCKET_WHOLE) {
			kvm_react(channel, ioregionfd_kvm_receive(&channel->kvm, &socket->in,
								  socket->out));
		} else if (got == FRAME_SOCKET_ENDED) {
			ioregionfd_kvm_ended(&channel->kvm, socket->broken);
			kvm_close(channel, "the device side closed the channel");
		} else {
			return;
		}
	}
}

/* Writes what is queued; an access whose command is out counts as sent. */
static inline void kvm_transmit(struct kvm_channel *channel)
{
	struct kvm_access *access = channel->access;

	if (channel->socket.in_fd >= 0 && frame_socket_flush(&channel->socket)) {
		kvm_receive(channel);	/* [CHN-008] first what can still be read, a REJECT say */
		if (channel->socket.in_fd < 0)
			return;
		ioregionfd_kvm_ended(&channel->kvm, NULL);
		kvm_close(channel, "the device side closed the channel");
	}
	while (access < channel->access + channel->accesses && access->progress != KVM_SENDING)
		access++;
	if (channel->socket.out_frames || access == channel->access + channel->accesses)
		return;
	access->progress = KVM_SENT;
	if (channel->kvm.state != IOREGIONFD_KVM_HELLO_SENT)
		ioregionfd_kvm_sent(&channel->kvm, &access->command);
	if (!access->command.response_wanted)
		kvm_complete(channel, access, 0, 0);
}

/* Why a command can never be sent here, or NULL. */
static inline const char *kvm_forbidden(const struct kvm_channel *channel,
					const struct kvm_access *access)
{
	const struct ioregionfd_hs_command *command = &access->command;
	__u64 last = command->offset + access->size - access->done - 1;
	const struct ioregionfd_hs_agreement *agreed = &channel->kvm.agreed;

	if (ioregionfd_kvm_never_sends(&channel->kvm, command))
		return "an access at HELLO_OFFSET without an agreement [V0-004]";
	if (kvm_is_cut(access) && last < command->offset)
		return "an access that goes beyond the last offset";
	if (command->op == IOREGIONFD_HS_OP_FENCE &&
	    !(agreed->features & IOREGIONFD_HS_FEATURE_FENCE))
		return "FENCE was not agreed [FEA-002]";
	/* version 0 has posted WRITEs of its own */
	if (!command->response_wanted && agreed->version != IOREGIONFD_HS_VERSION_LEGACY &&
	    !(agreed->features & IOREGIONFD_HS_FEATURE_POSTED_WRITES))
		return "POSTED_WRITES was not agreed [V1-002]";
	return NULL;
}

/* [V2-002] */
static inline __u32 kvm_unused_tag(struct kvm_channel *channel)
{
	unsigned long i = 0;

	channel->tag++;
	while (i < channel->accesses) {
		if (channel->tag && channel->access[i++].command.tag != channel->tag)
			continue;
		channel->tag++;
		i = 0;
	}
	return channel->tag;
}

/* Queues the access's frame, the first READ's as a HELLO: -1 where it has to wait. */
static inline int kvm_queue(struct kvm_channel *channel, struct kvm_access *access)
{
	struct ioregionfd_kvm *kvm = &channel->kvm;
	struct ioregionfd_hs_command sent = access->command;
	int tagged = kvm->agreed.version == IOREGIONFD_HS_VERSION_TAGGED;

	sent.version = (__u8)kvm->agreed.version;
	if (!tagged)
		sent.op = sent.op == IOREGIONFD_HS_OP_READ ? IOREGIONFD_HS_CMD_READ
							   : IOREGIONFD_HS_CMD_WRITE;
	if (kvm->state == IOREGIONFD_KVM_IDLE && kvm->config.policy != IOREGIONFD_KVM_OFF &&
	    sent.op == IOREGIONFD_HS_CMD_READ)
		return ioregionfd_kvm_hello(kvm, &sent, channel->socket.out);
	if (!ioregionfd_kvm_may_send(kvm, &sent))
		return -1;
	if (sent.response_wanted && kvm->unanswered >= kvm->agreed.max_inflight)	/* [WIN-001] */
		return -1;
	if (tagged && sent.response_wanted)
		access->command.tag = sent.tag = kvm_unused_tag(channel);
	ioregionfd_hs_put_command(channel->socket.out, kvm->agreed.layout, &sent);
	return 0;
}

/* The oldest access that waits, or NULL. */
static inline struct kvm_access *kvm_next(struct kvm_channel *channel)
{
	struct kvm_access *access = channel->access;

	for (; access < channel->access + channel->accesses; access++)
		if (access->progress == KVM_WAITING)
			return access;
	return NULL;
}

/* Takes in what has come, then sends what may be sent: the SELECT, and accesses in their order. */
static inline void kvm_advance(struct kvm_channel *channel, long long now_millis)
{
	struct ioregionfd_kvm *kvm = &channel->kvm;
	struct kvm_access *access;
	const char *forbidden;

	kvm_receive(channel);
	kvm_transmit(channel);
	while (channel->socket.in_fd >= 0 && !channel->socket.out_frames) {
		access = kvm_next(channel);
		if (!access && !(channel->negotiating && kvm->state == IOREGIONFD_KVM_OFFERED))
			return;
		if (kvm->state == IOREGIONFD_KVM_HELLO_SENT || kvm->state == IOREGIONFD_KVM_SELECT_SENT)
			return;
		if (!ioregionfd_kvm_select(kvm, channel->socket.out)) {	/* in OFFERED only */
			channel->handshake_deadline_millis = now_millis + channel->patience_millis;
		} else if ((forbidden = kvm_forbidden(channel, access))) {
			kvm_end_access(channel, access, KVM_NOT_SENT, forbidden);
			continue;
		} else if (kvm_queue(channel, access)) {
			return;
		} else {
			access->progress = KVM_SENDING;
			access->deadline_millis = now_millis + channel->patience_millis;
		}
		channel->socket.out_frames = 1;
		kvm_transmit(channel);
		kvm_receive(channel);
	}
}

/* When kvm_expire() has something to do, or KVM_NO_DEADLINE. */
static inline long long kvm_deadline(const struct kvm_channel *channel)
{
	long long first = channel->handshake_deadline_millis;
	unsigned long i;

	for (i = 0; i < channel->accesses; i++) {
		const struct kvm_access *access = &channel->access[i];

		if (access->progress != KVM_WAITING &&
		    (first == KVM_NO_DEADLINE || access->deadline_millis < first))
			first = access->deadline_millis;
	}
	return first;
}

/* The channel on these descriptors, which it owns: -1 where they are none of a channel. */
static inline int kvm_open(struct kvm_channel *channel, int in_fd, int out_fd,
			   const struct ioregionfd_kvm_config *config, long long now_millis)
{
	channel->accesses = 0;
	channel->tag = 0;
	channel->handshake_deadline_millis = KVM_NO_DEADLINE;
	ioregionfd_kvm_init(&channel->kvm, config);
	if (frame_socket_open(&channel->socket, in_fd, out_fd))
		return -1;
	channel->negotiating = config->hello == IOREGIONFD_KVM_DETACHED &&
			       channel->kvm.config.policy != IOREGIONFD_KVM_OFF;
	kvm_receive(channel);	/* [KST-001] */
	if (channel->negotiating && !ioregionfd_kvm_hello(&channel->kvm, NULL, channel->socket.out)) {
		channel->handshake_deadline_millis = now_millis + channel->patience_millis;
		channel->socket.out_frames = 1;
		kvm_transmit(channel);
	}
	return 0;
}

/* The user wants no more. */
static inline void kvm_give_up(struct kvm_channel *channel)
{
	if (!ioregionfd_kvm_give_up(&channel->kvm, channel->socket.out)) {
		channel->socket.out_frames = 1;
		frame_socket_flush(&channel->socket);
	}
	kvm_close(channel, "closed by the user");
}

static inline void kvm_expire(struct kvm_channel *channel, long long now_millis)
{
	long long deadline = kvm_deadline(channel);

	if (deadline == KVM_NO_DEADLINE || now_millis < deadline)
		return;
	/* [KST-005] the handshake, else an access that nobody answered */
	if (!ioregionfd_kvm_deadline(&channel->kvm))
		ioregionfd_kvm_fail(&channel->kvm, NULL, 0, 0);
	kvm_close(channel, "no answer within the deadline");
}

#endif
