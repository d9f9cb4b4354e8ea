// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import org.ioregionfd.conformance.engine.Coverage;
import org.ioregionfd.conformance.engine.Outcome;
import org.ioregionfd.conformance.engine.Result;
import org.ioregionfd.conformance.engine.SubjectRun;
import org.ioregionfd.conformance.engine.Verdict;

/** A run as a program reads it. Holds nothing of the machine: no path, host, user, date or environment. */
public final class JsonReport {
    /** Raised when a member changes its meaning or goes away. */
    private static final int FORMAT = 1;

    private JsonReport() {}

    /** The report as JSON text, indented, with a newline at the end. */
    public static String of(List<SubjectRun> runs, Outcome outcome) {
        JsonObject root = new JsonObject();
        root.addProperty("format", FORMAT);
        root.addProperty("outcome", word(outcome));
        JsonArray subjects = new JsonArray();
        runs.forEach(run -> subjects.add(subject(run)));
        root.add("subjects", subjects);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(root) + "\n";
    }

    private static JsonObject subject(SubjectRun run) {
        JsonObject subject = new JsonObject();
        subject.addProperty("side", run.subject().side().name());
        subject.addProperty("title", run.subject().title());
        subject.addProperty("survey", run.survey().text());
        run.survey().fault().ifPresent(fault -> subject.addProperty("survey_fault", fault));
        subject.addProperty("seed", run.seed().value());
        subject.addProperty("tries", run.conditions().tries());
        subject.addProperty("timeout_ms", run.conditions().answerWithin().toMillis());
        run.lost().ifPresent(lost -> subject.addProperty("lost", lost));
        subject.addProperty("clauses", run.coverage().clauses());
        subject.addProperty("clauses_checked", run.coverage().checked());
        JsonArray coverage = new JsonArray();
        run.coverage().rows().forEach(row -> coverage.add(clause(row)));
        subject.add("coverage", coverage);
        JsonObject counts = new JsonObject();
        for (Verdict verdict : Verdict.values()) {
            counts.addProperty(word(verdict), run.count(verdict));
        }
        subject.add("counts", counts);
        JsonArray checks = new JsonArray();
        run.results().forEach(result -> checks.add(check(result)));
        subject.add("checks", checks);
        return subject;
    }

    private static JsonObject clause(Coverage.Row row) {
        JsonObject clause = new JsonObject();
        clause.addProperty("clause", row.clause());
        clause.addProperty("kind", word(row.kind()));
        clause.addProperty("standing", word(row.standing()));
        if (!row.reason().isEmpty()) {
            clause.addProperty("reason", row.reason());
        }
        return clause;
    }

    private static JsonObject check(Result result) {
        JsonObject check = new JsonObject();
        check.addProperty("name", result.check().name());
        JsonArray clauses = new JsonArray();
        result.check().clauses().forEach(clauses::add);
        check.add("clauses", clauses);
        check.addProperty("verdict", word(result.verdict()));
        check.addProperty("millis", result.took().toMillis());
        if (!result.reason().isEmpty()) {
            check.addProperty("reason", result.reason());
        }
        check.addProperty("runs", result.frequency().runs());
        check.addProperty("failed_runs", result.frequency().failed());
        result.finding().ifPresent(finding -> {
            check.addProperty("expected", finding.expected());
            check.addProperty("seen", finding.seen());
            check.addProperty("transcript", finding.transcript());
            check.addProperty("sample", finding.sample().text());
        });
        return check;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
