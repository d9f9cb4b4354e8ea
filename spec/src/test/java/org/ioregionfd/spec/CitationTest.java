// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No file of the project cites a clause that the document does not have. */
class CitationTest {
    private final Set<String> ids = new HandshakeDocument()
            .clauses().stream().map(HandshakeDocument.ClauseText::id).collect(Collectors.toCollection(TreeSet::new));

    @Test
    void everyCitedClauseExists() throws IOException {
        String areas = ids.stream()
                .map(id -> id.substring(0, id.indexOf('-')))
                .distinct()
                .collect(Collectors.joining("|"));
        Pattern citation = Pattern.compile("\\b(" + areas + ")[-_]([0-9]{3})\\b");
        List<String> unknown = new ArrayList<>();
        int cited = 0;
        for (Path file : sources()) {
            Matcher matcher = citation.matcher(Files.readString(file));
            while (matcher.find()) {
                cited++;
                String id = matcher.group(1) + "-" + matcher.group(2);
                if (!ids.contains(id)) {
                    unknown.add(file.getFileName() + " cites " + id);
                }
            }
        }
        assertEquals(List.of(), unknown);
        assertTrue(cited > 100, "the search has found too little to mean anything: " + cited);
    }

    private static List<Path> sources() {
        Path root = SpecFiles.SPEC.getParent();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().matches(".*\\.(java|md|c|h|json|lua|tla|txt)"))
                    .filter(file -> !root.relativize(file).toString().matches("(.*/)?(target|\\.git)/.*"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
