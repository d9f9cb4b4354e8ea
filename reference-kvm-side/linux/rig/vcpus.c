/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Four vCPUs on one channel of own.h. The module has no part in it.
 *
 *   vcpus [NAME]
 */
#include "scene.h"
#include "own.h"
#include "tests.h"

#define COUNTED 100
#define GOING 0x40000000u	/* READs that do not come to their end */

struct guest_count {
	__u64 reads;
	__u32 value[COUNTED];	/* of the first ones */
};

GUEST_CODE(guest_counts,
	"	mov (%rdi), %rcx\n"
	"	xor %rdx, %rdx\n"
	"	mov $0xd0000128, %esi\n"	/* COUNTER behind VM_MMIO */
	"1:	mov (%rsi), %eax\n"
	"	cmp $100, %rdx\n"
	"	jae 2f\n"
	"	mov %eax, 8(%rdi,%rdx,4)\n"
	"2:	inc %rdx\n"
	"	cmp %rcx, %rdx\n"
	"	jb 1b\n"
	"	" GUEST_DONE);

static struct vm vm;
static struct own_channel channel;
static pid_t device;

/* A vCPU in its thread. */
static struct counting {
	struct vcpu vcpu;
	struct guest_count *count;
	unsigned int number, failed;
	pthread_t thread;
} counting[OWN_VCPUS];

static void *count_on(void *argument)
{
	struct counting *own = (struct counting *)argument;
	struct kvm_run *run = own->vcpu.run;

	while (!ioctl(own->vcpu.fd, KVM_RUN, NULL) && run->exit_reason == KVM_EXIT_MMIO && !own->failed)
		own->failed = own_mmio(&channel, own->number, run, 1, run->mmio.phys_addr - VM_MMIO) != KVM_DONE;
	return NULL;
}

static void open_channel_to_device(long long patience_millis)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		err(1, "socketpair");
	device = scene_serve(pair[1], pair[0], "2");
	close(pair[1]);
	if (own_open(&channel, pair[0], IOREGIONFD_KVM_REQUIRE))
		errx(1, "no channel");
	channel.kvm.patience_millis = patience_millis;
}

static void begin_counting(__u64 reads, long long patience_millis)
{
	unsigned int i;

	open_channel_to_device(patience_millis);
	vm_open(&vm, guest_counts, GUEST_BYTES(guest_counts));
	for (i = 0; i < OWN_VCPUS; i++) {
		counting[i].number = i;
		counting[i].count = (struct guest_count *)(void *)(vm.ram + VM_DATA + 0x1000 * i);
		counting[i].count->reads = reads;
		vcpu_open(&vm, &counting[i].vcpu, i);
		vcpu_begin(&counting[i].vcpu, i, VM_CODE, VM_DATA + 0x1000 * i);
		if (pthread_create(&counting[i].thread, NULL, count_on, &counting[i]))
			errx(1, "no thread");
	}
}

static void each_read_is_made_once_and_answered_to_its_vcpu(void)
{
	static unsigned int times[OWN_VCPUS * COUNTED];
	unsigned int i, j;
	__u32 value;

	begin_counting(COUNTED, OWN_PATIENCE_MILLIS);
	for (i = 0; i < OWN_VCPUS; i++)
		pthread_join(counting[i].thread, NULL);
	check(channel.kvm.kvm.agreed.features & IOREGIONFD_HS_FEATURE_OUT_OF_ORDER, "OUT_OF_ORDER is agreed");
	for (i = 0; i < OWN_VCPUS; i++) {
		check(vcpu_is_done(&counting[i].vcpu), "the guest is done");
		for (j = 0; j < COUNTED; j++) {
			value = counting[i].count->value[j];
			check(value < OWN_VCPUS * COUNTED && !times[value]++, "each value once");
			check(!j || value > counting[i].count->value[j - 1], "in the vCPU's order");
		}
	}
}

static void a_device_that_dies_ends_what_each_vcpu_waits_for(void)
{
	unsigned int i;

	begin_counting(GOING, OWN_PATIENCE_MILLIS);
	while (!((volatile struct guest_count *)counting[3].count)->value[COUNTED - 1])
		rest_millis(1);
	kill(device, SIGKILL);
	for (i = 0; i < OWN_VCPUS; i++)
		pthread_join(counting[i].thread, NULL);
	for (i = 0; i < OWN_VCPUS; i++)
		check(counting[i].failed, "it has failed");
	check(strstr(channel.why, "closed") != NULL, "and says why");
}

static void a_device_that_stops_ends_it_by_the_deadline(void)
{
	unsigned int i;

	begin_counting(GOING, 500);
	while (!((volatile struct guest_count *)counting[3].count)->value[COUNTED - 1])
		rest_millis(1);
	kill(device, SIGSTOP);
	for (i = 0; i < OWN_VCPUS; i++)
		pthread_join(counting[i].thread, NULL);
	for (i = 0; i < OWN_VCPUS; i++)
		check(counting[i].failed, "it has failed");
	check(strstr(channel.why, "deadline") != NULL, "and says why");
}

/* An access of a region's HOLD or RELEASE, whose number is that of its vCPU. */
static struct kvm_access of_region(__u64 region, __u64 offset, __u8 op)
{
	struct kvm_access access;

	memset(&access, 0, sizeof(access));
	access.command.op = op;
	access.command.user_data = region;
	access.command.offset = offset;
	access.command.response_wanted = 1;
	access.size = 8;
	return access;
}

static void *hold_on(void *argument)
{
	struct counting *own = (struct counting *)argument;

	struct kvm_access held = of_region(own->number, HOLD, IOREGIONFD_HS_OP_READ);

	own->failed = own_access(&channel, own->number, held).end != KVM_DONE;
	return NULL;
}

static void begin_to_hold(struct counting *own, unsigned int number)
{
	own->number = number;
	if (pthread_create(&own->thread, NULL, hold_on, own))
		errx(1, "no thread");
	while (!((volatile struct own_vcpu *)channel.vcpu)[number].under_way)
		rest_millis(1);
}

static void who_waits_on_watches_when_the_watching_one_has_its_answer(void)
{
	struct kvm_access released;

	open_channel_to_device(OWN_PATIENCE_MILLIS);
	own_access(&channel, 3, of_region(1, COUNTER, IOREGIONFD_HS_OP_READ));	/* carries the HELLO */
	begin_to_hold(&counting[0], 1);
	while (!((volatile struct own_channel *)&channel)->watched)
		rest_millis(1);
	begin_to_hold(&counting[1], 2);
	released = own_access(&channel, 3, of_region(1, RELEASE, IOREGIONFD_HS_OP_WRITE));
	check(released.end == KVM_DONE, "RELEASE was written");
	pthread_join(counting[0].thread, NULL);
	check(!counting[0].failed, "the first one has its answer");
	kill(device, SIGKILL);
	pthread_join(counting[1].thread, NULL);
	check(counting[1].failed, "the second one has seen the end");
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "counted", each_read_is_made_once_and_answered_to_its_vcpu },
		{ "killed", a_device_that_dies_ends_what_each_vcpu_waits_for },
		{ "handed-on", who_waits_on_watches_when_the_watching_one_has_its_answer },
		{ "stopped", a_device_that_stops_ends_it_by_the_deadline },
	};

	return tests_run("vcpus", tests, sizeof(tests) / sizeof(*tests), argc, argv);
}
