// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The region of c/ioregionfd_handshake.h that the registry gives: constants, names, a struct for each frame, and what
 * holds each of its fields to its place. The rest of the header is written by hand.
 */
final class CHeader {
    static final String FILE = "c/ioregionfd_handshake.h";

    private static final String BEGIN = "/* generated from spec/registry: begin */\n";
    private static final String END = "/* generated from spec/registry: end */\n";
    private static final String PREFIX = "IOREGIONFD_HS_";
    private static final String STRUCT_PREFIX = "ioregionfd_hs_";
    private static final int TAB = 8;
    private static final int VALUE_COLUMN = 7 * TAB;
    private static final int LINE_MAX = 100;
    private static final int COMMENT_COLUMN = 4 * TAB;
    private static final int MEMBER_COLUMN = 7 * TAB;

    private final JsonNode registry;
    private final StringBuilder out = new StringBuilder();

    CHeader(JsonNode registry) {
        this.registry = registry;
    }

    /** The header with its generated region written anew. */
    String regenerated(String header) {
        int begin = header.indexOf(BEGIN);
        int end = header.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(FILE + " has lost the marks of its generated region");
        }
        return header.substring(0, begin + BEGIN.length()) + region() + header.substring(end);
    }

    private String region() {
        framing();
        codes("kinds", "KIND_");
        codes("layouts", "LAYOUT_");
        versions();
        features();
        codes("reasons", "REASON_");
        ops();
        codes("statuses", "STATUS_");
        registry.get("exchangeFrames").forEach(frame -> frame.get("fields").forEach(this::bits));
        names("reason", "__u32", "REASON_", registry.get("reasons"));
        names("status", "__u32", "STATUS_", registry.get("statuses"));
        names("feature", "__u64", "FEATURE_", registry.get("features"));
        registry.get("frames").forEach(this::struct);
        registry.get("exchangeFrames").forEach(this::struct);
        union();
        return out.append('\n').toString();
    }

    private void framing() {
        JsonNode marker = registry.get("marker");
        JsonNode limits = registry.get("limits");
        out.append('\n');
        define("FRAME_LENGTH", registry.get("frameLength").asText(), "bytes");
        define("MARKER", '"' + marker.get("ascii").asText() + '"', "");
        define("MARKER_LENGTH", "" + marker.get("ascii").asText().length(), "");
        define("COMMAND_MARKER", marker.get("commandOffset").asText(), "first byte of the marker from K");
        define("RESPONSE_MARKER", marker.get("responseOffset").asText(), "first byte of the marker from D");
        define("COMMAND_KIND", "" + afterMarker(marker.get("commandOffset")), "the byte of the kind");
        define("RESPONSE_KIND", "" + afterMarker(marker.get("responseOffset")), "the byte of the kind");
        define("OP", hex(registry.get("handshakeOp").asLong(), 2), "byte 0 of SELECT and ABORT, never a command");
        define("HELLO_OFFSET", limits.get("helloOffset").asText() + "ULL", "");
        define("DEADLINE_MILLIS", limits.get("deadlineMillis").asText(), "");
        define("REJECT_DRAIN_MILLIS", limits.get("rejectDrainMillis").asText(), "");
        define("DEFAULT_WINDOW", limits.get("defaultWindow").asText(), "");
        define("WINDOW_MAX", limits.get("windowMax").asText(), "");
        JsonNode digest = registry.get("digest");
        String checked = digest.get("name").asText() + " of \""
                + digest.get("checkInput").asText() + '"';
        define("RECORD_FORMAT", only("format", "value"), "");
        define("DIGEST_OFFSET", only("digest", "offset"), "in SELECT, ACCEPT and the record");
        define("DIGEST_CHECK", digest.get("check").asText() + "u", checked);
    }

    private int afterMarker(JsonNode offset) {
        return offset.asInt() + registry.get("marker").get("ascii").asText().length();
    }

    /** What the registry says of the fields of that name, which is the same for all of them. */
    private String only(String name, String member) {
        Set<String> values = new TreeSet<>();
        for (JsonNode frame : registry.get("frames")) {
            for (JsonNode field : frame.get("fields")) {
                if (field.get("name").asText().equals(name)) {
                    values.add(field.get(member).asText());
                }
            }
        }
        if (values.size() != 1) {
            throw new IllegalStateException(
                    "the header knows one %s of every %s, not %s".formatted(member, name, values));
        }
        return values.iterator().next();
    }

    private void codes(String list, String prefix) {
        out.append('\n');
        for (JsonNode entry : registry.get(list)) {
            String note = entry.has("kept") ? entry.get("kept").asText() : detail(entry);
            define(prefix + entry.get("name").asText(), entry.get("code").asText(), note);
        }
    }

    private static String detail(JsonNode entry) {
        return entry.has("detail") ? "detail: " + entry.get("detail").asText() : "";
    }

    private void versions() {
        out.append('\n');
        long known = 0;
        for (JsonNode version : registry.get("versions")) {
            long number = version.get("number").asLong();
            String name = "VERSION_" + version.get("name").asText().toUpperCase(Locale.ROOT);
            define(name, "" + number, version.get("meaning").asText());
            define(name + "_WINDOW_MAX", version.get("windowMax").asText(), "");
            known |= number == 0 ? 0 : 1L << number;
        }
        JsonNode bits = registry.get("versionBits");
        define("VERSIONS_LEGACY", hex(1L << bits.get("legacy").asInt(), 8) + "u", "version 0 will do");
        define("VERSIONS_KNOWN", hex(known, 8) + "u", "");
        define("VERSIONS_ASSIGNABLE", hex(mask(bits.get("assignable")), 8) + "u", "");
        define("VERSIONS_GREASE", hex(mask(bits.get("grease")), 8) + "u", "");
    }

    private void features() {
        out.append('\n');
        for (JsonNode feature : registry.get("features")) {
            String note = feature.get("meaning").asText();
            define(
                    "FEATURE_" + feature.get("name").asText(),
                    u64(1L << feature.get("bit").asInt()),
                    note);
        }
        out.append("/* the features whose needs a version meets */\n");
        for (JsonNode version : registry.get("versions")) {
            long number = version.get("number").asLong();
            long met = 0;
            for (JsonNode feature : registry.get("features")) {
                met |= feature.get("needsVersion").asLong() <= number
                        ? 1L << feature.get("bit").asInt()
                        : 0;
            }
            define("FEATURES_OF_VERSION_" + number, u64(met), "");
        }
        registry.get("featureBits")
                .properties()
                .forEach(range ->
                        define("FEATURES_" + range.getKey().toUpperCase(Locale.ROOT), u64(mask(range.getValue())), ""));
    }

    /** READ and WRITE have other numbers in version 2: CMD_ names those of versions 0 and 1, OP_ those of version 2. */
    private void ops() {
        out.append('\n');
        for (JsonNode op : registry.get("ops")) {
            String prefix = op.get("versions").get(0).asInt() == 0 ? "CMD_" : "OP_";
            define(prefix + op.get("name").asText(), op.get("code").asText(), "");
        }
    }

    private void bits(JsonNode field) {
        if (!field.has("bits")) {
            return;
        }
        out.append('\n');
        String prefix = field.get("name").asText().toUpperCase(Locale.ROOT) + '_';
        for (JsonNode bits : field.get("bits")) {
            String name = prefix + bits.get("name").asText().toUpperCase(Locale.ROOT);
            define(name, hex(mask(bits), 2 * field.get("width").asInt()) + "u", "");
            if (name.endsWith("SIZE_EXPONENT")) {
                define(name + "_SHIFT", bits.get("first").asText(), "");
            }
        }
    }

    private void names(String what, String type, String prefix, JsonNode entries) {
        out.append("\n/* The registry's name; 0 where it has none. */\n");
        out.append("static inline const char *%s%s_name(%s %s)\n{\n".formatted(STRUCT_PREFIX, what, type, what));
        out.append("\tswitch (%s) {\n".formatted(what));
        for (JsonNode entry : entries) {
            String name = entry.get("name").asText();
            out.append("\tcase %s%s%s:\n\t\treturn \"%s\";\n".formatted(PREFIX, prefix, name, name));
        }
        out.append("\tdefault:\n\t\treturn 0;\n\t}\n}\n");
    }

    private void struct(JsonNode frame) {
        String name = frame.get("name").asText();
        String structName = lower(frame);
        long zeroes = 0;
        StringBuilder asserts = new StringBuilder();
        out.append("\n/* %s, %s */\n".formatted(name, sender(frame)));
        out.append("struct %s%s {\n".formatted(STRUCT_PREFIX, structName));
        for (JsonNode field : frame.get("fields")) {
            int offset = field.get("offset").asInt();
            int width = field.get("width").asInt();
            String fieldName = field.get("name").asText();
            // other fields that are zero have a name of their own: a HELLO's data are those of a READ
            boolean reserved = fieldName.equals("reserved") || fieldName.equals("padding");
            fieldName += reserved ? "_" + offset : "";
            String declared = "\t" + type(field) + "\t" + fieldName + array(field, width) + ";";
            out.append(padded(declared, COMMENT_COLUMN)).append(comment(field, offset, width));
            asserts.append("IOREGIONFD_HS_AT(%s, %s, %d);\n".formatted(structName, fieldName, offset));
            zeroes |= reserved ? ((1L << width) - 1) << offset : 0;
        }
        out.append("};\n").append(asserts);
        out.append("IOREGIONFD_HS_WHOLE(%s);\n".formatted(structName));
        if (zeroes != 0) {
            define(name + "_RESERVED", hex(zeroes, 8) + "u", "bit n: byte n is sent as 0");
        }
    }

    private void union() {
        out.append("\n/* Any frame; what it is, its receiver knows from its own state and from the marker. */\n");
        out.append("union %sframe {\n".formatted(STRUCT_PREFIX));
        out.append(padded("\t__u8", MEMBER_COLUMN)).append("bytes[%sFRAME_LENGTH];\n".formatted(PREFIX));
        StreamSupport.stream(registry.get("frames").spliterator(), false).forEach(this::member);
        StreamSupport.stream(registry.get("exchangeFrames").spliterator(), false)
                .forEach(this::member);
        out.append("};\n");
    }

    private void member(JsonNode frame) {
        String declared = "\tstruct " + STRUCT_PREFIX + lower(frame);
        out.append(padded(declared, MEMBER_COLUMN)).append(lower(frame)).append(";\n");
    }

    private static String sender(JsonNode frame) {
        String versions = frame.has("versions")
                ? ", version "
                        + StreamSupport.stream(frame.get("versions").spliterator(), false)
                                .map(JsonNode::asText)
                                .collect(Collectors.joining(" and "))
                : "";
        return switch (frame.get("sender").asText()) {
            case "K" -> "from K" + versions;
            case "D" -> "from D" + versions;
            default -> "never sent";
        };
    }

    private static String type(JsonNode field) {
        return switch (field.get("type").asText()) {
            case "zero", "bytes", "read_head", "layout", "u8" -> "__u8";
            case "u16", "reason", "status" -> "__le16";
            case "u32", "versions" -> "__le32";
            case "u64", "features" -> "__le64";
            default -> throw new IllegalStateException("a type that C does not know yet: " + field);
        };
    }

    private static String array(JsonNode field, int width) {
        boolean bytes = switch (field.get("type").asText()) {
            case "bytes", "read_head" -> true;
            case "zero" -> width > 1;
            default -> false;
        };
        return bytes ? "[" + width + "]" : "";
    }

    private static String comment(JsonNode field, int offset, int width) {
        String bytes = width == 1 ? "" + offset : offset + ".." + (offset + width - 1);
        String value = field.get("type").asText().equals("u8") && field.has("value")
                ? ": " + field.get("value").asText()
                : "";
        return "/* " + bytes + value + " */\n";
    }

    private void define(String name, String value, String note) {
        String head = padded("#define " + PREFIX + name, VALUE_COLUMN) + value;
        String comment = note.isEmpty() ? "" : "/* " + note + " */";
        if (VALUE_COLUMN + value.length() + comment.length() > LINE_MAX) {
            out.append(comment).append('\n').append(head).append('\n');
        } else {
            out.append(head)
                    .append(comment.isEmpty() ? "" : " ")
                    .append(comment)
                    .append('\n');
        }
    }

    /** The text with tabs up to the column, and at least one. */
    private static String padded(String text, int column) {
        int width = 0;
        for (int i = 0; i < text.length(); i++) {
            width = text.charAt(i) == '\t' ? width / TAB * TAB + TAB : width + 1;
        }
        int missing = Math.max(1, (column - width + TAB - 1) / TAB);
        return text + "\t".repeat(missing);
    }

    private static long mask(JsonNode range) {
        int width = range.get("last").asInt() - range.get("first").asInt() + 1;
        return (width == Long.SIZE ? -1 : (1L << width) - 1)
                << range.get("first").asInt();
    }

    private static String u64(long value) {
        return hex(value, 16) + "ULL";
    }

    private static String hex(long value, int digits) {
        return "0x" + String.format("%0" + digits + "x", value);
    }

    private static String lower(JsonNode frame) {
        return frame.get("name").asText().toLowerCase(Locale.ROOT);
    }
}
