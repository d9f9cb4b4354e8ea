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

    /** So many slow yields in a row are no accident: a virtual processor also stands still now and then. */
    private static final int SLOW_ONES = 3;

    /** How many sleeps begin without a yield after them, so that they cost a few hundredths of the time at most. */
    private static final int REST = 5000;

    /** The same after yields that brought nothing, which cost less than a sleep. */
    private static final int REST_AFTER_NOTHING = 16;

    private int slowOnes;
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
        slowOnes = System.nanoTime() - before > SLOW_NANOS ? slowOnes + 1 : 0;
        if (slowOnes == SLOW_ONES) {
            slowOnes = 0;
            rest = REST;
        }
    }

    /** The yields before this sleep were in vain. */
    public void foundNothing() {
        rest = Math.max(rest, REST_AFTER_NOTHING);
    }
}
