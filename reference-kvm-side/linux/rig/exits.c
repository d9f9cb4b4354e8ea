/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an exit means to who saves a vCPU in the middle of an access: its registers are
 * put into a second VM, and what that one accesses is compared. And what of an access
 * in two halves does not come out, where KVM itself has something for one of them.
 *
 *   exits [NAME...]
 */
#include <sys/eventfd.h>

#include "guest.h"
#include "tests.h"

GUEST_CODE(reading, "mov (%rbx), %eax\n" GUEST_DONE);
GUEST_CODE(writing, "mov %rax, (%rbx)\n" GUEST_DONE);
GUEST_CODE(adding, "lock add %eax, (%rbx)\n" GUEST_DONE);
GUEST_CODE(filling, "mov %rbx, %rdi\n mov $3, %ecx\n rep stosb\n" GUEST_DONE);
GUEST_CODE(writing_16, "movups %xmm0, (%rbx)\n" GUEST_DONE);

#define INSTRUCTION_OF_READ 2u
#define INSTRUCTION_OF_WRITE 3u

struct guest {
	struct vm vm;
	struct vcpu vcpu;
};

static void check(int holds, const char *what)
{
	if (holds)
		return;
	printf("  not so: %s\n", what);
	exit(1);
}

static void open_guest(struct guest *guest, const unsigned char *code, size_t bytes, __u64 address)
{
	struct kvm_regs regs;

	vm_open(&guest->vm, code, bytes);
	vcpu_open(&guest->vm, &guest->vcpu, 0);
	vcpu_begin(&guest->vcpu, 0, VM_CODE, VM_DATA);
	VM_IOCTL(guest->vcpu.fd, KVM_GET_REGS, &regs);
	regs.rbx = address;
	VM_IOCTL(guest->vcpu.fd, KVM_SET_REGS, &regs);
}

/* Whether it runs to an MMIO exit of so many bytes. */
static int runs_to(struct guest *guest, unsigned int length, int is_write)
{
	const struct kvm_run *run = guest->vcpu.run;

	return !ioctl(guest->vcpu.fd, KVM_RUN, NULL) && run->exit_reason == KVM_EXIT_MMIO &&
	       run->mmio.len == length && run->mmio.is_write == is_write;
}

static int runs_to_end(struct guest *guest)
{
	return !ioctl(guest->vcpu.fd, KVM_RUN, NULL) && vcpu_is_done(&guest->vcpu);
}

static __u64 where(const struct guest *guest)
{
	struct kvm_regs regs;

	VM_IOCTL(guest->vcpu.fd, KVM_GET_REGS, &regs);
	return regs.rip - VM_CODE;
}

/* A second VM that goes on with the registers of the first. */
static void restore(struct guest *second, const struct guest *first, const unsigned char *code, size_t bytes)
{
	struct kvm_regs regs;

	VM_IOCTL(first->vcpu.fd, KVM_GET_REGS, &regs);
	open_guest(second, code, bytes, regs.rbx);
	VM_IOCTL(second->vcpu.fd, KVM_SET_REGS, &regs);
}

static void read_is_made_twice(void)
{
	struct guest first, second;

	open_guest(&first, reading, GUEST_BYTES(reading), VM_MMIO);
	check(runs_to(&first, 4, 0), "a READ of 4 bytes");
	check(where(&first) == 0, "RIP is before the instruction");
	restore(&second, &first, reading, GUEST_BYTES(reading));
	check(runs_to(&second, 4, 0), "the second VM makes the READ again");
	check(runs_to_end(&second) && where(&second) == INSTRUCTION_OF_READ, "and goes on");
}

static void write_is_made_once(void)
{
	struct guest first, second;

	open_guest(&first, writing, GUEST_BYTES(writing), VM_MMIO);
	check(runs_to(&first, 8, 1), "a WRITE of 8 bytes");
	check(where(&first) == INSTRUCTION_OF_WRITE, "RIP is behind the instruction");
	restore(&second, &first, writing, GUEST_BYTES(writing));
	check(runs_to_end(&second), "the second VM does not make it again");
}

static void second_half_is_lost(void)
{
	struct guest first, second;

	open_guest(&first, writing, GUEST_BYTES(writing), VM_MMIO + 0xffd);
	check(runs_to(&first, 3, 1), "the first half of a WRITE across a page");
	restore(&second, &first, writing, GUEST_BYTES(writing));
	check(runs_to_end(&second), "the second VM does not make the second half");
	check(runs_to(&first, 5, 1), "the first one does");
}

static void exit_waits_for_fragments(void)
{
	struct guest guest;

	open_guest(&guest, writing, GUEST_BYTES(writing), VM_MMIO + 0xffd);
	check(runs_to(&guest, 3, 1), "the first half of a WRITE across a page");
	guest.vcpu.run->immediate_exit = 1;
	check(runs_to(&guest, 5, 1), "immediate_exit does not stop between the halves");
	check(ioctl(guest.vcpu.fd, KVM_RUN, NULL) && errno == EINTR, "it stops behind them");
}

static void read_across_a_page_is_made_twice(void)
{
	struct guest first, second;

	open_guest(&first, reading, GUEST_BYTES(reading), VM_MMIO + 0xffd);
	check(runs_to(&first, 3, 0) && runs_to(&first, 1, 0), "both halves of a READ across a page");
	restore(&second, &first, reading, GUEST_BYTES(reading));
	check(runs_to(&second, 3, 0), "the second VM begins with the first half again");
}

/* Whether EINTR comes next, and a second VM with the registers of then goes on. */
static int stops(struct guest *first, struct guest *second, const unsigned char *code, size_t bytes)
{
	if (!ioctl(first->vcpu.fd, KVM_RUN, NULL) || errno != EINTR)
		return 0;
	restore(second, first, code, bytes);
	return 1;
}

static void exit_waits_for_instruction(void)
{
	struct guest first, second;

	open_guest(&first, adding, GUEST_BYTES(adding), VM_MMIO);
	check(runs_to(&first, 4, 0), "the READ of a locked add");
	first.vcpu.run->immediate_exit = 1;
	check(runs_to(&first, 4, 1), "immediate_exit does not stop between READ and WRITE");
	check(stops(&first, &second, adding, GUEST_BYTES(adding)), "it stops behind them");
	check(runs_to_end(&second), "and the second VM makes neither again");
}

static void exit_waits_for_element(void)
{
	struct guest first, second;

	open_guest(&first, filling, GUEST_BYTES(filling), VM_MMIO);
	check(runs_to(&first, 1, 1), "the first of three elements");
	first.vcpu.run->immediate_exit = 1;
	check(stops(&first, &second, filling, GUEST_BYTES(filling)), "immediate_exit stops between two elements");
	check(runs_to(&second, 1, 1) && runs_to(&second, 1, 1) && runs_to_end(&second), "the second VM makes the rest");
}

static void stale_bytes(void)
{
	struct guest guest;
	struct kvm_regs regs;

	open_guest(&guest, reading, GUEST_BYTES(reading), VM_MMIO);
	memset(guest.vcpu.run->mmio.data, 0x5a, 8);
	check(runs_to(&guest, 4, 0), "a READ of 4 bytes");
	check(runs_to_end(&guest), "to which nobody gives a value");
	VM_IOCTL(guest.vcpu.fd, KVM_GET_REGS, &regs);
	check(regs.rax == 0x5a5a5a5a, "the guest reads what stood there");
}

/* The second half lies in a coalesced zone: it is in the ring before the first half comes out. */
static void coalesced_half_comes_first(void)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = VM_MMIO + 0x1000, .size = 0x1000 };
	const struct kvm_coalesced_mmio_ring *ring;
	struct guest guest;
	int page;

	open_guest(&guest, writing, GUEST_BYTES(writing), VM_MMIO + 0xffd);
	page = VM_IOCTL(guest.vm.kvm, KVM_CHECK_EXTENSION, (void *)KVM_CAP_COALESCED_MMIO);
	ring = (const struct kvm_coalesced_mmio_ring *)(const void *)((char *)guest.vcpu.run + 0x1000 * page);
	VM_IOCTL(guest.vm.fd, KVM_REGISTER_COALESCED_MMIO, &zone);
	check(runs_to(&guest, 3, 1), "the first half of a WRITE across a page");
	check(ring->last - ring->first == 1 && ring->coalesced_mmio[ring->first].len == 5,
	      "the second half is in the ring by then");
	check(runs_to_end(&guest), "and does not come out");
}

/* An eventfd for 8 bytes at `offset`, and how often it was told of 16 bytes at 0x10, of which so many halves come out. */
static __u64 told_of_16_bytes(__u64 offset, int halves)
{
	struct kvm_ioeventfd asked = { .addr = VM_MMIO + offset, .len = 8 };
	struct guest guest;
	__u64 told = 0;

	open_guest(&guest, writing_16, GUEST_BYTES(writing_16), VM_MMIO + 0x10);
	asked.fd = eventfd(0, EFD_NONBLOCK);
	VM_IOCTL(guest.vm.fd, KVM_IOEVENTFD, &asked);
	for (; halves; halves--)
		check(runs_to(&guest, 8, 1), "a half comes out");
	check(runs_to_end(&guest), "and no more");
	if (read(asked.fd, &told, sizeof(told)) < 0)
		check(errno == EAGAIN, "an eventfd");
	return told;
}

static void ioeventfd_of_a_half(void)
{
	check(told_of_16_bytes(0x10, 1) == 1, "an eventfd at the first half takes it");
	check(told_of_16_bytes(0x18, 2) == 0, "one at the second half is not told");
}

static const struct test tests[] = {
	{ "read-is-made-twice", read_is_made_twice }, { "write-is-made-once", write_is_made_once },
	{ "second-half-is-lost", second_half_is_lost },
	{ "read-across-a-page-is-made-twice", read_across_a_page_is_made_twice },
	{ "exit-waits-for-fragments", exit_waits_for_fragments },
	{ "exit-waits-for-instruction", exit_waits_for_instruction },
	{ "exit-waits-for-element", exit_waits_for_element }, { "stale-bytes", stale_bytes },
	{ "coalesced-half-comes-first", coalesced_half_comes_first },
	{ "ioeventfd-of-a-half", ioeventfd_of_a_half },
};

int main(int argc, char **argv)
{
	return tests_run("exits", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
