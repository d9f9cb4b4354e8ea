// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.Test;

/** The links of all Markdown files of the project lead to files and anchors that are there. */
class MarkdownLinksTest {
    private static final Path ROOT = SpecFiles.SPEC.getParent();
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\">");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

    private final Map<Path, Set<String>> anchors = new HashMap<>();

    @Test
    void everyRelativeLinkLeadsSomewhere() throws IOException {
        List<String> lost = new ArrayList<>();
        int followed = 0;
        for (Path file : markdownFiles()) {
            for (String link : links(HandshakePage.tree(text(file)))) {
                if (!ELSEWHERE.matcher(link).matches()) {
                    followed++;
                    if (!leadsSomewhere(file, link)) {
                        lost.add(ROOT.relativize(file) + " -> " + link);
                    }
                }
            }
        }
        assertEquals(List.of(), lost);
        assertTrue(followed > 200, "too few links to mean anything: " + followed);
    }

    private boolean leadsSomewhere(Path file, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]);
        if (parts.length == 1) {
            return Files.exists(target);
        }
        return Files.isRegularFile(target) && anchorsOf(target).contains(parts[1]);
    }

    private Set<String> anchorsOf(Path file) {
        return anchors.computeIfAbsent(file.normalize(), read -> {
            String text = text(read);
            Set<String> found =
                    new HashSet<>(HeadingAnchors.of(HandshakePage.tree(text)).values());
            Matcher written = ANCHOR.matcher(text);
            while (written.find()) {
                found.add(written.group(1));
            }
            return found;
        });
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> links(Node document) {
        List<String> links = new ArrayList<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                links.add(link.getDestination());
            }

            @Override
            public void visit(Image image) {
                links.add(image.getDestination());
            }
        });
        return links;
    }

    private static List<Path> markdownFiles() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !ROOT.relativize(file).toString().matches("(.*/)?(target|\\.git)/.*"))
                    .sorted()
                    .toList();
        }
    }
}
