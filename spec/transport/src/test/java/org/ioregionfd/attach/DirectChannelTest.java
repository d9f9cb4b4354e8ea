// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.ioregionfd.attach.Ends.Kind;
import org.ioregionfd.wire.Framing;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of a channel, on every kind of descriptor. */
@Timeout(60)
class DirectChannelTest {
    private static final int FRAME = 32;

    @TempDir
    Path folder;

    private static ByteBuffer frame(long number) {
        return ByteBuffer.allocateDirect(FRAME).putLong(0, number);
    }

    private static ByteBuffer room(int length) {
        return ByteBuffer.allocateDirect(length);
    }

    /** Runs it on another thread that sleeps in it, as far as can be told from outside. */
    private static <T> Sleeper<T> asleep(Call<T> call) {
        FutureTask<T> task = new FutureTask<>(call::call);
        Thread thread = new Thread(task);
        thread.start();
        Threads.awaitSleepInKernel(thread);
        return new Sleeper<>(thread, task);
    }

    private interface Call<T> {
        T call() throws Exception;
    }

    private record Sleeper<T>(Thread thread, FutureTask<T> task) {
        Throwable failure() {
            return assertThrows(ExecutionException.class, task::get).getCause();
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesFramesBothWays(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            assertEquals(FRAME, ends.left().write(frame(1)));
            assertEquals(FRAME, ends.left().write(frame(2)));
            ByteBuffer both = room(100);
            while (both.position() < 2 * FRAME) {
                assertTrue(ends.right().read(both) > 0);
            }
            assertEquals(1, both.getLong(0));
            assertEquals(2, both.getLong(FRAME));

            assertEquals(FRAME, ends.right().write(frame(3)));
            ByteBuffer answer = room(FRAME);
            assertEquals(FRAME, ends.left().read(answer));
            assertEquals(3, answer.getLong(0));
            assertEquals(Framing.STREAM, ends.left().framing());
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsNoMoreThanThereIsRoomFor(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            ends.left().write(frame(0x0102));
            ByteBuffer three = room(8).position(2).limit(5);
            assertEquals(3, ends.right().read(three));
            assertEquals(5, three.position());
            ByteBuffer rest = room(100);
            assertEquals(29, ends.right().read(rest));
        }
    }

    /** [REJ-001] */
    @ParameterizedTest
    @EnumSource
    void readsOnAfterItsOutputWasShutDown(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            ends.left().write(frame(1));
            ends.left().shutdownOutput();
            assertThrows(IOException.class, () -> ends.left().write(frame(2)));

            assertEquals(FRAME, ends.right().read(room(100)));
            assertEquals(-1, ends.right().read(room(100)));
            assertEquals(-1, ends.right().read(room(100)));
            ends.right().write(frame(3));
            assertEquals(FRAME, ends.left().read(room(100)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsTheStreamForThePeer(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            ends.left().write(frame(1));
            ends.left().close();
            ends.left().close();
            assertEquals(FRAME, ends.right().read(room(100)));
            assertEquals(-1, ends.right().read(room(100)));
            assertThrows(IOException.class, () -> {
                ends.right().write(frame(2));
                ends.right().write(frame(3));
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesEverythingOnceItIsClosed(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            ends.left().close();
            assertThrows(ClosedChannelException.class, () -> ends.left().read(room(1)));
            assertThrows(ClosedChannelException.class, () -> ends.left().write(room(1)));
            assertThrows(ClosedChannelException.class, () -> ends.left().shutdownOutput());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsAReadThatWaits(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            Sleeper<?> reader = asleep(() -> ends.right().read(room(100)));
            ends.right().close();
            assertTrue(reader.failure() instanceof ClosedChannelException, reader.failure()::toString);
            assertEquals(-1, ends.left().read(room(1)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsAWriteThatWaits(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            Sleeper<?> writer = asleep(() -> writeForEver(ends.left()));
            ends.left().close();
            assertTrue(writer.failure() instanceof ClosedChannelException, writer.failure()::toString);
        }
    }

    private static Void writeForEver(DirectChannel channel) throws IOException {
        while (true) {
            channel.write(room(4096));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatIsGoneEndsAWriteThatWaits(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            Sleeper<?> writer = asleep(() -> writeForEver(ends.left()));
            ends.right().close();
            assertTrue(writer.failure() instanceof IOException, writer.failure()::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAReadThatWaitsAndLeavesTheChannel(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            for (int i = 0; i < 3; i++) {
                Sleeper<?> reader = asleep(() -> {
                    try {
                        return ends.right().read(room(100));
                    } finally {
                        assertTrue(Thread.currentThread().isInterrupted());
                    }
                });
                reader.thread().interrupt();
                assertTrue(reader.failure() instanceof InterruptedIOException, reader.failure()::toString);
            }
            ends.left().write(frame(1));
            assertEquals(FRAME, ends.right().read(room(100)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAWriteThatWaitsAndLeavesTheChannel(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            Sleeper<?> writer = asleep(() -> writeForEver(ends.left()));
            writer.thread().interrupt();
            assertTrue(writer.failure() instanceof InterruptedIOException, writer.failure()::toString);
            assertTrue(ends.right().read(room(1 << 20)) > 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatIsInterruptedAlreadyDoesNotWait(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> ends.right().read(room(100)));
            assertEquals(FRAME, ends.left().write(frame(1)));
            assertEquals(FRAME, ends.right().read(room(100)));
            assertTrue(Thread.interrupted());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsWaitsThatNobodyInterrupts(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.UNINTERRUPTED)) {
            Sleeper<?> reader = asleep(() -> ends.right().read(room(100)));
            Sleeper<?> writer = asleep(() -> writeForEver(ends.right()));
            ends.right().close();
            assertTrue(reader.failure() instanceof ClosedChannelException, reader.failure()::toString);
            assertTrue(writer.failure() instanceof ClosedChannelException, writer.failure()::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void heedsInterruptsFromThenOn(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.UNINTERRUPTED)) {
            ends.left().write(frame(1));
            assertEquals(FRAME, ends.right().read(room(100)));
            ends.right().heedInterrupts();
            Sleeper<?> reader = asleep(() -> ends.right().read(room(100)));
            reader.thread().interrupt();
            assertTrue(reader.failure() instanceof InterruptedIOException, reader.failure()::toString);
            Sleeper<?> writer = asleep(() -> writeForEver(ends.right()));
            writer.thread().interrupt();
            assertTrue(writer.failure() instanceof InterruptedIOException, writer.failure()::toString);
            ends.left().write(frame(2));
            ByteBuffer seen = room(100);
            assertEquals(FRAME, ends.right().read(seen));
            assertEquals(2, seen.getLong(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void pollingWaitsForNothing(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BUSY_POLL)) {
            assertEquals(0, ends.right().read(room(100)));
            assertEquals(FRAME, ends.left().write(frame(1)));
            assertEquals(FRAME, ends.right().read(room(100)));
            assertEquals(0, ends.right().read(room(100)));

            long written = 0;
            for (int length; (length = ends.left().write(room(4096))) > 0; ) {
                written += length;
            }
            ByteBuffer into = room(1 << 16);
            for (int length; (length = ends.right().read(into.clear())) > 0; ) {
                written -= length;
            }
            assertEquals(0, written);
            ends.left().close();
            assertEquals(-1, ends.right().read(room(100)));
            assertThrows(ClosedChannelException.class, () -> ends.left().read(room(100)));
        }
    }

    /** [CHN-003] Both directions at once, more than fits, in pieces that fit nothing. */
    @ParameterizedTest
    @EnumSource
    void sleepsUntilThereIsSomethingToReadAlsoWhereItPolls(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BUSY_POLL)) {
            DirectChannel reader = ends.right();
            Sleeper<Void> first = asleep(() -> {
                reader.awaitReadable();
                return null;
            });
            ends.left().write(frame(7));
            first.task().get();
            ByteBuffer seen = room(100);
            assertEquals(FRAME, reader.read(seen));
            assertEquals(7, seen.getLong(0));

            Sleeper<Void> interrupted = asleep(() -> {
                reader.awaitReadable();
                return null;
            });
            interrupted.thread().interrupt();
            assertInstanceOf(InterruptedIOException.class, interrupted.failure());
            assertEquals(0, reader.read(room(100)));

            Sleeper<Void> last = asleep(() -> {
                reader.awaitReadable();
                return null;
            });
            reader.close();
            assertInstanceOf(ClosedChannelException.class, last.failure());
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesAndDoublesNothingWhereWritesAreShort(Kind kind) throws Exception {
        for (Waiting waiting : Waiting.values()) {
            try (Ends ends = kind.open(folder, waiting)) {
                FutureTask<Void> there = new FutureTask<>(() -> Streams.write(ends.left(), 1, 1_000_000));
                FutureTask<Void> back = new FutureTask<>(() -> Streams.write(ends.right(), 7, 1_000_000));
                FutureTask<Void> reader = new FutureTask<>(() -> Streams.expect(ends.left(), 7, 1_000_000));
                for (FutureTask<?> task : new FutureTask<?>[] {there, back, reader}) {
                    new Thread(task).start();
                }
                Streams.expect(ends.right(), 1, 1_000_000);
                there.get();
                back.get();
                reader.get();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesAllDescriptorsBack(Kind kind) throws Exception {
        kind.open(folder, Waiting.BLOCK).close();
        long before = OpenDescriptors.count();
        for (int i = 0; i < 20; i++) {
            Sleeper<?> reader;
            Sleeper<?> writer;
            try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
                reader = asleep(() -> ends.left().read(room(100)));
                writer = asleep(() -> writeForEver(ends.left()));
            }
            reader.failure();
            writer.failure();
        }
        OpenDescriptors.awaitCount(before);
    }

    @ParameterizedTest
    @EnumSource
    void refusesABufferThatWouldHaveToBeCopied(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BUSY_POLL)) {
            assertThrows(IllegalArgumentException.class, () -> ends.left().read(ByteBuffer.allocate(1)));
            assertThrows(IllegalArgumentException.class, () -> ends.left().write(ByteBuffer.allocate(1)));
            assertThrows(IllegalArgumentException.class, () -> ends.left().read(room(0)));
        }
    }
}
