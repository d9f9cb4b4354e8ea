// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.concurrent.TimeUnit;

/**
 * Lets other threads run for a moment before a thread sleeps. Where both peers share a processor, the answer is there after
 * that, for less than a sleep costs. Where others keep the processor busy it would take long, and is then left out for a while.
 *
 * <p>From any thread; threads that meet may only disturb the decision.
 */
public final class Glances {
    /** How often it yields before a sleep, at most: each costs half a microsecond if nobody else wants to run. */
    private static final int YIELDS = 3;

    /** A yield that took so long went to a thread that has nothing to do with the channel. */
    private static final long SLOW_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** How many sleeps begin without a yield after a slow one, so that it costs less than a hundredth of the time. */
    private static final int REST = 5000;

    private int rest;

    /** How often {@link #letOthersRun} may be called before this sleep. */
    public int begin() {
        if (rest > 0) {
            rest--;
            return 0;
        }
        return YIELDS;
    }

    /** Lets others run. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on it
    public void letOthersRun() {
        long before = System.nanoTime();
        Thread.yield();
        if (System.nanoTime() - before > SLOW_NANOS) {
            rest = REST;
        }
    }
}
