// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.run.Result.Frequency;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.Runner.Repeats;
import org.junit.jupiter.api.Test;

/** What is repeated, how often, and how it is counted. */
class RepeatsTest {
    private static final RunSettings FOUR = Runs.settings(1, RunSettings.Effort.FULL, 4);

    private static final Check MUST =
            new Check("SEL-011/must", List.of("SEL-011"), Set.of(), RepeatsTest.class, method());

    private final List<Integer> sizes = new ArrayList<>();

    @Test
    void countsRunsThatFailAndRunsThatPass() throws Exception {
        Map<Check, Result> results = results(1);
        int[] round = {0};
        new Repeats(FOUR, again -> same(again, round[0]++ % 2 == 0 ? Verdict.PASSED : Verdict.FAILED))
                .count(results, Set.of());

        Frequency counted = only(results);
        assertAll(
                () -> assertEquals(new Frequency(3, 5, ""), counted),
                () -> assertTrue(counted.isFlaky()),
                () -> assertEquals("flaky: failed 3 of 5", counted.text()));
    }

    @Test
    void callsNothingFlakyThatAlwaysFails() throws Exception {
        Map<Check, Result> results = results(1);
        new Repeats(FOUR, again -> same(again, Verdict.WARNED)).count(results, Set.of());

        assertEquals("failed 5 of 5", only(results).text());
        assertFalse(only(results).isFlaky());
    }

    @Test
    void repeatsADearCheckOnceAndSaysWhy() throws Exception {
        Map<Check, Result> results = results(1);
        new Repeats(FOUR, again -> same(again, Verdict.FAILED)).count(results, results.keySet());

        assertEquals(
                "failed 2 of 2, fewer runs because each takes long",
                only(results).text());
    }

    @Test
    void stopsCountingWhereAlmostEverythingFails() throws Exception {
        Map<Check, Result> results = results(60);
        new Repeats(FOUR, again -> same(again, Verdict.FAILED)).count(results, Set.of());

        assertEquals(List.of(25, 25, 25, 25), sizes);
        assertEquals(
                35,
                results.values().stream()
                        .filter(result -> result.frequency()
                                .text()
                                .equals("failed 1 of 1, not repeated: many checks failed before"))
                        .count());
    }

    @Test
    void repeatsNothingThatPassedAndNothingAtAllForALostPeer() throws Exception {
        Map<Check, Result> passed = Map.of(MUST, result(MUST, Verdict.PASSED));
        new Repeats(FOUR, again -> same(again, Verdict.FAILED)).count(new LinkedHashMap<>(passed), Set.of());
        Map<Check, Result> lost = results(1);
        Check unrun = check(9);
        lost.put(unrun, result(unrun, Verdict.NOT_RUN));
        new Repeats(FOUR, again -> same(again, Verdict.FAILED)).count(lost, Set.of());

        assertEquals(List.of(), sizes);
    }

    @Test
    void aFaultOfTheSuiteInARepeatIsNotLost() throws Exception {
        Map<Check, Result> results = results(1);
        new Repeats(Runs.settings(1, RunSettings.Effort.FULL, 1), again -> same(again, Verdict.ERROR))
                .count(results, Set.of());

        assertEquals(Verdict.ERROR, results.values().iterator().next().verdict());
    }

    private Map<Check, Result> same(List<Check> checks, Verdict verdict) {
        sizes.add(checks.size());
        Map<Check, Result> seen = new LinkedHashMap<>();
        checks.forEach(check -> seen.put(check, result(check, verdict)));
        return seen;
    }

    private static Map<Check, Result> results(int count) {
        Map<Check, Result> results = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Check check = check(i);
            results.put(check, result(check, Verdict.FAILED));
        }
        return results;
    }

    private static Check check(int number) {
        return new Check("SEL-011/check-" + number, List.of("SEL-011"), Set.of(), RepeatsTest.class, method());
    }

    private static Result result(Check check, Verdict verdict) {
        Frequency frequency = verdict == Verdict.PASSED ? Frequency.PASSED : Frequency.FAILED;
        return new Result(check, verdict, "", Optional.empty(), frequency, Duration.ZERO);
    }

    private static Frequency only(Map<Check, Result> results) {
        assertEquals(1, results.size());
        return results.values().iterator().next().frequency();
    }

    private static Method method() {
        return RepeatsTest.class.getDeclaredMethods()[0];
    }
}
