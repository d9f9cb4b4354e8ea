// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.ioregionfd.device.Completion.Outcome;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.TaggedResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Completions from several threads at once: none is lost, none comes twice, each answers its own command. */
@Timeout(60)
class CompletionThreadsTest {
    private static final int WINDOW = 16;
    private static final int COMMANDS = 40_000;
    private static final int THREADS = 3;
    private static final long WAIT_MAX_SECONDS = 20;

    /** An access that some thread must answer with the access's offset. */
    private record Pending(Completion completion, long value) {}

    private final BlockingQueue<Pending> pending = new ArrayBlockingQueue<>(WINDOW);
    private final AtomicLong taken = new AtomicLong();
    private final Semaphore awake = new Semaphore(0);
    private final ByteBuf out = Unpooled.buffer(0, 3 * Frame.LENGTH);
    private final boolean[] outstanding = new boolean[WINDOW + 1];
    private int answered;

    @Test
    void answersEachOutOfOrder() throws InterruptedException {
        answersEach(Feature.OUT_OF_ORDER);
    }

    @Test
    void answersEachInOrder() throws InterruptedException {
        answersEach();
    }

    private void answersEach(Feature... features) throws InterruptedException {
        DeviceModel model = DeviceModel.of(
                1, Long.MAX_VALUE, () -> access -> pending.add(new Pending(access.defer(), access.offset())));
        DeviceChannel channel = new DeviceChannel(DevicePolicy.DEFAULT, Framing.STREAM, model, awake::release);
        new Kvm(channel).negotiate(2, FeatureSet.of(features), WINDOW);
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(this::completeAll);
            threads[i].start();
        }
        try {
            drive(channel);
        } finally {
            for (Thread thread : threads) {
                thread.interrupt();
                thread.join();
            }
        }
        assertEquals(COMMANDS, taken.get());
    }

    private void completeAll() {
        try {
            while (true) {
                Pending next = pending.take();
                if (next.completion().answer(next.value()) == Outcome.TAKEN) {
                    taken.incrementAndGet();
                }
            }
        } catch (InterruptedException e) {
            return; // all are answered
        }
    }

    /** Keeps the window full, and waits for wake-ups as a transport does. */
    private void drive(DeviceChannel channel) throws InterruptedException {
        int sent = 0;
        while (answered < COMMANDS) {
            ByteBuf in = Unpooled.buffer();
            for (int tag = 1; tag <= WINDOW && sent < COMMANDS; tag++) {
                if (!outstanding[tag]) {
                    outstanding[tag] = true;
                    in.writeBytes(Kvm.taggedRead(tag, 8, 1, (long) tag << 32 | sent++));
                }
            }
            do {
                out.clear();
                channel.receive(in, out, 0);
                takeAnswers();
            } while (channel.wants() == Wants.ROOM);
            if (out.writerIndex() == 0 && answered < COMMANDS) {
                assertTrue(awake.tryAcquire(WAIT_MAX_SECONDS, TimeUnit.SECONDS), "a wake-up was lost");
            }
        }
    }

    private void takeAnswers() {
        for (int index = 0; index < out.writerIndex(); index += Frame.LENGTH) {
            TaggedResponse response = new TaggedResponse().read(out, index);
            assertTrue(outstanding[response.tag()], "answered twice");
            assertEquals(response.tag(), response.data() >>> 32);
            outstanding[response.tag()] = false;
            answered++;
        }
    }
}
