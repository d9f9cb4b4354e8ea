/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An access of 1 to 8 bytes. [LEN-001] 3, 5, 6 and 7 bytes, which have no size
 * exponent, are aligned commands, one after the other; the others are one command.
 */
#ifndef KVM_ACCESS_H
#define KVM_ACCESS_H

#include "ioregionfd_state.h"

#define KVM_ID_BYTES_MAX 32

enum kvm_progress { KVM_WAITING, KVM_SENDING, KVM_SENT };
enum kvm_end { KVM_DONE, KVM_NOT_SENT, KVM_MAYBE_EXECUTED };

struct kvm_access {
	struct ioregionfd_hs_command command;	/* op as in version 2, whatever is agreed */
	__u64 data;				/* of a WRITE, from the command's first byte on */
	unsigned int size, done;		/* bytes: of all commands, 0 of a FENCE; of those that ended */
	long long deadline_millis;
	enum kvm_progress progress;
	enum kvm_end end;
	__u64 value;				/* of a READ that is done */
	__u64 status;				/* in version 2, else 0 */
	char id[KVM_ID_BYTES_MAX];		/* the caller's, as the next two are */
	struct driver_run *run;
	long long begun_nanos;
};

static inline int kvm_is_cut(const struct kvm_access *access)
{
	return (access->size & (access->size - 1)) != 0;
}

/* How many bytes the next command has. */
static inline unsigned int kvm_next_size(const struct kvm_access *access)
{
	unsigned int size = 4;

	if (!kvm_is_cut(access))
		return access->size;
	while (size > access->size - access->done || (access->command.offset & (size - 1)))
		size >>= 1;
	return size;
}

/* Makes the next command of an access whose region, offset, size and data are set. */
static inline void kvm_prepare(struct kvm_access *access)
{
	unsigned int size = kvm_next_size(access);

	access->progress = KVM_WAITING;
	access->command.size_exponent = (__u8)((size > 1) + (size > 2) + (size > 4));
	access->command.data = ioregionfd_hs_truncate(access->data, access->command.size_exponent);
}

/* Takes the answer to the command: 0, or -1 where there is another one to prepare. */
static inline int kvm_take(struct kvm_access *access, __u64 data, __u64 status)
{
	unsigned int size = 1u << access->command.size_exponent;

	/* [V0-003] [ACE-003] */
	data = ioregionfd_hs_truncate(data, access->command.size_exponent);
	access->value |= data << 8 * access->done;
	if (access->status <= IOREGIONFD_HS_STATUS_OK)	/* [LEN-003] */
		access->status = status;
	access->done += size;
	if (access->done >= access->size)
		return 0;
	access->command.offset += size;
	access->data >>= 8 * size;
	return -1;
}

#endif
