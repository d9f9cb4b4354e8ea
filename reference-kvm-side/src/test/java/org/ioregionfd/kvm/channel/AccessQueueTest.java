// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessQueue;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.ScriptedPeer;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
class AccessQueueTest extends OnEveryTransport {
    private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();

    @Test
    void sendsWhatWasEnqueuedWithOneWrite() throws Exception {
        int count = 32;
        AtomicInteger firstRead = new AtomicInteger();
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    ByteBuffer many = ByteBuffer.allocate(2 * count * Frames.LENGTH);
                    firstRead.set(p.connection().read(many));
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            channel.negotiate();
            AccessQueue queue = channel.newQueue(count, ended::add);
            for (int slot = 0; slot < count; slot++) {
                queue.read(slot, 1, slot, 4);
            }
            queue.flush();
            peer.awaitEnd();
            assertEquals(count * Frames.LENGTH, firstRead.get());
        }
    }

    @Test
    void givesEachSlotItsOwnValueAndTakesItAgain() throws Exception {
        int count = 128;
        int each = 20;
        CountDownLatch done = new CountDownLatch(count);
        AtomicReference<String> wrong = new AtomicReference<>("nothing");
        int[] rounds = new int[count];
        AccessQueue[] queue = new AccessQueue[1];
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, REQUIRE)) {
            queue[0] = channel.newQueue(count, slot -> {
                try {
                    long expected = slot + 0x100L * rounds[slot];
                    long value = queue[0].value(slot);
                    if (value != expected) {
                        wrong.set(expected + " read as " + value);
                    }
                    if (++rounds[slot] == each) {
                        done.countDown();
                    } else {
                        queue[0].read(slot, 1, slot + 0x100L * rounds[slot], 8);
                    }
                } catch (IOException e) {
                    wrong.set(e.toString());
                }
            });
            for (int slot = 0; slot < count; slot++) {
                queue[0].read(slot, 1, slot, 8);
            }
            queue[0].flush();
            pass(done);
            assertEquals("nothing", wrong.get());
        }
    }

    /** What a function enqueues waits for the other functions of that time, but not where the function flushes. */
    @Test
    void sendsWithTheFlushOfAFunction() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        AtomicReference<String> wrong = new AtomicReference<>("not called");
        AccessQueue[] queue = new AccessQueue[1];
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    p.send(Frames.response(p.frame(), 0, 1));
                    byte[] second = p.frame();
                    seen.countDown();
                    p.send(Frames.response(second, 0, 1));
                    p.drain();
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            queue[0] = channel.newQueue(2, slot -> {
                if (slot == 0) {
                    queue[0].read(1, 1, 1, 4);
                    queue[0].flush();
                    wrong.set(isPassed(seen) ? "nothing" : "the flush has sent nothing");
                }
                ended.add(slot);
            });
            queue[0].read(0, 1, 0, 4);
            queue[0].flush();
            assertEquals(List.of(0, 1), List.of(ended.take(), ended.take()));
            assertEquals("nothing", wrong.get());
        }
    }

    private static boolean isPassed(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void takesAccessesOfEachKind() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, REQUIRE)) {
            AccessQueue queue = channel.newQueue(5, ended::add);
            queue.write(0, 1, 0x10, 4, 7);
            queue.post(1, 1, 0x10, 4, 7);
            queue.fence(2);
            queue.read(3, 1, 0x0d, 3);
            queue.write(4, 1, 0x21, 7, -1);
            queue.flush();
            List<Integer> slots = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                slots.add(ended.take());
            }
            assertEquals(List.of(0, 1, 2, 3, 4), slots.stream().sorted().toList());
            assertEquals(0, queue.result(0).value());
            assertEquals(0, queue.value(1));
            assertEquals(0, queue.value(2));
            AccessResult cut = queue.result(3);
            assertEquals(0x000e_0d, cut.value());
            assertEquals(0x000e_0d, queue.value(3));
            assertEquals(0, queue.value(4));
        }
    }

    @Test
    void endsEverySlotWithTheChannel() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    p.frame();
                    pass(received);
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            AccessQueue queue = channel.newQueue(100, ended::add);
            for (int slot = 0; slot < 100; slot++) {
                queue.read(slot, 1, slot, slot == 50 ? 3 : 4);
            }
            queue.flush();
            received.countDown();
            for (int i = 0; i < 100; i++) {
                int slot = ended.take();
                AccessEnd end = endOf(() -> queue.value(slot));
                // the window has 64
                assertEquals(slot < 64 ? AccessEnd.MAYBE_EXECUTED : AccessEnd.NOT_SENT, end, "slot " + slot);
                assertEquals(end, endOf(() -> queue.result(slot)));
            }
            queue.read(0, 1, 0, 4);
            queue.flush();
            assertEquals(0, ended.take());
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> queue.value(0)));
        }
    }

    @Test
    void refusesASlotThatIsNotFreeOrNotThere() throws Exception {
        try (ScriptedPeer peer = peer(ScriptedPeer::drain);
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertThrows(IllegalArgumentException.class, () -> channel.newQueue(0, ended::add));
            assertThrows(IllegalArgumentException.class, () -> channel.newQueue(AccessQueue.SLOTS_MAX + 1, ended::add));
            AccessQueue queue = channel.newQueue(1, ended::add);
            assertThrows(IllegalArgumentException.class, () -> queue.read(0, 1, 0, 9));
            queue.read(0, 1, 0, 4);
            assertThrows(IllegalStateException.class, () -> queue.fence(0));
            assertThrows(IllegalStateException.class, () -> queue.post(0, 1, 0, 3, 0));
            assertThrows(IllegalStateException.class, () -> queue.value(0));
            assertThrows(IndexOutOfBoundsException.class, () -> queue.fence(1));
        }
    }

    /** What a function throws does not keep the others from their ends. */
    @Test
    void goesOnAfterAFunctionThatThrows() throws Exception {
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    byte[][] answers = new byte[3][];
                    for (int i = 0; i < answers.length; i++) {
                        answers[i] = Frames.response(p.frame(), i, 1);
                    }
                    p.send(answers);
                    try {
                        p.frame();
                    } catch (EOFException e) {
                        return;
                    }
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            AccessQueue queue = channel.newQueue(3, slot -> {
                ended.add(slot);
                Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
                throw new IllegalStateException("a function's fault");
            });
            for (int slot = 0; slot < 3; slot++) {
                queue.read(slot, 1, slot, 4);
            }
            queue.flush();
            for (int slot = 0; slot < 3; slot++) {
                assertEquals(slot, ended.take());
            }
        }
    }
}
