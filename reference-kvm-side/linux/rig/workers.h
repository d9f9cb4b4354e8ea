/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads that make accesses: the first four run a vCPU each, whose guest makes them;
 * the others, as many as are asked for, use IOREGIONFD_ACCESS. What has ended is
 * taken by the one thread that hands accesses over, when the bell has rung.
 */
#ifndef WORKERS_H
#define WORKERS_H

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>

#include "guest.h"
#include "ioregionfd.h"
#include "ioregionfd_state.h"

#define KVM_ACCESSES_MAX 256	/* begun and not ended [FAI-004] */
#define KVM_ID_BYTES_MAX 32
#define VCPUS 4u
#define WORKERS_MAX (VCPUS + KVM_ACCESSES_MAX + 1)

enum kvm_end { KVM_DONE, KVM_NOT_SENT, KVM_MAYBE_EXECUTED };	/* as IOREGIONFD_END_* */

struct kvm_access {
	struct ioregionfd_hs_command command;
	__u64 data;			/* of a WRITE */
	unsigned int size;		/* in bytes; 0 of a FENCE */
	unsigned long long serial;	/* 0: the handshake */
	__u64 at;			/* for the guest */
	int handed;
	enum kvm_end end;
	__u64 value;			/* of a READ that is done */
	__u64 status;			/* in version 2, else 0 */
	char id[KVM_ID_BYTES_MAX];
	struct driver_run *run;
	long long begun_nanos;
};

struct worker {
	pthread_cond_t wake;
	struct vcpu vcpu;		/* of the first VCPUS */
	struct guest_access *asked;	/* what it shares with the guest */
	struct kvm_access access;
	enum { WORKER_IDLE, WORKER_AT_WORK, WORKER_ENDED } state;
};

static struct {
	int module, channel;		/* the module's files; channel -1: none */
	int bell;
	struct vm vm;
	pthread_mutex_t lock;
	struct worker worker[WORKERS_MAX];
	unsigned int workers;
} rig = { .channel = -1, .lock = PTHREAD_MUTEX_INITIALIZER };

/* Those of the value that the access has. */
static inline __u64 access_bytes(const struct kvm_access *access, __u64 value)
{
	return value & ~0ULL >> (64 - 8 * access->size);
}

/* The guest makes the access, and tells by its port that it has. */
static void work_of_guest(struct worker *worker)
{
	struct kvm_access *access = &worker->access;
	struct ioregionfd_run run = { .vcpu_fd = worker->vcpu.fd, .flags = IOREGIONFD_RUN_EXIT_EACH };

	worker->asked->address = access->at;
	worker->asked->value = access->data;
	worker->asked->size = access->size;
	worker->asked->is_write = access->command.op == IOREGIONFD_HS_OP_WRITE;
	access->end = KVM_MAYBE_EXECUTED;
	do {
		if (ioctl(rig.module, IOREGIONFD_RUN, &run))
			err(1, "IOREGIONFD_RUN");
		if (run.outcome != IOREGIONFD_RUN_ENDED)
			continue;
		access->end = (enum kvm_end)run.end;
		access->status = run.status;
	} while (run.outcome == IOREGIONFD_RUN_ENDED);
	if (!vcpu_is_done(&worker->vcpu))
		errx(1, "a guest has stopped: exit reason %u", worker->vcpu.run->exit_reason);
	access->value = access_bytes(access, worker->asked->value);
}

static void work_without_guest(struct worker *worker)
{
	struct kvm_access *access = &worker->access;
	struct ioregionfd_access asked = { .op = access->command.op };

	if (!access->serial) {
		access->end = ioctl(rig.channel, IOREGIONFD_NEGOTIATE) ? KVM_NOT_SENT : KVM_DONE;
		return;
	}
	if (asked.op != IOREGIONFD_HS_OP_FENCE) {
		asked.size = (__u8)access->size;
		asked.user_data = access->command.user_data;
		asked.offset = access->command.offset;
		asked.data = access_bytes(access, access->data);
		asked.flags = access->command.response_wanted ? 0 : IOREGIONFD_ACCESS_POSTED;
	}
	VM_IOCTL(rig.channel, IOREGIONFD_ACCESS, &asked);
	access->end = (enum kvm_end)asked.end;
	access->status = asked.status;
	access->value = asked.data;
}

static void *worker_loop(void *argument)
{
	struct worker *worker = (struct worker *)argument;
	static const __u64 one = 1;

	pthread_mutex_lock(&rig.lock);
	for (;;) {
		while (worker->state != WORKER_AT_WORK)
			pthread_cond_wait(&worker->wake, &rig.lock);
		pthread_mutex_unlock(&rig.lock);
		if (worker->asked)
			work_of_guest(worker);
		else
			work_without_guest(worker);
		pthread_mutex_lock(&rig.lock);
		worker->state = WORKER_ENDED;
		if (write(rig.bell, &one, sizeof(one)) != sizeof(one))
			err(1, "eventfd");
	}
	return NULL;
}

static inline struct worker *worker_new(void)
{
	struct worker *worker = &rig.worker[rig.workers++];
	pthread_attr_t small;
	pthread_t thread;

	pthread_cond_init(&worker->wake, NULL);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 1 << 16);
	if (pthread_create(&thread, &small, worker_loop, worker))
		err(1, "thread");
	return worker;
}

/* The module, and a VM with vCPUs that wait for what they are to access. */
static inline void workers_open(void)
{
	unsigned int i;

	vm_open(&rig.vm, guest_accesses, GUEST_BYTES(guest_accesses));
	rig.bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	rig.module = open("/dev/ioregionfd", O_RDWR | O_CLOEXEC);
	if (rig.module < 0)
		err(1, "/dev/ioregionfd");
	VM_IOCTL(rig.module, IOREGIONFD_ATTACH_VM, (void *)(long)rig.vm.fd);
	for (i = 0; i < VCPUS; i++) {
		__u64 data = VM_DATA + sizeof(struct guest_access) * i;

		rig.worker[i].asked = (struct guest_access *)(void *)(rig.vm.ram + data);
		vcpu_open(&rig.vm, &rig.worker[i].vcpu, i);
		vcpu_begin(&rig.worker[i].vcpu, i, VM_CODE, data);
		worker_new();
	}
}

/* An idle one of those from `first` to before `end`, or NULL. */
static inline struct worker *worker_idle(unsigned int first, unsigned int end)
{
	while (first < end && rig.worker[first].state != WORKER_IDLE)
		first++;
	return first < end ? &rig.worker[first] : NULL;
}

static inline struct worker *worker_with_vcpu(void)
{
	return worker_idle(0, VCPUS);
}

static inline struct worker *worker_without_vcpu(void)
{
	struct worker *worker = worker_idle(VCPUS, rig.workers);

	return worker ? worker : worker_new();
}

static inline void worker_begin(struct worker *worker, const struct kvm_access *access)
{
	pthread_mutex_lock(&rig.lock);
	worker->access = *access;
	worker->state = WORKER_AT_WORK;
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&rig.lock);
}

static inline int worker_has_ended(struct worker *worker)
{
	int ended;

	pthread_mutex_lock(&rig.lock);
	ended = worker->state == WORKER_ENDED;
	pthread_mutex_unlock(&rig.lock);
	return ended;
}

/* Whether any has not yet been taken. */
static inline int workers_at_work(void)
{
	unsigned int i;

	for (i = 0; i < rig.workers; i++)
		if (rig.worker[i].state != WORKER_IDLE)	/* only the caller makes it idle or busy */
			return 1;
	return 0;
}

/* Takes one that has ended: 0 where there is none. */
static inline int worker_take_ended(struct kvm_access *access)
{
	unsigned int i, found = 0;
	__u64 rung;

	pthread_mutex_lock(&rig.lock);
	if (read(rig.bell, &rung, sizeof(rung)) < 0 && errno != EAGAIN)
		err(1, "eventfd");
	for (i = 0; i < rig.workers && !found; i++) {
		if (rig.worker[i].state != WORKER_ENDED)
			continue;
		*access = rig.worker[i].access;
		rig.worker[i].state = WORKER_IDLE;
		found = 1;
	}
	pthread_mutex_unlock(&rig.lock);
	return found != 0;
}

#endif
