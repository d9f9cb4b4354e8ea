/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Debian's kernel as the guest, unmodified, its console on a serial port in MMIO that
 * is a device process.
 *
 *   os module|user                              in the rig: what it boots, and the port, are outside
 *   os module|user KERNEL INITRAMFS SOCKET
 */
#include <asm/bootparam.h>
#include <sys/stat.h>

#include "acpi.h"
#include "driver_peer.h"
#include "outside.h"
#include "side.h"

#define OS_RAM_BYTES (128u << 20)
#define OS_PARAMETERS 0x10000u
#define OS_COMMAND_LINE 0x20000u
#define OS_KERNEL 0x100000u

static const char command_line[] = "console=uart8250,mmio,0xd0000000,115200n8 panic=-1 reboot=t nokaslr mitigations=off "
				   "tsc=reliable no_timer_check rcupdate.rcu_expedited=1 random.trust_cpu=on";

/* All that comes from there, at most `most`: its length. */
static size_t read_all(int fd, unsigned char *to, size_t most)
{
	size_t length = 0;
	ssize_t got = 0;

	if (fd < 0)
		err(1, "a file to boot");
	while (length < most && (got = read(fd, to + length, most - length)) > 0)
		length += (size_t)got;
	if (got)
		errx(1, "too large a file to boot");
	close(fd);
	return length;
}

static int file_to_boot(int argc, char **argv, int number)
{
	return argc > 2 ? open(argv[2 + number], O_RDONLY) : outside_connect(OUTSIDE_FILES + number);
}

/* The boot protocol of Linux on x86, entered in 64-bit mode. */
static void load(struct vm *vm, int argc, char **argv)
{
	static unsigned char image[32 << 20];
	size_t length = read_all(file_to_boot(argc, argv, 0), image, sizeof(image));
	struct boot_params *parameters = (struct boot_params *)(void *)(vm->ram + OS_PARAMETERS);
	const struct setup_header *header = (const struct setup_header *)(const void *)(image + 0x1f1);
	size_t setup = (header->setup_sects + 1u) * 512u;
	__u32 initramfs = OS_RAM_BYTES - (4 << 20);

	if (length < setup || header->header != 0x53726448 || !(header->xloadflags & XLF_KERNEL_64))
		errx(1, "no kernel that boots in 64-bit mode");
	memcpy(vm->ram + OS_KERNEL, image + setup, length - setup);
	memcpy(&parameters->hdr, header, 0x202u + image[0x201] - 0x1f1u);
	strcpy((char *)vm->ram + OS_COMMAND_LINE, command_line);
	parameters->hdr.type_of_loader = 0xff;
	parameters->hdr.cmd_line_ptr = OS_COMMAND_LINE;
	parameters->hdr.ramdisk_image = initramfs;
	parameters->hdr.ramdisk_size =
		(__u32)read_all(file_to_boot(argc, argv, 1), vm->ram + initramfs, 4 << 20);
	parameters->acpi_rsdp_addr = ACPI_AT;
	parameters->e820_entries = 2;
	parameters->e820_table[0] = (struct boot_e820_entry){ 0, 0xa0000, 1 };
	parameters->e820_table[1] = (struct boot_e820_entry){ OS_KERNEL, OS_RAM_BYTES - OS_KERNEL, 1 };
	acpi_build(vm->ram, VM_MMIO);
}

/* What no device is at reads as ones. */
static void nothing_there(struct kvm_run *run)
{
	if (run->exit_reason == KVM_EXIT_IO && run->io.direction == KVM_EXIT_IO_IN)
		memset((unsigned char *)run + run->io.data_offset, 0xff, run->io.size * run->io.count);
	else if (run->exit_reason == KVM_EXIT_MMIO && !run->mmio.is_write)
		memset(run->mmio.data, 0xff, run->mmio.len);
}

static void start(struct vm *vm, struct vcpu *vcpu)
{
	struct kvm_regs regs;

	VM_IOCTL(vm->fd, KVM_CREATE_IRQCHIP, NULL);
	vcpu_open(vm, vcpu, 0);
	vcpu_begin(vcpu, 0, OS_KERNEL + 0x200, 0);
	VM_IOCTL(vcpu->fd, KVM_GET_REGS, &regs);
	regs.rsi = OS_PARAMETERS;
	VM_IOCTL(vcpu->fd, KVM_SET_REGS, &regs);
}

int main(int argc, char **argv)
{
	static struct side side;
	struct ioregionfd_state state;
	struct vcpu vcpu;
	struct vm vm;

	if (argc != 2 && argc != 5)
		errx(2, "usage: os module|user [KERNEL INITRAMFS SOCKET]");
	setvbuf(stdout, NULL, _IOLBF, 0);
	vm_create(&vm, OS_RAM_BYTES);
	load(&vm, argc, argv);
	start(&vm, &vcpu);
	side_open(&side, !strcmp(argv[1], "module"), &vm);
	side_add(&side, argc > 2 ? driver_connect_unix(argv[4]) : outside_channel(0), VM_MMIO, 1, 0);
	for (;;) {
		if (side_run(&side, &vcpu))
			err(1, "run");
		if (vcpu.run->exit_reason == KVM_EXIT_SHUTDOWN)	/* reboot=t: a triple fault */
			break;
		if (vcpu.run->exit_reason != KVM_EXIT_IO && vcpu.run->exit_reason != KVM_EXIT_MMIO)
			errx(1, "the guest has stopped: exit reason %u", vcpu.run->exit_reason);
		nothing_there(vcpu.run);
	}
	side_tell(&side, 0, "serial port");
	if (side.module >= 0) {
		VM_IOCTL(side.channel[0], IOREGIONFD_GET_STATE, &state);
		printf("%llu accesses, %llu of them failed\n", (unsigned long long)state.begun,
		       (unsigned long long)state.failed);
	}
	return 0;
}
