// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.PriorityQueue;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Framing;
import org.junit.jupiter.api.Test;

/** The slow register and the fast ones beside it, on a clock of the test's own. */
class MailboxTest {
    private static final int OK = 1;
    private static final int DEVICE_FAULT = 4;

    /** Something to be done at a time. */
    private record Task(long atNanos, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return Long.compare(atNanos, other.atNanos);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long nowNanos;
    private final Kvm kvm = new Kvm(new DeviceChannel(
            DevicePolicy.DEFAULT,
            Framing.STREAM,
            Mailbox.model(1, (delayNanos, task) -> tasks.add(new Task(nowNanos + delayNanos, task)), 50)));

    private void open(Feature... features) {
        kvm.negotiate(2, FeatureSet.of(features), 8);
    }

    /** The answers that have come when so much time has passed. */
    private List<String> after(long micros) {
        nowNanos += micros * 1000;
        while (!tasks.isEmpty() && tasks.element().atNanos() <= nowNanos) {
            tasks.remove().run.run();
        }
        return kvm.proceed();
    }

    @Test
    void answersItsSlowRegisterWhenTheDelayIsOver() {
        open(Feature.OUT_OF_ORDER);
        assertEquals(List.of(), kvm.send(Kvm.taggedRead(1, 8, 1, Mailbox.MAIL)));
        assertEquals(List.of(), after(49));
        assertEquals(List.of(Kvm.response(0, 1, OK)), after(1));
    }

    @Test
    void answersItsFastRegistersMeanwhile() {
        open(Feature.OUT_OF_ORDER);
        assertEquals(
                List.of(Kvm.response(0, 2, OK), Kvm.response(7, 3, OK), Kvm.response(0, 4, OK)),
                kvm.send(Kvm.all(
                        Kvm.taggedRead(1, 8, 1, Mailbox.MAIL),
                        Kvm.taggedWrite(2, 8, 1, Mailbox.SCRATCH, 7),
                        Kvm.taggedRead(3, 8, 1, Mailbox.SCRATCH),
                        Kvm.taggedRead(4, 8, 1, Mailbox.DELIVERED))));
        assertEquals(List.of(Kvm.response(0, 1, OK)), after(50));
        assertEquals(Kvm.response(1, 5, OK), kvm.ask(Kvm.taggedRead(5, 8, 1, Mailbox.DELIVERED)));
    }

    /** [ORD-001] */
    @Test
    void storesWhenTheDelayIsOver() {
        open();
        assertEquals(List.of(), kvm.send(Kvm.taggedWrite(1, 8, 1, Mailbox.MAIL, 9)));
        assertEquals(List.of(Kvm.response(0, 1, OK)), after(50));
        kvm.send(Kvm.taggedRead(1, 8, 1, Mailbox.MAIL));
        assertEquals(List.of(Kvm.response(9, 1, OK)), after(50));
    }

    @Test
    void takesAsLongAsItIsTold() {
        open(Feature.OUT_OF_ORDER);
        kvm.send(Kvm.all(
                Kvm.taggedRead(1, 8, 1, Mailbox.MAIL),
                Kvm.taggedWrite(2, 8, 1, Mailbox.DELAY, 10),
                Kvm.taggedRead(3, 8, 1, Mailbox.MAIL)));
        assertEquals(List.of(Kvm.response(0, 3, OK)), after(10));
        assertEquals(List.of(Kvm.response(0, 1, OK)), after(40));
        assertEquals(Kvm.response(10, 4, OK), kvm.ask(Kvm.taggedRead(4, 8, 1, Mailbox.DELAY)));
    }

    @Test
    void refusesWhatItsRegistersDoNotTake() {
        open();
        assertEquals(
                List.of(
                        Kvm.response(-1, 1, DEVICE_FAULT),
                        Kvm.response(-1, 2, DEVICE_FAULT),
                        Kvm.response(0xFFFFFFFFL, 3, DEVICE_FAULT),
                        Kvm.response(-1, 4, DEVICE_FAULT)),
                kvm.send(Kvm.all(
                        Kvm.taggedWrite(1, 8, 1, Mailbox.DELAY, Mailbox.DELAY_MAX_MICROS + 1),
                        Kvm.taggedWrite(2, 8, 1, Mailbox.DELIVERED, 0),
                        Kvm.taggedRead(3, 4, 1, Mailbox.MAIL),
                        Kvm.taggedRead(4, 8, 1, 4))));
        assertEquals(0, tasks.size());
    }
}
