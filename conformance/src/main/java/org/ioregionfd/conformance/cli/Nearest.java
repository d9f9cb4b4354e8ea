// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.run.Check;

/** What a user may have meant by a name that is none, or by a command or an option: those with nearly the same letters. */
final class Nearest {
    /** More do not help. */
    private static final int SHOWN_MAX = 3;

    /** A letter in so many may be wrong, but one always. */
    private static final int LETTERS = 4;

    private Nearest() {}

    /** {@code words}, each with what it may mean among {@code checks}. */
    static String suggested(List<String> words, List<Check> checks) {
        return words.stream().map(word -> suggested(word, checks)).collect(Collectors.joining(", "));
    }

    private static String suggested(String word, List<Check> checks) {
        String near = of(
                word,
                checks.stream()
                        .flatMap(check -> Stream.concat(
                                Stream.of(check.name()),
                                check.clauses().stream().flatMap(id -> Stream.of(id, ClauseText.groupOf(id)))))
                        .collect(Collectors.toSet()));
        return near.isEmpty() ? word : word + " (did you mean " + near + "?)";
    }

    /** The nearest of {@code known}, as the words of a question; empty where none is near. */
    static String of(String word, Set<String> known) {
        int nearest =
                known.stream().mapToInt(name -> distance(word, name)).min().orElse(Integer.MAX_VALUE);
        boolean isNear = nearest <= Math.max(1, word.length() / LETTERS);
        return known.stream()
                .filter(name -> isNear && distance(word, name) == nearest)
                .sorted()
                .limit(SHOWN_MAX)
                .collect(Collectors.joining(" or "));
    }

    /** How many letters must be changed, added, left out or exchanged with their neighbour to make one of the other. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] of = new int[a.length() + 1][b.length() + 1];
        IntStream.rangeClosed(0, a.length()).forEach(i -> of[i][0] = i);
        IntStream.rangeClosed(0, b.length()).forEach(j -> of[0][j] = j);
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int changed = of[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                of[i][j] = Math.min(changed, 1 + Math.min(of[i - 1][j], of[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    of[i][j] = Math.min(of[i][j], 1 + of[i - 2][j - 2]);
                }
            }
        }
        return of[a.length()][b.length()];
    }
}
