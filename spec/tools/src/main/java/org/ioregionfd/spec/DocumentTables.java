// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.ioregionfd.spec.SpecFiles.number;
import static org.ioregionfd.spec.SpecFiles.stream;
import static org.ioregionfd.spec.SpecFiles.text;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;
import tools.jackson.databind.JsonNode;

/** The tables and diagrams of handshake.md, made from the registry: the text between "generated" and "end" comments. */
final class DocumentTables {
    /** A field with fewer characters could not be read. */
    private static final int CELL_MIN = 7;
    /** The width of wide fields: eight bytes fill this. */
    private static final int CELL_MAX = 15;

    private final JsonNode registry = SpecFiles.json("registry/registry.json");
    private final JsonNode states = SpecFiles.json("registry/states.json");
    private final List<HandshakeDocument.ClauseText> clauses;

    DocumentTables(List<HandshakeDocument.ClauseText> clauses) {
        this.clauses = clauses;
    }

    /** The text of the region with that name; an unknown name is a mistake in the document. */
    String region(String name) {
        String[] words = name.split(" ", 2);
        return switch (words[0]) {
            case "kinds" -> kinds();
            case "reasons" -> reasons();
            case "features" -> features();
            case "frame" -> bytesOf(frame("frames", words[1]));
            case "command" ->
                bytesOf(frame(
                        "exchangeFrames",
                        "COMMAND_" + words[1].toUpperCase(Locale.ROOT).replace('-', '_')));
            case "response" -> bytesOf(frame("exchangeFrames", words.length == 1 ? "RESPONSE" : "RESPONSE_TAGGED"));
            case "states" -> statesOf(words[1]);
            case "clauses" -> clausesOf(words[1]);
            case "transcript" -> transcript(words[1]);
            case "exchange" -> exchange(words[1]);
            case "transcripts" -> transcripts();
            case "beside" -> beside(words[1].split(" "));
            default -> throw new IllegalStateException("nothing generates " + name);
        };
    }

    private String kinds() {
        return table("| kind | name | sender | |", "kinds", kind -> {
            String name = text(kind, "name");
            return kind.has("kept")
                    ? row(text(kind, "code"), "", "", "kept " + text(kind, "kept"))
                    : row(text(kind, "code"), name, text(frame("frames", name), "sender"), text(kind, "meaning"));
        });
    }

    private String reasons() {
        return table("| code | reason | in | detail |", "reasons", reason -> {
            String in = texts(reason.get("frames")).collect(Collectors.joining(", "));
            return row(text(reason, "code"), text(reason, "name"), in, text(reason, "detail"));
        });
    }

    private String features() {
        return table("| bit | feature | needs | meaning |", "features", feature -> {
            String needs = "version " + text(feature, "needsVersion") + " or above";
            return row(text(feature, "bit"), text(feature, "name"), needs, text(feature, "meaning"));
        });
    }

    private String table(String columns, String list, Function<JsonNode, String> row) {
        return table(columns, stream(registry.get(list)).map(row));
    }

    private static String table(String columns, Stream<String> rows) {
        return columns + "\n" + columns.replaceAll("[^|]+", "---") + "\n" + rows.collect(Collectors.joining());
    }

    private String bytesOf(JsonNode frame) {
        Stream<String> rows =
                stream(frame.get("fields")).map(field -> row(bytes(field), text(field, "name"), note(field)));
        return table("| byte | field | |", rows) + "\n" + diagram(frame);
    }

    private String note(JsonNode field) {
        if (field.has("bits")) {
            List<String> bits = new ArrayList<>();
            for (JsonNode bit : field.get("bits")) {
                int first = number(bit, "first");
                int last = number(bit, "last");
                bits.add((first == last ? "bit " + first : "bits " + first + ".." + last) + " " + text(bit, "name"));
            }
            return String.join(", ", bits);
        }
        if (text(field, "name").equals("marker")) {
            return spaced(text(field, "value"));
        }
        if (field.has("value")) {
            return value(field);
        }
        String zero = text(field, "type").equals("zero") ? "0" : "";
        return field.has("note") ? (zero.isEmpty() ? "" : "zero; ") + text(field, "note") : zero;
    }

    private static String diagram(JsonNode frame) {
        StringBuilder ruler = new StringBuilder("    byte  ");
        StringBuilder line = new StringBuilder("         +");
        StringBuilder cells = new StringBuilder("         |");
        for (JsonNode field : frame.get("fields")) {
            String label = label(field);
            int width = Math.max(
                    label.length() + 2, Math.min(CELL_MAX, Math.max(CELL_MIN, 2 * number(field, "width") - 1)));
            ruler.append(String.format("%-" + (width + 1) + "s", text(field, "offset")));
            line.append("-".repeat(width)).append('+');
            int left = (width - label.length()) / 2;
            cells.append(" ".repeat(left))
                    .append(label)
                    .append(" ".repeat(width - left - label.length()))
                    .append('|');
        }
        return ruler.toString().stripTrailing() + "\n" + line + "\n" + cells + "\n" + line + "\n";
    }

    private static String label(JsonNode field) {
        String name = text(field, "name");
        if (name.equals("marker")) {
            return "I O R H";
        }
        if (field.has("value")) {
            return value(field);
        }
        return text(field, "type").equals("zero") ? "0" : name;
    }

    private static String value(JsonNode field) {
        int value = number(field, "value");
        return value > 9 ? String.format("0x%02X", value) : "" + value;
    }

    private String statesOf(String side) {
        List<String> rows = new ArrayList<>();
        StringBuilder diagram = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        JsonNode machine = find(states.get("sides"), "side", side);
        diagram.append("    [*] --> ").append(text(machine, "initial")).append('\n');
        Set<String> arrows = new LinkedHashSet<>();
        for (JsonNode transition : machine.get("transitions")) {
            String from = text(transition, "state");
            String next = text(transition, "next");
            String event = text(transition, "event");
            String cited =
                    texts(transition.get("clauses")).map(DocumentTables::link).collect(Collectors.joining(", "));
            rows.add(row("**" + from + "**", event, text(transition, "reaction"), next, cited));
            if (!from.equals("any") && !from.equals(next)) {
                arrows.add("    " + id(from) + " --> " + id(next) + " : " + event + "\n");
            }
        }
        arrows.forEach(diagram::append);
        return table("| state | event | reaction | next state | clauses |", rows.stream()) + "\n" + diagram + "```\n";
    }

    private String clausesOf(String side) {
        return clauses.stream()
                .filter(clause -> clause.who().equals(side) || clause.who().equals("both"))
                .collect(Collectors.groupingBy(
                        HandshakeDocument.ClauseText::section, LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(section -> "* " + section.getKey().replaceFirst("^(\\d+)\\. ", "$1\\\\. ") + ": "
                        + section.getValue().stream()
                                .map(clause -> link(clause.id())
                                        + (clause.level().startsWith("MUST") ? "" : " (" + clause.level() + ")"))
                                .collect(Collectors.joining(", "))
                        + "\n")
                .collect(Collectors.joining());
    }

    /** The frames of a vector, with the name that their marker gives them. */
    private static String transcript(String id) {
        return frames(id)
                .map(frame -> "    " + text(frame, "from") + "  "
                        + name(text(frame, "from"), text(frame, "bytes")) + "\n       "
                        + text(frame, "bytes") + "\n")
                .collect(Collectors.joining());
    }

    /** The commands and responses behind the four frames of a handshake. */
    private static String exchange(String id) {
        return frames(id)
                .skip(4)
                .map(frame -> "    " + text(frame, "from") + "  " + text(frame, "bytes") + "\n")
                .collect(Collectors.joining());
    }

    /** A line for each transcript: who plays it, how it ends, what it breaks and what it shows. */
    private static String transcripts() {
        return "| transcript | played by | ends | breaks | shows |\n|---|---|---|---|---|\n"
                + stream(SpecFiles.json("vectors/transcripts.json").get("transcripts"))
                        .map(transcript -> row(
                                text(transcript, "id"),
                                transcript.path("only").asString("K, D"),
                                text(transcript, "outcome"),
                                transcript.path("violates").asString(),
                                stream(transcript.path("shows"))
                                        .map(JsonNode::asString)
                                        .collect(Collectors.joining(", "))))
                        .collect(Collectors.joining());
    }

    /** The first frames of two transcripts, a READ and its HELLO, and below them where they differ. */
    private static String beside(String[] transcripts) {
        String read = firstBytes(transcripts[0]);
        String hello = firstBytes(transcripts[1]);
        String[] octets = read.split(" ", -1);
        String[] others = hello.split(" ", -1);
        StringBuilder marks = new StringBuilder();
        for (int i = 0; i < octets.length; i++) {
            String mark = octets[i].equals(others[i]) ? " " : "^";
            marks.append(mark.repeat(octets[i].length())).append(' ');
        }
        return "    READ   " + read + "\n    HELLO  " + hello + "\n           "
                + marks.toString().stripTrailing() + "\n";
    }

    private static String firstBytes(String transcript) {
        return frames(transcript).findFirst().orElseThrow().get("bytes").asString();
    }

    private static Stream<JsonNode> frames(String transcript) {
        JsonNode all = SpecFiles.json("vectors/transcripts.json").get("transcripts");
        return stream(find(all, "id", transcript).get("frames"));
    }

    private static String name(String from, String hex) {
        ByteBuf bytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
        boolean marked = from.equals("K") ? Frame.isMarkedCommand(bytes, 0) : Frame.isMarkedResponse(bytes, 0);
        if (!marked) {
            return from.equals("K") ? "command" : "response";
        }
        int kind = from.equals("K") ? Frame.commandKind(bytes, 0) : Frame.responseKind(bytes, 0);
        return FrameKind.of(kind).orElseThrow().name();
    }

    private JsonNode frame(String list, String name) {
        return find(registry.get(list), "name", name);
    }

    private static JsonNode find(JsonNode array, String member, String value) {
        return stream(array)
                .filter(node -> text(node, member).equals(value))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no " + value));
    }

    static String bytes(JsonNode field) {
        int first = number(field, "offset");
        int last = first + number(field, "width") - 1;
        return first == last ? "" + first : first + ".." + last;
    }

    private static String id(String state) {
        return state.replace(", ", "_").replace(" ", "_");
    }

    private static String link(String clause) {
        return "[" + clause + "](#" + clause + ")";
    }

    private static String spaced(String hex) {
        return hex.toUpperCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1 ");
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static Stream<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asString);
    }
}
