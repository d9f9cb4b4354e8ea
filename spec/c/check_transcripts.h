/* SPDX-License-Identifier: BSD-3-Clause */
/* A whole channel out of the vectors, and the two sides that play it. */
#ifndef CHECK_TRANSCRIPTS_H
#define CHECK_TRANSCRIPTS_H

#include "check_vectors.h"
#include "ioregionfd_state.h"

#define TRANSCRIPT_FRAMES_MAX 32

enum transcript_end {
	END_OPEN,		/* version=, features=, max_inflight= */
	END_LEGACY,
	END_UNNEGOTIATED,
	END_REJECT,		/* reason= */
	END_ABORT,		/* reason= */
	END_FAIL,		/* violates= */
	END_CLOSE,		/* violates= */
};

/*
 * The members of a transcript as vectors.schema.json tells them. Words that may be
 * absent: violates=CLAUSE, shows=CLAUSE,CLAUSE.. (said where a play fails), only=K or
 * D, k_policy=, k_versions=, k_features=, k_required_features=, k_max_inflight=, k_pin=HEX, d_policy=, d_layout=,
 * d_required_features=, and memory=OFFSET=VALUE. A policy is OFF or REQUIRE, and
 * PREFER of K or ALLOW of D where it is absent.
 */
struct transcript {
	const char *violates;		/* or 0 */
	__u64 features, version, max_inflight, reason;
	__u64 k_versions, k_features, k_required_features, k_max_inflight;
	__u64 d_required_features;
	__u64 memory_offset, memory;
	union ioregionfd_hs_frame frame[TRANSCRIPT_FRAMES_MAX];
	struct ioregionfd_hs_agreement k_pin;	/* max_inflight 0: none */
	char from[TRANSCRIPT_FRAMES_MAX];	/* 'K' or 'D' */
	unsigned int frames;
	enum transcript_end end;
	int k_off, k_require, d_off, d_require;
	int plays_k, plays_d;
	__u64 d_layout;
};

/* The rest of a line that begins with "transcript ID". */
void check_transcript(void);

void device_plays(const struct transcript *transcript);
void kvm_plays(const struct transcript *transcript);

/* Whether no side has to send that frame: it is the fault that the channel ends by. */
int transcript_is_fault(const struct transcript *transcript, unsigned int index);

/* The first marked frame of that kind from that side, from that index on, or 0. */
const union ioregionfd_hs_frame *transcript_first(const struct transcript *transcript, char from,
						  int kind, unsigned int index);

#endif
