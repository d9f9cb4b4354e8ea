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

/**
 * No file of the project cites a clause that the document does not have. Only texts about changes cite a clause that is gone.
 */
class CitationTest {
    private static final Set<String> TELL_OF_CHANGE =
            Set.of("CHANGELOG.md", "handshake.md", "clauses.json", "RegistryTest.java");

    private final HandshakeDocument document = new HandshakeDocument();
    private final List<String> retired = document.retired();
    private final Set<String> ids = document.clauses().stream()
            .map(HandshakeDocument.ClauseText::id)
            .collect(Collectors.toCollection(TreeSet::new));

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
                String name = file.getFileName().toString();
                boolean toldAsGone = retired.contains(id) && TELL_OF_CHANGE.contains(name);
                if (!ids.contains(id) && !toldAsGone) {
                    unknown.add(name + " cites " + id);
                }
            }
        }
        assertEquals(List.of(), unknown);
        assertTrue(cited > 100, "the search has found too little to mean anything: " + cited);
    }

    private static List<Path> sources() {
        Path root = SpecFiles.SPEC.getParent();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().matches(".*\\.(java|md|c|h|rs|json|lua|tla|txt)"))
                    .filter(file -> !root.relativize(file).toString().matches("(.*/)?(target|\\.git)/.*"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
