// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.Text;

/** The anchors of a file's headings, formed as GitHub forms them, so that one link works there and in the page. */
final class HeadingAnchors extends AbstractVisitor {
    private final Map<Heading, String> anchors = new LinkedHashMap<>();
    private final Map<String, Integer> repetitions = new HashMap<>();

    private HeadingAnchors() {}

    /** Every heading in the order of the text, with its anchor. */
    static Map<Heading, String> of(Node document) {
        HeadingAnchors visitor = new HeadingAnchors();
        document.accept(visitor);
        return visitor.anchors;
    }

    /** The words of a heading without its markup. */
    static String words(Heading heading) {
        StringBuilder words = new StringBuilder();
        heading.accept(new AbstractVisitor() {
            @Override
            public void visit(Text text) {
                words.append(text.getLiteral());
            }

            @Override
            public void visit(Code code) {
                words.append(code.getLiteral());
            }
        });
        return words.toString();
    }

    @Override
    public void visit(Heading heading) {
        String anchor = words(heading)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{Pc} -]", "")
                .replace(' ', '-');
        int before = repetitions.merge(anchor, 1, Integer::sum) - 1;
        anchors.put(heading, before == 0 ? anchor : anchor + "-" + before);
    }
}
