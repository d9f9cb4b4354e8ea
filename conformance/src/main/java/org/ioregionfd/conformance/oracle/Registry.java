// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.oracle;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The facts of the protocol, interpreted from {@code registry.json}: frames and fields by name, names of kinds, reasons,
 * features and statuses. Nothing of it is written down a second time in the suite. Immutable.
 */
public final class Registry {
    /** Every message of the protocol is one frame of this many bytes; CHN-001. */
    public static final int FRAME_LENGTH = 32;

    private static final String RESOURCE = "/registry/registry.json";
    private static final Registry STANDARD = new Registry(readResource(RESOURCE));

    private final byte[] marker;
    private final Map<Sender, Integer> markerOffsets = new EnumMap<>(Sender.class);
    private final Map<Sender, Integer> kindOffsets = new EnumMap<>(Sender.class);
    private final long helloOffset;
    private final Map<String, FrameShape> shapes = new LinkedHashMap<>();
    private final Map<Integer, FrameShape> shapesByKind = new LinkedHashMap<>();
    private final Map<String, Map<Integer, String>> names = new LinkedHashMap<>();
    private final List<ReadHead> readHeads = new ArrayList<>();
    private final List<Feature> features = new ArrayList<>();
    private final Map<Integer, Integer> windowMax = new LinkedHashMap<>();

    /** Bytes 0 and 1 of a HELLO, and the layout they tell: {@code INFO_WORD} or {@code BYTE_FIELDS}. */
    public record ReadHead(String layout, int byte0, int byte1) {
        /** The two bytes as the HELLO's field {@code read_head}, little-endian. */
        public int field() {
            return byte0 | byte1 << 8;
        }
    }

    /** A registered feature: its bit, 0..63, and the lowest version that it can be used with. */
    public record Feature(int bit, String name, int needsVersion) {
        /** The feature as a mask of one bit. */
        public long mask() {
            return 1L << bit;
        }
    }

    private Registry(JsonObject root) {
        JsonObject markerFacts = root.getAsJsonObject("marker");
        marker = HexFormat.of().parseHex(markerFacts.get("bytes").getAsString());
        markerOffsets.put(Sender.K, markerFacts.get("commandOffset").getAsInt());
        markerOffsets.put(Sender.D, markerFacts.get("responseOffset").getAsInt());
        helloOffset =
                Long.decode(root.getAsJsonObject("limits").get("helloOffset").getAsString());
        for (String table : List.of("frames", "exchangeFrames")) {
            for (JsonObject frame : objects(root, table)) {
                FrameShape shape = shape(frame);
                shapes.put(shape.name(), shape);
                shape.kind().ifPresent(kind -> shapesByKind.put(kind, shape));
            }
        }
        kindOffsets.put(Sender.K, shape("HELLO").field("kind").offset());
        kindOffsets.put(Sender.D, shape("OFFER").field("kind").offset());
        for (String table : List.of("kinds", "reasons", "statuses", "layouts")) {
            Map<Integer, String> byCode = new LinkedHashMap<>();
            objects(root, table)
                    .forEach(row -> byCode.put(
                            row.get("code").getAsInt(), row.get("name").getAsString()));
            names.put(table, byCode);
        }
        objects(root, "versions")
                .forEach(row -> windowMax.put(
                        row.get("number").getAsInt(), row.get("windowMax").getAsInt()));
        objects(root, "features")
                .forEach(row -> features.add(new Feature(
                        row.get("bit").getAsInt(),
                        row.get("name").getAsString(),
                        row.get("needsVersion").getAsInt())));
        objects(root, "readHeads").forEach(this::addReadHeads);
    }

    /** The registry that the suite was built with. */
    public static Registry standard() {
        return STANDARD;
    }

    /** The frame called {@code name}, if there is one. */
    public Optional<FrameShape> find(String name) {
        return Optional.ofNullable(shapes.get(name));
    }

    /** The frame called {@code name}; an unknown name is an error of the caller. */
    public FrameShape shape(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("the registry has no frame " + name));
    }

    /** The shape of a marked frame of {@code kind}, if the registry gives one. */
    public Optional<FrameShape> shapeOfKind(int kind) {
        return Optional.ofNullable(shapesByKind.get(kind));
    }

    /** The kind byte of {@code bytes} if they bear the marker where {@code sender} puts it. MRK-001. */
    public OptionalInt kindOf(byte[] bytes, Sender sender) {
        int offset = markerOffset(sender);
        boolean isMarked = Arrays.equals(bytes, offset, offset + marker.length, marker, 0, marker.length);
        return isMarked ? OptionalInt.of(bytes[offsetOfKind(sender)] & 0xff) : OptionalInt.empty();
    }

    /** The bytes of the marker. */
    public byte[] marker() {
        return marker.clone();
    }

    /** The first byte of the marker in a frame from {@code sender}. MRK-001 */
    public int markerOffset(Sender sender) {
        return Optional.ofNullable(markerOffsets.get(sender)).orElseThrow();
    }

    /** {@code bytes} with the marker and {@code kind} where K puts them; the other bytes stay. */
    public byte[] marked(byte[] bytes, int kind) {
        byte[] bent = bytes.clone();
        System.arraycopy(marker, 0, bent, markerOffset(Sender.K), marker.length);
        bent[offsetOfKind(Sender.K)] = (byte) kind;
        return bent;
    }

    private int offsetOfKind(Sender sender) {
        return Optional.ofNullable(kindOffsets.get(sender)).orElseThrow();
    }

    /** The offset that makes a HELLO detached. */
    public long helloOffset() {
        return helloOffset;
    }

    /** All read heads that a HELLO may have. */
    public List<ReadHead> readHeads() {
        return Collections.unmodifiableList(readHeads);
    }

    /** The registered features, lowest bit first. */
    public List<Feature> features() {
        return Collections.unmodifiableList(features);
    }

    /** The feature called {@code name}; an unknown name is an error of the caller. */
    public Feature feature(String name) {
        return features.stream()
                .filter(feature -> feature.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the registry has no feature " + name));
    }

    /** The largest window that {@code version} can have, whatever is offered; 0 for a version without an entry. */
    public int windowMax(int version) {
        return windowMax.getOrDefault(version, 0);
    }

    /** The registered versions, 0 among them. */
    public List<Integer> versions() {
        return List.copyOf(windowMax.keySet());
    }

    /** The codes that {@code table} (kinds, reasons, statuses, layouts) gives a name. */
    public Set<Integer> codes(String table) {
        return Collections.unmodifiableSet(
                Optional.ofNullable(names.get(table)).orElseThrow().keySet());
    }

    /** The code called {@code name} in {@code table} (kinds, reasons, statuses, layouts). */
    public int code(String table, String name) {
        return Optional.ofNullable(names.get(table)).orElse(Map.of()).entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the registry has no " + name + " in " + table));
    }

    /** The name of {@code code} in {@code table}, or the number where the registry has none. */
    public String name(String table, long code) {
        String name = Optional.ofNullable(names.get(table)).orElse(Map.of()).get((int) code);
        return name == null ? Long.toUnsignedString(code) : name;
    }

    private void addReadHeads(JsonObject row) {
        for (JsonElement byte0 : row.getAsJsonArray("byte0")) {
            for (JsonElement byte1 : row.getAsJsonArray("byte1")) {
                readHeads.add(new ReadHead(row.get("layout").getAsString(), byte0.getAsInt(), byte1.getAsInt()));
            }
        }
    }

    private static FrameShape shape(JsonObject frame) {
        OptionalInt kind = frame.has("kind") ? OptionalInt.of(frame.get("kind").getAsInt()) : OptionalInt.empty();
        List<FieldShape> fields =
                objects(frame, "fields").stream().map(Registry::field).toList();
        return new FrameShape(frame.get("name").getAsString(), kind, fields);
    }

    private static FieldShape field(JsonObject field) {
        List<FieldShape.BitShape> bits = new ArrayList<>();
        if (field.has("bits")) {
            objects(field, "bits")
                    .forEach(bit -> bits.add(new FieldShape.BitShape(
                            bit.get("name").getAsString(),
                            bit.get("first").getAsInt(),
                            bit.get("last").getAsInt())));
        }
        String type = field.get("type").getAsString();
        return new FieldShape(
                field.get("name").getAsString(),
                field.get("offset").getAsInt(),
                field.get("width").getAsInt(),
                type,
                field.has("value") ? OptionalLong.of(constant(type, field.get("value"))) : OptionalLong.empty(),
                bits);
    }

    /** A constant as a little-endian number; runs of bytes are given as hex in the order of the wire. */
    private static long constant(String type, JsonElement value) {
        if (!type.equals("bytes")) {
            return value.getAsLong();
        }
        byte[] bytes = HexFormat.of().parseHex(value.getAsString());
        long number = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }

    static List<JsonObject> objects(JsonObject parent, String name) {
        return StreamSupport.stream(parent.getAsJsonArray(name).spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    static JsonObject readResource(String name) {
        try (InputStream in = Registry.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar was built without " + name);
            }
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
