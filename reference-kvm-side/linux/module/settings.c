// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What user space says of a channel, checked, in the words of the state machine. */
#include <linux/random.h>
#include <linux/string.h>

#include "internal.h"

static_assert(IOREGIONFD_POLICY_OFF == (int)IOREGIONFD_KVM_OFF);
static_assert(IOREGIONFD_POLICY_PREFER == (int)IOREGIONFD_KVM_PREFER);
static_assert(IOREGIONFD_POLICY_REQUIRE == (int)IOREGIONFD_KVM_REQUIRE);
static_assert(IOREGIONFD_HELLO_ATTACHED == (int)IOREGIONFD_KVM_ATTACHED);
static_assert(IOREGIONFD_HELLO_DETACHED == (int)IOREGIONFD_KVM_DETACHED);

static bool is_well_formed(const struct ioregionfd_channel_config *from)
{
	return !(from->flags & ~IOREGIONFD_CHANNEL_FLAGS) &&
	       from->policy <= IOREGIONFD_POLICY_REQUIRE &&
	       from->hello <= IOREGIONFD_HELLO_DETACHED &&
	       from->layout <= IOREGIONFD_HS_LAYOUT_BYTE_FIELDS &&
	       (from->flags & IOREGIONFD_CHANNEL_NONCE || !from->nonce) &&
	       !(from->versions & ~IOREGIONFD_HS_VERSIONS_ASSIGNABLE) &&
	       from->deadline_ms <= IOREGIONFD_DEADLINE_MS_MAX &&
	       from->access_deadline_ms <= IOREGIONFD_DEADLINE_MS_MAX &&
	       !from->reserved_0 && !memchr_inv(from->reserved_1, 0, sizeof(from->reserved_1));
}

/* [REC-003] */
static int pin_of(const struct ioregionfd_channel_config *from, struct ioregionfd_hs_agreement *pin)
{
	union ioregionfd_hs_frame record;

	if (!(from->flags & IOREGIONFD_CHANNEL_PIN))
		return memchr_inv(from->pin, 0, sizeof(from->pin)) ? -EINVAL : 0;
	memcpy(record.bytes, from->pin, sizeof(record.bytes));
	return ioregionfd_hs_get_record(&record, pin) ? -EINVAL : 0;
}

/* [CHN-012] Without a read descriptor there is no OFFER. */
static bool needs_reading(const struct ioregionfd_kvm_config *config)
{
	return config->pin.max_inflight ? config->pin.version != IOREGIONFD_HS_VERSION_LEGACY
					: config->policy != IOREGIONFD_KVM_OFF;
}

int ior_settings(const struct ioregionfd_channel_config *from, struct ioregionfd_kvm_config *to)
{
	if (!is_well_formed(from) || pin_of(from, &to->pin))
		return -EINVAL;
	to->policy = (enum ioregionfd_kvm_policy)from->policy;
	to->hello = (enum ioregionfd_kvm_hello_mode)from->hello;
	to->versions = from->versions;
	to->features = from->features;
	to->required_features = from->required_features;
	to->max_inflight = from->max_inflight ?: IOREGIONFD_HS_DEFAULT_WINDOW;
	to->layout = from->layout ?: (u8)to->pin.layout ?: IOREGIONFD_HS_LAYOUT_INFO_WORD;
	to->nonce = from->nonce;
	if (!(from->flags & IOREGIONFD_CHANNEL_NONCE))
		get_random_bytes(&to->nonce, sizeof(to->nonce));	/* [HEL-006] */
	if (ioregionfd_kvm_config_error(to) || (from->read_fd == -1 && needs_reading(to)))
		return -EINVAL;						/* [POL-003] */
	return 0;
}
