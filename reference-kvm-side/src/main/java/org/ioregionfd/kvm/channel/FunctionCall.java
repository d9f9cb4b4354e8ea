// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import org.jspecify.annotations.Nullable;

/** A call for which no thread waits: a function is called at each end. */
abstract non-sealed class FunctionCall extends Call {
    /** The one that ended next, in the list of those whose functions are to be called. */
    @Nullable
    FunctionCall endedNext;

    /** The function. */
    abstract void ended();

    /** Calls it. What it throws goes where uncaught exceptions of the thread go. */
    final void callBack() {
        try {
            ended();
        } catch (RuntimeException | Error e) {
            report(e);
        }
    }

    private static void report(Throwable thrown) {
        try {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (RuntimeException | Error e) {
            return; // as where a thread ends
        }
    }
}
