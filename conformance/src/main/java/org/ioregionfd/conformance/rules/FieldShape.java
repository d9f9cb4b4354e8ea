// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * One field of a frame as the registry states it.
 *
 * @param name the registry's name; {@code reserved} and {@code padding} may occur more than once in a frame
 * @param offset first byte in the frame, 0..31
 * @param width in bytes, 1..24; more than 8 only where {@link #isZero()}
 * @param type the registry's type word: {@code u8}, {@code u16}, {@code u32}, {@code u64}, {@code bytes}, {@code zero}, ...
 * @param value the value that every frame of this shape has here, little-endian; empty where it varies
 * @param bits named runs of bits within the field, empty for most
 */
public record FieldShape(String name, int offset, int width, String type, OptionalLong value, List<BitShape> bits) {

    /** A named run of bits, bit 0 being the least significant of the field. */
    public record BitShape(String name, int first, int last) {
        long mask() {
            return (last - first == 63 ? -1L : (1L << (last - first + 1)) - 1) << first;
        }
    }

    public FieldShape {
        bits = List.copyOf(bits);
        if (offset < 0 || width < 1 || offset + width > Registry.FRAME_LENGTH) {
            throw new IllegalArgumentException("field " + name + " does not fit a frame");
        }
    }

    /** Whether a sender must put zero here. */
    public boolean isZero() {
        return type.equals("zero");
    }

    /** The field's value in {@code frame}, little-endian, zero-extended; width 8 at most. */
    public long read(byte[] frame) {
        requireNumber();
        long number = 0;
        for (int i = width - 1; i >= 0; i--) {
            number = number << 8 | (frame[offset + i] & 0xff);
        }
        return number;
    }

    /** Puts {@code number} into {@code frame}, little-endian; bits that the width cannot hold are refused. */
    public void write(byte[] frame, long number) {
        requireNumber();
        if (width < Long.BYTES && number >>> (8 * width) != 0) {
            throw new IllegalArgumentException("0x%x does not fit field %s".formatted(number, name));
        }
        for (int i = 0; i < width; i++) {
            frame[offset + i] = (byte) (number >>> (8 * i));
        }
    }

    /** The run of bits called {@code bitName}. */
    public BitShape bit(String bitName) {
        return bits.stream()
                .filter(bit -> bit.name().equals(bitName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("field " + name + " has no bits " + bitName));
    }

    String hex(byte[] frame) {
        return HexFormat.ofDelimiter(" ").formatHex(frame, offset, offset + width);
    }

    private void requireNumber() {
        if (width > Long.BYTES) {
            throw new IllegalArgumentException("field " + name + " is wider than a number");
        }
    }
}
