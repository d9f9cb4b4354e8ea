/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The demo's VMM: a guest between a conformance device and a serial port.
 *
 *   vmm module|user [CONFORMANCE UART]
 *
 * The channels are those of the rig, or lead to the two Unix sockets. The KVM side
 * is the module, or this process.
 */
#include "driver_peer.h"
#include "guest.h"
#include "outside.h"
#include "side.h"

#define UART_OFFSET 0x10000u

static int channel_to(int argc, char **argv, int number)
{
	int fd = argc > 2 ? driver_connect_unix(argv[2 + number]) : outside_channel(number);

	if (fd < 0)
		errx(1, "no device %d", number);
	return fd;
}

int main(int argc, char **argv)
{
	int with_module = argc > 1 && !strcmp(argv[1], "module");
	static struct side side;
	struct guest_demo *seen;
	struct vcpu vcpu;
	struct vm vm;

	if (argc != 2 && argc != 4)
		errx(2, "usage: vmm module|user [CONFORMANCE UART]");
	setvbuf(stdout, NULL, _IOLBF, 0);
	vm_open(&vm, guest_demo, GUEST_BYTES(guest_demo));
	vcpu_open(&vm, &vcpu, 0);
	vcpu_begin(&vcpu, 0, VM_CODE, VM_DATA);
	side_open(&side, with_module, &vm);
	side_add(&side, channel_to(argc, argv, 0), VM_MMIO, 1, 0);
	side_add(&side, channel_to(argc, argv, 1), VM_MMIO + UART_OFFSET, 1, 0);
	seen = (struct guest_demo *)(void *)(vm.ram + VM_DATA);
	seen->device = VM_MMIO;
	seen->uart = VM_MMIO + UART_OFFSET;
	snprintf(seen->line, sizeof(seen->line), "a guest under %s says hello\n",
		 with_module ? "Linux's KVM with ioregionfd.ko" : "a KVM side in user space");
	if (side_run(&side, &vcpu))
		err(1, "run");
	if (!vcpu_is_done(&vcpu))
		errx(1, "the guest has stopped: exit reason %u", vcpu.run->exit_reason);
	printf("memory 0x%llx, counter %llu then %llu, %llu writes counted\n",
	       (unsigned long long)seen->memory, (unsigned long long)seen->counter[0],
	       (unsigned long long)seen->counter[1], (unsigned long long)seen->wrote);
	side_tell(&side, 0, "conformance device");
	side_tell(&side, 1, "serial port");
	return seen->memory == 0x01234567beefcdefULL && seen->counter[1] == seen->counter[0] + 1 &&
	       seen->wrote == 2 ? 0 : 1;
}
