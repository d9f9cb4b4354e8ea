// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Finding;
import org.ioregionfd.conformance.run.Result.Verdict;

/**
 * What went wrong, each cause once: findings that have expected and seen the same are of one cause, however many checks made them.
 */
final class Causes {
    /** What a clause that asks for a close says, and what a check expects that looks for one. */
    private static final String CLOSE = "close";

    private final ClauseBook clauses;
    private final List<String> order;

    Causes(ClauseBook clauses) {
        this.clauses = clauses;
        this.order = clauses.all().stream().map(ClauseText::id).toList();
    }

    /**
     * One cause.
     *
     * @param results of the checks that have found it, at least one: the one that decides the broken clause first, else the one with
     *     the fewest frames, else in the order of the document
     * @param broken the clause whose sentence the findings contradict; empty where none of the checks' own is known to be it
     */
    record Cause(List<Result> results, Optional<ClauseText> broken) {
        Cause {
            results = List.copyOf(results);
        }

        /** The check that stands for all. */
        Result first() {
            return results.get(0);
        }

        /** The others. */
        List<Result> others() {
            return results.subList(1, results.size());
        }
    }

    /** What tells one cause from another. */
    private record Key(Verdict verdict, String broken, String expected, String seen) {
        static Key of(Result result, Finding finding) {
            return new Key(
                    result.verdict(),
                    finding.broken(),
                    stripped(finding, finding.expected()),
                    stripped(finding, finding.seen()));
        }

        /** The same of this clause. */
        Key of(String clause) {
            return new Key(verdict, clause, expected, seen);
        }

        /** Neither the time waited nor a driver's count makes another cause, nor do the numbers of a field that is known to be wrong. */
        private static String stripped(Finding finding, String words) {
            String timeless = words.replaceAll("within \\d+ ms", "in time").replaceAll("\"id\":\\d+", "\"id\"");
            return finding.broken().isEmpty() ? timeless : timeless.replaceAll("0x[0-9a-f]+", "0x");
        }
    }

    /** The causes of all that went wrong, in the order of the document. */
    List<Cause> of(List<Result> results) {
        Map<Key, List<Result>> byKey = new LinkedHashMap<>();
        for (Result result : results) {
            result.finding()
                    .ifPresent(finding -> byKey.computeIfAbsent(Key.of(result, finding), key -> new ArrayList<>())
                            .add(result));
        }
        return joined(byKey).entrySet().stream()
                .map(entry -> cause(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt(this::place))
                .toList();
    }

    /** What names no clause belongs to what has seen the same and names one. */
    private static Map<Key, List<Result>> joined(Map<Key, List<Result>> byKey) {
        Map<Key, List<Result>> joined = new LinkedHashMap<>();
        byKey.forEach((key, found) -> {
            Key named = key.broken().isEmpty() ? namedAs(key, byKey).orElse(key) : key;
            joined.computeIfAbsent(named, same -> new ArrayList<>()).addAll(found);
        });
        return joined;
    }

    private static Optional<Key> namedAs(Key key, Map<Key, List<Result>> byKey) {
        return byKey.keySet().stream()
                .filter(other -> !other.broken().isEmpty() && !other.broken().equals(Violation.UNKNOWN))
                .filter(other -> other.equals(key.of(other.broken())))
                .findFirst();
    }

    private Cause cause(Key key, List<Result> found) {
        List<Result> sorted = found.stream()
                .sorted(Comparator.comparing(
                                (Result result) -> !result.check().clause().equals(key.broken()))
                        .thenComparing(result -> !result.check().clauses().contains(key.broken()))
                        .thenComparingInt(Causes::steps)
                        .thenComparingInt(result -> place(result.check().clause())))
                .toList();
        Result first = sorted.get(0);
        String id = key.broken().isEmpty() ? first.check().clause() : key.broken();
        return new Cause(sorted, clauses.find(id).filter(clause -> isContradicted(clause, key)));
    }

    /** How much came before the fault: of many checks that meet it, the one that does nothing else looks for it. */
    private static int steps(Result result) {
        return result.finding().map(Finding::trace).map(Trace::entries).orElse(List.of()).stream()
                .mapToInt(entry ->
                        1 + (entry instanceof Trace.Bytes bytes ? bytes.cuts().size() : 0))
                .sum();
    }

    /** A check that looks for a close opens a channel first: what goes wrong there does not contradict its own clause. */
    private static boolean isContradicted(ClauseText clause, Key key) {
        return !key.broken().isEmpty()
                || !clause.sentence().contains(CLOSE)
                || key.expected().contains(CLOSE);
    }

    private int place(Cause cause) {
        return place(
                cause.broken().map(ClauseText::id).orElse(cause.first().check().clause()));
    }

    /** What is no clause of the document stands last. */
    private int place(String clause) {
        int place = order.indexOf(clause);
        return place < 0 ? order.size() : place;
    }
}
