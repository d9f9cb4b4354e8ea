// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * SELECT, from K: one version, a subset of the features, a window.
 *
 * <pre>
 * byte  0       1       2               6       7       8       10      12      16              24      28    31
 *      +-------+-------+---------------+-------+-------+-------+-------+-------+---------------+-------+-------+
 *      | 0x0F  |   0   | I   O   R   H |   3   |   0   |version| max_i.|   0   |   features    |   0   |digest |
 *      +-------+-------+---------------+-------+-------+-------+-------+-------+---------------+-------+-------+
 * </pre>
 *
 * @param version u16: a number, since a peer may send any
 * @param maxInflight u16
 * @param features may hold bits that were never offered
 * @param digest u32, over HELLO, OFFER, SELECT [DIG-001]
 */
public record Select(int version, int maxInflight, FeatureSet features, int digest) implements HandshakeFrame {
    public Select {
        HandshakeFrame.requireU16(version, "version");
        HandshakeFrame.requireU16(maxInflight, "max_inflight");
    }

    @Override
    public FrameKind kind() {
        return FrameKind.SELECT;
    }
}
