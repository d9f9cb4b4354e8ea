// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.ioregionfd.conformance.rules.FrameShape.FieldShape;
import org.junit.jupiter.api.Test;

/** The oracle reads the byte vectors of the document as the document means them. */
class OracleVectorsTest {
    private static final Path VECTORS = Path.of(System.getProperty("basedir", ""), "..", "spec", "vectors");

    @Test
    void readsEveryFieldOfEveryFrame() throws IOException {
        int fields = 0;
        for (JsonObject vector : vectors("frames.json", "frames")) {
            if (!vector.has("frame")) {
                continue; // A vector of something that is no frame.
            }
            Frame frame = frame(vector);
            assertEquals(vector.get("frame").getAsString(), frame.shape().name(), id(vector));
            for (var field : vector.getAsJsonObject("fields").entrySet()) {
                Optional<FieldShape> shape = frame.shape().find(field.getKey());
                if (shape.isPresent()) {
                    assertEquals(number(field.getValue()), shape.get().read(frame.bytes()), id(vector));
                    fields++;
                }
            }
            // What its receiver ignores is set in some vectors, though no sender may set it.
            boolean isSet = frame.shape().find("reserved").stream().anyMatch(field -> field.read(frame.bytes()) != 0);
            assertEquals(!isSet, frame.shape().faults(frame.bytes()).isEmpty(), id(vector));
        }
        assertTrue(fields > 80, "too few fields to mean anything: " + fields);
    }

    @Test
    void computesTheDigestsOfWholeHandshakes() throws IOException {
        int digests = 0;
        for (JsonObject vector : vectors("transcripts.json", "transcripts")) {
            List<Frame> since = new ArrayList<>();
            List<JsonObject> frames = objects(vector, "frames");
            for (JsonObject sent : frames.subList(0, sealed(vector, frames))) {
                if (!isMarked(sent)) {
                    continue; // A command or response before or after the handshake.
                }
                Frame frame = frame(sent);
                if (frame.shape().name().equals("HELLO")) {
                    since.clear();
                }
                since.add(frame);
                if (since.size() > 2 && frame.shape().find("digest").isPresent()) {
                    assertEquals(frame.get("digest"), Forge.digest(since), id(vector));
                    digests++;
                }
            }
        }
        assertTrue(digests > 200, "too few digests to mean anything: " + digests);
    }

    @Test
    void computesTheDigestThatARejectShows() throws IOException {
        int digests = 0;
        for (JsonObject vector : vectors("transcripts.json", "transcripts")) {
            if (violates(vector).equals("SEL-012")) {
                List<JsonObject> frames = objects(vector, "frames");
                List<Frame> last = frames.subList(frames.size() - 4, frames.size()).stream()
                        .map(OracleVectorsTest::frame)
                        .toList();
                long digest = Forge.digest(last.subList(0, 3));
                assertEquals(digest, last.get(3).get("detail"), id(vector));
                assertNotEquals(digest, last.get(2).get("digest"), id(vector));
                digests++;
            }
        }
        assertEquals(4, digests);
    }

    @Test
    void knowsACommandByItsMarkerAtItsPlaceOnly() {
        Registry registry = Registry.standard();
        byte[] shifted = HexFormat.of().parseHex("40000049" + "4f524801" + "00".repeat(24));

        assertAll(
                () -> assertEquals(
                        1,
                        registry.kindOf(registry.marked(new byte[32], 1), Sender.K)
                                .orElse(0)),
                () -> assertTrue(registry.kindOf(registry.marked(new byte[32], 1), Sender.D)
                        .isEmpty()),
                () -> assertTrue(registry.kindOf(shifted, Sender.K).isEmpty()));
    }

    /** How many frames there are before the first that breaks a rule of frames or digests. */
    private static int sealed(JsonObject vector, List<JsonObject> frames) {
        return switch (violates(vector)) {
            case "SEL-010", "SEL-011", "SEL-012" -> frames.size() - 2;
            default ->
                vector.get("outcome").getAsString().matches("(fail|close) .*") ? frames.size() - 1 : frames.size();
        };
    }

    private static String violates(JsonObject vector) {
        return vector.has("violates") ? vector.get("violates").getAsString() : "";
    }

    private static boolean isMarked(JsonObject vector) {
        return Registry.standard().kindOf(bytes(vector), sender(vector)).isPresent();
    }

    private static byte[] bytes(JsonObject vector) {
        return HexFormat.of().parseHex(vector.get("bytes").getAsString().replace(" ", ""));
    }

    private static Sender sender(JsonObject vector) {
        return Sender.valueOf(vector.get("from").getAsString());
    }

    private static Frame frame(JsonObject vector) {
        byte[] bytes = bytes(vector);
        int kind = Registry.standard().kindOf(bytes, sender(vector)).orElseThrow();
        return new Frame(Registry.standard().shapeOfKind(kind).orElseThrow(), bytes);
    }

    private static long number(JsonElement value) {
        String text = value.getAsString();
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }

    private static String id(JsonObject vector) {
        return vector.get("id").getAsString();
    }

    private static List<JsonObject> vectors(String file, String table) throws IOException {
        return objects(
                JsonParser.parseString(Files.readString(VECTORS.resolve(file))).getAsJsonObject(), table);
    }

    private static List<JsonObject> objects(JsonObject parent, String name) {
        return StreamSupport.stream(parent.getAsJsonArray(name).spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }
}
