// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One access, from when it is begun until it has ended: each exactly once, and
 * its waiter may have gone by then.
 *
 * Of those who wait for an access of a channel one leads: when something comes it
 * takes that in, for all of them, without a detour through a work.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "internal.h"

struct ior_access *ior_access_alloc(void)
{
	struct ior_access *access = kzalloc(sizeof(*access), GFP_KERNEL_ACCOUNT);

	if (!access)
		return NULL;
	refcount_set(&access->refs, 1);
	INIT_LIST_HEAD(&access->link);
	init_waitqueue_head(&access->wait);
	return access;
}

void ior_access_put(struct ior_access *access)
{
	if (refcount_dec_and_test(&access->refs))
		kfree(access);
}

void ior_access_end(struct ior_channel *channel, struct ior_access *access, u32 end)
{
	list_del_init(&access->link);
	access->end = end;
	channel->ended++;
	if (end != IOREGIONFD_END_DONE)
		access->value = ioregionfd_hs_ones(access->command.size_exponent);
	/* [V2-006] */
	if (end != IOREGIONFD_END_DONE || access->status > IOREGIONFD_HS_STATUS_OK)
		channel->failed++;
	smp_store_release(&access->ended, true);
	wake_up(&access->wait);
	ior_access_put(access);
}

/* [REC-004] Whether its answer says that the posted WRITEs before it are done. */
static bool vouches(const struct ior_channel *channel, const struct ior_access *access)
{
	if (access->command.op == IOREGIONFD_HS_OP_FENCE)
		return access->status == IOREGIONFD_HS_STATUS_OK;
	return access->command.response_wanted &&
	       !(channel->kvm.agreed.features & IOREGIONFD_HS_FEATURE_FENCE);
}

void ior_access_complete(struct ior_channel *channel, struct ior_access *access, u64 data,
			    u16 status)
{
	/* [V0-003] [ACE-003] */
	access->value = ioregionfd_hs_truncate(data, access->command.size_exponent);
	access->status = status;
	if (vouches(channel, access))
		channel->fenced = max(channel->fenced, access->posted_before);
	ior_access_end(channel, access, IOREGIONFD_END_DONE);
}

void ior_access_begin(struct ior_channel *channel, struct ior_access *access)
{
	refcount_inc(&access->refs);
	mutex_lock(&channel->lock);
	channel->begun++;
	channel->accesses += !access->is_rest;
	list_add_tail(&access->link, &channel->waiting);
	if (channel->kvm.state == IOREGIONFD_KVM_FAILED)
		ior_access_end(channel, access, IOREGIONFD_END_NOT_SENT);
	else
		ior_channel_advance(channel);
	mutex_unlock(&channel->lock);
}

/* ---- who looks at the wire ---- */

/* Any context: the socket has something to tell. */
void ior_channel_ready(struct ior_channel *channel)
{
	unsigned long flags;

	spin_lock_irqsave(&channel->lead_lock, flags);
	WRITE_ONCE(channel->ready, true);
	if (channel->lead)
		wake_up(&channel->lead->wait);
	else
		schedule_work(&channel->arrival);
	spin_unlock_irqrestore(&channel->lead_lock, flags);
}

static bool take_lead(struct ior_channel *channel, struct ior_access *access)
{
	unsigned long flags;
	bool leads;

	spin_lock_irqsave(&channel->lead_lock, flags);
	leads = !channel->lead;
	if (leads)
		channel->lead = access;
	spin_unlock_irqrestore(&channel->lead_lock, flags);
	return leads;
}

/* What the leader has not looked at, the work does. */
static void leave_lead(struct ior_channel *channel)
{
	unsigned long flags;

	spin_lock_irqsave(&channel->lead_lock, flags);
	channel->lead = NULL;
	if (READ_ONCE(channel->ready))
		schedule_work(&channel->arrival);
	spin_unlock_irqrestore(&channel->lead_lock, flags);
}

/* 0: it has ended. -EINTR: not yet, and something else is to be done. */
int ior_access_wait(struct ior_channel *channel, struct ior_access *access, unsigned int how)
{
	bool leads;
	int result;
	DEFINE_WAIT(entry);

	if (smp_load_acquire(&access->ended))
		return 0;
	if (how == IOR_NO_WAIT)
		return -EINTR;
	leads = take_lead(channel, access);
	for (;;) {
		prepare_to_wait(&access->wait, &entry, how);
		result = 0;
		if (smp_load_acquire(&access->ended))
			break;
		if (leads && READ_ONCE(channel->ready)) {
			__set_current_state(TASK_RUNNING);
			ior_channel_arrived(&channel->arrival);
			continue;
		}
		result = -EINTR;
		if (signal_pending_state(how, current))
			break;
		schedule();
	}
	finish_wait(&access->wait, &entry);
	if (leads)
		leave_lead(channel);
	return result;
}

/* Nobody waits for it any more: how it ended. What was sent keeps its place until its response. */
u32 ior_access_abandon(struct ior_channel *channel, struct ior_access *access)
{
	u32 end = IOREGIONFD_END_MAYBE_EXECUTED;

	mutex_lock(&channel->lock);
	if (access->ended)
		end = access->end;
	else if (access->progress == IOR_WAITING)
		ior_access_end(channel, access, end = IOREGIONFD_END_NOT_SENT);
	mutex_unlock(&channel->lock);
	ior_access_put(access);
	return end;
}
