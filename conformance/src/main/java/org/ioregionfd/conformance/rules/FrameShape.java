// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The form of one kind of 32-byte frame, as the registry states it.
 *
 * @param name the registry's name: {@code HELLO}, {@code RESPONSE_TAGGED}, ...
 * @param kind the kind byte of a marked frame; empty for commands and responses
 * @param fields all 32 bytes, in order
 */
public record FrameShape(String name, OptionalInt kind, List<FieldShape> fields) {

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

    /** The one field called {@code fieldName}; a name that is absent or stands for several is an error of the caller. */
    public FieldShape field(String fieldName) {
        List<FieldShape> found =
                fields.stream().filter(f -> f.name().equals(fieldName)).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(name + " has " + found.size() + " fields called " + fieldName);
        }
        return found.get(0);
    }

    /** The field called {@code fieldName}, if there is exactly one. */
    public Optional<FieldShape> find(String fieldName) {
        List<FieldShape> found =
                fields.stream().filter(f -> f.name().equals(fieldName)).toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
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
     * What in {@code bytes} a sender of this shape may not have sent: constants that differ, and bytes that must be zero.
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
}
