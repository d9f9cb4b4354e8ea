// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.report.Causes.Cause;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.HexDump;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.SubjectRun;
import org.ioregionfd.conformance.run.SubjectRun.Coverage;

/** The part of an HTML report about one subject: a table by group, the failures, and each clause with its checks. */
final class HtmlSubject {
    private static final List<Verdict> COLUMNS =
            List.of(Verdict.PASSED, Verdict.FAILED, Verdict.WARNED, Verdict.NOT_SUPPORTED, Verdict.NOT_RUN);

    /** After so many entries, the fields of a frame are folded. */
    private static final int UNFOLDED = 2;

    /** What is not plain text in a sentence: a name in backticks, or what may be the id of a clause. */
    private static final Pattern PARTS = Pattern.compile("`([^`]*)`|[A-Z][A-Z0-9]*-\\d+");

    private final Html html;
    private final ClauseBook clauses;
    private final DocumentPage document;
    private final SubjectRun run;
    private final String id;
    private final Map<String, List<Coverage.Row>> groups = new LinkedHashMap<>();

    HtmlSubject(Html html, ClauseBook clauses, DocumentPage document, SubjectRun run, String id) {
        this.html = html;
        this.clauses = clauses;
        this.document = document;
        this.run = run;
        this.id = id;
        for (Coverage.Row row : run.coverage().rows()) {
            groups.computeIfAbsent(ClauseText.groupOf(row.clause()), group -> new ArrayList<>())
                    .add(row);
        }
    }

    void write() {
        html.begin("section", "id", id).element("h2", run.subject().title());
        String side = run.subject().side() == Sender.D ? "Device side" : "KVM side";
        html.element(
                "p",
                side + ": " + run.survey().text() + ". Each answer within "
                        + run.conditions().answerWithin().toMillis() + " ms.");
        run.survey().fault().ifPresent(fault -> html.element("p", "summary unclear", "The survey failed: " + fault));
        run.lost().ifPresent(lost -> html.element("p", "summary bad", "It is lost: " + lost));
        html.element(
                "p",
                "%d of the %d clauses that bind it were checked, by %d checks%s. %d clauses cannot be seen from outside."
                        .formatted(
                                run.coverage().checked(),
                                run.coverage().clauses(),
                                run.results().size(),
                                counts(run),
                                run.coverage()
                                        .with(Coverage.Standing.UNTESTABLE)
                                        .size()));
        table();
        findings();
        html.element("h3", "Clauses");
        groups.forEach(this::group);
        html.end();
    }

    /** The counts of a run in words, with a colon before them. */
    static String counts(SubjectRun run) {
        return Stream.of(Verdict.values())
                .filter(verdict -> run.count(verdict) > 0)
                .map(verdict -> run.count(verdict) + " " + verdict.text())
                .collect(Collectors.joining(", ", ": ", ""));
    }

    private void table() {
        html.begin("table", "class", "groups").begin("thead").begin("tr").element("th", "checks of");
        COLUMNS.forEach(verdict -> html.element("th", verdict.text()));
        html.end().end().begin("tbody");
        groups.keySet().forEach(group -> {
            List<Result> results = run.results().stream()
                    .filter(result ->
                            ClauseText.groupOf(result.check().clause()).equals(group))
                    .toList();
            if (!results.isEmpty()) {
                html.begin("tr").begin("th").link("#" + id + "-" + group, group);
                html.element(
                                "span",
                                "note",
                                ' ' + clauses.sectionOf(group, run.subject().side()))
                        .end();
                COLUMNS.forEach(verdict -> cell(results, verdict));
                html.end();
            }
        });
        html.end().begin("tfoot").begin("tr").element("th", "all");
        COLUMNS.forEach(verdict -> cell(run.results(), verdict));
        html.end().end().end();
    }

    private void cell(List<Result> results, Verdict verdict) {
        long count = results.stream().filter(r -> r.verdict() == verdict).count();
        html.element("td", count == 0 ? "none" : HtmlReport.cssClass(verdict), count == 0 ? "–" : Long.toString(count));
    }

    private void findings() {
        List<Cause> causes = new Causes(clauses).of(run.results());
        if (!causes.isEmpty()) {
            html.element("h3", "What went wrong");
            causes.forEach(
                    cause -> cause.first().finding().ifPresent(finding -> finding(cause, cause.first(), finding)));
        }
    }

    private void group(String group, List<Coverage.Row> rows) {
        html.begin("section", "id", id + "-" + group, "class", "group")
                .begin("h4")
                .text(group);
        html.element(
                        "span",
                        "note",
                        ' ' + clauses.sectionOf(group, run.subject().side()))
                .end();
        rows.forEach(this::clause);
        html.end();
    }

    private void clause(Coverage.Row row) {
        List<Result> results = run.results().stream()
                .filter(result -> result.check().clauses().contains(row.clause()))
                .toList();
        String state = state(row, results);
        html.begin("details", "class", "clause " + state.replace(' ', '-')).begin("summary");
        html.element("span", "mark", state);
        id(row.clause());
        clauses.find(row.clause()).ifPresent(clause -> {
            html.element("span", "level", clause.level().name()).begin("span", "class", "sentence");
            sentence(clause.sentence());
            html.end();
        });
        html.end();
        if (!row.reason().isEmpty()) {
            html.begin("p").text(row.kind().name().toLowerCase(Locale.ROOT) + ": ");
            sentence(row.reason());
            html.end();
        }
        if (row.standing() == Coverage.Standing.NOT_SELECTED) {
            html.element("p", "None of its checks was selected.");
        }
        if (!results.isEmpty()) {
            html.begin("ul");
            results.forEach(result -> check(row.clause(), result));
            html.end();
        }
        html.end();
    }

    /** The worst verdict of the checks that decide the clause; without such a check, what is known about it. */
    private static String state(Coverage.Row row, List<Result> results) {
        Optional<Verdict> worst = results.stream()
                .filter(result -> result.check().clause().equals(row.clause()))
                .map(Result::verdict)
                .max(Comparator.naturalOrder());
        boolean isKnown = row.standing() == Coverage.Standing.CHECKED;
        // A check that is not supported does not weaken others that passed.
        return worst.filter(verdict -> !isKnown || verdict.compareTo(Verdict.WARNED) >= 0)
                .map(Verdict::text)
                .orElse(isKnown ? Verdict.PASSED.text() : row.standing().text());
    }

    private void check(String clause, Result result) {
        html.begin("li")
                .element(
                        "span",
                        "mark " + HtmlReport.cssClass(result.verdict()),
                        result.verdict().text());
        if (result.finding().isPresent()) {
            html.link("#" + anchor(result), result.check().name());
        } else {
            html.text(result.check().name());
        }
        if (result.isViolation()) {
            html.text(", " + result.frequency().text());
        }
        if (!result.reason().isEmpty()) {
            html.text(", " + result.reason());
        }
        if (!result.check().clause().equals(clause)) {
            html.element("span", "note", " (decides " + result.check().clause() + ")");
        }
        html.end();
    }

    private String anchor(Result result) {
        return id + "-" + result.check().name().replaceAll("[^A-Za-z0-9]+", "-");
    }

    /** A check that went wrong, its frames drawn as a sequence between K and D. */
    private void finding(Cause cause, Result result, Result.Finding finding) {
        String verdict = HtmlReport.cssClass(result.verdict());
        html.begin("article", "id", anchor(result), "class", "finding " + verdict)
                .begin("h4");
        html.element("span", "mark " + verdict, result.verdict().text())
                .element("code", result.check().name())
                .end();
        if (result.isViolation()) {
            html.element("p", "note", result.frequency().text());
        }
        cause.broken().ifPresent(clause -> {
            html.begin("blockquote");
            id(clause.id());
            html.element("span", "level", clause.level().name());
            sentence(clause.sentence());
            html.end();
        });
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
                .element("code", run.againAnywhere(result))
                .end();
        others(cause);
        html.end();
    }

    /** The id of a clause, as a link where there is a page that has it. */
    private void id(String clause) {
        html.begin("code");
        link(clause);
        html.end();
    }

    private void link(String clause) {
        document.link(clause).ifPresentOrElse(target -> html.link(target, clause), () -> html.text(clause));
    }

    /** The sentence of a clause, or what is said of one. Backticks in it mark names, and each clause that it names is a link. */
    private void sentence(String sentence) {
        Matcher parts = PARTS.matcher(sentence);
        int end = 0;
        while (parts.find()) {
            html.text(sentence.substring(end, parts.start()));
            end = parts.end();
            if (parts.group().startsWith("`")) {
                html.element("code", parts.group(1));
            } else if (clauses.find(parts.group()).isPresent()) {
                link(parts.group());
            } else {
                html.text(parts.group());
            }
        }
        html.text(sentence.substring(end));
    }

    private void others(Cause cause) {
        if (!cause.others().isEmpty()) {
            html.element("p", "The same in " + cause.others().size() + " more:").begin("ul");
            cause.others()
                    .forEach(other -> html.begin("li", "id", anchor(other))
                            .element("code", other.check().name())
                            .text(other.isViolation() ? ", " + other.frequency().text() : "")
                            .end());
            html.end();
        }
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
