// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.Emphasis;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;

/** A clause as a block: the paragraph of the clause, and that of its Intent if there is one. */
final class ClauseBox extends CustomBlock {
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\">");
    private static final Pattern BOUND = Pattern.compile(" \\((K|D|K and D), ([A-Z ]+)\\) (.*)");

    final String id;

    /** K, D, or both. */
    final List<String> sides;

    final String level;

    private ClauseBox(String id, List<String> sides, String level) {
        this.id = id;
        this.sides = sides;
        this.level = level;
    }

    /** Makes boxes of all paragraphs of the document that are clauses, and gives their ids. */
    static Set<String> putAround(Node document) {
        Set<String> ids = new HashSet<>();
        Node next;
        for (Node block = document.getFirstChild(); block != null; block = next) {
            next = block.getNext();
            if (block instanceof Paragraph && block.getFirstChild() instanceof HtmlInline anchor) {
                ClauseBox box = of(anchor);
                ids.add(box.id);
                block.insertBefore(box);
                box.appendChild(block);
                if (isIntent(next)) {
                    Node intent = next;
                    next = next.getNext();
                    box.appendChild(intent);
                }
            }
        }
        return ids;
    }

    /** Removes {@code <a id="X"></a>**X** (K, MUST) } from the beginning of the sentence. */
    private static ClauseBox of(HtmlInline anchor) {
        Node end = anchor.getNext();
        Node bold = end.getNext();
        Matcher id = ANCHOR.matcher(anchor.getLiteral());
        if (!id.matches() || !(bold.getNext() instanceof Text sentence)) {
            throw new IllegalStateException("not the form of a clause: " + anchor.getLiteral());
        }
        Matcher bound = BOUND.matcher(sentence.getLiteral());
        if (!bound.matches()) {
            throw new IllegalStateException("not the form of a clause: " + sentence.getLiteral());
        }
        List.of(anchor, end, bold).forEach(Node::unlink);
        sentence.setLiteral(bound.group(3));
        return new ClauseBox(id.group(1), List.of(bound.group(1).split(" and ", -1)), bound.group(2));
    }

    private static boolean isIntent(Node block) {
        return block instanceof Paragraph
                && block.getFirstChild() instanceof Emphasis emphasis
                && emphasis.getNext() == null
                && emphasis.getFirstChild() instanceof Text text
                && text.getLiteral().startsWith("Intent: ");
    }
}
