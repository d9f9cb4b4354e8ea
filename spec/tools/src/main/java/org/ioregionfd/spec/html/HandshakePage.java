// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * The document as one file, which needs no other file, script, font or picture. It is also XML, so that it can be checked.
 */
public final class HandshakePage {
    private static final List<Extension> TABLES = List.of(TablesExtension.create());

    private HandshakePage() {}

    /** The tree of a Markdown text, tables included. */
    static Node tree(String markdown) {
        return Parser.builder().extensions(TABLES).build().parse(markdown);
    }

    /** The page of the document; what that links to in the folder is part of the page. */
    public static String of(String markdown, Path folder) {
        Node document = tree(markdown);
        document.accept(new ClauseLinks(ClauseBox.putAround(document)));
        LinkedFile.appendAll(document, folder);
        Map<Heading, String> anchors = HeadingAnchors.of(document);
        String body = HtmlRenderer.builder()
                .nodeRendererFactory(context -> new PageRenderer(context, anchors))
                .extensions(TABLES)
                .build()
                .render(document);
        String title = anchors.keySet().stream()
                .findFirst()
                .map(HeadingAnchors::words)
                .orElseThrow(() -> new IllegalStateException("a document without a title"));
        int sections = body.indexOf("<h2");
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                %s<nav><details><summary>Contents</summary>
                %s</details></nav>
                %s</main>
                </body>
                </html>
                """.formatted(
                        Markup.escaped(title),
                        style(),
                        body.substring(0, sections),
                        contents(anchors),
                        body.substring(sections));
    }

    /** Sections and their subsections; the title above them is not listed. */
    private static String contents(Map<Heading, String> anchors) {
        StringBuilder list = new StringBuilder();
        int level = 1;
        for (Map.Entry<Heading, String> entry : anchors.entrySet()) {
            Heading heading = entry.getKey();
            if (heading.getLevel() > 1) {
                list.append(heading.getLevel() > level ? "<ul>" : "</li>");
                list.append("</ul></li>".repeat(Math.max(0, level - heading.getLevel())));
                list.append("<li><a href=\"#%s\">%s</a>"
                        .formatted(entry.getValue(), Markup.escaped(HeadingAnchors.words(heading))));
                level = heading.getLevel();
            }
        }
        return list.append("</li></ul>".repeat(level - 1)).append('\n').toString();
    }

    private static String style() {
        try (InputStream css = Objects.requireNonNull(HandshakePage.class.getResourceAsStream("/html/handshake.css"))) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
