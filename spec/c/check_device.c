/* SPDX-License-Identifier: BSD-3-Clause */
/* The device side's state machine, before the conformance device, plays a transcript. */
#include <string.h>

#include "check_transcripts.h"
#include "conformance_device.h"

struct device_side {
	struct ioregionfd_dev dev;
	struct conformance_device device;
	union ioregionfd_hs_frame said[CONFORMANCE_DEVICE_WINDOW];
	unsigned int frames, next; /* of said[]: how many there are, which is compared next */
};

/* How a device is configured that would send this OFFER, where there is one. */
static void offering(const union ioregionfd_hs_frame *offer, struct ioregionfd_dev_config *config)
{
	__u32 versions = ioregionfd_hs_get32(offer->offer.versions);
	__u64 features = ioregionfd_hs_get64(offer->offer.features);

	config->grease_features = features & IOREGIONFD_HS_FEATURES_GREASE;
	config->features = features & ~IOREGIONFD_HS_FEATURES_GREASE;
	config->grease_versions = versions & IOREGIONFD_HS_VERSIONS_GREASE;
	config->versions = versions & IOREGIONFD_HS_VERSIONS_ASSIGNABLE;
	if (config->policy == IOREGIONFD_DEV_ALLOW && !(versions & IOREGIONFD_HS_VERSIONS_LEGACY))
		config->policy = IOREGIONFD_DEV_REQUIRE;
	config->max_inflight = ioregionfd_hs_get16(offer->offer.max_inflight);
}

static void device_begins(const struct transcript *transcript, struct device_side *side)
{
	const union ioregionfd_hs_frame *offer =
		transcript_first(transcript, 'D', IOREGIONFD_HS_KIND_OFFER, 0);
	struct ioregionfd_dev_config config;

	memset(side, 0, sizeof(*side));
	memset(&config, 0, sizeof(config));
	config.policy = transcript->d_off ? IOREGIONFD_DEV_OFF
		      : transcript->d_require ? IOREGIONFD_DEV_REQUIRE : IOREGIONFD_DEV_ALLOW;
	config.features = IOREGIONFD_HS_FEATURES_OF_VERSION_2;
	config.versions = IOREGIONFD_HS_VERSIONS_KNOWN;
	config.max_inflight = IOREGIONFD_HS_DEFAULT_WINDOW;
	config.required_features = transcript->d_required_features;
	config.layout = (__u16)transcript->d_layout;
	if (offer)
		offering(offer, &config);
	ioregionfd_dev_init(&side->dev, &config);
	ioregionfd_hs_store(&side->device.region[0].memory[transcript->memory_offset], 8,
			    transcript->memory);
}

/* A command of the agreed version: the responses that it makes ready. */
static void device_serves(struct device_side *side, const struct ioregionfd_hs_command *command)
{
	__u64 data;
	int ready;

	if (side->dev.agreed.version == IOREGIONFD_HS_VERSION_TAGGED) {
		ready = conformance_serve_tagged(&side->device, command, &side->dev.agreed, side->said);
		if (ready < 0)
			ioregionfd_dev_close(&side->dev, "VIO-006", 4, command->tag);
		side->frames = ready < 0 ? 0 : (unsigned int)ready;
		return;
	}
	conformance_perform(&side->device, command, &data);
	/* [V0-013] a READ is answered whatever its resp says */
	side->frames = command->response_wanted || ioregionfd_hs_is_read(command);
	ioregionfd_hs_put_response(side->said, data);
}

static void device_receives(struct device_side *side, const union ioregionfd_hs_frame *in)
{
	enum ioregionfd_dev_reaction reaction = ioregionfd_dev_receive(&side->dev, in, side->said);
	struct ioregionfd_hs_command command;
	__u64 value;

	side->next = 0;
	side->frames = 0;
	ioregionfd_hs_get_command(in, side->dev.agreed.version, side->dev.agreed.layout, &command);
	switch (reaction) {
	case IOREGIONFD_DEV_SERVE:
		device_serves(side, &command);
		break;
	case IOREGIONFD_DEV_READ:
		conformance_perform(&side->device, &command, &value);
		ioregionfd_dev_offer(&side->dev, value, side->said);
		side->frames = 1;
		break;
	case IOREGIONFD_DEV_SEND:
	case IOREGIONFD_DEV_REJECT:
		side->frames = 1;
		break;
	case IOREGIONFD_DEV_CLOSE:
	case IOREGIONFD_DEV_DISCARD:
		break;
	}
}

static void check_clause(const struct transcript *transcript, const struct device_side *side)
{
	const char *clause = side->dev.violation.clause;

	expect(clause && transcript->violates && !strcmp(clause, transcript->violates),
	       clause ? clause : "the device side names no clause");
}

static void check_end(const struct transcript *transcript, const struct device_side *side)
{
	const struct ioregionfd_dev *dev = &side->dev;

	switch (transcript->end) {
	case END_OPEN:
		expect(dev->state == IOREGIONFD_DEV_OPEN, "the device side is not open");
		expect(dev->agreed.version == transcript->version &&
		       dev->agreed.features == transcript->features &&
		       dev->agreed.max_inflight == transcript->max_inflight,
		       "the device side's agreement");
		break;
	case END_LEGACY:
	case END_UNNEGOTIATED:
		expect(dev->state == (transcript->d_off ? IOREGIONFD_DEV_OPEN
							: IOREGIONFD_DEV_UNNEGOTIATED),
		       "the device side serves version 0 no more");
		break;
	case END_REJECT:
	case END_CLOSE:
		expect(dev->state == IOREGIONFD_DEV_CLOSED, "the device side is not closed");
		check_clause(transcript, side);
		break;
	case END_ABORT:
		expect(dev->state == IOREGIONFD_DEV_CLOSED, "the device side is not closed");
		break;
	case END_FAIL:
		break;
	}
}

void device_plays(const struct transcript *transcript)
{
	static struct device_side side;
	unsigned int i;

	device_begins(transcript, &side);
	for (i = 0; i < transcript->frames; i++) {
		if (transcript->from[i] == 'K') {
			expect(side.next == side.frames, "the device side says more");
			device_receives(&side, &transcript->frame[i]);
		} else if (transcript_is_fault(transcript, i)) {
			side.next = side.frames;
		} else {
			expect(side.next < side.frames &&
			       same(&transcript->frame[i], &side.said[side.next]),
			       "what the device side says");
			side.next++;
		}
	}
	expect(side.next == side.frames, "the device side says more at the end");
	check_end(transcript, &side);
}
