// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ioregionfd.conformance.rules.FrameShape.FieldShape;

/** Frames as text: one line per field with its first byte, its bytes, its name and its meaning. */
public final class HexDump {
    /** A byte in hex and the space behind it. */
    private static final int HEX_WIDTH = 3;

    private static final int HEX_COLUMN = 8 * HEX_WIDTH;
    private static final int NAME_COLUMN = 14;

    private HexDump() {}

    /**
     * One field of a frame in words.
     *
     * @param offset its first byte in the frame
     * @param hex its bytes, with spaces between them
     * @param meaning its meaning in words; may be empty
     */
    public record Field(int offset, String hex, String name, String meaning) {}

    /** {@code frame} field by field. */
    public static List<Field> fields(Frame frame) {
        byte[] bytes = frame.bytes();
        return frame.shape().fields().stream()
                .map(field -> new Field(
                        field.offset(), field.hex(bytes), field.name(), meaning(field, bytes) + register(frame, field)))
                .toList();
    }

    /** {@code frame} field by field, lines separated by a newline, none at the end. */
    public static String of(Frame frame) {
        List<String> lines = new ArrayList<>();
        for (Field field : fields(frame)) {
            for (int from = 0; from < field.hex().length(); from += HEX_COLUMN) {
                int to = Math.min(field.hex().length(), from + HEX_COLUMN - 1);
                boolean first = from == 0;
                lines.add("%3d  %s %s %s"
                        .formatted(
                                field.offset() + from / HEX_WIDTH,
                                pad(field.hex().substring(from, to), HEX_COLUMN),
                                pad(first ? field.name() : "", NAME_COLUMN),
                                first ? field.meaning() : "")
                        .stripTrailing());
            }
        }
        return String.join("\n", lines);
    }

    /** Bytes that are not a whole frame. */
    public static String ofFragment(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    /** The name of the register that a command of a device under test is for. */
    private static String register(Frame frame, FieldShape field) {
        return field.name().equals("offset")
                ? AnnexDevice.nameOf(frame.get("user_data"), frame.get("offset"))
                        .map(name -> " " + name)
                        .orElse("")
                : "";
    }

    private static String meaning(FieldShape field, byte[] bytes) {
        if (field.isZero()) {
            return meaningOfZero(field, bytes);
        }
        long value = field.read(bytes);
        if (!field.bits().isEmpty()) {
            return bits(field, value);
        }
        Registry registry = Registry.standard();
        return switch (field.type()) {
            case "bytes" -> '"' + printable(bytes, field) + '"';
            case "versions" -> setBits(value);
            case "features" -> featureNames(value);
            case "reason" -> registry.name("reasons", value);
            case "status" -> registry.name("statuses", value);
            case "layout" -> registry.name("layouts", value);
            case "read_head" -> layoutOf(value);
            default -> field.name().equals("kind") ? registry.name("kinds", value) : number(field, value);
        };
    }

    private static String meaningOfZero(FieldShape field, byte[] bytes) {
        return IntStream.range(field.offset(), field.offset() + field.width()).allMatch(i -> bytes[i] == 0)
                ? ""
                : "NOT ZERO";
    }

    private static String bits(FieldShape field, long value) {
        return field.bits().stream()
                .map(bit -> bit.name() + ' ' + Long.toHexString((value & bit.mask()) >>> bit.first()))
                .collect(Collectors.joining(", "));
    }

    private static String setBits(long value) {
        String set = BitSet.valueOf(new long[] {value}).stream()
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(" "));
        return set.isEmpty() ? "none" : set;
    }

    private static String featureNames(long value) {
        long rest = value & ~Registry.standard().featureMask();
        List<String> set = new ArrayList<>(Registry.standard().featureNames(value));
        if (rest != 0) {
            set.add("bits " + setBits(rest));
        }
        return set.isEmpty() ? "none" : String.join(" ", set);
    }

    private static String layoutOf(long readHead) {
        return Registry.standard().readHeads().stream()
                .filter(head -> head.field() == readHead)
                .map(Registry.ReadHead::layout)
                .findFirst()
                .orElse("no listed read head");
    }

    private static String number(FieldShape field, long value) {
        return field.width() <= 2 ? Long.toString(value) : "0x%x".formatted(value);
    }

    private static String printable(byte[] bytes, FieldShape field) {
        String text = new String(bytes, field.offset(), field.width(), StandardCharsets.ISO_8859_1);
        return text.replaceAll("[^\\x20-\\x7e]", ".");
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
