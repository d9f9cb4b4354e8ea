// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * OFFER, from D: the response to a HELLO, with what D supports in the bytes that a legacy KVM ignores.
 *
 * <pre>
 * byte  0               8                       13      14      16              24      28    31
 *      +---------------+-----------------------+-------+-------+---------------+-------+-------+
 *      |     value     |  I   O   R   H   S    |   2   | max_i.|   features    |versns.| nonce |
 *      +---------------+-----------------------+-------+-------+---------------+-------+-------+
 * </pre>
 *
 * @param value u64, of the READ that the HELLO was
 * @param maxInflight u16; 0 can be received, and is answered with ABORT BAD_WINDOW [OFR-012]
 * @param features may hold bits that nobody knows
 * @param versions may hold bits that nobody knows
 * @param nonce u32, the HELLO's
 */
public record Offer(long value, int maxInflight, FeatureSet features, VersionSet versions, int nonce)
        implements HandshakeFrame {
    public Offer {
        HandshakeFrame.requireU16(maxInflight, "max_inflight");
    }

    @Override
    public FrameKind kind() {
        return FrameKind.OFFER;
    }
}
