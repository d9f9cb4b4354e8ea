// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * KVM_RUN on a vCPU's file, and what comes out of it: an MMIO or PIO exit that hits
 * a region is answered here, outside of kvm->srcu, and KVM_RUN is called again.
 *
 * struct kvm_run is shared with user space, which may write to it at any time: it
 * is read once, and nothing in it is trusted.
 */
#include <linux/file.h>
#include <linux/magic.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "internal.h"

/* From Linux 6.11 on the kernel has another name for what user space writes to. */
#ifndef HINT_UNSAFE_IN_KVM
#define HINT_UNSAFE_IN_KVM(member) member
#endif

/* What a vCPU has under way. KVM keeps the vCPU as long as its VM, which the device holds. */
struct ior_vcpu {
	struct list_head link;
	struct mutex lock;
	struct kvm_vcpu *kvm;
	struct ior_transfer transfer;	/* of the item; its channel: an exit is being served */
	void *data;			/* of the exit, where KVM looks for them */
	u32 item, items;		/* of ins and outs, else one */
	bool began;			/* the item did */
};

/* ---- an exit ---- */

static bool take_mmio(struct ior_device *device, struct ior_vcpu *vcpu)
{
	struct kvm_run *run = vcpu->kvm->run;
	struct ior_transfer *transfer = &vcpu->transfer;

	transfer->guest_addr = READ_ONCE(run->mmio.phys_addr);
	transfer->size = min(READ_ONCE(run->mmio.len), 9u);
	transfer->op = READ_ONCE(run->mmio.is_write) ? IOREGIONFD_OP_WRITE : IOREGIONFD_OP_READ;
	vcpu->data = run->mmio.data;
	vcpu->items = 1;
	return transfer->size >= 1 && transfer->size <= 8 &&
	       ior_region_hit(device, &device->mmio, transfer);
}

static bool take_pio(struct ior_device *device, struct ior_vcpu *vcpu)
{
	struct kvm_run *run = vcpu->kvm->run;
	struct ior_transfer *transfer = &vcpu->transfer;

	transfer->guest_addr = READ_ONCE(run->io.port);
	transfer->size = READ_ONCE(run->io.size);
	transfer->op = READ_ONCE(run->io.direction) == KVM_EXIT_IO_OUT ? IOREGIONFD_OP_WRITE
								       : IOREGIONFD_OP_READ;
	vcpu->data = vcpu->kvm->arch.pio_data;
	vcpu->items = READ_ONCE(run->io.count);
	return transfer->size >= 1 && transfer->size <= 4 && vcpu->items >= 1 &&
	       vcpu->items <= PAGE_SIZE / transfer->size &&
	       ior_region_hit(device, &device->pio, transfer);
}

/* Whether the vCPU came out with an access in a region. */
static bool take_exit(struct ior_device *device, struct ior_vcpu *vcpu)
{
	memset(&vcpu->transfer, 0, sizeof(vcpu->transfer));
	vcpu->item = 0;
	vcpu->began = false;
	switch (READ_ONCE(vcpu->kvm->run->exit_reason)) {
	case KVM_EXIT_MMIO:
		return take_mmio(device, vcpu);
	case KVM_EXIT_IO:
		return take_pio(device, vcpu);
	default:
		return false;
	}
}

static void *item_data(const struct ior_vcpu *vcpu)
{
	return vcpu->data + vcpu->item * vcpu->transfer.size;
}

static void begin_item(struct ior_vcpu *vcpu)
{
	struct ior_transfer *transfer = &vcpu->transfer;

	transfer->data = 0;
	transfer->end = IOREGIONFD_END_DONE;
	transfer->status = 0;
	transfer->done = 0;
	if (transfer->op == IOREGIONFD_OP_WRITE)
		memcpy(&transfer->data, item_data(vcpu), transfer->size);
	vcpu->began = true;
}

/* The exit is served when its last item has ended. */
static void end_item(struct ior_vcpu *vcpu)
{
	struct ior_transfer *transfer = &vcpu->transfer;

	if (transfer->op == IOREGIONFD_OP_READ)
		memcpy(item_data(vcpu), &transfer->data, transfer->size);
	vcpu->began = false;
	if (++vcpu->item < vcpu->items)
		return;
	ior_channel_put(transfer->channel);
	transfer->channel = NULL;
}

/* ---- RUN ---- */

static bool is_told(const struct ioregionfd_run *args, const struct ior_transfer *transfer)
{
	return args->flags & IOREGIONFD_RUN_EXIT_EACH ||
	       (args->flags & IOREGIONFD_RUN_EXIT_FAILED && ior_transfer_failed(transfer));
}

static void tell(struct ioregionfd_run *args, const struct ior_transfer *transfer)
{
	args->outcome = IOREGIONFD_RUN_ENDED;
	args->end = transfer->end;
	args->guest_addr = transfer->guest_addr;
	args->user_data = transfer->user_data;
	args->offset = transfer->offset;
	args->data = transfer->data;
	args->size = transfer->size;
	args->is_write = transfer->op == IOREGIONFD_OP_WRITE;
	args->status = transfer->status;
}

static void set_exit_reason(struct ior_vcpu *vcpu, u32 reason)
{
	WRITE_ONCE(vcpu->kvm->run->exit_reason, reason);
}

/* Serves the exit, or goes on with it, until it has ended or there is something to tell. */
static long serve(struct ior_vcpu *vcpu, struct ioregionfd_run *args)
{
	bool mmio = vcpu->data != vcpu->kvm->arch.pio_data;
	unsigned int how = TASK_INTERRUPTIBLE;
	struct ior_transfer *transfer = &vcpu->transfer;
	long error;

	if (READ_ONCE(vcpu->kvm->run->HINT_UNSAFE_IN_KVM(immediate_exit)))
		how = IOR_NO_WAIT;
	while (transfer->channel) {
		if (!vcpu->began)
			begin_item(vcpu);
		error = ior_transfer_go(transfer, how);
		if (error) {
			args->outcome = IOREGIONFD_RUN_PENDING;
			set_exit_reason(vcpu, KVM_EXIT_INTR);
			return error;
		}
		if (is_told(args, transfer))
			tell(args, transfer);
		end_item(vcpu);
		if (args->outcome == IOREGIONFD_RUN_ENDED)
			break;
	}
	set_exit_reason(vcpu, mmio ? KVM_EXIT_MMIO : KVM_EXIT_IO);
	return 0;
}

static long run(struct ior_device *device, struct ior_vcpu *vcpu, struct file *file,
		struct ioregionfd_run *args)
{
	long error;

	for (;;) {
		if (vcpu->transfer.channel) {
			error = serve(vcpu, args);
			if (error || args->outcome == IOREGIONFD_RUN_ENDED)
				return error;
		}
		error = file->f_op->unlocked_ioctl(file, KVM_RUN, 0);
		if (error || !take_exit(device, vcpu))
			return error;
	}
}

/* ---- vCPUs ---- */

/*
 * KVM does not export what tells a vCPU's file. Its name does, in the file system
 * whose names user space cannot choose.
 */
static bool is_vcpu(const struct file *file)
{
	return file_inode(file)->i_sb->s_magic == ANON_INODE_FS_MAGIC &&
	       !strncmp(file->f_path.dentry->d_name.name, "kvm-vcpu:", strlen("kvm-vcpu:"));
}

/* With device->vcpus_lock. */
static struct ior_vcpu *find_vcpu(struct ior_device *device, struct kvm_vcpu *kvm_vcpu)
{
	struct ior_vcpu *vcpu;

	list_for_each_entry(vcpu, &device->vcpus, link)
		if (vcpu->kvm == kvm_vcpu)
			return vcpu;
	vcpu = kzalloc(sizeof(*vcpu), GFP_KERNEL_ACCOUNT);
	if (!vcpu)
		return ERR_PTR(-ENOMEM);
	mutex_init(&vcpu->lock);
	vcpu->kvm = kvm_vcpu;
	list_add_tail(&vcpu->link, &device->vcpus);
	return vcpu;
}

static long run_file(struct ior_device *device, struct file *file, struct ioregionfd_run *args)
{
	struct ior_vcpu *vcpu;
	long error;

	if (!is_vcpu(file) || ((struct kvm_vcpu *)file->private_data)->kvm != device->kvm)
		return -EINVAL;
	mutex_lock(&device->vcpus_lock);
	vcpu = find_vcpu(device, file->private_data);
	mutex_unlock(&device->vcpus_lock);
	if (IS_ERR(vcpu))
		return PTR_ERR(vcpu);
	if (mutex_lock_killable(&vcpu->lock))
		return -EINTR;
	error = run(device, vcpu, file, args);
	mutex_unlock(&vcpu->lock);
	return error;
}

long ior_run(struct ior_device *device, void __user *argument)
{
	struct ioregionfd_run args, fresh = {};
	struct file *file;
	long error;

	if (copy_from_user(&args, argument, sizeof(args)))
		return -EFAULT;
	if (args.flags & ~IOREGIONFD_RUN_FLAGS || args.reserved_0 || args.reserved_1)
		return -EINVAL;
	if (!smp_load_acquire(&device->kvm))
		return -ENODEV;
	file = fget(args.vcpu_fd);
	if (!file)
		return -EBADF;
	fresh.vcpu_fd = args.vcpu_fd;
	fresh.flags = args.flags;
	error = run_file(device, file, &fresh);
	fput(file);
	return copy_to_user(argument, &fresh, sizeof(fresh)) ? -EFAULT : error;
}

void ior_vcpus_free(struct ior_device *device)
{
	struct ior_vcpu *vcpu, *next;

	list_for_each_entry_safe(vcpu, next, &device->vcpus, link) {
		if (vcpu->transfer.channel) {
			ior_transfer_abandon(&vcpu->transfer);
			ior_channel_put(vcpu->transfer.channel);
		}
		kfree(vcpu);
	}
}
