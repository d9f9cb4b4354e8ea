/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A guest counts on a device without a pause while a second device process takes over
 * from the first: FENCE, the record, a channel that is pinned to it. What both devices
 * have counted is what the guest has done, or an access was lost or made twice.
 *
 *   migrate [NAME...]
 */
#include "scene.h"
#include "tests.h"

struct guest_counting {
	__u64 device;
	volatile __u64 reads, writes, stop;
};

GUEST_CODE(guest_counting,
	"	mov (%rdi), %rsi\n"
	"1:	mov 0x128(%rsi), %eax\n"
	"	incq 8(%rdi)\n"
	"	mov %eax, 0x20(%rsi)\n"
	"	incq 16(%rdi)\n"
	"	cmpq $0, 24(%rdi)\n"
	"	jz 1b\n"
	"	" GUEST_DONE);

struct takeover {
	struct scene scene;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int moving;		/* no region is registered: who misses one waits */
	int waiting;		/* the vCPU does */
	unsigned long left;	/* how often RUN was left */
	unsigned long missed;	/* accesses that the VMM made itself, on the new channel */
	pthread_t thread;
};

static void note_signal(int number)
{
	(void)number;
}

/* An access in no region: it waits for the new channel, and is made there. */
static void make_missed(struct takeover *takeover, struct kvm_run *run)
{
	struct ioregionfd_access access = { .op = IOREGIONFD_OP_READ, .size = (__u8)run->mmio.len,
					    .user_data = 1, .offset = run->mmio.phys_addr & 0xfff };

	pthread_mutex_lock(&takeover->lock);
	takeover->waiting = 1;
	while (takeover->moving)
		pthread_cond_wait(&takeover->moved, &takeover->lock);
	takeover->waiting = 0;
	pthread_mutex_unlock(&takeover->lock);
	if (run->mmio.is_write) {
		access.op = IOREGIONFD_OP_WRITE;
		memcpy(&access.data, run->mmio.data, run->mmio.len);
	}
	VM_IOCTL(takeover->scene.channel, IOREGIONFD_ACCESS, &access);
	check(access.end == IOREGIONFD_END_DONE && access.status == 1, "the access that missed is made");
	memcpy(run->mmio.data, &access.data, run->mmio.len);
	takeover->missed++;
}

static void *run_guest(void *argument)
{
	struct takeover *takeover = (struct takeover *)argument;
	struct vcpu *vcpu = &takeover->scene.vcpu[0];
	struct ioregionfd_run run = { .vcpu_fd = vcpu->fd };

	for (;;) {
		int got = ioctl(takeover->scene.device, IOREGIONFD_RUN, &run);

		if (got && errno != EINTR)
			err(1, "IOREGIONFD_RUN");
		pthread_mutex_lock(&takeover->lock);
		takeover->left++;
		pthread_mutex_unlock(&takeover->lock);
		if (got)
			continue;
		if (vcpu_is_done(vcpu))
			return NULL;
		check(vcpu->run->exit_reason == KVM_EXIT_MMIO, "the guest goes on");
		make_missed(takeover, vcpu->run);
	}
}

/* Whether the vCPU is outside of RUN, or was since it was left `left` times. */
static int was_outside(struct takeover *takeover, unsigned long left)
{
	int outside;

	pthread_mutex_lock(&takeover->lock);
	outside = takeover->waiting || takeover->left != left;
	pthread_mutex_unlock(&takeover->lock);
	return outside;
}

/* Begins on a first device, with what the guest is to do. */
static void begin(struct takeover *takeover, const void *code, size_t bytes)
{
	struct sigaction action = { .sa_handler = note_signal };

	memset(takeover, 0, sizeof(*takeover));
	pthread_mutex_init(&takeover->lock, NULL);
	pthread_cond_init(&takeover->moved, NULL);
	sigaction(SIGUSR1, &action, NULL);
	scene_open(&takeover->scene, 0, 0);
	memcpy(takeover->scene.vm.ram + VM_CODE, code, bytes);
}

static void go(struct takeover *takeover)
{
	if (pthread_create(&takeover->thread, NULL, run_guest, takeover))
		err(1, "thread");
}

static __u64 look(int channel, __u64 offset)
{
	struct ioregionfd_access access = { .op = IOREGIONFD_OP_READ, .size = 8, .user_data = 1,
					    .offset = offset };

	VM_IOCTL(channel, IOREGIONFD_ACCESS, &access);
	check(access.end == IOREGIONFD_END_DONE, "the VMM reads a register");
	return access.data;
}

static void take_region_away(struct takeover *takeover)
{
	struct ioregionfd_region region = { .guest_addr = VM_MMIO, .size = 0x1000 };

	pthread_mutex_lock(&takeover->lock);
	takeover->moving = 1;
	pthread_mutex_unlock(&takeover->lock);
	VM_IOCTL(takeover->scene.device, IOREGIONFD_REMOVE_REGION, &region);
}

/* No access of the guest is under way then, nor can one begin; and the record. */
static void stop_at_record(struct takeover *takeover, struct ioregionfd_record *record)
{
	unsigned long left;

	/* a vCPU may have found the region just before: once it was outside, it finds none */
	pthread_mutex_lock(&takeover->lock);
	left = takeover->left;
	pthread_mutex_unlock(&takeover->lock);
	while (!was_outside(takeover, left)) {
		pthread_kill(takeover->thread, SIGUSR1);
		rest_millis(1);
	}
	VM_IOCTL(takeover->scene.channel, IOREGIONFD_FENCE, NULL);
	VM_IOCTL(takeover->scene.channel, IOREGIONFD_GET_RECORD, record);
}

static void go_on(struct takeover *takeover, int channel)
{
	takeover->scene.channel = channel;
	scene_region(&takeover->scene, VM_MMIO, 1, 0);
	pthread_mutex_lock(&takeover->lock);
	takeover->moving = 0;
	pthread_cond_broadcast(&takeover->moved);
	pthread_mutex_unlock(&takeover->lock);
}

/* A channel to a second device, which is pinned: not yet negotiated. */
static int pinned(const struct takeover *takeover, const struct ioregionfd_record *record,
		  const char *versions)
{
	struct ioregionfd_channel_config config = {
		.policy = IOREGIONFD_POLICY_REQUIRE, .hello = IOREGIONFD_HELLO_DETACHED,
		.features = ~0ULL, .versions = IOREGIONFD_HS_VERSIONS_KNOWN,
		.flags = IOREGIONFD_CHANNEL_PIN,
	};
	int pair[2], channel;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		err(1, "socketpair");
	scene_serve(pair[1], pair[0], versions);
	close(pair[1]);
	config.read_fd = config.write_fd = pair[0];
	memcpy(config.pin, record->record, sizeof(config.pin));
	channel = VM_IOCTL(takeover->scene.device, IOREGIONFD_CREATE_CHANNEL, &config);
	close(pair[0]);
	return channel;
}

static void await_counts(const struct guest_counting *guest, __u64 more)
{
	__u64 from = guest->writes;

	while (guest->writes < from + more)
		rest_millis(1);
}

static struct guest_counting *start_counting(struct takeover *takeover)
{
	struct guest_counting *guest;

	begin(takeover, guest_counting, GUEST_BYTES(guest_counting));
	guest = (struct guest_counting *)(void *)(takeover->scene.vm.ram + VM_DATA);
	guest->device = VM_MMIO;
	go(takeover);
	await_counts(guest, 20);
	return guest;
}

/* READS and WRITES of both devices, without the VMM's own accesses, are what the guest did. */
static void counting_guest(void)
{
	struct ioregionfd_record record, second;
	struct takeover takeover;
	struct guest_counting *guest = start_counting(&takeover);
	__u64 reads, writes;
	int first = takeover.scene.channel, channel, moves;

	reads = writes = 0;
	for (moves = 0; moves < 5; moves++) {
		take_region_away(&takeover);
		stop_at_record(&takeover, &record);
		first = takeover.scene.channel;
		reads += look(first, READS);
		writes += look(first, WRITES);
		channel = pinned(&takeover, &record, "1,2");
		VM_IOCTL(channel, IOREGIONFD_NEGOTIATE, NULL);
		VM_IOCTL(channel, IOREGIONFD_GET_RECORD, &second);
		check(!memcmp(&record, &second, 28), "the second device agrees to the same");
		go_on(&takeover, channel);
		close(first);
		await_counts(guest, 20);
	}
	guest->stop = 1;
	pthread_join(takeover.thread, NULL);
	reads += look(takeover.scene.channel, READS);
	writes += look(takeover.scene.channel, WRITES);
	printf("  %llu READs and %llu WRITEs over %d devices, %lu made by the VMM\n",
	       (unsigned long long)guest->reads, (unsigned long long)guest->writes, moves + 1,
	       takeover.missed);
	check(reads == guest->reads && writes == guest->writes, "no access was lost, and none made twice");
}

/* The second device lacks version 2: it is refused, by name, and the guest stays where it was. */
static void refused(void)
{
	struct ioregionfd_record record;
	struct ioregionfd_state state;
	struct takeover takeover;
	struct guest_counting *guest = start_counting(&takeover);
	__u64 features = IOREGIONFD_HS_FEATURE_OUT_OF_ORDER | IOREGIONFD_HS_FEATURE_FENCE;
	int first = takeover.scene.channel, channel;

	take_region_away(&takeover);
	stop_at_record(&takeover, &record);
	channel = pinned(&takeover, &record, "1");
	check(ioctl(channel, IOREGIONFD_NEGOTIATE) && errno == ECONNREFUSED, "the second device is refused");
	VM_IOCTL(channel, IOREGIONFD_GET_STATE, &state);
	check(state.has_reason && state.reason == IOREGIONFD_HS_REASON_PIN_UNSATISFIED, "PIN_UNSATISFIED");
	check((state.detail >> 62 & 1) && !(state.detail & ~(3ULL << 62) & ~features),
	      "version 2 is missing, and no feature that is offered");
	close(channel);
	go_on(&takeover, first);
	await_counts(guest, 20);
	guest->stop = 1;
	pthread_join(takeover.thread, NULL);
	check(look(first, READS) == guest->reads &&
	      look(first, WRITES) == guest->writes, "no access was lost, and none made twice");
}

/* The first half of a READ waits for the first device, the second half is made by the second one. */
static void crossing(void)
{
	struct ioregionfd_region half = { .size = 2, .user_data = 1, .offset = HOLD };
	struct ioregionfd_access copy = { .op = IOREGIONFD_OP_WRITE, .size = 8, .user_data = 1,
					  .data = 0x665544332211 };
	struct guest_access asked = { VM_MMIO - 2, 0, 8, 0 };
	struct ioregionfd_record record;
	struct takeover takeover;
	int first, channel;

	begin(&takeover, guest_accesses, GUEST_BYTES(guest_accesses));
	first = takeover.scene.channel;
	half.guest_addr = VM_MMIO - 2;
	half.channel_fd = first;
	VM_IOCTL(takeover.scene.device, IOREGIONFD_ADD_REGION, &half);
	*takeover.scene.asked[0] = asked;
	go(&takeover);
	scene_await_outstanding(&takeover.scene, 1);
	VM_IOCTL(takeover.scene.device, IOREGIONFD_REMOVE_REGION, &half);
	take_region_away(&takeover);
	scene_release(&takeover.scene, 0xbbaa);
	stop_at_record(&takeover, &record);
	channel = pinned(&takeover, &record, "1,2");
	VM_IOCTL(channel, IOREGIONFD_NEGOTIATE, NULL);
	VM_IOCTL(channel, IOREGIONFD_ACCESS, &copy);
	go_on(&takeover, channel);
	pthread_join(takeover.thread, NULL);
	check(takeover.scene.asked[0]->value == 0x665544332211bbaa, "both halves are right");
	check(look(first, READS) == 1, "the first device was read once");
}

static void *run_once(void *argument)
{
	struct scene *scene = (struct scene *)argument;
	struct ioregionfd_run run = { .vcpu_fd = scene->vcpu[0].fd };

	check(ioctl(scene->device, IOREGIONFD_RUN, &run) && errno == EINTR &&
	      run.outcome == IOREGIONFD_RUN_PENDING, "a signal came while an access was under way");
	return NULL;
}

/* 5 bytes are 4, which HOLD holds, and 1: while neither is outstanding there is no record [LEN-007]. */
static void record_between_commands(void)
{
	struct ioregionfd_region part = { .size = 5, .user_data = 1, .offset = HOLD };
	struct guest_access asked = { VM_MMIO - 5, 0, 8, 0 };
	struct ioregionfd_record record;
	struct takeover takeover;
	struct scene *scene = &takeover.scene;
	struct ioregionfd_run run;
	__u64 before;

	begin(&takeover, guest_accesses, GUEST_BYTES(guest_accesses));
	part.guest_addr = VM_MMIO - 5;
	part.channel_fd = scene->channel;
	VM_IOCTL(scene->device, IOREGIONFD_ADD_REGION, &part);
	*scene->asked[0] = asked;
	before = scene_state(scene).begun;
	if (pthread_create(&takeover.thread, NULL, run_once, scene))
		err(1, "thread");
	scene_await_outstanding(scene, 1);
	pthread_kill(takeover.thread, SIGUSR1);
	pthread_join(takeover.thread, NULL);
	scene_release(scene, 0x44332211);
	scene_await_outstanding(scene, 0);
	check(scene_state(scene).begun == before + 2, "one command of the guest's, and RELEASE");
	check(ioctl(scene->channel, IOREGIONFD_GET_RECORD, &record) && errno == EBUSY, "there is no record");
	run.vcpu_fd = scene->vcpu[0].fd;
	run.flags = run.reserved_0 = 0;
	run.reserved_1 = 0;
	VM_IOCTL(scene->device, IOREGIONFD_RUN, &run);
	check(vcpu_is_done(&scene->vcpu[0]) && (scene->asked[0]->value & 0xffffffff) == 0x44332211,
	      "the guest goes on where it was");
	VM_IOCTL(scene->channel, IOREGIONFD_GET_RECORD, &record);
}

/* In version 1 there is no FENCE: what is answered behind a posted WRITE vouches for it [REC-004]. */
static void record_without_fence(void)
{
	struct ioregionfd_access access = { .op = IOREGIONFD_OP_WRITE, .size = 4, .user_data = 1,
					    .flags = IOREGIONFD_ACCESS_POSTED };
	struct ioregionfd_record record;
	struct scene scene;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		err(1, "socketpair");
	scene_serve(pair[1], pair[0], "1");
	close(pair[1]);
	scene_machine(&scene);
	scene.channel = scene_channel(scene.device, pair[0], 0);
	VM_IOCTL(scene.channel, IOREGIONFD_NEGOTIATE, NULL);
	check(scene_state(&scene).version == 1, "version 1");
	VM_IOCTL(scene.channel, IOREGIONFD_GET_RECORD, &record);
	VM_IOCTL(scene.channel, IOREGIONFD_ACCESS, &access);
	check(access.end == IOREGIONFD_END_DONE, "a posted WRITE");
	check(ioctl(scene.channel, IOREGIONFD_GET_RECORD, &record) && errno == EBUSY, "nothing vouches for it");
	look(scene.channel, WRITES);
	VM_IOCTL(scene.channel, IOREGIONFD_GET_RECORD, &record);
}

static const struct test tests[] = {
	{ "counting-guest", counting_guest }, { "refused", refused }, { "crossing", crossing },
	{ "record-between-commands", record_between_commands },
	{ "record-without-fence", record_without_fence },
};

int main(int argc, char **argv)
{
	return tests_run("migrate", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
