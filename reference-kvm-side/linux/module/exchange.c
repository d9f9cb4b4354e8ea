// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The KVM side of one channel: the handshake, which is the state machine of
 * spec/c/ioregionfd_state.h, and accesses that are begun in order, sent when they
 * may be, and ended by a response, a deadline or a failure, each exactly once.
 *
 * All that happens, happens in ior_channel_advance(), under the channel's lock and
 * without blocking: in the thread that begins an access, in one that waits for an
 * access and leads, or else in the work `arrival`.
 */
#include "internal.h"

/* ---- the end of handshake and channel ---- */

bool ior_channel_settled(struct ior_channel *channel)
{
	enum ioregionfd_kvm_state state = READ_ONCE(channel->kvm.state);

	return state == IOREGIONFD_KVM_OPEN || state == IOREGIONFD_KVM_LEGACY ||
	       state == IOREGIONFD_KVM_FAILED;
}

static void end_handshake(struct ior_channel *channel)
{
	channel->handshake_deadline = 0;
	channel->negotiating = false;
	wake_up_all(&channel->settled);
}

/* [FAI-001] The channel has failed, and everything that was under way ends. */
void ior_channel_fail(struct ior_channel *channel, int error)
{
	unsigned int written = sizeof(channel->wire.sending) - channel->wire.unsent_bytes;
	struct ior_access *access, *next;

	channel->error = error;
	ior_wire_shut_down(&channel->wire);
	list_for_each_entry_safe(access, next, &channel->sent, link)
		ior_access_end(channel, access, IOREGIONFD_END_MAYBE_EXECUTED);
	list_for_each_entry_safe(access, next, &channel->waiting, link)
		ior_access_end(channel, access, access->progress == IOR_SENDING && written ?
			   IOREGIONFD_END_MAYBE_EXECUTED : IOREGIONFD_END_NOT_SENT);
	end_handshake(channel);
}

static void fail_by_clause(struct ior_channel *channel, const char *clause)
{
	ioregionfd_kvm_fail(&channel->kvm, clause, 0, channel->wire.received.bytes[0]);
	ior_channel_fail(channel, EPROTO);
}

/* ---- receiving ---- */

/* The access that the response may answer, or NULL. */
static struct ior_access *answered(struct ior_channel *channel)
{
	const struct ioregionfd_hs_agreement *agreed = &channel->kvm.agreed;
	u32 tag = ioregionfd_hs_get32(channel->wire.received.response_tagged.tag);
	struct ior_access *access;

	list_for_each_entry(access, &channel->sent, link) {
		if (agreed->version != IOREGIONFD_HS_VERSION_TAGGED || access->command.tag == tag)
			return access;
		/* [V2-005] in order, it can only be the oldest */
		if (!(agreed->features & IOREGIONFD_HS_FEATURE_OUT_OF_ORDER))
			return NULL;
	}
	return NULL;
}

static void take_response(struct ior_channel *channel)
{
	const union ioregionfd_hs_frame *received = &channel->wire.received;
	struct ior_access *access = answered(channel);
	u16 status = 0;

	if (!access) {	/* [FAI-003] */
		ioregionfd_kvm_fail(&channel->kvm, "V2-005", 8,
				    ioregionfd_hs_get32(received->response_tagged.tag));
		ior_channel_fail(channel, EPROTO);
		return;
	}
	if (channel->kvm.agreed.version == IOREGIONFD_HS_VERSION_TAGGED)
		status = ioregionfd_hs_get16(received->response_tagged.status);
	ior_access_complete(channel, access, ioregionfd_hs_get64(received->response.data), status);
}

/* [HEL-004] [KST-007] The READ that carried the HELLO is the only one that was sent. */
static void take_value(struct ior_channel *channel)
{
	struct ior_access *access;

	access = list_first_entry_or_null(&channel->sent, struct ior_access, link);
	if (access)
		ior_access_complete(channel, access, channel->kvm.value, 0);
	channel->handshake_deadline = 0;
}

static void take_frame(struct ior_channel *channel)
{
	struct ior_wire *wire = &channel->wire;
	struct ioregionfd_kvm *kvm = &channel->kvm;

	switch (ioregionfd_kvm_receive(kvm, &wire->received, &wire->sending)) {
	case IOREGIONFD_KVM_RESPONSE:
		take_response(channel);
		break;
	case IOREGIONFD_KVM_VALUE:
		take_value(channel);
		if (kvm->state == IOREGIONFD_KVM_LEGACY)
			end_handshake(channel);
		break;
	case IOREGIONFD_KVM_VALUE_AND_ABORT:
		wire->unsent_bytes = sizeof(wire->sending);
		ior_wire_flush(wire);
		take_value(channel);
		ior_channel_fail(channel, ECONNREFUSED);	/* [ABT-002] */
		break;
	case IOREGIONFD_KVM_OPENED:
		end_handshake(channel);
		break;
	case IOREGIONFD_KVM_FAIL:
		ior_channel_fail(channel, kvm->has_reason ? ECONNREFUSED : EPROTO);
		break;
	}
}

/* The clause that D breaks by sending anything now, or NULL. */
static const char *unexpected(const struct ior_channel *channel)
{
	enum ioregionfd_kvm_state state = channel->kvm.state;

	/* a HELLO or a SELECT that is not out yet has no answer */
	if (channel->wire.unsent_bytes &&
	    (state == IOREGIONFD_KVM_HELLO_SENT || state == IOREGIONFD_KVM_SELECT_SENT))
		return "CHN-006";
	return ioregionfd_kvm_unexpected(&channel->kvm);
}

/* Takes in all that has come. */
static void receive(struct ior_channel *channel)
{
	struct ior_wire *wire = &channel->wire;
	const char *broken;
	enum ior_got got;

	while (channel->kvm.state != IOREGIONFD_KVM_FAILED) {
		got = ior_wire_receive(wire);
		/* [KST-001] [KST-009] one byte is enough */
		broken = got == IOR_GOT_WHOLE || wire->received_bytes ? unexpected(channel) : NULL;
		if (broken) {
			fail_by_clause(channel, broken);
		} else if (got == IOR_GOT_WHOLE) {
			take_frame(channel);
		} else if (got == IOR_GOT_ENDED) {
			ioregionfd_kvm_ended(&channel->kvm, wire->broken);
			ior_channel_fail(channel, wire->broken ? EPROTO : ECONNRESET);
		} else {
			return;
		}
	}
}

/* ---- sending ---- */

/* Writes what is queued; an access whose command is out is sent. */
static void transmit(struct ior_channel *channel)
{
	struct ioregionfd_kvm *kvm = &channel->kvm;
	struct ior_access *access;

	if (kvm->state == IOREGIONFD_KVM_FAILED)
		return;
	if (ior_wire_flush(&channel->wire)) {
		receive(channel);	/* [CHN-008] first what can still be read, a REJECT say */
		if (kvm->state == IOREGIONFD_KVM_FAILED)
			return;
		ioregionfd_kvm_ended(kvm, NULL);
		ior_channel_fail(channel, ECONNRESET);
		return;
	}
	access = list_first_entry_or_null(&channel->waiting, struct ior_access, link);
	if (channel->wire.unsent_bytes || !access || access->progress != IOR_SENDING)
		return;
	access->progress = IOR_SENT;
	if (kvm->state != IOREGIONFD_KVM_HELLO_SENT)
		ioregionfd_kvm_sent(kvm, &access->command);
	if (access->command.response_wanted) {
		access->posted_before = channel->posted;
		list_move_tail(&access->link, &channel->sent);
	} else {
		channel->posted++;
		ior_access_complete(channel, access, 0, 0);
	}
}

/* Whether a WRITE without a response is allowed; version 0 has some of its own [V1-002]. */
static bool may_post(const struct ioregionfd_hs_agreement *agreed)
{
	return agreed->version == IOREGIONFD_HS_VERSION_LEGACY ||
	       agreed->features & IOREGIONFD_HS_FEATURE_POSTED_WRITES;
}

static bool wants_response(const struct ior_channel *channel, const struct ior_access *access)
{
	return access->posting == IOR_ANSWERED ||
	       (access->posting == IOR_POSTED_IF_AGREED && !may_post(&channel->kvm.agreed));
}

/* Whether the command can never be sent here. */
static bool is_forbidden(const struct ior_channel *channel, const struct ior_access *access)
{
	const struct ioregionfd_hs_agreement *agreed = &channel->kvm.agreed;

	if (ioregionfd_kvm_never_sends(&channel->kvm, &access->command))	/* [V0-004] */
		return true;
	if (access->command.op == IOREGIONFD_HS_OP_FENCE &&			/* [FEA-002] */
	    !(agreed->features & IOREGIONFD_HS_FEATURE_FENCE))
		return true;
	if (access->posting == IOR_POSTED_ONLY && !may_post(agreed))
		return true;
	return !channel->wire.in && wants_response(channel, access);
}

/* [V2-002] */
static u32 unused_tag(struct ior_channel *channel)
{
	struct ior_access *access;

again:
	if (!++channel->tag)
		channel->tag++;
	list_for_each_entry(access, &channel->sent, link)
		if (access->command.tag == channel->tag)
			goto again;
	return channel->tag;
}

/* Queues the access's frame, the first READ's as a HELLO: -1 where it has to wait. */
static int queue_access(struct ior_channel *channel, struct ior_access *access)
{
	struct ioregionfd_kvm *kvm = &channel->kvm;
	union ioregionfd_hs_frame *out = &channel->wire.sending;
	struct ioregionfd_hs_command command;

	access->command.response_wanted = wants_response(channel, access);
	command = access->command;
	command.version = kvm->agreed.version;
	if (command.version != IOREGIONFD_HS_VERSION_TAGGED)
		command.op = command.op == IOREGIONFD_HS_OP_READ ? IOREGIONFD_HS_CMD_READ
								 : IOREGIONFD_HS_CMD_WRITE;
	if (kvm->state == IOREGIONFD_KVM_IDLE && kvm->config.policy != IOREGIONFD_KVM_OFF &&
	    command.op == IOREGIONFD_HS_CMD_READ)
		return ioregionfd_kvm_hello(kvm, &command, out);
	if (!ioregionfd_kvm_may_send(kvm, &command))
		return -1;
	/* [WIN-001] */
	if (command.response_wanted && kvm->unanswered >= kvm->agreed.max_inflight)
		return -1;
	if (command.response_wanted && command.version == IOREGIONFD_HS_VERSION_TAGGED)
		access->command.tag = command.tag = unused_tag(channel);
	ioregionfd_hs_put_command(out, kvm->agreed.layout, &command);
	return 0;
}

/* Queues a detached HELLO or a SELECT: -1 where neither is to be sent. */
static int queue_handshake(struct ior_channel *channel)
{
	struct ioregionfd_kvm *kvm = &channel->kvm;
	struct ior_region *region;

	if (kvm->state == IOREGIONFD_KVM_OFFERED)
		return ioregionfd_kvm_select(kvm, &channel->wire.sending);
	/* [HEL-005] */
	region = list_first_entry_or_null(&channel->regions, struct ior_region, of_channel);
	kvm->config.user_data = region ? region->user_data : 0;
	return ioregionfd_kvm_hello(kvm, NULL, &channel->wire.sending);
}

static void begin_sending(struct ior_channel *channel, struct ior_access *access)
{
	unsigned long patience = channel->access_patience;

	if (!patience && access->command.op != IOREGIONFD_HS_OP_READ)
		patience = msecs_to_jiffies(IOR_ACCESS_DEADLINE_MS);
	access->progress = IOR_SENDING;
	access->deadline = patience ? (jiffies + patience) | 1 : 0;
}

/* Queues the next frame: -1 where nothing can go out now. */
static int queue_next(struct ior_channel *channel)
{
	struct ioregionfd_kvm *kvm = &channel->kvm;
	struct ior_access *access;

	for (;;) {
		access = list_first_entry_or_null(&channel->waiting, struct ior_access, link);
		if (!access && !channel->negotiating)
			return -1;
		/* [HEL-003] [SEL-005] */
		if (kvm->state == IOREGIONFD_KVM_HELLO_SENT ||
		    kvm->state == IOREGIONFD_KVM_SELECT_SENT)
			return -1;
		if (access && kvm->state != IOREGIONFD_KVM_OFFERED &&
		    is_forbidden(channel, access)) {
			ior_access_end(channel, access, IOREGIONFD_END_NOT_SENT);
			continue;
		}
		if (!queue_handshake(channel)) {
			channel->handshake_deadline = (jiffies + channel->handshake_patience) | 1;
			return 0;
		}
		if (!access || queue_access(channel, access))
			return -1;
		begin_sending(channel, access);
		return 0;
	}
}

/* ---- all of it ---- */

/* Takes in what has come, then sends what may be sent: the handshake, and accesses in order. */
void ior_channel_advance(struct ior_channel *channel)
{
	WRITE_ONCE(channel->ready, false);
	smp_mb();	/* what comes from here on sets it again */
	receive(channel);
	transmit(channel);
	while (channel->kvm.state != IOREGIONFD_KVM_FAILED && !channel->wire.unsent_bytes &&
	       !queue_next(channel)) {
		channel->wire.unsent_bytes = sizeof(channel->wire.sending);
		transmit(channel);
		receive(channel);	/* [WIN-002] */
	}
	ior_channel_set_timer(channel);
}

void ior_channel_arrived(struct work_struct *work)
{
	struct ior_channel *channel = container_of(work, struct ior_channel, arrival);

	mutex_lock(&channel->lock);
	ior_channel_advance(channel);
	mutex_unlock(&channel->lock);
}

void ior_exchange_init(struct ior_channel *channel)
{
	INIT_WORK(&channel->arrival, ior_channel_arrived);
	INIT_DELAYED_WORK(&channel->expiry, ior_channel_expired);
	INIT_LIST_HEAD(&channel->waiting);
	INIT_LIST_HEAD(&channel->sent);
	INIT_LIST_HEAD(&channel->regions);
	init_waitqueue_head(&channel->settled);
	spin_lock_init(&channel->lead_lock);
	mutex_init(&channel->lock);
}

void ior_channel_negotiate(struct ior_channel *channel)
{
	mutex_lock(&channel->lock);
	if (!ior_channel_settled(channel))
		channel->negotiating = true;
	ior_channel_advance(channel);
	mutex_unlock(&channel->lock);
}

/* The user wants no more. */
void ior_channel_give_up(struct ior_channel *channel)
{
	struct ior_wire *wire = &channel->wire;

	mutex_lock(&channel->lock);
	receive(channel);	/* [KST-009] [ABT-001] no ABORT where it has failed by now */
	if (channel->kvm.state != IOREGIONFD_KVM_FAILED) {
		if (!ioregionfd_kvm_give_up(&channel->kvm, &wire->sending)) {
			wire->unsent_bytes = sizeof(wire->sending);
			ior_wire_flush(wire);	/* [ABT-004] */
		}
		ior_channel_fail(channel, ECANCELED);
	}
	mutex_unlock(&channel->lock);
}
