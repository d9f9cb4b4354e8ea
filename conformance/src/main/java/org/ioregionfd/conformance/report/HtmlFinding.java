// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.HexFormat;
import java.util.Optional;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.HexDump;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.SubjectRun;

/** The part of an HTML report about one check that went wrong, its frames drawn as a sequence between K and D. */
final class HtmlFinding {
    /** Entries behind which the fields of a frame are not shown until they are asked for. */
    private static final int UNFOLDED = 2;

    private final Html html;
    private final ClauseBook clauses;
    private final SubjectRun run;
    private final Result result;

    HtmlFinding(Html html, ClauseBook clauses, SubjectRun run, Result result) {
        this.html = html;
        this.clauses = clauses;
        this.run = run;
        this.result = result;
    }

    void write(String anchor) {
        result.finding().ifPresent(finding -> write(anchor, finding));
    }

    private void write(String anchor, Result.Finding finding) {
        String verdict = HtmlReport.cssClass(result.verdict());
        html.begin("article", "id", anchor, "class", "finding " + verdict).begin("h4");
        html.element("span", "mark " + verdict, result.verdict().text())
                .element("code", result.check().name())
                .end();
        if (result.isViolation()) {
            html.element("p", "note", result.frequency().text());
        }
        result.check().clauses().stream()
                .limit(1)
                .map(clauses::find)
                .flatMap(Optional::stream)
                .forEach(clause -> html.begin("blockquote")
                        .element("code", clause.id())
                        .element("span", "level", clause.level().name())
                        .sentence(clause.sentence())
                        .end());
        html.begin("dl", "class", "found");
        fact("expected", finding.expected());
        fact("seen", finding.seen());
        if (!finding.sample().text().isEmpty()) {
            fact("with", finding.sample().text());
        }
        html.end();
        if (!finding.circumstances().isEmpty()) {
            html.element("pre", finding.circumstances());
        }
        if (!finding.trace().isEmpty()) {
            sequence(finding.trace().last(JsonReport.ENTRIES_MAX));
        }
        html.begin("p", "class", "again")
                .text("Again: ")
                .element("code", Replay.anywhere(run, result))
                .end();
        html.end();
    }

    private void fact(String name, String value) {
        html.element("dt", name).element("dd", value);
    }

    private void sequence(Trace trace) {
        html.begin("div", "class", "sequence");
        html.begin("p", "class", "ends")
                .element("span", "K")
                .element("span", "D")
                .end();
        html.begin("ol");
        if (trace.omitted() > 0) {
            html.element("li", "event", trace.omitted() + " earlier entries are left out");
        }
        for (int i = 0; i < trace.entries().size(); i++) {
            Trace.Entry entry = trace.entries().get(i);
            String last = i == trace.entries().size() - 1 ? " last" : "";
            if (entry instanceof Trace.Bytes bytes) {
                html.begin("li", "class", "message " + bytes.from().name() + last);
                message(bytes, trace.entries().size() - i <= UNFOLDED);
                html.end();
            } else if (entry instanceof Trace.Ended ended) {
                html.begin("li", "class", "message ended " + ended.by().name() + last)
                        .element("p", "arrow", ended.text())
                        .end();
            } else {
                html.element("li", "event" + last, entry.text());
            }
        }
        html.end().end();
    }

    private void message(Trace.Bytes bytes, boolean unfolded) {
        Optional<Frame> frame = bytes.asFrame();
        String[] open = unfolded ? new String[] {"open", "open"} : new String[0];
        html.begin("details", open).begin("summary", "class", "arrow");
        html.text(frame.map(whole -> bytes.frame()).orElse(bytes.bytes().length + " bytes"));
        html.element("span", "visually-hidden", " from " + bytes.from() + " to " + other(bytes.from()));
        String manner = manner(bytes);
        if (!manner.isEmpty()) {
            html.element("span", "note", manner);
        }
        html.end();
        frame.ifPresentOrElse(
                this::fields,
                () -> html.element("pre", HexFormat.ofDelimiter(" ").formatHex(bytes.bytes())));
        html.end();
    }

    private void fields(Frame frame) {
        html.begin("table", "class", "fields").begin("tbody");
        for (HexDump.Field field : HexDump.fields(frame)) {
            html.begin("tr")
                    .element("td", Integer.toString(field.offset()))
                    .begin("td")
                    .element("code", field.hex())
                    .end()
                    .element("td", field.name())
                    .element("td", field.meaning())
                    .end();
        }
        html.end().end();
    }

    private static String manner(Trace.Bytes bytes) {
        if (!bytes.cuts().isEmpty()) {
            return " in pieces, cut before bytes " + bytes.cuts();
        }
        return bytes.transfer() == Trace.Transfer.JOINED ? " in the same write" : "";
    }

    private static Sender other(Sender side) {
        return side == Sender.K ? Sender.D : Sender.K;
    }
}
