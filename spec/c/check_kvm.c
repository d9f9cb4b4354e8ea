/* SPDX-License-Identifier: BSD-3-Clause */
/* The KVM side of a channel, at one end of a pair of sockets, plays a transcript. */
#include <stdlib.h>

#include "check_transcripts.h"
#include "kvm_channel.h"

static struct kvm_channel channel;
static int peer;			/* the other end: D's */
static unsigned int begun, ended;	/* accesses */
static const union ioregionfd_hs_frame *answered; /* the last frame from D */
static const union ioregionfd_hs_frame *hello_answered;

static void access_ended(struct kvm_channel *from, const struct kvm_access *access, const char *why)
{
	__u64 data;

	(void)from;
	(void)why;
	ended++;
	if (access->end != KVM_DONE || !access->command.response_wanted)
		return;
	data = ioregionfd_hs_get64(answered->response.data);
	expect(access->value == ioregionfd_hs_truncate(data, access->command.size_exponent),
	       "the value of an access");
}

static void negotiated(struct kvm_channel *from, const char *why)
{
	(void)from;
	(void)why;
}

/* How a KVM side is configured that would send this HELLO. */
static void asking(const union ioregionfd_hs_frame *hello, struct ioregionfd_kvm_config *config)
{
	int detached = ioregionfd_hs_get64(hello->hello.offset) == IOREGIONFD_HS_HELLO_OFFSET;

	config->hello = detached ? IOREGIONFD_KVM_DETACHED : IOREGIONFD_KVM_ATTACHED;
	config->nonce = hello->hello.nonce;
	config->layout = (__u8)ioregionfd_hs_hello_layout(hello);
}

/* A channel whose next HELLO is the transcript's from that index on. */
static void kvm_begins(const struct transcript *transcript, unsigned int index)
{
	const union ioregionfd_hs_frame *hello =
		transcript_first(transcript, 'K', IOREGIONFD_HS_KIND_HELLO, index);
	struct ioregionfd_kvm_config config;
	int ends[2];

	memset(&config, 0, sizeof(config));
	memset(&channel, 0, sizeof(channel));
	config.policy = transcript->k_off ? IOREGIONFD_KVM_OFF
		      : transcript->k_require ? IOREGIONFD_KVM_REQUIRE : IOREGIONFD_KVM_PREFER;
	/* [OFR-011] what it does not know is allowed too, and must not matter */
	config.features = transcript->k_features | ~IOREGIONFD_HS_FEATURES_OF_VERSION_2;
	config.versions = (__u32)transcript->k_versions | ~IOREGIONFD_HS_VERSIONS_KNOWN;
	config.required_features = transcript->k_required_features;
	config.max_inflight = (__u16)transcript->k_max_inflight;
	config.pin = transcript->k_pin;
	config.layout = (__u8)transcript->d_layout;
	if (hello)
		asking(hello, &config);
	expect(!ioregionfd_kvm_config_error(&config), "no KVM side may be configured like this");
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		abort();
	peer = ends[1];
	begun = 0;
	ended = 0;
	channel.ended = access_ended;
	channel.negotiated = negotiated;
	channel.patience_millis = IOREGIONFD_HS_DEADLINE_MILLIS;
	kvm_open(&channel, ends[0], ends[0], &config, 0);
}

static void kvm_ends(void)
{
	close(peer);
	frame_socket_close(&channel.socket);
}

/* The access that goes out as this frame. */
static void begin_access(const union ioregionfd_hs_frame *frame)
{
	const struct ioregionfd_hs_agreement *agreed = &channel.kvm.agreed;
	struct kvm_access access;

	memset(&access, 0, sizeof(access));
	ioregionfd_hs_get_command(frame, agreed->version, agreed->layout, &access.command);
	access.size = 1u << access.command.size_exponent;
	access.data = access.command.data;
	if (agreed->version != IOREGIONFD_HS_VERSION_TAGGED)
		access.command.op = access.command.op == IOREGIONFD_HS_CMD_READ
			? IOREGIONFD_HS_OP_READ : IOREGIONFD_HS_OP_WRITE;
	if (access.command.op == IOREGIONFD_HS_OP_READ)
		access.command.response_wanted = 1;
	/* which tags it gives is its own affair: here those of the transcript */
	channel.tag = access.command.tag - 1;
	access.command.tag = 0;
	kvm_begin(&channel, access);
	begun++;
}

/* Does what the user of the KVM side does so that the frame is sent. */
static void bring_about(const struct transcript *transcript, unsigned int index)
{
	const union ioregionfd_hs_frame *frame = &transcript->frame[index];
	int marked = ioregionfd_hs_command_is_marked(frame);

	if (marked && frame->hello.kind == IOREGIONFD_HS_KIND_HELLO) {
		if (index && channel.kvm.state != IOREGIONFD_KVM_IDLE) {
			/* a second HELLO is a second K's */
			kvm_ends();
			kvm_begins(transcript, index);
		}
		if (channel.kvm.config.hello == IOREGIONFD_KVM_ATTACHED)
			begin_access(frame);
	} else if (marked && frame->hello.kind == IOREGIONFD_HS_KIND_SELECT) {
		/* after an attached HELLO: the user does not wait for the next access */
		channel.negotiating = 1;
	} else if (!marked) {
		begin_access(frame);
	} else if (transcript->reason == IOREGIONFD_HS_REASON_POLICY) {
		kvm_give_up(&channel);
	}
	if (channel.socket.in_fd >= 0)
		kvm_advance(&channel, 0);
}

/* The next frame that was said: its length, 0 at the end of the stream, -1 where nothing was said. */
static int hear(union ioregionfd_hs_frame *frame)
{
	return (int)recv(peer, frame->bytes, sizeof(frame->bytes), MSG_DONTWAIT);
}

static void say(const union ioregionfd_hs_frame *frame)
{
	if (send(peer, frame->bytes, sizeof(frame->bytes), MSG_NOSIGNAL) < 0)
		expect(0, "the KVM side does not listen");
}

/*
 * D's frame at index i; returns the index of the last one that was said. What D
 * says behind its answer to a HELLO comes with it: a K may select at once [KST-009].
 */
static unsigned int kvm_receives(const struct transcript *transcript, unsigned int i)
{
	int hello_sent = channel.kvm.state == IOREGIONFD_KVM_HELLO_SENT;
	union ioregionfd_hs_frame unused;

	expect(hear(&unused) < 0, "the KVM side says more");
	answered = &transcript->frame[i];
	if (hello_sent)
		hello_answered = answered;
	say(answered);
	while (hello_sent && i + 1 < transcript->frames && transcript->from[i + 1] == 'D')
		say(&transcript->frame[++i]);
	kvm_advance(&channel, 0);
	return i;
}

static void check_failed(const char *clause)
{
	const char *seen = channel.kvm.violation.clause;

	expect(channel.kvm.state == IOREGIONFD_KVM_FAILED, "the KVM side has not failed");
	expect(clause ? seen && !strcmp(seen, clause) : !seen, seen ? seen : "it names no clause");
}

/* [FAI-001] D closes: every access ends. */
static void hang_up(void)
{
	shutdown(peer, SHUT_RDWR);
	kvm_advance(&channel, 0);
}

static void check_end(const struct transcript *transcript)
{
	const struct ioregionfd_kvm *kvm = &channel.kvm;

	switch (transcript->end) {
	case END_OPEN:
		expect(kvm->state == IOREGIONFD_KVM_OPEN, "the KVM side is not open");
		expect(kvm->agreed.version == transcript->version &&
		       kvm->agreed.features == transcript->features &&
		       kvm->agreed.max_inflight == transcript->max_inflight,
		       "the KVM side's agreement");
		expect(same(&kvm->offer, hello_answered), "the OFFER, as its user sees it");
		hang_up();
		break;
	case END_LEGACY:
	case END_UNNEGOTIATED:
		expect(kvm->state == IOREGIONFD_KVM_LEGACY, "the KVM side is not in Legacy");
		hang_up();
		break;
	case END_REJECT:
		check_failed(NULL);
		expect(kvm->reason == transcript->reason, "the reason");
		break;
	case END_ABORT:
		expect(kvm->state == IOREGIONFD_KVM_FAILED, "the KVM side has not failed");
		break;
	case END_FAIL:
		check_failed(transcript->violates);
		break;
	case END_CLOSE:
		hang_up();
		check_failed(NULL);
		break;
	}
	expect(begun == ended, "an access has not ended");
}

void kvm_plays(const struct transcript *transcript)
{
	union ioregionfd_hs_frame said;
	int length;
	unsigned int i;

	kvm_begins(transcript, 0);
	for (i = 0; i < transcript->frames; i++) {
		if (transcript->from[i] == 'D') {
			i = kvm_receives(transcript, i);
		} else if (transcript_is_fault(transcript, i)) {
			hear(&said);
		} else {
			bring_about(transcript, i);
			length = hear(&said);
			expect(length == IOREGIONFD_HS_FRAME_LENGTH &&
			       same(&said, &transcript->frame[i]), "what the KVM side says");
		}
	}
	length = hear(&said);
	expect(length <= 0, "the KVM side says more at the end");
	check_end(transcript);
	kvm_ends();
}
