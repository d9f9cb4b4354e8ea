// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** HTML, element by element. Whatever comes in as text or as the value of an attribute is shown and never interpreted. */
public final class Html {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

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

    /** Text. */
    public Html text(String text) {
        out.append(escaped(text));
        return this;
    }

    /** The sentence of a clause, in which backticks mark names; of links within the document only the text is kept. */
    public Html sentence(String sentence) {
        String[] parts = sentence.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1").split("`", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 1) {
                element("code", parts[i]);
            } else {
                text(parts[i]);
            }
        }
        return this;
    }

    /** What the suite itself has written: a style sheet, never anything of the peer. */
    public Html trusted(String markup) {
        out.append(markup);
        return this;
    }

    /** All that was written; every element must have ended. */
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
