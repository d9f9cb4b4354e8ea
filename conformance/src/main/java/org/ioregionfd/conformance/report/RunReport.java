// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.SubjectRun;
import org.ioregionfd.conformance.run.SubjectRun.Coverage;

/**
 * Everything that is reported about a run.
 *
 * @param version of the suite, as its jar states it
 * @param isStrict whether a violated SHOULD fails the run
 * @param runs one for each subject
 */
public record RunReport(
        String version, RunSettings settings, boolean isStrict, List<SubjectRun> runs, Outcome outcome) {
    /** The subject of the checks: nothing else was judged. */
    private static final Registry KNOWN = Registry.known();

    /**
     * Characters that a reader cannot see, or that change the text around them: control characters except tab and newline,
     * halves of surrogate pairs, and characters that change the direction of text.
     */
    private static final Pattern UNSEEN = Pattern.compile(
            "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ufffe\\uffff]|\\p{Cs}");

    public RunReport {
        runs = List.copyOf(runs);
    }

    /**
     * The run on one line, as on a badge: the suite's version, what was judged, the verdict, how much was checked, what the
     * peers offer, and the registry's entries for which no check has rules.
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
            case OFF_ONLY -> "conformant as far as its host allows, where K can only be OFF (CHN-012)";
            case KNOWN_FAILURE_PASSES -> "a known failure passes";
            case VIOLATED -> "NOT conformant";
            case SUITE_FAULT -> "no verdict, the suite is at fault";
            case TOO_FEW ->
                runs.stream().allMatch(run -> run.survey().fault().isEmpty())
                        ? "no verdict, too few checks ran"
                        : "no verdict, the survey failed";
        };
    }

    /**
     * {@code text}, which may come from a peer, made safe for a terminal: an invisible character becomes a backslash, {@code
     * u} and its number.
     */
    public static String plain(String text) {
        return UNSEEN.matcher(text)
                .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
    }

    /** How many results have this verdict. */
    public long count(Verdict verdict) {
        return Outcome.count(runs, verdict);
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
        return runs.stream()
                .flatMap(run -> run.coverage().with(Coverage.Standing.CHECKED).stream())
                .map(Coverage.Row::clause)
                .distinct()
                .count();
    }

    /** The common abilities of all subjects that state any. */
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

    /** Only the major and the minor number. */
    private String shortVersion() {
        return version.replaceFirst("^(\\d+\\.\\d+)\\b.*", "$1");
    }

    /** The outcome of a whole run. */
    public enum Outcome {
        /** Every check that ran passed, except known failures, and some ran. */
        CONFORMANT,
        /** The same, of a KVM side whose host allows no policy but OFF, so that there was no handshake to judge. */
        OFF_ONLY,
        /** A MUST is violated, or the peer did not survive the run; in a strict run also if a SHOULD is violated. */
        VIOLATED,
        /** A check could not judge because of a mistake in the suite. */
        SUITE_FAULT,
        /**
         * Nothing was found wrong, but no check ran, or the peer was lost before all had run, or its abilities are not known.
         */
        TOO_FEW,
        /** Nothing else is wrong, but a known failure passes. */
        KNOWN_FAILURE_PASSES;

        /** The common outcome of {@code runs}. */
        public static Outcome of(List<SubjectRun> runs) {
            if (count(runs, Verdict.ERROR) > 0) {
                return SUITE_FAULT;
            }
            if (count(runs, Verdict.FAILED) > 0
                    || runs.stream().anyMatch(run -> run.lost().isPresent())) {
                return VIOLATED;
            }
            boolean anyRan = Stream.of(Verdict.PASSED, Verdict.WARNED, Verdict.KNOWN, Verdict.FIXED)
                    .anyMatch(verdict -> count(runs, verdict) > 0);
            boolean allKnown =
                    runs.stream().allMatch(run -> run.survey().fault().isEmpty());
            if (!anyRan || !allKnown || count(runs, Verdict.NOT_RUN) > 0) {
                return TOO_FEW;
            }
            if (count(runs, Verdict.FIXED) > 0) {
                return KNOWN_FAILURE_PASSES;
            }
            return runs.stream().anyMatch(run -> run.survey().abilities().contains(Ability.OFF_ONLY))
                    ? OFF_ONLY
                    : CONFORMANT;
        }

        /** The same if a violated SHOULD also makes the run fail. */
        public static Outcome strict(List<SubjectRun> runs) {
            Outcome outcome = of(runs);
            return outcome != SUITE_FAULT && count(runs, Verdict.WARNED) > 0 ? VIOLATED : outcome;
        }

        private static long count(List<SubjectRun> runs, Verdict verdict) {
            return runs.stream().mapToLong(run -> run.count(verdict)).sum();
        }
    }
}
