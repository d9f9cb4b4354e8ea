// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import java.util.List;
import java.util.stream.Collectors;
import org.ioregionfd.spec.HandshakeDocument.ClauseText;

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

                    private final String id;

                    Clause() {
                        id = name().replace('_', '-');
                    }

                    /** The id as the document spells it, for example SEL-011. */
                    public String id() {
                        return id;
                    }
                }
                """.formatted(constants);
    }
}
