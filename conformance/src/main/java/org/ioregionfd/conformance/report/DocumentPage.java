// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.ioregionfd.conformance.UsageError;

/**
 * The page of the document, to which a report links each clause: where the user says, or the copy that the program has in it.
 *
 * @param url the user's; empty for the copy
 */
public record DocumentPage(Optional<String> url) {
    /** Its name beside a report. */
    static final String NAME = "ioregionfd-handshake.html";

    private static final String COPY = "/document/handshake.html";

    /** Nothing that a browser would run. */
    private static final String LINK = "(https?|file)://.*|[^:]*";

    public DocumentPage {
        if (!url.orElse("").matches(LINK)) {
            throw new UsageError("--document-url is an address that begins with https:// or http://, or a path");
        }
    }

    /** The link to a clause or a section; empty where there is no page to link to. */
    Optional<String> link(String anchor) {
        return url.or(() -> DocumentPage.class.getResource(COPY) == null ? Optional.empty() : Optional.of(NAME))
                .map(page -> page + '#' + anchor);
    }

    /** Writes the copy beside {@code report}, if the report links to it. */
    public void writeBeside(Path report) throws IOException {
        try (InputStream copy = DocumentPage.class.getResourceAsStream(COPY)) {
            if (url.isEmpty() && copy != null) {
                Files.copy(copy, report.resolveSibling(NAME), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
