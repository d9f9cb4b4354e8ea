// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.util.Optional;

/** A peer under test, between and around checks. Confined to the thread that runs the checks. */
public interface UnderTest {
    /**
     * Reaches the peer; starts it if that is the suite's task.
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

    /**
     * Checks whether the peer begins a handshake as it must; waits as for the first one. Returns what is wrong, explained; empty
     * if nothing is.
     */
    Optional<Violation> signOfLife();

    /**
     * Starts a peer whose process has ended in its first handshake again, and requires that it stays while nobody asks it
     * anything.
     *
     * @throws NotAttached if it does not: it ends by itself, and not because of the handshake
     */
    default void requireStay() throws NotAttached {}

    /** How the peer has died since the last call, if the suite has started it; empty if it has not died. */
    Optional<String> death();

    /**
     * The running check or try has just failed with {@code violation}: adds to it what its frames do not show. True if the
     * peer's process has ended.
     */
    boolean explain(Violation violation);

    /** Why nothing can be judged of a peer that was started like this; empty while it can. */
    default Optional<String> misfit() {
        return Optional.empty();
    }

    /** Closes what the check has opened. */
    void end();

    /**
     * Asks for a sign of life after a check in which the peer was silent or gone; restarts it if possible.
     *
     * @throws NotAttached if it is lost for the rest of the run
     */
    void revive() throws NotAttached;

    /** Takes note that a wait of a check, whose failure nobody knew of, was for nothing. */
    void keptSilent();
}
