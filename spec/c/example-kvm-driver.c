/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A KVM side that a suite can drive (spec/handshake.md, annex A): requests as
 * JSON lines on stdin, answers on stdout, the channel on a Unix socket or on
 * descriptors that were inherited. One thread, no allocation.
 *
 *   example-kvm-driver --unix PATH | --read-fd N --write-fd N
 *
 * Exit status: 0 at the end of stdin, 2 wrong usage.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <poll.h>
#include <signal.h>
#include <stdarg.h>

#include "driver_peer.h"
#include "driver_request.h"
#include "driver_run.h"
#include "kvm_channel.h"

#define ID_MAX ((1ULL << 53) - 1)	/* KVM_ID_BYTES_MAX is more than its digits */
#define LINE_BYTES_MAX 4096	/* a request of the annex is far shorter */

static struct kvm_channel channel;
static int opened;		/* not closed by the user */
static char connect_id[KVM_ID_BYTES_MAX];
static struct driver_peer peer;

static struct driver_run runs[RUNS_MAX];

static long long now_millis(void)
{
	return run_now_nanos() / 1000000;
}

/* ---- answers ---- */

static void print_agreed(const struct ioregionfd_hs_agreement *agreed)
{
	const char *parted = "";
	int bit;

	printf(", \"version\": %u, \"max_inflight\": %u, \"features\": [", agreed->version,
	       agreed->max_inflight);
	for (bit = 0; bit < 64; bit++) {
		if (!(agreed->features >> bit & 1))
			continue;
		printf("%s\"%s\"", parted, ioregionfd_hs_feature_name(1ULL << bit));
		parted = ", ";
	}
	printf("]");
}

static void print_channel(void)
{
	static const char *const states[] = { "idle", "hello-sent", "offered", "select-sent",
					      "open", "legacy", "failed" };
	const struct ioregionfd_kvm *kvm = &channel.kvm;
	int open = opened && kvm->state == IOREGIONFD_KVM_OPEN;
	int info_word = kvm->agreed.layout == IOREGIONFD_HS_LAYOUT_INFO_WORD;

	printf(", \"channel\": {\"state\": \"%s\"", opened ? states[kvm->state] : "closed");
	if (open || (opened && kvm->state == IOREGIONFD_KVM_LEGACY))
		printf(", \"layout\": \"%s\"", info_word ? "info-word" : "byte-fields");
	if (open)
		print_agreed(&kvm->agreed);
	printf("}}\n");
	fflush(stdout);
}

/* `more` is a format of further members, each with a comma before it, or is empty. */
__attribute__((format(printf, 2, 3)))
static void done(const char *id, const char *more, ...)
{
	va_list arguments;

	printf("{\"id\": %s, \"status\": \"done\"", id);
	va_start(arguments, more);
	vprintf(more, arguments);
	va_end(arguments);
	print_channel();
}

static void error(const char *id, const char *word, const char *clause, const char *message)
{
	printf("{\"id\": %s, \"status\": \"error\", \"error\": \"%s\", \"message\": \"%s\"", id, word,
	       message);
	if (clause)
		printf(", \"clause\": \"%s\"", clause);
	print_channel();
}

static void usage(const char *id, const char *message)
{
	error(id, "usage", NULL, message);
}

static void unsupported(const char *id, const char *message)
{
	printf("{\"id\": %s, \"status\": \"unsupported\", \"message\": \"%s\"}\n", id, message);
	fflush(stdout);
}

static void run_ended(const struct driver_run *run)
{
	printf("{\"id\": %s, \"status\": \"done\", \"count\": %llu, \"nanos\": %lld, \"latency\": [",
	       run->id, run->count, run_now_nanos() - run->begun_nanos);
	run_print_latency(run);
	printf("]");
	if (run->access.command.op == IOREGIONFD_HS_OP_READ)
		printf(", \"value\": \"0x%llx\"", (unsigned long long)run->value);
	print_channel();
}

static void access_of_run_ended(struct kvm_channel *from, const struct kvm_access *access,
				const char *why)
{
	struct driver_run *run = access->run;

	if (access->end == KVM_DONE) {
		if (run_done(from, run, access, run_now_nanos()))
			run_ended(run);
		return;
	}
	run->left = 0;
	if (run->end == KVM_DONE)	/* those that were sent end before those that were not */
		run->end = access->end;
	if (--run->under_way == 0)
		error(run->id, run->end == KVM_NOT_SENT ? "not-sent" : "maybe-executed",
		      from->kvm.violation.clause, why);
}

static void access_ended(struct kvm_channel *from, const struct kvm_access *access, const char *why)
{
	static const char *const status[] = { "", ", \"access\": \"ok\"",
					      ", \"access\": \"bad-region\"",
					      ", \"access\": \"bad-offset\"",
					      ", \"access\": \"device-fault\"" };

	if (access->run)
		access_of_run_ended(from, access, why);
	else if (access->end != KVM_DONE)
		error(access->id, access->end == KVM_NOT_SENT ? "not-sent" : "maybe-executed",
		      from->kvm.violation.clause, why);
	else if (access->command.op == IOREGIONFD_HS_OP_READ)
		done(access->id, ", \"value\": \"0x%llx\"%s", (unsigned long long)access->value,
		     status[access->status]);
	else
		done(access->id, "%s", status[access->status]);
}

static void negotiated(struct kvm_channel *from, const char *why)
{
	if (why)
		error(connect_id, "negotiation", from->kvm.violation.clause, why);
	else
		done(connect_id, "%s", "");
}

/* ---- requests ---- */

static void begin_connect(const char *id, const struct json_members *members)
{
	unsigned long long deadline_millis = IOREGIONFD_HS_DEADLINE_MILLIS;
	struct ioregionfd_kvm_config config;
	const char *wrong;
	int in_fd, out_fd, lists;

	memset(&config, 0, sizeof(config));
	config.features = ~0ULL;	/* [OFR-011] only those that are known are ever selected */
	config.versions = IOREGIONFD_HS_VERSIONS_KNOWN;
	lists = lists_of(members, &config);
	if (lists > 0) {
		unsupported(id, "a version or a feature that is not known here");
		return;
	}
	wrong = lists < 0 ? "versions and features are lists"
			  : connect_members(members, &config, &deadline_millis);
	if (wrong == driver_off_only) {	/* [DRV-008] */
		printf("{\"id\": %s, \"status\": \"unsupported\", \"message\": \"%s\", \"policies\": [\"off\"]}\n", id,
		       wrong);
		fflush(stdout);
		return;
	}
	if (opened && channel.socket.in_fd >= 0)
		wrong = "a channel is open; close it first";
	if (wrong) {
		usage(id, wrong);
		return;
	}
	driver_connect(&peer, &in_fd, &out_fd);
	strcpy(connect_id, id);
	channel.patience_millis = (long long)deadline_millis;
	opened = 1;
	if (kvm_open(&channel, in_fd, out_fd, &config, now_millis())) {
		opened = 0;
		error(id, "no-peer", NULL, "cannot connect to the peer");
		return;
	}
	/* a handshake now: negotiated() answers, or has answered */
	if (config.hello == IOREGIONFD_KVM_ATTACHED ||
	    channel.kvm.config.policy == IOREGIONFD_KVM_OFF)
		done(id, "%s", "");
}

static void begin_access(const char *id, __u8 op, const struct json_members *members)
{
	struct kvm_access access;
	const char *wrong = NULL;

	memset(&access, 0, sizeof(access));
	strcpy(access.id, id);
	access.command.op = op;
	access.command.response_wanted = 1;
	if (op != IOREGIONFD_HS_OP_FENCE)
		wrong = access_members(members, &access);
	if (wrong)
		usage(id, wrong);
	else if (!opened || channel.socket.in_fd < 0)	/* [DRV-003] */
		error(id, "not-sent", NULL, "no channel is connected");
	else
		kvm_begin(&channel, access);
}

static void begin_run(const char *id, const struct json_members *members)
{
	struct driver_run *run = runs;
	const char *wrong;

	while (run < runs + RUNS_MAX && run->under_way)
		run++;
	if (run == runs + RUNS_MAX) {
		unsupported(id, "so many runs side by side");
		return;
	}
	memset(run, 0, sizeof(*run));
	strcpy(run->id, id);
	wrong = run_members(members, run, run_now_nanos());
	if (wrong)
		usage(id, wrong);
	else if (!opened || channel.socket.in_fd < 0)	/* [DRV-003] */
		error(id, "not-sent", NULL, "no channel is connected");
	else
		run_begin(&channel, run, run->begun_nanos);
}

static void close_channel(void)
{
	opened = 0;
	if (channel.socket.in_fd >= 0)
		kvm_give_up(&channel);
}

/* [DRV-001] [DRV-002] One line of the input, which begins what it asks for. */
static void request(const char *line, const char *end)
{
	static const char *const ops[] = { "connect", "read", "write", "fence", "close", "run",
					   NULL };
	struct json_text text = { line, end }, number;
	unsigned long long unused;
	struct json_members members;
	char id[KVM_ID_BYTES_MAX];
	unsigned int op = 0;
	unsigned long i;

	number.at = number.end = NULL;
	if (!json_members_of(text, '{', &members))
		number = json_member(&members, "id");
	if (json_whole(number, 0, ID_MAX, &unused)) {
		usage("null", "a request is a JSON object with an id from 0 to 2^53 - 1");
		return;
	}
	snprintf(id, sizeof(id), "%.*s", (int)(number.end - number.at), number.at);
	number = json_member(&members, "op");
	if (!number.at || *number.at != '"') {
		usage(id, "op is a string");
		return;
	}
	if (word_of(number, ops, &op)) {
		unsupported(id, "no such op");
		return;
	}
	for (i = 0; i < members.count; i++) {
		if (is_known((enum driver_op)op, members.name[i]))
			continue;
		unsupported(id, "a member that is not known here");
		return;
	}
	switch ((enum driver_op)op) {
	case DRIVER_CONNECT:
		begin_connect(id, &members);
		break;
	case DRIVER_READ:
		begin_access(id, IOREGIONFD_HS_OP_READ, &members);
		break;
	case DRIVER_WRITE:
		begin_access(id, IOREGIONFD_HS_OP_WRITE, &members);
		break;
	case DRIVER_FENCE:
		begin_access(id, IOREGIONFD_HS_OP_FENCE, &members);
		break;
	case DRIVER_CLOSE:
		close_channel();
		done(id, "%s", "");
		break;
	case DRIVER_RUN:
		begin_run(id, &members);
		break;
	}
}

/* ---- the loop ---- */

static char input[LINE_BYTES_MAX];
static size_t input_bytes;
static int too_long, input_ended;

/* Takes whole lines out of the input as long as another access may begin. */
static void take_lines(void)
{
	char *end;

	while (channel.accesses < KVM_ACCESSES_MAX) {
		end = (char *)memchr(input, '\n', input_bytes);
		if (!end && input_bytes == sizeof(input)) {
			too_long = 1;
			input_bytes = 0;
		}
		if (!end)
			return;
		if (too_long)
			usage("null", "too long a line");
		else
			request(input, end);
		too_long = 0;
		input_bytes -= (size_t)(end + 1 - input);
		memmove(input, end + 1, input_bytes);
		kvm_advance(&channel, now_millis());
	}
}

static void read_input(void)
{
	ssize_t got = read(STDIN_FILENO, input + input_bytes, sizeof(input) - input_bytes);

	if (got > 0)
		input_bytes += (size_t)got;
	else if (got == 0 || errno != EINTR)
		input_ended = 1;
	if (input_ended && input_bytes)	/* the last line may lack its end */
		input[input_bytes++] = '\n';
}

/* Until a line, a frame or a deadline comes. */
static void wait_for_something(struct pollfd *polled)
{
	long long deadline = kvm_deadline(&channel), now = now_millis();
	int timeout = -1;

	polled[0].fd = channel.accesses < KVM_ACCESSES_MAX ? STDIN_FILENO : -1;
	polled[0].events = POLLIN;
	polled[0].revents = 0;
	polled[1].fd = channel.socket.in_fd;
	polled[1].events = POLLIN;
	polled[2].fd = channel.socket.out_frames ? channel.socket.out_fd : -1;	/* [WIN-002] */
	polled[2].events = POLLOUT;
	if (deadline != KVM_NO_DEADLINE)
		timeout = deadline > now ? (int)(deadline - now) : 0;
	poll(polled, 3, timeout);
}

int main(int argc, char **argv)
{
	struct pollfd polled[3];

	if (driver_peer_of(&peer, argc, argv)) {
		fputs("usage: example-kvm-driver --unix PATH | --read-fd N --write-fd N\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	channel.socket.in_fd = -1;
	channel.handshake_deadline_millis = KVM_NO_DEADLINE;
	channel.ended = access_ended;
	channel.negotiated = negotiated;
	while (!input_ended) {
		wait_for_something(polled);
		kvm_advance(&channel, now_millis());
		kvm_expire(&channel, now_millis());
		if (polled[0].revents)
			read_input();
		take_lines();
	}
	close_channel();
	return 0;
}
