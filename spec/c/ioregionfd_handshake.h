/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * Frames of the ioregionfd data plane: the handshake, the record, and the commands and responses of versions 0, 1 and 2.
 * spec/handshake.md is normative; ids such as SEL-011 name its clauses.
 *
 * C90 and C++98 or later, no libc, nothing to link. Every struct is 32 bytes as they are
 * on the wire, little-endian on any host [CHN-001]: read a field with
 * ioregionfd_hs_get16(), _get32(), _get64(), write it with _put16() and so on.
 * A received frame is copied into a union ioregionfd_hs_frame, which has the
 * alignment that its members need.
 */
#ifndef _IOREGIONFD_HANDSHAKE_H
#define _IOREGIONFD_HANDSHAKE_H

#if defined(__KERNEL__) || defined(__linux__)
#include <linux/types.h>
#else
#include <stdint.h>
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef uint16_t __le16;
typedef uint32_t __le32;
typedef uint64_t __le64;
#endif

/* No clause, or no name: a null pointer that C, C++ and sparse take for one. */
#define IOREGIONFD_HS_NONE ((const char *)0)

#if !defined(__cplusplus)
#define IOREGIONFD_HS_ASSERT(holds, text) _Static_assert(holds, text)
#elif __cplusplus >= 201103L
#define IOREGIONFD_HS_ASSERT(holds, text) static_assert(holds, text)
#else
#define IOREGIONFD_HS_ASSERT(holds, text) extern char ioregionfd_hs_asserted[(holds) ? 1 : -1]
#endif

#define IOREGIONFD_HS_AT(frame, field, at) \
	IOREGIONFD_HS_ASSERT(__builtin_offsetof(struct ioregionfd_hs_##frame, field) == (at), \
			     #frame "." #field " is not at byte " #at)
#define IOREGIONFD_HS_WHOLE(frame) \
	IOREGIONFD_HS_ASSERT(sizeof(struct ioregionfd_hs_##frame) == IOREGIONFD_HS_FRAME_LENGTH, \
			     #frame " is not one frame")

/* generated from spec/registry: begin */

#define IOREGIONFD_HS_FRAME_LENGTH			32 /* bytes */
#define IOREGIONFD_HS_MARKER				"IORH"
#define IOREGIONFD_HS_MARKER_LENGTH			4
#define IOREGIONFD_HS_COMMAND_MARKER			2 /* first byte of the marker from K */
#define IOREGIONFD_HS_RESPONSE_MARKER			8 /* first byte of the marker from D */
#define IOREGIONFD_HS_COMMAND_KIND			6 /* the byte of the kind */
#define IOREGIONFD_HS_RESPONSE_KIND			12 /* the byte of the kind */
/* byte 0 of SELECT and ABORT, never a command */
#define IOREGIONFD_HS_OP				0x0f
#define IOREGIONFD_HS_HELLO_OFFSET			0x7fffffffffffff00ULL
#define IOREGIONFD_HS_DEADLINE_MILLIS			1000
#define IOREGIONFD_HS_REJECT_DRAIN_MILLIS		1000
#define IOREGIONFD_HS_DEFAULT_WINDOW			64
#define IOREGIONFD_HS_WINDOW_MAX			65535
#define IOREGIONFD_HS_RECORD_FORMAT			2
#define IOREGIONFD_HS_DIGEST_OFFSET			28 /* in SELECT, ACCEPT and the record */
#define IOREGIONFD_HS_DIGEST_CHECK			0xe3069283u /* CRC-32C of "123456789" */

#define IOREGIONFD_HS_KIND_HELLO			1
#define IOREGIONFD_HS_KIND_OFFER			2
#define IOREGIONFD_HS_KIND_SELECT			3
#define IOREGIONFD_HS_KIND_ACCEPT			4
#define IOREGIONFD_HS_KIND_REJECT			5
#define IOREGIONFD_HS_KIND_ABORT			6
#define IOREGIONFD_HS_KIND_KEPT_7			7 /* for a query */
#define IOREGIONFD_HS_KIND_KEPT_8			8 /* for the answer to a query */
#define IOREGIONFD_HS_KIND_RECORD			9
/* free for ever: a fifth byte of the marker in the first draft */
#define IOREGIONFD_HS_KIND_KEPT_83			83

#define IOREGIONFD_HS_LAYOUT_INFO_WORD			1
#define IOREGIONFD_HS_LAYOUT_BYTE_FIELDS		2

/* the commands of the 2020 and 2021 proposals; as a bit of an OFFER: version 0 will do */
#define IOREGIONFD_HS_VERSION_LEGACY			0
#define IOREGIONFD_HS_VERSION_LEGACY_WINDOW_MAX		1
/* the info-word layout made exact, one command in flight */
#define IOREGIONFD_HS_VERSION_EXACT			1
#define IOREGIONFD_HS_VERSION_EXACT_WINDOW_MAX		1
#define IOREGIONFD_HS_VERSION_TAGGED			2 /* tags, statuses, a window */
#define IOREGIONFD_HS_VERSION_TAGGED_WINDOW_MAX		65535
#define IOREGIONFD_HS_VERSIONS_LEGACY			0x00000001u /* version 0 will do */
#define IOREGIONFD_HS_VERSIONS_KNOWN			0x00000006u
#define IOREGIONFD_HS_VERSIONS_ASSIGNABLE		0x00fffffeu
#define IOREGIONFD_HS_VERSIONS_GREASE			0xff000000u

/* WRITEs without a response are allowed; their errors are lost */
#define IOREGIONFD_HS_FEATURE_POSTED_WRITES		0x0000000000000001ULL
/* responses in any order, matched by tag */
#define IOREGIONFD_HS_FEATURE_OUT_OF_ORDER		0x0000000000000002ULL
/* the FENCE command: answered when every earlier command has completed */
#define IOREGIONFD_HS_FEATURE_FENCE			0x0000000000000004ULL
/* the features whose needs a version meets */
#define IOREGIONFD_HS_FEATURES_OF_VERSION_0		0x0000000000000000ULL
#define IOREGIONFD_HS_FEATURES_OF_VERSION_1		0x0000000000000001ULL
#define IOREGIONFD_HS_FEATURES_OF_VERSION_2		0x0000000000000007ULL
#define IOREGIONFD_HS_FEATURES_ASSIGNABLE		0x00000000fffffff8ULL
#define IOREGIONFD_HS_FEATURES_EXPERIMENTAL		0x0000ffff00000000ULL
#define IOREGIONFD_HS_FEATURES_GREASE			0x7fff000000000000ULL
#define IOREGIONFD_HS_FEATURES_KEPT			0x8000000000000000ULL

#define IOREGIONFD_HS_REASON_NO_COMMON_VERSION		1 /* detail: the device side's versions */
#define IOREGIONFD_HS_REASON_VERSION_NOT_OFFERED	2 /* detail: the version */
/* detail: the features that were not offered */
#define IOREGIONFD_HS_REASON_FEATURE_NOT_OFFERED	3
/* detail: the features whose need is missing */
#define IOREGIONFD_HS_REASON_FEATURE_DEPENDENCY		4
#define IOREGIONFD_HS_REASON_REQUIRED_FEATURE_MISSING	5 /* detail: the features that are missing */
/* detail: REJECT: the largest legal window for that version; ABORT: 0 */
#define IOREGIONFD_HS_REASON_BAD_WINDOW			6
#define IOREGIONFD_HS_REASON_DIGEST_MISMATCH		7 /* detail: the device side's own digest */
/* detail: the index of the first such byte */
#define IOREGIONFD_HS_REASON_RESERVED_NOT_ZERO		8
#define IOREGIONFD_HS_REASON_UNEXPECTED_FRAME		9 /* detail: the kind */
/* detail: bit 63: window, bit 62: version, else the missing features */
#define IOREGIONFD_HS_REASON_PIN_UNSATISFIED		10
#define IOREGIONFD_HS_REASON_POLICY			11 /* detail: 0 */
#define IOREGIONFD_HS_REASON_RESOURCES			12 /* detail: 0 */

#define IOREGIONFD_HS_CMD_READ				0
#define IOREGIONFD_HS_CMD_WRITE				1
#define IOREGIONFD_HS_OP_READ				2
#define IOREGIONFD_HS_OP_WRITE				3
#define IOREGIONFD_HS_OP_FENCE				4

#define IOREGIONFD_HS_STATUS_OK				1
#define IOREGIONFD_HS_STATUS_BAD_REGION			2
#define IOREGIONFD_HS_STATUS_BAD_OFFSET			3
#define IOREGIONFD_HS_STATUS_DEVICE_FAULT		4

#define IOREGIONFD_HS_INFO_CMD				0x0000000fu
#define IOREGIONFD_HS_INFO_SIZE_EXPONENT		0x00000030u
#define IOREGIONFD_HS_INFO_SIZE_EXPONENT_SHIFT		4
#define IOREGIONFD_HS_INFO_RESP				0x00000040u
#define IOREGIONFD_HS_INFO_RESERVED			0xffffff80u

#define IOREGIONFD_HS_HEAD_SIZE_EXPONENT		0x0fu
#define IOREGIONFD_HS_HEAD_SIZE_EXPONENT_SHIFT		0
#define IOREGIONFD_HS_HEAD_RESP				0x10u
#define IOREGIONFD_HS_HEAD_RESERVED			0xe0u

#define IOREGIONFD_HS_FLAGS_RESPONSE_WANTED		0x0001u
#define IOREGIONFD_HS_FLAGS_RESERVED			0xfffeu

/**
 * ioregionfd_hs_reason_name() - The registry's name of a reason.
 * @reason: as it is on the wire
 *
 * Return: the name, or IOREGIONFD_HS_NONE where it has none
 */
static __inline__ const char *ioregionfd_hs_reason_name(__u32 reason)
{
	switch (reason) {
	case IOREGIONFD_HS_REASON_NO_COMMON_VERSION:
		return "NO_COMMON_VERSION";
	case IOREGIONFD_HS_REASON_VERSION_NOT_OFFERED:
		return "VERSION_NOT_OFFERED";
	case IOREGIONFD_HS_REASON_FEATURE_NOT_OFFERED:
		return "FEATURE_NOT_OFFERED";
	case IOREGIONFD_HS_REASON_FEATURE_DEPENDENCY:
		return "FEATURE_DEPENDENCY";
	case IOREGIONFD_HS_REASON_REQUIRED_FEATURE_MISSING:
		return "REQUIRED_FEATURE_MISSING";
	case IOREGIONFD_HS_REASON_BAD_WINDOW:
		return "BAD_WINDOW";
	case IOREGIONFD_HS_REASON_DIGEST_MISMATCH:
		return "DIGEST_MISMATCH";
	case IOREGIONFD_HS_REASON_RESERVED_NOT_ZERO:
		return "RESERVED_NOT_ZERO";
	case IOREGIONFD_HS_REASON_UNEXPECTED_FRAME:
		return "UNEXPECTED_FRAME";
	case IOREGIONFD_HS_REASON_PIN_UNSATISFIED:
		return "PIN_UNSATISFIED";
	case IOREGIONFD_HS_REASON_POLICY:
		return "POLICY";
	case IOREGIONFD_HS_REASON_RESOURCES:
		return "RESOURCES";
	default:
		return IOREGIONFD_HS_NONE;
	}
}

/**
 * ioregionfd_hs_status_name() - The registry's name of a status.
 * @status: as it is on the wire
 *
 * Return: the name, or IOREGIONFD_HS_NONE where it has none
 */
static __inline__ const char *ioregionfd_hs_status_name(__u32 status)
{
	switch (status) {
	case IOREGIONFD_HS_STATUS_OK:
		return "OK";
	case IOREGIONFD_HS_STATUS_BAD_REGION:
		return "BAD_REGION";
	case IOREGIONFD_HS_STATUS_BAD_OFFSET:
		return "BAD_OFFSET";
	case IOREGIONFD_HS_STATUS_DEVICE_FAULT:
		return "DEVICE_FAULT";
	default:
		return IOREGIONFD_HS_NONE;
	}
}

/**
 * ioregionfd_hs_feature_name() - The registry's name of a feature.
 * @feature: as it is on the wire
 *
 * Return: the name, or IOREGIONFD_HS_NONE where it has none
 */
static __inline__ const char *ioregionfd_hs_feature_name(__u64 feature)
{
	switch (feature) {
	case IOREGIONFD_HS_FEATURE_POSTED_WRITES:
		return "POSTED_WRITES";
	case IOREGIONFD_HS_FEATURE_OUT_OF_ORDER:
		return "OUT_OF_ORDER";
	case IOREGIONFD_HS_FEATURE_FENCE:
		return "FENCE";
	default:
		return IOREGIONFD_HS_NONE;
	}
}

/**
 * struct ioregionfd_hs_hello - HELLO, from K
 * @read_head: bytes 0 and 1 of a version-0 READ in K's layout
 * @marker: IOREGIONFD_HS_MARKER
 * @kind: IOREGIONFD_HS_KIND_*, of this frame
 * @nonce: any number
 * @user_data: of a registered region
 * @offset: of the access, or HELLO_OFFSET
 * @data: as in every READ
 */
struct ioregionfd_hs_hello {
	__u8	read_head[2];	/* 0..1 */
	__u8	marker[4];	/* 2..5 */
	__u8	kind;		/* 6: 1 */
	__u8	nonce;		/* 7 */
	__le64	user_data;	/* 8..15 */
	__le64	offset;		/* 16..23 */
	__u8	data[8];	/* 24..31 */
};
IOREGIONFD_HS_AT(hello, read_head, 0);
IOREGIONFD_HS_AT(hello, marker, 2);
IOREGIONFD_HS_AT(hello, kind, 6);
IOREGIONFD_HS_AT(hello, nonce, 7);
IOREGIONFD_HS_AT(hello, user_data, 8);
IOREGIONFD_HS_AT(hello, offset, 16);
IOREGIONFD_HS_AT(hello, data, 24);
IOREGIONFD_HS_WHOLE(hello);

/**
 * struct ioregionfd_hs_offer - OFFER, from D
 * @value: of the READ
 * @marker: IOREGIONFD_HS_MARKER
 * @kind: IOREGIONFD_HS_KIND_*, of this frame
 * @nonce: the HELLO's
 * @max_inflight: the largest window that D grants
 * @features: bitmap of features
 * @versions: bitmap of versions
 * @reserved_28: ignored by K
 */
struct ioregionfd_hs_offer {
	__le64	value;		/* 0..7 */
	__u8	marker[4];	/* 8..11 */
	__u8	kind;		/* 12: 2 */
	__u8	nonce;		/* 13 */
	__le16	max_inflight;	/* 14..15 */
	__le64	features;	/* 16..23 */
	__le32	versions;	/* 24..27 */
	__u8	reserved_28[4];	/* 28..31 */
};
IOREGIONFD_HS_AT(offer, value, 0);
IOREGIONFD_HS_AT(offer, marker, 8);
IOREGIONFD_HS_AT(offer, kind, 12);
IOREGIONFD_HS_AT(offer, nonce, 13);
IOREGIONFD_HS_AT(offer, max_inflight, 14);
IOREGIONFD_HS_AT(offer, features, 16);
IOREGIONFD_HS_AT(offer, versions, 24);
IOREGIONFD_HS_AT(offer, reserved_28, 28);
IOREGIONFD_HS_WHOLE(offer);
#define IOREGIONFD_HS_OFFER_RESERVED			0xf0000000u /* bit n: byte n is sent as 0 */

/**
 * struct ioregionfd_hs_select - SELECT, from K
 * @op: 0x0F
 * @reserved_1: sent as 0
 * @marker: IOREGIONFD_HS_MARKER
 * @kind: IOREGIONFD_HS_KIND_*, of this frame
 * @reserved_7: sent as 0
 * @version: the one selected
 * @max_inflight: the window selected
 * @reserved_12: sent as 0
 * @features: the features selected
 * @reserved_24: sent as 0
 * @digest: over HELLO, OFFER, SELECT
 */
struct ioregionfd_hs_select {
	__u8	op;		/* 0: 15 */
	__u8	reserved_1;	/* 1 */
	__u8	marker[4];	/* 2..5 */
	__u8	kind;		/* 6: 3 */
	__u8	reserved_7;	/* 7 */
	__le16	version;	/* 8..9 */
	__le16	max_inflight;	/* 10..11 */
	__u8	reserved_12[4];	/* 12..15 */
	__le64	features;	/* 16..23 */
	__u8	reserved_24[4];	/* 24..27 */
	__le32	digest;		/* 28..31 */
};
IOREGIONFD_HS_AT(select, op, 0);
IOREGIONFD_HS_AT(select, reserved_1, 1);
IOREGIONFD_HS_AT(select, marker, 2);
IOREGIONFD_HS_AT(select, kind, 6);
IOREGIONFD_HS_AT(select, reserved_7, 7);
IOREGIONFD_HS_AT(select, version, 8);
IOREGIONFD_HS_AT(select, max_inflight, 10);
IOREGIONFD_HS_AT(select, reserved_12, 12);
IOREGIONFD_HS_AT(select, features, 16);
IOREGIONFD_HS_AT(select, reserved_24, 24);
IOREGIONFD_HS_AT(select, digest, 28);
IOREGIONFD_HS_WHOLE(select);
#define IOREGIONFD_HS_SELECT_RESERVED			0x0f00f082u /* bit n: byte n is sent as 0 */

/**
 * struct ioregionfd_hs_accept - ACCEPT, from D
 * @reserved_0: sent as 0
 * @marker: IOREGIONFD_HS_MARKER
 * @kind: IOREGIONFD_HS_KIND_*, of this frame
 * @reserved_13: sent as 0
 * @max_inflight: as in SELECT
 * @features: as in SELECT
 * @version: as in SELECT
 * @reserved_26: sent as 0
 * @digest: over HELLO, OFFER, SELECT, ACCEPT
 */
struct ioregionfd_hs_accept {
	__u8	reserved_0[8];	/* 0..7 */
	__u8	marker[4];	/* 8..11 */
	__u8	kind;		/* 12: 4 */
	__u8	reserved_13;	/* 13 */
	__le16	max_inflight;	/* 14..15 */
	__le64	features;	/* 16..23 */
	__le16	version;	/* 24..25 */
	__u8	reserved_26[2];	/* 26..27 */
	__le32	digest;		/* 28..31 */
};
IOREGIONFD_HS_AT(accept, reserved_0, 0);
IOREGIONFD_HS_AT(accept, marker, 8);
IOREGIONFD_HS_AT(accept, kind, 12);
IOREGIONFD_HS_AT(accept, reserved_13, 13);
IOREGIONFD_HS_AT(accept, max_inflight, 14);
IOREGIONFD_HS_AT(accept, features, 16);
IOREGIONFD_HS_AT(accept, version, 24);
IOREGIONFD_HS_AT(accept, reserved_26, 26);
IOREGIONFD_HS_AT(accept, digest, 28);
IOREGIONFD_HS_WHOLE(accept);
#define IOREGIONFD_HS_ACCEPT_RESERVED			0x0c0020ffu /* bit n: byte n is sent as 0 */

/**
 * struct ioregionfd_hs_reject - REJECT, from D
 * @reserved_0: sent as 0
 * @marker: IOREGIONFD_HS_MARKER
 * @kind: IOREGIONFD_HS_KIND_*, of this frame
 * @reserved_13: sent as 0
 * @reason: IOREGIONFD_HS_REASON_*
 * @detail: by reason
 * @reserved_24: sent as 0
 */
struct ioregionfd_hs_reject {
	__u8	reserved_0[8];	/* 0..7 */
	__u8	marker[4];	/* 8..11 */
	__u8	kind;		/* 12: 5 */
	__u8	reserved_13;	/* 13 */
	__le16	reason;		/* 14..15 */
	__le64	detail;		/* 16..23 */
	__u8	reserved_24[8];	/* 24..31 */
};
IOREGIONFD_HS_AT(reject, reserved_0, 0);
IOREGIONFD_HS_AT(reject, marker, 8);
IOREGIONFD_HS_AT(reject, kind, 12);
IOREGIONFD_HS_AT(reject, reserved_13, 13);
IOREGIONFD_HS_AT(reject, reason, 14);
IOREGIONFD_HS_AT(reject, detail, 16);
IOREGIONFD_HS_AT(reject, reserved_24, 24);
IOREGIONFD_HS_WHOLE(reject);
#define IOREGIONFD_HS_REJECT_RESERVED			0xff0020ffu /* bit n: byte n is sent as 0 */

/**
 * struct ioregionfd_hs_abort - ABORT, from K
 * @op: 0x0F
 * @reserved_1: sent as 0
 * @marker: IOREGIONFD_HS_MARKER
 * @kind: IOREGIONFD_HS_KIND_*, of this frame
 * @reserved_7: sent as 0
 * @reason: IOREGIONFD_HS_REASON_*
 * @reserved_10: sent as 0
 * @detail: by reason
 * @reserved_24: sent as 0
 */
struct ioregionfd_hs_abort {
	__u8	op;		/* 0: 15 */
	__u8	reserved_1;	/* 1 */
	__u8	marker[4];	/* 2..5 */
	__u8	kind;		/* 6: 6 */
	__u8	reserved_7;	/* 7 */
	__le16	reason;		/* 8..9 */
	__u8	reserved_10[6];	/* 10..15 */
	__le64	detail;		/* 16..23 */
	__u8	reserved_24[8];	/* 24..31 */
};
IOREGIONFD_HS_AT(abort, op, 0);
IOREGIONFD_HS_AT(abort, reserved_1, 1);
IOREGIONFD_HS_AT(abort, marker, 2);
IOREGIONFD_HS_AT(abort, kind, 6);
IOREGIONFD_HS_AT(abort, reserved_7, 7);
IOREGIONFD_HS_AT(abort, reason, 8);
IOREGIONFD_HS_AT(abort, reserved_10, 10);
IOREGIONFD_HS_AT(abort, detail, 16);
IOREGIONFD_HS_AT(abort, reserved_24, 24);
IOREGIONFD_HS_WHOLE(abort);
#define IOREGIONFD_HS_ABORT_RESERVED			0xff00fc82u /* bit n: byte n is sent as 0 */

/**
 * struct ioregionfd_hs_record - RECORD, never sent
 * @marker: IOREGIONFD_HS_MARKER
 * @kind: IOREGIONFD_HS_KIND_*, of this frame
 * @reserved_5: sent as 0
 * @format: 2
 * @layout: 1 info-word, 2 byte-fields; 0 none, only where the version is not 0
 * @version: as agreed
 * @max_inflight: as agreed
 * @reserved_12: sent as 0
 * @features: as agreed
 * @reserved_24: sent as 0
 * @digest: CRC-32C of bytes 0..27
 */
struct ioregionfd_hs_record {
	__u8	marker[4];	/* 0..3 */
	__u8	kind;		/* 4: 9 */
	__u8	reserved_5;	/* 5 */
	__u8	format;		/* 6: 2 */
	__u8	layout;		/* 7 */
	__le16	version;	/* 8..9 */
	__le16	max_inflight;	/* 10..11 */
	__u8	reserved_12[4];	/* 12..15 */
	__le64	features;	/* 16..23 */
	__u8	reserved_24[4];	/* 24..27 */
	__le32	digest;		/* 28..31 */
};
IOREGIONFD_HS_AT(record, marker, 0);
IOREGIONFD_HS_AT(record, kind, 4);
IOREGIONFD_HS_AT(record, reserved_5, 5);
IOREGIONFD_HS_AT(record, format, 6);
IOREGIONFD_HS_AT(record, layout, 7);
IOREGIONFD_HS_AT(record, version, 8);
IOREGIONFD_HS_AT(record, max_inflight, 10);
IOREGIONFD_HS_AT(record, reserved_12, 12);
IOREGIONFD_HS_AT(record, features, 16);
IOREGIONFD_HS_AT(record, reserved_24, 24);
IOREGIONFD_HS_AT(record, digest, 28);
IOREGIONFD_HS_WHOLE(record);
#define IOREGIONFD_HS_RECORD_RESERVED			0x0f00f020u /* bit n: byte n is sent as 0 */

/**
 * struct ioregionfd_hs_command_info_word - COMMAND_INFO_WORD, from K, version 0 and 1
 * @info: bits, IOREGIONFD_HS_INFO_*
 * @padding_4: sent as 0
 * @user_data: names the region
 * @offset: of the access in the region
 * @data: what is written or was read, else 0
 */
struct ioregionfd_hs_command_info_word {
	__le32	info;		/* 0..3 */
	__u8	padding_4[4];	/* 4..7 */
	__le64	user_data;	/* 8..15 */
	__le64	offset;		/* 16..23 */
	__le64	data;		/* 24..31 */
};
IOREGIONFD_HS_AT(command_info_word, info, 0);
IOREGIONFD_HS_AT(command_info_word, padding_4, 4);
IOREGIONFD_HS_AT(command_info_word, user_data, 8);
IOREGIONFD_HS_AT(command_info_word, offset, 16);
IOREGIONFD_HS_AT(command_info_word, data, 24);
IOREGIONFD_HS_WHOLE(command_info_word);
#define IOREGIONFD_HS_COMMAND_INFO_WORD_RESERVED	0x000000f0u /* bit n: byte n is sent as 0 */

/**
 * struct ioregionfd_hs_command_byte_fields - COMMAND_BYTE_FIELDS, from K, version 0
 * @cmd: IOREGIONFD_HS_CMD_*
 * @head: bits, IOREGIONFD_HS_HEAD_*
 * @padding_2: sent as 0
 * @user_data: names the region
 * @offset: of the access in the region
 * @data: what is written or was read, else 0
 */
struct ioregionfd_hs_command_byte_fields {
	__u8	cmd;		/* 0 */
	__u8	head;		/* 1 */
	__u8	padding_2[6];	/* 2..7 */
	__le64	user_data;	/* 8..15 */
	__le64	offset;		/* 16..23 */
	__le64	data;		/* 24..31 */
};
IOREGIONFD_HS_AT(command_byte_fields, cmd, 0);
IOREGIONFD_HS_AT(command_byte_fields, head, 1);
IOREGIONFD_HS_AT(command_byte_fields, padding_2, 2);
IOREGIONFD_HS_AT(command_byte_fields, user_data, 8);
IOREGIONFD_HS_AT(command_byte_fields, offset, 16);
IOREGIONFD_HS_AT(command_byte_fields, data, 24);
IOREGIONFD_HS_WHOLE(command_byte_fields);
#define IOREGIONFD_HS_COMMAND_BYTE_FIELDS_RESERVED	0x000000fcu /* bit n: byte n is sent as 0 */

/**
 * struct ioregionfd_hs_response - RESPONSE, from D, version 0 and 1
 * @data: what is written or was read, else 0
 * @padding_8: never looked at by a legacy KVM, but for the marker of an OFFER
 */
struct ioregionfd_hs_response {
	__le64	data;		/* 0..7 */
	__u8	padding_8[24];	/* 8..31 */
};
IOREGIONFD_HS_AT(response, data, 0);
IOREGIONFD_HS_AT(response, padding_8, 8);
IOREGIONFD_HS_WHOLE(response);
#define IOREGIONFD_HS_RESPONSE_RESERVED			0xffffff00u /* bit n: byte n is sent as 0 */

/**
 * struct ioregionfd_hs_command_tagged - COMMAND_TAGGED, from K, version 2
 * @op: READ 2, WRITE 3, FENCE 4
 * @size_exponent: 0..3
 * @flags: bit 0 response wanted, bits 1..15 reserved
 * @tag: 0 exactly where no response is wanted
 * @user_data: names the region
 * @offset: of the access in the region
 * @data: what is written or was read, else 0
 */
struct ioregionfd_hs_command_tagged {
	__u8	op;		/* 0 */
	__u8	size_exponent;	/* 1 */
	__le16	flags;		/* 2..3 */
	__le32	tag;		/* 4..7 */
	__le64	user_data;	/* 8..15 */
	__le64	offset;		/* 16..23 */
	__le64	data;		/* 24..31 */
};
IOREGIONFD_HS_AT(command_tagged, op, 0);
IOREGIONFD_HS_AT(command_tagged, size_exponent, 1);
IOREGIONFD_HS_AT(command_tagged, flags, 2);
IOREGIONFD_HS_AT(command_tagged, tag, 4);
IOREGIONFD_HS_AT(command_tagged, user_data, 8);
IOREGIONFD_HS_AT(command_tagged, offset, 16);
IOREGIONFD_HS_AT(command_tagged, data, 24);
IOREGIONFD_HS_WHOLE(command_tagged);

/**
 * struct ioregionfd_hs_response_tagged - RESPONSE_TAGGED, from D, version 2
 * @data: what is written or was read, else 0
 * @tag: the command's
 * @status: OK 1, BAD_REGION 2, BAD_OFFSET 3, DEVICE_FAULT 4
 * @reserved_14: sent as 0
 */
struct ioregionfd_hs_response_tagged {
	__le64	data;		/* 0..7 */
	__le32	tag;		/* 8..11 */
	__le16	status;		/* 12..13 */
	__u8	reserved_14[18];	/* 14..31 */
};
IOREGIONFD_HS_AT(response_tagged, data, 0);
IOREGIONFD_HS_AT(response_tagged, tag, 8);
IOREGIONFD_HS_AT(response_tagged, status, 12);
IOREGIONFD_HS_AT(response_tagged, reserved_14, 14);
IOREGIONFD_HS_WHOLE(response_tagged);
#define IOREGIONFD_HS_RESPONSE_TAGGED_RESERVED		0xffffc000u /* bit n: byte n is sent as 0 */

/**
 * union ioregionfd_hs_frame - Any frame.
 * @bytes: as on the wire
 * @hello: HELLO, from K
 * @offer: OFFER, from D
 * @select: SELECT, from K
 * @accept: ACCEPT, from D
 * @reject: REJECT, from D
 * @abort: ABORT, from K
 * @record: RECORD, never sent
 * @command_info_word: COMMAND_INFO_WORD, from K, version 0 and 1
 * @command_byte_fields: COMMAND_BYTE_FIELDS, from K, version 0
 * @response: RESPONSE, from D, version 0 and 1
 * @command_tagged: COMMAND_TAGGED, from K, version 2
 * @response_tagged: RESPONSE_TAGGED, from D, version 2
 *
 * Its receiver knows its kind from its own state and from the marker.
 */
union ioregionfd_hs_frame {
	__u8						bytes[IOREGIONFD_HS_FRAME_LENGTH];
	struct ioregionfd_hs_hello			hello;
	struct ioregionfd_hs_offer			offer;
	struct ioregionfd_hs_select			select;
	struct ioregionfd_hs_accept			accept;
	struct ioregionfd_hs_reject			reject;
	struct ioregionfd_hs_abort			abort;
	struct ioregionfd_hs_record			record;
	struct ioregionfd_hs_command_info_word		command_info_word;
	struct ioregionfd_hs_command_byte_fields	command_byte_fields;
	struct ioregionfd_hs_response			response;
	struct ioregionfd_hs_command_tagged		command_tagged;
	struct ioregionfd_hs_response_tagged		response_tagged;
};

/* generated from spec/registry: end */

IOREGIONFD_HS_ASSERT(sizeof(union ioregionfd_hs_frame) == IOREGIONFD_HS_FRAME_LENGTH,
		     "the union is not one frame");

/**
 * struct ioregionfd_hs_violation - What is wrong with a frame.
 * @seen: what stands there
 * @clause: the clause that is broken, or IOREGIONFD_HS_NONE
 * @offset: the first byte of the field that is wrong
 */
struct ioregionfd_hs_violation {
	__u64 seen;
	const char *clause;
	unsigned long offset;
};

/**
 * struct ioregionfd_hs_agreement - What is agreed, or what a SELECT asks for.
 * @features: the bitmap of features
 * @version: the version
 * @max_inflight: the window
 * @layout: the layout, or 0 where it is not stated
 */
struct ioregionfd_hs_agreement {
	__u64 features;
	__u32 version;
	__u16 max_inflight;
	__u16 layout;
};

/**
 * struct ioregionfd_hs_command - A command of any version.
 * @user_data: names the region
 * @offset: of the access in the region
 * @data: what a WRITE writes, else 0
 * @tag: 0 in versions 0 and 1
 * @op: the number on the wire, which is another one in version 2
 * @size_exponent: the access size is 1 << size_exponent bytes
 * @response_wanted: 0 where the command is posted, else 1
 * @version: the agreed version
 */
struct ioregionfd_hs_command {
	__u64 user_data;
	__u64 offset;
	__u64 data;
	__u32 tag;
	__u8 op;
	__u8 size_exponent;
	__u8 response_wanted;
	__u8 version;
};

/**
 * ioregionfd_hs_load() - Read a little-endian number.
 * @field: its first byte
 * @width: the number of bytes, at most 8
 *
 * Byte for byte: the same on every host.
 *
 * Return: the number
 */
static __inline__ __u64 ioregionfd_hs_load(const void *field, unsigned int width)
{
	const __u8 *bytes = (const __u8 *)field;
	__u64 value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

/**
 * ioregionfd_hs_store() - Write a little-endian number.
 * @field: its first byte
 * @width: the number of bytes, at most 8
 * @value: the number
 */
static __inline__ void ioregionfd_hs_store(void *field, unsigned int width, __u64 value)
{
	__u8 *bytes = (__u8 *)field;
	unsigned int i;

	for (i = 0; i < width; i++)
		bytes[i] = (__u8)(value >> 8 * i);
}

/* Written out, unlike the loops above: compilers make one load or store of it on a little-endian host. */
static __inline__ __u32 ioregionfd_hs_load32(const void *field, unsigned int from)
{
	const __u8 *bytes = (const __u8 *)field + from;

	return bytes[0] | (__u32)bytes[1] << 8 | (__u32)bytes[2] << 16 | (__u32)bytes[3] << 24;
}

static __inline__ void ioregionfd_hs_store32(void *field, unsigned int from, __u32 value)
{
	__u8 *bytes = (__u8 *)field + from;

	bytes[0] = (__u8)value;
	bytes[1] = (__u8)(value >> 8);
	bytes[2] = (__u8)(value >> 16);
	bytes[3] = (__u8)(value >> 24);
}

/**
 * ioregionfd_hs_get16() - Read a field of 2 bytes.
 * @field: the field of a frame
 *
 * Return: its value on this host
 */
static __inline__ __u16 ioregionfd_hs_get16(__le16 field)
{
	return (__u16)ioregionfd_hs_load(&field, sizeof(field));
}

/**
 * ioregionfd_hs_get32() - Read a field of 4 bytes.
 * @field: the field of a frame
 *
 * Return: its value on this host
 */
static __inline__ __u32 ioregionfd_hs_get32(__le32 field)
{
	return ioregionfd_hs_load32(&field, 0);
}

/**
 * ioregionfd_hs_get64() - Read a field of 8 bytes.
 * @field: the field of a frame
 *
 * Return: its value on this host
 */
static __inline__ __u64 ioregionfd_hs_get64(__le64 field)
{
	return ioregionfd_hs_load32(&field, 0) | (__u64)ioregionfd_hs_load32(&field, 4) << 32;
}

/**
 * ioregionfd_hs_put16() - Make a field of 2 bytes.
 * @value: the number
 *
 * Return: the field as it is on the wire
 */
static __inline__ __le16 ioregionfd_hs_put16(__u16 value)
{
	__le16 field;

	ioregionfd_hs_store(&field, sizeof(field), value);
	return field;
}

/**
 * ioregionfd_hs_put32() - Make a field of 4 bytes.
 * @value: the number
 *
 * Return: the field as it is on the wire
 */
static __inline__ __le32 ioregionfd_hs_put32(__u32 value)
{
	__le32 field;

	ioregionfd_hs_store32(&field, 0, value);
	return field;
}

/**
 * ioregionfd_hs_put64() - Make a field of 8 bytes.
 * @value: the number
 *
 * Return: the field as it is on the wire
 */
static __inline__ __le64 ioregionfd_hs_put64(__u64 value)
{
	__le64 field;

	ioregionfd_hs_store32(&field, 0, (__u32)value);
	ioregionfd_hs_store32(&field, 4, (__u32)(value >> 32));
	return field;
}

/**
 * ioregionfd_hs_clear() - Make a frame of zeroes.
 * @frame: the frame
 *
 * Every encoder begins with this [MRK-002].
 */
static __inline__ void ioregionfd_hs_clear(union ioregionfd_hs_frame *frame)
{
	int i;

	for (i = 0; i < IOREGIONFD_HS_FRAME_LENGTH; i++)
		frame->bytes[i] = 0;
}

/**
 * ioregionfd_hs_first_set() - Find a byte that is not zero.
 * @frame: the frame
 * @mask: bit n: byte n is looked at
 *
 * Return: the first such byte of those in @mask, or -1 where all are zero
 */
static __inline__ int ioregionfd_hs_first_set(const union ioregionfd_hs_frame *frame, __u32 mask)
{
	int i;

	for (i = 0; i < IOREGIONFD_HS_FRAME_LENGTH; i++)
		if (mask >> i & 1 && frame->bytes[i])
			return i;
	return -1;
}

/**
 * ioregionfd_hs_violated() - Write down what is wrong with a frame.
 * @violation: filled in
 * @clause: the clause that is broken, or IOREGIONFD_HS_NONE
 * @offset: the first byte of the field that is wrong
 * @seen: what stands there
 *
 * Return: -1, for a check to return
 */
static __inline__ int ioregionfd_hs_violated(struct ioregionfd_hs_violation *violation,
					     const char *clause, unsigned long offset, __u64 seen)
{
	violation->clause = clause;
	violation->offset = offset;
	violation->seen = seen;
	return -1;
}

/* ---- the marker ---- */

/**
 * ioregionfd_hs_is_marked_at() - Look for the marker.
 * @frame: the frame
 * @at: the first byte of the marker
 *
 * Return: 1 where the marker is at byte @at, else 0
 */
static __inline__ int ioregionfd_hs_is_marked_at(const union ioregionfd_hs_frame *frame, int at)
{
	static const char marker[] = IOREGIONFD_HS_MARKER;
	int i;

	for (i = 0; i < IOREGIONFD_HS_MARKER_LENGTH; i++)
		if (frame->bytes[at + i] != (__u8)marker[i])
			return 0;
	return 1;
}

/**
 * ioregionfd_hs_mark_at() - Write the marker, and the kind behind it.
 * @frame: the frame
 * @at: the first byte of the marker
 * @kind: the kind
 */
static __inline__ void ioregionfd_hs_mark_at(union ioregionfd_hs_frame *frame, int at, __u8 kind)
{
	static const char marker[] = IOREGIONFD_HS_MARKER;
	int i;

	for (i = 0; i < IOREGIONFD_HS_MARKER_LENGTH; i++)
		frame->bytes[at + i] = (__u8)marker[i];
	frame->bytes[at + i] = kind;
}

/**
 * ioregionfd_hs_command_is_marked() - Whether a frame from K is marked.
 * @frame: the frame
 *
 * It must be at its place [MRK-001].
 *
 * Return: 1 or 0
 */
static __inline__ int ioregionfd_hs_command_is_marked(const union ioregionfd_hs_frame *frame)
{
	return ioregionfd_hs_is_marked_at(frame, IOREGIONFD_HS_COMMAND_MARKER);
}

/**
 * ioregionfd_hs_response_is_marked() - Whether a frame from D is marked.
 * @frame: the frame
 *
 * It must be at its place [MRK-001].
 *
 * Return: 1 or 0
 */
static __inline__ int ioregionfd_hs_response_is_marked(const union ioregionfd_hs_frame *frame)
{
	return ioregionfd_hs_is_marked_at(frame, IOREGIONFD_HS_RESPONSE_MARKER);
}

/**
 * ioregionfd_hs_hello_layout() - Tell the layout of a HELLO from its read head.
 * @frame: a HELLO
 *
 * No pair of bytes is a read head of both layouts [HEL-010].
 *
 * Return: the layout, or 0 where the read head is not a listed one
 */
static __inline__ __u16 ioregionfd_hs_hello_layout(const union ioregionfd_hs_frame *frame)
{
	const __u8 *head = frame->hello.read_head;

	if ((head[0] & 0xcf) == 0x40 && head[1] == 0)
		return IOREGIONFD_HS_LAYOUT_INFO_WORD;
	if (head[0] == 0 && (head[1] & 0xec) == 0)
		return IOREGIONFD_HS_LAYOUT_BYTE_FIELDS;
	return 0;
}

/**
 * ioregionfd_hs_check_from_kvm() - Check a marked frame from K.
 * @frame: the frame
 * @violation: filled in where the frame is wrong
 *
 * The clause is SEL-010 where the frame is none of K's, SEL-011 for a reserved byte of a SELECT,
 * MRK-001 where the frame is not marked.
 *
 * Return: the kind, or -1
 */
static __inline__ int ioregionfd_hs_check_from_kvm(const union ioregionfd_hs_frame *frame,
						   struct ioregionfd_hs_violation *violation)
{
	int kind = frame->hello.kind;
	int set;

	if (!ioregionfd_hs_command_is_marked(frame))
		return ioregionfd_hs_violated(violation, "MRK-001", IOREGIONFD_HS_COMMAND_MARKER,
					      frame->hello.marker[0]);
	if (kind == IOREGIONFD_HS_KIND_HELLO && ioregionfd_hs_hello_layout(frame))
		return kind;
	/* [ABT-003] an ABORT is final whatever its reserved bytes */
	if (kind == IOREGIONFD_HS_KIND_ABORT && frame->abort.op == IOREGIONFD_HS_OP)
		return kind;
	if (kind != IOREGIONFD_HS_KIND_SELECT || frame->select.op != IOREGIONFD_HS_OP)
		return ioregionfd_hs_violated(violation, "SEL-010", IOREGIONFD_HS_COMMAND_KIND,
					      (__u64)kind);
	set = ioregionfd_hs_first_set(frame, IOREGIONFD_HS_SELECT_RESERVED);
	if (set >= 0)
		return ioregionfd_hs_violated(violation, "SEL-011", (unsigned long)set,
					      frame->bytes[set]);
	return kind;
}

/**
 * ioregionfd_hs_check_from_device() - Check a marked frame from D.
 * @frame: the frame
 * @violation: filled in where the frame is wrong
 *
 * The clause is KST-004 where the frame is none of D's, ACC-002 for a reserved byte of an ACCEPT,
 * MRK-001 where the frame is not marked.
 *
 * Return: the kind, or -1
 */
static __inline__ int ioregionfd_hs_check_from_device(const union ioregionfd_hs_frame *frame,
						      struct ioregionfd_hs_violation *violation)
{
	int kind = frame->offer.kind;
	int set;

	if (!ioregionfd_hs_response_is_marked(frame))
		return ioregionfd_hs_violated(violation, "MRK-001", IOREGIONFD_HS_RESPONSE_MARKER,
					      frame->offer.marker[0]);
	if (kind == IOREGIONFD_HS_KIND_OFFER || kind == IOREGIONFD_HS_KIND_REJECT)
		return kind;
	if (kind != IOREGIONFD_HS_KIND_ACCEPT)
		return ioregionfd_hs_violated(violation, "KST-004", IOREGIONFD_HS_RESPONSE_KIND,
					      (__u64)kind);
	set = ioregionfd_hs_first_set(frame, IOREGIONFD_HS_ACCEPT_RESERVED);
	if (set >= 0)
		return ioregionfd_hs_violated(violation, "ACC-002", (unsigned long)set,
					      frame->bytes[set]);
	return kind;
}

/* ---- the digest ---- */

/**
 * ioregionfd_hs_crc32c() - Go on with a CRC-32C.
 * @crc: that of the bytes before, 0 at the beginning
 * @data: the next bytes
 * @length: how many they are
 *
 * Bit by bit, because a channel needs it for four frames only.
 *
 * Return: the CRC-32C of all bytes so far
 */
static __inline__ __u32 ioregionfd_hs_crc32c(__u32 crc, const void *data, unsigned long length)
{
	const __u8 *bytes = (const __u8 *)data;
	int bit;

	crc = ~crc;
	while (length--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	}
	return ~crc;
}

/**
 * ioregionfd_hs_digest_add() - Add a HELLO or an OFFER to the digest.
 * @digest: the digest so far: 0 for a HELLO
 * @frame: the frame
 *
 * Every byte counts.
 *
 * Return: the digest
 */
static __inline__ __u32 ioregionfd_hs_digest_add(__u32 digest,
						 const union ioregionfd_hs_frame *frame)
{
	return ioregionfd_hs_crc32c(digest, frame->bytes, sizeof(frame->bytes));
}

/**
 * ioregionfd_hs_digest_seal() - Add a SELECT or an ACCEPT to the digest.
 * @digest: the digest so far
 * @frame: the frame
 *
 * The frame's own digest is taken as zero [DIG-001] [DIG-002].
 *
 * Return: the digest
 */
static __inline__ __u32 ioregionfd_hs_digest_seal(__u32 digest,
						  const union ioregionfd_hs_frame *frame)
{
	static const __u8 zero[sizeof(frame->select.digest)] = { 0 };

	digest = ioregionfd_hs_crc32c(digest, frame->bytes, IOREGIONFD_HS_DIGEST_OFFSET);
	return ioregionfd_hs_crc32c(digest, zero, sizeof(zero));
}

/* ---- commands and responses ---- */

/**
 * ioregionfd_hs_ones() - The data of a failed access.
 * @size_exponent: the access size is 1 << size_exponent bytes
 *
 * Return: ones in the access size, or in all 64 bits where there is no valid size
 */
static __inline__ __u64 ioregionfd_hs_ones(unsigned int size_exponent)
{
	return size_exponent < 3 ? (1ULL << (8 << size_exponent)) - 1 : ~0ULL;
}

/**
 * ioregionfd_hs_truncate() - Cut data to the access size [ACE-003].
 * @data: the data
 * @size_exponent: the access size is 1 << size_exponent bytes
 *
 * Return: the part of @data that is inside of the access size
 */
static __inline__ __u64 ioregionfd_hs_truncate(__u64 data, unsigned int size_exponent)
{
	return data & ioregionfd_hs_ones(size_exponent);
}

/**
 * ioregionfd_hs_is_read() - Whether a command is a READ.
 * @command: the command
 *
 * Return: 1 or 0
 */
static __inline__ int ioregionfd_hs_is_read(const struct ioregionfd_hs_command *command)
{
	return command->op == (command->version == IOREGIONFD_HS_VERSION_TAGGED ?
				       IOREGIONFD_HS_OP_READ : IOREGIONFD_HS_CMD_READ);
}

/**
 * ioregionfd_hs_get_command() - Take the fields of a command out of a frame.
 * @frame: the frame
 * @version: the agreed version
 * @layout: the layout, which counts in version 0 only
 * @command: filled in
 *
 * The fields are taken as they stand. Versions 1 and 2 have one layout each.
 */
static __inline__ void ioregionfd_hs_get_command(const union ioregionfd_hs_frame *frame,
						 __u32 version, __u16 layout,
						 struct ioregionfd_hs_command *command)
{
	__u32 info = ioregionfd_hs_get32(frame->command_info_word.info);
	__u8 head = frame->command_byte_fields.head;

	command->version = (__u8)version;
	command->tag = 0;
	command->user_data = ioregionfd_hs_get64(frame->command_tagged.user_data);
	command->offset = ioregionfd_hs_get64(frame->command_tagged.offset);
	command->data = ioregionfd_hs_get64(frame->command_tagged.data);
	if (version == IOREGIONFD_HS_VERSION_TAGGED) {
		command->op = frame->command_tagged.op;
		command->size_exponent = frame->command_tagged.size_exponent;
		command->response_wanted = ioregionfd_hs_get16(frame->command_tagged.flags) &
					   IOREGIONFD_HS_FLAGS_RESPONSE_WANTED;
		command->tag = ioregionfd_hs_get32(frame->command_tagged.tag);
	} else if (version == IOREGIONFD_HS_VERSION_EXACT ||
		   layout == IOREGIONFD_HS_LAYOUT_INFO_WORD) {
		command->op = info & IOREGIONFD_HS_INFO_CMD;
		command->size_exponent = (__u8)((info & IOREGIONFD_HS_INFO_SIZE_EXPONENT) >>
						IOREGIONFD_HS_INFO_SIZE_EXPONENT_SHIFT);
		command->response_wanted = !!(info & IOREGIONFD_HS_INFO_RESP);
	} else {
		command->op = frame->command_byte_fields.cmd;
		command->size_exponent = head & IOREGIONFD_HS_HEAD_SIZE_EXPONENT;
		command->response_wanted = !!(head & IOREGIONFD_HS_HEAD_RESP);
	}
}

/**
 * ioregionfd_hs_put_command() - Make the frame of a command.
 * @frame: filled in
 * @layout: the layout, which counts in version 0 only
 * @command: the command
 *
 * The caller sets no data on a READ [V0-001] [V1-001] [V2-001]. The data of a WRITE are truncated
 * [ACE-003].
 */
static __inline__ void ioregionfd_hs_put_command(union ioregionfd_hs_frame *frame, __u16 layout,
						 const struct ioregionfd_hs_command *command)
{
	ioregionfd_hs_clear(frame);
	frame->command_tagged.user_data = ioregionfd_hs_put64(command->user_data);
	frame->command_tagged.offset = ioregionfd_hs_put64(command->offset);
	frame->command_tagged.data = ioregionfd_hs_put64(
		ioregionfd_hs_truncate(command->data, command->size_exponent));
	if (command->version == IOREGIONFD_HS_VERSION_TAGGED) {
		frame->command_tagged.op = command->op;
		frame->command_tagged.size_exponent = command->size_exponent;
		frame->command_tagged.flags = ioregionfd_hs_put16(command->response_wanted);
		frame->command_tagged.tag = ioregionfd_hs_put32(command->tag);
	} else if (command->version == IOREGIONFD_HS_VERSION_EXACT ||
		   layout == IOREGIONFD_HS_LAYOUT_INFO_WORD) {
		frame->command_info_word.info = ioregionfd_hs_put32(command->op |
			(__u32)command->size_exponent << IOREGIONFD_HS_INFO_SIZE_EXPONENT_SHIFT |
			(command->response_wanted ? IOREGIONFD_HS_INFO_RESP : 0));
	} else {
		frame->command_byte_fields.cmd = command->op;
		frame->command_byte_fields.head = (__u8)(command->size_exponent |
			(command->response_wanted ? IOREGIONFD_HS_HEAD_RESP : 0));
	}
}

/**
 * ioregionfd_hs_check_exact() - Check a command of version 1.
 * @frame: the frame
 * @features: the agreed features
 * @violation: filled in where the frame is wrong
 *
 * Return: 0, or -1 where D must close the channel
 */
static __inline__ int ioregionfd_hs_check_exact(const union ioregionfd_hs_frame *frame, __u64 features,
						struct ioregionfd_hs_violation *violation)
{
	__u32 info = ioregionfd_hs_get32(frame->command_info_word.info);
	struct ioregionfd_hs_command command;
	int set;

	ioregionfd_hs_get_command(frame, IOREGIONFD_HS_VERSION_EXACT, 0, &command);
	if (ioregionfd_hs_command_is_marked(frame))
		return ioregionfd_hs_violated(violation, "VIO-001", IOREGIONFD_HS_COMMAND_KIND,
					      frame->hello.kind);
	set = ioregionfd_hs_first_set(frame, IOREGIONFD_HS_COMMAND_INFO_WORD_RESERVED);
	if (set >= 0)
		return ioregionfd_hs_violated(violation, "VIO-002", (unsigned long)set,
					      frame->bytes[set]);
	if (info & IOREGIONFD_HS_INFO_RESERVED || command.op > IOREGIONFD_HS_CMD_WRITE)
		return ioregionfd_hs_violated(violation, "VIO-002", 0, info);
	if (command.op == IOREGIONFD_HS_CMD_READ && !command.response_wanted)
		return ioregionfd_hs_violated(violation, "VIO-002", 0, info);
	if (command.op == IOREGIONFD_HS_CMD_READ && command.data)
		return ioregionfd_hs_violated(violation, "VIO-002", 24, command.data);
	if (!command.response_wanted && !(features & IOREGIONFD_HS_FEATURE_POSTED_WRITES))
		return ioregionfd_hs_violated(violation, "VIO-005", 0, info);
	return 0;
}

/* The rules on response and tag, which are those of every op of version 2. */
static __inline__ int ioregionfd_hs_check_wanted(const struct ioregionfd_hs_command *command,
						 __u64 features,
						 struct ioregionfd_hs_violation *violation)
{
	if (!command->response_wanted && command->op != IOREGIONFD_HS_OP_WRITE)
		return ioregionfd_hs_violated(violation, "VIO-004", 2, 0);
	if (command->response_wanted ? !command->tag : !!command->tag)
		return ioregionfd_hs_violated(violation, "VIO-004", 4, command->tag);
	if (!command->response_wanted && !(features & IOREGIONFD_HS_FEATURE_POSTED_WRITES))
		return ioregionfd_hs_violated(violation, "VIO-005", 2, 0);
	return 0;
}

/**
 * ioregionfd_hs_check_tagged() - Check a command of version 2.
 * @frame: the frame
 * @features: the agreed features
 * @violation: filled in where the frame is wrong
 *
 * The caller must check tags in use and the window [VIO-006].
 *
 * Return: 0, or -1 where D must close the channel
 */
static __inline__ int ioregionfd_hs_check_tagged(const union ioregionfd_hs_frame *frame, __u64 features,
						 struct ioregionfd_hs_violation *violation)
{
	/* [VIO-003] a FENCE has no field but op, flags and tag */
	const __u32 not_of_a_fence = 0xffffff02u;
	__u16 flags = ioregionfd_hs_get16(frame->command_tagged.flags);
	struct ioregionfd_hs_command command;
	int fence, set;

	ioregionfd_hs_get_command(frame, IOREGIONFD_HS_VERSION_TAGGED, 0, &command);
	if (ioregionfd_hs_command_is_marked(frame))
		return ioregionfd_hs_violated(violation, "VIO-001", IOREGIONFD_HS_COMMAND_KIND,
					      frame->hello.kind);
	fence = command.op == IOREGIONFD_HS_OP_FENCE && features & IOREGIONFD_HS_FEATURE_FENCE;
	if (!fence && command.op != IOREGIONFD_HS_OP_READ && command.op != IOREGIONFD_HS_OP_WRITE)
		return ioregionfd_hs_violated(violation, "VIO-003", 0, command.op);
	if (command.size_exponent > 3)
		return ioregionfd_hs_violated(violation, "VIO-003", 1, command.size_exponent);
	if (flags & IOREGIONFD_HS_FLAGS_RESERVED)
		return ioregionfd_hs_violated(violation, "VIO-003", 2, flags);
	if (command.op == IOREGIONFD_HS_OP_READ && command.data)
		return ioregionfd_hs_violated(violation, "VIO-003", 24, command.data);
	set = fence ? ioregionfd_hs_first_set(frame, not_of_a_fence) : -1;
	if (set >= 0)
		return ioregionfd_hs_violated(violation, "VIO-003", (unsigned long)set,
					      frame->bytes[set]);
	return ioregionfd_hs_check_wanted(&command, features, violation);
}

/**
 * ioregionfd_hs_put_response() - Make a response of version 0 or 1 [V0-011] [V1-003].
 * @frame: filled in
 * @data: the data, with no bit above the access size
 */
static __inline__ void ioregionfd_hs_put_response(union ioregionfd_hs_frame *frame, __u64 data)
{
	ioregionfd_hs_clear(frame);
	frame->response.data = ioregionfd_hs_put64(data);
}

/**
 * ioregionfd_hs_put_tagged_response() - Make a response of version 2 [V2-003].
 * @frame: filled in
 * @data: the data
 * @tag: the command's tag
 * @status: the status
 */
static __inline__ void ioregionfd_hs_put_tagged_response(union ioregionfd_hs_frame *frame, __u64 data,
							 __u32 tag, __u16 status)
{
	ioregionfd_hs_put_response(frame, data);
	frame->response_tagged.tag = ioregionfd_hs_put32(tag);
	frame->response_tagged.status = ioregionfd_hs_put16(status);
}

/**
 * ioregionfd_hs_check_tagged_response() - Check a response of version 2.
 * @frame: the frame
 * @violation: filled in where the frame is wrong
 *
 * The caller must know whether the tag is outstanding, and whose turn it is where the order
 * counts [V2-005].
 *
 * Return: 0, or -1 where K must fail the channel
 */
static __inline__ int ioregionfd_hs_check_tagged_response(const union ioregionfd_hs_frame *frame,
							  struct ioregionfd_hs_violation *violation)
{
	__u16 status = ioregionfd_hs_get16(frame->response_tagged.status);
	int set = ioregionfd_hs_first_set(frame, IOREGIONFD_HS_RESPONSE_TAGGED_RESERVED);

	if (status < IOREGIONFD_HS_STATUS_OK || status > IOREGIONFD_HS_STATUS_DEVICE_FAULT)
		return ioregionfd_hs_violated(violation, "V2-005", 12, status);
	if (set >= 0)
		return ioregionfd_hs_violated(violation, "V2-005", (unsigned long)set,
					      frame->bytes[set]);
	return 0;
}

/* ---- frames of the handshake, to bytes ---- */

/**
 * ioregionfd_hs_put_hello() - Make a HELLO.
 * @frame: filled in
 * @layout: the layout, which counts in version 0 only
 * @read: the READ as K sends it in version 0
 * @nonce: the nonce
 *
 * Only bytes 2..7 differ from that READ [HEL-007].
 */
static __inline__ void ioregionfd_hs_put_hello(union ioregionfd_hs_frame *frame, __u16 layout,
					       const struct ioregionfd_hs_command *read, __u8 nonce)
{
	ioregionfd_hs_put_command(frame, layout, read);
	ioregionfd_hs_mark_at(frame, IOREGIONFD_HS_COMMAND_MARKER, IOREGIONFD_HS_KIND_HELLO);
	frame->hello.nonce = nonce;
}

/**
 * ioregionfd_hs_put_offer() - Make an OFFER.
 * @frame: filled in
 * @value: the value of the READ that the HELLO is, else 0
 * @max_inflight: the largest window that D grants
 * @features: the bitmap of features
 * @versions: the bitmap of versions
 * @nonce: the HELLO's
 */
static __inline__ void ioregionfd_hs_put_offer(union ioregionfd_hs_frame *frame, __u64 value,
					       __u16 max_inflight, __u64 features,
					       __u32 versions, __u8 nonce)
{
	ioregionfd_hs_clear(frame);
	frame->offer.value = ioregionfd_hs_put64(value);
	ioregionfd_hs_mark_at(frame, IOREGIONFD_HS_RESPONSE_MARKER, IOREGIONFD_HS_KIND_OFFER);
	frame->offer.nonce = nonce;
	frame->offer.max_inflight = ioregionfd_hs_put16(max_inflight);
	frame->offer.features = ioregionfd_hs_put64(features);
	frame->offer.versions = ioregionfd_hs_put32(versions);
}

/**
 * ioregionfd_hs_put_select() - Make a SELECT [DIG-001].
 * @frame: filled in
 * @agreement: what K selects
 * @digest: the digest over HELLO and OFFER
 *
 * Return: the digest in the SELECT
 */
static __inline__ __u32 ioregionfd_hs_put_select(union ioregionfd_hs_frame *frame,
						 const struct ioregionfd_hs_agreement *agreement,
						 __u32 digest)
{
	ioregionfd_hs_clear(frame);
	frame->select.op = IOREGIONFD_HS_OP;
	ioregionfd_hs_mark_at(frame, IOREGIONFD_HS_COMMAND_MARKER, IOREGIONFD_HS_KIND_SELECT);
	frame->select.version = ioregionfd_hs_put16((__u16)agreement->version);
	frame->select.max_inflight = ioregionfd_hs_put16(agreement->max_inflight);
	frame->select.features = ioregionfd_hs_put64(agreement->features);
	digest = ioregionfd_hs_digest_seal(digest, frame);
	frame->select.digest = ioregionfd_hs_put32(digest);
	return digest;
}

/**
 * ioregionfd_hs_put_accept() - Make an ACCEPT [DIG-002].
 * @frame: filled in
 * @agreement: what is agreed
 * @digest: the digest over HELLO, OFFER and SELECT
 *
 * Return: the digest in the ACCEPT
 */
static __inline__ __u32 ioregionfd_hs_put_accept(union ioregionfd_hs_frame *frame,
						 const struct ioregionfd_hs_agreement *agreement,
						 __u32 digest)
{
	ioregionfd_hs_clear(frame);
	ioregionfd_hs_mark_at(frame, IOREGIONFD_HS_RESPONSE_MARKER, IOREGIONFD_HS_KIND_ACCEPT);
	frame->accept.max_inflight = ioregionfd_hs_put16(agreement->max_inflight);
	frame->accept.features = ioregionfd_hs_put64(agreement->features);
	frame->accept.version = ioregionfd_hs_put16((__u16)agreement->version);
	digest = ioregionfd_hs_digest_seal(digest, frame);
	frame->accept.digest = ioregionfd_hs_put32(digest);
	return digest;
}

/**
 * ioregionfd_hs_put_reject() - Make a REJECT.
 * @frame: filled in
 * @reason: the number of the reason
 * @detail: what belongs to the reason
 */
static __inline__ void ioregionfd_hs_put_reject(union ioregionfd_hs_frame *frame,
						__u16 reason, __u64 detail)
{
	ioregionfd_hs_clear(frame);
	ioregionfd_hs_mark_at(frame, IOREGIONFD_HS_RESPONSE_MARKER, IOREGIONFD_HS_KIND_REJECT);
	frame->reject.reason = ioregionfd_hs_put16(reason);
	frame->reject.detail = ioregionfd_hs_put64(detail);
}

/**
 * ioregionfd_hs_put_abort() - Make an ABORT.
 * @frame: filled in
 * @reason: the number of the reason
 * @detail: what belongs to the reason
 */
static __inline__ void ioregionfd_hs_put_abort(union ioregionfd_hs_frame *frame,
					       __u16 reason, __u64 detail)
{
	ioregionfd_hs_clear(frame);
	frame->abort.op = IOREGIONFD_HS_OP;
	ioregionfd_hs_mark_at(frame, IOREGIONFD_HS_COMMAND_MARKER, IOREGIONFD_HS_KIND_ABORT);
	frame->abort.reason = ioregionfd_hs_put16(reason);
	frame->abort.detail = ioregionfd_hs_put64(detail);
}

/* ---- what belongs to a version ---- */

/**
 * ioregionfd_hs_features_of() - The features whose needs a version meets (section 9.3).
 * @version: the version
 *
 * Return: the bitmap of features
 */
static __inline__ __u64 ioregionfd_hs_features_of(__u32 version)
{
	switch (version) {
	case IOREGIONFD_HS_VERSION_LEGACY:
		return IOREGIONFD_HS_FEATURES_OF_VERSION_0;
	case IOREGIONFD_HS_VERSION_EXACT:
		return IOREGIONFD_HS_FEATURES_OF_VERSION_1;
	default:
		return IOREGIONFD_HS_FEATURES_OF_VERSION_2;
	}
}

/**
 * ioregionfd_hs_window_of() - The largest window of a version.
 * @version: the version
 * @granted: the window that D grants
 *
 * Return: the window
 */
static __inline__ __u16 ioregionfd_hs_window_of(__u32 version, __u16 granted)
{
	return version < IOREGIONFD_HS_VERSION_TAGGED ? 1 : granted;
}

/* ---- the record ---- */

/**
 * ioregionfd_hs_put_record() - Make a record.
 * @frame: filled in
 * @agreement: what is agreed
 */
static __inline__ void ioregionfd_hs_put_record(union ioregionfd_hs_frame *frame,
						const struct ioregionfd_hs_agreement *agreement)
{
	ioregionfd_hs_clear(frame);
	ioregionfd_hs_mark_at(frame, 0, IOREGIONFD_HS_KIND_RECORD);
	frame->record.format = IOREGIONFD_HS_RECORD_FORMAT;
	frame->record.layout = (__u8)agreement->layout;
	frame->record.version = ioregionfd_hs_put16((__u16)agreement->version);
	frame->record.max_inflight = ioregionfd_hs_put16(agreement->max_inflight);
	frame->record.features = ioregionfd_hs_put64(agreement->features);
	frame->record.digest = ioregionfd_hs_put32(
		ioregionfd_hs_crc32c(0, frame->bytes, IOREGIONFD_HS_DIGEST_OFFSET));
}

/**
 * ioregionfd_hs_get_record() - Read a record.
 * @frame: the record
 * @agreement: filled in, also where the record is wrong
 *
 * Return: 0, or -1 where this is no record, or no agreement that can exist [REC-003]
 */
static __inline__ int ioregionfd_hs_get_record(const union ioregionfd_hs_frame *frame,
					       struct ioregionfd_hs_agreement *agreement)
{
	__u32 digest = ioregionfd_hs_crc32c(0, frame->bytes, IOREGIONFD_HS_DIGEST_OFFSET);

	agreement->features = ioregionfd_hs_get64(frame->record.features);
	agreement->version = ioregionfd_hs_get16(frame->record.version);
	agreement->max_inflight = ioregionfd_hs_get16(frame->record.max_inflight);
	agreement->layout = frame->record.layout;
	if (!ioregionfd_hs_is_marked_at(frame, 0) ||
	    frame->record.kind != IOREGIONFD_HS_KIND_RECORD ||
	    frame->record.format != IOREGIONFD_HS_RECORD_FORMAT ||
	    ioregionfd_hs_first_set(frame, IOREGIONFD_HS_RECORD_RESERVED) >= 0 ||
	    ioregionfd_hs_get32(frame->record.digest) != digest)
		return -1;
	if (agreement->version > IOREGIONFD_HS_VERSION_TAGGED ||
	    agreement->features & ~ioregionfd_hs_features_of(agreement->version) ||
	    agreement->max_inflight == 0 ||
	    agreement->max_inflight >
		    ioregionfd_hs_window_of(agreement->version, IOREGIONFD_HS_WINDOW_MAX))
		return -1;
	if (agreement->layout == 0)
		return agreement->version ? 0 : -1;
	return agreement->layout <= IOREGIONFD_HS_LAYOUT_BYTE_FIELDS ? 0 : -1;
}

#endif /* _IOREGIONFD_HANDSHAKE_H */
