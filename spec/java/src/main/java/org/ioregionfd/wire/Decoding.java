// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/** The result of decoding a marked frame. Bad bytes never throw. */
public sealed interface Decoding {
    /** The frame is valid for its kind. */
    record Decoded(HandshakeFrame frame) implements Decoding {}

    /**
     * Too few bytes to say.
     *
     * @param missing how many more bytes make a frame, 1..32
     */
    record NeedMore(int missing) implements Decoding {}

    /** The frame is not valid for its kind. */
    record Malformed(Violation violation) implements Decoding {}
}
