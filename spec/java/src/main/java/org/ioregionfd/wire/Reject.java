// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * REJECT, from D: a reason; D closes.
 *
 * <pre>
 * byte  0               8               12      13      14      16              24            31
 *      +---------------+---------------+-------+-------+-------+---------------+---------------+
 *      |       0       | I   O   R   H |   5   |   0   |reason |    detail     |       0       |
 *      +---------------+---------------+-------+-------+-------+---------------+---------------+
 * </pre>
 *
 * @param reasonCode u16: a number, since a peer may send any [REJ-002]
 * @param detail u64, by reason
 */
public record Reject(int reasonCode, long detail) implements HandshakeFrame {
    public Reject {
        HandshakeFrame.requireU16(reasonCode, "reason");
    }

    public Reject(Reason reason, long detail) {
        this(reason.code(), detail);
    }

    @Override
    public FrameKind kind() {
        return FrameKind.REJECT;
    }

    /** "REJECT VERSION_NOT_OFFERED, detail 0x3: version 3". */
    @Override
    public String toString() {
        return "REJECT " + Reason.inWords(reasonCode, detail);
    }
}
