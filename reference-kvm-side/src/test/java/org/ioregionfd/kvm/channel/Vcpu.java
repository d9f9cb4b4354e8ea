// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A thread that makes calls and reports their results. */
final class Vcpu {
    private final FutureTask<Long> task;
    private final Thread thread;

    private volatile boolean interruptedAtTheEnd;

    private Vcpu(Callable<? extends Number> calls) {
        task = new FutureTask<>(() -> {
            try {
                return calls.call().longValue();
            } finally {
                interruptedAtTheEnd = Thread.currentThread().isInterrupted();
            }
        });
        thread = new Thread(task, "vcpu");
        thread.setDaemon(true);
    }

    static Vcpu start(Callable<? extends Number> calls) {
        Vcpu vcpu = new Vcpu(calls);
        vcpu.thread.start();
        return vcpu;
    }

    void interrupt() {
        thread.interrupt();
    }

    boolean hasEnded() {
        return task.isDone();
    }

    /** The results of the calls, or the exception that ended them. */
    long value() throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Whether its thread was interrupted when the calls had ended. */
    boolean wasInterruptedAtTheEnd() throws InterruptedException {
        thread.join();
        return interruptedAtTheEnd;
    }
}
