// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.SubjectRun;
import org.ioregionfd.conformance.run.SubjectRun.Coverage;

/**
 * A run as JUnit XML. Written here and not by the test platform, whose own file lists every system property of the machine.
 * Checks that were not supported or not run are skipped, and so is each clause that no check can see. Warnings are output, or
 * failures if the run is strict.
 *
 * <p>Two services set its form. Jenkins refuses elements and attributes that its schema does not list. GitLab tells test cases
 * apart by class name and name alone, and takes the first of two that are equal: the class name begins with the subject.
 */
public final class JUnitReport {
    private static final double MILLIS_PER_SECOND = 1000.0;

    /** A test case of its own, because no check is to blame for a peer that does not answer after the last one. */
    private static final String OUTLIVES = "outlives-the-run";

    private final StringBuilder xml = new StringBuilder();
    private final RunReport report;

    private JUnitReport(RunReport report) {
        this.report = report;
    }

    /** The report as an XML document, one test suite for each subject. */
    public static String of(RunReport report) {
        JUnitReport junit = new JUnitReport(report);
        junit.xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ioregionfd handshake\">\n");
        report.runs().forEach(junit::suite);
        junit.xml.append("</testsuites>\n");
        return junit.xml.toString();
    }

    private void suite(SubjectRun run) {
        long lost = run.lost().stream().count();
        List<Coverage.Row> holes = run.coverage().with(Coverage.Standing.UNTESTABLE);
        xml.append("  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%s\">\n"
                .formatted(
                        attribute(run.subject().title()),
                        run.results().size() + holes.size() + lost,
                        run.results().stream().filter(this::isFailure).count() + lost,
                        run.count(Verdict.ERROR),
                        run.count(Verdict.NOT_SUPPORTED)
                                + run.count(Verdict.NOT_RUN)
                                + run.count(Verdict.KNOWN)
                                + holes.size(),
                        seconds(run.took())));
        xml.append("    <properties>\n");
        property("suite", report.version());
        property("summary", report.summary());
        property("survey", run.survey().text());
        run.survey().fault().ifPresent(fault -> property("survey fault", fault));
        property("conditions", run.conditions().options());
        xml.append("    </properties>\n");
        run.results().forEach(result -> testCase(run, result));
        holes.forEach(hole -> {
            begin(run, hole.clause(), hole.clause() + "/untestable", Duration.ZERO);
            xml.append('>').append(skipped("untestable", hole.reason())).append("</testcase>\n");
        });
        run.lost().ifPresent(seen -> {
            begin(run, OUTLIVES, OUTLIVES, Duration.ZERO);
            xml.append("><failure message=\"%s\"/></testcase>\n".formatted(attribute("lost: " + seen)));
        });
        xml.append("  </testsuite>\n");
    }

    private void property(String name, String value) {
        xml.append("      <property name=\"%s\" value=\"%s\"/>\n".formatted(name, attribute(value)));
    }

    private void testCase(SubjectRun run, Result result) {
        begin(run, result.check().clause(), result.check().name(), result.took());
        xml.append(body(run, result).map(text -> ">" + text + "</testcase>\n").orElse("/>\n"));
    }

    /** A test case without the end of its tag. */
    private void begin(SubjectRun run, String clause, String name, Duration took) {
        String subject = run.subject().title().replaceAll("[^A-Za-z0-9]+", "-");
        xml.append("    <testcase classname=\"%s.%s\" name=\"%s\" time=\"%s\""
                .formatted(attribute(subject), ClauseText.groupOf(clause), attribute(name), seconds(took)));
    }

    private Optional<String> body(SubjectRun run, Result result) {
        return switch (result.verdict()) {
            case PASSED -> Optional.empty();
            case NOT_SUPPORTED, NOT_RUN -> Optional.of(skipped(result.verdict().text(), result.reason()));
            case KNOWN ->
                Optional.of(skipped(
                        result.verdict().text(),
                        result.finding().map(JUnitReport::message).orElse("")));
            case FIXED ->
                Optional.of("<failure message=\"%s\"/>"
                        .formatted(attribute(result.verdict().text())));
            case WARNED, FAILED, ERROR -> result.finding().map(finding -> element(run, result, finding));
        };
    }

    private static String skipped(String word, String reason) {
        return "<skipped message=\"%s\"/>".formatted(attribute(word + ": " + reason));
    }

    private String element(SubjectRun run, Result result, Result.Finding finding) {
        String text = "%s %s: expected %s, seen %s\n%s\n%s\nagain: %s\n"
                .formatted(
                        result.check().clause(),
                        result.frequency().text(),
                        finding.expected(),
                        finding.seen(),
                        finding.sample().text(),
                        finding.transcript(),
                        run.againAnywhere(result));
        if (result.verdict() == Verdict.WARNED && !isFailure(result)) {
            return "<system-out>warning: " + content(text) + "</system-out>";
        }
        String name = result.verdict() == Verdict.ERROR ? "error" : "failure";
        return "<%s type=\"%s\" message=\"%s\">%s</%s>"
                .formatted(name, result.check().clause(), attribute(message(finding)), content(text), name);
    }

    private static String message(Result.Finding finding) {
        return "expected " + finding.expected() + ", seen " + finding.seen();
    }

    private boolean isFailure(Result result) {
        return result.verdict() == Verdict.FAILED
                || result.verdict() == Verdict.FIXED
                || (result.verdict() == Verdict.WARNED && report.isStrict());
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toMillis() / MILLIS_PER_SECOND);
    }

    private static String attribute(String text) {
        return content(text).replace("\"", "&quot;").replace("\n", "&#10;");
    }

    /** Text without characters that have a meaning in XML, or are forbidden there. */
    private static String content(String text) {
        return text.replaceAll("[^\\x09\\x0a\\x20-\\x7e\\xa0-\\ud7ff]", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
