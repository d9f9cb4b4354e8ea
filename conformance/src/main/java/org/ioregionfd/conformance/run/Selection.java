// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.List;

/**
 * Which checks a run takes.
 *
 * @param prefixes of clause ids or of check names; none means all
 */
public record Selection(List<String> prefixes) {
    /** Every check. */
    public static final Selection ALL = new Selection(List.of());

    public Selection {
        prefixes = List.copyOf(prefixes);
    }

    /** Those of {@code checks} that a prefix matches. */
    public List<Check> of(List<Check> checks) {
        return prefixes.isEmpty()
                ? checks
                : checks.stream()
                        .filter(check -> prefixes.stream().anyMatch(prefix -> matches(prefix, check)))
                        .toList();
    }

    /** The prefixes that match none of {@code checks}: an error of the user, lest a typing error be green. */
    public List<String> unmatched(List<Check> checks) {
        return prefixes.stream()
                .filter(prefix -> checks.stream().noneMatch(check -> matches(prefix, check)))
                .toList();
    }

    private static boolean matches(String prefix, Check check) {
        return check.name().startsWith(prefix) || check.clauses().stream().anyMatch(id -> id.startsWith(prefix));
    }
}
