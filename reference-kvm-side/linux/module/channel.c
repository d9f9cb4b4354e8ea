// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The channel file, and its ioctls. */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "internal.h"

static_assert(IOREGIONFD_STATE_IDLE == (int)IOREGIONFD_KVM_IDLE);
static_assert(IOREGIONFD_STATE_OPEN == (int)IOREGIONFD_KVM_OPEN);
static_assert(IOREGIONFD_STATE_LEGACY == (int)IOREGIONFD_KVM_LEGACY);
static_assert(IOREGIONFD_STATE_FAILED == (int)IOREGIONFD_KVM_FAILED);
static_assert(IOREGIONFD_OP_READ == IOREGIONFD_HS_OP_READ);
static_assert(IOREGIONFD_OP_WRITE == IOREGIONFD_HS_OP_WRITE);
static_assert(IOREGIONFD_OP_FENCE == IOREGIONFD_HS_OP_FENCE);

/* ---- handshake and state ---- */

static long negotiate(struct ior_channel *channel)
{
	long error;

	if (channel->kvm.config.policy == IOREGIONFD_KVM_OFF)
		return 0;
	if (channel->kvm.config.hello != IOREGIONFD_KVM_DETACHED)
		return -EINVAL;
	ior_channel_negotiate(channel);
	error = wait_event_interruptible(channel->settled, ior_channel_settled(channel));
	if (error)
		return -EINTR;
	mutex_lock(&channel->lock);
	error = channel->kvm.state == IOREGIONFD_KVM_FAILED ? -channel->error : 0;
	mutex_unlock(&channel->lock);
	return error;
}

static u32 count(const struct list_head *list)
{
	const struct list_head *entry;
	u32 counted = 0;

	list_for_each(entry, list)
		counted++;
	return counted;
}

static bool is_agreed(const struct ioregionfd_kvm *kvm)
{
	return kvm->state == IOREGIONFD_KVM_OPEN || kvm->state == IOREGIONFD_KVM_LEGACY;
}

static void describe(struct ior_channel *channel, struct ioregionfd_state *state)
{
	const struct ioregionfd_kvm *kvm = &channel->kvm;

	state->state = kvm->state;
	state->error = channel->error;
	if (is_agreed(kvm)) {
		state->version = kvm->agreed.version;
		state->max_inflight = kvm->agreed.max_inflight;
		state->layout = kvm->agreed.layout;
		state->features = kvm->agreed.features;
	}
	if (kvm->violation.clause) {
		memcpy(state->clause, kvm->violation.clause,
		       strnlen(kvm->violation.clause, sizeof(state->clause)));
		state->clause_byte = kvm->violation.offset;
		state->clause_seen = kvm->violation.seen;
	}
	if (kvm->has_reason) {
		state->has_reason = 1;
		state->reason = kvm->reason;
		state->detail = kvm->detail;
	}
	memcpy(state->offer, kvm->offer.bytes, sizeof(state->offer));
	state->accesses = channel->accesses;
	state->begun = channel->begun;
	state->ended = channel->ended;
	state->failed = channel->failed;
	state->waiting = count(&channel->waiting);
	state->outstanding = count(&channel->sent);
}

static long get_state(struct ior_channel *channel, void __user *argument)
{
	struct ioregionfd_state state = {};

	mutex_lock(&channel->lock);
	describe(channel, &state);
	mutex_unlock(&channel->lock);
	return copy_to_user(argument, &state, sizeof(state)) ? -EFAULT : 0;
}

static int put_record(struct ior_channel *channel, union ioregionfd_hs_frame *record)
{
	const struct ior_access *first;

	if (!is_agreed(&channel->kvm))
		return -ENOTCONN;
	/* [REC-004] [LEN-007] */
	first = list_first_entry_or_null(&channel->waiting, struct ior_access, link);
	if (channel->kvm.unanswered || atomic_read(&channel->cut) ||
	    channel->posted != channel->fenced ||
	    (first && first->progress == IOR_SENDING))
		return -EBUSY;
	ioregionfd_hs_put_record(record, &channel->kvm.agreed);
	return 0;
}

static long get_record(struct ior_channel *channel, void __user *argument)
{
	union ioregionfd_hs_frame record;
	int error;

	mutex_lock(&channel->lock);
	error = put_record(channel, &record);
	mutex_unlock(&channel->lock);
	if (error)
		return error;
	return copy_to_user(argument, record.bytes, sizeof(record.bytes)) ? -EFAULT : 0;
}

/* ---- accesses ---- */

static bool is_access(const struct ioregionfd_access *access)
{
	bool writes = access->op == IOREGIONFD_OP_WRITE;

	if (access->reserved_0 || access->reserved_1 || access->reserved_2 ||
	    access->flags & ~(writes ? IOREGIONFD_ACCESS_POSTED : 0))
		return false;
	if (access->op == IOREGIONFD_OP_FENCE)
		return !access->size && !access->user_data && !access->offset && !access->data;
	if (!access->size || access->size > 8)
		return false;
	if (writes)
		return access->size == 8 || !(access->data >> 8 * access->size);
	return access->op == IOREGIONFD_OP_READ && !access->data;
}

static long access_channel(struct ior_channel *channel, struct ioregionfd_access __user *argument)
{
	struct ioregionfd_access access;
	struct ior_transfer transfer = { .channel = channel };
	int error;

	if (copy_from_user(&access, argument, sizeof(access)))
		return -EFAULT;
	if (!is_access(&access))
		return -EINVAL;
	transfer.op = access.op;
	transfer.size = access.size;
	transfer.user_data = access.user_data;
	transfer.offset = access.offset;
	transfer.data = access.data;
	transfer.posting = access.flags & IOREGIONFD_ACCESS_POSTED ? IOR_POSTED_ONLY : IOR_ANSWERED;
	error = ior_transfer_go(&transfer, TASK_INTERRUPTIBLE);
	if (error)
		ior_transfer_abandon(&transfer);
	access.data = transfer.data;
	access.end = transfer.end;
	access.status = transfer.status;
	return copy_to_user(argument, &access, sizeof(access)) ? -EFAULT : error;
}

static long fence(struct ior_channel *channel)
{
	struct ior_transfer transfer = { .channel = channel, .op = IOREGIONFD_OP_FENCE };
	int error = ior_transfer_go(&transfer, TASK_INTERRUPTIBLE);

	if (error) {
		ior_transfer_abandon(&transfer);
		return error;
	}
	if (transfer.end == IOREGIONFD_END_DONE)
		return transfer.status == IOREGIONFD_HS_STATUS_OK ? 0 : -EIO;
	return READ_ONCE(channel->kvm.state) == IOREGIONFD_KVM_FAILED ? -ENOTCONN : -EOPNOTSUPP;
}

/* ---- the file ---- */

static long channel_ioctl(struct file *file, unsigned int number, unsigned long argument)
{
	struct ior_channel *channel = file->private_data;

	switch (number) {
	case IOREGIONFD_NEGOTIATE:
		return negotiate(channel);
	case IOREGIONFD_GET_STATE:
		return get_state(channel, (void __user *)argument);
	case IOREGIONFD_GET_RECORD:
		return get_record(channel, (void __user *)argument);
	case IOREGIONFD_ACCESS:
		return access_channel(channel, (void __user *)argument);
	case IOREGIONFD_FENCE:
		return fence(channel);
	case IOREGIONFD_SHUTDOWN:
		ior_channel_give_up(channel);
		return 0;
	default:
		return -ENOTTY;
	}
}

static __poll_t channel_poll(struct file *file, poll_table *table)
{
	struct ior_channel *channel = file->private_data;

	poll_wait(file, &channel->settled, table);
	return READ_ONCE(channel->kvm.state) == IOREGIONFD_KVM_FAILED ? EPOLLERR | EPOLLHUP : 0;
}

static int channel_release(struct inode *inode, struct file *file)
{
	struct ior_channel *channel = file->private_data;

	ior_channel_give_up(channel);
	ior_channel_put(channel);
	return 0;
}

static const struct file_operations channel_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = channel_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = channel_poll,
	.release = channel_release,
	.llseek = noop_llseek,
};

static void free_channel(struct kref *refs)
{
	struct ior_channel *channel = container_of(refs, struct ior_channel, refs);

	ior_wire_free(&channel->wire);	/* nothing comes after that */
	cancel_work_sync(&channel->arrival);
	cancel_delayed_work_sync(&channel->expiry);
	kfree(channel);
}

void ior_channel_put(struct ior_channel *channel)
{
	kref_put(&channel->refs, free_channel);
}

/* The channel of a file descriptor, with a reference. */
struct ior_channel *ior_channel_of_fd(int fd)
{
	struct ior_channel *channel = ERR_PTR(-EINVAL);
	struct file *file = fget(fd);

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_op == &channel_operations) {
		channel = file->private_data;
		kref_get(&channel->refs);
	}
	fput(file);
	return channel;
}

/* From a number that is 0 where it was not said. */
static unsigned long patience(u32 millis)
{
	return millis ? msecs_to_jiffies(millis) + 1 : 0;
}

static struct ior_channel *open_channel(const struct ioregionfd_channel_config *config)
{
	struct ioregionfd_kvm_config settings = {};
	struct ior_channel *channel;
	int error = ior_settings(config, &settings);

	if (error)
		return ERR_PTR(error);
	channel = kzalloc(sizeof(*channel), GFP_KERNEL_ACCOUNT);
	if (!channel)
		return ERR_PTR(-ENOMEM);
	kref_init(&channel->refs);
	ior_exchange_init(channel);
	ioregionfd_kvm_init(&channel->kvm, &settings);
	channel->handshake_patience =
		patience(config->deadline_ms ?: IOREGIONFD_HS_DEADLINE_MILLIS);
	channel->access_patience = patience(config->access_deadline_ms);
	error = ior_wire_open(channel, config->read_fd, config->write_fd);
	if (!error)
		return channel;
	kfree(channel);
	return ERR_PTR(error);
}

long ior_channel_create(const void __user *argument)
{
	struct ioregionfd_channel_config config;
	struct ior_channel *channel;
	int fd;

	if (copy_from_user(&config, argument, sizeof(config)))
		return -EFAULT;
	channel = open_channel(&config);
	if (IS_ERR(channel))
		return PTR_ERR(channel);
	ior_wire_watch(channel);
	ior_channel_arrived(&channel->arrival);	/* [KST-001] */
	fd = anon_inode_getfd("[ioregionfd]", &channel_operations, channel, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		ior_channel_give_up(channel);
		ior_channel_put(channel);
	}
	return fd;
}
