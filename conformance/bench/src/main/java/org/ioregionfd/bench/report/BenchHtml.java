// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.conformance.report.Html;

/** A run as one HTML page that needs nothing else: no network, no script, no font. */
public final class BenchHtml {
    /** That of the other reports, and what only this one has. */
    private static final List<String> STYLES = List.of("/report.css", "/bench/bench.css");

    private static final String TITLE = "ioregionfd bench";
    private static final List<String> HEAD =
            List.of("median of rounds", "peer", "baseline", "ratio", "middle half", "goal");

    private BenchHtml() {}

    /** The page. */
    public static String of(BenchRun run) {
        Html html = new Html();
        html.trusted("<!doctype html>\n").begin("html", "lang", "en").begin("head");
        html.empty("meta", "charset", "utf-8")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .empty("meta", "name", "color-scheme", "content", "light dark")
                .empty(
                        "meta",
                        "http-equiv",
                        "Content-Security-Policy",
                        "content",
                        "default-src 'none'; style-src 'unsafe-inline'");
        html.element("title", TITLE);
        html.begin("style");
        STYLES.forEach(style -> html.trusted(resource(style)));
        html.end().end().begin("body").begin("header").element("h1", TITLE);
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
        HEAD.forEach(name -> html.element("th", name));
        html.end().end().begin("tbody");
        subject.figures().forEach(figure -> write(html, figure));
        html.end().end();
        Plots.write(html, subject);
        html.end();
    }

    private static void write(Html html, Figure figure) {
        Optional<Boolean> isMet = figure.isGoalMet();
        html.begin("tr").element("td", figure.label());
        html.element("td", Numbers.median(figure.peer(), figure.unit()));
        html.element("td", Numbers.median(figure.baseline(), figure.unit()));
        html.element("td", "ratio", Numbers.ratio(figure));
        html.element("td", Numbers.spread(figure));
        html.element("td", isMet.map(met -> met ? "met" : "missed").orElse(""), Numbers.goal(figure));
        html.end();
    }

    static String resource(String name) {
        try (InputStream from = Optional.ofNullable(BenchHtml.class.getResourceAsStream(name))
                .orElseThrow(() -> new IllegalStateException("no " + name + " in the program"))) {
            return new String(from.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
