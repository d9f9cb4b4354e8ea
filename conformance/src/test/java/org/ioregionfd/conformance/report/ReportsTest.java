// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.ioregionfd.conformance.report.RunReport.Outcome;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.Runs;
import org.ioregionfd.conformance.run.SubjectRun;
import org.ioregionfd.conformance.run.SubjectRun.Coverage;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ReportsTest {
    private static final ClauseBook CLAUSES = ClauseBook.standard();
    private static final DocumentPage PAGE = new DocumentPage(Optional.empty());
    private static final SubjectRun RUN = Runs.with(Verdict.values());

    /** How many clauses no check can see: each is a skipped test case too. */
    private static final int HOLES =
            RUN.coverage().with(Coverage.Standing.UNTESTABLE).size();

    @Test
    void consoleNamesTheClauseTheFaultTheSeedAndTheCommandThatRepeatsIt() {
        String text = console(Outcome.VIOLATED, Runs.with(Verdict.PASSED, Verdict.FAILED, Verdict.NOT_SUPPORTED));

        assertAll(
                () -> assertTrue(
                        text.startsWith(
                                "device side: a made-up device\noffers nothing\nseed 42, 100 tries for each property, each answer within 2000 ms\n"),
                        text),
                () -> assertTrue(
                        text.contains(
                                "FAILED  SEL-013/refuses-a-version-1 (flaky: failed 2 of 5)\n  SEL-013: D MUST answer"),
                        text),
                () -> assertTrue(text.contains("  expected  a \"frame\" & more\n  seen      <nothing>\n"), text),
                () -> assertTrue(text.contains("  with      n = 1\n    K sent\n      00"), text),
                () -> assertTrue(
                        text.contains("seed 42; again: java -jar suite.jar device --unix /some/where"
                                + " --only SEL-013/refuses-a-version-1 --seed 42 --tries 100 --timeout-ms 2000\n"),
                        text),
                () -> assertTrue(text.contains("not supported, 1: no <means>\n"), text),
                () -> assertTrue(
                        text.contains("%d clauses bind the device side; 2 checked in this run, %d not testable; "
                                .formatted(RUN.coverage().clauses(), HOLES)),
                        text),
                () -> assertTrue(
                        text.contains("untestable: SEL-018, it allows something, and demands nothing\n"), text),
                () -> assertTrue(text.contains("\nNOT conformant: 1 passed, 1 not supported, 1 failed\n"), text),
                () -> assertTrue(
                        text.endsWith("\nioregionfd handshake 0.1 device: NOT conformant, 2 checks of 2 clauses\n"),
                        text));
    }

    @Test
    void theSummaryNamesWhatThePeersOffer() {
        Set<String> abilities = Set.of(
                Ability.AGREES_VERSION_0, Ability.VERSION_1, Ability.VERSION_2, Ability.FENCE, Ability.POSTED_WRITES);
        SubjectRun run = Runs.able(abilities, Runs.with(Verdict.PASSED));

        assertEquals(
                "ioregionfd handshake 0.1 device: conformant, 1 check of 2 clauses, versions 0 1 2, POSTED_WRITES FENCE",
                RunReports.of(Outcome.CONFORMANT, run).summary());
        assertEquals(
                "ioregionfd handshake 0.1 device: no verdict, too few checks ran, 0 checks of 0 clauses",
                RunReports.of(Outcome.TOO_FEW, Runs.with(Verdict.NOT_RUN)).summary());
    }

    @Test
    void noReportHoldsAnythingOfTheMachine() {
        RunReport report = RunReports.of(Outcome.VIOLATED, RUN);
        List<String> machine = List.of(
                "/some/where",
                System.getProperty("user.dir"),
                System.getProperty("user.home"),
                System.getProperty("java.io.tmpdir"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Integer.toString(LocalDate.now(ZoneOffset.UTC).getYear()) + "-");
        for (String text :
                List.of(JsonReport.of(report, CLAUSES), JUnitReport.of(report), HtmlReport.of(report, CLAUSES, PAGE))) {
            assertEquals(List.of(), machine.stream().filter(text::contains).toList());
            assertTrue(
                    text.contains("conformance/run device --unix PATH --only SEL-013/refuses-a-version-5 --seed 42"),
                    text);
        }
    }

    @Test
    void knownFailuresAreShownAsSuchAndNothingIsCalledConformantWithoutThem() {
        String known = console(Outcome.CONFORMANT, Runs.with(Verdict.PASSED, Verdict.KNOWN));
        String fixed = console(Outcome.KNOWN_FAILURE_PASSES, Runs.with(Verdict.FIXED));

        assertAll(
                () -> assertTrue(
                        known.contains("KNOWN FAILURE  SEL-013/refuses-a-version-1 (flaky: failed 2 of 5)\n"), known),
                () -> assertTrue(
                        known.contains("\nconformant but for known failures: 1 passed, 1 known failure\n"), known),
                () -> assertTrue(
                        known.endsWith(" device: conformant but for known failures, 2 checks of 2 clauses\n"), known),
                () -> assertTrue(
                        fixed.contains("SEL-013/refuses-a-version is listed as a known failure and passed\n"), fixed));
    }

    @Test
    void aPeerThatDidNotOutliveTheRunIsAFailureInEachReport() {
        SubjectRun lost = Runs.lost(Verdict.PASSED);
        RunReport report = RunReports.of(Outcome.VIOLATED, lost);
        String console = console(Outcome.VIOLATED, lost);
        String junit = JUnitReport.of(report);

        assertAll(
                () -> assertTrue(console.contains("the peer is lost: after the last check: no OFFER"), console),
                () -> assertTrue(junit.contains(" failures=\"1\""), junit),
                () -> assertTrue(junit.contains("name=\"outlives-the-run\""), junit),
                () -> assertTrue(
                        JsonReport.of(report, CLAUSES).contains("\"lost\": \"after the last check: no OFFER"), "JSON"),
                () -> assertTrue(HtmlReport.of(report, CLAUSES, PAGE).contains("It is lost: after"), "HTML"));
    }

    @Test
    void consoleCountsByGroupOfClauses() {
        String text = console(Outcome.CONFORMANT, Runs.with(Verdict.PASSED, Verdict.PASSED, Verdict.WARNED));

        assertTrue(text.lines().anyMatch(line -> line.matches("SEL +2 +- +1 +-  5\\.4 SELECT \\(K\\)")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("total +2 +- +1 +-")), text);
    }

    @Test
    void jsonHoldsEachCheckAndNothingOfTheMachine() {
        String text = JsonReport.of(RunReports.of(Outcome.SUITE_FAULT, RUN), CLAUSES);
        JsonObject subject = JsonParser.parseString(text)
                .getAsJsonObject()
                .getAsJsonArray("subjects")
                .get(0)
                .getAsJsonObject();

        assertAll(
                () -> assertEquals(42, subject.get("seed").getAsLong()),
                () -> assertEquals(
                        1, subject.getAsJsonObject("counts").get("not_run").getAsLong()),
                () -> assertEquals(
                        Verdict.values().length,
                        subject.getAsJsonArray("checks").size()),
                () -> assertEquals(
                        List.of(
                                "SEL-018 untestable untestable",
                                "HEL-013 tested checked",
                                "CHN-011 timed not_selected"),
                        standings(subject, "SEL-018", "HEL-013", "CHN-011")),
                () -> assertTrue(text.contains("\"runs\": 5,\n          \"failed_runs\": 2,"), text),
                () -> assertTrue(text.contains("\"outcome\": \"suite_fault\""), text),
                () -> assertFalse(text.contains("/some/where"), text),
                () -> assertFalse(text.contains(System.getProperty("user.dir")), text));
    }

    private static List<String> standings(JsonObject subject, String... clauses) {
        return Stream.of(clauses)
                .flatMap(id -> subject.getAsJsonArray("coverage").asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .filter(row -> row.get("clause").getAsString().equals(id)))
                .map(row -> row.get("clause").getAsString()
                        + ' '
                        + row.get("kind").getAsString()
                        + ' '
                        + row.get("standing").getAsString())
                .toList();
    }

    @Test
    void junitXmlIsWellFormedAndCountsRight() throws Exception {
        Element suite = junit(false);

        assertAll(
                () -> assertEquals(Integer.toString(Verdict.values().length + HOLES), suite.getAttribute("tests")),
                () -> assertEquals("2", suite.getAttribute("failures")),
                () -> assertEquals("1", suite.getAttribute("errors")),
                () -> assertEquals(Integer.toString(3 + HOLES), suite.getAttribute("skipped")),
                () -> assertEquals(
                        Verdict.values().length + HOLES,
                        suite.getElementsByTagName("testcase").getLength()),
                () -> assertEquals(2, suite.getElementsByTagName("failure").getLength()),
                () -> assertEquals(
                        3 + HOLES, suite.getElementsByTagName("skipped").getLength()),
                () -> assertTrue(suite.getElementsByTagName("failure")
                        .item(1)
                        .getTextContent()
                        .startsWith("SEL-013 flaky: failed 2 of 5: expected ")),
                () -> assertEquals(
                        List.of("suite", "summary", "survey", "conditions"),
                        IntStream.range(0, 4)
                                .mapToObj(i -> (Element)
                                        suite.getElementsByTagName("property").item(i))
                                .map(property -> property.getAttribute("name"))
                                .toList()));
    }

    @Test
    void junitXmlOfAStrictRunTakesWarningsForFailures() throws Exception {
        Element suite = junit(true);

        assertEquals("3", suite.getAttribute("failures"));
        assertEquals(3, suite.getElementsByTagName("failure").getLength());
    }

    private static Element junit(boolean isStrict) throws Exception {
        String xml = JUnitReport.of(RunReports.of(isStrict, Outcome.SUITE_FAULT, RUN));
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
        return (Element) document.getElementsByTagName("testsuite").item(0);
    }

    private static String console(Outcome outcome, SubjectRun run) {
        StringWriter text = new StringWriter();
        ConsoleReport report =
                new ConsoleReport(new PrintWriter(text), ClauseBook.standard(), "java -jar suite.jar", Ink.PLAIN);
        report.subject(run, Map.of(run.results().get(0).check(), Path.of("saved", "one.json")));
        report.verdict(RunReports.of(outcome, run));
        return text.toString();
    }
}
