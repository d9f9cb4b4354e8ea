/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The least of a virtual machine: memory that is mapped one to one up to 4 GiB, and
 * vCPUs that begin in 64-bit mode. There is no interrupt table: a fault of the
 * guest's is KVM_EXIT_SHUTDOWN.
 */
#ifndef VM_H
#define VM_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define VM_RAM_BYTES 0x200000u
#define VM_TABLES 0x1000u	/* page tables, six pages */
#define VM_CODE 0x8000u
#define VM_DATA 0x10000u	/* what guest and VMM share */
#define VM_STACKS 0x100000u	/* 0x1000 bytes below for each vCPU */
#define VM_MMIO 0xd0000000u	/* no memory from here on, but for what a test puts there */
#define VM_MISSING 77	/* the exit status where KVM makes no VM, as that of `run` */
#define VM_DONE_PORT 0xf4u	/* the guest writes to it when it has done what it was to do */

struct vm {
	int kvm, fd;
	unsigned char *ram;
	size_t run_bytes;
};

struct vcpu {
	int fd;
	struct kvm_run *run;
};

static inline int vm_ioctl(int fd, unsigned long request, const char *name, void *argument)
{
	int got = ioctl(fd, request, argument);

	if (got < 0)
		err(1, "%s", name);
	return got;
}
#define VM_IOCTL(fd, request, argument) vm_ioctl(fd, request, #request, argument)

static inline int vm_set_memory(struct vm *vm, unsigned int slot, __u64 at, void *memory, size_t bytes)
{
	struct kvm_userspace_memory_region region = { slot, 0, at, bytes, (__u64)(unsigned long)memory };

	return ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
}

static inline void *vm_new_memory(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	return memory;
}

/* Pages of 2 MiB up to 4 GiB, each where it is. */
static inline void vm_map_all(struct vm *vm)
{
	__u64 *tables = (__u64 *)(void *)(vm->ram + VM_TABLES);
	unsigned int i;

	tables[0] = (VM_TABLES + 0x1000) | 3;
	for (i = 0; i < 4; i++)
		tables[512 + i] = (VM_TABLES + 0x2000 + 0x1000 * i) | 3;
	for (i = 0; i < 4 * 512; i++)
		tables[1024 + i] = (__u64)i << 21 | 0x83;
}

/* What maps the 2 MiB around an address. */
static inline __u64 *vm_page_entry(struct vm *vm, __u64 address)
{
	return (__u64 *)(void *)(vm->ram + VM_TABLES) + 1024 + (address >> 21);
}

/* A VM with memory from 0 on. */
static inline void vm_create(struct vm *vm, size_t ram_bytes)
{
	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	vm->fd = vm->kvm < 0 ? -1 : ioctl(vm->kvm, KVM_CREATE_VM, NULL);
	if (vm->fd < 0)
		err(VM_MISSING, "/dev/kvm");
	vm->run_bytes = (size_t)VM_IOCTL(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, NULL);
	ioctl(vm->fd, KVM_SET_TSS_ADDR, 0xfffbd000ul);	/* where a processor needs it */
	vm->ram = (unsigned char *)vm_new_memory(ram_bytes);
	if (vm_set_memory(vm, 0, 0, vm->ram, ram_bytes))
		err(1, "memory");
	vm_map_all(vm);
}

/* One for a guest that is no more than this code. */
static inline void vm_open(struct vm *vm, const void *code, size_t bytes)
{
	vm_create(vm, VM_RAM_BYTES);
	memcpy(vm->ram + VM_CODE, code, bytes);
}

static inline void vm_set_segments(struct kvm_sregs *sregs)
{
	struct kvm_segment code = { .limit = 0xffffffff, .selector = 0x10, .type = 11, .present = 1, .s = 1,
				    .l = 1, .g = 1 };
	struct kvm_segment data = { .limit = 0xffffffff, .selector = 0x18, .type = 3, .present = 1, .s = 1,
				    .db = 1, .g = 1 };

	sregs->cs = code;
	sregs->ds = sregs->es = sregs->ss = sregs->fs = sregs->gs = data;
	sregs->cr3 = VM_TABLES;
	sregs->cr4 = 1 << 5 | 1 << 9 | 1 << 10;	/* PAE, and SSE */
	sregs->cr0 = 1u << 31 | 1 << 16 | 1 << 1 | 1;
	sregs->efer = 1 << 10 | 1 << 8;
}

/* The vCPU will begin at `entry` with `argument` in RDI. */
static inline void vcpu_begin(struct vcpu *vcpu, unsigned int number, __u64 entry, __u64 argument)
{
	struct kvm_regs regs = { .rip = entry, .rdi = argument, .rflags = 2,
				 .rsp = VM_STACKS + 0x1000 * (number + 1) };
	struct kvm_sregs sregs;

	VM_IOCTL(vcpu->fd, KVM_GET_SREGS, &sregs);
	vm_set_segments(&sregs);
	VM_IOCTL(vcpu->fd, KVM_SET_SREGS, &sregs);
	VM_IOCTL(vcpu->fd, KVM_SET_REGS, &regs);
}

static inline void vcpu_open(struct vm *vm, struct vcpu *vcpu, unsigned int number)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[200];
	} cpuid;
	unsigned int i;

	cpuid.head.nent = 200;
	VM_IOCTL(vm->kvm, KVM_GET_SUPPORTED_CPUID, &cpuid);
	for (i = 0; i < cpuid.head.nent; i++)
		if (cpuid.entries[i].function == 1)
			cpuid.entries[i].ecx |= 1u << 31 | 1u << 24;	/* a hypervisor; the deadline timer */
	vcpu->fd = ioctl(vm->fd, KVM_CREATE_VCPU, (unsigned long)number);
	if (vcpu->fd < 0)
		err(1, "KVM_CREATE_VCPU");
	VM_IOCTL(vcpu->fd, KVM_SET_CPUID2, &cpuid);
	vcpu->run = (struct kvm_run *)mmap(NULL, vm->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
					   vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		err(1, "kvm_run");
}

/* Whether the guest has said that it is done. */
static inline int vcpu_is_done(const struct vcpu *vcpu)
{
	return vcpu->run->exit_reason == KVM_EXIT_IO && vcpu->run->io.port == VM_DONE_PORT;
}

#endif
