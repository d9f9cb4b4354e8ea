/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a guest's READ of 4 bytes takes, from one exit of KVM to the next, by what is
 * behind it: nothing, which is the exit alone; an echo in C; devices. And the READs a
 * second of four vCPUs on one channel, and on four. The KVM side is this process.
 *
 *   reads FOLDER JSON ROUNDS MILLIS WARM-UP-MILLIS CONDITION MACHINE...
 *
 * In FOLDER are the sockets `echo`, `c`, `direct` and `netty`. JSON is a file of the
 * bench's form, to which CONDITION and MACHINE add what the reader has to know; `-`
 * is none. Exit status: 77 where KVM makes no VM, 1 where a device fails.
 */
#include <signal.h>

#include "driver_peer.h"
#include "figures.h"
#include "guest.h"
#include "own.h"

#define READ_AT 0x20u	/* of MEMORY, in region 1 of the conformance device */
#define READ_BYTES 4

GUEST_CODE(guest_reads,
	"	movabs $0xd0000020, %rsi\n"	/* READ_AT behind VM_MMIO */
	"1:	mov (%rsi), %eax\n"
	"	jmp 1b\n");

static struct vcpu vcpus[OWN_VCPUS];

/* What is behind a guest's READs: the channel of each vCPU, or nothing. */
struct behind {
	const char *name;
	struct own_channel *channel[OWN_VCPUS];
};

/* A thread that runs a vCPU. */
struct reader {
	const struct behind *behind;
	unsigned int number;
	long long begun, until, ended;	/* nanoseconds */
	unsigned long count;
	unsigned long durations[RUN_CLASSES_MAX];
	pthread_t thread;
};

static struct reader readers[OWN_VCPUS];

static void run_to_read(struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;

	if (ioctl(vcpu->fd, KVM_RUN, NULL))
		err(1, "KVM_RUN");
	if (run->exit_reason != KVM_EXIT_MMIO || run->mmio.phys_addr != VM_MMIO + READ_AT ||
	    run->mmio.len != READ_BYTES)
		errx(1, "the guest has stopped: exit reason %u", run->exit_reason);
}

/* Answers the READ that the vCPU has exited with, and runs it to the next, again and again. */
static void *read_on(void *argument)
{
	struct reader *reader = (struct reader *)argument;
	struct own_channel *channel = reader->behind->channel[reader->number];
	struct vcpu *vcpu = &vcpus[reader->number];
	long long before = reader->begun, now;

	do {
		if (!channel)
			memset(vcpu->run->mmio.data, 0, READ_BYTES);
		else if (own_mmio(channel, reader->number, vcpu->run, 1, READ_AT) != KVM_DONE)
			errx(1, "%s: %s", reader->behind->name, channel->why);
		run_to_read(vcpu);
		now = run_now_nanos();
		reader->durations[run_class((unsigned long long)(now - before))]++;
		reader->count++;
		before = now;
	} while (now < reader->until);
	reader->ended = now;
	return NULL;
}

/* So many vCPUs read for so long: how many READs a second that were. */
static double read_for(const struct behind *behind, unsigned int count, long long millis)
{
	long long begun = run_now_nanos(), ended = 0;
	unsigned long reads = 0;
	unsigned int i;

	memset(readers, 0, sizeof(readers));
	for (i = 0; i < count; i++) {
		readers[i].behind = behind;
		readers[i].number = i;
		readers[i].begun = begun;
		readers[i].until = begun + millis * 1000000;
		if (i && pthread_create(&readers[i].thread, NULL, read_on, &readers[i]))
			errx(1, "no thread");
	}
	read_on(&readers[0]);
	for (i = 0; i < count; i++) {
		if (i)
			pthread_join(readers[i].thread, NULL);
		reads += readers[i].count;
		ended = readers[i].ended > ended ? readers[i].ended : ended;
	}
	return (double)reads * 1e9 / (double)(ended - begun);
}

/* The nanoseconds that so many of a hundred READs of the first vCPU did not exceed. */
static double percentile(unsigned long share)
{
	unsigned long seen = 0;
	unsigned int i = 0;

	while (i < RUN_CLASSES_MAX - 1 && (seen += readers[0].durations[i]) * 100 < readers[0].count * share)
		i++;
	return (double)run_longest(i);
}

static struct own_channel *channel_to(const char *folder, const char *name, enum ioregionfd_kvm_policy policy)
{
	struct own_channel *channel = (struct own_channel *)malloc(sizeof(*channel));
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int fd;

	if (!channel || snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		errx(1, "no channel to %s", name);
	fd = driver_connect_unix(path);
	if (fd < 0 || own_open(channel, fd, policy))
		err(1, "%s: no channel", name);
	return channel;
}

/* Who is measured; the echo knows version 0, and has one channel. */
enum { EXIT, ECHO, C_DEVICE, DIRECT, NETTY, PEERS };

static const char *const names[PEERS] = { "", "echo", "c", "direct", "netty" };
static struct behind alone[PEERS], together[PEERS], apart[PEERS];	/* one vCPU; four, on one channel or four */

/* What the rounds gave. */
static struct {
	double p50[ROUNDS_MAX], p99[ROUNDS_MAX], mean[ROUNDS_MAX], beyond[ROUNDS_MAX];
	double together[ROUNDS_MAX], apart[ROUNDS_MAX];
} seen[PEERS];

static void open_channels(const char *folder)
{
	struct own_channel *first;
	int i, j;

	for (i = ECHO; i < PEERS; i++) {
		first = channel_to(folder, names[i], i == ECHO ? IOREGIONFD_KVM_OFF : IOREGIONFD_KVM_REQUIRE);
		alone[i].name = together[i].name = apart[i].name = names[i];
		alone[i].channel[0] = first;
		for (j = 0; i != ECHO && j < OWN_VCPUS; j++) {
			together[i].channel[j] = first;
			apart[i].channel[j] = channel_to(folder, names[i], IOREGIONFD_KVM_REQUIRE);
		}
	}
}

static void measure(int peer, int round, long long millis)
{
	seen[peer].mean[round] = 1e9 / read_for(&alone[peer], 1, millis);
	seen[peer].p50[round] = percentile(50);
	seen[peer].p99[round] = percentile(99);
	if (peer <= ECHO)
		return;
	seen[peer].together[round] = read_for(&together[peer], OWN_VCPUS, millis);
	seen[peer].apart[round] = read_for(&apart[peer], OWN_VCPUS, millis);
}

static void check_order(void)
{
	int i;

	for (i = C_DEVICE; i < PEERS; i++)
		if (!(together[i].channel[0]->kvm.kvm.agreed.features & IOREGIONFD_HS_FEATURE_OUT_OF_ORDER))
			errx(1, "%s: OUT_OF_ORDER was not agreed", names[i]);
}

#define AT_MOST 1.3	/* times as long as with the echo */
#define AT_LEAST 0.77	/* of the READs of four channels */
#define ECHO_NAME "the exit and the C echo"
#define READ_FIGURES(peer, limit) \
	{ "read-p50", "READ, p50", 0, seen[peer].p50, seen[ECHO].p50, limit }, \
	{ "read-p99", "READ, p99", 0, seen[peer].p99, seen[ECHO].p99, 0 }, \
	{ "read-mean", "READ, mean", 0, seen[peer].mean, seen[ECHO].mean, 0 }
#define DEVICE_SUBJECT(id, name, peer) \
	{ id, "a guest's READ, " name, ECHO_NAME, { READ_FIGURES(peer, AT_MOST), \
	  { "read-beyond", "READ, p50 beyond the exit", 0, seen[peer].beyond, seen[ECHO].beyond, 0 } }, 4 }
#define VCPUS_FIGURE(id, label, peer) { id, label, 1, seen[peer].together, seen[peer].apart, AT_LEAST }

static const struct subject subjects[] = {
	{ "guest-exit", "a guest's READ, the exit alone", ECHO_NAME, { READ_FIGURES(EXIT, 0) }, 3 },
	DEVICE_SUBJECT("guest-c", "example device in C", C_DEVICE),
	DEVICE_SUBJECT("guest-direct", "Java device, direct", DIRECT),
	DEVICE_SUBJECT("guest-netty", "Java device, netty", NETTY),
	{ "guest-vcpus", "four vCPUs on one channel, OUT_OF_ORDER", "four vCPUs on four channels", {
		VCPUS_FIGURE("vcpus-c", "example device in C: READs", C_DEVICE),
		VCPUS_FIGURE("vcpus-direct", "Java device, direct: READs", DIRECT),
		VCPUS_FIGURE("vcpus-netty", "Java device, netty: READs", NETTY) }, 3 },
};
#define SUBJECTS (sizeof(subjects) / sizeof(*subjects))

static void write_json(FILE *file, int rounds, char **conditions, char **machine, int machine_words)
{
	size_t i;

	fprintf(file, "{\"format\": 1");
	figures_write_words(file, "machine", machine, machine_words);
	figures_write_words(file, "conditions", conditions, 2);
	fprintf(file, ", \"subjects\": [");
	for (i = 0; i < SUBJECTS; i++) {
		fprintf(file, "%s\n ", i ? "," : "");
		subject_write(file, &subjects[i], rounds);
	}
	fprintf(file, "]}\n");
	if (fclose(file))
		err(1, "the report is not whole");
}

int main(int argc, char **argv)
{
	int i, round, rounds = argc > 7 ? atoi(argv[3]) : 0;
	char how[160], *conditions[2];
	FILE *json = NULL;
	struct vm vm;

	if (rounds < 1 || rounds > ROUNDS_MAX)
		errx(2, "usage: reads FOLDER JSON ROUNDS MILLIS WARM-UP-MILLIS CONDITION MACHINE...");
	if (strcmp(argv[2], "-") && !(json = fopen(argv[2], "a")))	/* an older one stays until there is a new one */
		err(1, "%s", argv[2]);
	signal(SIGPIPE, SIG_IGN);
	vm_open(&vm, guest_reads, GUEST_BYTES(guest_reads));
	for (i = 0; i < OWN_VCPUS; i++) {
		vcpu_open(&vm, &vcpus[i], (unsigned int)i);
		vcpu_begin(&vcpus[i], (unsigned int)i, VM_CODE, VM_DATA);
		run_to_read(&vcpus[i]);
	}
	open_channels(argv[1]);
	for (i = 0; i < PEERS; i++)
		measure(i, 0, atoll(argv[5]));
	check_order();
	for (round = 0; round < rounds; round++)
		for (i = 0; i < PEERS; i++)	/* to and fro: nobody always comes behind the same one */
			measure(round % 2 ? PEERS - 1 - i : i, round, atoll(argv[4]));
	for (round = 0; round < rounds; round++)
		for (i = ECHO; i < PEERS; i++)
			seen[i].beyond[round] = seen[i].p50[round] - seen[EXIT].p50[round];
	snprintf(how, sizeof(how), "%d rounds of %s ms for each measure, after %s ms of warm-up", rounds, argv[4], argv[5]);
	conditions[0] = how;
	conditions[1] = argv[6];
	for (i = 0; i < (int)SUBJECTS; i++)
		subject_print(&subjects[i], rounds);
	if (json && ftruncate(fileno(json), 0))
		err(1, "%s", argv[2]);
	if (json)
		write_json(json, rounds, conditions, argv + 7, argc - 7);
	return 0;
}
