// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;

/** The tables and diagrams of handshake.md, made from the registry: what stands between "generated" and "end" comments. */
final class DocumentTables {
    /** A field narrower than this many characters could not be read. */
    private static final int CELL_MIN = 7;
    /** Wide fields are drawn no wider: eight bytes fill this. */
    private static final int CELL_MAX = 15;

    private final JsonNode registry = SpecFiles.json("registry/registry.json");
    private final JsonNode states = SpecFiles.json("registry/states.json");
    private final List<HandshakeDocument.ClauseText> clauses;

    DocumentTables(List<HandshakeDocument.ClauseText> clauses) {
        this.clauses = clauses;
    }

    /** What stands in the region of that name; an unknown name is a mistake in the document. */
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
            case "beside" -> beside(words[1].split(" "));
            default -> throw new IllegalStateException("nothing generates " + name);
        };
    }

    private String kinds() {
        StringBuilder table = new StringBuilder("| kind | name | sender | |\n|---|---|---|---|\n");
        for (JsonNode kind : registry.get("kinds")) {
            String name = kind.get("name").asText();
            if (kind.has("kept")) {
                row(
                        table,
                        kind.get("code").asText(),
                        "",
                        "",
                        "kept " + kind.get("kept").asText());
            } else {
                String sender = frame("frames", name).get("sender").asText();
                row(
                        table,
                        kind.get("code").asText(),
                        name,
                        sender,
                        kind.get("meaning").asText());
            }
        }
        return table.toString();
    }

    private String reasons() {
        StringBuilder table = new StringBuilder("| code | reason | in | detail |\n|---|---|---|---|\n");
        for (JsonNode reason : registry.get("reasons")) {
            String in = texts(reason.get("frames")).collect(Collectors.joining(", "));
            row(
                    table,
                    reason.get("code").asText(),
                    reason.get("name").asText(),
                    in,
                    reason.get("detail").asText());
        }
        return table.toString();
    }

    private String features() {
        StringBuilder table = new StringBuilder("| bit | feature | needs | meaning |\n|---|---|---|---|\n");
        for (JsonNode feature : registry.get("features")) {
            String needs = "version " + feature.get("needsVersion").asText() + " or above";
            row(
                    table,
                    feature.get("bit").asText(),
                    feature.get("name").asText(),
                    needs,
                    feature.get("meaning").asText());
        }
        return table.toString();
    }

    private String bytesOf(JsonNode frame) {
        StringBuilder table = new StringBuilder("| byte | field | |\n|---|---|---|\n");
        for (JsonNode field : frame.get("fields")) {
            row(table, bytes(field), field.get("name").asText(), note(field));
        }
        return table.append('\n').append(diagram(frame)).toString();
    }

    private String note(JsonNode field) {
        if (field.has("bits")) {
            List<String> bits = new ArrayList<>();
            for (JsonNode bit : field.get("bits")) {
                int first = bit.get("first").asInt();
                int last = bit.get("last").asInt();
                bits.add((first == last ? "bit " + first : "bits " + first + ".." + last) + " "
                        + bit.get("name").asText());
            }
            return String.join(", ", bits);
        }
        if (field.get("name").asText().equals("marker")) {
            return spaced(field.get("value").asText());
        }
        if (field.has("value")) {
            int value = field.get("value").asInt();
            return value > 9 ? String.format("0x%02X", value) : "" + value;
        }
        String zero = field.get("type").asText().equals("zero") ? "0" : "";
        return field.has("note")
                ? (zero.isEmpty() ? "" : "zero; ") + field.get("note").asText()
                : zero;
    }

    private static String diagram(JsonNode frame) {
        StringBuilder ruler = new StringBuilder("    byte  ");
        StringBuilder line = new StringBuilder("         +");
        StringBuilder cells = new StringBuilder("         |");
        for (JsonNode field : frame.get("fields")) {
            String label = label(field);
            int width = Math.max(
                    label.length() + 2,
                    Math.min(CELL_MAX, Math.max(CELL_MIN, 2 * field.get("width").asInt() - 1)));
            ruler.append(
                    String.format("%-" + (width + 1) + "s", field.get("offset").asText()));
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
        String name = field.get("name").asText();
        String type = field.get("type").asText();
        if (name.equals("marker")) {
            return "I O R H";
        }
        if (field.has("value")) {
            int value = field.get("value").asInt();
            return value > 9 ? String.format("0x%02X", value) : "" + value;
        }
        return type.equals("zero") ? "0" : name;
    }

    private String statesOf(String side) {
        StringBuilder table =
                new StringBuilder("| state | event | reaction | next state | clauses |\n|---|---|---|---|---|\n");
        StringBuilder diagram = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        JsonNode machine = side(side);
        diagram.append("    [*] --> ").append(machine.get("initial").asText()).append('\n');
        Set<String> arrows = new LinkedHashSet<>();
        for (JsonNode transition : machine.get("transitions")) {
            String from = transition.get("state").asText();
            String next = transition.get("next").asText();
            String event = transition.get("event").asText();
            String cited =
                    texts(transition.get("clauses")).map(DocumentTables::link).collect(Collectors.joining(", "));
            row(table, "**" + from + "**", event, transition.get("reaction").asText(), next, cited);
            if (!from.equals("any") && !from.equals(next)) {
                arrows.add("    " + id(from) + " --> " + id(next) + " : " + event + "\n");
            }
        }
        arrows.forEach(diagram::append);
        return table + "\n" + diagram + "```\n";
    }

    private String clausesOf(String side) {
        return clauses.stream()
                .filter(clause -> clause.who().equals(side) || clause.who().equals("both"))
                .collect(Collectors.groupingBy(
                        HandshakeDocument.ClauseText::section, java.util.LinkedHashMap::new, Collectors.toList()))
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
                .map(frame -> "    " + frame.get("from").asText() + "  "
                        + name(frame.get("from").asText(), frame.get("bytes").asText()) + "\n       "
                        + frame.get("bytes").asText() + "\n")
                .collect(Collectors.joining());
    }

    /** The first frames of two transcripts, a READ and its HELLO, and below them where they differ. */
    private static String beside(String[] transcripts) {
        String read = firstBytes(transcripts[0]);
        String hello = firstBytes(transcripts[1]);
        StringBuilder marks = new StringBuilder();
        for (int i = 0; i < read.length(); i++) {
            boolean same = read.charAt(i) == ' ' || octet(read, i).equals(octet(hello, i));
            marks.append(same ? ' ' : '^');
        }
        return "    READ   " + read + "\n    HELLO  " + hello + "\n           "
                + marks.toString().stripTrailing() + "\n";
    }

    /** The two digits that the digit at {@code index} is one of. */
    private static String octet(String bytes, int index) {
        int first = index > 0 && bytes.charAt(index - 1) != ' ' ? index - 1 : index;
        return bytes.substring(first, first + 2);
    }

    private static String firstBytes(String transcript) {
        return frames(transcript).findFirst().orElseThrow().get("bytes").asText();
    }

    private static Stream<JsonNode> frames(String transcript) {
        return stream(SpecFiles.json("vectors/transcripts.json").get("transcripts"))
                .filter(node -> node.get("id").asText().equals(transcript))
                .findFirst()
                .map(node -> stream(node.get("frames")))
                .orElseThrow();
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

    private JsonNode side(String side) {
        return stream(states.get("sides"))
                .filter(node -> node.get("side").asText().equals(side))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode frame(String list, String name) {
        return stream(registry.get(list))
                .filter(frame -> frame.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no frame " + name));
    }

    static String bytes(JsonNode field) {
        int first = field.get("offset").asInt();
        int last = first + field.get("width").asInt() - 1;
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

    private static void row(StringBuilder table, String... cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static java.util.stream.Stream<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asText);
    }
}
