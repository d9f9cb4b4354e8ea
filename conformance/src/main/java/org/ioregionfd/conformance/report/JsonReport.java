// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.SubjectRun;
import org.ioregionfd.conformance.run.SubjectRun.Coverage;

/**
 * A run for programs, as {@code report.schema.json} says. It holds nothing about the machine: no path, host, user, date or
 * environment.
 */
public final class JsonReport {
    /** Raised when a member changes its meaning or goes away. */
    private static final int FORMAT = 1;

    /**
     * How many entries of a trace a report has, the last ones: a whole handshake and many commands. A saved failure has all
     * of them.
     */
    static final int ENTRIES_MAX = 64;

    /** Of reports, and of saved failures. */
    static final Gson PRETTY =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final RunReport report;
    private final ClauseBook clauses;

    private JsonReport(RunReport report, ClauseBook clauses) {
        this.report = report;
        this.clauses = clauses;
    }

    /** The report as JSON text, indented, with a newline at the end. */
    public static String of(RunReport report, ClauseBook clauses) {
        return PRETTY.toJson(new JsonReport(report, clauses).root()) + "\n";
    }

    private JsonObject root() {
        JsonObject root = new JsonObject();
        root.addProperty("format", FORMAT);
        root.addProperty("suite", report.version());
        root.addProperty("summary", report.summary());
        root.addProperty("outcome", word(report.outcome()));
        root.add("settings", settings(report.settings()));
        root.add("subjects", array(report.runs(), this::subject));
        return root;
    }

    private JsonObject settings(RunSettings settings) {
        JsonObject json = new JsonObject();
        json.addProperty("seed", settings.seed().value());
        json.addProperty("tries", settings.tries());
        json.addProperty("repeats", settings.repeats());
        json.addProperty("strictness", report.isStrict() ? "should_too" : "must_only");
        if (settings.maxFailures() < RunSettings.NO_LIMIT) {
            json.addProperty("max_failures", settings.maxFailures());
        }
        json.add("only", PRETTY.toJsonTree(settings.selection().prefixes()));
        if (!settings.selection().skipped().isEmpty()) {
            json.add("skip", PRETTY.toJsonTree(settings.selection().skipped()));
        }
        return json;
    }

    private JsonObject subject(SubjectRun run) {
        JsonObject subject = new JsonObject();
        subject.addProperty("side", run.subject().side().name());
        subject.addProperty("title", run.subject().title());
        subject.addProperty("survey", run.survey().text());
        run.survey().fault().ifPresent(fault -> subject.addProperty("survey_fault", fault));
        subject.add(
                "abilities",
                PRETTY.toJsonTree(run.survey().abilities().stream()
                        .map(Ability::word)
                        .sorted()
                        .toList()));
        subject.addProperty("seed", run.seed().value());
        subject.addProperty("timeout_ms", run.conditions().answerWithin().toMillis());
        run.lost().ifPresent(lost -> subject.addProperty("lost", lost));
        subject.addProperty("millis", run.took().toMillis());
        subject.addProperty("clauses", run.coverage().clauses());
        subject.addProperty("clauses_checked", run.coverage().checked());
        subject.add("coverage", array(run.coverage().rows(), this::clause));
        JsonObject counts = new JsonObject();
        for (Verdict verdict : Verdict.values()) {
            counts.addProperty(word(verdict), run.count(verdict));
        }
        subject.add("counts", counts);
        subject.add("checks", array(run.results(), result -> check(run, result)));
        subject.add("causes", array(new Causes(clauses).of(run.results()), JsonReport::cause));
        return subject;
    }

    private JsonObject clause(Coverage.Row row) {
        JsonObject clause = new JsonObject();
        clause.addProperty("clause", row.clause());
        clauses.find(row.clause())
                .ifPresent(text -> clause.addProperty("level", text.level().name()));
        clause.addProperty("kind", word(row.kind()));
        clause.addProperty("standing", word(row.standing()));
        if (!row.reason().isEmpty()) {
            clause.addProperty("reason", row.reason());
        }
        return clause;
    }

    private static JsonObject cause(Causes.Cause cause) {
        JsonObject json = new JsonObject();
        cause.broken().ifPresent(clause -> json.addProperty("clause", clause.id()));
        json.add(
                "checks",
                PRETTY.toJsonTree(cause.results().stream()
                        .map(result -> result.check().name())
                        .toList()));
        return json;
    }

    private JsonObject check(SubjectRun run, Result result) {
        JsonObject check = new JsonObject();
        check.addProperty("name", result.check().name());
        check.add("clauses", PRETTY.toJsonTree(result.check().clauses()));
        clauses.find(result.check().clause())
                .ifPresent(text -> check.addProperty("level", text.level().name()));
        check.addProperty("verdict", word(result.verdict()));
        check.addProperty("millis", result.took().toMillis());
        check.addProperty("runs", result.frequency().runs());
        check.addProperty("failed_runs", result.frequency().failed());
        if (!result.reason().isEmpty()) {
            check.addProperty("reason", result.reason());
        }
        result.finding().ifPresent(finding -> check.add("finding", finding(run, result, finding)));
        return check;
    }

    private static JsonObject finding(SubjectRun run, Result result, Result.Finding finding) {
        JsonObject json = new JsonObject();
        json.addProperty("expected", finding.expected());
        json.addProperty("seen", finding.seen());
        json.addProperty("circumstances", finding.circumstances());
        json.addProperty("sample", finding.sample().text());
        finding.sample().json().ifPresent(values -> json.add("values", JsonParser.parseString(values)));
        json.addProperty("again", run.againAnywhere(result));
        json.add("trace", TraceJson.of(finding.trace().last(ENTRIES_MAX)));
        return json;
    }

    private static <T> JsonElement array(List<T> items, Function<T, JsonObject> as) {
        return PRETTY.toJsonTree(items.stream().map(as).toList());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
