// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.ioregionfd.spec.SpecFiles.number;
import static org.ioregionfd.spec.SpecFiles.only;
import static org.ioregionfd.spec.SpecFiles.stream;
import static org.ioregionfd.spec.SpecFiles.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The region of rust/ioregionfd_handshake.rs that the registry gives: constants, where each field stands, and what has names.
 * It is written as rustfmt would. The rest of the file is written by hand.
 */
final class RustSource {
    static final String FILE = "rust/ioregionfd_handshake.rs";

    private static final String BEGIN = "// generated from spec/registry: begin\n";
    private static final String END = "// generated from spec/registry: end\n";

    private final JsonNode registry;
    private final StringBuilder out = new StringBuilder();

    RustSource(JsonNode registry) {
        this.registry = registry;
    }

    /** The file with its generated region written anew. */
    String regenerated(String source) {
        return SpecFiles.withRegion(source, BEGIN, region(), END);
    }

    private String region() {
        framing();
        out.append('\n');
        stream(registry.get("kinds"))
                .filter(kind -> !kind.has("kept"))
                .forEach(kind -> constant("KIND_" + text(kind, "name"), "u8", text(kind, "code"), ""));
        versions();
        features();
        out.append('\n');
        for (JsonNode reason : registry.get("reasons")) {
            constant(
                    "REASON_" + text(reason, "name"), "u16", text(reason, "code"), "detail: " + text(reason, "detail"));
        }
        ops();
        registry.get("exchangeFrames").forEach(frame -> frame.get("fields").forEach(this::bits));
        reserved();
        enumeration("Layout", "The layout of a command of version 0.", registry.get("layouts"), "label");
        enumeration("Status", "How an access or a FENCE of version 2 ended.", registry.get("statuses"), "name");
        readHeads();
        names("reason", "u16", "REASON_", registry.get("reasons"));
        names("feature", "u64", "FEATURE_", registry.get("features"));
        fields();
        return out.append('\n').toString();
    }

    private void framing() {
        JsonNode marker = registry.get("marker");
        JsonNode limits = registry.get("limits");
        JsonNode digest = registry.get("digest");
        String ascii = text(marker, "ascii");
        out.append('\n');
        constant("FRAME_LENGTH", "usize", text(registry, "frameLength"), "bytes");
        constant("MARKER", "[u8; %d]".formatted(ascii.length()), "*b\"" + ascii + '"', "");
        constant("COMMAND_MARKER", "usize", text(marker, "commandOffset"), "first byte of the marker from K");
        constant("RESPONSE_MARKER", "usize", text(marker, "responseOffset"), "first byte of the marker from D");
        constant("COMMAND_KIND", "usize", "COMMAND_MARKER + MARKER.len()", "");
        constant("RESPONSE_KIND", "usize", "RESPONSE_MARKER + MARKER.len()", "");
        constant(
                "OP",
                "u8",
                hex(registry.get("handshakeOp").asLong(), 2),
                "byte 0 of SELECT and ABORT, never a command");
        constant("HELLO_OFFSET", "u64", grouped(text(limits, "helloOffset").substring(2)), "");
        constant("DEADLINE_MILLIS", "u64", text(limits, "deadlineMillis"), "");
        constant("REJECT_DRAIN_MILLIS", "u64", text(limits, "rejectDrainMillis"), "");
        constant("DEFAULT_WINDOW", "u16", text(limits, "defaultWindow"), "");
        constant("RECORD_FORMAT", "u8", only(registry, "format", "value"), "");
        constant("DIGEST_OFFSET", "usize", only(registry, "digest", "offset"), "in SELECT, ACCEPT and the record");
        String checked = text(digest, "name") + " of \"" + text(digest, "checkInput") + '"';
        constant("DIGEST_CHECK", "u32", grouped(text(digest, "check").substring(2)), checked);
    }

    private void versions() {
        out.append('\n');
        long known = 0;
        List<String> windows = new ArrayList<>();
        for (JsonNode version : registry.get("versions")) {
            int number = number(version, "number");
            String name = "VERSION_" + text(version, "name").toUpperCase(Locale.ROOT);
            constant(name, "u16", "" + number, text(version, "meaning"));
            windows.add(text(version, "windowMax"));
            known |= number == 0 ? 0 : 1L << number;
        }
        JsonNode bits = registry.get("versionBits");
        constant("VERSIONS_LEGACY", "u32", hex(1L << number(bits, "legacy"), 8), "version 0 will do");
        constant("VERSIONS_KNOWN", "u32", hex(known, 8), "");
        constant("VERSIONS_GREASE", "u32", hex(CHeader.mask(bits.get("grease")), 8), "");
        constant("WINDOW_MAX_OF_VERSION", "[u16; %d]".formatted(windows.size()), windows.toString(), "");
    }

    private void features() {
        out.append('\n');
        for (JsonNode feature : registry.get("features")) {
            constant(
                    "FEATURE_" + text(feature, "name"),
                    "u64",
                    "1 << " + text(feature, "bit"),
                    text(feature, "meaning"));
        }
        List<String> met = stream(registry.get("versions"))
                .map(version -> stream(registry.get("features"))
                        .filter(feature -> number(feature, "needsVersion") <= number(version, "number"))
                        .mapToLong(feature -> 1L << number(feature, "bit"))
                        .sum())
                .map(features -> "0x" + Long.toHexString(features))
                .toList();
        constant("FEATURES_OF_VERSION", "[u64; %d]".formatted(met.size()), met.toString(), "whose needs it meets");
        long grease = CHeader.mask(registry.get("featureBits").get("grease"));
        constant("FEATURES_GREASE", "u64", hex(grease, 16), "");
    }

    /** READ and WRITE have other numbers in version 2: CMD_ names those of versions 0 and 1, OP_ those of version 2. */
    private void ops() {
        out.append('\n');
        for (JsonNode op : registry.get("ops")) {
            String prefix = op.get("versions").get(0).asInt() == 0 ? "CMD_" : "OP_";
            constant(prefix + text(op, "name"), "u8", text(op, "code"), "");
        }
    }

    private void bits(JsonNode field) {
        if (!field.has("bits")) {
            return;
        }
        out.append('\n');
        int width = number(field, "width");
        for (JsonNode bits : field.get("bits")) {
            String name = (text(field, "name") + '_' + text(bits, "name")).toUpperCase(Locale.ROOT);
            constant(name, "u" + 8 * width, hex(CHeader.mask(bits), 2 * width), "");
            if (name.endsWith("SIZE_EXPONENT")) {
                constant(name + "_SHIFT", "u32", text(bits, "first"), "");
            }
        }
    }

    /** Of each frame that has any, the bytes that are sent as 0. */
    private void reserved() {
        out.append("\n// bit n: byte n is sent as 0\n");
        for (JsonNode frame : allFrames()) {
            long zeroes = stream(frame.get("fields"))
                    .filter(RustSource::isReserved)
                    .mapToLong(field -> ((1L << number(field, "width")) - 1) << number(field, "offset"))
                    .sum();
            if (zeroes != 0) {
                constant(text(frame, "name") + "_RESERVED", "u32", hex(zeroes, 8), "");
            }
        }
    }

    private void enumeration(String type, String note, JsonNode entries, String shown) {
        List<String> variants = new ArrayList<>();
        List<String> codes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (JsonNode entry : entries) {
            String variant = camelCase(text(entry, "name"));
            variants.add("    %s = %s,\n".formatted(variant, text(entry, "code")));
            codes.add("            %s => Some(%s::%s),\n".formatted(text(entry, "code"), type, variant));
            names.add("            %s::%s => \"%s\",\n".formatted(type, variant, text(entry, shown)));
        }
        out.append(
                """

                /// %2$s
                #[derive(Clone, Copy, Debug, PartialEq, Eq)]
                pub enum %1$s {
                %3$s}

                impl %1$s {
                    /// The one of that number, if there is one.
                    pub fn from_code(code: u16) -> Option<%1$s> {
                        match code {
                %4$s            _ => None,
                        }
                    }

                    pub fn code(self) -> u16 {
                        self as u16
                    }

                    pub fn name(self) -> &'static str {
                        match self {
                %5$s        }
                    }
                }
                """.formatted(type, note, String.join("", variants), String.join("", codes), String.join("", names)));
    }

    private void readHeads() {
        List<String> heads = new ArrayList<>();
        for (JsonNode listed : registry.get("readHeads")) {
            for (JsonNode first : listed.get("byte0")) {
                for (JsonNode second : listed.get("byte1")) {
                    heads.add("    ([0x%02x, 0x%02x], Layout::%s),\n"
                            .formatted(first.asInt(), second.asInt(), camelCase(text(listed, "layout"))));
                }
            }
        }
        out.append("\n/// Bytes 0 and 1 of a HELLO, and what layout they tell.\n");
        out.append("pub const READ_HEADS: [([u8; 2], Layout); %d] = [\n".formatted(heads.size()));
        out.append(String.join("", heads)).append("];\n");
    }

    private void names(String what, String type, String prefix, JsonNode entries) {
        out.append("\n/// The registry's name, if it has one.\n");
        out.append("pub fn %s_name(%s: %s) -> Option<&'static str> {\n".formatted(what, what, type));
        out.append("    match %s {\n".formatted(what));
        for (JsonNode entry : entries) {
            String name = text(entry, "name");
            out.append("        %s%s => Some(\"%s\"),\n".formatted(prefix, name, name));
        }
        out.append("        _ => None,\n    }\n}\n");
    }

    private void fields() {
        out.append("\n/// The first byte of each field.\npub mod at {\n");
        for (JsonNode frame : allFrames()) {
            for (JsonNode field : frame.get("fields")) {
                if (!isReserved(field)) {
                    String name =
                            text(frame, "name") + '_' + text(field, "name").toUpperCase(Locale.ROOT);
                    out.append("    pub const %s: usize = %s;\n".formatted(name, text(field, "offset")));
                }
            }
        }
        out.append("}\n");
    }

    private List<JsonNode> allFrames() {
        List<JsonNode> frames = new ArrayList<>();
        registry.get("frames").forEach(frames::add);
        registry.get("exchangeFrames").forEach(frames::add);
        return frames;
    }

    private static boolean isReserved(JsonNode field) {
        return List.of("reserved", "padding").contains(text(field, "name"));
    }

    private void constant(String name, String type, String value, String note) {
        out.append(note.isEmpty() ? "" : "/// " + note + '\n');
        out.append("pub const %s: %s = %s;\n".formatted(name, type, value));
    }

    private static String camelCase(String name) {
        return Arrays.stream(name.split("_", -1))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private static String hex(long value, int digits) {
        return grouped(String.format("%0" + digits + "x", value));
    }

    /** Four digits at a time. */
    private static String grouped(String digits) {
        return "0x" + digits.replaceAll("(?<=.)(?=(?:.{4})+$)", "_");
    }
}
