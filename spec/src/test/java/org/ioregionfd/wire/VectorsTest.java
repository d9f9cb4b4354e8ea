// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

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
        // the frame stands in the middle of other bytes: nothing may depend on where it begins
        ByteBuf bytes = Unpooled.buffer().writeZero(3).writeBytes(bytes(vector));
        Decoding decoding = vector.get("from").asText().equals("K")
                ? HandshakeCodec.decodeCommand(bytes, 3)
                : HandshakeCodec.decodeResponse(bytes, 3);
        if (vector.has("violates")) {
            Violation violation =
                    assertInstanceOf(Decoding.Malformed.class, decoding).violation();
            assertEquals(vector.get("violates").asText(), violation.clause().id());
            assertEquals(vector.get("offset").asInt(), violation.offset());
            assertEquals(u64(vector.get("seen")), violation.seen());
            return;
        }
        HandshakeFrame frame =
                assertInstanceOf(Decoding.Decoded.class, decoding).frame();
        assertEquals(vector.get("frame").asText(), frame.kind().name());
        assertEquals(sorted(vector.get("fields")), fields(frame));
        if (!vector.get("id").asText().contains("resp-set")) {
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
            TaggedCommand command = new TaggedCommand(bytes, 0);
            violation = command.violation(features);
            fields.put("op", "" + command.op());
            fields.put("size_exponent", "" + command.sizeExponent());
            fields.put("tag", Integer.toUnsignedString(command.tag()));
            fields.put("response_wanted", "" + (command.responseWanted() == ResponseWanted.YES));
            fields.put("user_data", hex(command.userData()));
            fields.put("offset", hex(command.offset()));
            fields.put("data", hex(command.data()));
        } else {
            LegacyCommand command = new LegacyCommand(
                    bytes, 0, Layout.valueOf(vector.get("layout").asText()));
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
                    vector.get("violates").asText(),
                    violation.orElseThrow().clause().id());
        } else {
            assertEquals(Optional.empty(), violation);
            assertEquals(sorted(vector.get("command")), fields);
        }
    }

    private static void transcript(JsonNode vector) {
        TranscriptDigest digest = new TranscriptDigest();
        for (JsonNode step : vector.get("frames")) {
            ByteBuf bytes = bytes(step);
            boolean fromK = step.get("from").asText().equals("K");
            if (!(fromK ? Frame.isMarkedCommand(bytes, 0) : Frame.isMarkedResponse(bytes, 0))) {
                assertEquals(true, vector.get("outcome").asText().matches("legacy|version 0, not negotiated"));
                continue;
            }
            Decoding decoding = step.get("from").asText().equals("K")
                    ? HandshakeCodec.decodeCommand(bytes, 0)
                    : HandshakeCodec.decodeResponse(bytes, 0);
            HandshakeFrame frame =
                    assertInstanceOf(Decoding.Decoded.class, decoding).frame();
            switch (frame.kind()) {
                case HELLO -> digest.restart(bytes, 0);
                case OFFER -> digest.add(bytes, 0);
                case SELECT -> assertEquals(((Select) frame).digest(), digest.seal(bytes, 0));
                case ACCEPT -> assertEquals(((Accept) frame).digest(), digest.seal(bytes, 0));
                case REJECT, ABORT ->
                    assertEquals(
                            vector.get("outcome").asText(), frame.toString().replaceFirst(",.*", ""));
                case RECORD -> throw new AssertionError("a record on a channel");
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
                fields.put("user_data", hex(hello.userData()));
                fields.put("offset", hex(hello.offset()));
                fields.put("versions", hex(hello.versions().bits()));
                fields.put("nonce", hex(hello.nonce()));
            }
            case OFFER -> {
                Offer offer = (Offer) frame;
                fields.put("value", hex(offer.value()));
                fields.put("max_inflight", "" + offer.maxInflight());
                fields.put("features", hex(offer.features().bits()));
                fields.put("versions", hex(offer.versions().bits()));
                fields.put("nonce", hex(offer.nonce()));
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
                .forEach(field -> sorted.put(field.getKey(), field.getValue().asText()));
        return sorted;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }

    private static long u64(JsonNode hex) {
        return Long.parseUnsignedLong(hex.asText().substring(2), 16);
    }

    private static ByteBuf bytes(JsonNode vector) {
        return Unpooled.wrappedBuffer(
                HexFormat.of().parseHex(vector.get("bytes").asText().replace(" ", "")));
    }

    private static Stream<DynamicTest> vectors(String name, java.util.function.Consumer<JsonNode> holds) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        for (JsonNode vector : SpecFiles.json("vectors/" + name + ".json").get(name)) {
            assertEquals(null, byId.put(vector.get("id").asText(), vector), "two vectors of one id");
        }
        return StreamSupport.stream(byId.entrySet().spliterator(), false)
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> holds.accept(entry.getValue())));
    }
}
