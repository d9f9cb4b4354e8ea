// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.peer.Trace.Transfer;
import org.ioregionfd.conformance.report.RunReport.Outcome;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Sample;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.Runs;
import org.ioregionfd.conformance.run.SubjectRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks reports against their schemas, with friendly and with hostile text in every place that a peer can fill. */
class FormsTest {
    private static final ClauseBook CLAUSES = ClauseBook.standard();
    private static final DocumentPage PAGE = new DocumentPage(Optional.empty());
    private static final String SCHEMA = "/report.schema.json";

    /** A peer's own words: ends of every element, an attribute, control characters, half a surrogate, a turn of direction. */
    private static final String HOSTILE =
            "</script></style><script>alert(1)</script>]]>--><img src=x onerror='a()'>\"\u0000\u0007\u001b[31m\ud800\u202e&amp;\ufffe";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyVerdictIsReportedInTheFormsThatOthersRead(boolean isStrict) throws Exception {
        RunReport report = RunReports.of(isStrict, Outcome.SUITE_FAULT, Runs.with(Verdict.values()));

        assertEquals(List.of(), Forms.faultsOfJson(JsonReport.of(report, CLAUSES), SCHEMA));
        assertEquals(List.of(), Forms.faultsOfJUnit(JUnitReport.of(report)));
        assertEquals(List.of(), Forms.faultsOfHtml(HtmlReport.of(report, CLAUSES, PAGE)));
    }

    @Test
    void framesAreReportedFieldByFieldInTheFormsThatOthersRead() throws Exception {
        RunReport report = RunReports.of(Outcome.VIOLATED, Runs.failedWith(finding("plain"), "plain"));
        String json = JsonReport.of(report, CLAUSES);
        String html = HtmlReport.of(report, CLAUSES, PAGE);

        assertEquals(List.of(), Forms.faultsOfJson(json, SCHEMA));
        assertEquals(List.of(), Forms.faultsOfHtml(html));
        assertTrue(json.contains("\"name\": \"reason\",\n"), json);
        assertTrue(json.contains("\"meaning\": \"POLICY\"\n"), json);
        assertTrue(html.contains("</code></td>\n<td>reason</td>\n<td>POLICY</td>\n"), html);
        assertTrue(html.contains("<li class=\"message K\"><details open=\"open\">"), html);
        assertTrue(html.contains("3 earlier entries are left out"), html);
    }

    @Test
    void everyClauseThatTheReportNamesIsALink() {
        DocumentPage page = new DocumentPage(Optional.of("https://example.org/d.html"));
        String html = HtmlReport.of(RunReports.of(Outcome.CONFORMANT, Runs.with(Verdict.PASSED)), CLAUSES, page);
        String elsewhere = html.replaceAll("<a href=\"https://example.org/d.html#[^<]*</a>", "");

        assertTrue(html.contains(">CHN-003</a></code>"), "one that no check can see");
        assertTrue(html.contains("in the order of <a href=\"https://example.org/d.html#SEL-010\">"), html);
        assertFalse(elsewhere.matches("(?s).*<span class=\"sentence\">[^\n]*[A-Z]{3}-[0-9]{3}.*"), elsewhere);
    }

    @Test
    void whatAPeerSaysStaysTextInEveryReport() throws Exception {
        SubjectRun run = Runs.failedWith(finding(HOSTILE), HOSTILE);
        RunReport report = RunReports.of(Outcome.VIOLATED, run);
        String json = JsonReport.of(report, CLAUSES);
        String xml = JUnitReport.of(report);
        String html = HtmlReport.of(report, CLAUSES, PAGE);

        assertAll(
                () -> assertEquals(List.of(), Forms.faultsOfJson(json, SCHEMA)),
                () -> assertEquals(List.of(), Forms.faultsOfJUnit(xml)),
                () -> assertEquals(
                        10, html.split("&lt;/script&gt;&lt;/style&gt;", -1).length - 1, "every place shows it"),
                () -> assertFalse(html.contains("<script"), html),
                () -> assertFalse(html.contains("<img"), html),
                () -> assertTrue(html.contains("\\u0000\\u0007\\u001b[31m\\ud800\\u202e&amp;amp;\\ufffe"), html),
                () -> assertTrue(json.chars().noneMatch(c -> c < ' ' && c != '\n'), json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"verdict\": \"failed\"|\"verdict\": \"fine\"",
                "\"type\": \"ended\"|\"type\": \"over\"",
                "\"format\": 1|\"format\": 2",
                "\"hex\": \"00|\"hex\": \"0",
                "\"level\": \"MUST\"|\"level\": \"PERHAPS\"",
                "\"finding\": {|\"found\": {",
                "\"seed\": 42|\"path\": 42"
            })
    void theSchemaRefusesWhatIsWrong(String change) throws Exception {
        String json = JsonReport.of(RunReports.of(Outcome.VIOLATED, Runs.failedWith(finding(""), "")), CLAUSES);
        String bent = json.replace(change.replaceFirst("\\|.*", ""), change.replaceFirst(".*\\|", ""));

        assertFalse(Forms.faultsOfJson(bent, SCHEMA).isEmpty(), bent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<failure |<fault ",
                " time=\"0.000\"| time=\"soon\"",
                " classname=\"a|class=\"a",
                "errors=\"0\"|errors=\"none\""
            })
    void theJUnitSchemaRefusesWhatIsWrong(String change) throws Exception {
        String xml = JUnitReport.of(RunReports.of(Outcome.VIOLATED, Runs.failedWith(finding(""), "")));
        String bent = xml.replace(change.replaceFirst("\\|.*", ""), change.replaceFirst(".*\\|", ""));

        assertFalse(Forms.faultsOfJUnit(bent).isEmpty(), bent);
    }

    @Test
    void githubReadsWhatAPeerSaysAsText() {
        GithubReport github = new GithubReport(
                RunReports.of(
                        Outcome.VIOLATED, Runs.failedWith(finding(HOSTILE + "\n::stop-commands::x\n100%"), HOSTILE)),
                CLAUSES,
                "java -jar suite.jar");
        List<String> annotations = github.annotations().lines().toList();

        assertAll(
                () -> assertEquals(1, annotations.size(), annotations::toString),
                () -> assertTrue(
                        annotations.get(0).matches("::error title=SEL-013/[a-z0-9-]+::expected .*, seen .*100%25.*"),
                        annotations::toString),
                () -> assertTrue(annotations.get(0).contains("%0A::stop-commands"), annotations::toString),
                () -> assertFalse(github.summary().contains("<script"), github.summary()),
                () -> assertTrue(github.summary().contains("| SEL-013/"), github.summary()),
                () -> assertTrue(
                        github.summary().contains("java -jar suite.jar device --unix /some/where --only "),
                        github.summary()));
    }

    @Test
    void junitSaysWhatWasExpectedAndSeenInItsMessage() {
        String xml = JUnitReport.of(RunReports.of(Outcome.VIOLATED, Runs.with(Verdict.FAILED)));

        assertTrue(xml.contains(" message=\"expected a &quot;frame&quot; &amp; more, seen &lt;nothing&gt;\""), xml);
    }

    @Test
    void aTerminalGetsColoursAndNothingElseDoes() {
        assertEquals("\u001b[1;31mFAILED\u001b[0m", Ink.COLOURED.bad("FAILED"));
        assertEquals("FAILED", Ink.PLAIN.bad("FAILED"));
    }

    @Test
    void twoSubjectsWithTheSameChecksAreToldApart() throws Exception {
        RunReport report = RunReports.of(
                Outcome.CONFORMANT,
                Runs.with(Verdict.PASSED),
                Runs.titled("another device", Runs.with(Verdict.PASSED)));

        assertEquals(List.of(), Forms.faultsOfJUnit(JUnitReport.of(report)));
    }

    private static Result.Finding finding(String words) {
        Trace trace = new Trace(
                List.of(
                        new Trace.Note(words),
                        bytes(Sender.K, Forge.blank("HELLO").bytes(), "HELLO", Transfer.WRITTEN, 7),
                        bytes(Sender.K, Forge.blank("SELECT").bytes(), "SELECT", Transfer.JOINED),
                        bytes(Sender.D, Forge.reject("POLICY", 0).bytes(), "REJECT", Transfer.READ),
                        bytes(Sender.D, new byte[] {0}, "", Transfer.READ),
                        bytes(Sender.K, Forge.blank("ABORT").bytes(), "ABORT", Transfer.WRITTEN),
                        new Trace.Ended(Sender.D, words)),
                3);
        return new Result.Finding(words, words, words, trace, new Sample(words, Optional.of("[1]")));
    }

    private static Trace.Bytes bytes(Sender from, byte[] bytes, String frame, Transfer transfer, Integer... cuts) {
        return new Trace.Bytes(from, frame, HexFormat.of().formatHex(bytes), transfer, List.of(cuts));
    }
}
