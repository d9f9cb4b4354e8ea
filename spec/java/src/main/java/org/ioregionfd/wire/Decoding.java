// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/** What decoding a marked frame came to. Bad bytes never throw. */
public sealed interface Decoding {
    /** The frame is what it claims to be. */
    record Decoded(HandshakeFrame frame) implements Decoding {}

    /**
     * Too few bytes to say.
     *
     * @param missing how many more bytes make a frame, 1..32
     */
    record NeedMore(int missing) implements Decoding {}

    /** The frame is not what a frame of its kind may be. */
    record Malformed(Violation violation) implements Decoding {}
}
