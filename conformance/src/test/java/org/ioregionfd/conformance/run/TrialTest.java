// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.report.RunReport.Outcome;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check.Alone;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.EndsThePeer;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.ioregionfd.conformance.run.Trials.Trial;
import org.ioregionfd.conformance.run.Trials.Watcher;
import org.junit.jupiter.api.Test;

/** A whole run on a made-up subject: side by side, sane first and last, and interrupted; the classes at the end are data. */
class TrialTest {
    private final Plan plan = new Plan();

    @Test
    void jobsGiveTheSameResultsAsOneThreadForTheSameSeed() throws Exception {
        Map<String, List<Integer>> one = casesOf(1);
        Map<String, List<Integer>> three = casesOf(3);

        assertEquals(one, three);
        assertEquals(Effort.FULL.tries(), one.get("first").size());
    }

    @Test
    void runsChecksSideBySideOnPeersOfTheirOwn() throws Exception {
        Meets.reset();
        SubjectRun run = trial(settings(2), Meets.One.class, Meets.Other.class).run();

        assertEquals(List.of(Verdict.PASSED, Verdict.PASSED), verdicts(run));
        assertEquals(2, Set.copyOf(Meets.PEERS).size(), "peers");
        assertEquals(2, plan.attached.get());
    }

    @Test
    void lastRunsTheCheckThatIsAloneAndOnlyThat() throws Exception {
        Lonely.running.set(0);
        SubjectRun run =
                trial(settings(3), Lonely.class, Cases.class, Sorted.class).run();

        assertEquals(0, run.count(Verdict.FAILED) + run.count(Verdict.ERROR), run.toString());
    }

    @Test
    void theCheckThatEndsThePeerRunsBehindAllOthers() throws Exception {
        Lonely.running.set(0);
        SubjectRun run = trial(settings(2), Lonely.class, Ending.class).run();

        assertEquals(0, run.count(Verdict.FAILED) + run.count(Verdict.ERROR), run.toString());
    }

    @Test
    void aPeerThatAnswersNoMoreBehindTheLastCheckFailsTheRun() throws Exception {
        plan.signs.addAll(List.of("", "nothing"));
        SubjectRun run = trial(settings(1), Passes.class).run();

        assertEquals(Optional.of("after the last check: expected a frame OFFER, seen nothing"), run.lost());
        assertEquals(List.of(Verdict.PASSED), verdicts(run));
        assertEquals(Outcome.VIOLATED, Outcome.of(List.of(run)));
    }

    @Test
    void aPeerThatNeverAnsweredHasNotBeenLost() throws Exception {
        plan.signs.addAll(List.of("a close", "a close"));
        SubjectRun run = trial(settings(1), Passes.class).run();

        assertEquals(Optional.empty(), run.lost());
        assertEquals(
                Optional.of("expected a frame OFFER, seen a close"),
                run.survey().fault());
        assertEquals(Outcome.TOO_FEW, Outcome.of(List.of(run)));
    }

    @Test
    void aPeerThatDiesInItsFirstHandshakeIsJudgedByThatAlone() throws Exception {
        plan.signs.add("the channel closed");
        plan.death = Optional.of("the device's process: it ended with exit code 101");
        SubjectRun run = trial(settings(2), Passes.class, Fails.class).run();

        assertEquals(List.of(Verdict.NOT_RUN, Verdict.FAILED), verdicts(run));
        assertEquals(
                "the device's process: it ended with exit code 101",
                run.results().get(1).finding().orElseThrow().transcript());
        assertEquals(
                "its process ended in the first handshake", run.results().get(0).reason());
        assertEquals(Outcome.VIOLATED, Outcome.of(List.of(run)));
        assertEquals(1, plan.attached.get());
    }

    @Test
    void itIsJudgedByThatWhateverIsSelected() throws Exception {
        plan.signs.add("the channel closed");
        plan.death = Optional.of("the device's process: it ended with exit code 101");
        Trial trial = new Trial(
                subject(plan, Passes.class, Fails.class),
                Check.in(List.of(Fails.class)),
                ClauseBook.standard(),
                settings(1),
                Watcher.NONE);

        assertEquals(List.of(Verdict.NOT_RUN, Verdict.FAILED), verdicts(trial.run()));
    }

    @Test
    void aPeerThatEndsByItselfIsNotAttached() {
        plan.signs.add("the channel closed");
        plan.death = Optional.of("the device's process: it ended with exit code 101");
        plan.isEndingByItself = true;

        assertThrows(NotAttached.class, () -> trial(settings(1), Passes.class).run());
    }

    @Test
    void aPeerThatDiesWhenItIsAskedWhatItCanDoFailsTheRun() throws Exception {
        plan.death = Optional.of("it ended with exit code 3");
        SubjectRun run = trial(settings(1), Passes.class).run();

        assertEquals(Optional.of("when it was asked what it can do, it died: it ended with exit code 3"), run.lost());
        assertEquals(Outcome.VIOLATED, Outcome.of(List.of(run)));
    }

    @Test
    void tellsWhatItHasFoundWhileItRuns() throws Exception {
        List<SubjectRun> seen = new ArrayList<>();
        Trials[] trials = new Trials[1];
        Watcher watcher = new Watcher() {
            @Override
            public void begins(Check check) {
                seen.addAll(trials[0].soFar("interrupted"));
            }

            @Override
            public void ends(Result result) {}
        };
        trials[0] = new Trials(
                List.of(subject(plan, Passes.class, Sorted.class)), ClauseBook.standard(), settings(1), watcher);
        assertEquals(List.of(), trials[0].soFar("interrupted"));
        trials[0].run(run -> assertEquals(3, run.count(Verdict.PASSED)));

        assertEquals(
                List.of(0L, 1L, 2L),
                seen.stream().map(run -> run.count(Verdict.PASSED)).toList());
        Result open = seen.get(1).results().stream()
                .filter(result -> result.verdict() == Verdict.NOT_RUN)
                .findFirst()
                .orElseThrow();
        assertEquals("interrupted", open.reason());
        assertEquals(Outcome.TOO_FEW, Outcome.of(List.of(seen.get(1))));
    }

    @Test
    void doesNotBelieveAFailureOfTheVeryMomentOfAnInterrupt() throws Exception {
        List<Verdict> seen = new ArrayList<>();
        Trials[] trials = new Trials[1];
        Watcher watcher = new Watcher() {
            @Override
            public void begins(Check check) {}

            @Override
            public void ends(Result result) {
                seen.addAll(verdicts(trials[0].soFar("interrupted").get(0)));
            }
        };
        trials[0] = new Trials(List.of(subject(plan, Fails.class)), ClauseBook.standard(), settings(1), watcher);
        trials[0].run(run -> assertEquals(List.of(Verdict.FAILED), verdicts(run)));

        assertEquals(List.of(Verdict.NOT_RUN), seen);
    }

    @Test
    void judgesSubjectsSideBySideAndTellsOfThemInTheirOrder() throws Exception {
        Meets.reset();
        Subject subject = subject(plan, Meets.One.class);
        Subject other = subject(new Plan(), Meets.Other.class);
        List<Subject> told = new ArrayList<>();
        new Trials(List.of(subject, other), ClauseBook.standard(), settings(2), Watcher.NONE)
                .run(run -> told.add(run.subject()));

        assertEquals(List.of(subject, other), told);
        assertEquals(2, Set.copyOf(Meets.PEERS).size());
    }

    @Test
    void aSubjectThatCannotBeReachedEndsTheRun() {
        plan.isReachable = false;

        assertThrows(NotAttached.class, () -> trial(settings(2), Passes.class).run());
    }

    private Map<String, List<Integer>> casesOf(int jobs) throws Exception {
        Cases.SEEN.clear();
        SubjectRun run =
                trial(settings(jobs), Cases.class, Sorted.class, Passes.class).run();
        assertAll(
                () -> assertEquals(0, run.count(Verdict.FAILED), run.toString()),
                () -> assertEquals(5, run.count(Verdict.PASSED), run.toString()),
                () -> assertEquals(
                        run.results().stream()
                                .map(result -> result.check().name())
                                .sorted()
                                .toList(),
                        run.results().stream()
                                .map(result -> result.check().name())
                                .toList()));
        return new TreeMap<>(Cases.SEEN);
    }

    private Trial trial(RunSettings settings, Class<?>... classes) {
        return new Trial(
                subject(plan, classes), Check.in(List.of(classes)), ClauseBook.standard(), settings, Watcher.NONE);
    }

    private static RunSettings settings(int jobs) {
        return new RunSettings(
                Selection.ALL, new Seed(42), Effort.FULL, Effort.FULL.tries(), 0, jobs, KnownFailures.NONE);
    }

    private static List<Verdict> verdicts(SubjectRun run) {
        return run.results().stream().map(Result::verdict).toList();
    }

    /** What the subject and its twins have in common. */
    private static final class Plan {
        private final AtomicInteger attached = new AtomicInteger();
        private final List<String> signs = Collections.synchronizedList(new ArrayList<>());
        private boolean isReachable = true;
        private boolean isEndingByItself;
        private Optional<String> death = Optional.empty();
    }

    private static Subject subject(Plan plan, Class<?>... classes) {
        return new Subject(
                Sender.D,
                "device",
                "made up",
                "device",
                List.of(classes),
                "SEL-010/passes",
                Patience.calibrated(),
                () -> new Peer(plan),
                peer -> new Subject.Survey(Set.of(), "", Optional.empty()));
    }

    static final class Peer implements UnderTest {
        private final Plan plan;

        Peer(Plan plan) {
            this.plan = plan;
        }

        @Override
        public void attach() throws NotAttached {
            if (!plan.isReachable) {
                throw new NotAttached("nothing there");
            }
            plan.attached.incrementAndGet();
        }

        @Override
        public void begin(long seed) {}

        @Override
        public Optional<Violation> signOfLife() {
            if (plan.signs.isEmpty()) {
                return Optional.empty();
            }
            String seen = plan.signs.remove(0);
            Violation unwell = new Violation(Violation.Kind.WRONG_ANSWER, "a frame OFFER", seen, "");
            plan.death.ifPresent(unwell::addEnd);
            return seen.isEmpty() ? Optional.empty() : Optional.of(unwell);
        }

        @Override
        public void requireStay() throws NotAttached {
            if (plan.isEndingByItself) {
                throw new NotAttached("it does not stay");
            }
        }

        @Override
        public Optional<String> death() {
            return plan.death;
        }

        @Override
        public boolean explain(Violation violation) {
            return false;
        }

        @Override
        public void end() {}

        @Override
        public void revive() {}

        @Override
        public void keptSilent() {}
    }

    @Checks
    static final class Passes {
        @Test
        @Clause("SEL-010")
        void passes(Peer given) {
            assertTrue(given.plan.isReachable);
        }
    }

    @Checks
    static final class Fails {
        @Test
        @Clause("SEL-010")
        void fails(Peer given) {
            throw new Violation(Violation.Kind.WRONG_ANSWER, "an apple", "a pear", "");
        }
    }

    @Checks
    static final class Cases {
        private static final Map<String, List<Integer>> SEEN = new ConcurrentHashMap<>();

        @Property
        @Clause("SEL-011")
        void first(Peer given, @ForAll int number) {
            SEEN.computeIfAbsent("first", key -> new ArrayList<>()).add(number);
        }

        @Property
        @Clause("SEL-012")
        void second(Peer given, @ForAll int number) {
            SEEN.computeIfAbsent("second", key -> new ArrayList<>()).add(number);
        }
    }

    @Checks
    static final class Sorted {
        @Property
        @Clause("SEL-013")
        void third(Peer given, @ForAll int number) {
            Cases.SEEN.computeIfAbsent("third", key -> new ArrayList<>()).add(number);
        }

        @Test
        @Clause("SEL-014")
        void passesToo(Peer given) {
            assertTrue(given.plan.isReachable);
        }
    }

    /** Two checks that pass only if both run at the same time. */
    static final class Meets {
        private static final List<Peer> PEERS = Collections.synchronizedList(new ArrayList<>());
        private static CountDownLatch both = new CountDownLatch(2);

        private Meets() {}

        static void reset() {
            PEERS.clear();
            both = new CountDownLatch(2);
        }

        static void meet(Peer given) throws InterruptedException {
            PEERS.add(given);
            both.countDown();
            assertTrue(both.await(10, TimeUnit.SECONDS), "the other check does not run at the same time");
        }

        @Checks
        static final class One {
            @Test
            @Clause("SEL-010")
            void meets(Peer given) throws InterruptedException {
                meet(given);
            }
        }

        @Checks
        static final class Other {
            @Test
            @Clause("SEL-011")
            void meets(Peer given) throws InterruptedException {
                meet(given);
            }
        }
    }

    @Checks
    static final class Ending {
        @Test
        @EndsThePeer
        @Clause("SEL-014")
        void ends(Peer given) {
            assertEquals(3, Lonely.running.get(), "all others have ended");
        }
    }

    @Checks
    static final class Lonely {
        private static final AtomicInteger running = new AtomicInteger();

        @Test
        @Alone
        @Clause("SEL-015")
        void isAlone(Peer given) {
            assertEquals(2, running.getAndIncrement(), "the checks that are not alone have ended");
        }

        @Test
        @Clause("SEL-016")
        void isNot(Peer given) {
            running.incrementAndGet();
        }

        @Property(tries = 1)
        @Clause("SEL-017")
        void isNotEither(Peer given, @ForAll int number) {
            running.incrementAndGet();
        }
    }
}
