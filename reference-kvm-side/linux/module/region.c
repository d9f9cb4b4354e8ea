// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Regions of a VM. No two of them overlap, so an address lies in one at most. */
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "internal.h"

static struct rb_root_cached *root_of(struct ior_device *device, u32 flags)
{
	return flags & IOREGIONFD_REGION_PIO ? &device->pio : &device->mmio;
}

/* What an access in the region needs to know of it; the transfer takes a reference. */
void ior_region_aim(const struct ior_region *region, struct ior_transfer *transfer)
{
	kref_get(&region->channel->refs);
	transfer->channel = region->channel;
	transfer->user_data = region->user_data;
	transfer->offset = region->offset + (transfer->guest_addr - region->node.start);
	if (region->flags & IOREGIONFD_REGION_POSTED_ONLY)
		transfer->posting = IOR_POSTED_ONLY;
	else if (region->flags & IOREGIONFD_REGION_POSTED)
		transfer->posting = IOR_POSTED_IF_AGREED;
	if (transfer->op == IOREGIONFD_OP_READ)
		transfer->posting = IOR_ANSWERED;
}

/* Whether the transfer's bytes lie in a region as a whole; then it is aimed there. */
bool ior_region_hit(struct ior_device *device, struct rb_root_cached *root,
		    struct ior_transfer *transfer)
{
	u64 last = transfer->guest_addr + transfer->size - 1;
	struct interval_tree_node *node;
	bool hit = false;

	read_lock(&device->regions_lock);
	node = interval_tree_iter_first(root, transfer->guest_addr, last);
	if (node && node->start <= transfer->guest_addr && node->last >= last) {
		ior_region_aim(container_of(node, struct ior_region, node), transfer);
		hit = true;
	}
	read_unlock(&device->regions_lock);
	return hit;
}

static int check_region(const struct ioregionfd_region *region)
{
	u64 last, ignored;

	if (region->flags & ~IOREGIONFD_REGION_FLAGS || !region->size ||
	    memchr_inv(region->reserved, 0, sizeof(region->reserved)) ||
	    check_add_overflow(region->guest_addr, region->size - 1, &last) ||
	    check_add_overflow(region->offset, region->size - 1, &ignored))
		return -EINVAL;
	if (region->flags & IOREGIONFD_REGION_PIO && last > U16_MAX)
		return -EINVAL;
	return 0;
}

static int check_channel(const struct ioregionfd_region *region, const struct ior_channel *channel)
{
	bool posted = region->flags & IOREGIONFD_REGION_POSTED;

	/* [CHN-012] without a read descriptor nothing can be answered */
	if (!posted && (!channel->wire.in || region->flags & IOREGIONFD_REGION_POSTED_ONLY))
		return -EINVAL;
	return 0;
}

static void insert(struct ior_device *device, struct ior_region *region)
{
	write_lock(&device->regions_lock);
	interval_tree_insert(&region->node, root_of(device, region->flags));
	write_unlock(&device->regions_lock);
	device->regions++;
	mutex_lock(&region->channel->lock);
	list_add_tail(&region->of_channel, &region->channel->regions);
	mutex_unlock(&region->channel->lock);
}

/* With device->lock. */
static int insert_if_free(struct ior_device *device, struct ior_region *region)
{
	int error = 0;

	if (!device->kvm)
		return -ENODEV;
	if (interval_tree_iter_first(root_of(device, region->flags), region->node.start,
				     region->node.last))
		return -EEXIST;
	if (device->regions == IOR_REGIONS_MAX)
		return -ENOSPC;
	if (region->flags & IOREGIONFD_REGION_BUS)
		error = ior_bus_add(device->kvm, region);
	if (!error)
		insert(device, region);
	return error;
}

static void free_region(struct ior_region *region)
{
	ior_channel_put(region->channel);
	kfree(region);
}

static struct ior_region *alloc_region(const struct ioregionfd_region *from,
				       struct ior_channel *channel)
{
	struct ior_region *region = kzalloc(sizeof(*region), GFP_KERNEL_ACCOUNT);

	if (!region)
		return NULL;
	kref_get(&channel->refs);
	region->channel = channel;
	region->node.start = from->guest_addr;
	region->node.last = from->guest_addr + from->size - 1;
	region->user_data = from->user_data;
	region->offset = from->offset;
	region->flags = from->flags;
	return region;
}

static long add(struct ior_device *device, const struct ioregionfd_region *from,
		struct ior_channel *channel)
{
	struct ior_region *region;
	long error = check_channel(from, channel);

	if (error)
		return error;
	region = alloc_region(from, channel);
	if (!region)
		return -ENOMEM;
	error = mutex_lock_interruptible(&device->lock);
	if (!error) {
		error = insert_if_free(device, region);
		mutex_unlock(&device->lock);
	}
	if (error)
		free_region(region);
	return error;
}

long ior_region_add(struct ior_device *device, const void __user *argument)
{
	struct ioregionfd_region region;
	struct ior_channel *channel;
	long error;

	if (copy_from_user(&region, argument, sizeof(region)))
		return -EFAULT;
	error = check_region(&region);
	if (error)
		return error;
	if (!smp_load_acquire(&device->kvm))
		return -ENODEV;
	channel = ior_channel_of_fd(region.channel_fd);
	if (IS_ERR(channel))
		return PTR_ERR(channel);
	error = add(device, &region, channel);
	ior_channel_put(channel);
	return error;
}

static int take_out(struct ior_device *device, struct ior_region *region)
{
	int error = 0;

	if (region->flags & IOREGIONFD_REGION_BUS)
		error = ior_bus_remove(device->kvm, region);
	if (error)
		return error;
	write_lock(&device->regions_lock);
	interval_tree_remove(&region->node, root_of(device, region->flags));
	write_unlock(&device->regions_lock);
	device->regions--;
	mutex_lock(&region->channel->lock);
	list_del(&region->of_channel);
	mutex_unlock(&region->channel->lock);
	free_region(region);
	return 0;
}

static struct ior_region *find(struct ior_device *device, const struct ioregionfd_region *like)
{
	u64 last = like->guest_addr + like->size - 1;
	struct interval_tree_node *node;

	node = interval_tree_iter_first(root_of(device, like->flags), like->guest_addr, last);
	if (!node || node->start != like->guest_addr || node->last != last)
		return NULL;
	return container_of(node, struct ior_region, node);
}

long ior_region_remove(struct ior_device *device, const void __user *argument)
{
	struct ioregionfd_region like;
	struct ior_region *region;
	long error;

	if (copy_from_user(&like, argument, sizeof(like)))
		return -EFAULT;
	error = check_region(&like);
	if (error)
		return error;
	if (!smp_load_acquire(&device->kvm))
		return -ENODEV;
	if (mutex_lock_interruptible(&device->lock))
		return -EINTR;
	region = find(device, &like);
	error = region ? take_out(device, region) : -ENOENT;
	mutex_unlock(&device->lock);
	return error;
}

static void free_tree(struct ior_device *device, struct rb_root_cached *root)
{
	struct interval_tree_node *node;

	while ((node = interval_tree_iter_first(root, 0, ULONG_MAX)))
		while (take_out(device, container_of(node, struct ior_region, node)))
			msleep(20);	/* no memory for a shorter bus: there will be some */
}

void ior_regions_free(struct ior_device *device)
{
	free_tree(device, &device->mmio);
	free_tree(device, &device->pio);
}
