// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import java.util.Collection;
import java.util.stream.Collectors;

/** What a user may have meant by a word of the command line that is none. */
public final class Suggestion {
    /** More do not help. */
    private static final int SHOWN_MAX = 3;

    /** A letter in so many may be wrong, but one always. */
    private static final int LETTERS = 4;

    private Suggestion() {}

    /** A question about the nearest of {@code known}, to be put behind what is wrong; nothing where none is near. */
    public static String of(String word, Collection<String> known) {
        int nearest =
                known.stream().mapToInt(name -> distance(word, name)).min().orElse(Integer.MAX_VALUE);
        boolean isNear = nearest <= Math.max(1, word.length() / LETTERS);
        String near = known.stream()
                .filter(name -> isNear && distance(word, name) == nearest)
                .sorted()
                .limit(SHOWN_MAX)
                .collect(Collectors.joining(" or "));
        return near.isEmpty() ? "" : "; did you mean " + near + "?";
    }

    /** How many letters must be changed, added, left out or exchanged with their neighbour to make one of the other. */
    private static int distance(String a, String b) {
        int[][] of = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    of[i][j] = i + j;
                    continue;
                }
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
