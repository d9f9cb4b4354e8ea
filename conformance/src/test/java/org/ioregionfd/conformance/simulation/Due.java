// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

/** A frame that a device side has to send now. */
final class Due {
    /** Where among the frames that the same frame of K's has set free. */
    enum Place {
        IN_ORDER,
        /** With OUT_OF_ORDER. */
        ANYWHERE,
        /** Behind all that stand before it: a FENCE [FEA-001]. */
        LAST
    }

    final byte[] frame;
    /** A number for the frame of K's that set it free: whatever that sets free comes before what the next one does. */
    final int cause;

    final Place place;

    Due(byte[] frame, int cause, Place place) {
        this.frame = frame;
        this.cause = cause;
        this.place = place;
    }
}
