// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
            assertEquals(List.of(), frame.shape().faults(frame.bytes()), id(vector));
        }
        assertTrue(fields > 80, "too few fields to mean anything: " + fields);
    }

    @Test
    void computesTheDigestsOfWholeHandshakes() throws IOException {
        int digests = 0;
        for (JsonObject vector : vectors("transcripts.json", "transcripts")) {
            List<Frame> since = new ArrayList<>();
            for (JsonObject sent : objects(vector, "frames")) {
                if (!isMarked(sent)) {
                    continue; // A command or response before or after the handshake.
                }
                Frame frame = frame(sent);
                if (frame.shape().name().equals("HELLO")) {
                    since.clear();
                }
                since.add(frame);
                if (frame.shape().find("digest").isPresent()) {
                    assertEquals(frame.get("digest"), Digest.of(since), id(vector));
                    digests++;
                }
            }
        }
        assertTrue(digests > 8, "too few digests to mean anything: " + digests);
    }

    @Test
    void knowsACommandByItsMarkerAtItsPlaceOnly() {
        Registry registry = Registry.standard();
        byte[] shifted = HexFormat.of().parseHex("40000049" + "4f52485301" + "00".repeat(23));

        assertAll(
                () -> assertEquals(
                        1,
                        registry.kindOf(registry.marked(new byte[32], 1), Sender.K)
                                .orElse(0)),
                () -> assertTrue(registry.kindOf(registry.marked(new byte[32], 1), Sender.D)
                        .isEmpty()),
                () -> assertTrue(registry.kindOf(shifted, Sender.K).isEmpty()));
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
