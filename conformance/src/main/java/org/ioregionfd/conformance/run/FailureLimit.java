// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the checks of one subject that fail, until there are as many as the user wants to see. Thread-safe. */
final class FailureLimit {
    private final RunSettings settings;
    private final AtomicInteger failed = new AtomicInteger();

    FailureLimit(RunSettings settings) {
        this.settings = settings;
    }

    /** Counts a violation that the user does not know of. */
    void count(Result result) {
        if (result.isViolation() && !settings.known().lists(result.check())) {
            failed.incrementAndGet();
        }
    }

    /** Why no other check is run; empty while one is. */
    Optional<String> reached() {
        return failed.get() < settings.maxFailures()
                ? Optional.empty()
                : Optional.of("after --max-failures " + settings.maxFailures());
    }
}
