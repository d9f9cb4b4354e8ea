// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

/** A peer under test, between and around checks. Confined to the thread that runs the checks. */
public interface UnderTest {
    /**
     * Prepares for a check, or for one try of a property: random numbers start anew from {@code seed}.
     *
     * @throws NotAttached if the peer is gone and cannot be brought back
     */
    void begin(long seed) throws NotAttached;

    /** Closes what the check has opened. */
    void end();

    /**
     * Asks for a sign of life after a check in which the peer kept silent or was gone; brings it back where that can be done.
     *
     * @throws NotAttached if it is lost for the rest of the run
     */
    void revive() throws NotAttached;
}
