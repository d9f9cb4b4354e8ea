// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The byte vectors of the document hold for this binding. */
class VectorsTest {
    @TestFactory
    Stream<DynamicTest> frames() {
        return vectors("frames", VectorsTest::frame);
    }

    @TestFactory
    Stream<DynamicTest> records() {
        return vectors("records", VectorsTest::record);
    }

    @TestFactory
    Stream<DynamicTest> commands() {
        return vectors("commands", VectorsTest::command);
    }

    @TestFactory
    Stream<DynamicTest> transcripts() {
        return vectors("transcripts", VectorsTest::transcript);
    }

    private static void frame(JsonNode vector) {
        // the frame is in the middle of other bytes: nothing may depend on its beginning
        ByteBuf bytes = Unpooled.buffer().writeZero(3).writeBytes(bytes(vector));
        Decoding decoding = vector.get("from").asString().equals("K")
                ? HandshakeCodec.decodeCommand(bytes, 3)
                : HandshakeCodec.decodeResponse(bytes, 3);
        if (vector.has("violates")) {
            Violation violation =
                    assertInstanceOf(Decoding.Malformed.class, decoding).violation();
            assertEquals(vector.get("violates").asString(), violation.clause().id());
            assertEquals(vector.get("offset").asInt(), violation.offset());
            assertEquals(u64(vector.get("seen")), violation.seen());
            return;
        }
        HandshakeFrame frame =
                assertInstanceOf(Decoding.Decoded.class, decoding).frame();
        assertEquals(vector.get("frame").asString(), frame.kind().name());
        assertEquals(sorted(vector.get("fields")), fields(frame));
        if (!vector.get("id").asString().contains("resp-set")) {
            ByteBuf again = Unpooled.buffer();
            HandshakeCodec.encode(frame, again);
            assertEquals(bytes(vector), again);
        }
    }

    private static void record(JsonNode vector) {
        ByteBuf bytes = bytes(vector);
        Optional<Agreement> agreement = AgreementRecord.decode(bytes, 0);
        if (vector.has("violates")) {
            assertEquals(Optional.empty(), agreement);
            return;
        }
        Map<String, String> fields = new TreeMap<>();
        Agreement agreed = agreement.orElseThrow();
        fields.put("layout", agreed.layout().name());
        fields.put("version", "" + agreed.version().number());
        fields.put("max_inflight", "" + agreed.maxInflight());
        fields.put("features", hex(agreed.features().bits()));
        assertEquals(sorted(vector.get("record")), fields);
        if (bytes.getByte(7) != 0) {
            ByteBuf again = Unpooled.buffer();
            AgreementRecord.encode(agreed, again);
            assertEquals(bytes, again);
        }
    }

    private static void command(JsonNode vector) {
        ByteBuf bytes = bytes(vector);
        FeatureSet features = new FeatureSet(u64(vector.get("features")));
        int version = vector.get("version").asInt();
        Map<String, String> fields = new TreeMap<>();
        Optional<Violation> violation;
        if (version == 2) {
            TaggedCommand command = new TaggedCommand().read(bytes, 0);
            violation = command.violation(features);
            fields.put("op", "" + command.op());
            fields.put("size_exponent", "" + command.sizeExponent());
            fields.put("tag", Integer.toUnsignedString(command.tag()));
            fields.put("response_wanted", "" + (command.responseWanted() == ResponseWanted.YES));
            fields.put("user_data", hex(command.userData()));
            fields.put("offset", hex(command.offset()));
            fields.put("data", hex(command.data()));
        } else {
            LegacyCommand command =
                    new LegacyCommand(Layout.valueOf(vector.get("layout").asString())).read(bytes, 0);
            violation = version == 1 ? command.violation(features) : Optional.empty();
            fields.put("cmd", "" + command.cmd());
            fields.put("size_exponent", "" + command.sizeExponent());
            fields.put("resp", "" + command.resp());
            fields.put("user_data", hex(command.userData()));
            fields.put("offset", hex(command.offset()));
            fields.put("data", hex(command.data()));
        }
        if (vector.has("violates")) {
            assertEquals(
                    vector.get("violates").asString(),
                    violation.orElseThrow().clause().id());
        } else {
            assertEquals(Optional.empty(), violation);
            assertEquals(sorted(vector.get("command")), fields);
        }
    }

    /** Digests cover the frames before them; an invalid frame breaks the named rule. */
    private static void transcript(JsonNode vector) {
        TranscriptDigest digest = new TranscriptDigest();
        int fault = fault(vector);
        if (vector.get("outcome").asString().equals("version 0, not negotiated")) {
            // a marker there is padding
            return;
        }
        boolean tagged = false;
        for (int i = 0; i < vector.get("frames").size(); i++) {
            JsonNode step = vector.get("frames").get(i);
            ByteBuf bytes = bytes(step);
            boolean fromK = step.get("from").asString().equals("K");
            // [MRK-001] no response of version 2 is marked, whatever its tag
            if (!(fromK ? Frame.isMarkedCommand(bytes, 0) : !tagged && Frame.isMarkedResponse(bytes, 0))) {
                continue;
            }
            Decoding decoding =
                    fromK ? HandshakeCodec.decodeCommand(bytes, 0) : HandshakeCodec.decodeResponse(bytes, 0);
            if (i == fault) {
                assertFault(vector, decoding, fromK ? digest.seal(bytes, 0) : 0);
                continue;
            }
            HandshakeFrame frame =
                    assertInstanceOf(Decoding.Decoded.class, decoding).frame();
            switch (frame.kind()) {
                case HELLO -> digest.restart(bytes, 0);
                case OFFER -> digest.add(bytes, 0);
                case SELECT -> assertEquals(((Select) frame).digest(), digest.seal(bytes, 0));
                case ACCEPT -> {
                    assertEquals(((Accept) frame).digest(), digest.seal(bytes, 0));
                    tagged = ((Accept) frame).version() == ProtocolVersion.TAGGED.number();
                }
                case REJECT, ABORT ->
                    assertEquals(
                            vector.get("outcome").asString(),
                            frame.toString().replaceFirst(",.*", "").replace("reason ", ""));
                case RECORD -> throw new AssertionError("a record on a channel");
            }
        }
    }

    /** The index of the frame that no side must send, or an index without a frame. */
    private static int fault(JsonNode vector) {
        int last = vector.get("frames").size() - 1;
        String outcome = vector.get("outcome").asString();
        if (outcome.startsWith("REJECT") && vector.has("violates")) {
            return last - 1;
        }
        return outcome.matches("(fail|close) .*") ? last : -1;
    }

    private static void assertFault(JsonNode vector, Decoding decoding, int digest) {
        String violates = vector.get("violates").asString();
        Optional<String> malformed = decoding instanceof Decoding.Malformed broken
                ? Optional.of(broken.violation().clause().id())
                : Optional.empty();
        switch (violates) {
            case "SEL-010", "SEL-011" -> assertEquals(Optional.of(violates), malformed);
            case "SEL-013", "SEL-014", "SEL-015", "SEL-016", "SEL-017" ->
                assertEquals(((Select) ((Decoding.Decoded) decoding).frame()).digest(), digest);
            case "SEL-012" -> {
                assertNotEquals(((Select) ((Decoding.Decoded) decoding).frame()).digest(), digest);
                JsonNode reject = vector.get("frames").get(vector.get("frames").size() - 1);
                assertEquals(Integer.toUnsignedLong(digest), bytes(reject).getLongLE(16));
            }
            default -> assertEquals(Optional.empty(), malformed.filter(clause -> clause.equals("SEL-011")));
        }
    }

    @Test
    void atLeastHalfOfAllVectorsBreakARule() {
        int all = 0;
        int invalid = 0;
        for (String name : List.of("frames", "records", "commands", "transcripts")) {
            for (JsonNode vector : json("vectors/" + name + ".json").get(name)) {
                all++;
                invalid += vector.has("violates") ? 1 : 0;
            }
        }
        assertTrue(2 * invalid >= all, invalid + " of " + all);
    }

    @Test
    void everyReasonEndsAChannelInEachFrameThatBearsIt() {
        Set<String> outcomes = new TreeSet<>();
        json("vectors/transcripts.json")
                .get("transcripts")
                .forEach(vector -> outcomes.add(vector.get("outcome").asString()));
        for (JsonNode reason : json("registry/registry.json").get("reasons")) {
            for (JsonNode frame : reason.get("frames")) {
                String outcome = frame.asString() + " " + reason.get("name").asString();
                assertTrue(outcomes.contains(outcome), outcome);
            }
        }
    }

    @Test
    void everyTranscriptNamesClausesOfTheDocument() {
        Set<String> known = Stream.of(Clause.values()).map(Clause::id).collect(Collectors.toSet());
        for (JsonNode vector : json("vectors/transcripts.json").get("transcripts")) {
            List<String> named = new ArrayList<>();
            vector.path("shows").forEach(clause -> named.add(clause.asString()));
            if (vector.has("violates")) {
                named.add(vector.get("violates").asString());
            }
            assertFalse(named.isEmpty(), vector.get("id").asString());
            assertTrue(known.containsAll(named), vector.get("id").asString());
        }
    }

    @Test
    void aFaultIsNamedAsTheOutcomeNamesIt() {
        for (JsonNode vector : json("vectors/transcripts.json").get("transcripts")) {
            String outcome = vector.get("outcome").asString();
            if (outcome.matches("(fail|close) .*")) {
                assertEquals(
                        outcome.replaceFirst(".* ", ""), vector.get("violates").asString());
            }
        }
    }

    private static Map<String, String> fields(HandshakeFrame frame) {
        Map<String, String> fields = new TreeMap<>();
        switch (frame.kind()) {
            case HELLO -> {
                Hello hello = (Hello) frame;
                fields.put("layout", hello.layout().name());
                fields.put("size_exponent", "" + hello.sizeExponent());
                fields.put("resp", "" + ((hello.readHead() & 0x1040) != 0));
                fields.put("user_data", hex(hello.userData()));
                fields.put("offset", hex(hello.offset()));
                fields.put("nonce", "" + hello.nonce());
            }
            case OFFER -> {
                Offer offer = (Offer) frame;
                fields.put("value", hex(offer.value()));
                fields.put("max_inflight", "" + offer.maxInflight());
                fields.put("features", hex(offer.features().bits()));
                fields.put("versions", hex(offer.versions().bits()));
                fields.put("nonce", "" + offer.nonce());
                fields.put("reserved", hex(offer.reserved()));
            }
            case SELECT -> {
                Select select = (Select) frame;
                fields.put("version", "" + select.version());
                fields.put("max_inflight", "" + select.maxInflight());
                fields.put("features", hex(select.features().bits()));
                fields.put("digest", hex(select.digest()));
            }
            case ACCEPT -> {
                Accept accept = (Accept) frame;
                fields.put("version", "" + accept.version());
                fields.put("max_inflight", "" + accept.maxInflight());
                fields.put("features", hex(accept.features().bits()));
                fields.put("digest", hex(accept.digest()));
            }
            case REJECT -> {
                Reject reject = (Reject) frame;
                fields.put("reason", "" + reject.reasonCode());
                fields.put("detail", hex(reject.detail()));
            }
            case ABORT -> {
                Abort abort = (Abort) frame;
                fields.put("reason", "" + abort.reasonCode());
                fields.put("detail", hex(abort.detail()));
            }
            case RECORD -> throw new AssertionError("a record is no handshake frame");
        }
        return fields;
    }

    private static Map<String, String> sorted(JsonNode fields) {
        Map<String, String> sorted = new TreeMap<>();
        fields.properties()
                .forEach(field -> sorted.put(field.getKey(), field.getValue().asString()));
        return sorted;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }

    private static long u64(JsonNode hex) {
        return Long.parseUnsignedLong(hex.asString().substring(2), 16);
    }

    private static JsonNode json(String name) {
        return new ObjectMapper().readTree(Path.of("..", name).toFile());
    }

    private static ByteBuf bytes(JsonNode vector) {
        return Unpooled.wrappedBuffer(
                HexFormat.of().parseHex(vector.get("bytes").asString().replace(" ", "")));
    }

    private static Stream<DynamicTest> vectors(String name, java.util.function.Consumer<JsonNode> holds) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        for (JsonNode vector : json("vectors/" + name + ".json").get(name)) {
            assertEquals(null, byId.put(vector.get("id").asString(), vector), "two vectors of one id");
        }
        return StreamSupport.stream(byId.entrySet().spliterator(), false)
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> holds.accept(entry.getValue())));
    }
}
