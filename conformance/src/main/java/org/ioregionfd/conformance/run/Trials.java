// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.rules.ClauseBook;

/** The trials of a run: several subjects side by side where the user lets several jobs be done. */
public final class Trials {
    private final List<Trial> trials;
    private final int jobs;

    /** One trial for each of {@code subjects} that the settings select checks of. */
    public Trials(List<Subject> subjects, ClauseBook clauses, RunSettings settings, Watcher watcher) {
        this.trials = IntStream.range(0, subjects.size())
                .mapToObj(index -> new Trial(
                        subjects.get(index),
                        settings.of(Check.in(subjects.get(index).checkClasses())),
                        clauses,
                        settings.withJobs(share(settings.jobs(), subjects.size(), index)),
                        watcher))
                .filter(trial -> trial.size() > 0)
                .toList();
        this.jobs = Math.min(settings.jobs(), trials.size());
    }

    /** Jobs of one subject of several: what cannot be shared alike goes to the last. */
    private static int share(int jobs, int subjects, int index) {
        int more = index >= subjects - jobs % subjects ? 1 : 0;
        return Math.max(1, jobs / subjects + more);
    }

    /**
     * Judges all. {@code done} is told of each in their order, in this thread.
     *
     * @throws NotAttached if one cannot be reached; the others are not waited for
     * @throws SuiteFault if the suite is at fault
     */
    public void run(Consumer<SubjectRun> done) throws NotAttached, SuiteFault {
        if (jobs <= 1) {
            for (Trial trial : trials) {
                done.accept(trial.run());
            }
            return;
        }
        ExecutorService pool = Threads.pool(jobs);
        try {
            List<Future<SubjectRun>> runs = new ArrayList<>();
            trials.forEach(trial -> runs.add(pool.submit(trial::run)));
            for (Future<SubjectRun> run : runs) {
                done.accept(Threads.await(run));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** What those have found until now that have begun. Can be called from any thread. */
    public List<SubjectRun> soFar(String reason) {
        return trials.stream().flatMap(trial -> trial.soFar(reason).stream()).toList();
    }
}
