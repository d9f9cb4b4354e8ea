// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import com.google.gson.Gson;
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
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.ioregionfd.conformance.rules.FrameShape.FieldShape;

/**
 * The facts of the protocol, interpreted from {@code registry.json}: frames and fields by name, names of kinds, reasons,
 * features and statuses. The suite does not repeat any of them. Immutable.
 *
 * <p>A registry may grow before the checks do. The checks neither offer nor select a version or a feature for which they have
 * no rules.
 */
public final class Registry {
    /** Every message of the protocol is one frame of this many bytes; CHN-001. */
    public static final int FRAME_LENGTH = 32;

    private static final String RESOURCE = "/registry/registry.json";
    private static final Gson GSON = new Gson();
    private static final Registry STANDARD = new Registry(readResource(RESOURCE));

    /** The rows of four tables for which the checks have rules. */
    private static final Map<String, Set<String>> RULED = Map.of(
            "versions", words("legacy exact tagged"),
            "features", words("POSTED_WRITES OUT_OF_ORDER FENCE"),
            "statuses", words("OK BAD_REGION BAD_OFFSET DEVICE_FAULT"),
            "reasons", words("""
                    NO_COMMON_VERSION VERSION_NOT_OFFERED FEATURE_NOT_OFFERED FEATURE_DEPENDENCY
                    REQUIRED_FEATURE_MISSING BAD_WINDOW DIGEST_MISMATCH RESERVED_NOT_ZERO UNEXPECTED_FRAME
                    PIN_UNSATISFIED POLICY RESOURCES"""));

    private static final Registry KNOWN = new Registry(ruled(readResource(RESOURCE)));

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
    private final long greaseVersions;
    private final long greaseFeatures;

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
        for (String table : List.of("kinds", "layouts", "reasons", "statuses", "versions", "features")) {
            String key = table.equals("versions") ? "number" : table.equals("features") ? "bit" : "code";
            Map<Integer, String> byCode = new LinkedHashMap<>();
            objects(root, table)
                    .forEach(row ->
                            byCode.put(row.get(key).getAsInt(), row.get("name").getAsString()));
            names.put(table, byCode);
        }
        objects(root, "versions")
                .forEach(row -> windowMax.put(
                        row.get("number").getAsInt(), row.get("windowMax").getAsInt()));
        objects(root, "features").forEach(row -> features.add(GSON.fromJson(row, Feature.class)));
        greaseVersions = grease(root, "versionBits");
        greaseFeatures = grease(root, "featureBits");
        objects(root, "readHeads").forEach(this::addReadHeads);
    }

    /** The registry with which the suite was built. */
    public static Registry standard() {
        return STANDARD;
    }

    /** The same with only the versions, features, reasons and statuses for which the checks have rules. */
    public static Registry known() {
        return KNOWN;
    }

    /** The versions, features, reasons and statuses for which no check has rules, in words; usually none. */
    public static List<String> unknown() {
        return Stream.of(
                        unknown("versions").map(version -> "version " + version),
                        unknown("features").map(bit -> "feature " + STANDARD.name("features", bit)),
                        unknown("reasons").map(code -> "reason " + STANDARD.name("reasons", code)),
                        unknown("statuses").map(code -> "status " + STANDARD.name("statuses", code)))
                .flatMap(words -> words)
                .toList();
    }

    private static Stream<Integer> unknown(String table) {
        return STANDARD.codes(table).stream().filter(code -> !KNOWN.codes(table).contains(code));
    }

    /** {@code versions}, a bitmap, without registered ones for which no check has rules. */
    public static long ruledVersions(long versions) {
        return versions & ~(STANDARD.versionMask() & ~KNOWN.versionMask());
    }

    /** The same for a bitmap of features. */
    public static long ruledFeatures(long features) {
        return features & ~(STANDARD.featureMask() & ~KNOWN.featureMask());
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

    /** The kind byte of {@code bytes} if they bear the marker at {@code sender}'s place. MRK-001. */
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

    /** {@code bytes} with the marker and {@code kind} in K's places; the other bytes stay. */
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

    /** The features, lowest bit first. */
    public List<Feature> features() {
        return Collections.unmodifiableList(features);
    }

    /** All features as a bitmap. */
    public long featureMask() {
        return featuresFor(Integer.MAX_VALUE);
    }

    /** The features that {@code version} allows, as a bitmap. */
    public long featuresFor(int version) {
        return features.stream()
                .filter(feature -> feature.needsVersion() <= version)
                .mapToLong(Feature::mask)
                .sum();
    }

    /** The grease bits of a bitmap of features, whichever side sets them. */
    public long greaseFeatures() {
        return greaseFeatures;
    }

    /** The names of those features of a bitmap that are registered. */
    public List<String> featureNames(long bitmap) {
        return features.stream()
                .filter(feature -> (bitmap & feature.mask()) != 0)
                .map(Feature::name)
                .toList();
    }

    /** The largest window that {@code version} can have, whatever is offered; 0 for a version without an entry. */
    public int windowMax(int version) {
        return windowMax.getOrDefault(version, 0);
    }

    /** The versions, 0 among them. */
    public List<Integer> versions() {
        return List.copyOf(windowMax.keySet());
    }

    /** The registered versions of a bitmap. */
    public List<Integer> versionsIn(long bitmap) {
        return versions().stream()
                .filter(version -> (bitmap >>> version & 1) != 0)
                .toList();
    }

    /** The best version of a bitmap, or -1. */
    public int bestIn(long bitmap) {
        return versionsIn(bitmap).stream().max(Integer::compare).orElse(-1);
    }

    /** All versions as a bitmap. */
    public long versionMask() {
        return versions().stream().mapToLong(version -> 1L << version).sum();
    }

    /** The bits of a bitmap of versions that are grease. */
    public long greaseVersions() {
        return greaseVersions;
    }

    /** The codes that {@code table} (kinds, reasons, statuses, layouts, versions, features) gives a name. */
    public Set<Integer> codes(String table) {
        return Collections.unmodifiableSet(
                Optional.ofNullable(names.get(table)).orElseThrow().keySet());
    }

    /** The next code of {@code table} that means nothing yet. */
    public int unusedCode(String table) {
        return Collections.max(codes(table)) + 1;
    }

    /** The code called {@code name} in {@code table} (kinds, reasons, statuses, layouts, versions, features). */
    public int code(String table, String name) {
        return Optional.ofNullable(names.get(table)).orElse(Map.of()).entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the registry has no " + name + " in " + table));
    }

    /** The name of {@code code} in {@code table}, or the number if the registry has no name. */
    public String name(String table, long code) {
        String name = Optional.ofNullable(names.get(table)).orElse(Map.of()).get((int) code);
        return name == null ? Long.toUnsignedString(code) : name;
    }

    private static Set<String> words(String text) {
        return Set.of(text.split("\\s+", -1));
    }

    private static JsonObject ruled(JsonObject root) {
        RULED.forEach((table, names) -> root.getAsJsonArray(table)
                .asList()
                .removeIf(
                        row -> !names.contains(row.getAsJsonObject().get("name").getAsString())));
        return root;
    }

    private static long grease(JsonObject root, String bits) {
        JsonObject range = root.getAsJsonObject(bits).getAsJsonObject("grease");
        int first = range.get("first").getAsInt();
        int last = range.get("last").getAsInt();
        return ((1L << (last - first + 1)) - 1) << first;
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
            objects(field, "bits").forEach(bit -> bits.add(GSON.fromJson(bit, FieldShape.BitShape.class)));
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
        return FieldShape.number(bytes, 0, bytes.length);
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
