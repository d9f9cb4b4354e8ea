// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

import java.util.List;

/**
 * One run of the bench.
 *
 * @param machine the machine, one fact each: no name of a host, user or path
 * @param conditions how it was measured, one sentence each
 * @param subjects the measured peers, in that order
 */
public record BenchRun(List<String> machine, List<String> conditions, List<Subject> subjects) {
    public BenchRun {
        machine = List.copyOf(machine);
        conditions = List.copyOf(conditions);
        subjects = List.copyOf(subjects);
    }

    /** Whether every goal that could be measured is met. */
    public boolean isEveryGoalMet() {
        return subjects.stream().allMatch(Subject::isEveryGoalMet);
    }
}
