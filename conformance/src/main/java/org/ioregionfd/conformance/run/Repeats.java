// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ioregionfd.conformance.peer.NotAttached;

/**
 * Runs the checks that failed again, on fresh connections, and counts. The bounds are counts and not times, so that a seed
 * always leads to the same runs.
 */
final class Repeats {
    /** Runs of checks that failed, for the whole of a subject: enough for 25 checks, and a peer that fails more needs no count. */
    private static final int PRICE_MAX = 100;

    /** What a run that waits for a silent peer, starts one again or takes time costs beside others. */
    private static final int DEAR = 10;

    /** Runs of a dear check behind the first: one tells chance from rule well enough for seconds of waiting. */
    private static final int DEAR_REPEATS = 1;

    private final int wanted;
    private final KnownFailures known;
    private final Rounds rounds;
    private final Map<Check, Integer> due = new LinkedHashMap<>();
    private int spent;

    /** Runs checks once and gives the results of those that were run. */
    interface Rounds {
        Map<Check, Result> run(List<Check> checks) throws NotAttached, SuiteFault;
    }

    /** As many runs as {@code settings} say behind the first of each check that failed; {@code rounds} runs them. */
    Repeats(RunSettings settings, Rounds rounds) {
        this.wanted = settings.repeats();
        this.known = settings.known();
        this.rounds = rounds;
    }

    /**
     * Repeats what failed among {@code results}, and counts there.
     *
     * @param dear the checks of which a run costs a wait, or a new process
     */
    void count(Map<Check, Result> results, Set<Check> dear) throws NotAttached, SuiteFault {
        if (wanted == 0 || results.values().stream().anyMatch(result -> result.verdict() == Verdict.NOT_RUN)) {
            return;
        }
        results.replaceAll((check, result) -> isDoubtful(result) ? planned(result, dear.contains(check)) : result);
        for (int round = 1; round <= wanted; round++) {
            int number = round;
            List<Check> again = due.entrySet().stream()
                    .filter(entry -> entry.getValue() >= number)
                    .map(Map.Entry::getKey)
                    .toList();
            if (again.isEmpty()) {
                return;
            }
            rounds.run(again)
                    .forEach((check, seen) -> results.computeIfPresent(check, (same, result) -> add(result, seen)));
        }
    }

    /** One that failed, or that passed although it is known to fail, be it only sometimes. */
    private boolean isDoubtful(Result result) {
        return result.isViolation() || (result.verdict() == Verdict.PASSED && known.lists(result.check()));
    }

    /** Decides how often the check is repeated, and says so where it is less than wanted. */
    private Result planned(Result result, boolean isDear) {
        int repeats = isDear ? Math.min(DEAR_REPEATS, wanted) : wanted;
        int price = repeats * (isDear ? DEAR : 1);
        if (spent + price > PRICE_MAX) {
            return result.withFrequency(result.frequency().limitedBy("not repeated: many checks failed before"));
        }
        spent += price;
        due.put(result.check(), repeats);
        return repeats == wanted
                ? result
                : result.withFrequency(result.frequency().limitedBy("fewer runs because each takes long"));
    }

    private static Result add(Result result, Result seen) {
        return switch (seen.verdict()) {
            case WARNED, FAILED ->
                (result.isViolation() ? result : seen)
                        .withFrequency(result.frequency().plusFailed());
            case PASSED -> result.withFrequency(result.frequency().plusPassed());
            case NOT_SUPPORTED, NOT_RUN, KNOWN, FIXED -> result;
            case ERROR -> seen;
        };
    }
}
