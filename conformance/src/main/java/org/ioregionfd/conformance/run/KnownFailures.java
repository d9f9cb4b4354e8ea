// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The failures that the user knows of: they do not fail a run, but one that is gone shows.
 *
 * @param entries names of checks, and ids of clauses, which stand for each check that decides them
 */
public record KnownFailures(List<String> entries) {
    /** No failure is known. */
    public static final KnownFailures NONE = new KnownFailures(List.of());

    public KnownFailures {
        entries = List.copyOf(entries);
    }

    /** One entry a line; what follows a {@code #} is for people. */
    public static KnownFailures parse(List<String> lines) {
        return new KnownFailures(lines.stream()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .distinct()
                .toList());
    }

    /** The entries that are neither a check nor a clause of {@code checks}: an error of the user, lest a typing error hide one. */
    public List<String> unmatched(List<Check> checks) {
        return entries.stream()
                .filter(entry -> checks.stream().noneMatch(check -> stands(entry, check)))
                .toList();
    }

    /** Whether an entry stands for {@code check}. */
    boolean lists(Check check) {
        return entries.stream().anyMatch(entry -> stands(entry, check));
    }

    /**
     * The same results with the failures that are known marked, and with the passes of an entry for which nothing failed marked
     * too. Checks that could not run leave an entry as it is.
     */
    List<Result> mark(List<Result> results) {
        Set<Check> fixed = new HashSet<>();
        for (String entry : entries) {
            List<Result> meant = results.stream()
                    .filter(result -> stands(entry, result.check()))
                    .toList();
            if (meant.stream().noneMatch(Result::isViolation)) {
                meant.stream()
                        .filter(result -> result.verdict() == Verdict.PASSED)
                        .forEach(result -> fixed.add(result.check()));
            }
        }
        List<Result> marked = new ArrayList<>();
        for (Result result : results) {
            boolean isKnown = result.isViolation() && lists(result.check());
            marked.add(
                    isKnown
                            ? result.withVerdict(Verdict.KNOWN)
                            : fixed.contains(result.check()) ? result.withVerdict(Verdict.FIXED) : result);
        }
        return marked;
    }

    private static boolean stands(String entry, Check check) {
        return entry.equals(check.name()) || entry.equals(check.clause());
    }
}
