/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * /dev/ioregionfd: regions of a guest's MMIO and PIO whose accesses go to a device
 * process over a socket, as spec/handshake.md says. Ids such as POL-003 name its
 * clauses.
 *
 * There are two kinds of file.
 *
 *   device   open("/dev/ioregionfd"): one for each VM. Regions belong to it, and
 *            end when it is closed.
 *   channel  what IOREGIONFD_CREATE_CHANNEL returns. close() gives the channel up
 *            once no other ioctl uses the file; IOREGIONFD_SHUTDOWN does so at
 *            once. poll() says EPOLLERR | EPOLLHUP when the channel has failed.
 *
 * A VMM in outline:
 *
 *   device = open("/dev/ioregionfd", O_RDWR | O_CLOEXEC);
 *   ioctl(device, IOREGIONFD_ATTACH_VM, vm_fd);
 *   channel = ioctl(device, IOREGIONFD_CREATE_CHANNEL, &config);
 *   close(config.write_fd);                       the channel has its own reference
 *   ioctl(channel, IOREGIONFD_NEGOTIATE);         where config.hello is detached
 *   ioctl(device, IOREGIONFD_ADD_REGION, &region);
 *   for (;;) {
 *           ioctl(device, IOREGIONFD_RUN, &run);  in place of KVM_RUN on run.vcpu_fd
 *           ...                                   struct kvm_run, as after KVM_RUN
 *   }
 *
 * Every ioctl: EFAULT where the pointer is none; EINVAL where a flag is unknown,
 * or a reserved field is not zero, or a value is out of the range that is written
 * at its field; ENOTTY where the file is of the other kind, or the number is
 * unknown. Nothing was done then. Every field marked "out" is written by the kernel
 * and is not looked at before.
 */
#ifndef _UAPI_IOREGIONFD_H
#define _UAPI_IOREGIONFD_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define IOREGIONFD_API_VERSION	1

#define IOREGIONFD_POLICY_OFF		0	/* version 0, no HELLO */
#define IOREGIONFD_POLICY_PREFER	1	/* negotiate, else version 0 */
#define IOREGIONFD_POLICY_REQUIRE	2	/* negotiate, else fail */

#define IOREGIONFD_HELLO_ATTACHED	0	/* the first READ carries it */
#define IOREGIONFD_HELLO_DETACHED	1	/* it goes before the first access */

#define IOREGIONFD_CHANNEL_PIN		(1u << 0)	/* `pin` is a record */
#define IOREGIONFD_CHANNEL_NONCE	(1u << 1)	/* `nonce` is it, for tests; else random */
#define IOREGIONFD_CHANNEL_FLAGS	3u

#define IOREGIONFD_DEADLINE_MS_MAX	86400000u	/* a day [FAI-004] */

/*
 * IOREGIONFD_CREATE_CHANNEL, 112 bytes. A socket is a connected STREAM or
 * SEQPACKET of AF_UNIX, or TCP. The socket's own options stay as they are: who
 * uses TCP sets TCP_NODELAY. When the channel ends, both sockets are shut down.
 */
struct ioregionfd_channel_config {
	__s32 read_fd;		/* a socket; write_fd's where one is both ways; -1: none */
	__s32 write_fd;		/* a socket */
	__u32 flags;		/* IOREGIONFD_CHANNEL_* */
	__u8  policy;		/* IOREGIONFD_POLICY_*; OFF where read_fd is -1 [CHN-012] */
	__u8  hello;		/* IOREGIONFD_HELLO_*; no effect under OFF */
	__u8  layout;		/* 1 info-word, 2 byte-fields; 0: the pin's, else info-word */
	__u8  nonce;		/* of the HELLO; 0 without IOREGIONFD_CHANNEL_NONCE */
	__u64 features;		/* allowed; bits that are unknown are never selected */
	__u64 required_features;	/* of those that are allowed */
	__u32 versions;		/* allowed, bits 1..23; may be empty unless REQUIRE */
	__u16 max_inflight;	/* the window to ask for; 0: 64 */
	__u16 reserved_0;	/* 0 */
	__u32 deadline_ms;	/* for OFFER (detached) and ACCEPT [KST-005]; 0: 1000 */
	/*
	 * How long a command may take from its first byte to its response; the channel
	 * fails then. 0: a READ as long as its register makes it wait, others 10 s.
	 */
	__u32 access_deadline_ms;
	__u8  pin[32];		/* the record; zero without IOREGIONFD_CHANNEL_PIN */
	__u64 reserved_1[4];	/* 0 */
};

#define IOREGIONFD_REGION_PIO		(1u << 0)	/* ports; else MMIO */
/* WRITEs want no response, where the agreement has that; else they are answered */
#define IOREGIONFD_REGION_POSTED	(1u << 1)
/*
 * The region is put on KVM's own bus, as the RFC of 2021 did, and KVM_RUN serves
 * it: but a vCPU that waits for the device then holds kvm->srcu, so that a change
 * of memslots and IOREGIONFD_REMOVE_REGION wait for it, and only a fatal signal
 * ends the wait. For comparison.
 */
#define IOREGIONFD_REGION_BUS		(1u << 2)
/* with REGION_POSTED: a WRITE that may not be posted is not sent, and fails */
#define IOREGIONFD_REGION_POSTED_ONLY	(1u << 3)
#define IOREGIONFD_REGION_FLAGS		15u

/*
 * IOREGIONFD_ADD_REGION and IOREGIONFD_REMOVE_REGION, 64 bytes. The latter looks
 * at guest_addr, size and IOREGIONFD_REGION_PIO alone.
 */
struct ioregionfd_region {
	__u64 guest_addr;	/* the first byte, or the first port */
	__u64 size;		/* in bytes, not 0; neither end wraps, nor leaves the 64 Ki ports */
	__u64 user_data;	/* what commands name the region by */
	__u64 offset;		/* of guest_addr, in commands: of a part, or an alias; else 0 */
	__s32 channel_fd;
	__u32 flags;		/* IOREGIONFD_REGION_* */
	__u64 reserved[3];	/* 0 */
};

/* How an access ended [FAI-001]. */
#define IOREGIONFD_END_DONE		0	/* answered, or posted and written */
#define IOREGIONFD_END_NOT_SENT		1	/* no byte of it was written */
#define IOREGIONFD_END_MAYBE_EXECUTED	2

/* Return to user space, with RUN_ENDED, when an access in a region ended and failed. */
#define IOREGIONFD_RUN_EXIT_FAILED	(1u << 0)
/* Do so after every access in a region. */
#define IOREGIONFD_RUN_EXIT_EACH	(1u << 1)
#define IOREGIONFD_RUN_FLAGS		3u

#define IOREGIONFD_RUN_KVM		0	/* KVM_RUN returned; struct kvm_run says why */
/*
 * With EINTR: an access in a region is under way, and the next RUN goes on with it.
 * The vCPU's registers are not to be saved: at a READ it would be made twice.
 */
#define IOREGIONFD_RUN_PENDING		1
/*
 * An access in a region has ended; the fields below say how. struct kvm_run is as
 * after KVM_EXIT_MMIO or KVM_EXIT_IO, and the data in it are what the guest will
 * see: of a READ what the device said, with whatever status, or ones where it
 * said nothing. User space may put something else there.
 */
#define IOREGIONFD_RUN_ENDED		2

/* IOREGIONFD_RUN, 64 bytes. */
struct ioregionfd_run {
	__s32 vcpu_fd;		/* of the attached VM */
	__u32 flags;		/* IOREGIONFD_RUN_EXIT_* */
	__u32 outcome;		/* out: IOREGIONFD_RUN_KVM, _PENDING or _ENDED */
	__u32 end;		/* out, with RUN_ENDED: IOREGIONFD_END_* */
	__u64 guest_addr;	/* out, with RUN_ENDED, as all that follows; else 0 */
	__u64 user_data;	/* out: the region's */
	__u64 offset;		/* out: as in the command */
	__u64 data;		/* out: read or written */
	__u8  size;		/* out: in bytes, 1..8 */
	__u8  is_write;		/* out: 0 or 1 */
	__u16 status;		/* out: of version 2 (1 is OK), 0 in others [V2-006] */
	__u32 reserved_0;	/* 0 */
	__u64 reserved_1;	/* 0 */
};

#define IOREGIONFD_OP_READ		2
#define IOREGIONFD_OP_WRITE		3
#define IOREGIONFD_OP_FENCE		4

/* A WRITE; NOT_SENT where that is not agreed. */
#define IOREGIONFD_ACCESS_POSTED	(1u << 0)

/*
 * IOREGIONFD_ACCESS, 48 bytes: an access without a guest, by any thread and in any
 * region, registered or not; for tests, and for a VMM that has to look at a device.
 */
struct ioregionfd_access {
	__u8  op;		/* IOREGIONFD_OP_* */
	__u8  size;		/* in bytes, 1..8; 0 of a FENCE */
	__u16 flags;		/* IOREGIONFD_ACCESS_POSTED, or 0 */
	__u32 reserved_0;	/* 0 */
	__u64 user_data;	/* 0 of a FENCE */
	__u64 offset;		/* 0 of a FENCE */
	__u64 data;		/* to write, else 0; out: what was read, ones where nothing came */
	__u32 end;		/* out: IOREGIONFD_END_* */
	__u16 status;		/* out: of version 2, else 0; of pieces the first that is not OK */
	__u16 reserved_1;	/* 0 */
	__u64 reserved_2;	/* 0 */
};

#define IOREGIONFD_STATE_IDLE		0
#define IOREGIONFD_STATE_HELLO_SENT	1
#define IOREGIONFD_STATE_OFFERED	2
#define IOREGIONFD_STATE_SELECT_SENT	3
#define IOREGIONFD_STATE_OPEN		4
#define IOREGIONFD_STATE_LEGACY		5
#define IOREGIONFD_STATE_FAILED		6

/* IOREGIONFD_GET_STATE, 128 bytes, all of it out. */
struct ioregionfd_state {
	__u32 state;		/* IOREGIONFD_STATE_* */
	/*
	 * Why it is FAILED, else 0: ETIMEDOUT no answer in time, ECONNRESET the device
	 * closed, EPROTO it broke the protocol, ECONNREFUSED the offer was not
	 * acceptable or came a REJECT, ECANCELED given up by the user.
	 */
	__u32 error;
	/* what is agreed, in OPEN; version 0 and the layout in LEGACY; else 0 */
	__u32 version;
	__u16 max_inflight;
	__u16 layout;		/* 1 info-word, 2 byte-fields */
	__u64 features;
	/* the clause that was broken, filled up with zeros; all zero where there is none */
	__u8  clause[8];
	__u32 clause_byte;	/* the first byte of the field of the frame */
	__u16 reason;		/* of the REJECT that came or the ABORT that went [REJ-002] */
	__u8  has_reason;	/* 1 where there was one */
	__u8  reserved_0;
	__u64 clause_seen;	/* what stood there */
	__u64 detail;		/* belongs to reason */
	__u8  offer[32];	/* the OFFER as it came, with what K ignores [OFR-011]; or zero */
	/* accesses since the channel exists, FENCEs too; each piece of 3, 5, 6 or 7 bytes is one */
	__u64 begun;
	__u64 ended;
	__u64 failed;		/* of those that ended: not DONE, or a status that is not OK */
	__u32 waiting;		/* begun, not sent */
	__u32 outstanding;	/* sent, not answered */
	__u64 accesses;		/* begun as `begun` is, but one of several pieces counts once */
};

/* IOREGIONFD_GET_RECORD, 32 bytes. */
struct ioregionfd_record {
	__u8  record[32];	/* out; what `pin` takes (section 10 of the document) */
};

#define IOREGIONFD_TYPE	0xEE

/* ---- on the device file ---- */

/* Returns IOREGIONFD_API_VERSION. */
#define IOREGIONFD_GET_API_VERSION	_IO(IOREGIONFD_TYPE, 0x00)

/*
 * The argument is the VM's file descriptor. It may be closed afterwards.
 * EBADF     no file descriptor
 * EINVAL    no VM
 * EIO       a VM of another process
 * EBUSY     this file has a VM, or the VM has such a file
 */
#define IOREGIONFD_ATTACH_VM		_IO(IOREGIONFD_TYPE, 0x01)

/*
 * Returns a file descriptor, which is close-on-exec. Nothing is sent yet. Needs no VM.
 * EBADF     read_fd (and it is not -1) or write_fd is no file descriptor
 * ENOTSOCK  one of them is no socket; pipes too
 * ESOCKTNOSUPPORT  a socket that is none of those named above
 * ENOTCONN  a socket that is not connected
 * EPIPE     a socket that was shut down, by an earlier channel [CHN-009] or by its peer's end
 * EBUSY     a channel has this socket [CHN-010]
 * EINVAL    also: a configuration that POL-003, REC-003 or CHN-012 refuses
 * EMFILE, ENFILE, ENOMEM
 */
#define IOREGIONFD_CREATE_CHANNEL \
	_IOW(IOREGIONFD_TYPE, 0x02, struct ioregionfd_channel_config)

/*
 * Several regions may share a channel. A region is a hit for an access that lies
 * in it as a whole. The channel may have failed: accesses then fail.
 * EBADF     channel_fd is no file descriptor
 * EINVAL    also: it is no channel; a region that is empty, wraps, or leaves the
 *           ports; one above 2 GiB with IOREGIONFD_REGION_BUS; one without
 *           IOREGIONFD_REGION_POSTED on a channel that has no read_fd;
 *           IOREGIONFD_REGION_POSTED_ONLY without IOREGIONFD_REGION_POSTED
 * ENODEV    no VM is attached
 * EEXIST    it overlaps a region
 * ENOSPC    too many regions (1000, or what KVM's bus holds)
 * EINTR     a signal came while another call changed regions; ENOMEM
 */
#define IOREGIONFD_ADD_REGION		_IOW(IOREGIONFD_TYPE, 0x03, struct ioregionfd_region)

/*
 * At once, but for IOREGIONFD_REGION_BUS; accesses that are under way go on.
 * ENODEV    no VM is attached
 * ENOENT    no such region
 * EINTR     as above; ENOMEM  only with IOREGIONFD_REGION_BUS; the region stays
 */
#define IOREGIONFD_REMOVE_REGION	_IOW(IOREGIONFD_TYPE, 0x04, struct ioregionfd_region)

/*
 * KVM_RUN on the vCPU; KVM_EXIT_MMIO and KVM_EXIT_IO that hit a region are served by
 * it, and KVM_RUN is called again, until something else is to be told. 3, 5, 6 and
 * 7 bytes (of an instruction that crosses a page) become naturally aligned pieces in
 * ascending order, each a command of its own; the items of ins and outs a command
 * each. What gets no answer reads as ones; a failure is not told without
 * IOREGIONFD_RUN_EXIT_FAILED.
 *
 * EINTR     a signal came, or kvm_run.immediate_exit is set. `outcome` says whether
 *           an access is under way; nothing is sent twice. kvm_run.exit_reason is
 *           KVM_EXIT_INTR. To save the vCPU: set immediate_exit and RUN again until
 *           EINTR comes with IOREGIONFD_RUN_KVM. While a device is waited for the
 *           thread's own signal mask counts, and not that of KVM_SET_SIGNAL_MASK.
 * EBADF     vcpu_fd is no file descriptor
 * EINVAL    also: it is no vCPU, or one of another VM
 * ENODEV    no VM is attached
 * ENOMEM, and whatever KVM_RUN says
 */
#define IOREGIONFD_RUN			_IOWR(IOREGIONFD_TYPE, 0x05, struct ioregionfd_run)

/* ---- on the channel file ---- */

/*
 * The handshake by a detached HELLO, and waits for its end. Returns 0 when the channel
 * is OPEN or LEGACY, or its policy is OFF. Without this call the first access begins it.
 * EINTR     a signal came; the handshake goes on, and the call may be made again
 * EINVAL    the HELLO of this channel is attached
 * other     the channel is FAILED: `error` of struct ioregionfd_state
 */
#define IOREGIONFD_NEGOTIATE		_IO(IOREGIONFD_TYPE, 0x10)

/* No error of its own. */
#define IOREGIONFD_GET_STATE		_IOR(IOREGIONFD_TYPE, 0x11, struct ioregionfd_state)

/*
 * ENOTCONN  the state is neither OPEN nor LEGACY
 * EBUSY     a response is outstanding, or no FENCE was answered since a posted WRITE,
 *           nor, where FENCE is not agreed, any command [REC-004], or an access of 3, 5, 6 or 7 bytes is under way [LEN-007]
 */
#define IOREGIONFD_GET_RECORD		_IOR(IOREGIONFD_TYPE, 0x12, struct ioregionfd_record)

/*
 * Returns 0 when the access has ended, whatever its end. A channel without a read_fd:
 * what wants a response ends as NOT_SENT. So do 3, 5, 6 and 7 bytes that go beyond the
 * last offset.
 * EINTR     a signal came. `end` is NOT_SENT, and nothing will be sent, or it is
 *           MAYBE_EXECUTED, and a response that still comes is taken and forgotten.
 * EINVAL    also: no such op; a size of 0 or above 8; fields of a FENCE or data of
 *           a READ that are not 0; data of a WRITE above its size; a flag with READ or FENCE
 * ENOMEM
 */
#define IOREGIONFD_ACCESS		_IOWR(IOREGIONFD_TYPE, 0x13, struct ioregionfd_access)

/*
 * A FENCE, and waits for its answer: all that was begun before is done.
 * EOPNOTSUPP  it is not agreed [FEA-002]
 * ENOTCONN  the channel has failed, or fails
 * EINTR     a signal came; the call may be made again
 * EIO       another status than OK; ENOMEM
 */
#define IOREGIONFD_FENCE		_IO(IOREGIONFD_TYPE, 0x14)

/*
 * The user gives the channel up [ABT-004]: its sockets are shut down and every access
 * ends. Returns 0, also where that was so already. The file stays, for IOREGIONFD_GET_STATE.
 */
#define IOREGIONFD_SHUTDOWN		_IO(IOREGIONFD_TYPE, 0x15)

#endif /* _UAPI_IOREGIONFD_H */
