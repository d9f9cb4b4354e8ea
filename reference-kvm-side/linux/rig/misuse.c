/* SPDX-License-Identifier: BSD-3-Clause */
/* Every ioctl with arguments that it refuses, and the errno that ioregionfd.h promises. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "guest.h"
#include "ioregionfd.h"
#include "ioregionfd_handshake.h"

static struct vm vm;
static struct vcpu vcpu;
static int device, channel, pair[2], pipes[2], file, counted, failed;

/* The call gives this errno, 0 for one that succeeds. */
static int expect(const char *what, int fd, unsigned long request, const void *argument, int expected)
{
	int got = ioctl(fd, request, argument), error = got < 0 ? errno : 0;

	counted++;
	if (error == expected)
		return got;
	failed++;
	printf("%s: expected %s, got %s\n", what, expected ? strerrorname_np(expected) : "success",
	       error ? strerrorname_np(error) : "success");
	return got;
}

static struct ioregionfd_channel_config config_of(int fd)
{
	struct ioregionfd_channel_config config;

	memset(&config, 0, sizeof(config));
	config.read_fd = config.write_fd = fd;
	config.policy = IOREGIONFD_POLICY_PREFER;
	config.features = IOREGIONFD_HS_FEATURES_OF_VERSION_2;
	config.versions = IOREGIONFD_HS_VERSIONS_KNOWN;
	return config;
}

static struct ioregionfd_region region_of(__u64 at, __u64 size)
{
	struct ioregionfd_region region;

	memset(&region, 0, sizeof(region));
	region.guest_addr = at;
	region.size = size;
	region.user_data = 1;
	region.channel_fd = channel;
	return region;
}

#define DIFFERS(what, type, made, change, fd, request, errno_expected) \
	do { \
		type with = made; \
		change; \
		expect(what, fd, request, &with, errno_expected); \
	} while (0)
#define CONFIG(what, change, errno_expected) \
	DIFFERS("channel: " what, struct ioregionfd_channel_config, config_of(pair[0]), change, device, \
		IOREGIONFD_CREATE_CHANNEL, errno_expected)
#define REGION(what, at, size, change, errno_expected) \
	DIFFERS("region: " what, struct ioregionfd_region, region_of(at, size), change, device, \
		IOREGIONFD_ADD_REGION, errno_expected)
#define REMOVAL(what, at, size, change, errno_expected) \
	DIFFERS("removal: " what, struct ioregionfd_region, region_of(at, size), change, device, \
		IOREGIONFD_REMOVE_REGION, errno_expected)
#define ENTRY(what, change, errno_expected) \
	DIFFERS("run: " what, struct ioregionfd_run, ((struct ioregionfd_run){ .vcpu_fd = vcpu.fd }), change, \
		device, IOREGIONFD_RUN, errno_expected)
#define ACCESS(what, change, errno_expected) \
	DIFFERS("access: " what, struct ioregionfd_access, \
		((struct ioregionfd_access){ .op = IOREGIONFD_OP_READ, .size = 4 }), change, channel, \
		IOREGIONFD_ACCESS, errno_expected)

static void *const nowhere = (void *)8;

/* fork(): the VM is then one of another process. */
static void attach_from_another_process(int fd)
{
	int status = 0;
	pid_t child = fork();

	if (!child) {
		int other = open("/dev/ioregionfd", O_RDWR);

		_exit(ioctl(other, IOREGIONFD_ATTACH_VM, (long)fd) && errno == EIO ? 0 : 1);
	}
	waitpid(child, &status, 0);
	counted++;
	if (status) {
		failed++;
		printf("attach: the VM of another process was not refused with EIO\n");
	}
}

static void devices(void)
{
	int second = open("/dev/ioregionfd", O_RDWR | O_CLOEXEC);
	struct vm other = { 0, 0, NULL, 0 };

	expect("api version", device, IOREGIONFD_GET_API_VERSION, NULL, 0);
	expect("unknown number", device, _IO(IOREGIONFD_TYPE, 0x7f), NULL, ENOTTY);
	expect("unknown type", device, _IO(0xab, 1), NULL, ENOTTY);
	expect("a channel's ioctl", device, IOREGIONFD_SHUTDOWN, NULL, ENOTTY);
	REGION("before a VM", VM_MMIO, 0x1000, , ENODEV);
	REMOVAL("before a VM", VM_MMIO, 0x1000, , ENODEV);
	ENTRY("before a VM", , ENODEV);
	expect("attach: -1", device, IOREGIONFD_ATTACH_VM, (void *)-1L, EBADF);
	expect("attach: not open", device, IOREGIONFD_ATTACH_VM, (void *)900L, EBADF);
	expect("attach: a file", device, IOREGIONFD_ATTACH_VM, (void *)(long)file, EINVAL);
	expect("attach: a socket", device, IOREGIONFD_ATTACH_VM, (void *)(long)pair[0], EINVAL);
	expect("attach: /dev/kvm", device, IOREGIONFD_ATTACH_VM, (void *)(long)vm.kvm, EINVAL);
	expect("attach: a vCPU", device, IOREGIONFD_ATTACH_VM, (void *)(long)vcpu.fd, EINVAL);
	expect("attach: itself", device, IOREGIONFD_ATTACH_VM, (void *)(long)device, EINVAL);
	attach_from_another_process(vm.fd);
	expect("attach", device, IOREGIONFD_ATTACH_VM, (void *)(long)vm.fd, 0);
	expect("attach: again", device, IOREGIONFD_ATTACH_VM, (void *)(long)vm.fd, EBUSY);
	expect("attach: a second file", second, IOREGIONFD_ATTACH_VM, (void *)(long)vm.fd, EBUSY);
	vm_open(&other, guest_accesses, GUEST_BYTES(guest_accesses));
	expect("attach: another VM", device, IOREGIONFD_ATTACH_VM, (void *)(long)other.fd, EBUSY);
	close(second);
	close(other.fd);
	close(other.kvm);
}

static int new_socket(int family, int type)
{
	return socket(family, type | SOCK_CLOEXEC, 0);
}

static void channels(void)
{
	int lonely = new_socket(AF_UNIX, SOCK_STREAM), tcp = new_socket(AF_INET, SOCK_STREAM), dgrams[2];

	socketpair(AF_UNIX, SOCK_DGRAM, 0, dgrams);
	expect("channel: NULL", device, IOREGIONFD_CREATE_CHANNEL, NULL, EFAULT);
	expect("channel: no pointer", device, IOREGIONFD_CREATE_CHANNEL, nowhere, EFAULT);
	CONFIG("write_fd -1", with.write_fd = -1, EBADF);
	CONFIG("write_fd not open", with.write_fd = 900, EBADF);
	CONFIG("read_fd not open", with.read_fd = 900, EBADF);
	CONFIG("read_fd -2", with.read_fd = -2, EBADF);
	CONFIG("a file", with.read_fd = with.write_fd = file, ENOTSOCK);
	CONFIG("a pipe to write", with.write_fd = pipes[1], ENOTSOCK);
	CONFIG("a pipe to read", with.read_fd = pipes[0], ENOTSOCK);
	CONFIG("the module's file", with.write_fd = device, ENOTSOCK);
	CONFIG("a datagram socket", with.read_fd = with.write_fd = dgrams[0], ESOCKTNOSUPPORT);
	CONFIG("a socket that is not connected", with.read_fd = with.write_fd = lonely, ENOTCONN);
	CONFIG("TCP that is not connected", with.read_fd = with.write_fd = tcp, ENOTCONN);
	CONFIG("an unknown flag", with.flags = 1u << 2, EINVAL);
	CONFIG("all flags", with.flags = ~0u, EINVAL);
	CONFIG("an unknown policy", with.policy = 3, EINVAL);
	CONFIG("an unknown hello", with.hello = 2, EINVAL);
	CONFIG("an unknown layout", with.layout = 3, EINVAL);
	CONFIG("a nonce without its flag", with.nonce = 1, EINVAL);
	CONFIG("reserved_0", with.reserved_0 = 1, EINVAL);
	CONFIG("reserved_1", with.reserved_1[3] = 1, EINVAL);
	CONFIG("a deadline above a day", with.deadline_ms = IOREGIONFD_DEADLINE_MS_MAX + 1, EINVAL);
	CONFIG("an access deadline above a day", with.access_deadline_ms = ~0u, EINVAL);
	CONFIG("version 0 in the list", with.versions = 1, EINVAL);
	CONFIG("version 24", with.versions = 1u << 24, EINVAL);
	CONFIG("REQUIRE without a version",
	       with.policy = IOREGIONFD_POLICY_REQUIRE; with.hello = 1; with.versions = 0, EINVAL);
	CONFIG("REQUIRE, attached", with.policy = IOREGIONFD_POLICY_REQUIRE, EINVAL);
	CONFIG("a required feature that is not allowed", with.features = 0; with.required_features = 1,
	       EINVAL);
	CONFIG("a pin without its flag", with.pin[0] = 0x49, EINVAL);
	CONFIG("a pin of zeros", with.flags = IOREGIONFD_CHANNEL_PIN; with.hello = 1, EINVAL);
	CONFIG("PREFER without a read_fd", with.read_fd = -1, EINVAL);
	close(lonely);
	close(tcp);
	close(dgrams[0]);
	close(dgrams[1]);
	DIFFERS("channel", struct ioregionfd_channel_config, config_of(pair[0]), ,
		device, IOREGIONFD_CREATE_CHANNEL, 0);
}

/* One good channel, from now on `channel`; its socket is no one else's. */
static void one_channel(void)
{
	struct ioregionfd_channel_config config;

	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
	config = config_of(pair[0]);
	channel = expect("channel", device, IOREGIONFD_CREATE_CHANNEL, &config, 0);
	CONFIG("the same socket again", , EBUSY);
	CONFIG("the same socket for one way", with.read_fd = pair[1], EBUSY);
	expect("a device's ioctl", channel, IOREGIONFD_GET_API_VERSION, NULL, ENOTTY);
	expect("KVM's ioctl", channel, KVM_RUN, NULL, ENOTTY);
}

static void regions(void)
{
	expect("region: NULL", device, IOREGIONFD_ADD_REGION, NULL, EFAULT);
	expect("removal: NULL", device, IOREGIONFD_REMOVE_REGION, NULL, EFAULT);
	REGION("an unknown flag", VM_MMIO, 0x1000, with.flags = 1u << 3, EINVAL);
	REGION("reserved", VM_MMIO, 0x1000, with.reserved[0] = 1, EINVAL);
	REGION("the last reserved", VM_MMIO, 0x1000, with.reserved[2] = 1, EINVAL);
	REGION("no bytes", VM_MMIO, 0, , EINVAL);
	REGION("a wrap", ~0ULL, 2, , EINVAL);
	REGION("a wrap of all", 2, ~0ULL, , EINVAL);
	REGION("an offset that wraps", VM_MMIO, 0x1000, with.offset = ~0xffeULL, EINVAL);
	REGION("ports beyond 64 Ki", 0xffff, 2, with.flags = IOREGIONFD_REGION_PIO, EINVAL);
	REGION("a port at 64 Ki", 0x10000, 1, with.flags = IOREGIONFD_REGION_PIO, EINVAL);
	REGION("channel -1", VM_MMIO, 0x1000, with.channel_fd = -1, EBADF);
	REGION("channel not open", VM_MMIO, 0x1000, with.channel_fd = 900, EBADF);
	REGION("a socket as channel", VM_MMIO, 0x1000, with.channel_fd = pair[1], EINVAL);
	REGION("the device as channel", VM_MMIO, 0x1000, with.channel_fd = device, EINVAL);
	REGION("right", VM_MMIO, 0x1000, , 0);
	REGION("the same", VM_MMIO, 0x1000, , EEXIST);
	REGION("its last byte", VM_MMIO + 0xfff, 1, , EEXIST);
	REGION("around it", VM_MMIO - 1, 0x2000, , EEXIST);
	REGION("up to it", VM_MMIO - 8, 8, , 0);
	REGION("behind it", VM_MMIO + 0x1000, 8, , 0);
	REGION("ports of the same numbers", 0x500, 8, with.flags = IOREGIONFD_REGION_PIO, 0);
	REGION("the last byte of all", ~0ULL, 1, , 0);
	REMOVAL("a part", VM_MMIO, 0x800, , ENOENT);
	REMOVAL("nothing there", VM_MMIO + 0x8000, 0x1000, , ENOENT);
	REMOVAL("ports for memory", 0x500, 8, , ENOENT);
	REMOVAL("an unknown flag", VM_MMIO, 0x1000, with.flags = 1u << 31, EINVAL);
	REMOVAL("right", VM_MMIO, 0x1000, , 0);
	REMOVAL("again", VM_MMIO, 0x1000, , ENOENT);
}

static void entries(void)
{
	struct vm other_vm;
	struct vcpu other;

	expect("run: NULL", device, IOREGIONFD_RUN, NULL, EFAULT);
	ENTRY("vCPU -1", with.vcpu_fd = -1, EBADF);
	ENTRY("vCPU not open", with.vcpu_fd = 900, EBADF);
	ENTRY("a VM", with.vcpu_fd = vm.fd, EINVAL);
	ENTRY("a file", with.vcpu_fd = file, EINVAL);
	ENTRY("the channel", with.vcpu_fd = channel, EINVAL);
	ENTRY("an unknown flag", with.flags = 1u << 2, EINVAL);
	ENTRY("reserved_0", with.reserved_0 = 1, EINVAL);
	ENTRY("reserved_1", with.reserved_1 = 1, EINVAL);
	vm_open(&other_vm, guest_accesses, GUEST_BYTES(guest_accesses));
	vcpu_open(&other_vm, &other, 0);
	ENTRY("a vCPU of another VM", with.vcpu_fd = other.fd, EINVAL);
	vcpu.run->immediate_exit = 1;
	ENTRY("immediate_exit", , EINTR);
	vcpu.run->immediate_exit = 0;
}

static void accesses(void)
{
	struct ioregionfd_record record;

	expect("access: NULL", channel, IOREGIONFD_ACCESS, NULL, EFAULT);
	ACCESS("op 0", with.op = 0, EINVAL);
	ACCESS("op 5", with.op = 5, EINVAL);
	ACCESS("no bytes", with.size = 0, EINVAL);
	ACCESS("9 bytes", with.size = 9, EINVAL);
	ACCESS("a posted READ", with.flags = IOREGIONFD_ACCESS_POSTED, EINVAL);
	ACCESS("an unknown flag", with.op = IOREGIONFD_OP_WRITE; with.flags = 2, EINVAL);
	ACCESS("data of a READ", with.data = 1, EINVAL);
	ACCESS("data above the size", with.op = IOREGIONFD_OP_WRITE; with.size = 1; with.data = 256, EINVAL);
	ACCESS("a FENCE with a size", with.op = IOREGIONFD_OP_FENCE, EINVAL);
	ACCESS("a FENCE with an offset", with.op = IOREGIONFD_OP_FENCE; with.size = 0; with.offset = 1, EINVAL);
	ACCESS("reserved_0", with.reserved_0 = 1, EINVAL);
	ACCESS("reserved_1", with.reserved_1 = 1, EINVAL);
	ACCESS("reserved_2", with.reserved_2 = 1, EINVAL);
	expect("state: NULL", channel, IOREGIONFD_GET_STATE, NULL, EFAULT);
	expect("negotiate: attached", channel, IOREGIONFD_NEGOTIATE, NULL, EINVAL);
	expect("record: nothing is agreed", channel, IOREGIONFD_GET_RECORD, &record, ENOTCONN);
	expect("shutdown", channel, IOREGIONFD_SHUTDOWN, NULL, 0);
	expect("shutdown again", channel, IOREGIONFD_SHUTDOWN, NULL, 0);
	expect("fence of a channel that is down", channel, IOREGIONFD_FENCE, NULL, ENOTCONN);
	expect("record of a channel that is down", channel, IOREGIONFD_GET_RECORD, &record, ENOTCONN);
	CONFIG("the socket of an earlier channel", , EPIPE);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	vm_open(&vm, guest_accesses, GUEST_BYTES(guest_accesses));
	vcpu_open(&vm, &vcpu, 0);
	device = open("/dev/ioregionfd", O_RDWR | O_CLOEXEC);
	file = open("/proc/self/maps", O_RDONLY);
	if (device < 0 || file < 0 || pipe(pipes) || socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		err(1, "/dev/ioregionfd");
	devices();
	channels();
	one_channel();
	regions();
	entries();
	accesses();
	printf("misuse: %d passed, %d failed\n", counted - failed, failed);
	return failed != 0;
}
