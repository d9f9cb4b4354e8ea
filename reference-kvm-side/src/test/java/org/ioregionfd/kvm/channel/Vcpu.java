// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A thread that makes calls and tells what they came to. */
final class Vcpu {
    private final FutureTask<Result> task;
    private final Thread thread;

    /** What came of it, and whether the thread was interrupted then. */
    private record Result(long value, Interruption interruption) {}

    private enum Interruption {
        INTERRUPTED,
        NONE
    }

    /** A call's failure, and the state of its thread. */
    private static final class Interrupted extends Exception {
        private static final long serialVersionUID = 1L;

        Interrupted(Exception cause) {
            super(cause);
        }
    }

    private Vcpu(Callable<? extends Number> calls) {
        task = new FutureTask<>(() -> {
            try {
                return new Result(calls.call().longValue(), interruption());
            } catch (Exception e) {
                throw interruption() == Interruption.INTERRUPTED ? new Interrupted(e) : e;
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

    /** What the calls came to, or the exception that ended them. */
    long value() throws Exception {
        try {
            return task.get().value();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof Interrupted interrupted ? interrupted.getCause() : e.getCause();
            throw cause instanceof Exception exception ? exception : e;
        }
    }

    /** Whether its thread was interrupted when the calls had ended. */
    boolean wasInterruptedAtTheEnd() throws InterruptedException {
        try {
            return task.get().interruption() == Interruption.INTERRUPTED;
        } catch (ExecutionException e) {
            return e.getCause() instanceof Interrupted;
        }
    }

    private static Interruption interruption() {
        return Thread.currentThread().isInterrupted() ? Interruption.INTERRUPTED : Interruption.NONE;
    }
}
