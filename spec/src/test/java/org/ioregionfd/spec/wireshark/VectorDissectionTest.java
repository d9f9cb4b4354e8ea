// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;

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

    /** Valid as a frame, but not where it stands here, or unusual there. */
    private static final Map<String, List<String>> SURPRISES = Map.ofEntries(
            Map.entry("hello-byte-fields-attached-resp-set", List.of("surprise POL-002")),
            Map.entry("hello-detached-of-64-bit", List.of("violation HEL-005")),
            Map.entry("offer-window-zero", List.of("violation OFR-012")),
            Map.entry("select-version-2", List.of("violation SEL-012")),
            Map.entry("select-version-0", List.of("violation SEL-012")),
            Map.entry("select-anything-well-formed", List.of("violation SEL-012")),
            Map.entry("accept-version-2", List.of("violation ACC-002")),
            Map.entry("reject-reason-2", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-3", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-4", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-5", List.of("note REJ-002", "violation SEL-017")),
            Map.entry("reject-reason-6", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-7", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-8", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-9", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-11", List.of("note REJ-002")),
            Map.entry("reject-reason-12", List.of("note REJ-002")),
            Map.entry("reject-unknown-reason", List.of("note REJ-002", "note REJ-002")),
            Map.entry("abort-reason-1", List.of("note ABT-003", "violation SEL-001")),
            Map.entry("abort-reason-5", List.of("note ABT-003")),
            Map.entry("abort-reason-6", List.of("note ABT-003", "violation OFR-012")),
            Map.entry("abort-reason-10", List.of("note ABT-003")),
            Map.entry("abort-reason-11", List.of("note ABT-003")),
            Map.entry("v0-info-word-reserved-bits-are-ignored", List.of("surprise V0-001")),
            Map.entry("v0-byte-fields-size-exponent-9", List.of("surprise V0-014")),
            Map.entry("v1-write-data-above-the-size-is-no-violation", List.of("surprise ACE-003")));

    /** By transcript and frame, counted from 1. The old device's ones are of 64 bits, whatever the access size. */
    private static final Map<String, List<String>> TRANSCRIPT_SURPRISES = Map.ofEntries(
            Map.entry("restart-forgets-the-first-hello 3", List.of("note DST-004")),
            Map.entry("restart-performs-each-attached-read 3", List.of("note DST-004")),
            Map.entry("reject-digest-of-the-first-hello-too 3", List.of("note DST-004")),
            Map.entry("version-0-by-select-byte-fields 2", List.of("note OFR-007")),
            Map.entry("new-kvm-info-word-attached-old-device 2", List.of("note KST-002")),
            Map.entry("new-kvm-info-word-detached-old-device 2", List.of("surprise ACE-003", "note KST-002")),
            Map.entry("legacy-exchange-info-word 2", List.of("note KST-002")),
            Map.entry("version-0-exchange-info-word 11", List.of("note ACE-002")),
            Map.entry("new-kvm-byte-fields-attached-old-device 2", List.of("note KST-002")),
            Map.entry("new-kvm-byte-fields-detached-old-device 2", List.of("surprise ACE-003", "note KST-002")),
            Map.entry("legacy-exchange-byte-fields 2", List.of("note KST-002")),
            Map.entry("version-0-exchange-byte-fields 11", List.of("note ACE-002")),
            Map.entry("fail-marked-answer-in-legacy 2", List.of("note KST-002")),
            Map.entry("fail-legacy-second-response 2", List.of("note KST-002")),
            Map.entry("fail-legacy-response-to-a-posted-write 2", List.of("note KST-002")),
            Map.entry("version-0-byte-fields-size-exponent-above-3 1", List.of("surprise V0-014")),
            Map.entry("version-0-byte-fields-size-exponent-above-3 3", List.of("surprise V0-014")),
            Map.entry("version-0-byte-fields-size-exponent-above-3 4", List.of("note ACE-002")),
            Map.entry("version-0-agreed-size-exponent-above-3 5", List.of("surprise V0-014")),
            Map.entry(
                    "version-0-reserved-bits-are-ignored 1",
                    List.of("surprise V0-001", "surprise V0-001", "surprise V0-001")),
            Map.entry("version-0-reserved-bits-are-ignored 3", List.of("surprise V0-001", "surprise ACE-003")),
            Map.entry("marker-is-padding-under-the-policy-off 2", List.of("note KST-002")),
            Map.entry("marker-is-padding-under-the-policy-off 3", List.of("violation DST-002")),
            Map.entry("marker-is-padding-under-the-policy-off 4", List.of("violation FAI-003")),
            Map.entry("version-1-exchange 15", List.of("note ACE-002")),
            Map.entry("version-2-access-errors 6", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 8", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 10", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 12", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 14", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 16", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 18", List.of("note ACE-001")),
            Map.entry("abort-window-0 2", List.of("violation OFR-012")),
            Map.entry("abort-order-window-0-before-the-pin 2", List.of("violation OFR-012")),
            Map.entry("reject-of-an-unknown-reason 4", List.of("note REJ-002", "note REJ-002")),
            Map.entry("abort-of-an-unknown-reason 3", List.of("note ABT-003", "note REJ-002")),
            Map.entry("abort-with-reserved-bytes-set 3", List.of("note ABT-003", "violation MRK-002")),
            Map.entry("fail-plain-answer-under-require-info-word 2", List.of("note KST-003")),
            Map.entry("fail-plain-answer-under-require-byte-fields 2", List.of("note KST-003")),
            Map.entry("close-unmarked-detached-hello-byte-fields 1", List.of("violation DST-003", "surprise V0-001")),
            Map.entry("close-read-at-hello-offset-of-no-valid-size 1", List.of("violation DST-003", "surprise V0-014")),
            Map.entry("close-unmarked-read-under-require 1", List.of()),
            Map.entry("close-unmarked-write-under-require 1", List.of()),
            Map.entry("close-info-word-read-of-byte-fields-device 1", List.of()),
            Map.entry("close-version-0-under-the-policy-off 1", List.of("violation DST-002")));

    /** Their outcome hangs on a policy, which no frame shows. */
    private static final Set<String> UNSEEN = Set.of(
            "close-unmarked-read-under-require",
            "close-unmarked-write-under-require",
            "close-info-word-read-of-byte-fields-device",
            "close-version-0-under-the-policy-off",
            "marker-is-padding-under-the-policy-off");

    /** A vector, the channel that it stands on, and its packet there. */
    private record Placed(JsonNode vector, Conversation conversation, int packet) {
        String id() {
            return vector.get("id").asText();
        }

        /** Its packets, in their order. */
        Set<Integer> packets() {
            return conversation.findings().keySet();
        }

        /** Whether the last frame is one that no side has to send. */
        boolean isFault() {
            return vector.get("outcome").asText().matches("(fail|close) .*");
        }

        boolean lastFromK() {
            JsonNode frames = vector.get("frames");
            return frames.get(frames.size() - 1).get("from").asText().equals("K");
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
                                List.of(placed.vector().get("frame").asText()),
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
                    String outcome = placed.vector().get("outcome").asText();
                    if (!UNSEEN.contains(placed.id())) {
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
        assertBits("hello-grease-versions", Map.of("0", 1L, "2", 1L, "unknown", 0L, "grease", 0xA5L), "versions.");
        assertBits("hello-byte-fields-attached-resp-set", Map.of("0", 0L, "2", 1L, "grease", 0L), "versions.");
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

    /** The packet of the ACCEPT; what the agreement says is there. */
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
                return known.get("name").asText();
            }
        }
        return "" + code;
    }

    private static void assertFields(Placed placed, JsonNode fields) {
        boolean hello = placed.vector().path("frame").asText().equals("HELLO");
        if (hello) {
            boolean detached = number(fields.get("offset")) == Frame.HELLO_OFFSET;
            assertEquals(detached ? 1 : 0, dissection.number(placed.packet(), "detached"));
        }
        fields.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode value = field.getValue();
            boolean exponent = name.equals("size_exponent") && hello;
            long expected = exponent ? 1L << value.asInt() : number(value);
            assertEquals(expected, dissection.number(placed.packet(), exponent ? "size" : name), name);
        });
    }

    private static long number(JsonNode value) {
        if (value.isBoolean()) {
            return value.asBoolean() ? 1 : 0;
        }
        return switch (value.asText()) {
            case "INFO_WORD" -> 1;
            case "BYTE_FIELDS" -> 2;
            default -> value.isTextual() ? Long.parseUnsignedLong(value.asText().substring(2), 16) : value.asLong();
        };
    }

    /** A frame where a receiver would look for it: an OFFER after a HELLO, a SELECT in Offered, and so on. */
    private static Placed placeFrame(JsonNode vector) {
        Conversation conversation = new Conversation(PCAP, ++channels);
        Side from = Side.valueOf(vector.get("from").asText());
        String violates = vector.path("violates").asText();
        switch (vector.path("frame").asText(violates)) {
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
        return new Hello(Layout.INFO_WORD, 3, 1, 0x128, new VersionSet(Conversation.VERSIONS), Conversation.NONCE);
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
                ? new String[] {"violation " + vector.get("violates").asText()}
                : SURPRISES.getOrDefault(vector.get("id").asText(), List.of()).toArray(String[]::new);
        int packet = conversation.send(from, vector.get("bytes").asText(), found);
        return new Placed(vector, conversation, packet);
    }

    private static Placed placeTranscript(JsonNode vector) {
        Conversation conversation = new Conversation(PCAP, ++channels);
        int packet = 0;
        int index = 0;
        for (JsonNode frame : vector.get("frames")) {
            Side from = Side.valueOf(frame.get("from").asText());
            String place = vector.get("id").asText() + " " + ++index;
            List<String> found = TRANSCRIPT_SURPRISES.getOrDefault(place, expected(vector, index));
            packet = conversation.send(from, frame.get("bytes").asText(), found.toArray(String[]::new));
        }
        return new Placed(vector, conversation, packet);
    }

    /** What is found in a frame, counted from 1, unless something else is said above. */
    private static List<String> expected(JsonNode vector, int index) {
        int last = vector.get("frames").size();
        String end = vector.get("outcome").asText().replaceFirst("[ ,].*", "");
        String broken = "violation " + vector.path("violates").asText();
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
