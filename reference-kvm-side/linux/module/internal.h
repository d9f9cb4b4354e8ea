/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the files of the module know of each other.
 *
 *   main.c      the device file: a VM and its regions
 *   region.c    which region an address lies in
 *   bus.c       a region on KVM's own bus
 *   run.c       KVM_RUN, and accesses of guests
 *   transfer.c  1 to 8 bytes in commands of 1, 2, 4 or 8
 *   channel.c   the channel file
 *   settings.c  what a channel is created with
 *   exchange.c  the handshake and the accesses of a channel
 *   access.c    one access, and who waits for it
 *   expiry.c    deadlines
 *   wire.c      frames over sockets
 *
 * Locks, outer before inner: vcpu->lock, device->lock, kvm->slots_lock,
 * channel->lock, those of sockets, channel->lead_lock, access->wait. With the
 * others nothing else is taken.
 */
#ifndef IOREGIONFD_INTERNAL_H
#define IOREGIONFD_INTERNAL_H

#include <linux/interval_tree.h>
#include <linux/kvm_host.h>
#include <linux/poll.h>
#include <linux/workqueue.h>
#include <kvm/iodev.h>

#include <ioregionfd_state.h>

#include "ioregionfd.h"

#define IOR_ACCESS_DEADLINE_MS	10000	/* of what is no READ [FAI-004] */
#define IOR_REGIONS_MAX		1000

struct ior_channel;

/* ---- wire.c ---- */

enum ior_got { IOR_GOT_WHOLE, IOR_GOT_LATER, IOR_GOT_ENDED };

/* Wakes the channel when its socket has something to tell. */
struct ior_watch {
	wait_queue_entry_t entry;
	wait_queue_head_t *head;
	poll_table table;
	struct ior_channel *channel;
};

struct ior_wire {
	struct list_head link;		/* of all wires */
	struct socket *in;		/* NULL: there is none */
	struct socket *out;
	struct ior_watch in_watch;
	struct ior_watch out_watch;	/* unused where one socket is both ways */
	union ioregionfd_hs_frame received;
	union ioregionfd_hs_frame sending;
	const char *broken;		/* the clause that the end broke, or NULL */
	unsigned int received_bytes;	/* of a frame that is not whole yet */
	unsigned int unsent_bytes;	/* of `sending` */
	bool blocked;			/* the socket took no more of them */
};

int ior_wire_open(struct ior_channel *channel, int read_fd, int write_fd);
void ior_wire_watch(struct ior_channel *channel);
int ior_wire_flush(struct ior_wire *wire);
enum ior_got ior_wire_receive(struct ior_wire *wire);
void ior_wire_shut_down(struct ior_wire *wire);
void ior_wire_free(struct ior_wire *wire);

/* ---- exchange.c ---- */

enum ior_progress { IOR_WAITING, IOR_SENDING, IOR_SENT };

enum ior_posting {
	IOR_ANSWERED,		/* a response is wanted */
	IOR_POSTED_IF_AGREED,
	IOR_POSTED_ONLY,	/* or not at all */
};

/* A command, from when it is begun until it has ended and nobody looks at it. */
struct ior_access {
	struct list_head link;			/* of the channel's waiting or sent */
	refcount_t refs;			/* the channel's until it has ended; a waiter's */
	wait_queue_head_t wait;
	struct ioregionfd_hs_command command;	/* op as in version 2, whatever is agreed */
	enum ior_posting posting;
	enum ior_progress progress;
	unsigned long deadline;			/* in jiffies, from SENDING on; 0: none */
	u64 posted_before;			/* of a FENCE: posted WRITEs that it covers */
	u64 value;				/* from here on: once it has ended */
	u32 end;				/* IOREGIONFD_END_* */
	u16 status;
	bool ended;
	bool is_rest;				/* what came before of the same access has ended */
};

struct ior_channel {
	struct kref refs;		/* of the file, of regions, of transfers */
	struct mutex lock;		/* all but lead_lock's */
	struct ioregionfd_kvm kvm;
	struct ior_wire wire;
	struct list_head regions;
	struct list_head waiting;	/* accesses in order, the first may be SENDING */
	struct list_head sent;		/* and unanswered, in order */
	struct work_struct arrival;
	struct delayed_work expiry;
	wait_queue_head_t settled;	/* the handshake has ended, or the channel has */
	unsigned long expiry_at;	/* when it is set to run; 0: it is not */
	unsigned long handshake_deadline;	/* in jiffies; 0: none */
	unsigned long handshake_patience;
	unsigned long access_patience;	/* 0: that of a READ is endless */
	u64 accesses, begun, ended, failed;
	u64 posted, fenced;		/* posted WRITEs that were sent; and are known to be done */
	atomic_t cut;			/* transfers of several pieces that are under way */
	u32 tag;			/* the last one given */
	int error;			/* why it is FAILED */
	bool negotiating;		/* the user has asked for the handshake */

	spinlock_t lead_lock;		/* the rest; taken in interrupts */
	struct ior_access *lead;	/* its waiter looks at the wire, else `arrival` does */
	bool ready;			/* something came that nobody has looked at */
};

void ior_exchange_init(struct ior_channel *channel);
void ior_channel_advance(struct ior_channel *channel);
void ior_channel_arrived(struct work_struct *work);
void ior_channel_fail(struct ior_channel *channel, int error);
void ior_channel_negotiate(struct ior_channel *channel);
void ior_channel_give_up(struct ior_channel *channel);
bool ior_channel_settled(struct ior_channel *channel);

/* ---- expiry.c ---- */

void ior_channel_set_timer(struct ior_channel *channel);
void ior_channel_expired(struct work_struct *work);

/* ---- access.c ---- */

void ior_channel_ready(struct ior_channel *channel);
struct ior_access *ior_access_alloc(void);
void ior_access_put(struct ior_access *access);
void ior_access_end(struct ior_channel *channel, struct ior_access *access, u32 end);
void ior_access_complete(struct ior_channel *channel, struct ior_access *access, u64 data,
			 u16 status);
void ior_access_begin(struct ior_channel *channel, struct ior_access *access);
int ior_access_wait(struct ior_channel *channel, struct ior_access *access, unsigned int how);
u32 ior_access_abandon(struct ior_channel *channel, struct ior_access *access);

/* ---- settings.c ---- */

int ior_settings(const struct ioregionfd_channel_config *from, struct ioregionfd_kvm_config *to);

/* ---- channel.c ---- */

long ior_channel_create(const void __user *argument);
struct ior_channel *ior_channel_of_fd(int fd);
void ior_channel_put(struct ior_channel *channel);

/* ---- transfer.c ---- */

/* How to wait: TASK_INTERRUPTIBLE, TASK_KILLABLE, or not at all. */
#define IOR_NO_WAIT	0

struct ior_transfer {
	struct ior_channel *channel;	/* with a reference; NULL: nothing is under way */
	struct ior_access *access;	/* of the piece that is under way */
	u64 guest_addr;
	u64 user_data;
	u64 offset;
	u64 data;
	enum ior_posting posting;
	u32 end;
	u16 status;
	u8 op;
	u8 size;
	u8 done;			/* bytes */
};

int ior_transfer_go(struct ior_transfer *transfer, unsigned int how);
void ior_transfer_abandon(struct ior_transfer *transfer);
bool ior_transfer_failed(const struct ior_transfer *transfer);

/* ---- region.c ---- */

struct ior_region {
	struct interval_tree_node node;	/* first and last byte or port */
	struct list_head of_channel;
	struct ior_channel *channel;
	struct kvm_io_device bus;	/* with IOREGIONFD_REGION_BUS */
	u64 user_data;
	u64 offset;
	u32 flags;
};

struct ior_device {
	struct list_head link;		/* of those that have a VM */
	struct mutex lock;		/* for whoever changes kvm or regions */
	struct kvm *kvm;		/* with a reference; NULL: no VM yet */
	struct mutex vcpus_lock;
	struct list_head vcpus;
	rwlock_t regions_lock;
	struct rb_root_cached mmio;
	struct rb_root_cached pio;
	unsigned int regions;
};

long ior_region_add(struct ior_device *device, const void __user *argument);
long ior_region_remove(struct ior_device *device, const void __user *argument);
void ior_regions_free(struct ior_device *device);
bool ior_region_hit(struct ior_device *device, struct rb_root_cached *root,
		    struct ior_transfer *transfer);
void ior_region_aim(const struct ior_region *region, struct ior_transfer *transfer);

/* ---- bus.c ---- */

int ior_bus_add(struct kvm *kvm, struct ior_region *region);
int ior_bus_remove(struct kvm *kvm, struct ior_region *region);

/* ---- run.c ---- */

long ior_run(struct ior_device *device, void __user *argument);
void ior_vcpus_free(struct ior_device *device);

#endif
