// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.FrameShape.FieldShape;

/** What a frame is bent to: each single bit, and each field to the values that are taken for right ones by mistake. */
final class WrongValues {
    private WrongValues() {}

    /** A change of a frame. Where it leaves the frame as it was there is nothing to see. */
    record Bend(String what, UnaryOperator<Frame> change) {
        Frame of(Frame right) {
            return change.apply(right);
        }

        @Override
        public String toString() {
            return what;
        }
    }

    /** A field with this value. */
    static Bend value(String field, long value) {
        return new Bend("%s 0x%x".formatted(field, value), frame -> frame.with(field, value));
    }

    /** A byte with this value. */
    static Bend at(int index, int value) {
        return new Bend("byte %d 0x%02x".formatted(index, value), frame -> Forge.withByte(frame, index, value));
    }

    /** Each bit of the bytes from {@code from} to {@code to}, which does not belong to them, inverted. */
    static List<Bend> bits(int from, int to) {
        List<Bend> bends = new ArrayList<>();
        for (int bit = Byte.SIZE * from; bit < Byte.SIZE * to; bit++) {
            bends.add(bit(bit));
        }
        return bends;
    }

    private static Bend bit(int bit) {
        return new Bend(
                "byte %d, bit %d inverted".formatted(bit / Byte.SIZE, bit % Byte.SIZE),
                frame -> Bends.turned(frame, bit));
    }

    /** A field at its edges: 0, 1, ones, one more and one less, its bytes and its halves swapped, and these {@code others}. */
    static List<Bend> edges(FieldShape field, long... others) {
        String name = field.name();
        long ones = ones(field.width());
        List<Bend> bends = new ArrayList<>(List.of(
                value(name, 0),
                value(name, 1),
                value(name, ones),
                value(name, ones >>> 1),
                value(name, ones ^ ones >>> 1),
                changed(field, "one more", right -> right + 1),
                changed(field, "one less", right -> right - 1),
                changed(field, "all bits inverted", right -> ~right),
                changed(
                        field,
                        "byte-swapped",
                        right -> Long.reverseBytes(right) >>> (Long.SIZE - Byte.SIZE * field.width())),
                changed(
                        field,
                        "with its halves swapped",
                        right -> (right << (4 * field.width())) | (right >>> (4 * field.width())))));
        Set<Long> known = new LinkedHashSet<>();
        LongStream.of(others).forEach(known::add);
        known.forEach(other -> bends.add(value(name, other & ones)));
        return bends;
    }

    private static Bend changed(FieldShape field, String how, UnaryOperator<Long> change) {
        return new Bend(
                field.name() + ' ' + how,
                frame -> frame.with(field.name(), change.apply(frame.get(field.name())) & ones(field.width())));
    }

    private static long ones(int width) {
        return width == Long.BYTES ? -1L : (1L << (Byte.SIZE * width)) - 1;
    }
}
