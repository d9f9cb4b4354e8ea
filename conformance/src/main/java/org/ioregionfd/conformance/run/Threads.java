// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ioregionfd.conformance.peer.NotAttached;

/** Threads that run checks. They do not keep the program from ending. */
final class Threads {
    private Threads() {}

    static ExecutorService pool(int size) {
        return Executors.newFixedThreadPool(size, task -> {
            Thread thread = new Thread(task, "checks");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What the work gives, or throws. */
    static <T> T await(Future<T> work) throws NotAttached, SuiteFault {
        try {
            return work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotAttached lost) {
                throw lost;
            }
            if (e.getCause() instanceof SuiteFault fault) {
                throw fault;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SuiteFault(SuiteFault.Kind.BROKEN, "the run was interrupted");
        }
    }
}
