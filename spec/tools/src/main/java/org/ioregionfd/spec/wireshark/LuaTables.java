// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.ioregionfd.spec.SpecFiles.number;
import static org.ioregionfd.spec.SpecFiles.stream;
import static org.ioregionfd.spec.SpecFiles.text;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ioregionfd.spec.SpecFiles;
import tools.jackson.databind.JsonNode;

/** The registry as tables of the dissector: everything in ioregionfd.lua that is a number of the protocol. */
public final class LuaTables {
    /** From the folder of the document. */
    public static final String FILE = "wireshark/ioregionfd.lua";

    private static final String BEGIN = "-- BEGIN GENERATED\n";
    private static final String END = "-- END GENERATED\n";

    private final JsonNode registry;
    private final StringBuilder lua = new StringBuilder();

    private LuaTables(JsonNode registry) {
        this.registry = registry;
    }

    /** The dissector with the region between its marks as the registry gives it; the rest is left as it is. */
    public static String regenerate(String dissector, JsonNode registry) {
        return SpecFiles.withRegion(dissector, BEGIN, new LuaTables(registry).region(), END);
    }

    private String region() {
        lua.append("-- From ../registry/registry.json; after a change there: spec/generate\n\n");
        constants();
        names();
        bits();
        frames();
        return lua.append('\n').toString();
    }

    private void constants() {
        JsonNode marker = registry.get("marker");
        constant("FRAME_LENGTH", text(registry, "frameLength"));
        constant("MARKER", quoted(text(marker, "ascii")));
        constant("COMMAND_MARKER", text(marker, "commandOffset"));
        constant("RESPONSE_MARKER", text(marker, "responseOffset"));
        constant("HANDSHAKE_OP", "0x%02X".formatted(number(registry, "handshakeOp")));
        constant("HELLO_OFFSET", littleEndian(text(registry.get("limits"), "helloOffset")));
        constant("WINDOW_MAX", text(registry.get("limits"), "windowMax"));
        constant("DIGEST_CHECK", text(registry.get("digest"), "check"));
        constant("DIGEST_CHECK_INPUT", quoted(text(registry.get("digest"), "checkInput")));
        constant("DIGEST_OFFSET", SpecFiles.only(registry, "digest", "offset"));
        each("layouts", layout -> constant("LAYOUT_" + text(layout, "name"), text(layout, "code")));
        each("features", feature -> constant("FEATURE_" + text(feature, "name"), text(feature, "bit")));
        each("statuses", status -> constant("STATUS_" + text(status, "name"), text(status, "code")));
        lua.append('\n');
    }

    private void names() {
        table("KINDS", "kinds", kind -> entry(kind, "code", quoted(text(kind, "name"))));
        table("LAYOUTS", "layouts", layout -> entry(layout, "code", quoted(text(layout, "label"))));
        table("STATUSES", "statuses", status -> entry(status, "code", quoted(text(status, "name"))));
        table("REASONS", "reasons", reason -> entry(reason, "code", reason(reason)));
        table("VERSIONS", "versions", version -> entry(version, "number", version(version)));
        table("FEATURES", "features", feature -> entry(feature, "bit", feature(feature)));
        ops();
        table("READ_HEADS", "readHeads", LuaTables::readHead);
    }

    /** READ, WRITE and the like by version and number. */
    private void ops() {
        Map<Integer, List<String>> byVersion = new LinkedHashMap<>();
        each(
                "ops",
                op -> op.get("versions")
                        .forEach(version -> byVersion
                                .computeIfAbsent(version.asInt(), unused -> new ArrayList<>())
                                .add(entry(op, "code", quoted(text(op, "name"))))));
        lua.append("local OPS = {\n");
        byVersion.forEach(
                (version, ops) -> lua.append("    [%d] = { %s },\n".formatted(version, String.join(", ", ops))));
        lua.append("}\n");
    }

    private void bits() {
        ranges("VERSION_BITS", registry.get("versionBits"));
        ranges("FEATURE_BITS", registry.get("featureBits"));
        lua.append('\n');
    }

    private void ranges(String name, JsonNode bitmap) {
        lua.append("local %s = {\n".formatted(name));
        bitmap.properties().stream()
                .filter(range -> range.getValue().isObject())
                .forEach(range -> lua.append("    %s = { first = %s, last = %s },\n"
                        .formatted(range.getKey(), text(range.getValue(), "first"), text(range.getValue(), "last"))));
        lua.append("}\n");
    }

    /** All frames that can be on a channel, by name; a record is never on a channel. */
    private void frames() {
        lua.append("local FRAMES = {\n");
        each("frames", frame -> {
            if (!text(frame, "sender").equals("none")) {
                frame(frame);
            }
        });
        each("exchangeFrames", this::frame);
        lua.append("}\n");
    }

    private void frame(JsonNode frame) {
        lua.append(
                "    %s = { sender = %s, fields = {\n".formatted(text(frame, "name"), quoted(text(frame, "sender"))));
        for (JsonNode field : frame.get("fields")) {
            lua.append("        { %s, offset = %s, width = %s, type = %s"
                    .formatted(name(field), text(field, "offset"), text(field, "width"), quoted(text(field, "type"))));
            if (field.has("bits")) {
                lua.append(", bits = {\n");
                field.get("bits")
                        .forEach(bit -> lua.append("            { %s, first = %s, last = %s },\n"
                                .formatted(name(bit), text(bit, "first"), text(bit, "last"))));
                lua.append("        }");
            }
            lua.append(" },\n");
        }
        lua.append("    } },\n");
    }

    private static String reason(JsonNode reason) {
        String frames = stream(reason.get("frames"))
                .map(frame -> quoted(frame.asString()))
                .collect(Collectors.joining(", "));
        return "{ name = %s, frames = { %s } }".formatted(quoted(text(reason, "name")), frames);
    }

    private static String version(JsonNode version) {
        return "{ name = %s, window_max = %s }".formatted(quoted(text(version, "name")), text(version, "windowMax"));
    }

    private static String feature(JsonNode feature) {
        return "{ name = %s, needs = %s }".formatted(quoted(text(feature, "name")), text(feature, "needsVersion"));
    }

    private static String readHead(JsonNode head) {
        return "{ layout = LAYOUT_%s, byte0 = { %s }, byte1 = { %s } }"
                .formatted(text(head, "layout"), numbers(head.get("byte0")), numbers(head.get("byte1")));
    }

    private static String numbers(JsonNode bytes) {
        return stream(bytes).map(b -> "0x%02X".formatted(b.asInt())).collect(Collectors.joining(", "));
    }

    private void constant(String name, String value) {
        lua.append("local %s = %s\n".formatted(name, value));
    }

    private void table(String name, String list, Function<JsonNode, String> entry) {
        lua.append("local %s = {\n".formatted(name));
        each(list, node -> lua.append("    ").append(entry.apply(node)).append(",\n"));
        lua.append("}\n");
    }

    private void each(String list, Consumer<JsonNode> action) {
        registry.get(list).forEach(action);
    }

    private static String entry(JsonNode node, String key, String value) {
        return "[%s] = %s".formatted(text(node, key), value);
    }

    private static String name(JsonNode node) {
        return "name = " + quoted(text(node, "name"));
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    /** A u64 as its 8 bytes on the wire, because it has more bits than a Lua number. */
    private static String littleEndian(String hex) {
        long value = Long.parseUnsignedLong(hex.substring(2), 16);
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .putLong(Long.reverseBytes(value))
                .array();
        return quoted(HexFormat.of().withUpperCase().withPrefix("\\x").formatHex(bytes));
    }
}
