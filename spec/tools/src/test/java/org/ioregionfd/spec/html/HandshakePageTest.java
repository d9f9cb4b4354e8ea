// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;

/** Writes target/handshake.html, and reads it again as a browser would. */
class HandshakePageTest {
    private static final Path PAGE = SpecFiles.SPEC.resolve("tools/target/handshake.html");
    private static final String BYTES_OF_A_FRAME = "([0-9a-f]{2} ){7}[0-9a-f]{2}";
    private static final Set<String> LOADING =
            Set.of("script", "link", "img", "iframe", "object", "embed", "use", "base");

    private static Document page;

    @BeforeAll
    static void writesThePage() throws Exception {
        Files.createDirectories(PAGE.getParent());
        Files.writeString(PAGE, HandshakePage.of(SpecFiles.text("handshake.md"), SpecFiles.SPEC));
        // Refuses a page that is not well-formed.
        page = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(PAGE.toFile());
    }

    @Test
    void everyIdIsGivenOnce() {
        Set<String> seen = new HashSet<>();
        assertEquals(List.of(), attributes("id").filter(id -> !seen.add(id)).toList());
    }

    @Test
    void everyLinkWithinThePageHasItsAnchor() {
        Set<String> ids = attributes("id").collect(Collectors.toSet());
        List<String> links =
                attributes("href").filter(link -> link.startsWith("#")).toList();
        assertEquals(
                List.of(),
                links.stream().filter(link -> !ids.contains(link.substring(1))).toList());
        assertTrue(links.size() > 500, "too few links to mean anything: " + links.size());
    }

    /** The page may be sent to a phone or lie in a report's folder: nothing else need be there. */
    @Test
    void everyOtherLinkLeadsToTheWeb() {
        assertEquals(
                List.of(),
                attributes("href")
                        .filter(link -> !link.startsWith("#") && !link.startsWith("https://"))
                        .toList());
    }

    @Test
    void theFilesThatTheDocumentLinksToAreInThePage() {
        for (String name :
                List.of("registry/registry.json", "registry/driver.schema.json", "vectors/transcripts.json")) {
            Element file = elements("details")
                    .filter(details -> details.getAttribute("id").equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("not in the page: " + name));
            assertEquals(
                    SpecFiles.text(name),
                    file.getElementsByTagName("pre").item(0).getTextContent());
        }
    }

    /** On a phone a line may be broken anywhere in other text, but not in a number or an id. */
    @Test
    void noNumberIsBrokenInALine() {
        String css = elements("style").findFirst().orElseThrow().getTextContent();
        assertTrue(css.contains(".whole { white-space: nowrap; }"));
        assertTrue(css.contains(
                ".transcript code { display: inline-block; margin-right: .8em; padding: 0; white-space: nowrap;"));
        assertTrue(css.contains("p a, li a, td a { white-space: nowrap; }"));
        assertEquals(
                List.of(),
                elements("code")
                        .filter(code -> !code.getAttribute("class").equals("whole"))
                        .filter(code -> !Set.of("pre", "summary")
                                .contains(code.getParentNode().getNodeName()))
                        .map(Element::getTextContent)
                        .filter(text -> text.length() <= 32 && !text.matches(BYTES_OF_A_FRAME))
                        .toList());
    }

    @Test
    void nothingIsLoaded() {
        assertEquals(
                List.of(),
                elements("*").map(Element::getTagName).filter(LOADING::contains).toList());
        assertEquals(
                0,
                attributes("src").count()
                        + attributes("srcset").count()
                        + attributes("style").count());
        String css = elements("style").findFirst().orElseThrow().getTextContent();
        assertFalse(css.contains("url(") || css.contains("@import"), "the style sheet loads something");
    }

    @Test
    void everyClauseIsABoxWithItsAnchorSidesLevelAndSentence() {
        List<String> expected = stream(SpecFiles.json("registry/clauses.json").get("clauses"))
                .map(clause -> String.join(
                        " ",
                        clause.get("id").asString(),
                        clause.get("id").asString(),
                        clause.get("who").asString().replace("both", "K D"),
                        clause.get("level").asString(),
                        plain(clause.get("sentence").asString())))
                .toList();
        List<String> shown = elements("div")
                .filter(box -> box.getAttribute("class").equals("clause"))
                .map(box -> box.getAttribute("id") + " "
                        + box.getElementsByTagName("p").item(0).getTextContent())
                .toList();
        // Names the first that differs, not all of them.
        assertIterableEquals(expected, shown);
    }

    @Test
    void everyIntentBelongsToAClause() {
        long written = SpecFiles.text("handshake.md")
                .lines()
                .filter(line -> line.startsWith("*Intent: "))
                .count();
        long shown = elements("p")
                .filter(p -> p.getAttribute("class").equals("intent"))
                .count();
        assertTrue(written > 0);
        assertEquals(written, shown);
    }

    @Test
    void everyClauseIdInTheTextIsALinkOrWhole() {
        List<String> bare = new ArrayList<>();
        elements("*")
                .filter(element -> !Set.of("a", "code").contains(element.getTagName()))
                .filter(element -> !element.getAttribute("class").equals("whole"))
                .forEach(element -> texts(element)
                        .flatMap(text -> Stream.of(text.split("[^A-Z0-9-]+", -1)))
                        .filter(word -> word.matches("[A-Z][A-Z0-9]{1,2}-[0-9]{3}"))
                        .forEach(bare::add));
        assertEquals(List.of(), bare);
    }

    @Test
    void theContentsListEverySection() {
        Element contents = elements("nav").findFirst().orElseThrow();
        assertEquals(
                Stream.of("h2", "h3")
                        .flatMap(HandshakePageTest::elements)
                        .map(heading -> "#" + heading.getAttribute("id"))
                        .collect(Collectors.toSet()),
                list(contents.getElementsByTagName("a"))
                        .map(link -> link.getAttribute("href"))
                        .collect(Collectors.toSet()));
    }

    @Test
    void everyByteDiagramShowsThirtyTwoBytes() {
        List<Integer> widths = elements("table")
                .filter(table -> table.getAttribute("class").equals("bytes"))
                .map(table -> list(table.getElementsByTagName("td"))
                        .mapToInt(cell -> Integer.parseInt(cell.getAttribute("colspan")))
                        .sum())
                .toList();
        long written = SpecFiles.text("handshake.md")
                .lines()
                .filter(line -> line.startsWith("    byte "))
                .count();
        assertEquals(written, widths.size());
        assertEquals(Set.of(32), Set.copyOf(widths));
    }

    @Test
    void theStateDiagramsShowEveryEventThatLeadsToAnotherState() {
        List<String> pictures = elements("svg")
                .map(svg -> list(svg.getElementsByTagName("text"))
                        .map(Element::getTextContent)
                        .collect(Collectors.joining(" ")))
                .toList();
        List<JsonNode> sides =
                stream(SpecFiles.json("registry/states.json").get("sides")).toList();
        assertEquals(sides.size(), pictures.size());
        for (int i = 0; i < sides.size(); i++) {
            for (JsonNode transition : sides.get(i).get("transitions")) {
                String from = transition.get("state").asString();
                if (!from.equals("any") && !from.equals(transition.get("next").asString())) {
                    String event = transition.get("event").asString();
                    assertTrue(pictures.get(i).contains(event), "no arrow for " + event);
                    assertTrue(pictures.get(i).contains(from.replace(",", "")), "no box for " + from);
                }
            }
        }
    }

    private static String plain(String sentence) {
        return sentence.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", "");
    }

    private static Stream<String> attributes(String name) {
        return elements("*").filter(element -> element.hasAttribute(name)).map(element -> element.getAttribute(name));
    }

    private static Stream<Element> elements(String tag) {
        return list(page.getElementsByTagName(tag));
    }

    private static Stream<Element> list(NodeList nodes) {
        return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i));
    }

    private static Stream<String> texts(Element element) {
        NodeList children = element.getChildNodes();
        return IntStream.range(0, children.getLength())
                .mapToObj(children::item)
                .filter(child -> child.getNodeType() == org.w3c.dom.Node.TEXT_NODE)
                .map(org.w3c.dom.Node::getTextContent);
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
