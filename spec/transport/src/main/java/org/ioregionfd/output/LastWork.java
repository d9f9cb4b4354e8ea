// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import java.util.concurrent.TimeUnit;

/** What a program still does when a signal or its own exit ends it. */
public final class LastWork {
    /** With what the JVM does besides, a signal ends the program within 2 s, whatever blocks. */
    private static final long MAX_MILLIS = 1500;

    private LastWork() {}

    /** Does {@code work} at the end, then writes the rest of standard error, and waits no longer than that for both. */
    public static void add(String name, Runnable work) {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> doWithinBound(name, work), name + "-bound"));
        } catch (IllegalStateException e) {
            doWithinBound(name, work); // a signal came while the program started, and it ends already
        }
    }

    private static void doWithinBound(String name, Runnable work) {
        Thread worker = new Thread(
                () -> {
                    work.run();
                    System.err.close();
                },
                name);
        // the JVM does not wait for it
        worker.setDaemon(true);
        worker.start();
        try {
            TimeUnit.MILLISECONDS.timedJoin(worker, MAX_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
