// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * A frame of the handshake. The constructors of the records refuse values that no such frame may have, with an
 * IllegalArgumentException: they are the caller's mistake. {@link HandshakeCodec} checks bytes from a peer before that.
 */
public sealed interface HandshakeFrame permits Hello, Offer, Select, Accept, Reject, Abort {
    /** The byte after the marker. */
    FrameKind kind();

    /** Refuses a number that does not fit an unsigned byte. */
    static void requireU8(int value, String field) {
        if (value < 0 || value > 0xFF) {
            throw new IllegalArgumentException(field + " is 0..255, not " + value);
        }
    }

    /** Refuses a number that does not fit an unsigned 16-bit field. */
    static void requireU16(int value, String field) {
        if (value < 0 || value > 0xFFFF) {
            throw new IllegalArgumentException(field + " is a u16, not " + value);
        }
    }
}
