/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For tests: a VM with some vCPUs and the module, and spec/c's example device in a
 * process of its own at the other end of a socket pair. HOLD is the register that
 * makes a vCPU wait.
 */
#ifndef SCENE_H
#define SCENE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define main example_device_main
#include "../../../spec/c/example-device.c"
#undef main

#include <pthread.h>
#include <sys/wait.h>
#include <time.h>

#include "guest.h"
#include "ioregionfd.h"

#define SCENE_VCPUS 4
#define REGISTER(name) (VM_MMIO + (name))

struct scene {
	struct vm vm;
	struct vcpu vcpu[SCENE_VCPUS];
	struct guest_access *asked[SCENE_VCPUS];
	int device, channel;
	pid_t server;
};

/* What a thread makes a guest do, and how it went. */
struct errand {
	struct scene *scene;
	unsigned int vcpu;
	struct ioregionfd_run run;	/* as the last access ended */
	int interrupted, ended;
	__u64 value;
	pthread_t thread;
};

static inline long long nanos(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static inline void rest_millis(int millis)
{
	struct timespec rest = { millis / 1000, millis % 1000 * 1000000L };

	nanosleep(&rest, NULL);
}

static inline void check(int holds, const char *what)
{
	if (holds)
		return;
	printf("  not so: %s\n", what);
	exit(1);
}

static inline pid_t scene_serve(int fd, int other, const char *versions)
{
	char number[12], serve[] = "device", option[] = "--fd", limit[] = "--versions", allowed[8];
	char *words[] = { serve, option, number, limit, allowed, NULL };
	pid_t child = fork();

	if (child)
		return child;
	close(other);
	snprintf(number, sizeof(number), "%d", fd);
	snprintf(allowed, sizeof(allowed), "%s", versions);
	_exit(example_device_main(5, words));
}

static inline void scene_region(struct scene *scene, __u64 at, __u64 user_data, __u32 flags)
{
	struct ioregionfd_region region = { .guest_addr = at, .size = 0x1000, .user_data = user_data,
					    .channel_fd = scene->channel, .flags = flags };

	VM_IOCTL(scene->device, IOREGIONFD_ADD_REGION, &region);
}

static inline int scene_channel(int device, int fd, __u32 access_deadline_ms)
{
	struct ioregionfd_channel_config config = {
		.read_fd = fd, .write_fd = fd, .policy = IOREGIONFD_POLICY_PREFER,
		.hello = IOREGIONFD_HELLO_DETACHED, .features = ~0ULL,
		.versions = IOREGIONFD_HS_VERSIONS_KNOWN, .access_deadline_ms = access_deadline_ms,
	};

	return VM_IOCTL(device, IOREGIONFD_CREATE_CHANNEL, &config);
}

/* The VM, its vCPUs and the module's file. */
static inline void scene_machine(struct scene *scene)
{
	unsigned int i;

	memset(scene, 0, sizeof(*scene));
	vm_open(&scene->vm, guest_accesses, GUEST_BYTES(guest_accesses));
	for (i = 0; i < SCENE_VCPUS; i++) {
		__u64 data = VM_DATA + 0x100 * i;

		scene->asked[i] = (struct guest_access *)(void *)(scene->vm.ram + data);
		vcpu_open(&scene->vm, &scene->vcpu[i], i);
		vcpu_begin(&scene->vcpu[i], i, VM_CODE, data);
	}
	scene->device = open("/dev/ioregionfd", O_RDWR | O_CLOEXEC);
	if (scene->device < 0)
		err(1, "/dev/ioregionfd");
	VM_IOCTL(scene->device, IOREGIONFD_ATTACH_VM, (void *)(long)scene->vm.fd);
}

/* All of it, with region 1 at VM_MMIO. */
static inline void scene_open(struct scene *scene, __u32 access_deadline_ms, __u32 flags)
{
	int pair[2];
	pid_t server;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		err(1, "socketpair");
	server = scene_serve(pair[1], pair[0], "1,2");
	close(pair[1]);
	scene_machine(scene);
	scene->server = server;
	scene->channel = scene_channel(scene->device, pair[0], access_deadline_ms);
	close(pair[0]);
	VM_IOCTL(scene->channel, IOREGIONFD_NEGOTIATE, NULL);
	scene_region(scene, VM_MMIO, 1, flags);
}

static inline void errand_ask(struct errand *errand, struct scene *scene, unsigned int vcpu, __u64 address,
			      unsigned int size, int is_write, __u64 value)
{
	struct guest_access asked = { address, value, size, (__u32)is_write };

	memset(errand, 0, sizeof(*errand));
	errand->scene = scene;
	errand->vcpu = vcpu;
	*scene->asked[vcpu] = asked;
}

/* Until the guest is done; EINTR is counted, and gone on from. */
static inline void *errand_go(void *argument)
{
	struct errand *errand = (struct errand *)argument;
	struct scene *scene = errand->scene;
	struct vcpu *vcpu = &scene->vcpu[errand->vcpu];
	struct ioregionfd_run run = { .vcpu_fd = vcpu->fd, .flags = IOREGIONFD_RUN_EXIT_EACH };

	for (;;) {
		if (ioctl(scene->device, IOREGIONFD_RUN, &run)) {
			if (errno != EINTR)
				err(1, "IOREGIONFD_RUN");
			errand->interrupted += run.outcome == IOREGIONFD_RUN_PENDING;
		} else if (run.outcome == IOREGIONFD_RUN_ENDED) {
			errand->run = run;
		} else {
			break;
		}
	}
	errand->value = scene->asked[errand->vcpu]->value;
	errand->ended = vcpu_is_done(vcpu) ? 1 : -1;
	return NULL;
}

static inline __u64 errand_read(struct scene *scene, __u64 address, unsigned int size)
{
	struct errand errand;

	errand_ask(&errand, scene, 0, address, size, 0, 0);
	errand_go(&errand);
	check(errand.ended == 1, "the guest has done what it was told");
	return errand.value;
}

static inline void errand_start(struct errand *errand)
{
	if (pthread_create(&errand->thread, NULL, errand_go, errand))
		err(1, "thread");
}

/* It has ended within the time. */
static inline int errand_ends(struct errand *errand, int millis)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += millis / 1000;
	until.tv_nsec += millis % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	return !pthread_timedjoin_np(errand->thread, NULL, &until);
}

static inline struct ioregionfd_state scene_state(const struct scene *scene)
{
	struct ioregionfd_state state;

	VM_IOCTL(scene->channel, IOREGIONFD_GET_STATE, &state);
	return state;
}

/* Until so many commands are out without an answer. */
static inline void scene_await_outstanding(const struct scene *scene, __u32 outstanding)
{
	while (scene_state(scene).outstanding != outstanding)
		rest_millis(1);
}

/* A WRITE without a guest: of RELEASE, which ends what HOLD holds. */
static inline void scene_release(const struct scene *scene, __u64 value)
{
	struct ioregionfd_access access = { .op = IOREGIONFD_OP_WRITE, .size = 8, .user_data = 1,
					    .offset = RELEASE, .data = value };

	VM_IOCTL(scene->channel, IOREGIONFD_ACCESS, &access);
	check(access.end == IOREGIONFD_END_DONE, "RELEASE was written");
}

#endif
