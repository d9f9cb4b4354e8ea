// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.peer.Trace.Bytes;
import org.ioregionfd.conformance.peer.Trace.Ended;
import org.ioregionfd.conformance.peer.Trace.Note;
import org.ioregionfd.conformance.peer.Trace.Transfer;
import org.ioregionfd.conformance.rules.HexDump;
import org.ioregionfd.conformance.rules.Sender;

/** A trace as JSON: written for readers of a report, and read back to play a channel again. */
public final class TraceJson {
    private static final Gson GSON = new Gson();

    private TraceJson() {}

    /** {@code trace} with each frame field by field. */
    public static JsonObject of(Trace trace) {
        JsonArray entries = new JsonArray();
        for (Trace.Entry entry : trace.entries()) {
            entries.add(of(entry));
        }
        JsonObject json = new JsonObject();
        json.addProperty("omitted", trace.omitted());
        json.add("entries", entries);
        return json;
    }

    /**
     * The trace of which {@link #of} made this; the fields are not used.
     *
     * @throws IllegalArgumentException with a line for the user if it is none
     */
    public static Trace read(JsonElement json) {
        try {
            JsonObject trace = json.getAsJsonObject();
            List<Trace.Entry> entries = new ArrayList<>();
            for (JsonElement entry : trace.getAsJsonArray("entries")) {
                entries.add(readEntry(entry.getAsJsonObject()));
            }
            return new Trace(entries, trace.get("omitted").getAsInt());
        } catch (JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | NullPointerException
                | ClassCastException
                | UnsupportedOperationException e) {
            throw new IllegalArgumentException("its trace is not valid", e);
        }
    }

    private static JsonObject of(Trace.Entry entry) {
        JsonObject json = new JsonObject();
        json.addProperty("type", entry.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        GSON.toJsonTree(entry)
                .getAsJsonObject()
                .entrySet()
                .forEach(member -> json.add(member.getKey(), member.getValue()));
        if (entry instanceof Bytes bytes) {
            json.addProperty("transfer", bytes.transfer().name().toLowerCase(Locale.ROOT));
            bytes.asFrame().ifPresent(frame -> json.add("fields", GSON.toJsonTree(HexDump.fields(frame))));
        }
        return json;
    }

    private static Trace.Entry readEntry(JsonObject json) {
        return switch (json.get("type").getAsString()) {
            case "bytes" -> {
                List<Integer> cuts = new ArrayList<>();
                json.getAsJsonArray("cuts").forEach(cut -> cuts.add(cut.getAsInt()));
                Bytes bytes = new Bytes(
                        Sender.valueOf(json.get("from").getAsString()),
                        json.get("frame").getAsString(),
                        json.get("hex").getAsString(),
                        Transfer.valueOf(json.get("transfer").getAsString().toUpperCase(Locale.ROOT)),
                        cuts);
                requireCutsWithin(bytes);
                yield bytes;
            }
            case "ended" ->
                new Ended(
                        Sender.valueOf(json.get("by").getAsString()),
                        json.get("text").getAsString());
            case "note" -> new Note(json.get("text").getAsString());
            default -> throw new IllegalArgumentException("its trace has an entry that is not valid");
        };
    }

    /** It also checks that the bytes are hexadecimal. */
    private static void requireCutsWithin(Bytes bytes) {
        int from = 0;
        for (int cut : bytes.cuts()) {
            if (cut <= from || cut >= bytes.bytes().length) {
                throw new IllegalArgumentException("its trace has a cut outside of its bytes");
            }
            from = cut;
        }
        if (bytes.bytes().length == 0) {
            throw new IllegalArgumentException("its trace has an entry without bytes");
        }
    }
}
