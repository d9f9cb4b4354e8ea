// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Deadlines of a channel: one timer, which is set for the first of them. */
#include "internal.h"

/* 0, or the first of the two. */
static unsigned long sooner(unsigned long one, unsigned long other)
{
	if (!one || !other)
		return one | other;
	return time_before(one, other) ? one : other;
}

static unsigned long first_deadline(struct ior_channel *channel)
{
	unsigned long first = channel->handshake_deadline;
	struct ior_access *access;

	list_for_each_entry(access, &channel->sent, link)
		first = sooner(first, access->deadline);
	access = list_first_entry_or_null(&channel->waiting, struct ior_access, link);
	return access ? sooner(first, access->deadline) : first;
}

/* Something may be due before the timer is: it is set anew. Too early does no harm. */
void ior_channel_set_timer(struct ior_channel *channel)
{
	unsigned long first, now = jiffies;

	first = channel->kvm.state == IOREGIONFD_KVM_FAILED ? 0 : first_deadline(channel);
	if (!first || (channel->expiry_at && !time_before(first, channel->expiry_at)))
		return;
	channel->expiry_at = first;
	mod_delayed_work(system_wq, &channel->expiry, time_before(now, first) ? first - now : 0);
}

static void expire(struct ior_channel *channel)
{
	struct ioregionfd_kvm *kvm = &channel->kvm;
	unsigned long first = first_deadline(channel);

	if (kvm->state == IOREGIONFD_KVM_FAILED || !first || time_before(jiffies, first))
		return;
	/* [KST-005] the handshake, else an access that nobody answered; [KST-006] never LEGACY */
	if (first != channel->handshake_deadline || !ioregionfd_kvm_deadline(kvm))
		ioregionfd_kvm_fail(kvm, NULL, 0, 0);
	ior_channel_fail(channel, ETIMEDOUT);
}

void ior_channel_expired(struct work_struct *work)
{
	struct ior_channel *channel = container_of(work, struct ior_channel, expiry.work);

	mutex_lock(&channel->lock);
	channel->expiry_at = 0;
	ior_channel_advance(channel);	/* what came in time counts */
	expire(channel);
	ior_channel_set_timer(channel);
	mutex_unlock(&channel->lock);
}
