// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.List;
import org.ioregionfd.conformance.report.RunReport.Outcome;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.SubjectRun;

/**
 * A run as one HTML page that needs no network, no script and no font. Made for a phone, a wide screen, light, dark and
 * paper. It holds nothing about the machine.
 */
public final class HtmlReport {
    private static final String STYLE = "/report.css";

    /** The choices of the filter, and the class of the elements that each shows. */
    private static final List<Verdict> FILTERS = List.of(
            Verdict.FAILED,
            Verdict.WARNED,
            Verdict.ERROR,
            Verdict.KNOWN,
            Verdict.FIXED,
            Verdict.NOT_SUPPORTED,
            Verdict.NOT_RUN,
            Verdict.PASSED);

    private final Html html;
    private final RunReport report;
    private final ClauseBook clauses;
    private final DocumentPage document;

    private HtmlReport(RunReport report, ClauseBook clauses, DocumentPage document) {
        this.html = Html.page(report.summary(), STYLE);
        this.report = report;
        this.clauses = clauses;
        this.document = document;
    }

    /** The report as an HTML document, whose clauses are links to {@code document}. */
    public static String of(RunReport report, ClauseBook clauses, DocumentPage document) {
        HtmlReport page = new HtmlReport(report, clauses, document);
        page.page();
        return page.html.toString();
    }

    private void page() {
        header();
        filter();
        html.begin("main");
        for (int i = 0; i < report.runs().size(); i++) {
            new HtmlSubject(html, clauses, document, report.runs().get(i), "s" + (i + 1)).write();
        }
        html.end().end().end();
    }

    private void header() {
        html.begin("header").element("h1", "ioregionfd handshake conformance");
        html.element("p", "summary " + tone(report.outcome()), report.summary());
        RunSettings settings = report.settings();
        html.begin("dl");
        fact("seed", Long.toString(settings.seed().value()));
        fact("suite", report.version());
        fact("cases of a property", Integer.toString(settings.tries()));
        fact("a failing check runs", 1 + settings.repeats() + " times");
        if (report.isStrict()) {
            fact("strict", "a violated SHOULD fails the run");
        }
        if (!settings.selection().prefixes().isEmpty()) {
            fact("only", String.join(", ", settings.selection().prefixes()));
        }
        if (!settings.selection().skipped().isEmpty()) {
            fact("skipped", String.join(", ", settings.selection().skipped()));
        }
        html.end();
        if (report.runs().size() > 1) {
            html.begin("nav").begin("ul");
            for (int i = 0; i < report.runs().size(); i++) {
                SubjectRun run = report.runs().get(i);
                html.begin("li").link("#s" + (i + 1), run.subject().title());
                html.text(HtmlSubject.counts(run)).end();
            }
            html.end().end();
        }
        html.end();
    }

    private void fact(String name, String value) {
        html.begin("div").element("dt", name).element("dd", value).end();
    }

    /** Radio buttons; the style sheet hides the other elements. */
    private void filter() {
        html.begin("fieldset", "class", "filter").element("legend", "Show");
        html.empty("input", "type", "radio", "name", "show", "id", "show-all", "checked", "checked")
                .begin("label", "for", "show-all")
                .text("all")
                .end();
        for (Verdict verdict : FILTERS) {
            long count = report.count(verdict);
            if (count > 0) {
                String id = "show-" + cssClass(verdict);
                html.empty("input", "type", "radio", "name", "show", "id", id)
                        .begin("label", "for", id)
                        .text(verdict.text() + " " + count)
                        .end();
            }
        }
        html.end();
    }

    /** The word for {@code verdict} in the style sheet. */
    static String cssClass(Verdict verdict) {
        return verdict.text().replace(' ', '-');
    }

    private static String tone(Outcome outcome) {
        return switch (outcome) {
            case CONFORMANT, OFF_ONLY -> "good";
            case VIOLATED -> "bad";
            case SUITE_FAULT, TOO_FEW, KNOWN_FAILURE_PASSES -> "unclear";
        };
    }
}
