// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the dissector shows of a capture, packet by packet. */
final class Dissection {
    private static final String MESSAGE = "_ws.expert.message";
    private static final String SEVERITY = "_ws.expert.severity";
    private static final Map<String, String> SEVERITIES =
            Map.of("8388608", "violation", "6291456", "surprise", "4194304", "note");
    private static final Pattern CLAUSES = Pattern.compile("((?:[A-Z][A-Z0-9]{1,2}-[0-9]{3}(?:, |: ))*)(.*)");

    private static final Pattern BYTE = Pattern.compile(": byte ([0-9]+): ");

    private final List<Map<String, List<String>>> packets;

    private Dissection(List<Map<String, List<String>>> packets) {
        this.packets = packets;
    }

    /** Runs tshark once; the names are without "ioregionfd.". */
    static Dissection of(byte[] capture, List<String> names, String... arguments) {
        List<String> all = new ArrayList<>(List.of("frame.number", MESSAGE, SEVERITY));
        names.forEach(name -> all.add("ioregionfd." + name));
        List<Map<String, List<String>>> packets = Tshark.fields(capture, all, arguments);
        for (int i = 0; i < packets.size(); i++) {
            assertEquals(List.of("" + (i + 1)), packets.get(i).get("frame.number"));
        }
        return new Dissection(packets);
    }

    int packets() {
        return packets.size();
    }

    /** All values of a field in a packet, as tshark writes them. */
    List<String> values(int packet, String name) {
        return packets.get(packet - 1).get("ioregionfd." + name);
    }

    /** The one value of a field of numbers; hexadecimal, decimal, and the words that newer versions have for flags. */
    long number(int packet, String name) {
        List<String> values = values(packet, name);
        assertEquals(1, values.size(), "packet " + packet + ", " + name + ": " + values);
        String value = values.get(0);
        return switch (value) {
            case "True" -> 1;
            case "False" -> 0;
            default ->
                value.startsWith("0x") ? Long.parseUnsignedLong(value.substring(2), 16) : Long.parseUnsignedLong(value);
        };
    }

    /** The byte that the only finding of a packet is about. */
    int byteOfFinding(int packet) {
        List<String> messages = packets.get(packet - 1).get(MESSAGE);
        assertEquals(1, messages.size(), messages.toString());
        Matcher matcher = BYTE.matcher(messages.get(0));
        assertTrue(matcher.find(), messages.get(0));
        return Integer.parseInt(matcher.group(1));
    }

    /** The findings of a packet, each as "violation SEL-012 DIG-001"; any other complaint of tshark in full. */
    List<String> findings(int packet) {
        List<String> messages = packets.get(packet - 1).get(MESSAGE);
        List<String> severities = packets.get(packet - 1).get(SEVERITY);
        List<String> findings = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            String severity = SEVERITIES.getOrDefault(severities.get(i), severities.get(i));
            Matcher matcher = CLAUSES.matcher(messages.get(i));
            boolean ours = matcher.matches() && !messages.get(i).startsWith("Lua Error");
            String ids = ours ? matcher.group(1).replaceAll("[,: ]+", " ") : messages.get(i);
            findings.add((severity + " " + ids).strip());
        }
        return findings;
    }

    /** Asserts the findings of every packet of a conversation; more clauses may follow the expected ones. */
    void assertFindings(Conversation conversation) {
        conversation.findings().forEach((packet, expected) -> {
            List<String> found = findings(packet);
            List<String> asFarAsExpected = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                boolean more = i < expected.size() && found.get(i).startsWith(expected.get(i) + " ");
                asFarAsExpected.add(more ? expected.get(i) : found.get(i));
            }
            assertEquals(expected, asFarAsExpected, "packet " + packet);
        });
    }
}
