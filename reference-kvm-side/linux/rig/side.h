/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The KVM side of a VMM, in one of two ways: the module, in whose RUN the accesses
 * are served, or this process, on spec/c/kvm_channel.h, between two KVM_RUNs.
 * A region's number is the index of its channel.
 */
#ifndef SIDE_H
#define SIDE_H

#include <poll.h>
#include <signal.h>

#include "driver_run.h"
#include "ioregionfd.h"
#include "vm.h"

#define SIDE_CHANNELS 4
#define SIDE_REGION_BYTES 0x1000u

struct side {
	int module;	/* the file, or -1: this process is it */
	int channel[SIDE_CHANNELS];	/* the module's */
	struct kvm_channel own[SIDE_CHANNELS];
	__u64 at[SIDE_CHANNELS];
	__u64 user_data[SIDE_CHANNELS];
	int channels;
};

static inline struct ioregionfd_channel_config side_default_config(int fd)
{
	struct ioregionfd_channel_config config;

	memset(&config, 0, sizeof(config));
	config.read_fd = config.write_fd = fd;
	config.policy = IOREGIONFD_POLICY_PREFER;
	config.features = ~0ULL;
	config.versions = IOREGIONFD_HS_VERSIONS_KNOWN;
	return config;
}

static struct kvm_access side_last;	/* of this process's own: the access that ended last */
static const char *side_failure;

static void side_ended(struct kvm_channel *channel, const struct kvm_access *access, const char *why)
{
	(void)channel;
	side_last = *access;
	if (why)
		side_failure = "failed";
}

static void side_negotiated(struct kvm_channel *channel, const char *why)
{
	(void)channel;
	(void)why;
}

static inline void side_open(struct side *side, int with_module, const struct vm *vm)
{
	signal(SIGPIPE, SIG_IGN);
	side->channels = 0;
	side->module = -1;
	if (!with_module)
		return;
	side->module = open("/dev/ioregionfd", O_RDWR | O_CLOEXEC);
	if (side->module < 0)
		err(1, "/dev/ioregionfd");
	VM_IOCTL(side->module, IOREGIONFD_ATTACH_VM, (void *)(long)vm->fd);
}

/* A channel on `fd`, and a region for it at `at`; the flags are the module's, and of its regions. */
static inline void side_add(struct side *side, int fd, __u64 at, __u64 user_data, __u32 flags)
{
	struct ioregionfd_channel_config config = side_default_config(fd);
	struct ioregionfd_region region = { .guest_addr = at, .size = SIDE_REGION_BYTES,
					    .user_data = user_data, .flags = flags };
	struct ioregionfd_kvm_config own = { .policy = IOREGIONFD_KVM_PREFER,
					     .layout = IOREGIONFD_HS_LAYOUT_INFO_WORD,
					     .features = ~0ULL, .versions = IOREGIONFD_HS_VERSIONS_KNOWN,
					     .max_inflight = IOREGIONFD_HS_DEFAULT_WINDOW };
	int i = side->channels++;

	side->at[i] = at;
	side->user_data[i] = user_data;
	if (side->module >= 0) {
		side->channel[i] = VM_IOCTL(side->module, IOREGIONFD_CREATE_CHANNEL, &config);
		close(fd);
		region.channel_fd = side->channel[i];
		VM_IOCTL(side->module, IOREGIONFD_ADD_REGION, &region);
		return;
	}
	side->own[i].patience_millis = 10000;
	side->own[i].ended = side_ended;
	side->own[i].negotiated = side_negotiated;
	if (kvm_open(&side->own[i], fd, fd, &own, run_now_nanos() / 1000000))
		errx(1, "no channel");
}

static inline void side_finish(struct kvm_channel *channel)
{
	while (channel->accesses) {
		struct pollfd polled = { channel->socket.in_fd, POLLIN, 0 };

		kvm_advance(channel, run_now_nanos() / 1000000);
		if (channel->accesses)
			poll(&polled, 1, 10);
		kvm_expire(channel, run_now_nanos() / 1000000);
	}
}

static inline void side_mmio(struct kvm_channel *channel, __u64 user_data, __u64 offset,
			     unsigned char *bytes, unsigned int size, int is_write)
{
	struct kvm_access access;

	memset(&access, 0, sizeof(access));
	access.command.op = is_write ? IOREGIONFD_HS_OP_WRITE : IOREGIONFD_HS_OP_READ;
	access.command.user_data = user_data;
	access.command.offset = offset;
	access.command.response_wanted = 1;
	access.size = size;
	if (is_write)
		memcpy(&access.data, bytes, size);
	side_last.end = KVM_NOT_SENT;
	if (channel->socket.in_fd >= 0)
		kvm_begin(channel, access);
	side_finish(channel);
	if (side_last.end != KVM_DONE)
		side_last.value = ~0ULL;
	if (!is_write)
		memcpy(bytes, &side_last.value, size);
}

/* Runs the vCPU until there is something that is no access of a region. */
static inline int side_run(struct side *side, struct vcpu *vcpu)
{
	struct ioregionfd_run run = { .vcpu_fd = vcpu->fd };
	int i;

	if (side->module >= 0)
		return ioctl(side->module, IOREGIONFD_RUN, &run);
	for (;;) {
		if (ioctl(vcpu->fd, KVM_RUN, NULL))
			return -1;
		if (vcpu->run->exit_reason != KVM_EXIT_MMIO)
			return 0;
		for (i = 0; i < side->channels; i++)
			if (vcpu->run->mmio.phys_addr - side->at[i] < SIDE_REGION_BYTES)
				break;
		if (i == side->channels)
			return 0;
		side_mmio(&side->own[i], side->user_data[i], vcpu->run->mmio.phys_addr - side->at[i],
			  vcpu->run->mmio.data, vcpu->run->mmio.len, vcpu->run->mmio.is_write);
	}
}

/* What was agreed on the channel. */
static inline void side_tell(const struct side *side, int i, const char *name)
{
	static const char *const states[] = { "idle", "hello sent", "offered", "select sent", "open",
					      "legacy", "failed" };
	const struct kvm_channel *own = &side->own[i];
	struct ioregionfd_state state;

	memset(&state, 0, sizeof(state));
	if (side->module >= 0) {
		VM_IOCTL(side->channel[i], IOREGIONFD_GET_STATE, &state);
	} else {
		state.state = own->kvm.state;
		state.version = own->kvm.agreed.version;
		state.max_inflight = own->kvm.agreed.max_inflight;
		state.features = own->kvm.agreed.features;
	}
	printf("%s: %s, version %u, window %u, features 0x%llx\n", name, states[state.state], state.version,
	       state.max_inflight, (unsigned long long)state.features);
}

#endif
