// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.util.List;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.conformance.report.Html;

/** A run as one HTML page that needs no network, no script and no font. */
public final class BenchHtml {
    private static final String TITLE = "ioregionfd bench";

    private BenchHtml() {}

    /** The page. */
    public static String of(BenchRun run) {
        Html html = Html.page(TITLE, "/report.css", "/bench/bench.css");
        html.begin("header").element("h1", TITLE);
        run.machine().forEach(fact -> html.element("p", "note", fact));
        run.conditions().forEach(sentence -> html.element("p", "note", sentence));
        html.end().begin("main");
        run.subjects().forEach(subject -> write(html, subject));
        return html.end().end().end().toString();
    }

    private static void write(Html html, Subject subject) {
        html.begin("section", "id", subject.id()).element("h2", subject.title());
        html.element("p", "baseline: " + subject.baseline());
        subject.remarks().forEach(remark -> html.element("p", "note", remark));
        html.begin("table", "class", "figures").begin("thead").begin("tr");
        Numbers.HEAD.forEach(name -> html.element("th", name));
        html.end().end().begin("tbody");
        subject.figures().forEach(figure -> write(html, figure));
        html.end().end();
        Plots.write(html, subject);
        html.end();
    }

    private static void write(Html html, Figure figure) {
        html.begin("tr");
        List<String> row = Numbers.row(figure);
        row.subList(0, Numbers.RATIO).forEach(cell -> html.element("td", cell));
        html.element("td", "ratio", row.get(Numbers.RATIO));
        row.subList(Numbers.RATIO + 1, Numbers.GOAL).forEach(cell -> html.element("td", cell));
        String met = figure.isGoalMet().map(isMet -> isMet ? "met" : "missed").orElse("");
        html.element("td", met, row.get(Numbers.GOAL));
        html.end();
    }
}
