// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Stream;

/** HTML, element by element. Text and values of attributes are shown and never interpreted. */
public final class Html {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** A page that needs nothing else, up to the beginning of its body. The {@code styles} are files in the program. */
    public static Html page(String title, String... styles) {
        Html html = new Html();
        html.trusted("<!doctype html>\n").begin("html", "lang", "en").begin("head");
        html.empty("meta", "charset", "utf-8")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .empty("meta", "name", "color-scheme", "content", "light dark")
                // Even if some text got out of its place, nothing would run, and nothing would be fetched.
                .empty(
                        "meta",
                        "http-equiv",
                        "Content-Security-Policy",
                        "content",
                        "default-src 'none'; style-src 'unsafe-inline'");
        html.element("title", title).begin("style");
        Stream.of(styles).map(Html::file).forEach(html::trusted);
        return html.end().end().begin("body");
    }

    private static String file(String name) {
        try (InputStream in =
                Optional.ofNullable(Html.class.getResourceAsStream(name)).orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins an element; {@code attributes} are names and values in turn. */
    public Html begin(String tag, String... attributes) {
        tag(tag, attributes);
        open.push(tag);
        return this;
    }

    /** Ends the element that was begun last. */
    public Html end() {
        String tag = open.pop();
        out.append("</").append(tag).append('>');
        if (!tag.equals("span") && !tag.equals("code") && !tag.equals("a")) {
            out.append('\n');
        }
        return this;
    }

    /** An element without content or end. */
    public Html empty(String tag, String... attributes) {
        tag(tag, attributes);
        return this;
    }

    /** An element of this class with {@code text} in it. */
    public Html element(String tag, String cssClass, String text) {
        return begin(tag, "class", cssClass).text(text).end();
    }

    /** An element with {@code text} in it. */
    public Html element(String tag, String text) {
        return begin(tag).text(text).end();
    }

    /** A link to {@code target} that shows {@code text}. */
    public Html link(String target, String text) {
        return begin("a", "href", target).text(text).end();
    }

    /** Text. */
    public Html text(String text) {
        out.append(escaped(text));
        return this;
    }

    /** Text of the suite itself: a style sheet, never anything from the peer. */
    public Html trusted(String markup) {
        out.append(markup);
        return this;
    }

    /** Everything that was written; every element must have ended. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("elements without an end: " + open);
        }
        return out.toString();
    }

    private void tag(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
        out.append('>');
    }

    private static String escaped(String text) {
        return RunReport.plain(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
