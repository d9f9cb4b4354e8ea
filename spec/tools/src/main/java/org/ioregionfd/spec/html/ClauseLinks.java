// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.CustomNode;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;

/** Makes a link of every clause id in running text; one of a clause that is no more is kept in one line. */
final class ClauseLinks extends AbstractVisitor {
    private static final Pattern ID = Pattern.compile("\\b[A-Z][A-Z0-9]{1,2}-[0-9]{3}\\b");

    /** Text that is not to be broken at the end of a line. */
    static final class Whole extends CustomNode {}

    private final Set<String> clauses;

    /** The ids that exist. */
    ClauseLinks(Set<String> clauses) {
        this.clauses = clauses;
    }

    @Override
    public void visit(Link link) {
        // Links do not nest.
    }

    @Override
    public void visit(Heading heading) {
        // The page makes each heading a link to itself, and links do not nest.
    }

    @Override
    public void visit(Text text) {
        String words = text.getLiteral();
        Matcher id = ID.matcher(words);
        Node last = text;
        int done = 0;
        while (id.find()) {
            last = after(last, new Text(words.substring(done, id.start())));
            Node shown = clauses.contains(id.group()) ? new Link("#" + id.group(), null) : new Whole();
            shown.appendChild(new Text(id.group()));
            last = after(last, shown);
            done = id.end();
        }
        if (done > 0) {
            after(last, new Text(words.substring(done)));
            text.unlink();
        }
    }

    private static Node after(Node node, Node added) {
        node.insertAfter(added);
        return added;
    }
}
