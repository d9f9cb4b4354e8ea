// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A region on KVM's own bus. What registers devices there is not exported, so the
 * bus is replaced here, by the rules that kvm_io_bus_write() and kvm_io_bus_read()
 * rely on: an array sorted by address, changed as a whole, under slots_lock, and
 * the old one freed when no vCPU is in it.
 */
#include <linux/slab.h>

#include "internal.h"

static struct ior_region *region_of(struct kvm_io_device *device)
{
	return container_of(device, struct ior_region, bus);
}

/*
 * The vCPU holds kvm->srcu, and KVM would lose an errno on the way: only a fatal
 * signal ends this wait.
 */
static void serve(struct ior_region *region, struct ior_transfer *transfer)
{
	ior_region_aim(region, transfer);
	if (ior_transfer_go(transfer, TASK_KILLABLE))
		ior_transfer_abandon(transfer);
	ior_channel_put(transfer->channel);
}

static bool is_served(const struct ior_region *region, gpa_t address, int length)
{
	return length >= 1 && length <= 8 && address >= region->node.start &&
	       address + length - 1 <= region->node.last;
}

static int bus_read(struct kvm_vcpu *vcpu, struct kvm_io_device *device, gpa_t address, int length,
		    void *value)
{
	struct ior_transfer transfer = {
		.guest_addr = address, .op = IOREGIONFD_OP_READ, .size = length,
	};

	if (!is_served(region_of(device), address, length))
		return -EOPNOTSUPP;
	serve(region_of(device), &transfer);
	memcpy(value, &transfer.data, length);
	return 0;
}

static int bus_write(struct kvm_vcpu *vcpu, struct kvm_io_device *device, gpa_t address, int length,
		     const void *value)
{
	struct ior_transfer transfer = {
		.guest_addr = address, .op = IOREGIONFD_OP_WRITE, .size = length,
	};

	if (!is_served(region_of(device), address, length))
		return -EOPNOTSUPP;
	memcpy(&transfer.data, value, length);
	serve(region_of(device), &transfer);
	return 0;
}

static const struct kvm_io_device_ops bus_operations = {
	.read = bus_read,
	.write = bus_write,
};

static enum kvm_bus bus_of(const struct ior_region *region)
{
	return region->flags & IOREGIONFD_REGION_PIO ? KVM_PIO_BUS : KVM_MMIO_BUS;
}

static struct kvm_io_bus *current_bus(struct kvm *kvm, enum kvm_bus which)
{
	return rcu_dereference_protected(kvm->buses[which], lockdep_is_held(&kvm->slots_lock));
}

static void replace_bus(struct kvm *kvm, enum kvm_bus which, struct kvm_io_bus *bus)
{
	struct kvm_io_bus *old = current_bus(kvm, which);

	rcu_assign_pointer(kvm->buses[which], bus);
	synchronize_srcu_expedited(&kvm->srcu);
	kfree(old);
}

/* Behind all that KVM's search takes for smaller. */
static int place_of(const struct kvm_io_bus *bus, const struct kvm_io_range *range)
{
	int place = 0;

	while (place < bus->dev_count &&
	       (bus->range[place].addr < range->addr ||
		bus->range[place].addr + bus->range[place].len <= range->addr + range->len))
		place++;
	return place;
}

static int put_on_bus(struct kvm *kvm, enum kvm_bus which, const struct kvm_io_range *range)
{
	struct kvm_io_bus *old = current_bus(kvm, which), *bus;
	int place;

	if (!old)
		return -ENOMEM;
	if (old->dev_count - old->ioeventfd_count >= NR_IOBUS_DEVS)
		return -ENOSPC;
	bus = kmalloc(struct_size(bus, range, old->dev_count + 1), GFP_KERNEL_ACCOUNT);
	if (!bus)
		return -ENOMEM;
	place = place_of(old, range);
	bus->dev_count = old->dev_count + 1;
	bus->ioeventfd_count = old->ioeventfd_count;
	memcpy(bus->range, old->range, place * sizeof(*range));
	bus->range[place] = *range;
	memcpy(bus->range + place + 1, old->range + place,
	       (old->dev_count - place) * sizeof(*range));
	replace_bus(kvm, which, bus);
	return 0;
}

int ior_bus_add(struct kvm *kvm, struct ior_region *region)
{
	struct kvm_io_range range = {
		.addr = region->node.start,
		.dev = &region->bus,
	};
	u64 length = region->node.last - region->node.start + 1;
	int error;

	if (length > INT_MAX)	/* what a range can say */
		return -EINVAL;
	range.len = length;
	kvm_iodevice_init(&region->bus, &bus_operations);
	if (mutex_lock_interruptible(&kvm->slots_lock))
		return -EINTR;
	error = put_on_bus(kvm, bus_of(region), &range);
	mutex_unlock(&kvm->slots_lock);
	return error;
}

static int take_off_bus(struct kvm *kvm, enum kvm_bus which,
			const struct kvm_io_device *device)
{
	struct kvm_io_bus *old = current_bus(kvm, which), *bus;
	int place = 0;

	if (!old)	/* KVM ran out of memory, and dropped them all */
		return 0;
	while (place < old->dev_count && old->range[place].dev != device)
		place++;
	if (place == old->dev_count)
		return 0;
	bus = kmalloc(struct_size(bus, range, old->dev_count - 1), GFP_KERNEL);
	if (!bus)
		return -ENOMEM;
	bus->dev_count = old->dev_count - 1;
	bus->ioeventfd_count = old->ioeventfd_count;
	memcpy(bus->range, old->range, place * sizeof(bus->range[0]));
	memcpy(bus->range + place, old->range + place + 1,
	       (bus->dev_count - place) * sizeof(bus->range[0]));
	replace_bus(kvm, which, bus);
	return 0;
}

/* No vCPU is in the region afterwards. */
int ior_bus_remove(struct kvm *kvm, struct ior_region *region)
{
	int error;

	mutex_lock(&kvm->slots_lock);
	error = take_off_bus(kvm, bus_of(region), &region->bus);
	mutex_unlock(&kvm->slots_lock);
	return error;
}
