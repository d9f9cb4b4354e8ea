// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.ioregionfd.spec.SpecFiles;
import org.ioregionfd.spec.wireshark.Pcap.Encapsulation;
import org.ioregionfd.spec.wireshark.Pcap.Side;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Select;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;

/** The dissector shows every vector's fields, names the clause of every invalid one, and finds nothing in the valid ones. */
@EnabledIf(value = Tshark.INSTALLED, disabledReason = Tshark.NOT_INSTALLED)
class VectorDissectionTest {
    private static final List<String> FIELDS = List.of(
            "frame",
            "state",
            "layout",
            "version",
            "size",
            "size_exponent",
            "cmd",
            "op",
            "resp",
            "response_wanted",
            "tag",
            "user_data",
            "offset",
            "data",
            "value",
            "versions",
            "nonce",
            "reserved",
            "max_inflight",
            "features",
            "digest",
            "reason",
            "detail",
            "digest.computed",
            "digest.good",
            "request_in",
            "response_in",
            "detached",
            "versions.0",
            "versions.2",
            "versions.unknown",
            "versions.grease",
            "features.posted_writes",
            "features.fence",
            "features.unknown",
            "features.experimental",
            "features.grease",
            "features.kept");

    /** A vector, its channel, and its packet there. */
    private record Placed(JsonNode vector, Conversation conversation, int packet) {
        String id() {
            return vector.get("id").asString();
        }

        /** Its packets, in their order. */
        Set<Integer> packets() {
            return conversation.findings().keySet();
        }

        /** Whether no side needs to send the last frame. */
        boolean isFault() {
            return vector.get("outcome").asString().matches("(fail|close) .*");
        }

        boolean lastFromK() {
            JsonNode frames = vector.get("frames");
            return frames.get(frames.size() - 1).get("from").asString().equals("K");
        }
    }

    private static final Pcap PCAP = new Pcap(Encapsulation.EXPORTED_PDU);
    private static final List<Placed> FRAMES = new ArrayList<>();
    private static final List<Placed> COMMANDS = new ArrayList<>();
    private static final List<Placed> TRANSCRIPTS = new ArrayList<>();
    private static int channels;
    private static Dissection dissection;

    @BeforeAll
    static void dissect() {
        SpecFiles.json("vectors/frames.json").get("frames").forEach(vector -> FRAMES.add(placeFrame(vector)));
        SpecFiles.json("vectors/commands.json").get("commands").forEach(vector -> COMMANDS.add(placeCommand(vector)));
        SpecFiles.json("vectors/transcripts.json")
                .get("transcripts")
                .forEach(vector -> TRANSCRIPTS.add(placeTranscript(vector)));
        dissection = Dissection.of(PCAP.bytes(), FIELDS);
    }

    @TestFactory
    Stream<DynamicTest> frames() {
        return FRAMES.stream()
                .map(placed -> DynamicTest.dynamicTest(placed.id(), () -> {
                    dissection.assertFindings(placed.conversation());
                    if (placed.vector().has("fields")) {
                        assertEquals(
                                List.of(placed.vector().get("frame").asString()),
                                dissection.values(placed.packet(), "frame"));
                        assertFields(placed, placed.vector().get("fields"));
                    } else {
                        assertEquals(placed.vector().get("offset").asInt(), dissection.byteOfFinding(placed.packet()));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> commands() {
        return COMMANDS.stream()
                .map(placed -> DynamicTest.dynamicTest(placed.id(), () -> {
                    dissection.assertFindings(placed.conversation());
                    if (placed.vector().has("command")) {
                        assertFields(placed, placed.vector().get("command"));
                        assertEquals(
                                placed.vector().get("version").asLong(), dissection.number(placed.packet(), "version"));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> transcripts() {
        return TRANSCRIPTS.stream()
                .map(placed -> DynamicTest.dynamicTest(placed.id(), () -> {
                    dissection.assertFindings(placed.conversation());
                    String outcome = placed.vector().get("outcome").asString();
                    if (!VectorFindings.UNSEEN.contains(placed.id())) {
                        assertEquals(outcome, outcome(placed));
                    }
                    if (outcome.startsWith("open")) {
                        int accept = accept(placed);
                        assertEquals(1, dissection.number(accept - 1, "digest.good"));
                        assertEquals(1, dissection.number(accept, "digest.good"));
                        assertEquals(accept - 1, dissection.number(accept, "request_in"));
                        assertEquals(accept, dissection.number(accept - 1, "response_in"));
                    }
                }));
    }

    @Test
    void showsBitmapsBitByBit() {
        assertBits("offer-grease", Map.of("0", 1L, "2", 1L, "unknown", 0L, "grease", 0xFFL), "versions.");
        assertBits("offer-window-zero", Map.of("0", 0L, "2", 0L, "grease", 0L), "versions.");
        assertBits(
                "offer-grease",
                Map.of(
                        "posted_writes",
                        1L,
                        "fence",
                        1L,
                        "unknown",
                        0L,
                        "experimental",
                        0L,
                        "grease",
                        0x7FFFL,
                        "kept",
                        0L),
                "features.");
        assertBits(
                "select-anything-well-formed",
                Map.of("unknown", 0x1FFF_FFFFL, "experimental", 0xFFFFL, "grease", 0x7FFFL, "kept", 1L),
                "features.");
    }

    private static void assertBits(String id, Map<String, Long> bits, String prefix) {
        int packet = FRAMES.stream()
                .filter(placed -> placed.id().equals(id))
                .findFirst()
                .orElseThrow()
                .packet();
        bits.forEach((name, value) -> assertEquals(value, dissection.number(packet, prefix + name), id + " " + name));
    }

    /** The packet of the ACCEPT, which holds the agreement. */
    private static int accept(Placed placed) {
        return placed.packets().stream()
                .filter(packet -> dissection.values(packet, "frame").equals(List.of("ACCEPT")))
                .findFirst()
                .orElseThrow();
    }

    private static String outcome(Placed placed) {
        int last = placed.packet();
        if (placed.isFault()) {
            String found = dissection.findings(last).get(0);
            return (placed.lastFromK() ? "close " : "fail ") + found.split(" ", -1)[1];
        }
        String frame = dissection.values(last, "frame").get(0);
        if (frame.equals("REJECT") || frame.equals("ABORT")) {
            return frame + " " + reason(dissection.number(last, "reason"));
        }
        String state = dissection.values(last, "state").get(0);
        return switch (state) {
            case "SelectSent", "Open" ->
                "open, version %d, features 0x%x, max_inflight %d"
                        .formatted(
                                dissection.number(accept(placed), "version"),
                                dissection.number(accept(placed), "features"),
                                dissection.number(accept(placed), "max_inflight"));
            case "HelloSent", "Legacy" -> "legacy";
            default -> "version 0, not negotiated";
        };
    }

    private static String reason(long code) {
        for (JsonNode known : SpecFiles.json("registry/registry.json").get("reasons")) {
            if (known.get("code").asLong() == code) {
                return known.get("name").asString();
            }
        }
        return "" + code;
    }

    private static void assertFields(Placed placed, JsonNode fields) {
        boolean hello = placed.vector().path("frame").asString().equals("HELLO");
        if (hello) {
            boolean detached = number(fields.get("offset")) == Frame.HELLO_OFFSET;
            assertEquals(detached ? 1 : 0, dissection.number(placed.packet(), "detached"));
        }
        fields.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode value = field.getValue();
            boolean exponent = name.equals("size_exponent") && hello;
            long expected = exponent ? 1L << value.asInt() : number(value);
            long shown = name.equals("reserved")
                    ? littleEndian(dissection.values(placed.packet(), name))
                    : dissection.number(placed.packet(), exponent ? "size" : name);
            assertEquals(expected, shown, name);
        });
    }

    /** The number in the reserved bytes of a frame, if they are in one place. */
    private static long littleEndian(List<String> values) {
        assertEquals(1, values.size(), values.toString());
        return Integer.toUnsignedLong(Integer.reverseBytes(Integer.parseUnsignedInt(values.get(0), 16)));
    }

    private static long number(JsonNode value) {
        if (value.isBoolean()) {
            return value.asBoolean() ? 1 : 0;
        }
        return switch (value.asString()) {
            case "INFO_WORD" -> 1;
            case "BYTE_FIELDS" -> 2;
            default ->
                value.isString() ? Long.parseUnsignedLong(value.asString().substring(2), 16) : value.asLong();
        };
    }

    /** A frame where a receiver would look for it: an OFFER after a HELLO, a SELECT in Offered, and so on. */
    private static Placed placeFrame(JsonNode vector) {
        Conversation conversation = new Conversation(PCAP, ++channels);
        Side from = Side.valueOf(vector.get("from").asString());
        String violates = vector.path("violates").asString();
        switch (vector.path("frame").asString(violates)) {
            case "HELLO" -> {}
            case "OFFER", "KST-004" -> conversation.send(Side.K, helloOf64Bit());
            case "SELECT", "ABORT", "SEL-010", "SEL-011" -> conversation.offer(Layout.INFO_WORD);
            case "ACCEPT", "REJECT", "ACC-002" -> {
                conversation.offer(Layout.INFO_WORD);
                conversation.send(Side.K, new Select(2, 64, new FeatureSet(7), 0));
            }
            default -> throw new AssertionError("no place is known for " + vector);
        }
        return place(conversation, vector, from);
    }

    private static Hello helloOf64Bit() {
        return Hello.of(Layout.INFO_WORD, 3, 1, 0x128, Conversation.NONCE);
    }

    /** A command of version 0 without a handshake, others after one that agrees on the vector's features. */
    private static Placed placeCommand(JsonNode vector) {
        Conversation conversation = new Conversation(PCAP, ++channels);
        int version = vector.get("version").asInt();
        long features = number(vector.get("features"));
        if (version > 0) {
            conversation.open(Layout.BYTE_FIELDS, version, features);
        }
        return place(conversation, vector, Side.K);
    }

    private static Placed place(Conversation conversation, JsonNode vector, Side from) {
        String[] found = vector.has("violates")
                ? new String[] {"violation " + vector.get("violates").asString()}
                : VectorFindings.OF_FRAMES
                        .getOrDefault(vector.get("id").asString(), List.of())
                        .toArray(String[]::new);
        int packet = conversation.send(from, vector.get("bytes").asString(), found);
        return new Placed(vector, conversation, packet);
    }

    private static Placed placeTranscript(JsonNode vector) {
        Conversation conversation = new Conversation(PCAP, ++channels);
        int packet = 0;
        int index = 0;
        for (JsonNode frame : vector.get("frames")) {
            Side from = Side.valueOf(frame.get("from").asString());
            String place = vector.get("id").asString() + " " + ++index;
            List<String> found = VectorFindings.OF_TRANSCRIPTS.getOrDefault(place, expected(vector, index));
            packet = conversation.send(from, frame.get("bytes").asString(), found.toArray(String[]::new));
        }
        return new Placed(vector, conversation, packet);
    }

    /** The findings in a frame, counted from 1, unless {@link VectorFindings} names others. */
    private static List<String> expected(JsonNode vector, int index) {
        int last = vector.get("frames").size();
        String end = vector.get("outcome").asString().replaceFirst("[ ,].*", "");
        String broken = "violation " + vector.path("violates").asString();
        return switch (end) {
            case "REJECT" ->
                index == last
                        ? List.of("note REJ-002")
                        : index == last - 1 && vector.has("violates") && !broken.endsWith("SEL-017")
                                ? List.of(broken)
                                : List.of();
            case "ABORT" -> index == last ? List.of("note ABT-003") : List.of();
            case "fail", "close" -> index == last ? List.of(broken) : List.of();
            default -> List.of();
        };
    }
}
