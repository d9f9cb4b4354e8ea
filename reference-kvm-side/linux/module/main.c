// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The device file: one VM, its regions and its vCPUs. */
#include <linux/file.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "internal.h"

#ifndef CONFIG_X86_64
#error "written for x86-64: little-endian, port I/O, struct kvm_vcpu_arch"
#endif

static LIST_HEAD(attached);		/* devices that have a VM */
static DEFINE_MUTEX(attached_lock);	/* inside of device->lock */

static bool is_attached(const struct kvm *kvm)
{
	const struct ior_device *device;

	list_for_each_entry(device, &attached, link)
		if (device->kvm == kvm)
			return true;
	return false;
}

static int attach(struct ior_device *device, struct kvm *kvm)
{
	int error = -EBUSY;

	if (kvm->mm != current->mm)	/* as every ioctl of the VM itself */
		return -EIO;
	mutex_lock(&device->lock);
	mutex_lock(&attached_lock);
	if (!device->kvm && !is_attached(kvm)) {
		kvm_get_kvm(kvm);
		list_add(&device->link, &attached);
		smp_store_release(&device->kvm, kvm);
		error = 0;
	}
	mutex_unlock(&attached_lock);
	mutex_unlock(&device->lock);
	return error;
}

static long attach_vm(struct ior_device *device, unsigned long fd)
{
	struct file *file;
	long error = -EINVAL;

	if (fd > INT_MAX)
		return -EBADF;
	file = fget(fd);
	if (!file)
		return -EBADF;
	if (file_is_kvm(file))
		error = attach(device, file->private_data);
	fput(file);
	return error;
}

static long device_ioctl(struct file *file, unsigned int number, unsigned long argument)
{
	struct ior_device *device = file->private_data;

	switch (number) {
	case IOREGIONFD_GET_API_VERSION:
		return IOREGIONFD_API_VERSION;
	case IOREGIONFD_ATTACH_VM:
		return attach_vm(device, argument);
	case IOREGIONFD_CREATE_CHANNEL:
		return ior_channel_create((void __user *)argument);
	case IOREGIONFD_ADD_REGION:
		return ior_region_add(device, (void __user *)argument);
	case IOREGIONFD_REMOVE_REGION:
		return ior_region_remove(device, (void __user *)argument);
	case IOREGIONFD_RUN:
		return ior_run(device, (void __user *)argument);
	default:
		return -ENOTTY;
	}
}

static int device_open(struct inode *inode, struct file *file)
{
	struct ior_device *device = kzalloc(sizeof(*device), GFP_KERNEL_ACCOUNT);

	if (!device)
		return -ENOMEM;
	mutex_init(&device->lock);
	mutex_init(&device->vcpus_lock);
	rwlock_init(&device->regions_lock);
	INIT_LIST_HEAD(&device->link);
	INIT_LIST_HEAD(&device->vcpus);
	device->mmio = RB_ROOT_CACHED;
	device->pio = RB_ROOT_CACHED;
	file->private_data = device;
	return 0;
}

/* Nothing runs in this file any more. */
static int device_release(struct inode *inode, struct file *file)
{
	struct ior_device *device = file->private_data;

	ior_vcpus_free(device);
	ior_regions_free(device);
	mutex_lock(&attached_lock);
	list_del(&device->link);
	mutex_unlock(&attached_lock);
	if (device->kvm)
		kvm_put_kvm(device->kvm);
	kfree(device);
	return 0;
}

static const struct file_operations device_operations = {
	.owner = THIS_MODULE,
	.open = device_open,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.release = device_release,
	.llseek = noop_llseek,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ioregionfd",
	.mode = 0660,
	.fops = &device_operations,
};

module_misc_device(misc);
MODULE_DESCRIPTION("Guest MMIO and PIO over sockets, with a handshake");
MODULE_LICENSE("Dual BSD/GPL");
