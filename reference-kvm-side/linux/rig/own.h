/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The KVM side in this process: a channel of spec/c/kvm_channel.h for vCPUs that run in
 * threads of their own. One of those that wait takes in what comes, for all of them.
 */
#ifndef OWN_H
#define OWN_H

#include <poll.h>
#include <pthread.h>

#include "driver_run.h"
#include "vm.h"

#define OWN_VCPUS 4
#define OWN_PATIENCE_MILLIS 10000	/* a device that says nothing for so long has failed */
#define OWN_LOOK_MILLIS 10	/* so often the waiting thread looks for a deadline, or a closed channel */

struct own_vcpu {
	pthread_cond_t wake;
	int under_way;
	struct kvm_access access;	/* how it ended */
};

struct own_channel {
	struct kvm_channel kvm;		/* the first member: the callbacks are given it */
	pthread_mutex_t lock;
	struct own_vcpu vcpu[OWN_VCPUS];
	int watched;			/* a thread waits for the socket */
	char why[160];			/* the last failure */
};

static inline long long own_now_millis(void)
{
	return run_now_nanos() / 1000000;
}

static void own_ended(struct kvm_channel *channel, const struct kvm_access *access, const char *why)
{
	struct own_channel *own = (struct own_channel *)(void *)channel;
	struct own_vcpu *vcpu = &own->vcpu[(unsigned int)access->id[0]];

	vcpu->access = *access;
	vcpu->under_way = 0;
	if (why)
		snprintf(own->why, sizeof(own->why), "%s", why);
	pthread_cond_signal(&vcpu->wake);
}

static void own_negotiated(struct kvm_channel *channel, const char *why)
{
	(void)channel;
	(void)why;
}

/* The channel on the socket, which it owns: -1 where it is none. */
static inline int own_open(struct own_channel *own, int fd, enum ioregionfd_kvm_policy policy)
{
	struct ioregionfd_kvm_config config = { .policy = policy, .layout = IOREGIONFD_HS_LAYOUT_INFO_WORD,
						.features = ~0ULL, .versions = IOREGIONFD_HS_VERSIONS_KNOWN,
						.max_inflight = IOREGIONFD_HS_DEFAULT_WINDOW };
	unsigned int i;

	memset(own, 0, sizeof(*own));
	pthread_mutex_init(&own->lock, NULL);
	for (i = 0; i < OWN_VCPUS; i++)
		pthread_cond_init(&own->vcpu[i].wake, NULL);
	own->kvm.patience_millis = OWN_PATIENCE_MILLIS;
	own->kvm.ended = own_ended;
	own->kvm.negotiated = own_negotiated;
	return kvm_open(&own->kvm, fd, fd, &config, own_now_millis());
}

/* Waits until something has come, and takes it in; the lock is held before and after. */
static inline void own_watch(struct own_channel *own)
{
	struct pollfd polled = { own->kvm.socket.in_fd, POLLIN, 0 };

	if (own->kvm.socket.out_frames)
		polled.events |= POLLOUT;
	own->watched = 1;
	pthread_mutex_unlock(&own->lock);
	poll(&polled, 1, OWN_LOOK_MILLIS);
	pthread_mutex_lock(&own->lock);
	own->watched = 0;
	kvm_advance(&own->kvm, own_now_millis());
	kvm_expire(&own->kvm, own_now_millis());
}

/* Makes an access of the vCPU with this number, and tells how it ended. */
static inline struct kvm_access own_access(struct own_channel *own, unsigned int number,
					   struct kvm_access access)
{
	struct own_vcpu *vcpu = &own->vcpu[number];
	unsigned int i;

	access.id[0] = (char)number;
	access.end = KVM_NOT_SENT;
	pthread_mutex_lock(&own->lock);
	vcpu->access = access;
	if (own->kvm.socket.in_fd >= 0) {
		vcpu->under_way = 1;
		kvm_begin(&own->kvm, access);
		kvm_advance(&own->kvm, own_now_millis());
	}
	while (vcpu->under_way) {
		if (own->watched)
			pthread_cond_wait(&vcpu->wake, &own->lock);
		else
			own_watch(own);
	}
	for (i = 0; i < OWN_VCPUS && !own->watched; i++) {
		if (!own->vcpu[i].under_way)
			continue;
		pthread_cond_signal(&own->vcpu[i].wake);	/* it watches now */
		break;
	}
	access = vcpu->access;
	pthread_mutex_unlock(&own->lock);
	return access;
}

/* Answers the access that the vCPU with this number has exited with; a READ that is not done has ones. */
static inline enum kvm_end own_mmio(struct own_channel *own, unsigned int number, struct kvm_run *run,
				    __u64 user_data, __u64 offset)
{
	struct kvm_access access;

	memset(&access, 0, sizeof(access));
	access.command.op = run->mmio.is_write ? IOREGIONFD_HS_OP_WRITE : IOREGIONFD_HS_OP_READ;
	access.command.user_data = user_data;
	access.command.offset = offset;
	access.command.response_wanted = 1;
	access.size = run->mmio.len;
	if (run->mmio.is_write)
		memcpy(&access.data, run->mmio.data, access.size);
	access = own_access(own, number, access);
	if (access.end != KVM_DONE)
		access.value = ~0ULL;
	if (!run->mmio.is_write)
		memcpy(run->mmio.data, &access.value, access.size);
	return access.end;
}

#endif
