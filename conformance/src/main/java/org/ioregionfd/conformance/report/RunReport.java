// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Coverage;
import org.ioregionfd.conformance.run.Outcome;
import org.ioregionfd.conformance.run.Outcome.Strictness;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.SubjectRun;
import org.ioregionfd.conformance.run.Verdict;

/**
 * All that is reported of a run.
 *
 * @param version of the suite, as its jar states it
 * @param runs one for each subject
 */
public record RunReport(
        String version, RunSettings settings, Strictness strictness, List<SubjectRun> runs, Outcome outcome) {
    /** What the checks are about: no more than that was judged. */
    private static final Registry KNOWN = Registry.known();

    public RunReport {
        runs = List.copyOf(runs);
    }

    /**
     * The run on one line, as on a badge: the suite's version, what was judged, the verdict, how much was checked, what the peers
     * offer of it, and what of the registry no check has rules for.
     */
    public String summary() {
        List<String> parts = new ArrayList<>();
        parts.add(verdict());
        parts.add(counted(checks(), "check") + " of " + counted(clauses(), "clause"));
        Set<String> abilities = abilities();
        String versions = KNOWN.versions().stream()
                .filter(version -> abilities.contains(Ability.version(version)))
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
        if (!versions.isEmpty()) {
            parts.add("versions " + versions);
            parts.add(KNOWN.features().stream()
                    .map(Registry.Feature::name)
                    .filter(name -> abilities.contains(Ability.feature(name)))
                    .collect(Collectors.joining(" ")));
        }
        if (!Registry.unknown().isEmpty()) {
            parts.add("not known to these checks: " + String.join(", ", Registry.unknown()));
        }
        parts.removeIf(String::isEmpty);
        return "ioregionfd handshake " + shortVersion() + ' ' + subjects() + ": " + String.join(", ", parts);
    }

    /** The outcome in words. */
    public String verdict() {
        return switch (outcome) {
            case CONFORMANT -> count(Verdict.KNOWN) == 0 ? "conformant" : "conformant but for known failures";
            case KNOWN_FAILURE_PASSES -> "a known failure passes";
            case VIOLATED -> "NOT conformant";
            case SUITE_FAULT -> "no verdict, the suite is at fault";
            case TOO_FEW -> "no verdict, too few checks ran";
        };
    }

    /** How many results have this verdict. */
    public long count(Verdict verdict) {
        return runs.stream().mapToLong(run -> run.count(verdict)).sum();
    }

    /** What was judged, each kind once. */
    private String subjects() {
        return runs.stream().map(run -> run.subject().kind()).distinct().collect(Collectors.joining(" and "));
    }

    private long checks() {
        return runs.stream()
                .flatMap(run -> run.results().stream())
                .filter(result -> result.isDecided())
                .map(Result::check)
                .count();
    }

    private long clauses() {
        Set<String> checked = new LinkedHashSet<>();
        runs.forEach(run -> run.coverage().with(Coverage.Standing.CHECKED).forEach(row -> checked.add(row.clause())));
        return checked.size();
    }

    /** What every subject that tells anything can do. */
    private Set<String> abilities() {
        return runs.stream()
                .map(run -> run.survey().abilities())
                .filter(abilities -> !abilities.isEmpty())
                .reduce((some, others) -> some.stream().filter(others::contains).collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private static String counted(long count, String word) {
        return count + " " + word + (count == 1 ? "" : "s");
    }

    /** Without what follows major and minor. */
    private String shortVersion() {
        return version.replaceFirst("^(\\d+\\.\\d+)\\b.*", "$1");
    }
}
