/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The conformance device (spec/handshake.md, annex B) for one channel: regions,
 * registers, and the commands of version 2 that wait for their response. No I/O:
 * commands in, responses out.
 */
#ifndef CONFORMANCE_DEVICE_H
#define CONFORMANCE_DEVICE_H

#include "ioregionfd_handshake.h"

/* what one command can make ready at most: itself, and all that it released */
#define CONFORMANCE_DEVICE_WINDOW 128

enum { MEMORY_BYTES = 0x100, REGION_BYTES = 0x1000, REGIONS = 2 };
enum { READS = 0x100, WRITES = 0x108, HOLD = 0x110, RELEASE = 0x118, COUNTER = 0x128 };

struct conformance_region {
	__u8 memory[MEMORY_BYTES];
	__u64 reads, writes, counter;
};

enum conformance_progress { HELD, FENCED, READY };

/* A command of version 2 that wants a response and has none yet. */
struct conformance_pending {
	struct ioregionfd_hs_command command;
	__u64 data;
	__u32 status;
	enum conformance_progress progress;
};

struct conformance_device {
	struct conformance_region region[REGIONS];
	struct conformance_pending pending[CONFORMANCE_DEVICE_WINDOW]; /* in their order */
	unsigned long pendings;
};

static inline void conformance_release(struct conformance_device *device,
				       const struct ioregionfd_hs_command *write)
{
	__u64 value = ioregionfd_hs_truncate(write->data, write->size_exponent);
	struct conformance_pending *held = device->pending;

	for (; held < device->pending + device->pendings; held++) {
		if (held->progress != HELD || held->command.user_data != write->user_data)
			continue;
		held->data = ioregionfd_hs_truncate(value, held->command.size_exponent);
		held->progress = READY;
	}
}

/* An access to a register: `data` is its value, before the access size cuts it. */
static inline __u16 conformance_register(struct conformance_device *device,
					 struct conformance_region *region,
					 const struct ioregionfd_hs_command *command, __u64 *data)
{
	int read = ioregionfd_hs_is_read(command);

	if (command->offset == READS)
		*data = region->reads - 1;	/* before this one */
	else if (command->offset == WRITES)
		*data = region->writes;
	else if (command->offset == HOLD)	/* [DEV-002] ones, unless it is held */
		*data = ~0ULL;
	else if (command->offset == COUNTER)
		*data = read ? region->counter++ : 0;
	else if (command->offset != RELEASE)
		return IOREGIONFD_HS_STATUS_DEVICE_FAULT;
	else if (!read)
		conformance_release(device, command);
	return IOREGIONFD_HS_STATUS_OK;
}

/* Performs the access; `data` is then what its response holds [ACE-002]. */
static inline __u16 conformance_perform(struct conformance_device *device,
					const struct ioregionfd_hs_command *command, __u64 *data)
{
	unsigned int exponent = command->size_exponent, size = 1u << (exponent & 3);
	__u16 status = IOREGIONFD_HS_STATUS_OK;
	int read = ioregionfd_hs_is_read(command);
	struct conformance_region *region;
	__u64 value = 0;

	*data = ioregionfd_hs_ones(exponent);
	if (command->user_data - 1 >= REGIONS)	/* [ACE-001] in this order */
		return IOREGIONFD_HS_STATUS_BAD_REGION;
	if (exponent > 3 || command->offset > REGION_BYTES - size)	/* [V0-014] no valid size */
		return IOREGIONFD_HS_STATUS_BAD_OFFSET;
	region = &device->region[command->user_data - 1];
	*(read ? &region->reads : &region->writes) += 1;
	if (command->offset + size > MEMORY_BYTES)
		status = conformance_register(device, region, command, &value);
	else if (read)
		value = ioregionfd_hs_load(&region->memory[command->offset], size);
	else
		ioregionfd_hs_store(&region->memory[command->offset], size, command->data);
	if (status == IOREGIONFD_HS_STATUS_OK)
		*data = read ? ioregionfd_hs_truncate(value, exponent) : 0;
	return status;
}

/*
 * Completes what can be, and writes to `out` the responses whose turn it is: at
 * most CONFORMANCE_DEVICE_WINDOW. Returns how many.
 */
static inline unsigned int conformance_settle(struct conformance_device *device, __u64 features,
					      union ioregionfd_hs_frame *out)
{
	int any_order = !!(features & IOREGIONFD_HS_FEATURE_OUT_OF_ORDER);
	int earlier_complete = 1, earlier_sent = 1;
	unsigned int i, ready = 0, kept = 0;

	for (i = 0; i < device->pendings; i++) {
		struct conformance_pending *pending = &device->pending[i];

		if (pending->progress == FENCED && earlier_complete)	/* [FEA-001] */
			pending->progress = READY;
		if (pending->progress == READY && (earlier_sent || any_order)) { /* [ORD-003] */
			ioregionfd_hs_put_tagged_response(&out[ready++], pending->data,
							  pending->command.tag,
							  (__u16)pending->status);
			continue;
		}
		earlier_complete &= pending->progress == READY;
		earlier_sent = 0;
		device->pending[kept++] = *pending;
	}
	device->pendings = kept;
	return ready;
}

/*
 * Serves a command of version 2: how many responses are in `out` now, or -1 where
 * its tag is in use or it exceeds the window [VIO-006]; a response that waits for
 * its turn counts.
 */
static inline int conformance_serve_tagged(struct conformance_device *device,
					   const struct ioregionfd_hs_command *command,
					   const struct ioregionfd_hs_agreement *agreed,
					   union ioregionfd_hs_frame *out)
{
	struct conformance_pending started = { *command, 0, IOREGIONFD_HS_STATUS_OK, FENCED };
	unsigned int i;

	for (i = 0; command->response_wanted && i < device->pendings; i++)
		if (device->pending[i].command.tag == command->tag)
			return -1;
	if (command->response_wanted && device->pendings >= agreed->max_inflight)
		return -1;
	if (command->op != IOREGIONFD_HS_OP_FENCE) {
		started.status = conformance_perform(device, command, &started.data);
		started.progress = READY;
		/* [DEV-002] [DEV-003] held, where another command could release it */
		if (agreed->max_inflight > 1 && command->op == IOREGIONFD_HS_OP_READ &&
		    command->offset == HOLD && started.status == IOREGIONFD_HS_STATUS_OK)
			started.progress = HELD;
	}
	if (command->response_wanted)
		device->pending[device->pendings++] = started;
	return (int)conformance_settle(device, agreed->features, out);
}

#endif
