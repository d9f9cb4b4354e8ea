/* SPDX-License-Identifier: BSD-3-Clause */
/* What the guests do: code that runs at VM_CODE, with a pointer to its data in RDI. */
#ifndef GUEST_H
#define GUEST_H

#include "vm.h"

#define GUEST_CODE(name, text) \
	extern const unsigned char name[], name##_end[]; \
	__asm__(".pushsection .rodata\n" #name ":\n" text "\n" #name "_end:\n.popsection")
#define GUEST_BYTES(name) ((size_t)(name##_end - name))
#define GUEST_DONE "out %al, $0xf4\n"

/*
 * One access for each time that it is entered: `size` bytes at `address`, from or to
 * `value`. What a CPU writes or reads is the operand's size, so that 1, 2, 4 and 8
 * are all there are; an address that crosses a page makes others of them.
 */
struct guest_access {
	__u64 address, value;
	__u32 size, is_write;
};

GUEST_CODE(guest_accesses,
	"	mov (%rdi), %rsi\n"
	"	mov 8(%rdi), %rax\n"
	"	mov 16(%rdi), %ecx\n"
	"	cmpl $0, 20(%rdi)\n"
	"	jne 5f\n"
	"	xor %eax, %eax\n"
	"	cmp $1, %ecx\n	je 1f\n	cmp $2, %ecx\n	je 2f\n	cmp $4, %ecx\n	je 4f\n"
	"	mov (%rsi), %rax\n	jmp 9f\n"
	"1:	mov (%rsi), %al\n	jmp 9f\n"
	"2:	mov (%rsi), %ax\n	jmp 9f\n"
	"4:	mov (%rsi), %eax\n	jmp 9f\n"
	"5:	cmp $1, %ecx\n	je 1f\n	cmp $2, %ecx\n	je 2f\n	cmp $4, %ecx\n	je 4f\n"
	"	mov %rax, (%rsi)\n	jmp 9f\n"
	"1:	mov %al, (%rsi)\n	jmp 9f\n"
	"2:	mov %ax, (%rsi)\n	jmp 9f\n"
	"4:	mov %eax, (%rsi)\n"
	"9:	mov %rax, 8(%rdi)\n"
	"	" GUEST_DONE
	"	jmp guest_accesses\n");

/* The demo: what it has seen of the conformance device, and what it says on the serial port. */
struct guest_demo {
	__u64 device, uart;		/* where their regions are */
	__u64 memory, counter[2], wrote;
	char line[128];
};

GUEST_CODE(guest_demo,
	"	mov (%rdi), %rsi\n"
	"	mov 8(%rdi), %rbx\n"
	"	mov $0x0123456789abcdef, %rax\n"
	"	mov %rax, 0x20(%rsi)\n"		/* 8 bytes of MEMORY */
	"	movw $0xbeef, 0x22(%rsi)\n"	/* two of them anew */
	"	mov 0x20(%rsi), %rax\n"
	"	mov %rax, 16(%rdi)\n"
	"	mov 0x128(%rsi), %eax\n"	/* COUNTER */
	"	mov %rax, 24(%rdi)\n"
	"	mov 0x128(%rsi), %eax\n"
	"	mov %rax, 32(%rdi)\n"
	"	mov 0x108(%rsi), %rax\n"	/* WRITES */
	"	mov %rax, 40(%rdi)\n"
	"	movb $3, 3(%rbx)\n"		/* the line control: 8 bits */
	"	lea 48(%rdi), %rsi\n"
	"1:	lodsb\n"
	"	test %al, %al\n"
	"	jz 3f\n"
	"2:	testb $0x20, 5(%rbx)\n"		/* the line status: room for a byte? */
	"	jz 2b\n"
	"	mov %al, (%rbx)\n"
	"	jmp 1b\n"
	"3:	" GUEST_DONE);

#endif
