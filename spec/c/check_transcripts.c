/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads whole channels, and lets both sides play them. */
#include <string.h>

#include "check_transcripts.h"

static int is(const char *word, const char *other)
{
	return !strcmp(word, other);
}

static enum transcript_end end_of(const char *text)
{
	static const char *const ends[] = { "open", "legacy", "unnegotiated", "reject", "abort",
					    "fail", "close" };
	int end = END_OPEN;

	while (end <= END_CLOSE && !is(text, ends[end]))
		end++;
	if (end > END_CLOSE)
		malformed(text);
	return (enum transcript_end)end;
}

/* What a number says, by its name. */
static __u64 *number_named(struct transcript *transcript, const char *name)
{
	if (is(name, "version"))
		return &transcript->version;
	if (is(name, "features"))
		return &transcript->features;
	if (is(name, "max_inflight"))
		return &transcript->max_inflight;
	if (is(name, "reason"))
		return &transcript->reason;
	if (is(name, "k_versions"))
		return &transcript->k_versions;
	if (is(name, "k_features"))
		return &transcript->k_features;
	if (is(name, "k_required_features"))
		return &transcript->k_required_features;
	if (is(name, "k_max_inflight"))
		return &transcript->k_max_inflight;
	if (is(name, "d_layout"))
		return &transcript->d_layout;
	if (is(name, "d_required_features"))
		return &transcript->d_required_features;
	malformed(name);
	return NULL;
}

static void take_frame(struct transcript *transcript, const char *from)
{
	if (transcript->frames == TRANSCRIPT_FRAMES_MAX)
		malformed("too many frames");
	transcript->from[transcript->frames] = *from;
	frame_of(word(), &transcript->frame[transcript->frames++]);
}

static void take_member(struct transcript *transcript, const char *name)
{
	union ioregionfd_hs_frame record;

	if (is(name, "K") || is(name, "D")) {
		take_frame(transcript, name);
	} else if (is(name, "end")) {
		transcript->end = end_of(word());
	} else if (is(name, "violates")) {
		transcript->violates = word();
	} else if (is(name, "shows")) {
		vector_shows = word();
	} else if (is(name, "only")) {
		transcript->plays_k = is(word(), "K");
		transcript->plays_d = !transcript->plays_k;
	} else if (is(name, "k_policy")) {
		name = word();
		transcript->k_off = is(name, "OFF");
		transcript->k_require = is(name, "REQUIRE");
	} else if (is(name, "k_pin")) {
		frame_of(word(), &record);
		expect(!ioregionfd_hs_get_record(&record, &transcript->k_pin), "the pin");
	} else if (is(name, "d_policy")) {
		name = word();
		transcript->d_off = is(name, "OFF");
		transcript->d_require = is(name, "REQUIRE");
	} else if (is(name, "memory")) {
		transcript->memory_offset = number(word());
		transcript->memory = number(word());
	} else {
		*number_named(transcript, name) = number(word());
	}
}

int transcript_is_fault(const struct transcript *transcript, unsigned int index)
{
	switch (transcript->end) {
	case END_FAIL:
	case END_CLOSE:
		return index + 1 == transcript->frames;
	case END_REJECT:
		/* the SELECT of a K that is not allowed what D requires is no fault */
		return index + 2 == transcript->frames && transcript->violates &&
		       !is(transcript->violates, "SEL-017");
	default:
		return 0;
	}
}

const union ioregionfd_hs_frame *transcript_first(const struct transcript *transcript, char from,
						  int kind, unsigned int index)
{
	for (; index < transcript->frames; index++) {
		const union ioregionfd_hs_frame *frame = &transcript->frame[index];
		int seen = -1;

		if (from == 'K' && ioregionfd_hs_command_is_marked(frame))
			seen = frame->hello.kind;
		if (from == 'D' && ioregionfd_hs_response_is_marked(frame))
			seen = frame->offer.kind;
		if (transcript->from[index] == from && seen == kind)
			return frame;
	}
	return NULL;
}

void check_transcript(void)
{
	static struct transcript transcript;
	const char *name;

	memset(&transcript, 0, sizeof(transcript));
	transcript.k_versions = IOREGIONFD_HS_VERSIONS_KNOWN;
	transcript.k_features = IOREGIONFD_HS_FEATURES_OF_VERSION_2;
	transcript.k_max_inflight = IOREGIONFD_HS_DEFAULT_WINDOW;
	transcript.d_layout = IOREGIONFD_HS_LAYOUT_INFO_WORD;
	transcript.plays_k = 1;
	transcript.plays_d = 1;
	while ((name = next_word()) != NULL)
		take_member(&transcript, name);
	if (transcript.plays_d)
		device_plays(&transcript);
	if (transcript.plays_k)
		kvm_plays(&transcript);
}
