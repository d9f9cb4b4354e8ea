// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.report.Causes.Cause;
import org.ioregionfd.conformance.report.RunReport.Outcome;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Finding;
import org.ioregionfd.conformance.run.Result.Sample;
import org.ioregionfd.conformance.run.Runs;
import org.ioregionfd.conformance.run.SubjectRun;
import org.junit.jupiter.api.Test;

/** Findings of one cause are told once, under the clause that is broken. */
class CausesTest {
    private static final ClauseBook CLAUSES = ClauseBook.standard();
    private static final DocumentPage PAGE = new DocumentPage(Optional.empty());

    @Test
    void findingsThatExpectAndSeeTheSameAreOneCause() {
        List<Cause> causes = causes(
                Runs.failed("VIO-006/one", finding("a frame RESPONSE", "nothing within 2000 ms", "")),
                Runs.failed("CHN-002/two", finding("a frame RESPONSE", "nothing within 500 ms", "")),
                Runs.failed("DEV-001/three", finding("a frame RESPONSE", "the channel closed", "")));

        assertEquals(List.of(List.of("CHN-002/two", "VIO-006/one"), List.of("DEV-001/three")), names(causes));
    }

    @Test
    void theCheckThatDecidesTheBrokenClauseStandsForTheOthers() {
        List<Cause> causes = causes(
                Runs.failed("CHN-002/one", finding("nonce 0x1", "nonce 0x2", "OFR-002")),
                Runs.failed("OFR-002/two", finding("nonce 0x7", "nonce 0x8", "OFR-002")),
                Runs.failed("HEL-010/three", finding("data of READS (OK) 0x1", "data of READS 0x2", "")));

        assertEquals(List.of(List.of("HEL-010/three"), List.of("OFR-002/two", "CHN-002/one")), names(causes));
        assertEquals(Optional.of("OFR-002"), causes.get(1).broken().map(ClauseText::id));
    }

    @Test
    void whatNamesNoClauseJoinsWhatHasSeenTheSameAndNamesOne() {
        List<Cause> causes = causes(
                Runs.failed("CHN-002/one", finding("a frame ACCEPT", "the channel closed", "")),
                Runs.failed("ACC-001/two", finding("a frame ACCEPT", "the channel closed", "ACC-001")));

        assertEquals(List.of(List.of("ACC-001/two", "CHN-002/one")), names(causes));
        assertEquals(Optional.of("ACC-001"), causes.get(0).broken().map(ClauseText::id));
    }

    @Test
    void ofSeveralChecksTheOneThatNeedsTheFewestFramesStandsForTheOthers() {
        List<Cause> causes = causes(
                Runs.failed("CHN-002/one", finding("a frame RESPONSE", "nothing", read(List.of(4)), "")),
                Runs.failed("ORD-001/two", finding("a frame RESPONSE", "nothing", read(List.of()), "")));

        assertEquals(List.of(List.of("ORD-001/two", "CHN-002/one")), names(causes));
        assertEquals(Optional.of("ORD-001"), causes.get(0).broken().map(ClauseText::id));
    }

    private static Trace read(List<Integer> cuts) {
        return new Trace(
                List.of(new Trace.Bytes(Sender.K, "COMMAND_INFO_WORD", "00".repeat(32), Trace.Transfer.WRITTEN, cuts)),
                0);
    }

    @Test
    void noSentenceThatAsksForACloseStandsBesideAnotherExpectation() {
        List<Cause> causes = causes(
                Runs.failed("VIO-002/one", finding("a frame RESPONSE", "the channel closed", "")),
                Runs.failed(
                        "VIO-002/two", finding("the channel to be closed without a frame", "a frame RESPONSE", "")));

        assertEquals(Optional.empty(), causes.get(0).broken());
        assertEquals(Optional.of("VIO-002"), causes.get(1).broken().map(ClauseText::id));
    }

    @Test
    void eachReportTellsACauseOnceAndNamesEachCheck() {
        SubjectRun run = Runs.of(
                Runs.failed("CHN-002/one", finding("nonce 0x1", "nonce 0x2", "OFR-002")),
                Runs.failed("OFR-002/two", finding("nonce 0x7", "nonce 0x8", "OFR-002")));
        RunReport report = RunReports.of(Outcome.VIOLATED, run);
        StringWriter text = new StringWriter();
        new ConsoleReport(new PrintWriter(text), CLAUSES, "run", Ink.PLAIN).subject(run, Map.of());
        String json = JsonReport.of(report, CLAUSES);
        String html = HtmlReport.of(report, CLAUSES, PAGE);

        assertAll(
                () -> assertTrue(
                        text.toString()
                                .contains(
                                        "FAILED  OFR-002/two (failed 1 of 1)\n  OFR-002: The OFFER's `nonce` MUST be"),
                        text::toString),
                () -> assertTrue(
                        text.toString().contains("\n  the same in 1 more:\n    CHN-002/one (failed 1 of 1)\n\n"),
                        text::toString),
                () -> assertEquals(2, text.toString().split("FAILED  ", -1).length, text::toString),
                () -> assertEquals(List.of(), Forms.faultsOfJson(json, "/report.schema.json")),
                () -> assertTrue(json.contains("\"clause\": \"OFR-002\""), json),
                () -> assertEquals(List.of(), Forms.faultsOfHtml(html)),
                () -> assertTrue(html.contains("The same in 1 more:"), html));
    }

    private static List<Cause> causes(Result... results) {
        return new Causes(CLAUSES).of(List.of(results));
    }

    private static List<List<String>> names(List<Cause> causes) {
        return causes.stream()
                .map(cause -> cause.results().stream()
                        .map(result -> result.check().name())
                        .toList())
                .toList();
    }

    private static Finding finding(String expected, String seen, String broken) {
        return finding(expected, seen, Trace.NONE, broken);
    }

    private static Finding finding(String expected, String seen, Trace trace, String broken) {
        return new Finding(expected, seen, "", trace, Sample.NONE, broken);
    }
}
