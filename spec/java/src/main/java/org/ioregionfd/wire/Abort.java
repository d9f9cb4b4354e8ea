// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * ABORT, from K: a reason; K closes.
 *
 * <pre>
 * byte  0       1       2               6       7       8       10              16              24            31
 *      +-------+-------+---------------+-------+-------+-------+---------------+---------------+---------------+
 *      | 0x0F  |   0   | I   O   R   H |   6   |   0   |reason |       0       |    detail     |       0       |
 *      +-------+-------+---------------+-------+-------+-------+---------------+---------------+---------------+
 * </pre>
 *
 * @param reasonCode u16: a number, since a peer may send any
 * @param detail u64, by reason
 */
public record Abort(int reasonCode, long detail) implements HandshakeFrame {
    public Abort {
        HandshakeFrame.requireU16(reasonCode, "reason");
    }

    public Abort(Reason reason, long detail) {
        this(reason.code(), detail);
    }

    @Override
    public FrameKind kind() {
        return FrameKind.ABORT;
    }

    /** "ABORT NO_COMMON_VERSION, detail 0x2: offered versions 1". */
    @Override
    public String toString() {
        return "ABORT " + Reason.inWords(reasonCode, detail);
    }
}
