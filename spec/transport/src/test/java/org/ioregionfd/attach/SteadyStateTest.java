// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.ioregionfd.attach.Ends.Kind;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A channel allocates no memory while it is used. */
@Timeout(60)
class SteadyStateTest {
    private static final int FRAME = 32;
    private static final int WARM_UP = 5_000;
    private static final int MEASURED = 2_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void makesNoObjectForAFrameThatIsWaitedFor(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            Thread echo = new Thread(() -> echo(ends.right()));
            echo.start();
            ByteBuffer frame = ByteBuffer.allocateDirect(FRAME);
            Move write = ends.left()::write;
            Move read = ends.left()::read;
            assertEquals(0, bytesPerTrip(() -> {
                move(write, frame);
                move(read, frame);
            }));
            ends.left().shutdownOutput();
            echo.join();
        }
    }

    /** Both ends in one thread: written bytes are there, and nothing else is in between. */
    @ParameterizedTest
    @EnumSource
    void makesNoObjectForAFrameThatIsPolledFor(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BUSY_POLL)) {
            ByteBuffer frame = ByteBuffer.allocateDirect(FRAME);
            Move write = ends.left()::write;
            Move read = ends.right()::read;
            assertEquals(0, bytesPerTrip(() -> {
                assertEquals(0, ends.right().read(frame.clear()));
                move(write, frame);
                move(read, frame);
            }));
        }
    }

    private interface Trip {
        void go() throws IOException;
    }

    private interface Move {
        int move(ByteBuffer bytes) throws IOException;
    }

    private static void move(Move move, ByteBuffer frame) throws IOException {
        frame.clear();
        while (frame.hasRemaining()) {
            move.move(frame);
        }
    }

    private static long bytesPerTrip(Trip trip) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            trip.go();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < MEASURED; i++) {
            trip.go();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / MEASURED;
    }

    private static void echo(DirectChannel channel) {
        ByteBuffer frame = ByteBuffer.allocateDirect(FRAME);
        try {
            while (channel.read(frame.clear()) >= 0) {
                frame.flip();
                while (frame.hasRemaining()) {
                    channel.write(frame);
                }
            }
        } catch (IOException e) {
            return; // the other end was closed
        }
    }
}
