/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What spec/c/kvm_channel.h is to the example driver, with Linux's KVM behind it: an
 * access is made by a vCPU where it is one that a guest can make and a vCPU is free,
 * else by a thread with IOREGIONFD_ACCESS. The driver's one thread hands accesses
 * over, each once the one before is in the module's order [DRV-002], and is told of
 * their ends by an eventfd.
 */
#ifndef KVM_CHANNEL_H
#define KVM_CHANNEL_H

#include "workers.h"

#define KVM_NO_DEADLINE (-1LL)
#define KVM_REGIONS 64u		/* registered at a time; of more the oldest goes */
#define KVM_REGION_BYTES 8u	/* as much as one access */

struct kvm_region {
	__u64 user_data, offset;
	int posted, registered;
};

struct kvm_channel {
	/* what the driver polls: an eventfd; in_fd is -1 without a channel, or when it has failed */
	struct { int in_fd, out_fd; unsigned long out_frames; } socket;
	struct ioregionfd_kvm kvm;	/* as the module told last */
	struct kvm_access access[KVM_ACCESSES_MAX];	/* in the order in which they began */
	unsigned long accesses;
	unsigned long long serial;
	long long patience_millis;
	long long handshake_deadline_millis;	/* the module's own affair */
	void (*ended)(struct kvm_channel *channel, const struct kvm_access *access, const char *why);
	void (*negotiated)(struct kvm_channel *channel, const char *why);
	struct kvm_region region[KVM_REGIONS];
	unsigned int next_region;
	char why[160];
};

static inline void kvm_refresh(struct kvm_channel *channel)
{
	struct ioregionfd_kvm *kvm = &channel->kvm;
	struct ioregionfd_state state;
	static char clause[9];
	const char *reason;

	VM_IOCTL(rig.channel, IOREGIONFD_GET_STATE, &state);
	kvm->state = (enum ioregionfd_kvm_state)state.state;
	kvm->agreed.layout = (__u8)state.layout;
	kvm->agreed.version = (__u16)state.version;
	kvm->agreed.max_inflight = state.max_inflight;
	kvm->agreed.features = state.features;
	memcpy(clause, state.clause, sizeof(state.clause));
	kvm->violation.clause = clause[0] ? clause : NULL;
	reason = state.has_reason ? ioregionfd_hs_reason_name(state.reason) : NULL;
	if (state.has_reason)	/* [REJ-002] */
		snprintf(channel->why, sizeof(channel->why), "reason %u %s, detail 0x%llx", state.reason,
			 reason ? reason : "(unknown)", (unsigned long long)state.detail);
	else
		snprintf(channel->why, sizeof(channel->why), "%s, byte %u, seen 0x%llx",
			 strerror((int)state.error), state.clause_byte,
			 (unsigned long long)state.clause_seen);
}

/* Where a guest finds the region, which is registered if it was not. */
static inline __u64 kvm_region_at(struct kvm_channel *channel, __u64 user_data, __u64 offset, int posted)
{
	struct ioregionfd_region region = { .size = KVM_REGION_BYTES };
	struct kvm_region *found;
	unsigned int i;

	for (i = 0; i < KVM_REGIONS; i++) {
		found = &channel->region[i];
		if (found->registered && found->user_data == user_data &&
		    found->offset == offset && found->posted == posted)
			return VM_MMIO + KVM_REGION_BYTES * i;
	}
	i = channel->next_region++ % KVM_REGIONS;
	found = &channel->region[i];
	region.guest_addr = VM_MMIO + KVM_REGION_BYTES * i;
	if (found->registered)
		VM_IOCTL(rig.module, IOREGIONFD_REMOVE_REGION, &region);
	region.user_data = user_data;
	region.offset = offset;
	region.channel_fd = rig.channel;
	region.flags = posted ? IOREGIONFD_REGION_POSTED | IOREGIONFD_REGION_POSTED_ONLY : 0;
	VM_IOCTL(rig.module, IOREGIONFD_ADD_REGION, &region);
	found->user_data = user_data;
	found->offset = offset;
	found->posted = posted;
	found->registered = 1;
	return region.guest_addr;
}

/* A guest can make it by one instruction within a page, unless its region would wrap. */
static inline int kvm_is_guests(const struct kvm_access *access)
{
	return access->size && !(access->size & (access->size - 1)) &&
	       access->command.offset < 0ULL - KVM_REGION_BYTES;
}

static inline void kvm_begin(struct kvm_channel *channel, struct kvm_access access)
{
	channel->access[channel->accesses++] = access;
}

static inline void kvm_hand_over(struct kvm_channel *channel, struct kvm_access *access)
{
	struct worker *worker = kvm_is_guests(access) ? worker_with_vcpu() : NULL;
	struct ioregionfd_state state;
	__u64 accesses;

	if (worker)
		access->at = kvm_region_at(channel, access->command.user_data, access->command.offset,
					   !access->command.response_wanted);
	else
		worker = worker_without_vcpu();
	access->serial = ++channel->serial;
	access->handed = 1;
	VM_IOCTL(rig.channel, IOREGIONFD_GET_STATE, &state);
	accesses = state.accesses;	/* not `begun`, which the rest of another access raises */
	worker_begin(worker, access);
	while (state.accesses == accesses && !worker_has_ended(worker)) {
		sched_yield();
		VM_IOCTL(rig.channel, IOREGIONFD_GET_STATE, &state);
	}
}

/* Takes an access away, and tells of its end. */
static inline void kvm_tell(struct kvm_channel *channel, unsigned long i, const struct kvm_access *ended)
{
	channel->accesses--;
	memmove(&channel->access[i], &channel->access[i + 1], (channel->accesses - i) * sizeof(*ended));
	channel->ended(channel, ended, ended->end == KVM_DONE ? NULL : channel->why);
}

/* Tells of what has ended meanwhile. */
static inline void kvm_collect(struct kvm_channel *channel)
{
	struct kvm_access ended;
	unsigned long i;

	while (worker_take_ended(&ended)) {
		kvm_refresh(channel);
		if (!ended.serial) {
			channel->negotiated(channel, ended.end == KVM_DONE ? NULL : channel->why);
			continue;
		}
		for (i = 0; channel->access[i].serial != ended.serial; i++)
			;
		kvm_tell(channel, i, &ended);
	}
}

/* The channel has failed or was shut down: what is under way ends now, and is told; then it goes. */
static inline void kvm_leave(struct kvm_channel *channel)
{
	unsigned int i;

	while (workers_at_work()) {
		struct pollfd bell = { rig.bell, POLLIN, 0 };

		poll(&bell, 1, -1);
		kvm_collect(channel);
	}
	while (channel->accesses) {	/* begun by a run meanwhile */
		struct kvm_access access = channel->access[0];

		access.end = KVM_NOT_SENT;
		kvm_tell(channel, 0, &access);
	}
	for (i = 0; i < KVM_REGIONS; i++) {
		struct ioregionfd_region region = { .guest_addr = VM_MMIO + KVM_REGION_BYTES * i,
						    .size = KVM_REGION_BYTES };

		if (channel->region[i].registered)
			VM_IOCTL(rig.module, IOREGIONFD_REMOVE_REGION, &region);
		channel->region[i].registered = 0;
	}
	close(rig.channel);
	rig.channel = -1;
	channel->socket.in_fd = -1;
}

static inline void kvm_advance(struct kvm_channel *channel, long long now_millis)
{
	unsigned long i;

	(void)now_millis;
	if (channel->socket.in_fd < 0)
		return;
	kvm_refresh(channel);
	kvm_collect(channel);
	for (i = 0; i < channel->accesses; i++) {
		if (channel->access[i].handed)
			continue;
		kvm_hand_over(channel, &channel->access[i]);
		kvm_refresh(channel);
		kvm_collect(channel);
		i = (unsigned long)-1;	/* what has ended may have begun others */
	}
	if (channel->kvm.state == IOREGIONFD_KVM_FAILED)
		kvm_leave(channel);
}

static inline long long kvm_deadline(const struct kvm_channel *channel)
{
	(void)channel;
	return KVM_NO_DEADLINE;
}

static inline void kvm_expire(struct kvm_channel *channel, long long now_millis)
{
	(void)channel;
	(void)now_millis;
}

/* The channel on the socket, which it owns: -1 where the module takes it for none. */
static inline int kvm_open(struct kvm_channel *channel, int in_fd, int out_fd,
			   const struct ioregionfd_kvm_config *config, long long now_millis)
{
	struct ioregionfd_channel_config asked = {
		.read_fd = in_fd, .write_fd = out_fd, .flags = IOREGIONFD_CHANNEL_NONCE,
		.policy = (__u8)config->policy,
		.hello = config->hello == IOREGIONFD_KVM_DETACHED ? IOREGIONFD_HELLO_DETACHED
								  : IOREGIONFD_HELLO_ATTACHED,
		.layout = config->layout, .nonce = config->nonce, .features = config->features,
		.required_features = config->required_features, .versions = config->versions,
		.max_inflight = config->max_inflight, .deadline_ms = (__u32)channel->patience_millis,
		.access_deadline_ms = (__u32)channel->patience_millis,
	};
	union ioregionfd_hs_frame record;
	int negotiating;

	(void)now_millis;
	if (config->pin.max_inflight) {
		ioregionfd_hs_put_record(&record, &config->pin);
		memcpy(asked.pin, record.bytes, sizeof(asked.pin));
		asked.flags |= IOREGIONFD_CHANNEL_PIN;
	}
	ioregionfd_kvm_init(&channel->kvm, config);
	channel->accesses = 0;
	if (in_fd < 0)
		return -1;
	rig.channel = ioctl(rig.module, IOREGIONFD_CREATE_CHANNEL, &asked);
	if (rig.channel < 0 && errno != EPIPE)
		err(1, "IOREGIONFD_CREATE_CHANNEL");
	close(in_fd);
	negotiating = config->hello == IOREGIONFD_KVM_DETACHED &&
		      channel->kvm.config.policy != IOREGIONFD_KVM_OFF;
	if (rig.channel < 0) {
		channel->kvm.state = IOREGIONFD_KVM_FAILED;
		if (negotiating)
			channel->negotiated(channel, "the device side has closed the channel");
		return 0;
	}
	channel->socket.in_fd = channel->socket.out_fd = rig.bell;
	if (negotiating) {
		static const struct kvm_access handshake;

		worker_begin(worker_without_vcpu(), &handshake);
	}
	kvm_refresh(channel);
	return 0;
}

/* The user wants no more: everything ends, and is told. */
static inline void kvm_give_up(struct kvm_channel *channel)
{
	VM_IOCTL(rig.channel, IOREGIONFD_SHUTDOWN, NULL);
	kvm_leave(channel);
}

#endif
