// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
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

    /** An absolute address of something that a browser shows, and does not run. */
    private static final Pattern LINK = Pattern.compile("https?://[^/\\s]\\S*|file:///\\S*", Pattern.CASE_INSENSITIVE);

    public DocumentPage {
        url.filter(given -> !LINK.matcher(given).matches()).ifPresent(given -> {
            throw new UsageError(
                    "--document-url: '" + given + "' is no address that begins with https://, http:// or file:///");
        });
    }

    /** The link to a clause or a section; empty where there is no page to link to. */
    Optional<String> link(String anchor) {
        return url.or(() -> DocumentPage.class.getResource(COPY) == null ? Optional.empty() : Optional.of(NAME))
                .map(page -> page + '#' + anchor);
    }

    /** Where the copy is written for {@code report}; empty if the report does not link to it. */
    public Optional<Path> beside(Path report) {
        return link("").filter(link -> url.isEmpty()).map(link -> report.resolveSibling(NAME));
    }

    /** The copy. */
    public static String copy() {
        try (InputStream copy = Objects.requireNonNull(DocumentPage.class.getResourceAsStream(COPY))) {
            return new String(copy.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
