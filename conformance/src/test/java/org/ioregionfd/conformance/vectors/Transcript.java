// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.vectors;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;
import org.ioregionfd.wire.Reason;

/** A whole channel from the document's vectors; their schema explains the members. */
record Transcript(String id, Outcome outcome, JsonObject json, List<Sent> frames) {
    private static final Path FILE =
            Path.of(System.getProperty("basedir", ""), "..", "spec", "vectors", "transcripts.json");

    enum Side {
        K,
        D
    }

    /** "REJECT BAD_WINDOW" is of the end REJECT and the word BAD_WINDOW. */
    record Outcome(End end, String word) {}

    enum End {
        OPEN,
        LEGACY,
        UNNEGOTIATED,
        REJECT,
        ABORT,
        FAIL,
        CLOSE
    }

    /** A frame and who sent it. */
    record Sent(Side from, String hex) {
        ByteBuf bytes() {
            return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
        }

        boolean is(FrameKind kind) {
            ByteBuf bytes = bytes();
            return switch (from) {
                case K -> Frame.isMarkedCommand(bytes, 0) && Frame.commandKind(bytes, 0) == kind.code();
                case D -> Frame.isMarkedResponse(bytes, 0) && Frame.responseKind(bytes, 0) == kind.code();
            };
        }
    }

    static List<Transcript> all() {
        try {
            JsonObject file = JsonParser.parseString(Files.readString(FILE)).getAsJsonObject();
            return objects(file, "transcripts").map(Transcript::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Transcript of(JsonObject json) {
        List<Sent> frames = objects(json, "frames")
                .map(frame -> new Sent(
                        Side.valueOf(frame.get("from").getAsString()),
                        frame.get("bytes").getAsString().replace(" ", "")))
                .toList();
        String outcome = json.get("outcome").getAsString();
        String first = outcome.replaceFirst("[ ,].*", "");
        End end = switch (first) {
            case "open" -> End.OPEN;
            case "legacy" -> End.LEGACY;
            case "version" -> End.UNNEGOTIATED;
            case "REJECT" -> End.REJECT;
            case "ABORT" -> End.ABORT;
            case "fail" -> End.FAIL;
            case "close" -> End.CLOSE;
            default -> throw new IllegalArgumentException("an outcome of no known form: " + outcome);
        };
        String word = outcome.substring(first.length()).replaceFirst("^[ ,]+", "");
        return new Transcript(json.get("id").getAsString(), new Outcome(end, word), json, frames);
    }

    Optional<String> violates() {
        return Optional.ofNullable(json.get("violates")).map(JsonElement::getAsString);
    }

    boolean canPlay(Side side) {
        return !json.has("only") || json.get("only").getAsString().equals(side.name());
    }

    /** Whether no side must send that frame: it is the fault that ends the channel. */
    boolean isFault(int index) {
        int last = frames.size() - 1;
        return switch (outcome.end()) {
            case FAIL, CLOSE -> index == last;
            case REJECT ->
                index == last - 1 && violates().isPresent() && !violates().get().equals("SEL-017");
            case OPEN, LEGACY, UNNEGOTIATED, ABORT -> false;
        };
    }

    /** The first frame of that kind from that index on. */
    Optional<ByteBuf> first(Side from, FrameKind kind, int fromIndex) {
        return IntStream.range(fromIndex, frames.size())
                .mapToObj(frames::get)
                .filter(frame -> frame.from() == from && frame.is(kind))
                .map(Sent::bytes)
                .findFirst();
    }

    /** A member of "k" or "d". */
    Optional<JsonElement> configured(Side side, String member) {
        JsonElement all = json.get(side == Side.K ? "k" : "d");
        return all == null
                ? Optional.empty()
                : Optional.ofNullable(all.getAsJsonObject().get(member));
    }

    long bits(Side side, String member, long absent) {
        return configured(side, member).map(Transcript::u64).orElse(absent);
    }

    /** Agreements as transcripts write them: "version 2, features 0x7, max_inflight 64". */
    static String inWords(Agreement agreement) {
        return "version %d, features 0x%x, max_inflight %d"
                .formatted(agreement.version().number(), agreement.features().bits(), agreement.maxInflight());
    }

    /** The name of a reason, or its code where it has none. */
    static String reason(int code) {
        return Reason.of(code).map(Reason::name).orElse("" + code);
    }

    static long u64(JsonElement hex) {
        return Long.parseUnsignedLong(hex.getAsString().substring(2), 16);
    }

    private static Stream<JsonObject> objects(JsonObject parent, String name) {
        return StreamSupport.stream(parent.getAsJsonArray(name).spliterator(), false)
                .map(JsonElement::getAsJsonObject);
    }
}
