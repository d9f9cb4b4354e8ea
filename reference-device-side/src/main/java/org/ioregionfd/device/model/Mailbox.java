// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

import org.ioregionfd.device.Completion;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;

/**
 * One slow register beside fast ones, as an example for out-of-order completion. An access to MAIL completes after a while,
 * by a timer's thread; a READ gives what MAIL holds then, and a WRITE takes effect then. All registers have 8 bytes, and are
 * accessed as a whole.
 */
public final class Mailbox implements Device {
    /** Bytes of its region. */
    public static final long LENGTH = 0x20;

    /** Slow: any number. */
    public static final long MAIL = 0x00;

    /** Fast: any number. */
    public static final long SCRATCH = 0x08;

    /** Fast: how long an access to MAIL takes, in microseconds, 0..{@link #DELAY_MAX_MICROS}. */
    public static final long DELAY = 0x10;

    /** Fast, read only: how many accesses to MAIL have completed. */
    public static final long DELIVERED = 0x18;

    /** Ten seconds: long for a register, and a bound on what a guest can make a timer hold. */
    public static final long DELAY_MAX_MICROS = 10_000_000;

    private static final long NANOS_PER_MICRO = 1000;

    /** Does something later, on a thread of its own, as a ScheduledExecutorService does. */
    @FunctionalInterface
    public interface Timer {
        /** Runs the task once, when the delay is over or soon after. */
        void after(long delayNanos, Runnable task);
    }

    private final Timer timer;
    private long delayMicros;
    private long scratch;

    // Guarded by this: a timer's thread writes them too.
    private long mail;
    private long delivered;

    /** @param delayMicros what DELAY holds at first */
    public Mailbox(Timer timer, long delayMicros) {
        this.timer = timer;
        this.delayMicros = delayMicros;
    }

    /** A mailbox for each channel, in the region of that name. */
    public static DeviceModel model(long userData, Timer timer, long delayMicros) {
        return DeviceModel.of(userData, LENGTH, () -> new Mailbox(timer, delayMicros));
    }

    @Override
    public void perform(DeviceAccess access) {
        if (access.size() != Long.BYTES || access.offset() % Long.BYTES != 0) {
            access.fault();
        } else if (access.offset() == MAIL) {
            performSlowly(access);
        } else if (access.isWrite()) {
            write(access);
        } else {
            access.answer(read(access.offset()));
        }
    }

    private void performSlowly(DeviceAccess access) {
        // The access serves the next command as soon as this method has returned.
        boolean write = access.isWrite();
        long data = access.data();
        Completion completion = access.defer();
        timer.after(delayMicros * NANOS_PER_MICRO, () -> completion.answer(write ? deliver(data) : collect()));
    }

    private synchronized long deliver(long data) {
        mail = data;
        delivered++;
        return data;
    }

    private synchronized long collect() {
        delivered++;
        return mail;
    }

    private synchronized long read(long offset) {
        if (offset == SCRATCH) {
            return scratch;
        }
        return offset == DELAY ? delayMicros : delivered;
    }

    private void write(DeviceAccess access) {
        long data = access.data();
        if (access.offset() == SCRATCH) {
            scratch = data;
            access.done();
        } else if (access.offset() == DELAY && Long.compareUnsigned(data, DELAY_MAX_MICROS) <= 0) {
            delayMicros = data;
            access.done();
        } else {
            access.fault();
        }
    }
}
