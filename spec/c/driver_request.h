/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The members of a driver's requests (spec/handshake.md, annex A), out of JSON
 * into what the KVM side takes. A member that is absent leaves what stands there.
 */
#ifndef DRIVER_REQUEST_H
#define DRIVER_REQUEST_H

#include <sys/random.h>

#include "json_line.h"
#include "kvm_channel.h"

#define DEADLINE_MILLIS_MAX 86400000ULL	/* a day: more would be no bound [FAI-004] */

enum driver_op {
	DRIVER_CONNECT, DRIVER_READ, DRIVER_WRITE, DRIVER_FENCE, DRIVER_CLOSE, DRIVER_RUN
};

/* 0, or what is wrong with it: a word of the list, whose index is then the value. */
static inline int word_of(struct json_text text, const char *const *words, unsigned int *value)
{
	unsigned int i;

	for (i = 0; text.at && words[i]; i++) {
		if (!json_is(text, words[i]))
			continue;
		*value = i;
		return 0;
	}
	return text.at ? -1 : 0;
}

/* The bitmap of a list of features: 1 where a name is unknown, -1 where it is no list or names one twice. */
static inline int features_of(struct json_text text, __u64 *features)
{
	struct json_members names;
	unsigned long i;
	int bit, wrong = 0;

	if (!text.at)
		return 0;
	if (json_members_of(text, '[', &names))
		return -1;
	for (i = 0, *features = 0; i < names.count; i++) {
		if (*names.value[i].at != '"') {
			wrong = -1;
			continue;
		}
		for (bit = 0; bit < 64; bit++)
			if (ioregionfd_hs_feature_name(1ULL << bit) &&
			    json_is(names.value[i], ioregionfd_hs_feature_name(1ULL << bit)))
				break;
		if (bit == 64)
			return 1;
		if (*features >> bit & 1)
			wrong = -1;
		*features |= 1ULL << bit;
	}
	return wrong;
}

/* The bitmap of a list of versions: 1 where one is unknown, -1 where it is no such list or names one twice. */
static inline int versions_of(struct json_text text, __u32 *versions)
{
	struct json_members numbers;
	unsigned long long number;
	unsigned long i;
	int wrong = 0;

	if (!text.at)
		return 0;
	if (json_members_of(text, '[', &numbers))
		return -1;
	for (i = 0, *versions = 0; i < numbers.count; i++) {
		if (json_whole(numbers.value[i], 1, 23, &number)) {
			wrong = -1;
			continue;
		}
		if (!(IOREGIONFD_HS_VERSIONS_KNOWN >> number & 1))
			return 1;
		if (*versions >> number & 1)
			wrong = -1;
		*versions |= 1u << number;
	}
	return wrong;
}

/* [DRV-004] The lists of a connect: 1 where an element is unknown here, else -1 where one is no list. */
static inline int lists_of(const struct json_members *members, struct ioregionfd_kvm_config *config)
{
	int versions = versions_of(json_member(members, "versions"), &config->versions);
	int features = features_of(json_member(members, "features"), &config->features);
	int required = features_of(json_member(members, "require_features"),
				   &config->required_features);

	if (versions > 0 || features > 0 || required > 0)
		return 1;
	return versions | features | required;
}

/* [REC-003] 64 hexadecimal digits of a record */
static inline int pin_of(struct json_text text, struct ioregionfd_hs_agreement *pin)
{
	union ioregionfd_hs_frame record;
	int i, high, low;

	if (!text.at)
		return 0;
	if (text.end - text.at != 2 * IOREGIONFD_HS_FRAME_LENGTH + 2 || *text.at != '"')
		return -1;
	for (i = 0; i < IOREGIONFD_HS_FRAME_LENGTH; i++) {
		high = json_hex_digit(text.at[1 + 2 * i]);
		low = json_hex_digit(text.at[2 + 2 * i]);
		if (high < 0 || low < 0)
			return -1;
		record.bytes[i] = (__u8)(high << 4 | low);
	}
	return ioregionfd_hs_get_record(&record, pin);
}

/* A whole number, which may be absent. */
static inline int whole_of(struct json_text text, unsigned long long least, unsigned long long most,
		    unsigned long long *value)
{
	return text.at ? json_whole(text, least, most, value) : 0;
}

/* What connect_members() gives where it is the host that forbids the policy. */
static const char driver_off_only[] = "K can only be OFF on this host [CHN-012]";

/* Fills `config` from the members of a connect: NULL, or what is wrong with them. */
static inline const char *connect_members(const struct json_members *members,
					  struct ioregionfd_kvm_config *config,
					  unsigned long long *deadline_millis)
{
	static const char *const policies[] = { "off", "prefer", "require", NULL };
	static const char *const hellos[] = { "attached", "detached", NULL };
	static const char *const layouts[] = { "info-word", "byte-fields", NULL };
	unsigned int policy = IOREGIONFD_KVM_PREFER, hello, layout;
	unsigned long long window = IOREGIONFD_HS_DEFAULT_WINDOW, nonce = 0;
	const char *clause;

	if (pin_of(json_member(members, "pin"), &config->pin))
		return "the pin is no record [REC-003]";
	/* the defaults that follow from others */
	if (word_of(json_member(members, "policy"), policies, &policy))
		return "no such policy";
	hello = policy == IOREGIONFD_KVM_REQUIRE || config->pin.version ? IOREGIONFD_KVM_DETACHED
									: IOREGIONFD_KVM_ATTACHED;
	layout = config->pin.layout ? config->pin.layout - 1u : 0;
	if (word_of(json_member(members, "hello"), hellos, &hello))
		return "no such hello";
	if (word_of(json_member(members, "layout"), layouts, &layout))
		return "no such layout";
	if (whole_of(json_member(members, "max_inflight"), 1, IOREGIONFD_HS_WINDOW_MAX, &window) ||
	    whole_of(json_member(members, "deadline_ms"), 1, DEADLINE_MILLIS_MAX, deadline_millis) ||
	    whole_of(json_member(members, "nonce"), 0, 0xff, &nonce))
		return "a number is missing or out of range";
	if (!json_member(members, "nonce").at && getrandom(&config->nonce, 1, 0) != 1)
		return "no random nonce here";
	if (json_member(members, "nonce").at)
		config->nonce = (__u8)nonce;
	config->policy = (enum ioregionfd_kvm_policy)policy;
	config->hello = (enum ioregionfd_kvm_hello_mode)hello;
	config->layout = (__u8)(1 + layout);
	config->max_inflight = (__u16)window;
	clause = ioregionfd_kvm_config_error(config);
	if (!clause)
		return NULL;
	return strcmp(clause, "CHN-012") ? "a configuration that POL-003 forbids" : driver_off_only;
}

/* The members of a read or a write: NULL, or what is wrong with them. */
static inline const char *access_members(const struct json_members *members,
					 struct kvm_access *access)
{
	struct json_text posted = json_member(members, "posted");
	unsigned long long region, offset, size, value = 0;

	if (json_u64(json_member(members, "region"), &region) ||
	    json_u64(json_member(members, "offset"), &offset))
		return "region and offset are 0x and hexadecimal digits";
	if (json_whole(json_member(members, "size"), 1, 8, &size))
		return "size is 1 to 8";
	if (access->command.op == IOREGIONFD_HS_OP_WRITE && json_u64(json_member(members, "value"), &value))
		return "value is 0x and hexadecimal digits";
	if (posted.at && *posted.at != 't' && *posted.at != 'f')
		return "posted is true or false";
	access->command.user_data = region;
	access->command.offset = offset;
	access->command.response_wanted = !posted.at || *posted.at == 'f';
	access->data = value;
	access->size = (unsigned int)size;
	return NULL;
}

/* Whether a request of this op may have a member of this name. */
static inline int is_known(enum driver_op op, struct json_text name)
{
	static const char *const known[][11] = {
		{ "policy", "hello", "layout", "versions", "features", "require_features",
		  "max_inflight", "deadline_ms", "pin", "nonce", NULL },
		{ "region", "offset", "size", NULL },
		{ "region", "offset", "size", "value", "posted", NULL },
		{ NULL },
		{ NULL },
		{ "access", "region", "offset", "size", "value", "count", "depth", "millis", NULL },
	};
	unsigned int unused;

	return json_is(name, "id") || json_is(name, "op") || !word_of(name, known[op], &unused);
}

#endif
