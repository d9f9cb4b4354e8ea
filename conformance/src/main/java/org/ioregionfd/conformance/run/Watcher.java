// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

/** Is told how a run goes on. Called from the threads that run the checks, of which there may be several at a time. */
public interface Watcher {
    /** Nobody looks. */
    Watcher NONE = new Watcher() {
        @Override
        public void begins(Check check) {}

        @Override
        public void ends(Result result) {}
    };

    /** A check begins, for the first time or again. */
    void begins(Check check);

    /** A check has run for the first time. */
    void ends(Result result);
}
