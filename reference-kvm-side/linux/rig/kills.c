/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happens to an access that is under way: signals, closed files, a killed VMM, a
 * killed device. Each test is a process.
 *
 *   kills [NAME...]
 */
#include "scene.h"
#include "tests.h"

/* ---- what a channel does ---- */

static void agrees(void)
{
	struct ioregionfd_state state;
	struct scene scene;

	scene_open(&scene, 0, 0);
	state = scene_state(&scene);
	check(state.state == IOREGIONFD_STATE_OPEN && state.version == 2 && state.features == 7 &&
	      state.max_inflight == IOREGIONFD_HS_DEFAULT_WINDOW, "version 2, all features, a window of 64");
	check(errand_read(&scene, REGISTER(COUNTER), 4) == 0, "COUNTER is 0");
	check(errand_read(&scene, REGISTER(COUNTER), 4) == 1, "COUNTER is 1");
	check(errand_read(&scene, REGISTER(READS), 8) == 2, "two READs were counted");
}

/* Lengths that no size exponent has: 3 at ...d is 1 and 2, 5 at 0 is 4 and 1. */
static void odd_lengths(void)
{
	static const int pieces[] = { 0, 1, 1, 2, 1, 2, 2, 3 };
	struct errand errand;
	struct scene scene;
	__u64 before;
	int length;

	scene_open(&scene, 0, 0);
	scene_region(&scene, VM_MMIO + 0x1000, 2, 0);
	for (length = 1; length < 8; length++) {
		before = scene_state(&scene).begun;
		errand_ask(&errand, &scene, 0, VM_MMIO + 0x1000 - (__u64)length, 8, 1, 0x1122334455667788);
		errand_go(&errand);
		check(errand.ended == 1, "a write across a page");
		/* `length` bytes before the page ends, which is where pieces end too */
		check((int)(scene_state(&scene).begun - before) == pieces[length] + pieces[8 - length],
		      "the pieces of both halves are as many as they have to be");
	}
}

static struct ioregionfd_access read_of_3(const struct scene *scene, __u64 offset)
{
	struct ioregionfd_access access = { .op = IOREGIONFD_OP_READ, .size = 3, .user_data = 1, .offset = offset };

	VM_IOCTL(scene->channel, IOREGIONFD_ACCESS, &access);
	return access;
}

/* What a guest cannot do, IOREGIONFD_ACCESS could. */
static void last_offset(void)
{
	struct ioregionfd_access access;
	struct scene scene;
	__u64 begun;

	scene_open(&scene, 0, 0);
	begun = scene_state(&scene).begun;
	access = read_of_3(&scene, ~0ULL - 1);
	check(access.end == IOREGIONFD_END_NOT_SENT && access.data == 0xffffff, "3 bytes beyond the last offset");
	check(scene_state(&scene).begun == begun, "nothing of them is sent");
	access = read_of_3(&scene, ~0ULL - 2);
	check(access.end == IOREGIONFD_END_DONE && access.status == IOREGIONFD_HS_STATUS_BAD_OFFSET,
	      "3 bytes up to the last offset are the device's to answer");
}

static void two_in_flight(void)
{
	struct errand held[SCENE_VCPUS - 1];
	struct scene scene;
	int i;

	scene_open(&scene, 0, 0);
	for (i = 0; i < SCENE_VCPUS - 1; i++) {
		errand_ask(&held[i], &scene, (unsigned int)i + 1, REGISTER(HOLD), 4, 0, 0);
		errand_start(&held[i]);
	}
	scene_await_outstanding(&scene, SCENE_VCPUS - 1);
	check(errand_read(&scene, REGISTER(COUNTER), 4) == 0, "another vCPU is answered meanwhile");
	scene_release(&scene, 0x1234);
	for (i = 0; i < SCENE_VCPUS - 1; i++) {
		check(errand_ends(&held[i], 1000), "a held READ ends when it is released");
		check(held[i].value == 0x1234, "its value is what was released");
	}
}

/* ---- what comes between ---- */

static void note_signal(int number)
{
	(void)number;
}

static void signals(void)
{
	struct sigaction action = { .sa_handler = note_signal };
	struct errand held;
	struct scene scene;
	int i;

	scene_open(&scene, 0, 0);
	sigaction(SIGUSR1, &action, NULL);
	errand_ask(&held, &scene, 1, REGISTER(HOLD), 8, 0, 0);
	errand_start(&held);
	scene_await_outstanding(&scene, 1);
	for (i = 0; i < 3; i++) {
		pthread_kill(held.thread, SIGUSR1);
		while (*(volatile int *)&held.interrupted <= i)
			rest_millis(1);
	}
	check(errand_read(&scene, REGISTER(READS), 8) == 1, "the READ was sent once");
	scene_release(&scene, 7);
	check(errand_ends(&held, 1000) && held.value == 7, "it goes on, and ends");
	check(held.interrupted == 3, "three times EINTR");
}

static void files_closed_with(__u32 flags)
{
	struct errand held;
	struct scene scene;

	scene_open(&scene, 1500, flags);
	errand_ask(&held, &scene, 1, REGISTER(HOLD), 8, 0, 0);
	errand_start(&held);
	scene_await_outstanding(&scene, 1);
	close(scene.channel);
	close(scene.vm.fd);
	check(errand_ends(&held, 5000), "the access ends within its deadline");
}

static void files_closed(void)
{
	files_closed_with(0);
}

static void files_closed_with_bus(void)
{
	files_closed_with(IOREGIONFD_REGION_BUS);
}

static void shutdown_during_wait(void)
{
	struct errand held;
	struct scene scene;

	scene_open(&scene, 0, 0);
	errand_ask(&held, &scene, 1, REGISTER(HOLD), 4, 0, 0);
	errand_start(&held);
	scene_await_outstanding(&scene, 1);
	VM_IOCTL(scene.channel, IOREGIONFD_SHUTDOWN, NULL);
	check(errand_ends(&held, 1000), "the access ends at once");
	check(held.value == 0xffffffff && held.run.end == IOREGIONFD_END_MAYBE_EXECUTED, "with ones");
	check(errand_read(&scene, REGISTER(COUNTER), 4) == 0xffffffff, "so does each later one");
}

/* ---- kills ---- */

static void device_killed_with(__u32 flags)
{
	struct errand held;
	struct scene scene;

	scene_open(&scene, 0, flags);
	errand_ask(&held, &scene, 1, REGISTER(HOLD), 8, 0, 0);
	errand_start(&held);
	scene_await_outstanding(&scene, 1);
	kill(scene.server, SIGKILL);
	check(errand_ends(&held, 1000), "the access ends when its device dies");
	check(held.value == ~0ULL, "with ones");
	check(flags || held.run.end == IOREGIONFD_END_MAYBE_EXECUTED, "it may have been executed");
	check(scene_state(&scene).error == ECONNRESET, "the device has closed the channel");
}

static void device_killed(void)
{
	device_killed_with(0);
}

static void device_killed_with_bus(void)
{
	device_killed_with(IOREGIONFD_REGION_BUS);
}

static void *read_without_guest(void *argument)
{
	struct ioregionfd_access access = { .op = IOREGIONFD_OP_READ, .size = 4 };

	VM_IOCTL(*(const int *)argument, IOREGIONFD_ACCESS, &access);
	return access.end == IOREGIONFD_END_DONE ? NULL : argument;
}

/*
 * A device that leaves a READ unread, answers it all the same, and goes: a SEQPACKET
 * socket tells of the reset before it gives the answer [CHN-008].
 */
static void answer_behind_reset(void)
{
	static const char answer[IOREGIONFD_HS_FRAME_LENGTH];
	struct ioregionfd_channel_config config = { .policy = IOREGIONFD_POLICY_OFF };
	struct scene scene;
	pthread_t reader;
	void *failed;
	int pair[2];

	scene_machine(&scene);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		err(1, "socketpair");
	config.read_fd = config.write_fd = pair[0];
	scene.channel = VM_IOCTL(scene.device, IOREGIONFD_CREATE_CHANNEL, &config);
	if (pthread_create(&reader, NULL, read_without_guest, &scene.channel))
		err(1, "thread");
	scene_await_outstanding(&scene, 1);
	if (send(pair[1], answer, sizeof(answer), 0) != sizeof(answer))
		err(1, "send");
	close(pair[1]);
	pthread_join(reader, &failed);
	check(!failed, "the READ takes its answer");
}

static void device_stopped(void)
{
	struct errand held;
	struct scene scene;

	scene_open(&scene, 300, 0);
	kill(scene.server, SIGSTOP);
	errand_ask(&held, &scene, 1, REGISTER(COUNTER), 8, 0, 0);
	errand_start(&held);
	check(errand_ends(&held, 2000), "the access ends at its deadline");
	check(held.value == ~0ULL && scene_state(&scene).error == ETIMEDOUT, "with ones");
	kill(scene.server, SIGKILL);
}

/* A whole VMM, whose vCPUs wait for the device, is killed: it dies, and the device is told. */
static void vmm_killed(__u32 flags)
{
	int ready[2], status;
	long long begun;
	pid_t vmm, server = 0;
	char byte;

	if (pipe(ready))
		err(1, "pipe");
	vmm = fork();
	if (!vmm) {
		struct errand held[2];
		struct scene scene;

		scene_open(&scene, 0, flags);
		errand_ask(&held[0], &scene, 0, REGISTER(HOLD), 8, 0, 0);
		errand_ask(&held[1], &scene, 1, REGISTER(HOLD), 4, 0, 0);
		errand_start(&held[0]);
		errand_start(&held[1]);
		scene_await_outstanding(&scene, 2);
		if (write(ready[1], &scene.server, sizeof(server)) < 0)
			_exit(1);
		pause();
	}
	if (read(ready[0], &server, sizeof(server)) != sizeof(server))
		err(1, "the VMM");
	begun = nanos();
	kill(vmm, SIGKILL);
	check(waitpid(vmm, &status, 0) == vmm && nanos() - begun < 1000000000, "the VMM dies within 1 s");
	close(ready[1]);
	/* the device ends with its channel, and the pipe with the device */
	check(read(ready[0], &byte, 1) == 0 && nanos() - begun < 2000000000, "the device sees the end");
}

static void killed(void)
{
	vmm_killed(0);
}

static void killed_with_bus(void)
{
	vmm_killed(IOREGIONFD_REGION_BUS);
}

/* ---- all of them ---- */

static const struct test tests[] = {
	{ "agrees", agrees }, { "odd-lengths", odd_lengths }, { "last-offset", last_offset },
	{ "two-in-flight", two_in_flight },
	{ "signals", signals },
	{ "files-closed", files_closed }, { "files-closed-with-bus", files_closed_with_bus },
	{ "shutdown-during-wait", shutdown_during_wait },
	{ "device-killed", device_killed }, { "device-killed-with-bus", device_killed_with_bus },
	{ "answer-behind-reset", answer_behind_reset }, { "device-stopped", device_stopped },
	{ "vmm-killed", killed }, { "vmm-killed-with-bus", killed_with_bus },
};

int main(int argc, char **argv)
{
	return tests_run("kills", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
