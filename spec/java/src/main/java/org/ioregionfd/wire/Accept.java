// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * ACCEPT, from D: the SELECT back.
 *
 * <pre>
 * byte  0               8               12      13      14      16              24      26      28    31
 *      +---------------+---------------+-------+-------+-------+---------------+-------+-------+-------+
 *      |       0       | I   O   R   H |   4   |   0   | max_i.|   features    |version|   0   |digest |
 *      +---------------+---------------+-------+-------+-------+---------------+-------+-------+-------+
 * </pre>
 *
 * @param version u16, as in SELECT
 * @param maxInflight u16, as in SELECT
 * @param features as in SELECT
 * @param digest u32, over HELLO, OFFER, SELECT, ACCEPT [DIG-002]
 */
public record Accept(int version, int maxInflight, FeatureSet features, int digest) implements HandshakeFrame {
    public Accept {
        HandshakeFrame.requireU16(version, "version");
        HandshakeFrame.requireU16(maxInflight, "max_inflight");
    }

    @Override
    public FrameKind kind() {
        return FrameKind.ACCEPT;
    }
}
