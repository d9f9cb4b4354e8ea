// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ioregionfd.conformance.engine.Coverage;
import org.ioregionfd.conformance.engine.Outcome.Strictness;
import org.ioregionfd.conformance.engine.Result;
import org.ioregionfd.conformance.engine.SubjectRun;
import org.ioregionfd.conformance.engine.Verdict;
import org.ioregionfd.conformance.oracle.ClauseText;

/**
 * A run as JUnit XML. Written here and not by the test platform, whose own file lists every system property of the machine.
 * Checks that were not supported or not run are skipped, and so is each clause that no check can see; warnings are output, or failures where the run is strict.
 */
public final class JUnitReport {
    private static final double MILLIS_PER_SECOND = 1000.0;

    private final StringBuilder xml = new StringBuilder();
    private final Strictness strictness;

    private JUnitReport(Strictness strictness) {
        this.strictness = strictness;
    }

    /** The report as an XML document, one test suite for each subject. */
    public static String of(List<SubjectRun> runs, Strictness strictness) {
        JUnitReport report = new JUnitReport(strictness);
        report.xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
        runs.forEach(report::suite);
        report.xml.append("</testsuites>\n");
        return report.xml.toString();
    }

    private void suite(SubjectRun run) {
        long lost = run.lost().stream().count();
        long failures = run.results().stream().filter(this::isFailure).count() + lost;
        List<Coverage.Row> holes = run.coverage().with(Coverage.Standing.UNTESTABLE);
        long skipped =
                run.count(Verdict.NOT_SUPPORTED) + run.count(Verdict.NOT_RUN) + run.count(Verdict.KNOWN) + holes.size();
        xml.append("  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%s\">\n"
                .formatted(
                        attribute(run.subject().title()),
                        run.results().size() + holes.size() + lost,
                        failures,
                        run.count(Verdict.ERROR),
                        skipped,
                        seconds(run.took())));
        run.results().forEach(result -> testCase(run, result));
        holes.forEach(hole -> xml.append(
                "    <testcase classname=\"%s.%s\" name=\"%s\" time=\"0.000\"><skipped message=\"%s\"/></testcase>\n"
                        .formatted(
                                run.subject().side(),
                                ClauseText.groupOf(hole.clause()),
                                attribute(hole.clause() + "/untestable"),
                                attribute("untestable: " + hole.reason()))));
        run.lost()
                .ifPresent(seen -> xml.append(
                        "    <testcase classname=\"%s\" name=\"outlives-the-run\" time=\"0.000\"><failure message=\"%s\"/></testcase>\n"
                                .formatted(run.subject().side(), attribute(seen))));
        xml.append("  </testsuite>\n");
    }

    private void testCase(SubjectRun run, Result result) {
        String group =
                run.subject().side() + "." + ClauseText.groupOf(result.check().clause());
        xml.append("    <testcase classname=\"%s\" name=\"%s\" time=\"%s\""
                .formatted(attribute(group), attribute(result.check().name()), seconds(result.took())));
        Optional<String> body = body(result);
        xml.append(body.map(text -> ">" + text + "</testcase>\n").orElse("/>\n"));
    }

    private Optional<String> body(Result result) {
        return switch (result.verdict()) {
            case PASSED -> Optional.empty();
            case NOT_SUPPORTED, NOT_RUN ->
                Optional.of("<skipped message=\"%s\"/>"
                        .formatted(attribute(result.verdict().text() + ": " + result.reason())));
            case KNOWN ->
                Optional.of("<skipped message=\"%s\"/>"
                        .formatted(attribute(result.verdict().text() + ": "
                                + result.finding().map(Result.Finding::seen).orElse(""))));
            case FIXED ->
                Optional.of("<failure message=\"%s\"/>"
                        .formatted(attribute(result.verdict().text())));
            case WARNED, FAILED, ERROR -> result.finding().map(finding -> element(result, finding));
        };
    }

    private String element(Result result, Result.Finding finding) {
        String text = "%s %s: expected %s, seen %s\n%s\n%s"
                .formatted(
                        result.check().clause(),
                        result.frequency().text(),
                        finding.expected(),
                        finding.seen(),
                        finding.sample().text(),
                        finding.transcript());
        if (result.verdict() == Verdict.WARNED && !isFailure(result)) {
            return "<system-out>" + content(text) + "</system-out>";
        }
        String name = result.verdict() == Verdict.ERROR ? "error" : "failure";
        return "<%s message=\"%s\">%s</%s>".formatted(name, attribute(finding.seen()), content(text), name);
    }

    private boolean isFailure(Result result) {
        return result.verdict() == Verdict.FAILED
                || result.verdict() == Verdict.FIXED
                || (result.verdict() == Verdict.WARNED && strictness == Strictness.SHOULD_TOO);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toMillis() / MILLIS_PER_SECOND);
    }

    private static String attribute(String text) {
        return content(text).replace("\"", "&quot;").replace("\n", "&#10;");
    }

    /** Text without the characters that XML gives a meaning, or forbids. */
    private static String content(String text) {
        return text.replaceAll("[^\\x09\\x0a\\x20-\\x7e\\xa0-\\ud7ff]", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
