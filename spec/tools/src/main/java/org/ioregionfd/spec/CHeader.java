// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.ioregionfd.spec.SpecFiles.number;
import static org.ioregionfd.spec.SpecFiles.only;
import static org.ioregionfd.spec.SpecFiles.stream;
import static org.ioregionfd.spec.SpecFiles.text;

import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The region of c/ioregionfd_handshake.h that comes from the registry: constants, names, a struct for each frame, and
 * assertions of each field's place. The rest of the header is written by hand.
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
        return SpecFiles.withRegion(header, BEGIN, region(), END);
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
        define("FRAME_LENGTH", text(registry, "frameLength"), "bytes");
        define("MARKER", '"' + text(marker, "ascii") + '"', "");
        define("MARKER_LENGTH", "" + text(marker, "ascii").length(), "");
        define("COMMAND_MARKER", text(marker, "commandOffset"), "first byte of the marker from K");
        define("RESPONSE_MARKER", text(marker, "responseOffset"), "first byte of the marker from D");
        define("COMMAND_KIND", "" + afterMarker(marker.get("commandOffset")), "the byte of the kind");
        define("RESPONSE_KIND", "" + afterMarker(marker.get("responseOffset")), "the byte of the kind");
        define("OP", hex(registry.get("handshakeOp").asLong(), 2), "byte 0 of SELECT and ABORT, never a command");
        define("HELLO_OFFSET", text(limits, "helloOffset") + "ULL", "");
        define("DEADLINE_MILLIS", text(limits, "deadlineMillis"), "");
        define("REJECT_DRAIN_MILLIS", text(limits, "rejectDrainMillis"), "");
        define("DEFAULT_WINDOW", text(limits, "defaultWindow"), "");
        define("WINDOW_MAX", text(limits, "windowMax"), "");
        JsonNode digest = registry.get("digest");
        String checked = text(digest, "name") + " of \"" + text(digest, "checkInput") + '"';
        define("RECORD_FORMAT", only(registry, "format", "value"), "");
        define("DIGEST_OFFSET", only(registry, "digest", "offset"), "in SELECT, ACCEPT and the record");
        define("DIGEST_CHECK", text(digest, "check") + "u", checked);
    }

    private int afterMarker(JsonNode offset) {
        return offset.asInt() + text(registry.get("marker"), "ascii").length();
    }

    private void codes(String list, String prefix) {
        out.append('\n');
        for (JsonNode entry : registry.get(list)) {
            String note = entry.has("kept") ? text(entry, "kept") : detail(entry);
            define(prefix + text(entry, "name"), text(entry, "code"), note);
        }
    }

    private static String detail(JsonNode entry) {
        return entry.has("detail") ? "detail: " + text(entry, "detail") : "";
    }

    private void versions() {
        out.append('\n');
        long known = 0;
        for (JsonNode version : registry.get("versions")) {
            long number = version.get("number").asLong();
            String name = "VERSION_" + text(version, "name").toUpperCase(Locale.ROOT);
            define(name, "" + number, text(version, "meaning"));
            define(name + "_WINDOW_MAX", text(version, "windowMax"), "");
            known |= number == 0 ? 0 : 1L << number;
        }
        JsonNode bits = registry.get("versionBits");
        define("VERSIONS_LEGACY", hex(1L << number(bits, "legacy"), 8) + "u", "version 0 will do");
        define("VERSIONS_KNOWN", hex(known, 8) + "u", "");
        define("VERSIONS_ASSIGNABLE", hex(mask(bits.get("assignable")), 8) + "u", "");
        define("VERSIONS_GREASE", hex(mask(bits.get("grease")), 8) + "u", "");
    }

    private void features() {
        out.append('\n');
        for (JsonNode feature : registry.get("features")) {
            String note = text(feature, "meaning");
            define("FEATURE_" + text(feature, "name"), u64(1L << number(feature, "bit")), note);
        }
        out.append("/* the features whose needs a version meets */\n");
        for (JsonNode version : registry.get("versions")) {
            long number = version.get("number").asLong();
            long met = 0;
            for (JsonNode feature : registry.get("features")) {
                met |= feature.get("needsVersion").asLong() <= number ? 1L << number(feature, "bit") : 0;
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
            define(prefix + text(op, "name"), text(op, "code"), "");
        }
    }

    private void bits(JsonNode field) {
        if (!field.has("bits")) {
            return;
        }
        out.append('\n');
        String prefix = text(field, "name").toUpperCase(Locale.ROOT) + '_';
        for (JsonNode bits : field.get("bits")) {
            String name = prefix + text(bits, "name").toUpperCase(Locale.ROOT);
            define(name, hex(mask(bits), 2 * number(field, "width")) + "u", "");
            if (name.endsWith("SIZE_EXPONENT")) {
                define(name + "_SHIFT", text(bits, "first"), "");
            }
        }
    }

    private void names(String what, String type, String prefix, JsonNode entries) {
        String name = STRUCT_PREFIX + what + "_name";
        out.append("\n/**\n * %s() - The registry's name of a %s.\n".formatted(name, what));
        out.append(" * @%s: as it is on the wire\n *\n".formatted(what));
        out.append(" * Return: the name, or IOREGIONFD_HS_NONE where it has none\n */\n");
        out.append("static __inline__ const char *%s(%s %s)\n{\n".formatted(name, type, what));
        out.append("\tswitch (%s) {\n".formatted(what));
        for (JsonNode entry : entries) {
            String word = text(entry, "name");
            out.append("\tcase %s%s%s:\n\t\treturn \"%s\";\n".formatted(PREFIX, prefix, word, word));
        }
        out.append("\tdefault:\n\t\treturn IOREGIONFD_HS_NONE;\n\t}\n}\n");
    }

    private void struct(JsonNode frame) {
        String name = text(frame, "name");
        String structName = lower(frame);
        long zeroes = 0;
        StringBuilder asserts = new StringBuilder();
        StringBuilder members = new StringBuilder();
        out.append("\n/**\n * struct %s%s - %s, %s\n".formatted(STRUCT_PREFIX, structName, name, sender(frame)));
        for (JsonNode field : frame.get("fields")) {
            int offset = number(field, "offset");
            int width = number(field, "width");
            String fieldName = text(field, "name");
            // other zero fields have a name of their own: a HELLO's data are the data of a READ
            boolean reserved = fieldName.equals("reserved") || fieldName.equals("padding");
            fieldName += reserved ? "_" + offset : "";
            String declared = "\t" + type(field) + "\t" + fieldName + array(field, width) + ";";
            out.append(" * @%s: %s\n".formatted(fieldName, meaning(field)));
            members.append(padded(declared, COMMENT_COLUMN)).append(comment(field, offset, width));
            asserts.append("IOREGIONFD_HS_AT(%s, %s, %d);\n".formatted(structName, fieldName, offset));
            zeroes |= reserved ? ((1L << width) - 1) << offset : 0;
        }
        out.append(" */\nstruct %s%s {\n".formatted(STRUCT_PREFIX, structName));
        out.append(members).append("};\n").append(asserts);
        out.append("IOREGIONFD_HS_WHOLE(%s);\n".formatted(structName));
        if (zeroes != 0) {
            define(name + "_RESERVED", hex(zeroes, 8) + "u", "bit n: byte n is sent as 0");
        }
    }

    private void union() {
        out.append("\n/**\n * union %sframe - Any frame.\n * @bytes: as on the wire\n".formatted(STRUCT_PREFIX));
        registry.get("frames").forEach(this::described);
        registry.get("exchangeFrames").forEach(this::described);
        out.append(" *\n * Its receiver knows its kind from its own state and from the marker.\n */\n");
        out.append("union %sframe {\n".formatted(STRUCT_PREFIX));
        out.append(padded("\t__u8", MEMBER_COLUMN)).append("bytes[%sFRAME_LENGTH];\n".formatted(PREFIX));
        registry.get("frames").forEach(this::member);
        registry.get("exchangeFrames").forEach(this::member);
        out.append("};\n");
    }

    private void described(JsonNode frame) {
        out.append(" * @%s: %s, %s\n".formatted(lower(frame), text(frame, "name"), sender(frame)));
    }

    private void member(JsonNode frame) {
        String declared = "\tstruct " + STRUCT_PREFIX + lower(frame);
        out.append(padded(declared, MEMBER_COLUMN)).append(lower(frame)).append(";\n");
    }

    /** The registry's note, or what a field of this name is in any frame. */
    private static String meaning(JsonNode field) {
        if (field.has("note")) {
            return text(field, "note");
        }
        String name = text(field, "name");
        return switch (name) {
            case "reserved", "padding" -> "sent as 0";
            case "marker" -> "IOREGIONFD_HS_MARKER";
            case "kind" -> "IOREGIONFD_HS_KIND_*, of this frame";
            case "reason" -> "IOREGIONFD_HS_REASON_*";
            case "cmd" -> "IOREGIONFD_HS_CMD_*";
            case "info", "head" -> "bits, IOREGIONFD_HS_" + name.toUpperCase(Locale.ROOT) + "_*";
            case "user_data" -> "names the region";
            case "offset" -> "of the access in the region";
            case "data" -> "what is written or was read, else 0";
            case "version", "max_inflight", "features" -> "as agreed";
            default -> throw new IllegalStateException("the registry says nothing of this field: " + field);
        };
    }

    private static String sender(JsonNode frame) {
        String versions = frame.has("versions")
                ? ", version "
                        + stream(frame.get("versions")).map(JsonNode::asString).collect(Collectors.joining(" and "))
                : "";
        return switch (text(frame, "sender")) {
            case "K" -> "from K" + versions;
            case "D" -> "from D" + versions;
            default -> "never sent";
        };
    }

    private static String type(JsonNode field) {
        return switch (text(field, "type")) {
            case "zero", "bytes", "read_head", "layout", "u8" -> "__u8";
            case "u16", "reason", "status" -> "__le16";
            case "u32", "versions" -> "__le32";
            case "u64", "features" -> "__le64";
            default -> throw new IllegalStateException("a type that C does not know yet: " + field);
        };
    }

    private static String array(JsonNode field, int width) {
        boolean bytes = switch (text(field, "type")) {
            case "bytes", "read_head" -> true;
            case "zero" -> width > 1;
            default -> false;
        };
        return bytes ? "[" + width + "]" : "";
    }

    private static String comment(JsonNode field, int offset, int width) {
        String bytes = width == 1 ? "" + offset : offset + ".." + (offset + width - 1);
        String value = text(field, "type").equals("u8") && field.has("value") ? ": " + text(field, "value") : "";
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

    static long mask(JsonNode range) {
        int width = number(range, "last") - number(range, "first") + 1;
        return (width == Long.SIZE ? -1 : (1L << width) - 1) << number(range, "first");
    }

    private static String u64(long value) {
        return hex(value, 16) + "ULL";
    }

    private static String hex(long value, int digits) {
        return "0x" + String.format("%0" + digits + "x", value);
    }

    private static String lower(JsonNode frame) {
        return text(frame, "name").toLowerCase(Locale.ROOT);
    }
}
