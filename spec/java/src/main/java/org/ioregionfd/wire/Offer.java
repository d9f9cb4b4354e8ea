// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * OFFER, from D: the response to a HELLO, with what D supports in the bytes that a legacy KVM ignores.
 *
 * <pre>
 * byte  0               8               12      13      14      16              24      28    31
 *      +---------------+---------------+-------+-------+-------+---------------+-------+-------+
 *      |     value     | I   O   R   H |   2   | nonce | max_i.|   features    |versns.|   0   |
 *      +---------------+---------------+-------+-------+-------+---------------+-------+-------+
 * </pre>
 *
 * @param value u64, of the READ in the HELLO
 * @param maxInflight u16; 0 can be received, and is answered with ABORT BAD_WINDOW [OFR-012]
 * @param features may hold bits that nobody knows
 * @param versions may hold bits that nobody knows
 * @param nonce 0..255, the HELLO's
 * @param reserved u32, bytes 28..31: D sets them to zero, and K only shows them [OFR-011]
 */
public record Offer(long value, int maxInflight, FeatureSet features, VersionSet versions, int nonce, int reserved)
        implements HandshakeFrame {
    public Offer {
        HandshakeFrame.requireU16(maxInflight, "max_inflight");
        HandshakeFrame.requireU8(nonce, "nonce");
    }

    /** As D sends it. */
    public Offer(long value, int maxInflight, FeatureSet features, VersionSet versions, int nonce) {
        this(value, maxInflight, features, versions, nonce, 0);
    }

    @Override
    public FrameKind kind() {
        return FrameKind.OFFER;
    }
}
