// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.CheckContext.Collector;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.Runner.SuiteFault;
import org.ioregionfd.conformance.run.SideBySide.Peers;
import org.ioregionfd.conformance.run.SideBySide.Threads;
import org.ioregionfd.conformance.run.SubjectRun.Conditions;
import org.ioregionfd.conformance.run.SubjectRun.Coverage;

/** The trials of a run: several subjects side by side if the user allows several jobs. */
public final class Trials {
    private final List<Trial> trials;
    private final int jobs;

    /** One trial for each of {@code subjects} that has selected checks. */
    public Trials(List<Subject> subjects, ClauseBook clauses, RunSettings settings, Watcher watcher) {
        this.trials = IntStream.range(0, subjects.size())
                .mapToObj(index -> new Trial(
                        subjects.get(index),
                        settings.of(Check.in(subjects.get(index).checkClasses())),
                        clauses,
                        settings.withJobs(share(settings.jobs(), subjects.size(), index)),
                        watcher))
                .filter(trial -> !trial.selected.isEmpty())
                .toList();
        this.jobs = Math.min(settings.jobs(), trials.size());
    }

    /** The jobs of one subject of several; the last subject gets the remainder. */
    private static int share(int jobs, int subjects, int index) {
        int more = index >= subjects - jobs % subjects ? 1 : 0;
        return Math.max(1, jobs / subjects + more);
    }

    /**
     * Judges all. {@code done} gets each in their order, in this thread.
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
        List<Callable<SubjectRun>> runs = new ArrayList<>();
        trials.forEach(trial -> runs.add(trial::run));
        Threads.run(jobs, runs, done);
    }

    /** What the trials that have begun have found so far. May be called from any thread. */
    public List<SubjectRun> soFar(String reason) {
        return trials.stream().flatMap(trial -> trial.soFar(reason).stream()).toList();
    }

    /** Judges one subject. It runs once; any thread may ask what it has found so far. */
    public static final class Trial {
        /**
         * An interrupt from a terminal also reaches the peer and ends it; failures because of that are no fault of the peer.
         */
        private static final Duration DOUBTFUL = Duration.ofSeconds(1);

        private final Subject subject;
        private final List<Check> selected;
        private final ClauseBook clauses;
        private final RunSettings settings;
        private final Watcher watcher;
        private final long startedNanos = System.nanoTime();
        private final Map<Check, Found> found = new ConcurrentHashMap<>();
        private volatile Optional<Subject.Survey> survey = Optional.empty();

        /** Runs {@code selected} on {@code subject}, and tells {@code watcher} of each check. */
        public Trial(Subject subject, List<Check> selected, ClauseBook clauses, RunSettings settings, Watcher watcher) {
            this.subject = subject;
            this.selected = List.copyOf(selected);
            this.clauses = clauses;
            this.settings = settings;
            this.watcher = watcher;
        }

        /**
         * Judges the subject.
         *
         * @throws NotAttached if it cannot be reached
         * @throws SuiteFault if the suite is at fault
         */
        public SubjectRun run() throws NotAttached, SuiteFault {
            UnderTest peer = subject.attach();
            Optional<Violation> unwell = firstHandshake(peer);
            if (unwell.filter(Violation::isEnd).isPresent()) {
                return died(peer, unwell.get());
            }
            Subject.Survey known =
                    unwell.map(why -> Subject.Survey.failed(why.summary())).orElseGet(() -> subject.survey(peer));
            survey = Optional.of(known);
            Optional<String> lost = peer.death().map(how -> "when it was asked what it can do, it died: " + how);
            List<Peers.Attachment> twins = new ArrayList<>();
            for (int job = 1; job < settings.jobs(); job++) {
                twins.add(subject::attach);
            }
            Peers peers = new Peers(peer, twins);
            List<Result> results = new Runner(clauses, new Finding()).run(selected, known, peers, settings);
            Optional<String> misfit = peers.misfit();
            if (misfit.isPresent()) {
                throw new NotAttached(misfit.get());
            }
            // One that has been lost, or whose run has ended early, is not asked whether it lives.
            boolean isLostAlready = results.stream().anyMatch(result -> result.verdict() == Verdict.NOT_RUN);
            boolean isAsked = !isLostAlready && unwell.isEmpty() && lost.isEmpty();
            return conclude(
                    known,
                    results,
                    isAsked ? peers.lost().map(last -> "after the last check: " + last.summary()) : lost);
        }

        /**
         * One whose process has ended in its first handshake. No check can tell more of it, and what a check finds in a process that
         * is started again and again depends on the moment.
         *
         * @throws NotAttached if the process ends by itself
         */
        private SubjectRun died(UnderTest peer, Violation last) throws NotAttached {
            peer.requireStay();
            String reason = "its process ended in the first handshake";
            Check first = Check.in(subject.checkClasses()).stream()
                    .filter(check -> check.name().equals(subject.firstCheck()))
                    .findFirst()
                    .orElseThrow();
            Result failed = new Result(
                    first,
                    Verdict.FAILED,
                    "",
                    Optional.of(Result.Finding.of(last, Result.Sample.NONE)),
                    Result.Frequency.FAILED,
                    Duration.ofNanos(System.nanoTime() - startedNanos));
            watcher.ends(failed);
            Stream<Result> others = selected.stream()
                    .filter(check -> !check.equals(first))
                    .map(check -> Collector.skipped(check, Verdict.NOT_RUN, reason));
            return conclude(
                    new Subject.Survey(Set.of(), reason, Optional.empty()),
                    Stream.concat(Stream.of(failed), others)
                            .sorted(Comparator.comparing(
                                    (Result result) -> result.check().name()))
                            .toList(),
                    Optional.empty());
        }

        /**
         * The results so far. The other checks were not run because of {@code reason}; so were those that have failed in this
         * moment. Empty before the first check.
         */
        Optional<SubjectRun> soFar(String reason) {
            long nowNanos = System.nanoTime();
            return survey.map(known -> conclude(
                    known,
                    selected.stream()
                            .map(check -> Optional.ofNullable(found.get(check))
                                    .filter(seen -> !seen.isDoubtful(nowNanos))
                                    .map(Found::result)
                                    .orElseGet(() -> Collector.skipped(check, Verdict.NOT_RUN, reason)))
                            .toList(),
                    Optional.empty()));
        }

        private record Found(Result result, long atNanos) {
            boolean isDoubtful(long nowNanos) {
                return result.isViolation() && nowNanos - atNanos < DOUBTFUL.toNanos();
            }
        }

        /** Checks whether the peer answers at all; the time of that answer sets how long later answers may take. */
        private Optional<Violation> firstHandshake(UnderTest peer) {
            long beganNanos = System.nanoTime();
            Optional<Violation> unwell = peer.signOfLife();
            Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
            subject.patience().settle(unwell.isEmpty() ? Optional.of(took) : Optional.empty());
            return unwell;
        }

        private SubjectRun conclude(Subject.Survey known, List<Result> results, Optional<String> lost) {
            List<Result> marked = settings.known().mark(results);
            return new SubjectRun(
                    subject,
                    new Conditions(
                            settings.seed(),
                            settings.tries(),
                            subject.patience().full()),
                    known,
                    marked,
                    lost,
                    Coverage.of(subject, clauses, marked),
                    Duration.ofNanos(System.nanoTime() - startedNanos));
        }

        /** Keeps each result, and passes it on. */
        private final class Finding implements Watcher {
            @Override
            public void begins(Check check) {
                watcher.begins(check);
            }

            @Override
            public void ends(Result result) {
                found.put(result.check(), new Found(result, System.nanoTime()));
                watcher.ends(result);
            }
        }
    }

    /** Gets the progress of a run. Threads that run checks call it, possibly several at a time. */
    public interface Watcher {
        /** Ignores the progress. */
        Watcher NONE = new Watcher() {};

        /** A check begins, for the first time or again. */
        default void begins(Check check) {}

        /** A check has run for the first time. */
        default void ends(Result result) {}
    }
}
