// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The form of one kind of 32-byte frame, as the registry states it.
 *
 * @param name the registry's name: {@code HELLO}, {@code RESPONSE_TAGGED}, ...
 * @param kind the kind byte of a marked frame; empty for commands and responses
 * @param fields all 32 bytes, in order
 */
public record FrameShape(String name, OptionalInt kind, List<FieldShape> fields) {
    private static final String UNKNOWN_KIND = "of the unknown kind 0x%02x";

    public FrameShape {
        fields = List.copyOf(fields);
        int end = 0;
        for (FieldShape field : fields) {
            if (field.offset() != end) {
                throw new IllegalArgumentException(name + ": no field begins at byte " + end);
            }
            end += field.width();
        }
        if (end != Registry.FRAME_LENGTH) {
            throw new IllegalArgumentException(name + ": the fields cover " + end + " bytes");
        }
    }

    /** A marked frame of a kind that the registry does not give; only its kind is known. */
    public static FrameShape ofUnknownKind(int kind) {
        return new FrameShape(
                UNKNOWN_KIND.formatted(kind),
                OptionalInt.of(kind),
                IntStream.range(0, Registry.FRAME_LENGTH / Long.BYTES)
                        .mapToObj(index -> new FieldShape(
                                "bytes", index * Long.BYTES, Long.BYTES, "u64", OptionalLong.empty(), List.of()))
                        .toList());
    }

    /** Whether it is one of these. */
    public boolean isOfUnknownKind() {
        return kind.isPresent() && name.equals(UNKNOWN_KIND.formatted(kind.getAsInt()));
    }

    /** The one field called {@code fieldName}; a name of no field or of several fields is an error of the caller. */
    public FieldShape field(String fieldName) {
        return find(fieldName)
                .orElseThrow(() -> new IllegalArgumentException(name + " has not one field called " + fieldName));
    }

    /** The field called {@code fieldName}, if there is exactly one. */
    public Optional<FieldShape> find(String fieldName) {
        // A loop and not a stream, because the simulation looks up fields of every frame by name.
        Optional<FieldShape> found = Optional.empty();
        for (FieldShape field : fields) {
            if (field.name().equals(fieldName)) {
                if (found.isPresent()) {
                    return Optional.empty();
                }
                found = Optional.of(field);
            }
        }
        return found;
    }

    /** A frame of this shape with its constants in place and zero elsewhere. */
    public Frame blank() {
        byte[] bytes = new byte[Registry.FRAME_LENGTH];
        for (FieldShape field : fields) {
            field.value().ifPresent(value -> field.write(bytes, value));
        }
        return new Frame(this, bytes);
    }

    /** The bytes that a sender must leave zero, ascending. MRK-002 */
    public List<Integer> reservedBytes() {
        return fields.stream()
                .filter(FieldShape::isZero)
                .flatMap(field -> IntStream.range(field.offset(), field.offset() + field.width())
                        .boxed())
                .toList();
    }

    /**
     * Everything in {@code bytes} that a sender of this shape must not send: constants that differ, and bytes that must be
     * zero.
     *
     * @return one plain sentence per fault, in the order of the bytes; empty if there is none
     */
    public List<String> faults(byte[] bytes) {
        List<String> faults = new ArrayList<>();
        for (FieldShape field : fields) {
            if (field.isZero()) {
                for (int i = field.offset(); i < field.offset() + field.width(); i++) {
                    if (bytes[i] != 0) {
                        faults.add("byte %d is 0x%02x, not zero".formatted(i, bytes[i] & 0xff));
                    }
                }
            } else if (field.value().isPresent()
                    && field.read(bytes) != field.value().getAsLong()) {
                faults.add("%s at byte %d is %s".formatted(field.name(), field.offset(), field.hex(bytes)));
            }
        }
        return faults;
    }

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
            return number(frame, offset, width);
        }

        /** The little-endian number in {@code width} of the {@code bytes} from {@code offset} on. */
        static long number(byte[] bytes, int offset, int width) {
            long number = 0;
            for (int i = width - 1; i >= 0; i--) {
                number = number << 8 | (bytes[offset + i] & 0xff);
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
}
