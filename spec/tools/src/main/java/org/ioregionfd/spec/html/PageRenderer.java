// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlWriter;

/** Renders the blocks that the page shows in another way than plain Markdown. */
final class PageRenderer implements NodeRenderer {
    /** As many characters of code as a phone shows in a line. */
    private static final int UNBROKEN_MAX = 32;

    private final HtmlNodeRendererContext context;
    private final HtmlWriter html;
    private final Map<Heading, String> anchors;

    PageRenderer(HtmlNodeRendererContext context, Map<Heading, String> anchors) {
        this.context = context;
        this.html = context.getWriter();
        this.anchors = anchors;
    }

    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
        return Set.of(
                Heading.class,
                ClauseBox.class,
                LinkedFile.class,
                ClauseLinks.Whole.class,
                Code.class,
                TableBlock.class,
                IndentedCodeBlock.class,
                FencedCodeBlock.class,
                HtmlBlock.class);
    }

    @Override
    public void render(Node node) {
        if (node instanceof Code code) {
            inline(code.getLiteral());
            return;
        }
        if (node instanceof ClauseLinks.Whole) {
            html.tag("span", Map.of("class", "whole"));
            children(node);
            html.tag("/span");
            return;
        }
        html.line();
        if (node instanceof Heading heading) {
            heading(heading);
        } else if (node instanceof ClauseBox clause) {
            clause(clause);
        } else if (node instanceof LinkedFile file) {
            file(file);
        } else if (node instanceof TableBlock table) {
            table(table);
        } else if (node instanceof IndentedCodeBlock code) {
            text(code.getLiteral());
        } else if (node instanceof FencedCodeBlock code && code.getInfo().equals("mermaid")) {
            html.raw(StateDiagram.of(code.getLiteral()));
        } else if (node instanceof FencedCodeBlock code) {
            text(code.getLiteral());
        } else if (node instanceof HtmlBlock comment && !comment.getLiteral().startsWith("<!--")) {
            throw new IllegalStateException("the page does not show HTML: " + comment.getLiteral());
        }
        html.line();
    }

    private void heading(Heading heading) {
        String tag = "h" + heading.getLevel();
        String anchor = anchors.get(heading);
        html.tag(tag, Map.of("id", anchor));
        html.tag("a", Map.of("href", "#" + anchor));
        children(heading);
        html.tag("/a");
        html.tag("/" + tag);
    }

    private void clause(ClauseBox clause) {
        html.tag("div", Map.of("class", "clause", "id", clause.id));
        html.tag("p");
        html.raw("<a class=\"id\" href=\"#%1$s\">%1$s</a> ".formatted(clause.id));
        for (String side : clause.sides) {
            html.raw("<span class=\"side %1$s\">%1$s</span> ".formatted(side));
        }
        html.raw("<span class=\"level\">%s</span> ".formatted(clause.level));
        Node sentence = clause.getFirstChild();
        children(sentence);
        html.tag("/p");
        if (sentence.getNext() != null) {
            html.tag("p", Map.of("class", "intent"));
            children(sentence.getNext());
            html.tag("/p");
        }
        html.tag("/div");
    }

    private void file(LinkedFile file) {
        String name = Markup.escaped(file.name);
        html.raw(
                file.text.isEmpty()
                        ? "<p id=\"%1$s\"><code class=\"whole\">%1$s</code>, the files of this folder:</p>"
                                .formatted(name)
                        : """
                        <details id="%1$s"><summary><code>%1$s</code></summary>\
                        <pre class="scroll" tabindex="0"><code>%2$s</code></pre></details>""".formatted(name, Markup.escaped(file.text)));
    }

    /** A number or a name is not to be broken; longer code has to be, on a phone. */
    private void inline(String literal) {
        Map<String, String> attributes = literal.length() <= UNBROKEN_MAX ? Map.of("class", "whole") : Map.of();
        html.tag("code", attributes);
        html.text(literal);
        html.tag("/code");
    }

    private void table(TableBlock table) {
        html.tag("div", Map.of("class", "scroll", "tabindex", "0"));
        html.tag("table", Map.of("class", "columns-" + columns(table)));
        children(table);
        html.tag("/table");
        html.tag("/div");
    }

    private static int columns(TableBlock table) {
        int columns = 0;
        for (Node cell = table.getFirstChild().getFirstChild().getFirstChild(); cell != null; cell = cell.getNext()) {
            columns++;
        }
        return columns;
    }

    private void text(String literal) {
        Optional<String> picture =
                ByteGrid.of(literal).or(() -> Transcript.of(literal)).or(() -> Ladder.of(literal));
        html.raw(picture.orElseGet(
                () -> "<pre class=\"scroll\" tabindex=\"0\"><code>" + Markup.escaped(literal) + "</code></pre>"));
    }

    private void children(Node parent) {
        for (Node child = parent.getFirstChild(); child != null; child = child.getNext()) {
            context.render(child);
        }
    }
}
