// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.run.Result.Frequency;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.junit.jupiter.api.Test;

/** The effect of a list of known failures on results. */
class KnownFailuresTest {
    private static final Check ONE = check("SEL-011/one", "SEL-011");
    private static final Check TWO = check("SEL-011/two", "SEL-011");
    private static final Check OTHER = check("SEL-012/other", "SEL-012");

    @Test
    void readsOneEntryALineAndNoComments() {
        KnownFailures known = KnownFailures.parse(List.of("# ours", "", "SEL-011/one  # see our tracker", "  SEL-012"));

        assertEquals(List.of("SEL-011/one", "SEL-012"), known.entries());
    }

    @Test
    void findsTheEntriesThatMeanNothing() {
        KnownFailures known = new KnownFailures(List.of("SEL-011", "SEL-012/other", "SEL-01", "SEL-011/on"));

        assertEquals(List.of("SEL-01", "SEL-011/on"), known.unmatched(List.of(ONE, TWO, OTHER)));
    }

    @Test
    void aListedFailureIsKnownAndAnotherIsNot() {
        assertEquals(
                List.of(Verdict.KNOWN, Verdict.FAILED, Verdict.KNOWN),
                marked(List.of("SEL-011/one", "SEL-012"), Verdict.FAILED, Verdict.FAILED, Verdict.WARNED));
    }

    @Test
    void aListedCheckThatPassesShows() {
        assertEquals(
                List.of(Verdict.FIXED, Verdict.PASSED, Verdict.PASSED),
                marked(List.of("SEL-011/one"), Verdict.PASSED, Verdict.PASSED, Verdict.PASSED));
    }

    @Test
    void aClauseIsGoneOnlyWhenNoneOfItsChecksFails() {
        assertEquals(
                List.of(Verdict.KNOWN, Verdict.PASSED, Verdict.PASSED),
                marked(List.of("SEL-011"), Verdict.FAILED, Verdict.PASSED, Verdict.PASSED));
        assertEquals(
                List.of(Verdict.FIXED, Verdict.NOT_SUPPORTED, Verdict.PASSED),
                marked(List.of("SEL-011"), Verdict.PASSED, Verdict.NOT_SUPPORTED, Verdict.PASSED));
    }

    @Test
    void whatCouldNotRunAndWhatTheSuiteBrokeIsAsItWas() {
        List<Verdict> before = List.of(Verdict.NOT_RUN, Verdict.NOT_SUPPORTED, Verdict.ERROR);

        assertEquals(before, marked(List.of("SEL-011", "SEL-012"), before.toArray(Verdict[]::new)));
    }

    private static List<Verdict> marked(List<String> entries, Verdict... verdicts) {
        List<Result> results = new ArrayList<>();
        List<Check> checks = List.of(ONE, TWO, OTHER);
        for (int i = 0; i < verdicts.length; i++) {
            results.add(new Result(checks.get(i), verdicts[i], "", Optional.empty(), Frequency.PASSED, Duration.ZERO));
        }
        return new KnownFailures(entries)
                .mark(results).stream().map(Result::verdict).toList();
    }

    private static Check check(String name, String clause) {
        return new Check(
                name,
                List.of(clause),
                Set.of(),
                KnownFailuresTest.class,
                KnownFailuresTest.class.getDeclaredMethods()[0]);
    }
}
