// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;

/** Makes a link of every clause id in running text, and lets relative links start from the folder of the page. */
final class ClauseLinks extends AbstractVisitor {
    private static final Pattern ID = Pattern.compile("\\b[A-Z][A-Z0-9]{1,2}-[0-9]{3}\\b");

    private final Set<String> clauses;
    private final String folder;

    /** The ids that exist, and the path from the page to the folder of the document. */
    ClauseLinks(Set<String> clauses, String folder) {
        this.clauses = clauses;
        this.folder = folder;
    }

    @Override
    public void visit(Link link) {
        String target = link.getDestination();
        if (!target.startsWith("#") && !target.contains(":")) {
            link.setDestination(folder + target);
        }
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
            if (clauses.contains(id.group())) {
                last = after(last, new Text(words.substring(done, id.start())));
                Link link = new Link("#" + id.group(), null);
                link.appendChild(new Text(id.group()));
                last = after(last, link);
                done = id.end();
            }
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
