/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Accesses a second of a guest that does nothing else, by who serves them, as ratios
 * to a KVM side in user space; the device is spec/c's, in the same machine.
 *
 *   speed [READS]
 */
#include "scene.h"
#include "side.h"

#define ROUNDS 7

struct guest_reading {
	__u64 device, reads;
};

GUEST_CODE(guest_reading,
	"	mov (%rdi), %rsi\n"
	"1:	mov 8(%rdi), %rcx\n"
	"2:	mov 0x128(%rsi), %eax\n"
	"	dec %rcx\n"
	"	jnz 2b\n"
	"	" GUEST_DONE
	"	jmp 1b\n");

/* A VM whose region is served so, with a device of its own. */
struct served {
	struct vm vm;
	struct vcpu vcpu;
	struct side side;
};

static void serve_so(struct served *served, int with_module, __u32 flags, __u64 reads)
{
	struct guest_reading *asked;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		err(1, "socketpair");
	scene_serve(pair[1], pair[0], "1,2");
	close(pair[1]);
	vm_open(&served->vm, guest_reading, GUEST_BYTES(guest_reading));
	vcpu_open(&served->vm, &served->vcpu, 0);
	vcpu_begin(&served->vcpu, 0, VM_CODE, VM_DATA);
	side_open(&served->side, with_module, &served->vm);
	side_add(&served->side, pair[0], VM_MMIO, 1, flags);
	asked = (struct guest_reading *)(void *)(served->vm.ram + VM_DATA);
	asked->device = VM_MMIO;
	asked->reads = reads;
}

static double seconds(struct served *served)
{
	long long begun = nanos();

	if (side_run(&served->side, &served->vcpu) || !vcpu_is_done(&served->vcpu))
		errx(1, "the guest has stopped: exit reason %u", served->vcpu.run->exit_reason);
	return (double)(nanos() - begun) / 1e9;
}

static int ascending(const void *one, const void *other)
{
	double difference = *(const double *)one - *(const double *)other;

	return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "user space", "module, at KVM_RUN", "module, on KVM's bus" };
	static struct served served[3];
	double took[3], ratios[2][ROUNDS];
	__u64 reads = argc > 1 ? strtoull(argv[1], NULL, 0) : 300;
	int i, round;

	serve_so(&served[0], 0, 0, reads);
	serve_so(&served[1], 1, 0, reads);
	serve_so(&served[2], 1, IOREGIONFD_REGION_BUS, reads);
	for (round = -1; round < ROUNDS; round++) {	/* the first one warms up */
		for (i = 0; i < 3; i++)
			took[i] = seconds(&served[i]);
		for (i = 0; i < 2 && round >= 0; i++)
			ratios[i][round] = took[0] / took[i + 1];
	}
	for (i = 0; i < 2; i++) {
		qsort(ratios[i], ROUNDS, sizeof(double), ascending);
		printf("%s: %.2f times the accesses a second of %s (%.2f to %.2f)\n", names[i + 1],
		       ratios[i][ROUNDS / 2], names[0], ratios[i][0], ratios[i][ROUNDS - 1]);
	}
	return 0;
}
