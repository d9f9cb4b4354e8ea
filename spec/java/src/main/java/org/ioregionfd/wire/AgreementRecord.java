// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The record: an agreement in 32 bytes, for migration, and for a VMM that negotiates and hands the result to a kernel.
 *
 * <pre>
 * byte  0               4       5       6       7       8       10      12      16              24      28    31
 *      +---------------+-------+-------+-------+-------+-------+-------+-------+---------------+-------+-------+
 *      | I   O   R   H |   9   |   0   |format |layout |version| max_i.|   0   |   features    |   0   |digest |
 *      +---------------+-------+-------+-------+-------+-------+-------+-------+---------------+-------+-------+
 * </pre>
 */
public final class AgreementRecord {
    private static final int FORMAT = 2;
    private static final int LAYOUT_NONE = 0;
    private static final int DIGEST_OFFSET = 28;

    private AgreementRecord() {}

    /** Appends the record of an agreement. */
    public static void encode(Agreement agreement, ByteBuf out) {
        int index = out.writerIndex();
        out.writeZero(Frame.LENGTH);
        Frame.setMarker(out, index, FrameKind.RECORD);
        out.setByte(index + 6, FORMAT);
        out.setByte(index + 7, agreement.layout().code());
        out.setShortLE(index + 8, agreement.version().number());
        out.setShortLE(index + 10, agreement.maxInflight());
        out.setLongLE(index + 16, agreement.features().bits());
        out.setIntLE(index + DIGEST_OFFSET, digest(out, index));
    }

    /**
     * The agreement in the record at {@code index}, of which 32 bytes must be there; empty where marker, kind, format,
     * layout, reserved bytes or digest are wrong, or where no such agreement can exist [REC-003].
     */
    public static Optional<Agreement> decode(ByteBuf buffer, int index) {
        boolean framed = Frame.hasMarkerAt(buffer, index)
                && buffer.getUnsignedByte(index + 4) == FrameKind.RECORD.code()
                && buffer.getByte(index + 5) == 0
                && buffer.getUnsignedByte(index + 6) == FORMAT
                && buffer.getIntLE(index + 12) == 0
                && buffer.getIntLE(index + 24) == 0
                && buffer.getIntLE(index + DIGEST_OFFSET) == digest(buffer, index);
        if (!framed) {
            return Optional.empty();
        }
        Optional<ProtocolVersion> version = ProtocolVersion.of(buffer.getUnsignedShortLE(index + 8));
        int layoutCode = buffer.getUnsignedByte(index + 7);
        int maxInflight = buffer.getUnsignedShortLE(index + 10);
        FeatureSet features = new FeatureSet(buffer.getLongLE(index + 16));
        return version.flatMap(v -> layout(layoutCode, v).map(l -> new Terms(v, features, maxInflight, l)))
                .filter(Terms::arePossible)
                .map(Terms::agreement);
    }

    /** The layout with that code; 0 says nothing, which is enough where the version has no use for a layout. */
    private static Optional<Layout> layout(int code, ProtocolVersion version) {
        if (code == LAYOUT_NONE && version != ProtocolVersion.LEGACY) {
            return Optional.of(Layout.INFO_WORD);
        }
        for (Layout layout : Layout.values()) {
            if (layout.code() == code) {
                return Optional.of(layout);
            }
        }
        return Optional.empty();
    }

    private static int digest(ByteBuf buffer, int index) {
        byte[] covered = new byte[DIGEST_OFFSET];
        buffer.getBytes(index, covered);
        CRC32C crc = new CRC32C();
        crc.update(covered);
        return (int) crc.getValue();
    }

    /** Fields that were read and may contradict each other. */
    private record Terms(ProtocolVersion version, FeatureSet features, int maxInflight, Layout layout) {
        boolean arePossible() {
            return maxInflight >= 1
                    && maxInflight <= version.windowMax()
                    && features.without(FeatureSet.possibleWith(version)).isEmpty();
        }

        Agreement agreement() {
            return new Agreement(version, features, maxInflight, layout);
        }
    }
}
