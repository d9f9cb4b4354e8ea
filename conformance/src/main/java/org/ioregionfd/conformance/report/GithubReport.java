// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.List;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.report.Causes.Cause;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.SubjectRun;

/** A run for GitHub Actions: lines that it shows as annotations, and the summary of the job in Markdown. */
public final class GithubReport {
    /** GitHub shows ten annotations of a kind from a step, and no more. */
    private static final int ANNOTATIONS_MAX = 10;

    private final RunReport report;
    private final ClauseBook clauses;
    private final String program;

    /** For the user's own job, so that {@code program} and the user's words are in the commands, as on the console. */
    public GithubReport(RunReport report, ClauseBook clauses, String program) {
        this.report = report;
        this.clauses = clauses;
        this.program = program;
    }

    /** A line for each cause, the first ones; a cause of the suite's own is an error too. */
    public String annotations() {
        return report.runs().stream()
                .flatMap(run -> causes(run).stream())
                .limit(ANNOTATIONS_MAX)
                .map(this::annotation)
                .collect(Collectors.joining());
    }

    private String annotation(Cause cause) {
        Verdict verdict = cause.first().verdict();
        String kind = verdict == Verdict.FAILED || verdict == Verdict.ERROR ? "error" : "warning";
        return "::" + kind + " title="
                + data(cause.first().check().name()).replace(",", "%2C").replace(":", "%3A") + "::" + data(words(cause))
                + '\n';
    }

    /** The summary: the last line of the console, a table of the causes, and how to see them again. */
    public String summary() {
        StringBuilder text = new StringBuilder("### " + markdown(report.summary()) + "\n\n");
        for (SubjectRun run : report.runs()) {
            List<Cause> causes = causes(run);
            text.append(markdown(run.subject().title()))
                    .append(markdown(HtmlSubject.counts(run)))
                    .append(", seed ")
                    .append(run.seed().value())
                    .append("\n\n");
            if (!causes.isEmpty()) {
                text.append("| check | expected, seen | again |\n|---|---|---|\n");
                causes.forEach(cause -> text.append("| %s | %s | %s |\n"
                        .formatted(
                                markdown(cause.first().check().name()),
                                markdown(words(cause)),
                                markdown(program + run.again(cause.first())))));
                text.append('\n');
            }
        }
        return text.toString();
    }

    private List<Cause> causes(SubjectRun run) {
        return new Causes(clauses).of(run.results());
    }

    private static String words(Cause cause) {
        return cause.first()
                .finding()
                .map(finding -> "expected " + finding.expected() + ", seen " + finding.seen())
                .orElse("");
    }

    /** GitHub reads a line up to its end, and a per cent sign as the beginning of a number. */
    private static String data(String text) {
        return RunReport.plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    /** Every character that Markdown or HTML gives a meaning stands for itself. */
    private static String markdown(String text) {
        return RunReport.plain(text)
                .replaceAll("[\\s]+", " ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replaceAll("([\\\\`*_{}\\[\\]()#|!~>])", "\\\\$1");
    }
}
