/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The KVM side of a VMM, in one of two ways: the module, in whose RUN the accesses
 * are served, or this process (own.h), between two KVM_RUNs.
 * A region's number is the index of its channel.
 */
#ifndef SIDE_H
#define SIDE_H

#include <signal.h>

#include "ioregionfd.h"
#include "own.h"

#define SIDE_CHANNELS 4
#define SIDE_REGION_BYTES 0x1000u

struct side {
	int module;	/* the file, or -1: this process is it */
	int channel[SIDE_CHANNELS];	/* the module's */
	struct own_channel own[SIDE_CHANNELS];
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
	if (own_open(&side->own[i], fd, IOREGIONFD_KVM_PREFER))
		errx(1, "no channel");
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
		own_mmio(&side->own[i], 0, vcpu->run, side->user_data[i],
			 vcpu->run->mmio.phys_addr - side->at[i]);
	}
}

/* What was agreed on the channel. */
static inline void side_tell(const struct side *side, int i, const char *name)
{
	static const char *const states[] = { "idle", "hello sent", "offered", "select sent", "open",
					      "legacy", "failed" };
	const struct kvm_channel *own = &side->own[i].kvm;
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
