// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** When another thread has come to its required place. */
final class Threads {
    private static final long WAIT_MAX_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Selectors, Netty's epoll, and reads and writes that sleep themselves where no interrupt comes. */
    private static final Set<String> WAITS =
            Set.of("wait", "epollWait", "epollWait0", "epollWait1", "read0", "write0", "accept0");

    private Threads() {}

    /** Waits until a thread is in one of the waits of this package, and stays in it for a while. */
    static void awaitSleepInKernel(Thread thread) {
        long deadlineNanos = System.nanoTime() + WAIT_MAX_NANOS;
        int seen = 0;
        while (seen < 20) {
            if (System.nanoTime() > deadlineNanos) {
                fail("does not sleep: " + Arrays.toString(thread.getStackTrace()));
            }
            seen = waits(thread) ? seen + 1 : 0;
            Thread.onSpinWait();
        }
    }

    private static boolean waits(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0 && stack[0].isNativeMethod() && WAITS.contains(stack[0].getMethodName());
    }
}
