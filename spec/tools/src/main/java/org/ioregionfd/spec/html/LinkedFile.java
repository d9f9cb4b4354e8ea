// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;

/** A file of the project that the document links to, at the end of the page: so the page's links need no other file. */
final class LinkedFile extends CustomBlock {
    private static final String TITLE = "Files";

    /** Its path from the folder of the document, or of the project where it is outside of that; the anchor too. */
    final String name;

    final String text;

    private LinkedFile(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /** Puts all files that the document links to at its end, and lets the links lead there. A link to a folder brings its data. */
    static void appendAll(Node document, Path folder) {
        Map<String, Path> files = new TreeMap<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                String target = link.getDestination();
                if (!target.startsWith("#") && !target.contains(":")) {
                    String name = target.replaceFirst("^(\\.\\./)+", "");
                    link.setDestination('#' + name);
                    put(files, name, folder.resolve(target).normalize());
                }
            }
        });
        Heading heading = new Heading();
        heading.setLevel(2);
        heading.appendChild(new Text(TITLE));
        document.appendChild(heading);
        Paragraph paragraph = new Paragraph();
        paragraph.appendChild(new Text("These files are part of the page, as they were when it was made."));
        document.appendChild(paragraph);
        files.forEach((name, file) -> document.appendChild(new LinkedFile(name, read(file))));
    }

    private static void put(Map<String, Path> files, String name, Path file) {
        if (!Files.isDirectory(file)) {
            files.put(name, file);
            return;
        }
        files.put(name, file);
        try (Stream<Path> inside = Files.list(file)) {
            inside.filter(f -> f.toString().endsWith(".json")).forEach(f -> files.put(name + f.getFileName(), f));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder has no text, but the names of what is in it follow. */
    private static String read(Path file) {
        try {
            return Files.isDirectory(file) ? "" : Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
