/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What differs between an access that is taken on KVM's own bus and one that is taken
 * at the KVM_RUN boundary, while a device lets the vCPU wait and before.
 *
 *   bus [NAME]
 */
#include "scene.h"
#include "tests.h"

/*
 * A store of 8 bytes whose last 5 lie in a page that the guest has not mapped: how many
 * commands the try that faults makes of the first 3, in a region, and in sum how many
 * when the guest has mapped the page and made the store again.
 */
static void store_that_faults(__u32 flags, __u64 commands[2])
{
	const __u64 page = VM_MMIO + 0x200000;
	struct errand errand;
	struct scene scene;
	__u64 *entry, mapped, before;
	int i;

	scene_open(&scene, 0, 0);
	scene_region(&scene, page - 0x1000, 2, flags);
	entry = vm_page_entry(&scene.vm, page);
	mapped = *entry;
	*entry = 0;
	before = scene_state(&scene).begun;
	for (i = 0; i < 2; i++) {
		errand_ask(&errand, &scene, 0, page - 3, 8, 1, 0x1122334455667788);
		errand_go(&errand);
		check(scene.vcpu[0].run->exit_reason == (i ? KVM_EXIT_MMIO : KVM_EXIT_SHUTDOWN), "the fault, then the rest");
		commands[i] = scene_state(&scene).begun - before;
		*entry = mapped;
		if (!i)
			vcpu_begin(&scene.vcpu[0], 0, VM_CODE, VM_DATA);
	}
}

static void second_page_faults(void)
{
	__u64 commands[2];

	store_that_faults(0, commands);
	check(commands[0] == 0 && commands[1] == 2, "3 bytes, 1 and 2, are made once");
}

static void second_page_faults_with_bus(void)
{
	__u64 commands[2];

	store_that_faults(IOREGIONFD_REGION_BUS, commands);
	check(commands[0] == 2 && commands[1] == 4, "3 bytes, 1 and 2, are made twice");
}

static void note_signal(int number)
{
	(void)number;
}

/* A signal, which at the boundary is heard: kills.c. */
static void signals_with_bus(void)
{
	struct sigaction action = { .sa_handler = note_signal };
	struct errand held;
	struct scene scene;

	scene_open(&scene, 0, IOREGIONFD_REGION_BUS);
	sigaction(SIGUSR1, &action, NULL);
	errand_ask(&held, &scene, 1, REGISTER(HOLD), 8, 0, 0);
	errand_start(&held);
	scene_await_outstanding(&scene, 1);
	pthread_kill(held.thread, SIGUSR1);
	check(!errand_ends(&held, 200) && !held.interrupted, "the vCPU waits on");
	scene_release(&scene, 7);
	check(errand_ends(&held, 1000) && held.value == 7, "the access ends with its answer");
}

static long long change_memory(struct scene *scene, void *page)
{
	long long begun = nanos();

	if (vm_set_memory(&scene->vm, 3, 0xe0000000, page, 0x1000) ||
	    vm_set_memory(&scene->vm, 3, 0xe0000000, page, 0))
		err(1, "memory");
	return (nanos() - begun) / 1000;
}

/* Releases what HOLD holds after so many milliseconds, in a process of its own. */
static pid_t release_in(const struct scene *scene, int millis)
{
	pid_t releaser = fork();

	if (!releaser) {
		rest_millis(millis);
		scene_release(scene, 5);
		_exit(0);
	}
	return releaser;
}

/* How long a change of memory takes, in microseconds, while a device lets a vCPU wait for 2 s. */
static long long memory_during_wait(__u32 flags)
{
	void *page = vm_new_memory(0x1000);
	long long shortest = 1LL << 40, took;
	struct errand held;
	struct scene scene;
	pid_t releaser;
	int i;

	scene_open(&scene, 5000, flags);
	errand_ask(&held, &scene, 1, REGISTER(HOLD), 8, 0, 0);
	errand_start(&held);
	scene_await_outstanding(&scene, 1);
	releaser = release_in(&scene, 2000);
	rest_millis(100);
	for (i = 0; i < (flags ? 1 : 5); i++) {
		took = change_memory(&scene, page);
		if (took < shortest)
			shortest = took;
	}
	check(flags || !held.ended, "the device still lets the vCPU wait");
	check(errand_ends(&held, 5000) && held.value == 5, "the access ends");
	waitpid(releaser, NULL, 0);
	return shortest;
}

static void memory_change(void)
{
	long long took = memory_during_wait(0);

	printf("  two changes of memory during a wait of 2 s: %lld us\n", took);
	check(took < 20000, "two changes take 20 ms at most");
}

static void memory_change_with_bus(void)
{
	long long took = memory_during_wait(IOREGIONFD_REGION_BUS);

	printf("  two changes of memory during a wait of 2 s, on KVM's bus: %lld us\n", took);
	check(took > 1000000, "on KVM's bus a change waits for the device");
}

/* How long the removal of a region takes, in milliseconds, while a device lets a vCPU wait for 1 s. */
static long long removal_during_wait(__u32 flags)
{
	struct ioregionfd_region region = { .guest_addr = VM_MMIO, .size = 0x1000 };
	struct errand held;
	struct scene scene;
	pid_t releaser;
	long long took;

	scene_open(&scene, 0, flags);
	errand_ask(&held, &scene, 1, REGISTER(HOLD), 8, 0, 0);
	errand_start(&held);
	scene_await_outstanding(&scene, 1);
	releaser = release_in(&scene, 1000);
	took = nanos();
	VM_IOCTL(scene.device, IOREGIONFD_REMOVE_REGION, &region);
	took = (nanos() - took) / 1000000;
	check(errand_ends(&held, 5000) && held.value == 5, "the access under way ends as ever");
	waitpid(releaser, NULL, 0);
	return took;
}

static void region_removed(void)
{
	check(removal_during_wait(0) < 500, "the region goes at once");
}

static void region_removed_with_bus(void)
{
	check(removal_during_wait(IOREGIONFD_REGION_BUS) > 900, "on KVM's bus the removal waits for the device");
}

static const struct test tests[] = {
	{ "second-page-faults", second_page_faults },
	{ "second-page-faults-with-bus", second_page_faults_with_bus },
	{ "signals-with-bus", signals_with_bus },
	{ "memory-change", memory_change }, { "memory-change-with-bus", memory_change_with_bus },
	{ "region-removed", region_removed }, { "region-removed-with-bus", region_removed_with_bus },
};

int main(int argc, char **argv)
{
	return tests_run("bus", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
