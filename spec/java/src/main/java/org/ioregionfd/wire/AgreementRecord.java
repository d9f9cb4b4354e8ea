// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
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

    private AgreementRecord() {}

    /** Appends the record of an agreement. */
    public static void encode(Agreement agreement, ByteBuf out) {
        int index = out.writerIndex();
        out.writeZero(Frame.LENGTH);
        Frame.setMarker(out, index, FrameKind.RECORD);
        out.setByte(index + Fields.RECORD_FORMAT, FORMAT);
        out.setByte(index + Fields.RECORD_LAYOUT, agreement.layout().code());
        out.setShortLE(index + Fields.RECORD_VERSION, agreement.version().number());
        out.setShortLE(index + Fields.RECORD_MAX_INFLIGHT, agreement.maxInflight());
        out.setLongLE(index + Fields.RECORD_FEATURES, agreement.features().bits());
        out.setIntLE(index + Fields.RECORD_DIGEST, digest(out, index));
    }

    /**
     * The agreement in the record at {@code index}, of which 32 bytes must be there; empty where marker, kind, format,
     * layout, reserved bytes or digest are wrong, or where no such agreement can exist [REC-003].
     */
    public static Optional<Agreement> decode(ByteBuf buffer, int index) {
        boolean framed = Frame.hasMarkerAt(buffer, index)
                && buffer.getUnsignedByte(index + Fields.RECORD_KIND) == FrameKind.RECORD.code()
                && buffer.getUnsignedByte(index + Fields.RECORD_FORMAT) == FORMAT
                && Frame.firstNonZero(buffer, index, Fields.RECORD_RESERVED) < 0
                && buffer.getIntLE(index + Fields.RECORD_DIGEST) == digest(buffer, index);
        if (!framed) {
            return Optional.empty();
        }
        Optional<ProtocolVersion> version =
                ProtocolVersion.of(buffer.getUnsignedShortLE(index + Fields.RECORD_VERSION));
        int layoutCode = buffer.getUnsignedByte(index + Fields.RECORD_LAYOUT);
        int maxInflight = buffer.getUnsignedShortLE(index + Fields.RECORD_MAX_INFLIGHT);
        FeatureSet features = new FeatureSet(buffer.getLongLE(index + Fields.RECORD_FEATURES));
        return version.filter(v -> canExist(v, features, maxInflight))
                .flatMap(v -> layout(layoutCode, v).map(layout -> new Agreement(v, features, maxInflight, layout)));
    }

    /** The layout with that code. The code 0 names no layout, and is allowed where the version needs none. */
    private static Optional<Layout> layout(int code, ProtocolVersion version) {
        if (code == LAYOUT_NONE && version != ProtocolVersion.LEGACY) {
            return Optional.of(Layout.INFO_WORD);
        }
        return Arrays.stream(Layout.values())
                .filter(layout -> layout.code() == code)
                .findFirst();
    }

    private static int digest(ByteBuf buffer, int index) {
        byte[] covered = new byte[Fields.RECORD_DIGEST];
        buffer.getBytes(index, covered);
        CRC32C crc = new CRC32C();
        crc.update(covered);
        return (int) crc.getValue();
    }

    private static boolean canExist(ProtocolVersion version, FeatureSet features, int maxInflight) {
        return maxInflight >= 1
                && maxInflight <= version.windowMax()
                && features.without(FeatureSet.possibleWith(version)).isEmpty();
    }
}
