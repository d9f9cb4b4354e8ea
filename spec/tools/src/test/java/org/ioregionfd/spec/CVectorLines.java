// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The vectors of the document in the line format of c/check_vectors.c, which says what a line is. */
final class CVectorLines {
    private static final Pattern OPEN =
            Pattern.compile("open, version (\\d+), features (0x[0-9a-f]+), max_inflight (\\d+)");
    private static final Pattern ENDED = Pattern.compile("(REJECT|ABORT) ([A-Z_]+|[0-9]+)");

    private final Map<String, Integer> codes = new HashMap<>();
    private final JsonNode registry = SpecFiles.json("registry/registry.json");
    private final List<String> lines = new ArrayList<>();

    private CVectorLines() {
        for (String list : List.of("kinds", "layouts", "reasons")) {
            registry.get(list)
                    .forEach(entry -> codes.put(
                            entry.get("name").asString(), entry.get("code").asInt()));
        }
    }

    /** A line for every vector and for every read head. */
    static List<String> all() {
        CVectorLines lines = new CVectorLines();
        lines.heads();
        lines.vectors("frames").forEach(lines::frame);
        lines.vectors("records").forEach(lines::record);
        lines.vectors("commands").forEach(lines::command);
        lines.vectors("transcripts").forEach(lines::transcript);
        return lines.lines;
    }

    private JsonNode vectors(String name) {
        return SpecFiles.json("vectors/" + name + ".json").get(name);
    }

    private void heads() {
        for (JsonNode heads : registry.get("readHeads")) {
            int layout = codes.get(heads.get("layout").asString());
            for (JsonNode first : heads.get("byte0")) {
                for (JsonNode second : heads.get("byte1")) {
                    lines.add("head %02x%02x %d".formatted(first.asInt(), second.asInt(), layout));
                }
            }
        }
    }

    private void frame(JsonNode vector) {
        String head = "frame " + id(vector) + ' ' + vector.get("from").asString() + ' ' + bytes(vector);
        if (vector.has("violates")) {
            lines.add(head + " bad " + vector.get("violates").asString() + ' '
                    + vector.get("offset").asString() + ' ' + vector.get("seen").asString());
        } else {
            int kind = codes.get(vector.get("frame").asString());
            lines.add(head + " ok " + kind + ' ' + fields(vector.get("fields")));
        }
    }

    private void record(JsonNode vector) {
        String head = "record " + id(vector) + ' ' + bytes(vector);
        lines.add(head + (vector.has("violates") ? " bad" : " ok " + fields(vector.get("record"))));
    }

    private void command(JsonNode vector) {
        int layout = vector.has("layout") ? codes.get(vector.get("layout").asString()) : 0;
        String head = "command " + id(vector) + ' ' + vector.get("version").asString() + ' ' + layout + ' '
                + vector.get("features").asString() + ' ' + bytes(vector);
        lines.add(
                vector.has("violates")
                        ? head + " bad " + vector.get("violates").asString()
                        : head + " ok " + fields(vector.get("command")));
    }

    private void transcript(JsonNode vector) {
        List<String> words = new ArrayList<>(List.of("transcript", id(vector)));
        words.add("end=" + outcome(vector.get("outcome").asString()));
        for (String member : List.of("violates", "only")) {
            if (vector.has(member)) {
                words.add(member + '=' + vector.get(member).asString());
            }
        }
        if (vector.has("shows")) {
            words.add("shows="
                    + SpecFiles.stream(vector.get("shows"))
                            .map(JsonNode::asString)
                            .collect(Collectors.joining(",")));
        }
        for (String side : List.of("k", "d")) {
            vector.path(side).properties().forEach(member -> words.add(configured(side, member)));
        }
        vector.get("frames").forEach(frame -> words.add(frame.get("from").asString() + '=' + bytes(frame)));
        lines.add(String.join(" ", words));
    }

    private String configured(String side, Map.Entry<String, JsonNode> member) {
        JsonNode value = member.getValue();
        return switch (member.getKey()) {
            case "memory" ->
                value.properties().stream()
                        .map(cell -> "memory=" + cell.getKey() + '=' + number(cell.getValue()))
                        .collect(Collectors.joining(" "));
            case "pin" -> "k_pin=" + value.asString().replace(" ", "");
            default -> side + '_' + member.getKey() + '=' + number(value);
        };
    }

    private String outcome(String text) {
        Matcher open = OPEN.matcher(text);
        if (open.matches()) {
            return "open version=" + open.group(1) + " features=" + open.group(2) + " max_inflight=" + open.group(3);
        }
        if (text.equals("version 0, not negotiated")) {
            return "unnegotiated";
        }
        Matcher ended = ENDED.matcher(text);
        if (ended.matches()) {
            String reason = ended.group(2);
            return ended.group(1).toLowerCase(Locale.ROOT) + " reason="
                    + (codes.containsKey(reason) ? codes.get(reason) : Integer.valueOf(reason));
        }
        return text.replaceFirst(" .*", "");
    }

    private String fields(JsonNode fields) {
        return fields.properties().stream()
                .map(field -> field.getKey() + '=' + number(field.getValue()))
                .collect(Collectors.joining(" "));
    }

    private String number(JsonNode value) {
        if (value.isBoolean()) {
            return value.asBoolean() ? "1" : "0";
        }
        String text = value.asString();
        return codes.containsKey(text) ? "" + codes.get(text) : text;
    }

    private static String id(JsonNode vector) {
        return vector.get("id").asString();
    }

    private static String bytes(JsonNode vector) {
        return vector.get("bytes").asString().replace(" ", "");
    }
}
