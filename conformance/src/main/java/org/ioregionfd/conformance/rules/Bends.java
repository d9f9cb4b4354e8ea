// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.ioregionfd.conformance.rules.FrameShape.FieldShape;

/** Frames that differ from a given one in as little as can be: in one bit, or in one field that stands at an edge. */
public final class Bends {
    private static final Registry REGISTRY = Registry.standard();

    private Bends() {}

    /** {@code frame} with one bit turned, counted from bit 0 of byte 0 on. */
    public static Frame turned(Frame frame, int bit) {
        return Forge.withByte(frame, bit / Byte.SIZE, frame.at(bit / Byte.SIZE) ^ 1 << bit % Byte.SIZE);
    }

    /** Each frame that differs from {@code frame} in one bit: 256 of them. */
    public static List<Frame> everyBit(Frame frame) {
        return IntStream.range(0, Registry.FRAME_LENGTH * Byte.SIZE)
                .mapToObj(bit -> turned(frame, bit))
                .toList();
    }

    /** The same for the bits of the one field called {@code field}. */
    public static List<Frame> everyBit(Frame frame, String field) {
        FieldShape shape = frame.shape().field(field);
        return IntStream.range(shape.offset() * Byte.SIZE, (shape.offset() + shape.width()) * Byte.SIZE)
                .mapToObj(bit -> turned(frame, bit))
                .toList();
    }

    /** The same for the bits of the bytes that have to be zero. MRK-002 */
    public static List<Frame> everyReservedBit(Frame frame) {
        return frame.shape().reservedBytes().stream()
                .flatMap(index -> IntStream.range(0, Byte.SIZE).mapToObj(bit -> turned(frame, index * Byte.SIZE + bit)))
                .toList();
    }

    /** The same for the bits of the marker, where K puts it. MRK-001 */
    public static List<Frame> everyBitOfTheMarker(Frame frame) {
        int first = REGISTRY.markerOffset(Sender.K) * Byte.SIZE;
        return IntStream.range(first, first + REGISTRY.marker().length * Byte.SIZE)
                .mapToObj(bit -> turned(frame, bit))
                .toList();
    }

    /**
     * {@code frame} with the field called {@code field} at each of its edges: 0, 1, all ones, its highest bit, its own bytes in
     * the other order, one more, one less, and each of {@code others}, cut to the field. The value that it has is left out.
     */
    public static List<Frame> edges(Frame frame, String field, long... others) {
        FieldShape shape = frame.shape().field(field);
        long mask = shape.width() == Long.BYTES ? -1L : (1L << (shape.width() * Byte.SIZE)) - 1;
        long value = frame.get(field);
        Set<Long> values = new LinkedHashSet<>(List.of(
                0L,
                1L,
                mask,
                mask ^ mask >>> 1,
                Long.reverseBytes(value) >>> (Long.SIZE - shape.width() * Byte.SIZE),
                value + 1 & mask,
                value - 1 & mask));
        LongStream.of(others).map(other -> other & mask).forEach(values::add);
        values.remove(value);
        List<Frame> edges = new ArrayList<>();
        values.forEach(edge -> edges.add(frame.with(field, edge)));
        return edges;
    }
}
