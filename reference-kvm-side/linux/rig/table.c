/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a guest's instructions become: each row of rows.h is run in a guest of its
 * own, and what leaves KVM as KVM_EXIT_MMIO or KVM_EXIT_IO is held to what the row
 * says. The module is not needed: this is what it is given.
 *
 *   table [TEXT]    the rows whose instruction has TEXT in it
 */
#include "vm.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define JOIN_OF(x, y) x##y
#define JOIN(x, y) JOIN_OF(x, y)

#define ROW(code, rbx, expected) \
	extern const unsigned char JOIN(row_, __LINE__)[], JOIN(row_end_, __LINE__)[]; \
	__asm__(".pushsection .rodata\nrow_" TEXT(__LINE__) ":\n" code "\nout %al, $0xf4\nrow_end_" \
		TEXT(__LINE__) ":\n.popsection");
#include "rows.h"
#undef ROW

static const struct row {
	const char *code;
	__u64 rbx;
	const char *expected;
	const unsigned char *bytes, *end;
} rows[] = {
#define ROW(code, rbx, expected) { code, rbx, expected, JOIN(row_, __LINE__), JOIN(row_end_, __LINE__) },
#include "rows.h"
};

#define RAM_PAGE 0x4000u	/* in the MMIO, between two pages of it */

static char seen[4096];
static size_t seen_length;

__attribute__((format(printf, 1, 2)))
static void see(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	seen_length += (size_t)vsnprintf(seen + seen_length, sizeof(seen) - seen_length, format, arguments);
	va_end(arguments);
	if (seen_length > sizeof(seen) - 64)
		errx(1, "too many accesses");
}

/* What a device reads: each byte is its offset's low one. */
static void answer(unsigned char *data, __u64 offset, unsigned int length)
{
	unsigned int i;

	for (i = 0; i < length; i++)
		data[i] = (unsigned char)(offset + i);
}

static void see_write(const unsigned char *data, unsigned int length)
{
	see("=");
	while (length--)
		see("%02x", data[length]);
}

/* Says what the exit was: 0 where the guest goes on. */
static int see_exit(struct kvm_run *run)
{
	switch (run->exit_reason) {
	case KVM_EXIT_MMIO:
		see("%s%u@%llx", run->mmio.is_write ? " W" : " R", run->mmio.len,
		    (unsigned long long)(run->mmio.phys_addr - VM_MMIO));
		if (run->mmio.is_write)
			see_write(run->mmio.data, run->mmio.len);
		else
			answer(run->mmio.data, run->mmio.phys_addr, run->mmio.len);
		return 0;
	case KVM_EXIT_IO:
		if (run->io.port == VM_DONE_PORT)
			return 1;
		see(" %s%u@%x", run->io.direction ? "OUT" : "IN", run->io.size, run->io.port);
		if (run->io.count > 1)
			see("*%u", run->io.count);
		if (!run->io.direction)
			answer((unsigned char *)run + run->io.data_offset, run->io.port,
			       run->io.size * run->io.count);
		return 0;
	case KVM_EXIT_INTERNAL_ERROR:
		see(" fails");
		return 1;
	case KVM_EXIT_SHUTDOWN:
		see(" faults");
		return 1;
	default:
		see(" exit %u", run->exit_reason);
		return 1;
	}
}

/* Registers and memory that the rows know: see rows.h. */
static void prepare(struct vm *vm, struct vcpu *vcpu, const struct row *row)
{
	struct kvm_regs regs;
	unsigned int i;

	for (i = 0; i < 0x1000; i++)
		vm->ram[VM_DATA + i] = (unsigned char)(0x80 + i);
	vcpu_begin(vcpu, 0, VM_CODE, VM_DATA);
	VM_IOCTL(vcpu->fd, KVM_GET_REGS, &regs);
	regs.rbx = VM_MMIO + row->rbx;
	regs.rax = 0x1122334455667788;
	regs.rcx = 3;
	regs.rdx = 0x510;
	regs.rsi = VM_MMIO + 0x800;
	VM_IOCTL(vcpu->fd, KVM_SET_REGS, &regs);
}

static int run_row(const struct row *row)
{
	struct vcpu vcpu;
	struct vm vm;
	int same;
	void *page = vm_new_memory(0x1000);

	vm_open(&vm, row->bytes, (size_t)(row->end - row->bytes));
	if (vm_set_memory(&vm, 1, VM_MMIO + RAM_PAGE, page, 0x1000))
		err(1, "memory");
	vcpu_open(&vm, &vcpu, 0);
	prepare(&vm, &vcpu, row);
	seen_length = 0;
	seen[0] = 0;
	do
		VM_IOCTL(vcpu.fd, KVM_RUN, NULL);
	while (!see_exit(vcpu.run));
	same = !strcmp(seen + (seen[0] == ' '), row->expected);
	if (!same)
		printf("%s at %llx: expected '%s', seen '%s'\n", row->code, (unsigned long long)row->rbx,
		       row->expected, seen + (seen[0] == ' '));
	munmap(vcpu.run, vm.run_bytes);
	munmap(vm.ram, VM_RAM_BYTES);
	munmap(page, 0x1000);
	close(vcpu.fd);
	close(vm.fd);
	close(vm.kvm);
	return same;
}

int main(int argc, char **argv)
{
	unsigned int i, passed = 0, failed = 0;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (argc > 1 && !strstr(rows[i].code, argv[1]))
			continue;
		if (run_row(&rows[i]))
			passed++;
		else
			failed++;
	}
	printf("instructions: %u passed, %u failed\n", passed, failed);
	return failed || !passed;
}
