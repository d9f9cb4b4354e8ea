// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.ioregionfd.device.Completion;
import org.ioregionfd.device.Completion.Outcome;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.model.Mailbox;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Devices that answer later, that fail, and that end their server. */
class ServerDeferralTest extends ServerFixture {
    @Test
    void closesAChannelWhoseDeviceFails() throws IOException, InterruptedException {
        Path other = directory.resolve("failing");
        DeviceModel failing = DeviceModel.of(1, 0x1000, () -> access -> {
            throw new IllegalStateException("broken");
        });
        try (DeviceServer broken = listening(other, failing);
                UnixPeer peer = UnixPeer.connect(other)) {
            peer.send(read(0));
            assertTrue(peer.isAtEnd());
            assertEquals("channel 1: failed: java.lang.IllegalStateException: broken", heard());
            assertEquals("channel 1: ended: end of stream", heard());
            assertEquals(1, broken.counters().failures());
        }
    }

    @Test
    void closesAChannelThatGetsNoDevice() throws IOException, InterruptedException {
        Path other = directory.resolve("failing");
        DeviceModel failing = DeviceModel.of(1, 0x1000, () -> {
            throw new IllegalStateException("no device");
        });
        try (DeviceServer broken = listening(other, failing);
                UnixPeer peer = UnixPeer.connect(other)) {
            assertTrue(peer.isAtEnd());
            assertEquals("channel 1: failed: java.lang.IllegalStateException: no device", heard());
            assertEquals(0, broken.counters().channelsOpen());
        }
    }

    /**
     * The peer sees its end, and a device that completes something afterwards gets to know it. At any moment of an event
     * loop.
     */
    @RepeatedTest(20)
    void closesWhileAnAccessIsDeferred() throws IOException, InterruptedException {
        Path other = directory.resolve("slow");
        BlockingQueue<Completion> deferred = new LinkedBlockingQueue<>();
        DeviceModel slow = DeviceModel.of(1, 0x1000, () -> access -> deferred.add(access.defer()));
        DeviceServer closing = listening(other, slow);
        try (UnixPeer peer = UnixPeer.connect(other)) {
            peer.send(Kvm.all(read(0), read(4)));
            Completion completion = deferred.take();
            closing.close();
            assertTrue(peer.isAtEnd());
            assertEquals("channel 1: ended: end of stream", heard());
            assertEquals(Outcome.CHANNEL_OVER, completion.answer(1));
        }
        closing.awaitEnd();
    }

    /** From the thread of a channel too, which then does not wait for itself. */
    @Test
    void canBeClosedByADevice() throws IOException, InterruptedException {
        Path other = directory.resolve("self");
        AtomicReference<DeviceServer> self = new AtomicReference<>();
        DeviceModel closing =
                DeviceModel.of(1, 0x1000, () -> access -> self.get().close());
        self.set(listening(other, closing));
        try (UnixPeer peer = UnixPeer.connect(other)) {
            peer.send(read(0));
            self.get().awaitEnd();
            assertFalse(Files.exists(other));
        }
    }

    /** Completed by a timer's thread, while the channel's thread waits for the peer. */
    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // a missing answer shows in the next answers
    void answersWhatADeviceCompletesLater() throws IOException {
        Path other = directory.resolve("mailbox");
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        DeviceModel mailbox =
                Mailbox.model(1, (delayNanos, task) -> timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS), 20_000);
        try (DeviceServer slow = listening(other, mailbox);
                UnixPeer peer = UnixPeer.connect(other)) {
            peer.send(Kvm.write(Layout.INFO_WORD, 8, 1, Mailbox.MAIL, 77));
            assertEquals(Kvm.response(0), peer.receive());
            peer.send(Kvm.read(Layout.INFO_WORD, 8, 1, Mailbox.MAIL));
            assertEquals(Kvm.response(77), peer.receive());
            Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
            kvm.remember(Kvm.detached(), peer.send(Kvm.detached()).receive());
            peer.send(kvm.select(2, FeatureSet.ALL, 16)).receive();
            peer.send(Kvm.all(
                    Kvm.taggedRead(1, 8, 1, Mailbox.MAIL),
                    Kvm.taggedRead(2, 8, 1, Mailbox.SCRATCH),
                    Kvm.taggedRead(3, 8, 1, Mailbox.MAIL)));
            assertEquals(Kvm.response(0, 2, 1), peer.receive(), "the fast register is not held up");
            assertEquals(Kvm.response(77, 1, 1), peer.receive());
            assertEquals(Kvm.response(77, 3, 1), peer.receive());
            assertEquals(1, slow.counters().channelsOpen());
        } finally {
            timer.shutdownNow();
        }
    }

    /** [CHN-011] The device's answers to bytes before the end are waited for, within the bound. */
    @Test
    void answersADeferredAccessThoughThePeerHasEnded() throws IOException, InterruptedException {
        Path other = directory.resolve("slow");
        BlockingQueue<Completion> deferred = new LinkedBlockingQueue<>();
        DeviceModel slow = DeviceModel.of(1, 0x1000, () -> access -> deferred.add(access.defer()));
        try (DeviceServer serving = listening(other, slow);
                UnixPeer peer = UnixPeer.connect(other)) {
            peer.send(Kvm.all(read(0), read(4))).shutdownOutput();
            deferred.take().answer(1);
            deferred.take().answer(2);
            assertEquals(Kvm.response(1), peer.receive());
            assertEquals(Kvm.response(2), peer.receive());
            assertTrue(peer.isAtEnd());
            assertEquals("channel 1: ended: end of stream", heard());
            assertEquals(0, serving.counters().channelsOpen());
        }
    }

    /** [CHN-011] A device that never completes it keeps the channel no longer than a second. */
    @Test
    void endsThoughADeviceNeverCompletesItsAccess() throws IOException, InterruptedException {
        Path other = directory.resolve("never");
        try (DeviceServer serving = listening(other, DeviceModel.of(1, 0x1000, () -> DeviceAccess::defer));
                UnixPeer peer = UnixPeer.connect(other)) {
            peer.send(read(0)).shutdownOutput();
            long ended = System.nanoTime();
            assertTrue(peer.isAtEnd());
            assertEquals("channel 1: ended: end of stream", heard());
            assertTrue(System.nanoTime() - ended < SECOND_AND_REST_NANOS);
            assertEquals(0, serving.counters().channelsOpen());
        }
    }
}
