/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The two state machines of the handshake (spec/handshake.md, sections 6.1 and 6.2). No I/O, no allocation, no clock: whole
 * frames and events in, frames and reactions out. The caller moves bytes, performs accesses and counts time; it also keeps
 * tags and the window of version 2.
 */
#ifndef _IOREGIONFD_STATE_H
#define _IOREGIONFD_STATE_H

#include "ioregionfd_handshake.h"

/*
 * ---- the device side ----
 *
 *                HELLO/OFFER              SELECT/ACCEPT
 *  UNNEGOTIATED -------------> OFFERED -----------------> OPEN
 *      |                       |  ^  | HELLO/OFFER          |
 *      |                       |  +--+                      | violation,
 *      | wrong frame           | SELECT/REJECT, ABORT,      | end of stream
 *      v                       v unmarked command           v
 *    CLOSED                  CLOSED                       CLOSED
 *
 * Every frame goes to ioregionfd_dev_receive(), which says what to do with it.
 */
/**
 * enum ioregionfd_dev_policy - What a device side's user wants (section 7).
 * @IOREGIONFD_DEV_OFF: version 0, and no frame counts as marked
 * @IOREGIONFD_DEV_ALLOW: negotiate with those who ask, else version 0
 * @IOREGIONFD_DEV_REQUIRE: negotiate, else close
 */
enum ioregionfd_dev_policy {
	IOREGIONFD_DEV_OFF,
	IOREGIONFD_DEV_ALLOW,
	IOREGIONFD_DEV_REQUIRE,
};

/**
 * enum ioregionfd_dev_state - The states of section 6.2.
 * @IOREGIONFD_DEV_UNNEGOTIATED: no HELLO has come
 * @IOREGIONFD_DEV_OFFERED: an OFFER is sent
 * @IOREGIONFD_DEV_OPEN: a version is agreed
 * @IOREGIONFD_DEV_CLOSED: final
 */
enum ioregionfd_dev_state {
	IOREGIONFD_DEV_UNNEGOTIATED,
	IOREGIONFD_DEV_OFFERED,
	IOREGIONFD_DEV_OPEN,
	IOREGIONFD_DEV_CLOSED,
};

/**
 * enum ioregionfd_dev_reaction - What the caller does with a frame that came.
 * @IOREGIONFD_DEV_SERVE: it is a command of agreed.version in agreed.layout: perform it, and answer
 *	it if it asks for that
 * @IOREGIONFD_DEV_READ: it is an attached HELLO: perform its READ as version 0 does, then call
 *	ioregionfd_dev_offer()
 * @IOREGIONFD_DEV_SEND: send `out`
 * @IOREGIONFD_DEV_REJECT: send `out`, shut down sending, discard until EOF or for 1 s, then close
 *	[REJ-001]
 * @IOREGIONFD_DEV_CLOSE: close without a frame
 * @IOREGIONFD_DEV_DISCARD: nothing, as after a REJECT or a close [DST-007]
 */
enum ioregionfd_dev_reaction {
	IOREGIONFD_DEV_SERVE,
	IOREGIONFD_DEV_READ,
	IOREGIONFD_DEV_SEND,
	IOREGIONFD_DEV_REJECT,
	IOREGIONFD_DEV_CLOSE,
	IOREGIONFD_DEV_DISCARD,
};

/**
 * struct ioregionfd_dev_config - What a device side offers.
 * @features: supported
 * @required_features: a SELECT without them is rejected
 * @grease_features: bits 48..62, or 0 [GRS-001]
 * @versions: supported, bits 1..23
 * @grease_versions: bits 24..31, or 0 [GRS-001]
 * @policy: what the user wants
 * @max_inflight: the window that version 2 is granted, at least 1
 * @layout: of unmarked commands of version 0
 */
struct ioregionfd_dev_config {
	__u64 features;
	__u64 required_features;
	__u64 grease_features;
	__u32 versions;
	__u32 grease_versions;
	enum ioregionfd_dev_policy policy;
	__u16 max_inflight;
	__u16 layout;
};

/**
 * struct ioregionfd_dev - The device side of a channel.
 * @config: what it offers
 * @agreed: what is agreed, in OPEN
 * @violation: why it is CLOSED; its clause is IOREGIONFD_HS_NONE where nobody is at fault
 * @hello: the last HELLO
 * @state: where the handshake is
 * @digest: over the frames of the handshake so far
 */
struct ioregionfd_dev {
	struct ioregionfd_dev_config config;
	struct ioregionfd_hs_agreement agreed;
	struct ioregionfd_hs_violation violation;
	union ioregionfd_hs_frame hello;
	enum ioregionfd_dev_state state;
	__u32 digest;
};

/**
 * ioregionfd_dev_init() - Begin a channel.
 * @dev: filled in
 * @config: what the user wants
 */
static __inline__ void ioregionfd_dev_init(struct ioregionfd_dev *dev,
					   const struct ioregionfd_dev_config *config)
{
	dev->config = *config;
	dev->agreed.features = 0;
	dev->agreed.version = IOREGIONFD_HS_VERSION_LEGACY;
	dev->agreed.max_inflight = 1;
	dev->agreed.layout = config->layout;
	ioregionfd_hs_violated(&dev->violation, IOREGIONFD_HS_NONE, 0, 0);
	ioregionfd_hs_clear(&dev->hello);
	dev->digest = 0;
	/* under OFF there is one state, and it is version 0 */
	dev->state = config->policy == IOREGIONFD_DEV_OFF ? IOREGIONFD_DEV_OPEN
							  : IOREGIONFD_DEV_UNNEGOTIATED;
}

/**
 * ioregionfd_dev_close() - Close a channel for a reason of the caller.
 * @dev: the device side
 * @clause: the clause that is broken, or IOREGIONFD_HS_NONE
 * @offset: the first byte of the field that is wrong
 * @seen: what stands there
 *
 * The reason is in violation.
 *
 * Return: IOREGIONFD_DEV_CLOSE
 */
static __inline__ enum ioregionfd_dev_reaction
ioregionfd_dev_close(struct ioregionfd_dev *dev, const char *clause, unsigned long offset,
		     __u64 seen)
{
	dev->state = IOREGIONFD_DEV_CLOSED;
	ioregionfd_hs_violated(&dev->violation, clause, offset, seen);
	return IOREGIONFD_DEV_CLOSE;
}

/**
 * ioregionfd_dev_ended() - The stream has ended, or failed [CHN-008].
 * @dev: the device side
 * @broken: IOREGIONFD_HS_NONE; CHN-004 where the end came within a frame; CHN-005 where a record is no
 *	frame
 */
static __inline__ void ioregionfd_dev_ended(struct ioregionfd_dev *dev, const char *broken)
{
	if (dev->state != IOREGIONFD_DEV_CLOSED)
		ioregionfd_dev_close(dev, broken, 0, 0);
}

/* [OFR-004] without the grease: these can be selected */
static __inline__ __u32 ioregionfd_dev_versions(const struct ioregionfd_dev *dev)
{
	__u32 versions = dev->config.versions & IOREGIONFD_HS_VERSIONS_ASSIGNABLE;

	if (dev->config.policy == IOREGIONFD_DEV_ALLOW)
		versions |= IOREGIONFD_HS_VERSIONS_LEGACY;
	return versions;
}

/* [OFR-006] */
static __inline__ __u16 ioregionfd_dev_window(const struct ioregionfd_dev *dev)
{
	return dev->config.versions >> IOREGIONFD_HS_VERSION_TAGGED & 1 ? dev->config.max_inflight : 1;
}

/**
 * ioregionfd_dev_offer() - Make the OFFER [OFR-008].
 * @dev: the device side
 * @value: what a version-0 response to the HELLO's READ would hold [OFR-003]
 * @out: room for a frame to send
 *
 * Only after IOREGIONFD_DEV_READ.
 */
static __inline__ void ioregionfd_dev_offer(struct ioregionfd_dev *dev, __u64 value,
					    union ioregionfd_hs_frame *out)
{
	__u64 features = dev->config.features;
	__u32 versions = ioregionfd_dev_versions(dev);

	/* [GRS-001] none under REQUIRE */
	if (dev->config.policy != IOREGIONFD_DEV_REQUIRE) {
		features |= dev->config.grease_features & IOREGIONFD_HS_FEATURES_GREASE;
		versions |= dev->config.grease_versions & IOREGIONFD_HS_VERSIONS_GREASE;
	}
	ioregionfd_hs_put_offer(out, value, ioregionfd_dev_window(dev), features, versions,
				dev->hello.hello.nonce); /* [OFR-002] */
	/* [DST-004] a second HELLO is a new start: nothing of the first is kept */
	dev->digest = ioregionfd_hs_digest_add(0, &dev->hello);
	dev->digest = ioregionfd_hs_digest_add(dev->digest, out);
}

static __inline__ enum ioregionfd_dev_reaction
ioregionfd_dev_hello(struct ioregionfd_dev *dev, const union ioregionfd_hs_frame *in,
		     union ioregionfd_hs_frame *out)
{
	dev->hello = *in; /* [HEL-013] its `data` count in the digest alone */
	dev->agreed.layout = ioregionfd_hs_hello_layout(in); /* [HEL-010] */
	dev->state = IOREGIONFD_DEV_OFFERED;
	/* [HEL-011] an attached HELLO is an access [HEL-012] a detached one is none */
	if (ioregionfd_hs_get64(in->hello.offset) != IOREGIONFD_HS_HELLO_OFFSET)
		return IOREGIONFD_DEV_READ;
	ioregionfd_dev_offer(dev, 0, out);
	return IOREGIONFD_DEV_SEND;
}

static __inline__ enum ioregionfd_dev_reaction
ioregionfd_dev_reject(struct ioregionfd_dev *dev, __u16 reason, __u64 detail,
		      union ioregionfd_hs_frame *out)
{
	dev->state = IOREGIONFD_DEV_CLOSED;
	ioregionfd_hs_put_reject(out, reason, detail);
	return IOREGIONFD_DEV_REJECT;
}

/*
 * [SEL-013] .. [SEL-017] in this order: the reason to reject, or 0. The detail of
 * each but BAD_WINDOW is what was wrong, and stands in violation.seen.
 */
static __inline__ __u16 ioregionfd_dev_judge(struct ioregionfd_dev *dev,
					     const struct ioregionfd_hs_agreement *asked)
{
	__u64 wrong;

	/* versions() holds no bit above 23 */
	if (asked->version > 23 || !(ioregionfd_dev_versions(dev) >> asked->version & 1)) {
		ioregionfd_hs_violated(&dev->violation, "SEL-013", 8, asked->version);
		return IOREGIONFD_HS_REASON_VERSION_NOT_OFFERED;
	}
	if (!asked->max_inflight ||
	    asked->max_inflight > ioregionfd_hs_window_of(asked->version, ioregionfd_dev_window(dev))) {
		ioregionfd_hs_violated(&dev->violation, "SEL-014", 10, asked->max_inflight);
		return IOREGIONFD_HS_REASON_BAD_WINDOW;
	}
	wrong = asked->features & ~dev->config.features;
	if (wrong) {
		ioregionfd_hs_violated(&dev->violation, "SEL-015", 16, wrong);
		return IOREGIONFD_HS_REASON_FEATURE_NOT_OFFERED;
	}
	wrong = asked->features & ~ioregionfd_hs_features_of(asked->version);
	if (wrong) {
		ioregionfd_hs_violated(&dev->violation, "SEL-016", 16, wrong);
		return IOREGIONFD_HS_REASON_FEATURE_DEPENDENCY;
	}
	wrong = dev->config.required_features & ~asked->features;
	if (wrong) {
		ioregionfd_hs_violated(&dev->violation, "SEL-017", 16, wrong);
		return IOREGIONFD_HS_REASON_REQUIRED_FEATURE_MISSING;
	}
	return 0;
}

static __inline__ enum ioregionfd_dev_reaction
ioregionfd_dev_select(struct ioregionfd_dev *dev, const union ioregionfd_hs_frame *in,
		      union ioregionfd_hs_frame *out)
{
	__u32 digest = ioregionfd_hs_digest_seal(dev->digest, in);
	struct ioregionfd_hs_agreement asked;
	__u64 detail;
	__u16 reason;

	asked.features = ioregionfd_hs_get64(in->select.features);
	asked.version = ioregionfd_hs_get16(in->select.version);
	asked.max_inflight = ioregionfd_hs_get16(in->select.max_inflight);
	asked.layout = dev->agreed.layout;
	if (ioregionfd_hs_get32(in->select.digest) != digest) {
		ioregionfd_hs_violated(&dev->violation, "SEL-012", IOREGIONFD_HS_DIGEST_OFFSET,
				       ioregionfd_hs_get32(in->select.digest));
		return ioregionfd_dev_reject(dev, IOREGIONFD_HS_REASON_DIGEST_MISMATCH, digest, out);
	}
	reason = ioregionfd_dev_judge(dev, &asked);
	if (reason) {
		detail = dev->violation.seen;
		if (reason == IOREGIONFD_HS_REASON_BAD_WINDOW)
			detail = ioregionfd_hs_window_of(asked.version, ioregionfd_dev_window(dev));
		return ioregionfd_dev_reject(dev, reason, detail, out);
	}
	/* [ACC-001] */
	dev->digest = ioregionfd_hs_put_accept(out, &asked, digest);
	dev->agreed = asked;
	dev->state = IOREGIONFD_DEV_OPEN;
	return IOREGIONFD_DEV_SEND;
}

/* An unmarked command, or any under OFF, where version 0 is spoken. */
static __inline__ enum ioregionfd_dev_reaction
ioregionfd_dev_legacy(struct ioregionfd_dev *dev, const union ioregionfd_hs_frame *in)
{
	struct ioregionfd_hs_command command;

	ioregionfd_hs_get_command(in, IOREGIONFD_HS_VERSION_LEGACY, dev->agreed.layout, &command);
	if (command.op > IOREGIONFD_HS_CMD_WRITE)
		return ioregionfd_dev_close(dev, "V0-015", 0, command.op);
	/* [DST-003] a HELLO that lost its marker [V0-017] but not once version 0 is agreed */
	if (dev->state == IOREGIONFD_DEV_UNNEGOTIATED && command.op == IOREGIONFD_HS_CMD_READ &&
	    command.offset == IOREGIONFD_HS_HELLO_OFFSET)
		return ioregionfd_dev_close(dev, "DST-003", 16, command.offset);
	return IOREGIONFD_DEV_SERVE;
}

static __inline__ enum ioregionfd_dev_reaction
ioregionfd_dev_unnegotiated(struct ioregionfd_dev *dev, const union ioregionfd_hs_frame *in,
			    union ioregionfd_hs_frame *out)
{
	struct ioregionfd_hs_violation unused;

	if (ioregionfd_hs_command_is_marked(in)) {
		if (ioregionfd_hs_check_from_kvm(in, &unused) == IOREGIONFD_HS_KIND_HELLO)
			return ioregionfd_dev_hello(dev, in, out);
		return ioregionfd_dev_close(dev, "DST-002", IOREGIONFD_HS_COMMAND_KIND,
					    in->hello.kind);
	}
	if (dev->config.policy == IOREGIONFD_DEV_REQUIRE)
		return ioregionfd_dev_close(dev, "POL-004", IOREGIONFD_HS_COMMAND_MARKER,
					    in->hello.marker[0]);
	return ioregionfd_dev_legacy(dev, in);
}

static __inline__ enum ioregionfd_dev_reaction
ioregionfd_dev_offered(struct ioregionfd_dev *dev, const union ioregionfd_hs_frame *in,
		       union ioregionfd_hs_frame *out)
{
	/* [DST-005] [REJ-003] no REJECT: K could take it for guest data */
	if (!ioregionfd_hs_command_is_marked(in))
		return ioregionfd_dev_close(dev, "DST-005", IOREGIONFD_HS_COMMAND_MARKER,
					    in->hello.marker[0]);
	switch (ioregionfd_hs_check_from_kvm(in, &dev->violation)) {
	case IOREGIONFD_HS_KIND_HELLO:
		return ioregionfd_dev_hello(dev, in, out);
	case IOREGIONFD_HS_KIND_SELECT:
		return ioregionfd_dev_select(dev, in, out);
	case IOREGIONFD_HS_KIND_ABORT:
		return ioregionfd_dev_close(dev, "ABT-003", 8,
					    ioregionfd_hs_get16(in->abort.reason));
	default:
		break;
	}
	/* [SEL-011] a SELECT's reserved byte [SEL-010] else a frame that has no place here */
	if (dev->violation.offset != IOREGIONFD_HS_COMMAND_KIND)
		return ioregionfd_dev_reject(dev, IOREGIONFD_HS_REASON_RESERVED_NOT_ZERO,
					     dev->violation.offset, out);
	return ioregionfd_dev_reject(dev, IOREGIONFD_HS_REASON_UNEXPECTED_FRAME,
				     in->hello.kind, out);
}

static __inline__ enum ioregionfd_dev_reaction
ioregionfd_dev_open(struct ioregionfd_dev *dev, const union ioregionfd_hs_frame *in)
{
	int broken;

	if (dev->agreed.version == IOREGIONFD_HS_VERSION_LEGACY) {
		/* [V0-017] and [POL-005]: under OFF no frame counts as marked */
		if (dev->config.policy != IOREGIONFD_DEV_OFF && ioregionfd_hs_command_is_marked(in))
			return ioregionfd_dev_close(dev, "V0-017", IOREGIONFD_HS_COMMAND_KIND,
						    in->hello.kind);
		return ioregionfd_dev_legacy(dev, in);
	}
	if (dev->agreed.version == IOREGIONFD_HS_VERSION_EXACT)
		broken = ioregionfd_hs_check_exact(in, dev->agreed.features, &dev->violation);
	else
		broken = ioregionfd_hs_check_tagged(in, dev->agreed.features, &dev->violation);
	if (!broken)
		return IOREGIONFD_DEV_SERVE;
	dev->state = IOREGIONFD_DEV_CLOSED;
	return IOREGIONFD_DEV_CLOSE;
}

/**
 * ioregionfd_dev_receive() - Give a whole frame from K to the machine.
 * @dev: the device side
 * @in: the frame that came
 * @out: room for a frame to send; see the reaction
 *
 * Return: what the caller has to do
 */
static __inline__ enum ioregionfd_dev_reaction
ioregionfd_dev_receive(struct ioregionfd_dev *dev, const union ioregionfd_hs_frame *in,
		       union ioregionfd_hs_frame *out)
{
	switch (dev->state) {
	case IOREGIONFD_DEV_UNNEGOTIATED:
		return ioregionfd_dev_unnegotiated(dev, in, out);
	case IOREGIONFD_DEV_OFFERED:
		return ioregionfd_dev_offered(dev, in, out);
	case IOREGIONFD_DEV_OPEN:
		return ioregionfd_dev_open(dev, in);
	case IOREGIONFD_DEV_CLOSED:
		break;
	}
	return IOREGIONFD_DEV_DISCARD;
}

/*
 * ---- the KVM side ----
 *
 *         HELLO              OFFER              SELECT               ACCEPT
 *  IDLE ------------> HELLO_SENT ----> OFFERED -------------> SELECT_SENT -----> OPEN
 *    | OFF               | no marker     | not acceptable:      | REJECT,
 *    +-----> LEGACY <----+ (PREFER)      v ABORT                v deadline, junk
 *                                      FAILED                 FAILED
 *
 * Init, then a HELLO unless the policy is OFF; every frame from D goes to
 * ioregionfd_kvm_receive(); SELECT when the channel is next used. Commands go
 * out where ioregionfd_kvm_may_send() says so, and ioregionfd_kvm_sent() is told.
 */
/**
 * enum ioregionfd_kvm_policy - What a KVM side's user wants (section 7).
 * @IOREGIONFD_KVM_OFF: version 0, no HELLO
 * @IOREGIONFD_KVM_PREFER: negotiate, else version 0
 * @IOREGIONFD_KVM_REQUIRE: negotiate, else fail
 */
enum ioregionfd_kvm_policy {
	IOREGIONFD_KVM_OFF,
	IOREGIONFD_KVM_PREFER,
	IOREGIONFD_KVM_REQUIRE,
};

/**
 * enum ioregionfd_kvm_hello_mode - How the HELLO is sent.
 * @IOREGIONFD_KVM_ATTACHED: the first READ carries it
 * @IOREGIONFD_KVM_DETACHED: it goes before the first command
 */
enum ioregionfd_kvm_hello_mode {
	IOREGIONFD_KVM_ATTACHED,
	IOREGIONFD_KVM_DETACHED,
};

/**
 * enum ioregionfd_kvm_state - The states of section 6.1.
 * @IOREGIONFD_KVM_IDLE: no HELLO is sent
 * @IOREGIONFD_KVM_HELLO_SENT: an OFFER or a plain response is awaited
 * @IOREGIONFD_KVM_OFFERED: an acceptable OFFER has come
 * @IOREGIONFD_KVM_SELECT_SENT: an ACCEPT or a REJECT is awaited
 * @IOREGIONFD_KVM_OPEN: a version is agreed
 * @IOREGIONFD_KVM_LEGACY: version 0, with a device that knows no handshake
 * @IOREGIONFD_KVM_FAILED: final
 */
enum ioregionfd_kvm_state {
	IOREGIONFD_KVM_IDLE,
	IOREGIONFD_KVM_HELLO_SENT,
	IOREGIONFD_KVM_OFFERED,
	IOREGIONFD_KVM_SELECT_SENT,
	IOREGIONFD_KVM_OPEN,
	IOREGIONFD_KVM_LEGACY,
	IOREGIONFD_KVM_FAILED,
};

/**
 * enum ioregionfd_kvm_reaction - What the caller does with a frame that came.
 * @IOREGIONFD_KVM_RESPONSE: it is a response of agreed.version to a command that was sent
 * @IOREGIONFD_KVM_VALUE: the HELLO is answered: `value` completes the READ that carried it [HEL-004]
 * @IOREGIONFD_KVM_VALUE_AND_ABORT: as VALUE; besides, send `out`, an ABORT, then close [KST-007]
 * @IOREGIONFD_KVM_OPENED: the ACCEPT has come
 * @IOREGIONFD_KVM_FAIL: close without a frame
 */
enum ioregionfd_kvm_reaction {
	IOREGIONFD_KVM_RESPONSE,
	IOREGIONFD_KVM_VALUE,
	IOREGIONFD_KVM_VALUE_AND_ABORT,
	IOREGIONFD_KVM_OPENED,
	IOREGIONFD_KVM_FAIL,
};

/**
 * struct ioregionfd_kvm_config - What a KVM side's user allows.
 * @features: allowed
 * @required_features: the channel fails without them
 * @user_data: of a registered region for a detached HELLO, else 0 [HEL-005]
 * @pin: the agreement of a record; its max_inflight is 0 where there is no pin
 * @policy: what the user wants
 * @hello: how the HELLO is sent
 * @versions: allowed, bits 1..23
 * @max_inflight: the window to ask for, at least 1
 * @layout: of commands of version 0
 * @nonce: new and unpredictable for each HELLO [HEL-006]
 */
struct ioregionfd_kvm_config {
	__u64 features;
	__u64 required_features;
	__u64 user_data;
	struct ioregionfd_hs_agreement pin;
	enum ioregionfd_kvm_policy policy;
	enum ioregionfd_kvm_hello_mode hello;
	__u32 versions;
	__u16 max_inflight;
	__u8 layout;
	__u8 nonce;
};

/**
 * struct ioregionfd_kvm - The KVM side of a channel.
 * @config: what its user allows; a pin has changed it
 * @agreed: from OFFERED on what is selected
 * @violation: why it FAILED; its clause is IOREGIONFD_HS_NONE where D is not at fault
 * @offer: the OFFER as it came, also what K ignores, for K's user [OFR-011]
 * @value: of the READ that carried the HELLO
 * @detail: belongs to @reason
 * @state: where the handshake is
 * @digest: over the frames of the handshake so far
 * @unanswered: how many commands were sent that want a response
 * @reason: of the REJECT that came or the ABORT that goes; any number
 * @has_reason: whether there was one of them
 * @begun: whether a frame was sent
 */
struct ioregionfd_kvm {
	struct ioregionfd_kvm_config config;
	struct ioregionfd_hs_agreement agreed;
	struct ioregionfd_hs_violation violation;
	union ioregionfd_hs_frame offer;
	__u64 value;
	__u64 detail;
	enum ioregionfd_kvm_state state;
	__u32 digest;
	__u32 unanswered;
	__u16 reason;
	__u8 has_reason;
	__u8 begun;
};

/**
 * ioregionfd_kvm_fail() - Fail a channel for a reason of the caller.
 * @kvm: the KVM side
 * @clause: the clause that is broken, or IOREGIONFD_HS_NONE
 * @offset: the first byte of the field that is wrong
 * @seen: what stands there
 *
 * The reason is in violation.
 *
 * Return: IOREGIONFD_KVM_FAIL
 */
static __inline__ enum ioregionfd_kvm_reaction
ioregionfd_kvm_fail(struct ioregionfd_kvm *kvm, const char *clause, unsigned long offset,
		    __u64 seen)
{
	kvm->state = IOREGIONFD_KVM_FAILED;
	ioregionfd_hs_violated(&kvm->violation, clause, offset, seen);
	return IOREGIONFD_KVM_FAIL;
}

/* [CHN-012] */
static __inline__ int ioregionfd_kvm_host_is_big_endian(void)
{
	const __u16 one = 1;

	return *(const __u8 *)&one == 0;
}

/**
 * ioregionfd_kvm_config_error() - Check what the user wants.
 * @config: what the user wants
 *
 * The caller must know whether the channel has a read descriptor, and whether all its users are
 * serialised [CHN-010]. If not, the policy is OFF.
 *
 * Return: IOREGIONFD_HS_NONE, or the clause that forbids it
 */
static __inline__ const char *
ioregionfd_kvm_config_error(const struct ioregionfd_kvm_config *config)
{
	int pinned = config->pin.max_inflight && config->pin.version;

	if (config->policy == IOREGIONFD_KVM_REQUIRE && config->pin.max_inflight && !pinned)
		return "POL-003";
	/* [REC-001] a pin of version 1 or above is REQUIRE */
	if ((pinned || config->policy == IOREGIONFD_KVM_REQUIRE) &&
	    config->hello == IOREGIONFD_KVM_ATTACHED)
		return "POL-003";
	if (config->policy == IOREGIONFD_KVM_REQUIRE &&
	    !(config->versions & IOREGIONFD_HS_VERSIONS_KNOWN))
		return "POL-003";
	/* with a pin, what it holds is what is allowed; one of version 0 holds nothing */
	if (config->required_features &
	    ~(config->pin.max_inflight ? config->pin.features : config->features))
		return "POL-003";
	if (pinned && (config->policy == IOREGIONFD_KVM_OFF ||
		       config->pin.features & ~config->features ||
		       !(config->versions >> config->pin.version & 1)))
		return "POL-003";
	if ((pinned || config->policy != IOREGIONFD_KVM_OFF) && ioregionfd_kvm_host_is_big_endian())
		return "CHN-012";
	return IOREGIONFD_HS_NONE;
}

/**
 * ioregionfd_kvm_init() - Begin a channel.
 * @kvm: filled in
 * @config: what the user wants; ioregionfd_kvm_config_error() allows it
 */
static __inline__ void ioregionfd_kvm_init(struct ioregionfd_kvm *kvm,
					   const struct ioregionfd_kvm_config *config)
{
	const struct ioregionfd_hs_agreement *pin = &config->pin;

	kvm->config = *config;
	if (pin->max_inflight && pin->version) {
		/* [REC-001] exactly the record */
		kvm->config.policy = IOREGIONFD_KVM_REQUIRE;
		kvm->config.versions = 1u << pin->version;
		kvm->config.features = pin->features;
		kvm->config.max_inflight = pin->max_inflight;
	} else if (pin->max_inflight) {
		kvm->config.policy = IOREGIONFD_KVM_OFF;
	}
	kvm->agreed.features = 0;
	kvm->agreed.version = IOREGIONFD_HS_VERSION_LEGACY;
	kvm->agreed.max_inflight = 1;
	kvm->agreed.layout = kvm->config.layout;
	ioregionfd_hs_violated(&kvm->violation, IOREGIONFD_HS_NONE, 0, 0);
	ioregionfd_hs_clear(&kvm->offer);
	kvm->value = 0;
	kvm->detail = 0;
	kvm->digest = 0;
	kvm->unanswered = 0;
	kvm->reason = 0;
	kvm->has_reason = 0;
	kvm->begun = 0;
	kvm->state = IOREGIONFD_KVM_IDLE;
}

/**
 * ioregionfd_kvm_never_sends() - Whether a command can never go out in this state.
 * @kvm: the KVM side
 * @command: the command
 *
 * The caller ends it as "not sent" [V0-004].
 *
 * Return: 1 or 0
 */
static __inline__ int ioregionfd_kvm_never_sends(const struct ioregionfd_kvm *kvm,
						 const struct ioregionfd_hs_command *command)
{
	return command->offset == IOREGIONFD_HS_HELLO_OFFSET &&
	       (kvm->state == IOREGIONFD_KVM_IDLE || kvm->state == IOREGIONFD_KVM_LEGACY);
}

/**
 * ioregionfd_kvm_may_send() - Whether a command may go out now.
 * @kvm: the KVM side
 * @command: the command
 *
 * In version 2 the caller keeps the window [WIN-001].
 *
 * Return: 1 or 0
 */
static __inline__ int ioregionfd_kvm_may_send(const struct ioregionfd_kvm *kvm,
					      const struct ioregionfd_hs_command *command)
{
	int one_at_a_time = kvm->agreed.version != IOREGIONFD_HS_VERSION_TAGGED;

	if (ioregionfd_kvm_never_sends(kvm, command))
		return 0;
	switch (kvm->state) {
	case IOREGIONFD_KVM_IDLE:
		/* [POL-001] under OFF and a pin of version 0 there is no HELLO to wait for */
		if (kvm->config.policy == IOREGIONFD_KVM_OFF)
			return 1;
		/* [KST-010] a WRITE before the READ that will carry the HELLO, and nothing else */
		return kvm->config.hello == IOREGIONFD_KVM_ATTACHED && !kvm->unanswered &&
		       command->op == IOREGIONFD_HS_CMD_WRITE;
	case IOREGIONFD_KVM_OPEN:
	case IOREGIONFD_KVM_LEGACY:
		/* [V0-002] [V1-002] */
		return !(one_at_a_time && kvm->unanswered);
	default:
		return 0;
	}
}

/**
 * ioregionfd_kvm_sent() - A command has gone out.
 * @kvm: the KVM side
 * @command: the command
 */
static __inline__ void ioregionfd_kvm_sent(struct ioregionfd_kvm *kvm,
					   const struct ioregionfd_hs_command *command)
{
	kvm->begun = 1;
	kvm->unanswered += !!command->response_wanted;
	if (kvm->state == IOREGIONFD_KVM_IDLE && kvm->config.policy == IOREGIONFD_KVM_OFF)
		kvm->state = IOREGIONFD_KVM_LEGACY;
}

/**
 * ioregionfd_kvm_hello() - Make the HELLO.
 * @kvm: the KVM side
 * @read: the READ that carries it, as K would send it without a HELLO; a null pointer for a detached one
 * @out: room for a frame to send
 *
 * Return: 0, or -1 where it may not be sent [HEL-003] [HEL-005]
 */
static __inline__ int ioregionfd_kvm_hello(struct ioregionfd_kvm *kvm,
					   const struct ioregionfd_hs_command *read,
					   union ioregionfd_hs_frame *out)
{
	const struct ioregionfd_hs_command detached = {
		kvm->config.user_data, IOREGIONFD_HS_HELLO_OFFSET, 0, 0, IOREGIONFD_HS_CMD_READ, 0,
		1, IOREGIONFD_HS_VERSION_LEGACY
	};

	if (kvm->state != IOREGIONFD_KVM_IDLE || kvm->unanswered ||
	    kvm->config.policy == IOREGIONFD_KVM_OFF ||	/* [POL-001] */
	    (read && ioregionfd_kvm_never_sends(kvm, read)))
		return -1;
	if ((kvm->config.hello == IOREGIONFD_KVM_DETACHED) != !read || (!read && kvm->begun))
		return -1;
	ioregionfd_hs_put_hello(out, kvm->config.layout, read ? read : &detached, kvm->config.nonce);
	kvm->digest = ioregionfd_hs_digest_add(0, out);
	kvm->begun = 1;
	kvm->state = IOREGIONFD_KVM_HELLO_SENT;
	return 0;
}

/* [REC-002] what of the pin the OFFER does not allow */
static __inline__ __u64 ioregionfd_kvm_unpinned(const struct ioregionfd_hs_agreement *pin,
						const union ioregionfd_hs_frame *offer)
{
	__u32 versions = ioregionfd_hs_get32(offer->offer.versions);
	__u64 missing = pin->features & ~ioregionfd_hs_get64(offer->offer.features);

	if (ioregionfd_hs_window_of(pin->version, ioregionfd_hs_get16(offer->offer.max_inflight)) <
	    pin->max_inflight)
		missing |= 1ULL << 63;
	if (!(versions >> pin->version & 1))
		missing |= 1ULL << 62;
	return missing;
}

/* Fills agreed: 0, or the reason of the ABORT, whose detail is then in detail. */
static __inline__ __u16 ioregionfd_kvm_choose(struct ioregionfd_kvm *kvm,
					      const union ioregionfd_hs_frame *offer)
{
	__u16 window = ioregionfd_hs_get16(offer->offer.max_inflight);
	__u32 offered = ioregionfd_hs_get32(offer->offer.versions);
	__u64 features = ioregionfd_hs_get64(offer->offer.features);
	__u32 version = 23;

	kvm->offer = *offer;
	kvm->detail = 0;
	if (window == 0) {
		ioregionfd_hs_violated(&kvm->violation, "OFR-012", 14, window);
		return IOREGIONFD_HS_REASON_BAD_WINDOW;
	}
	if (kvm->config.pin.max_inflight) {
		kvm->detail = ioregionfd_kvm_unpinned(&kvm->config.pin, offer);
		if (kvm->detail)
			return IOREGIONFD_HS_REASON_PIN_UNSATISFIED;
	}
	/* [SEL-001] the highest that is allowed and offered, version 0 under PREFER alone */
	kvm->detail = offered;
	offered &= (kvm->config.versions & IOREGIONFD_HS_VERSIONS_KNOWN) |
		   (kvm->config.policy == IOREGIONFD_KVM_PREFER ? IOREGIONFD_HS_VERSIONS_LEGACY : 0);
	while (version && !(offered >> version & 1))
		version--;
	if (!(offered >> version & 1))
		return IOREGIONFD_HS_REASON_NO_COMMON_VERSION;
	/* [SEL-002] [OFR-011] [GRS-002] only what K knows, though its user may allow all */
	features &= ioregionfd_hs_features_of(version) & kvm->config.features;
	kvm->detail = kvm->config.required_features & ~features;
	if (kvm->detail) /* [SEL-004] */
		return IOREGIONFD_HS_REASON_REQUIRED_FEATURE_MISSING;
	if (window > kvm->config.max_inflight)
		window = kvm->config.max_inflight;
	kvm->agreed.version = version;
	kvm->agreed.features = features;
	kvm->agreed.max_inflight = ioregionfd_hs_window_of(version, window); /* [SEL-003] */
	return 0;
}

/* [REJ-002] reason and detail are for the user, in whatever state a REJECT comes */
static __inline__ void ioregionfd_kvm_rejected(struct ioregionfd_kvm *kvm,
					       const union ioregionfd_hs_frame *in)
{
	kvm->has_reason = 1;
	kvm->reason = ioregionfd_hs_get16(in->reject.reason);
	kvm->detail = ioregionfd_hs_get64(in->reject.detail);
}

static __inline__ enum ioregionfd_kvm_reaction
ioregionfd_kvm_hello_answer(struct ioregionfd_kvm *kvm, const union ioregionfd_hs_frame *in,
			    union ioregionfd_hs_frame *out)
{
	__u16 reason;

	kvm->value = ioregionfd_hs_get64(in->offer.value);
	if (!ioregionfd_hs_response_is_marked(in)) {
		if (kvm->config.policy == IOREGIONFD_KVM_REQUIRE)
			return ioregionfd_kvm_fail(kvm, "KST-003", IOREGIONFD_HS_RESPONSE_MARKER,
						   in->offer.marker[0]);
		kvm->state = IOREGIONFD_KVM_LEGACY; /* [KST-002] */
		return IOREGIONFD_KVM_VALUE;
	}
	if (in->offer.kind == IOREGIONFD_HS_KIND_REJECT)
		ioregionfd_kvm_rejected(kvm, in);
	if (in->offer.kind != IOREGIONFD_HS_KIND_OFFER)
		return ioregionfd_kvm_fail(kvm, "KST-004", IOREGIONFD_HS_RESPONSE_KIND,
					   in->offer.kind);
	if (in->offer.nonce != kvm->config.nonce) /* [OFR-010] and no ABORT [ABT-001] */
		return ioregionfd_kvm_fail(kvm, "OFR-010", 13, in->offer.nonce);
	reason = ioregionfd_kvm_choose(kvm, in);
	if (!reason) {
		kvm->digest = ioregionfd_hs_digest_add(kvm->digest, in);
		kvm->state = IOREGIONFD_KVM_OFFERED;
		return IOREGIONFD_KVM_VALUE;
	}
	kvm->has_reason = 1;
	kvm->reason = reason;
	ioregionfd_hs_put_abort(out, reason, kvm->detail);
	kvm->state = IOREGIONFD_KVM_FAILED; /* [ABT-002] */
	return IOREGIONFD_KVM_VALUE_AND_ABORT;
}

/**
 * ioregionfd_kvm_select() - Make the SELECT.
 * @kvm: the KVM side
 * @out: room for a frame to send
 *
 * Return: 0, or -1 where the state is not OFFERED
 */
static __inline__ int ioregionfd_kvm_select(struct ioregionfd_kvm *kvm,
					    union ioregionfd_hs_frame *out)
{
	if (kvm->state != IOREGIONFD_KVM_OFFERED)
		return -1;
	kvm->digest = ioregionfd_hs_put_select(out, &kvm->agreed, kvm->digest);
	kvm->state = IOREGIONFD_KVM_SELECT_SENT;
	return 0;
}

/**
 * ioregionfd_kvm_give_up() - The user gives up.
 * @kvm: the KVM side
 * @out: room for a frame to send
 *
 * Return: 0: send @out, then close [ABT-004]; -1: close without a frame [ABT-001]
 */
static __inline__ int ioregionfd_kvm_give_up(struct ioregionfd_kvm *kvm,
					     union ioregionfd_hs_frame *out)
{
	int offered = kvm->state == IOREGIONFD_KVM_OFFERED;

	ioregionfd_kvm_fail(kvm, IOREGIONFD_HS_NONE, 0, 0);
	if (!offered)
		return -1;
	ioregionfd_hs_put_abort(out, IOREGIONFD_HS_REASON_POLICY, 0);
	return 0;
}

static __inline__ enum ioregionfd_kvm_reaction
ioregionfd_kvm_select_answer(struct ioregionfd_kvm *kvm, const union ioregionfd_hs_frame *in)
{
	union ioregionfd_hs_frame expected;
	int i;

	if (!ioregionfd_hs_response_is_marked(in))
		return ioregionfd_kvm_fail(kvm, "ACC-003", IOREGIONFD_HS_RESPONSE_MARKER,
					   in->accept.marker[0]);
	if (in->accept.kind == IOREGIONFD_HS_KIND_REJECT) {
		ioregionfd_kvm_rejected(kvm, in);
		return ioregionfd_kvm_fail(kvm, IOREGIONFD_HS_NONE, 0, 0);
	}
	if (in->accept.kind != IOREGIONFD_HS_KIND_ACCEPT)
		return ioregionfd_kvm_fail(kvm, "ACC-003", IOREGIONFD_HS_RESPONSE_KIND,
					   in->accept.kind);
	/* [ACC-002] there is one right ACCEPT; its every byte is known */
	ioregionfd_hs_put_accept(&expected, &kvm->agreed, kvm->digest);
	for (i = 0; i < IOREGIONFD_HS_FRAME_LENGTH; i++)
		if (in->bytes[i] != expected.bytes[i])
			return ioregionfd_kvm_fail(kvm, "ACC-002", (unsigned long)i, in->bytes[i]);
	kvm->state = IOREGIONFD_KVM_OPEN;
	return IOREGIONFD_KVM_OPENED;
}

/**
 * ioregionfd_kvm_unexpected() - Whether a byte from D breaks a clause, whatever it is.
 * @kvm: the KVM side
 *
 * Nothing asks for a byte in that state.
 *
 * Return: the clause, or IOREGIONFD_HS_NONE
 */
static __inline__ const char *ioregionfd_kvm_unexpected(const struct ioregionfd_kvm *kvm)
{
	switch (kvm->state) {
	case IOREGIONFD_KVM_OFFERED:
		return "KST-009";
	case IOREGIONFD_KVM_IDLE:
	case IOREGIONFD_KVM_OPEN:
	case IOREGIONFD_KVM_LEGACY:
		if (kvm->unanswered)
			return IOREGIONFD_HS_NONE;
		if (!kvm->begun)
			return "KST-001";
		return kvm->agreed.version == IOREGIONFD_HS_VERSION_TAGGED ? "V2-005" : "FAI-003";
	default:
		return IOREGIONFD_HS_NONE;
	}
}

/* A response to a command, where no handshake is going on. */
static __inline__ enum ioregionfd_kvm_reaction
ioregionfd_kvm_response(struct ioregionfd_kvm *kvm, const union ioregionfd_hs_frame *in)
{
	int tagged = kvm->agreed.version == IOREGIONFD_HS_VERSION_TAGGED;

	if (tagged && ioregionfd_hs_check_tagged_response(in, &kvm->violation)) {
		kvm->state = IOREGIONFD_KVM_FAILED;
		return IOREGIONFD_KVM_FAIL;
	}
	if (kvm->state == IOREGIONFD_KVM_OPEN && kvm->agreed.version == IOREGIONFD_HS_VERSION_EXACT) {
		int set = ioregionfd_hs_first_set(in, IOREGIONFD_HS_RESPONSE_RESERVED);

		/* [V1-004] a marker is among these bytes */
		if (set >= 0)
			return ioregionfd_kvm_fail(kvm, "V1-004", (unsigned long)set,
						   in->bytes[set]);
	}
	/* [KST-008] [MRK-001] a tag may be these bytes */
	if (!tagged && ioregionfd_hs_response_is_marked(in))
		return ioregionfd_kvm_fail(kvm, "KST-008", IOREGIONFD_HS_RESPONSE_KIND,
					   in->offer.kind);
	kvm->unanswered--;
	return IOREGIONFD_KVM_RESPONSE;
}

/**
 * ioregionfd_kvm_receive() - Give a whole frame from D to the machine.
 * @kvm: the KVM side
 * @in: the frame that came
 * @out: room for a frame to send; see the reaction
 *
 * Return: what the caller has to do
 */
static __inline__ enum ioregionfd_kvm_reaction
ioregionfd_kvm_receive(struct ioregionfd_kvm *kvm, const union ioregionfd_hs_frame *in,
		       union ioregionfd_hs_frame *out)
{
	const char *broken = ioregionfd_kvm_unexpected(kvm);

	if (broken)
		return ioregionfd_kvm_fail(kvm, broken, 0, in->bytes[0]);
	switch (kvm->state) {
	case IOREGIONFD_KVM_HELLO_SENT:
		return ioregionfd_kvm_hello_answer(kvm, in, out);
	case IOREGIONFD_KVM_SELECT_SENT:
		return ioregionfd_kvm_select_answer(kvm, in);
	case IOREGIONFD_KVM_IDLE:
	case IOREGIONFD_KVM_OPEN:
	case IOREGIONFD_KVM_LEGACY:
		return ioregionfd_kvm_response(kvm, in);
	default:
		return IOREGIONFD_KVM_FAIL;
	}
}

/**
 * ioregionfd_kvm_deadline() - The deadline has passed.
 * @kvm: the KVM side
 *
 * It never leads to LEGACY [KST-006].
 *
 * Return: 1 where that fails the channel [KST-005], else 0
 */
static __inline__ int ioregionfd_kvm_deadline(struct ioregionfd_kvm *kvm)
{
	int detached = kvm->config.hello == IOREGIONFD_KVM_DETACHED;

	if (kvm->state != IOREGIONFD_KVM_SELECT_SENT &&
	    !(kvm->state == IOREGIONFD_KVM_HELLO_SENT && detached))
		return 0;
	ioregionfd_kvm_fail(kvm, "KST-005", 0, 0);
	return 1;
}

/**
 * ioregionfd_kvm_ended() - The stream has ended, or failed [CHN-008].
 * @kvm: the KVM side
 * @broken: see ioregionfd_dev_ended()
 */
static __inline__ void ioregionfd_kvm_ended(struct ioregionfd_kvm *kvm, const char *broken)
{
	if (kvm->state != IOREGIONFD_KVM_FAILED)
		ioregionfd_kvm_fail(kvm, broken, 0, 0);
}

#endif /* _IOREGIONFD_STATE_H */
