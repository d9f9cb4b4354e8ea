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

/** What a channel costs while it is used: no memory. */
@Timeout(60)
class SteadyStateTest {
    private static final int FRAME = 32;
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 5_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void makesNoObjectForAFrameThatIsWaitedFor(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BLOCK)) {
            assertEquals(0, bytesPerRoundTrip(ends));
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesNoObjectForAFrameThatIsPolledFor(Kind kind) throws Exception {
        try (Ends ends = kind.open(folder, Waiting.BUSY_POLL)) {
            assertEquals(0, bytesPerRoundTrip(ends));
        }
    }

    /** Of the left end's thread; the right end echoes. */
    private static long bytesPerRoundTrip(Ends ends) throws Exception {
        Thread echo = new Thread(() -> echo(ends.right()));
        echo.start();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer frame = ByteBuffer.allocateDirect(FRAME);
        roundTrips(ends.left(), frame, WARM_UP);
        long before = threads.getCurrentThreadAllocatedBytes();
        roundTrips(ends.left(), frame, MEASURED);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        ends.left().close();
        echo.join();
        return bytes / MEASURED;
    }

    private static void roundTrips(DirectChannel channel, ByteBuffer frame, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            frame.clear();
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
            frame.clear();
            while (frame.hasRemaining()) {
                if (channel.read(frame) == 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static void echo(DirectChannel channel) {
        ByteBuffer frame = ByteBuffer.allocateDirect(FRAME);
        try {
            while (true) {
                int length = channel.read(frame.clear());
                if (length < 0) {
                    return;
                }
                frame.flip();
                while (frame.hasRemaining()) {
                    channel.write(frame);
                }
                if (length == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (IOException e) {
            return; // the other end was closed
        }
    }
}
