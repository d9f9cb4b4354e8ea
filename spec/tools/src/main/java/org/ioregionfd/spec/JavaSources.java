// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.ioregionfd.spec.SpecFiles.number;
import static org.ioregionfd.spec.SpecFiles.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.ioregionfd.spec.HandshakeDocument.ClauseText;
import tools.jackson.databind.JsonNode;

/** The sources of the Java binding that the document and the registry give. */
final class JavaSources {
    private JavaSources() {}

    static String clause(List<ClauseText> clauses) {
        String constants = clauses.stream()
                .map(clause -> "    " + clause.id().replace('-', '_'))
                .collect(Collectors.joining(",\n"));
        return """
                // SPDX-License-Identifier: BSD-3-Clause
                package org.ioregionfd.wire;

                /** The ids of the document's clauses; the sentences stand in spec/handshake.md. Generated from it. */
                public enum Clause {
                %s;

                    private final String id = name().replace('_', '-');

                    /** The id as the document spells it, for example SEL-011. */
                    public String id() {
                        return id;
                    }
                }
                """.formatted(constants);
    }

    static String fields(JsonNode registry) {
        StringBuilder constants = new StringBuilder();
        JsonNode marker = registry.get("marker");
        int length = text(marker, "ascii").length();
        for (String side : List.of("command", "response")) {
            int offset = number(marker, side + "Offset");
            constants.append('\n');
            constant(constants, side + "_marker", "" + offset);
            constant(constants, side + "_kind", "" + (offset + length));
        }
        registry.get("frames").forEach(frame -> fields(frame, constants));
        registry.get("exchangeFrames").forEach(frame -> fields(frame, constants));
        return """
                // SPDX-License-Identifier: BSD-3-Clause
                package org.ioregionfd.wire;

                /**
                 * Where each field of each frame begins. For the reserved fields of a frame there is a mask, whose bit n
                 * stands for byte n. {@code HELLO_OFFSET} is the place of a HELLO's offset, and not its value {@link
                 * Frame#HELLO_OFFSET}. Generated from spec/registry.
                 */
                public final class Fields {%s
                    private Fields() {}
                }
                """.formatted(constants);
    }

    private static void fields(JsonNode frame, StringBuilder constants) {
        Map<String, String> values = new LinkedHashMap<>();
        int reserved = 0;
        for (JsonNode field : frame.get("fields")) {
            String name = text(field, "name");
            int offset = number(field, "offset");
            if (name.equals("reserved")) {
                reserved |= (int) ((1L << number(field, "width")) - 1) << offset;
            }
            if (!isCommon(frame, name) && values.put(name, "" + offset) != null) {
                values.put(name, String.format("0x%08X", reserved));
            }
        }
        constants.append('\n');
        values.forEach((name, value) -> constant(constants, text(frame, "name") + "_" + name, value));
    }

    /** On a channel, all frames of one side have marker and kind at the same place. */
    private static boolean isCommon(JsonNode frame, String field) {
        boolean sent = !text(frame, "sender").equals("none");
        return sent && (field.equals("marker") || field.equals("kind"));
    }

    private static void constant(StringBuilder constants, String name, String value) {
        constants.append("    public static final int %s = %s;\n".formatted(name.toUpperCase(Locale.ROOT), value));
    }
}
