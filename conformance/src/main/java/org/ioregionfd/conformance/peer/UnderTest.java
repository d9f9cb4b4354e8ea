// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.util.Optional;

/** A peer under test, between and around checks. Confined to the thread that runs the checks. */
public interface UnderTest {
    /**
     * Reaches the peer; starts it where the suite has to.
     *
     * @throws NotAttached if it cannot be reached
     */
    void attach() throws NotAttached;

    /**
     * Begins a check, or one try of a property, with a peer that runs: random numbers start anew from {@code seed}.
     *
     * @throws NotAttached if the peer is gone and cannot be brought back
     */
    void begin(long seed) throws NotAttached;

    /** Looks whether the peer begins a handshake as it must; waits as for the first one. Says what is wrong, empty if nothing is. */
    Optional<String> signOfLife();

    /** How the peer has died since this was last asked, where the suite has started it; empty if it has not. */
    Optional<String> death();

    /**
     * Adds to {@code violation}, with which the running check or try has just failed, what its frames do not show. True if the
     * peer's process has ended.
     */
    boolean explain(Violation violation);

    /** Closes what the check has opened. */
    void end();

    /**
     * Asks for a sign of life after a check in which the peer kept silent or was gone; brings it back where that can be done.
     *
     * @throws NotAttached if it is lost for the rest of the run
     */
    void revive() throws NotAttached;
}
