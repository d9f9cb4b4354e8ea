/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The driver's `run` (spec/handshake.md, annex A): the same access again and
 * again, counted by how long each took. It puts accesses at the end of those of
 * the channel, and is told of their ends; no allocation.
 */
#ifndef DRIVER_RUN_H
#define DRIVER_RUN_H

#include <time.h>

#include "driver_request.h"
#include "kvm_channel.h"

#define RUNS_MAX 4		/* side by side; more are refused */
#define RUN_DEPTH_MAX 32	/* each: all together take half of KVM_ACCESSES_MAX */
#define RUN_CLASS_BITS 6	/* 64 to each power of two: 1.6 % wide at most */
#define RUN_CLASSES (1u << RUN_CLASS_BITS)
#define RUN_CLASSES_MAX (36 * RUN_CLASSES)	/* the last begins at an hour: nothing takes longer */
#define RUN_PAIRS_MAX 1024	/* in one answer */

struct driver_run {
	struct kvm_access access;	/* each of them, not begun */
	char id[KVM_ID_BYTES_MAX];
	unsigned long long left;	/* accesses that are not begun */
	unsigned long long count;	/* accesses that are done */
	unsigned short depth, under_way;	/* under_way 0: nothing runs here */
	enum kvm_end end;		/* KVM_DONE, or how the first access ended that was not done */
	long long begun_nanos, until_nanos;
	__u64 value;
	unsigned long long durations[RUN_CLASSES_MAX];
};

static inline long long run_now_nanos(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* The class of a duration. */
static inline unsigned int run_class(unsigned long long nanos)
{
	unsigned int shift = 0;

	while (nanos >> shift >= 2 * RUN_CLASSES)
		shift++;
	nanos = shift * RUN_CLASSES + (nanos >> shift);
	return nanos < RUN_CLASSES_MAX ? (unsigned int)nanos : RUN_CLASSES_MAX - 1;
}

/* The longest duration of a class. */
static inline unsigned long long run_longest(unsigned int index)
{
	unsigned int shift = index < 2 * RUN_CLASSES ? 0 : index / RUN_CLASSES - 1;

	return ((index - shift * RUN_CLASSES + 1ULL) << shift) - 1;
}

/* Begins as many accesses as there is room for. */
static inline void run_begin(struct kvm_channel *channel, struct driver_run *run, long long now_nanos)
{
	while (run->left && run->under_way < run->depth && channel->accesses < KVM_ACCESSES_MAX &&
	       now_nanos < run->until_nanos) {
		run->access.run = run;
		run->access.begun_nanos = now_nanos;
		kvm_begin(channel, run->access);
		run->under_way++;
		run->left--;
	}
}

/* Takes note of an access that is done: 0, or -1 where it was the last. */
static inline int run_done(struct kvm_channel *channel, struct driver_run *run,
			   const struct kvm_access *access, long long now_nanos)
{
	run->durations[run_class((unsigned long long)(now_nanos - access->begun_nanos))]++;
	run->count++;
	run->under_way--;
	run->value = access->value;
	run_begin(channel, run, now_nanos);
	return run->under_way ? 0 : -1;
}

/* The pairs of the answer; where there are too many, the shortest are counted with the next. */
static inline void run_print_latency(const struct driver_run *run)
{
	unsigned int i, pairs = 0, printed = 0;
	unsigned long long count = 0;

	for (i = 0; i < RUN_CLASSES_MAX; i++)
		pairs += run->durations[i] > 0;
	for (i = 0; i < RUN_CLASSES_MAX; i++) {
		count += run->durations[i];
		if (!run->durations[i] || pairs-- > RUN_PAIRS_MAX)
			continue;
		printf("%s[%llu, %llu]", printed++ ? ", " : "", run_longest(i), count);
		count = 0;
	}
}

/* The members of a run: NULL, or what is wrong with them. */
static inline const char *run_members(const struct json_members *members, struct driver_run *run,
				      long long now_nanos)
{
	static const char *const accesses[] = { "read", "write", NULL };
	unsigned long long depth = 1, millis = ~0u;
	unsigned int op = 0;
	struct json_text access = json_member(members, "access");

	if (!access.at || word_of(access, accesses, &op))
		return "access is read or write";
	if (!op && json_member(members, "value").at)
		return "a read has no value";
	run->access.command.op = op ? IOREGIONFD_HS_OP_WRITE : IOREGIONFD_HS_OP_READ;
	if (json_whole(json_member(members, "count"), 1, ~0u, &run->left))
		return "count is a number from 1 to 4294967295";
	if (whole_of(json_member(members, "depth"), 1, 0xffff, &depth) ||
	    whole_of(json_member(members, "millis"), 1, ~0u, &millis))
		return "a number is out of range";
	run->depth = depth < RUN_DEPTH_MAX ? (unsigned short)depth : RUN_DEPTH_MAX;
	run->begun_nanos = now_nanos;
	run->until_nanos = now_nanos + (long long)millis * 1000000;
	return access_members(members, &run->access);
}

#endif
