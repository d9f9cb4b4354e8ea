// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.Arrays;
import org.ioregionfd.conformance.rules.FrameShape.FieldShape;

/** 32 bytes read as one {@link FrameShape}. Immutable; nothing says that the bytes are legal for the shape. */
public final class Frame {
    private final FrameShape shape;
    private final byte[] bytes;

    /** Copies {@code bytes}, which are exactly 32. */
    public Frame(FrameShape shape, byte[] bytes) {
        if (bytes.length != Registry.FRAME_LENGTH) {
            throw new IllegalArgumentException("a frame has 32 bytes, not " + bytes.length);
        }
        this.shape = shape;
        this.bytes = bytes.clone();
    }

    /** The shape that these bytes are read as. */
    public FrameShape shape() {
        return shape;
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The byte at {@code index}, 0..255. */
    public int at(int index) {
        return bytes[index] & 0xff;
    }

    /** The value of the one field called {@code field}, little-endian, zero-extended to 64 bits. */
    public long get(String field) {
        return shape.field(field).read(bytes);
    }

    /** The value of the bits called {@code bitName} in {@code field}. */
    public long get(String field, String bitName) {
        FieldShape shapeOfField = shape.field(field);
        FieldShape.BitShape bit = shapeOfField.bit(bitName);
        return (shapeOfField.read(bytes) & bit.mask()) >>> bit.first();
    }

    /** The same bytes but for the one field called {@code field}. */
    public Frame with(String field, long value) {
        byte[] bent = bytes.clone();
        shape.field(field).write(bent, value);
        return new Frame(shape, bent);
    }

    /** The same bytes but for the bits called {@code bitName} in {@code field}. */
    public Frame with(String field, String bitName, long value) {
        FieldShape shapeOfField = shape.field(field);
        FieldShape.BitShape bit = shapeOfField.bit(bitName);
        long shifted = value << bit.first();
        if ((shifted & ~bit.mask()) != 0) {
            throw new IllegalArgumentException("0x%x does not fit bits %s".formatted(value, bitName));
        }
        return with(field, (shapeOfField.read(bytes) & ~bit.mask()) | shifted);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame frame && Arrays.equals(bytes, frame.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexDump.of(this);
    }
}
