/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole handshakes, through both state machines. */
#include <string.h>

#include "check_vectors.h"
#include "ioregionfd_state.h"

struct outcome {
	char *kind;
	__u64 number; /* the version, or the reason */
	__u64 features;
	__u64 window;
};

/* A device that would send this OFFER. */
static void device_of(const union ioregionfd_hs_frame *offer, struct ioregionfd_dev *dev)
{
	__u32 versions = ioregionfd_hs_get32(offer->offer.versions);
	__u64 features = ioregionfd_hs_get64(offer->offer.features);
	struct ioregionfd_dev_config config;

	memset(&config, 0, sizeof(config));
	config.grease_features = features & IOREGIONFD_HS_FEATURES_GREASE;
	config.features = features & ~IOREGIONFD_HS_FEATURES_GREASE;
	config.grease_versions = versions & IOREGIONFD_HS_VERSIONS_GREASE;
	config.versions = versions & IOREGIONFD_HS_VERSIONS_ASSIGNABLE;
	config.policy = versions & IOREGIONFD_HS_VERSIONS_LEGACY ? IOREGIONFD_DEV_ALLOW
								 : IOREGIONFD_DEV_REQUIRE;
	config.max_inflight = ioregionfd_hs_get16(offer->offer.max_inflight);
	config.layout = IOREGIONFD_HS_LAYOUT_INFO_WORD;
	ioregionfd_dev_init(dev, &config);
}

/* A KVM side that would send this HELLO and then come to this outcome; its HELLO is checked. */
static void kvm_of(const union ioregionfd_hs_frame *hello, const struct outcome *outcome,
		   struct ioregionfd_kvm *kvm)
{
	__u32 versions = ioregionfd_hs_get32(hello->hello.versions);
	struct ioregionfd_kvm_config config;
	struct ioregionfd_hs_command read;
	union ioregionfd_hs_frame out;
	int detached = ioregionfd_hs_get64(hello->hello.offset) == IOREGIONFD_HS_HELLO_OFFSET;

	memset(&config, 0, sizeof(config));
	/* [OFR-011] features that it does not know are allowed too, and must not matter */
	config.features = outcome->features | ~IOREGIONFD_HS_FEATURES_OF_VERSION_2;
	config.policy = versions & IOREGIONFD_HS_VERSIONS_LEGACY ? IOREGIONFD_KVM_PREFER
								 : IOREGIONFD_KVM_REQUIRE;
	config.hello = detached ? IOREGIONFD_KVM_DETACHED : IOREGIONFD_KVM_ATTACHED;
	config.versions = versions & IOREGIONFD_HS_VERSIONS_ASSIGNABLE;
	config.grease_versions = versions & IOREGIONFD_HS_VERSIONS_GREASE;
	config.nonce = ioregionfd_hs_get32(hello->hello.nonce);
	config.layout = ioregionfd_hs_hello_layout(hello);
	ioregionfd_hs_get_command(hello, IOREGIONFD_HS_VERSION_LEGACY, config.layout, &read);
	config.max_inflight = (__u16)outcome->window;
	ioregionfd_kvm_init(kvm, &config);
	expect(!ioregionfd_kvm_config_error(&config), "no KVM side may be configured like this");
	expect(!ioregionfd_kvm_hello(kvm, detached ? NULL : &read, &out), "sends no HELLO");
	expect(same(&out, hello), "the KVM side's HELLO");
}

/* What K sends next, now that it has this answer; 0 where nothing. */
static int kvm_goes_on(struct ioregionfd_kvm *kvm, const union ioregionfd_hs_frame *answer,
		       union ioregionfd_hs_frame *out)
{
	switch (ioregionfd_kvm_receive(kvm, answer, out)) {
	case IOREGIONFD_KVM_VALUE:
		return !ioregionfd_kvm_select(kvm, out);
	case IOREGIONFD_KVM_VALUE_AND_ABORT:
		return 1;
	default:
		return 0;
	}
}

static void check_outcome(const struct outcome *outcome, const struct ioregionfd_dev *dev,
			  const struct ioregionfd_kvm *kvm, int last_kind)
{
	if (!strcmp(outcome->kind, "open")) {
		expect(dev->state == IOREGIONFD_DEV_OPEN, "the device side is not open");
		expect(kvm->state == IOREGIONFD_KVM_OPEN, "the KVM side is not open");
		expect(dev->agreed.version == outcome->number, "the version");
		expect(dev->agreed.features == outcome->features, "the features");
		expect(dev->agreed.max_inflight == outcome->window, "the window");
		expect(kvm->agreed.version == outcome->number &&
		       kvm->agreed.features == outcome->features &&
		       kvm->agreed.max_inflight == outcome->window, "the KVM side's agreement");
		return;
	}
	expect(dev->state == IOREGIONFD_DEV_CLOSED, "the device side is not closed");
	expect(last_kind == (strcmp(outcome->kind, "reject") ? IOREGIONFD_HS_KIND_ABORT
							    : IOREGIONFD_HS_KIND_REJECT),
	       "how it ends");
	expect(kvm->state == IOREGIONFD_KVM_FAILED, "the KVM side has not failed");
	expect(kvm->reason == outcome->number, "the reason");
}

/*
 * D's answer to its first HELLO. What it offers is known only from the answer
 * that the transcript has.
 */
static void device_begins(const union ioregionfd_hs_frame *hello,
			  const union ioregionfd_hs_frame *offer, struct ioregionfd_dev *dev,
			  union ioregionfd_hs_frame *out)
{
	device_of(offer, dev);
	if (ioregionfd_dev_receive(dev, hello, out) == IOREGIONFD_DEV_READ)
		ioregionfd_dev_offer(dev, ioregionfd_hs_get64(offer->offer.value), out);
}

/* A READ, marked or not, and a response that bears no marker. */
static void check_fallback(int negotiates)
{
	union ioregionfd_hs_frame read, response, again;
	struct outcome outcome = { NULL, 0, 0, 1 };
	struct ioregionfd_dev_config dev_config;
	struct ioregionfd_kvm_config kvm_config;
	struct ioregionfd_hs_command command;
	struct ioregionfd_kvm kvm;
	struct ioregionfd_dev dev;
	__u16 layout;

	expect(*word() == 'K', "who begins");
	frame_of(word(), &read);
	expect(*word() == 'D', "who answers");
	frame_of(word(), &response);
	layout = ioregionfd_hs_hello_layout(&read);
	memset(&dev_config, 0, sizeof(dev_config));
	dev_config.layout = layout;
	dev_config.policy = negotiates ? IOREGIONFD_DEV_OFF : IOREGIONFD_DEV_ALLOW;
	ioregionfd_dev_init(&dev, &dev_config);
	expect(ioregionfd_dev_receive(&dev, &read, &again) == IOREGIONFD_DEV_SERVE,
	       "the device side does not serve it");
	ioregionfd_hs_put_response(&again, ioregionfd_hs_get64(response.response.data));
	expect(same(&response, &again), "what the device side says");

	memset(&kvm_config, 0, sizeof(kvm_config));
	kvm_config.layout = layout;
	ioregionfd_kvm_init(&kvm, &kvm_config);
	ioregionfd_hs_get_command(&read, IOREGIONFD_HS_VERSION_LEGACY, layout, &command);
	if (negotiates) {
		kvm_of(&read, &outcome, &kvm);
		expect(ioregionfd_kvm_receive(&kvm, &response, &again) == IOREGIONFD_KVM_VALUE,
		       "the KVM side does not take the value");
	} else {
		ioregionfd_hs_put_command(&again, layout, &command);
		expect(ioregionfd_kvm_may_send(&kvm, &command) && same(&again, &read),
		       "what the KVM side says");
		ioregionfd_kvm_sent(&kvm, &command);
		expect(ioregionfd_kvm_receive(&kvm, &response, &again) == IOREGIONFD_KVM_RESPONSE,
		       "the KVM side does not take the response");
	}
	expect(kvm.state == IOREGIONFD_KVM_LEGACY, "the KVM side is not in Legacy");
}

/*
 * Feeds K's frames to a device side and D's to a KVM side, and compares what each
 * says with the other's frames. A SELECT that no K would send is only fed.
 */
void check_transcript(void)
{
	struct outcome outcome = { NULL, 0, 0, 1 };
	union ioregionfd_hs_frame in, hello, dev_says, kvm_says;
	int begun = 0, last_kind = 0, kvm_speaks = 0;
	struct ioregionfd_kvm kvm;
	struct ioregionfd_dev dev;
	char *from;

	memset(&dev, 0, sizeof(dev));
	memset(&kvm, 0, sizeof(kvm));
	outcome.kind = word();
	if (!strcmp(outcome.kind, "legacy") || !strcmp(outcome.kind, "unnegotiated")) {
		check_fallback(!strcmp(outcome.kind, "legacy"));
		return;
	}
	outcome.number = number(word());
	if (!strcmp(outcome.kind, "open")) {
		outcome.features = number(word());
		outcome.window = number(word());
	}
	while ((from = next_word()) != NULL) {
		frame_of(word(), &in);
		if (*from == 'D') {
			if (!begun++)
				device_begins(&hello, &in, &dev, &dev_says);
			expect(same(&in, &dev_says), "what the device side says");
			last_kind = in.offer.kind;
			kvm_speaks = kvm_goes_on(&kvm, &in, &kvm_says);
			continue;
		}
		last_kind = in.hello.kind;
		if (last_kind == IOREGIONFD_HS_KIND_HELLO)
			kvm_of(&in, &outcome, &kvm);
		else if (strcmp(outcome.kind, "reject"))
			expect(kvm_speaks && same(&in, &kvm_says), "what the KVM side says");
		if (begun)
			ioregionfd_dev_receive(&dev, &in, &dev_says);
		else
			hello = in;
	}
	check_outcome(&outcome, &dev, &kvm, last_kind);
}
