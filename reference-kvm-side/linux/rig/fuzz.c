/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any ioctl with arguments that are nearly right, from several threads, on channels
 * whose devices send anything. Nothing is expected but that the kernel goes on without
 * a warning, and that the module can be removed afterwards.
 *
 *   fuzz [SECONDS [SEED]]
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

#include "guest.h"
#include "ioregionfd.h"
#include "ioregionfd_handshake.h"

#define THREADS 4
#define CHANNELS 6

static struct vm vm;
static struct vcpu vcpu[2];
static int device, channel[CHANNELS], peer[CHANNELS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static time_t end;
static unsigned long calls;

static unsigned long long draw(unsigned long long *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static __u64 number(unsigned long long *state)
{
	static const __u64 strange[] = { 0, 1, 2, 3, 7, 8, 0xfff, 0x1000, 0xffff, 0x7fffffff, ~0u, VM_MMIO,
					 IOREGIONFD_HS_HELLO_OFFSET, 1ULL << 63, ~0ULL - 7, ~0ULL };

	return draw(state) % 4 ? strange[draw(state) % 16] : draw(state);
}

/* A field here and there is another one; a reserved one now and then. */
static void spoil(void *structure, size_t bytes, unsigned long long *state)
{
	if (draw(state) % 4 == 0)
		((unsigned char *)structure)[draw(state) % bytes] = (unsigned char)number(state);
}

static int any_fd(unsigned long long *state)
{
	int fds[] = { channel[draw(state) % CHANNELS], device, vm.fd, vcpu[draw(state) % 2].fd,
		      peer[draw(state) % CHANNELS], -1, 900 };

	return fds[draw(state) % 3 ? 0 : draw(state) % 7];
}

/* A new channel in the place of another. */
static void replace(unsigned long long *state)
{
	struct ioregionfd_channel_config config = {
		.policy = (__u8)(draw(state) % 3), .hello = (__u8)(draw(state) % 2), .features = ~0ULL,
		.versions = (__u32)(draw(state) % 4 * 2), .max_inflight = (__u16)number(state),
		.deadline_ms = (__u32)(1 + draw(state) % 50), .access_deadline_ms = (__u32)(1 + draw(state) % 50),
		.layout = (__u8)(draw(state) % 3),
	};
	unsigned int i = (unsigned int)(draw(state) % CHANNELS);
	int pair[2], made;

	if (socketpair(AF_UNIX, draw(state) % 4 ? SOCK_STREAM : SOCK_SEQPACKET, 0, pair))
		return;
	config.read_fd = config.write_fd = pair[0];
	spoil(&config, sizeof(config), state);
	made = ioctl(device, IOREGIONFD_CREATE_CHANNEL, &config);
	close(pair[0]);
	if (made < 0) {
		close(pair[1]);
		return;
	}
	pthread_mutex_lock(&lock);
	close(channel[i]);
	close(peer[i]);
	channel[i] = made;
	peer[i] = pair[1];
	pthread_mutex_unlock(&lock);
}

static void regions(unsigned long long *state)
{
	struct ioregionfd_region region = {
		.guest_addr = draw(state) % 4 ? VM_MMIO + 0x1000 * (draw(state) % 4) : number(state),
		.size = draw(state) % 4 ? 0x1000 : number(state), .user_data = number(state),
		.offset = draw(state) % 2 ? 0 : number(state), .channel_fd = any_fd(state),
		.flags = (__u32)(draw(state) % 16),
	};

	spoil(&region, sizeof(region), state);
	ioctl(device, draw(state) % 2 ? IOREGIONFD_ADD_REGION : IOREGIONFD_REMOVE_REGION, &region);
}

static void accesses(unsigned long long *state)
{
	struct ioregionfd_access access = {
		.op = (__u8)(2 + draw(state) % 3), .size = (__u8)(1 + draw(state) % 8),
		.flags = (__u16)(draw(state) % 2), .user_data = number(state), .offset = number(state),
	};

	if (access.op == IOREGIONFD_OP_FENCE)
		access.size = 0, access.user_data = access.offset = 0, access.flags = 0;
	spoil(&access, sizeof(access), state);
	ioctl(any_fd(state), IOREGIONFD_ACCESS, &access);
}

static void guests(unsigned long long *state)
{
	unsigned int i = (unsigned int)(draw(state) % 2);
	struct ioregionfd_run run = { .vcpu_fd = vcpu[i].fd, .flags = (__u32)(draw(state) % 4) };
	struct guest_access asked = { VM_MMIO + draw(state) % 0x4000, number(state),
				      1u << draw(state) % 4, (__u32)(draw(state) % 2) };

	*(struct guest_access *)(void *)(vm.ram + VM_DATA + 0x100 * i) = asked;
	spoil(&run, sizeof(run), state);
	vcpu[i].run->immediate_exit = draw(state) % 8 == 0;
	ioctl(device, IOREGIONFD_RUN, &run);
	if (vcpu[i].run->exit_reason == KVM_EXIT_SHUTDOWN || vcpu[i].run->exit_reason == KVM_EXIT_INTERNAL_ERROR)
		vcpu_begin(&vcpu[i], i, VM_CODE, VM_DATA + 0x100 * i);
}

/* What a device may send: any bytes, or frames that are nearly right. */
static void devices(unsigned long long *state)
{
	union ioregionfd_hs_frame in, out;
	int fd = peer[draw(state) % CHANNELS];
	ssize_t got = recv(fd, &in, sizeof(in), MSG_DONTWAIT);

	memset(&out, 0, sizeof(out));
	out.response.data = ioregionfd_hs_put64(number(state));
	if (got == sizeof(in) && in.hello.kind == IOREGIONFD_HS_KIND_HELLO) {
		out.offer.kind = IOREGIONFD_HS_KIND_OFFER;
		out.offer.nonce = in.hello.nonce;
		out.offer.max_inflight = ioregionfd_hs_put16(8);
		out.offer.features = ioregionfd_hs_put64(draw(state));
		out.offer.versions = ioregionfd_hs_put32((__u32)draw(state) | 6);
		memcpy(out.offer.marker, IOREGIONFD_HS_MARKER, 4);
	} else if (got == sizeof(in)) {
		out.response_tagged.tag = in.command_tagged.tag;
		out.response_tagged.status = ioregionfd_hs_put16(1);
	} else if (draw(state) % 8) {
		return;
	}
	spoil(&out, sizeof(out), state);
	send(fd, &out, draw(state) % 8 ? sizeof(out) : draw(state) % 64 % sizeof(out), MSG_DONTWAIT);
}

static void others(unsigned long long *state)
{
	static const unsigned long numbers[] = { IOREGIONFD_NEGOTIATE, IOREGIONFD_GET_STATE, IOREGIONFD_FENCE,
						 IOREGIONFD_GET_RECORD, IOREGIONFD_SHUTDOWN,
						 IOREGIONFD_ATTACH_VM };
	unsigned char space[256];

	ioctl(any_fd(state), numbers[draw(state) % 6], draw(state) % 8 ? (void *)space : (void *)8);
}

static void *spoil_all(void *argument)
{
	static void (*const ways[])(unsigned long long *) = { replace, regions, accesses, guests, devices,
							      devices, devices, others };
	unsigned long long state = (unsigned long long)(unsigned long)argument;

	while (time(NULL) < end) {
		ways[draw(&state) % 8](&state);
		__atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Where in the kernel each thread is. */
static void show_stacks(void)
{
	char path[300], stack[4096];
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;
	ssize_t got;
	int fd;

	while ((task = readdir(tasks))) {
		snprintf(path, sizeof(path), "/proc/self/task/%s/stack", task->d_name);
		fd = open(path, O_RDONLY);
		got = read(fd, stack, sizeof(stack));
		fprintf(stderr, "task %s:\n%.*s", task->d_name, got > 0 ? (int)got : 0, stack);
		close(fd);
	}
}

static void note_signal(int number)
{
	(void)number;
}

/* Signals meanwhile; then what waits for a device is ended, and nothing may go on for ten seconds. */
static void wait_for(const pthread_t *thread, const pthread_t *threads_end)
{
	const pthread_t *each;
	struct timespec until;
	int i;

	for (;;) {
		clock_gettime(CLOCK_REALTIME, &until);
		if (until.tv_sec > end + 10) {
			show_stacks();
			errx(1, "a call does not end");
		}
		for (i = 0; i < CHANNELS && until.tv_sec > end; i++) {
			ioctl(channel[i], IOREGIONFD_SHUTDOWN, NULL);
			shutdown(peer[i], SHUT_RDWR);
		}
		until.tv_nsec += 100000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		if (!pthread_timedjoin_np(*thread, NULL, &until))
			return;
		for (each = thread; each < threads_end; each++)
			pthread_kill(*each, SIGUSR1);
	}
}

int main(int argc, char **argv)
{
	unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 0) : 1, i;
	struct sigaction interrupt = { .sa_handler = note_signal };
	pthread_t threads[THREADS];

	/* these are sockets, which a channel may take; the serial line is none */
	dup2(open("/dev/null", O_RDWR | O_CLOEXEC), 0);
	dup2(2, 1);
	end = time(NULL) + (argc > 1 ? atol(argv[1]) : 20);
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGUSR1, &interrupt, NULL);
	vm_open(&vm, guest_accesses, GUEST_BYTES(guest_accesses));
	for (i = 0; i < 2; i++) {
		vcpu_open(&vm, &vcpu[i], (unsigned int)i);
		vcpu_begin(&vcpu[i], (unsigned int)i, VM_CODE, VM_DATA + 0x100 * i);
	}
	for (i = 0; i < CHANNELS; i++)
		channel[i] = peer[i] = -1;
	device = open("/dev/ioregionfd", O_RDWR | O_CLOEXEC);
	if (device < 0)
		err(1, "/dev/ioregionfd");
	VM_IOCTL(device, IOREGIONFD_ATTACH_VM, (void *)(long)vm.fd);
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, spoil_all, (void *)(seed * THREADS + i + 1)))
			err(1, "thread");
	for (i = 0; i < THREADS; i++)
		wait_for(&threads[i], &threads[THREADS]);
	printf("fuzz: seed %lu, %lu calls\n", seed, calls);
	return 0;
}
