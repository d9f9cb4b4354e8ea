// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Offers;
import org.ioregionfd.conformance.checks.arbitraries.Setups;
import org.ioregionfd.conformance.checks.arbitraries.Word;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.report.RunReport.Outcome;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.Setup;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.ioregionfd.conformance.run.Result.Frequency;
import org.ioregionfd.conformance.run.Result.Sample;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.ioregionfd.conformance.run.Runner.SuiteFault;
import org.ioregionfd.conformance.run.SideBySide.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs made-up checks on a made-up peer; the classes at the end are data, not tests. */
class RunnerTest {
    private static final RunSettings SETTINGS = Runs.settings(42, Effort.FULL, 0);

    private final Peer peer = new Peer();

    @Test
    void judgesEachEndOfACheck() throws SuiteFault {
        Map<String, Verdict> verdicts = run(Ends.class).stream()
                .collect(Collectors.toMap(result -> result.check().method().getName(), Result::verdict));

        assertEquals(
                Map.of(
                        "passes", Verdict.PASSED,
                        "isPassedByEveryCase", Verdict.PASSED,
                        "violatesAMust", Verdict.FAILED,
                        "violatesAShould", Verdict.WARNED,
                        "isNotSupported", Verdict.NOT_SUPPORTED,
                        "isNotSupportedByAnyCase", Verdict.NOT_SUPPORTED,
                        "needsWhatThePeerLacks", Verdict.NOT_SUPPORTED,
                        "isBroken", Verdict.ERROR),
                verdicts);
    }

    @Test
    void keepsWhatAViolationSays() throws SuiteFault {
        Result result = result(run(Ends.class), "violatesAMust");
        Result.Finding finding = result.finding().orElseThrow();

        assertEquals(new Result.Finding("an apple", "a pear", "frames", Trace.NONE, Sample.NONE), finding);
    }

    @Test
    void findsTheSmallestCaseAndTheSameOneForTheSameSeed() throws SuiteFault {
        Result first = result(run(Cases.class), "failsAboveAThousand");
        Result second = result(run(Cases.class), "failsAboveAThousand");

        assertEquals("number = 1001", first.finding().orElseThrow().sample().text());
        assertEquals("1001", first.finding().orElseThrow().seen());
        assertEquals(first.finding(), second.finding());
    }

    @Test
    void givesAPropertyTheValuesThatTheUserWantsToSeeAgain() throws SuiteFault {
        Check check = Check.in(List.of(Cases.class)).get(1);
        Result failed = new Runner(ClauseBook.standard()).once(check, Optional.of("[2000]"), able(), peer, SETTINGS);
        Result passed = new Runner(ClauseBook.standard()).once(check, Optional.of("[7]"), able(), peer, SETTINGS);

        assertEquals("2000", failed.finding().orElseThrow().seen());
        assertEquals(
                new Sample("number = 2000", Optional.of("[2000]")),
                failed.finding().orElseThrow().sample());
        assertEquals(Verdict.PASSED, passed.verdict());
    }

    @Test
    void takesValuesThatDoNotFitForNoCase() throws SuiteFault {
        Check check = Check.in(List.of(Cases.class)).get(1);
        for (String values : List.of("[]", "[1,2]", "[true]", "{}", "[null]")) {
            Result result = new Runner(ClauseBook.standard()).once(check, Optional.of(values), able(), peer, SETTINGS);
            assertEquals(Verdict.ERROR, result.verdict(), values);
        }
    }

    @Test
    void drawsTheSameCasesForTheSameSeedAndOthersForAnother() throws SuiteFault {
        List<Integer> first = casesOf(42);
        List<Integer> again = casesOf(42);
        List<Integer> other = casesOf(43);

        assertAll(
                () -> assertEquals(Effort.FULL.tries(), first.size()),
                () -> assertEquals(first, again),
                () -> assertTrue(!first.equals(other)));
    }

    @Test
    void preparesThePeerBeforeEachCaseAndCleansUpAfterIt() throws SuiteFault {
        run(Cases.class);

        assertEquals(peer.begun, peer.ended);
        assertTrue(peer.begun > Effort.FULL.tries(), "begun " + peer.begun);
    }

    @Test
    void asksAPeerThatHangsOnlyOnceAndGoesOn() throws SuiteFault {
        List<Result> results = run(Hangs.class);

        assertAll(
                () -> assertEquals(
                        Verdict.FAILED, result(results, "hangsInACase").verdict()),
                () -> assertEquals(
                        "nothing",
                        result(results, "hangsInACase").finding().orElseThrow().seen()),
                () -> assertEquals(
                        Verdict.PASSED, result(results, "runsAfterwards").verdict()),
                () -> assertEquals(2, peer.begun),
                () -> assertEquals(1, peer.silences),
                () -> assertEquals(1, peer.revived));
    }

    @Test
    @Timeout(60)
    void endsWhereTheSmallerCasesCannotBeCounted() throws SuiteFault {
        Result vast = result(run(Vast.class), "failsOnLongLists");

        assertEquals(Verdict.FAILED, vast.verdict());
        assertEquals("another hash", vast.finding().orElseThrow().expected());
        assertTrue(vast.finding().orElseThrow().sample().text().startsWith("lists = ["), "the smallest is told");
    }

    /** Among cases that jqwik holds for equally small it went from one to the next and back, all of them tried before. */
    @Test
    @Timeout(60)
    void endsWhereTheSmallerCasesGoRound() throws SuiteFault {
        long failed = 0;
        for (long seed = 0; seed < 12; seed++) {
            failed += run(Round.class, Runs.settings(seed, Effort.QUICK, 0)).stream()
                    .filter(Result::isViolation)
                    .count();
        }

        assertTrue(failed > 1, "only " + failed + " of the seeds show the fault");
    }

    @Test
    @Timeout(60)
    void endsWhereEachSmallerCaseTakesLong() throws SuiteFault {
        Lingers.cases = 0;
        Result slow = result(run(Lingers.class), "failsSlowly");

        assertEquals(Verdict.FAILED, slow.verdict());
        assertTrue(Lingers.cases < 20, () -> Lingers.cases + " cases of a tenth of a second");
    }

    @Test
    void takesACaseThatAPropertyDoesNotWantForNoFailure() throws SuiteFault {
        RunSettings many = new RunSettings(Selection.ALL, new Seed(42), Effort.FULL, 500, 0, 1, KnownFailures.NONE);

        assertEquals(
                Verdict.PASSED,
                result(run(Choosy.class, many), "wantsTwoOfThree").verdict());
    }

    @Test
    void runsNoMoreChecksThanTheUserWantsFailures() throws SuiteFault {
        RunSettings two = new RunSettings(
                Selection.ALL, new Seed(42), Effort.QUICK, 15, 4, 1, new KnownFailures(List.of("SEL-010")), 2);
        List<Result> results = run(Fallen.class, two);
        List<Result> left = results.stream()
                .filter(result -> result.verdict() == Verdict.NOT_RUN)
                .toList();

        assertEquals(1, left.size(), results::toString);
        assertEquals("after --max-failures 2", left.get(0).reason());
        assertEquals(3, results.stream().filter(Result::isViolation).count());
    }

    @Test
    void doesNotRunTheRestWhenThePeerIsLost() throws SuiteFault {
        peer.isRevivable = false;
        List<Result> results = run(HangsAlways.class);

        assertEquals(
                Set.of(Verdict.FAILED, Verdict.NOT_RUN),
                results.stream().map(Result::verdict).collect(Collectors.toSet()));
        assertTrue(results.stream().anyMatch(result -> result.reason().equals("gone for good")), results.toString());
    }

    @Test
    void refusesToBeGreenWhenAnEngineFindsFewerChecksThanThereAre() {
        SuiteFault fault = assertThrows(SuiteFault.class, () -> run(Unfound.class));

        assertTrue(fault.isTooFew());
        assertTrue(String.valueOf(fault.getMessage()).startsWith("1 of 2 checks were found"), fault.getMessage());
    }

    @Test
    void totalsBecomeOneOutcome() {
        assertAll(
                () -> assertEquals(Outcome.CONFORMANT, outcome(Verdict.PASSED, Verdict.NOT_SUPPORTED)),
                () -> assertEquals(Outcome.CONFORMANT, outcome(Verdict.PASSED, Verdict.WARNED)),
                () -> assertEquals(Outcome.VIOLATED, outcome(Verdict.PASSED, Verdict.FAILED)),
                () -> assertEquals(Outcome.SUITE_FAULT, outcome(Verdict.FAILED, Verdict.ERROR)),
                () -> assertEquals(Outcome.VIOLATED, outcome(Verdict.FAILED, Verdict.NOT_RUN)),
                () -> assertEquals(Outcome.TOO_FEW, outcome(Verdict.PASSED, Verdict.NOT_RUN)),
                () -> assertEquals(Outcome.TOO_FEW, outcome(Verdict.NOT_SUPPORTED)),
                () -> assertEquals(Outcome.TOO_FEW, outcome()));
    }

    @Test
    void aPeerThatDiesQuietlyFailsTheCheckInWhichItDied() throws SuiteFault {
        List<Result> results = run(Dies.class);

        assertAll(
                () -> assertEquals(
                        Verdict.FAILED, result(results, "diesAndPasses").verdict()),
                () -> assertEquals(
                        "exit code 3",
                        result(results, "diesAndPasses").finding().orElseThrow().seen()));
    }

    @Test
    void isNotGreenWhereThePeerCouldNotBeSurveyed() {
        SubjectRun passed = Runs.withoutSurvey(Verdict.PASSED, Verdict.NOT_SUPPORTED);
        SubjectRun failed = Runs.withoutSurvey(Verdict.PASSED, Verdict.FAILED);

        assertEquals(Outcome.TOO_FEW, Outcome.of(List.of(passed)));
        assertEquals(Outcome.VIOLATED, Outcome.of(List.of(failed)));
    }

    @Test
    void tellsOfTheDeathInTheFailureAndTriesFewerSmallerCases() throws SuiteFault {
        DiesInEachCase.cases = 0;
        Result.Finding finding = run(DiesInEachCase.class).get(0).finding().orElseThrow();

        assertEquals("exit code 3\nframes", finding.transcript());
        assertTrue(DiesInEachCase.cases < 25, () -> DiesInEachCase.cases + " starts of a peer for one check");
    }

    @Test
    void countsHowOftenACheckFailsOnFreshConnections() throws SuiteFault {
        Flaky.runs = 0;
        Flaky.cases = 0;
        RunSettings fiveRuns = Runs.settings(42, Effort.FULL, 4);
        List<Result> results = run(Flaky.class, fiveRuns);

        Result odd = result(results, "failsEachOddRun");
        Result values = result(results, "failsInTheFirstRunOnly");
        assertAll(
                () -> assertEquals(Verdict.FAILED, odd.verdict()),
                () -> assertEquals(new Frequency(3, 5, ""), odd.frequency()),
                () -> assertEquals(5, Flaky.runs),
                () -> assertEquals(Verdict.FAILED, values.verdict()),
                () -> assertEquals(new Frequency(1, 5, ""), values.frequency()),
                () -> assertEquals(peer.begun, peer.ended));
    }

    @Test
    void repeatsACaseWithoutLookingForSmallerOnes() throws SuiteFault {
        RunSettings twice = Runs.settings(42, Effort.FULL, 1);
        Cases.SEEN.clear();
        run(Cases.class);
        int once = peer.begun;
        Result result = result(run(Cases.class, twice), "failsAboveAThousand");

        assertEquals(new Frequency(2, 2, ""), result.frequency());
        assertEquals("number = 1001", result.finding().orElseThrow().sample().text());
        assertTrue(peer.begun - once <= once + Effort.FULL.tries(), "begun " + (peer.begun - once));
    }

    @Test
    void leavesChecksThatTakeTimeOutOfAQuickRun() {
        List<Check> checks = Check.in(List.of(Slow.class));
        RunSettings quick = Runs.settings(1, Effort.QUICK, 0);
        RunSettings full = Runs.settings(1, Effort.FULL, 0);

        assertEquals(
                List.of("SEL-010/is-quick"),
                quick.of(checks).stream().map(Check::name).toList());
        assertEquals(
                List.of("SEL-010/is-quick", "SEL-010/waits"),
                full.of(checks).stream().map(Check::name).toList());
    }

    @Test
    void takesEveryCheckInAThoroughRun() {
        List<Check> checks = Check.in(List.of(Slow.class));

        assertEquals(checks, Runs.settings(1, Effort.THOROUGH, 0).of(checks));
    }

    @Test
    void takesACheckThatTheUserNamesHoweverLongItTakes() {
        List<Check> checks = Check.in(List.of(Slow.class));
        RunSettings named = new RunSettings(
                new Selection(List.of("SEL-010/waits-for-minutes")),
                new Seed(1),
                Effort.QUICK,
                Effort.QUICK.tries(),
                0,
                1,
                KnownFailures.NONE);

        assertEquals(
                List.of("SEL-010/waits-for-minutes"),
                named.of(checks).stream().map(Check::name).toList());
    }

    private List<Integer> casesOf(long seed) throws SuiteFault {
        Cases.SEEN.clear();
        run(Cases.class, Runs.settings(seed, Effort.FULL, 0));
        return List.copyOf(Cases.SEEN);
    }

    private List<Result> run(Class<?> checks) throws SuiteFault {
        return run(checks, SETTINGS);
    }

    private List<Result> run(Class<?> checks, RunSettings settings) throws SuiteFault {
        try {
            return new Runner(ClauseBook.standard())
                    .run(Check.in(List.of(checks)), able(Ability.VERSION_1), new Peers(peer, List.of()), settings);
        } catch (NotAttached e) {
            throw new AssertionError(e);
        }
    }

    private static Result result(List<Result> results, String method) {
        return results.stream()
                .filter(result -> result.check().method().getName().equals(method))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void saysOfAPeerThatCouldNotBeAskedNotThatItLacksSomething() throws Exception {
        List<Result> results = new Runner(ClauseBook.standard())
                .run(
                        Check.in(List.of(Needy.class)),
                        Subject.Survey.failed("no OFFER"),
                        new Peers(new Peer(), List.of()),
                        SETTINGS);

        assertEquals(
                List.of("not run: the peer could not be asked whether it has what they need"),
                results.stream()
                        .map(result -> result.verdict().text() + ": " + result.reason())
                        .toList());
    }

    private static Subject.Survey able(String... abilities) {
        return new Subject.Survey(Set.of(abilities), "", Optional.empty());
    }

    private static Outcome outcome(Verdict... verdicts) {
        return Outcome.of(List.of(Runs.with(verdicts)));
    }

    /** Counts what is done to it. */
    static final class Peer implements UnderTest {
        private int begun;
        private int ended;
        private int revived;
        private int silences;
        private boolean isRevivable = true;
        private Optional<String> death = Optional.empty();

        /** Ends the check that has begun with {@code end}. */
        <T extends Throwable> void bringsAbout(T end) throws T {
            if (begun > 0) {
                throw end;
            }
        }

        @Override
        public void attach() {}

        @Override
        public void begin(long seed) {
            begun++;
        }

        @Override
        public Optional<Violation> signOfLife() {
            return Optional.empty();
        }

        @Override
        public Optional<String> death() {
            Optional<String> told = death;
            death = Optional.empty();
            return told;
        }

        @Override
        public boolean explain(Violation violation) {
            death.ifPresent(violation::addCircumstances);
            return death.isPresent();
        }

        @Override
        public void end() {
            ended++;
        }

        @Override
        public void revive() throws NotAttached {
            if (!isRevivable) {
                throw new NotAttached("gone for good");
            }
            revived++;
        }

        @Override
        public void keptSilent() {
            silences++;
        }
    }

    @Checks
    static final class Needy {
        @Test
        @Clause("SEL-013")
        @Needs(Ability.VERSION_2)
        void needsVersion2(Peer given) {
            assertTrue(given.begun > 0);
        }
    }

    private static Violation violation(Violation.Kind kind) {
        return new Violation(kind, "an apple", kind == Violation.Kind.NO_ANSWER ? "nothing" : "a pear", "frames");
    }

    @Checks
    static final class Ends {
        @Test
        @Clause("SEL-010")
        void passes(Peer given) {
            assertTrue(given.begun > 0);
        }

        @Property
        @Clause("SEL-010")
        void isPassedByEveryCase(Peer given, @ForAll int number) {
            assertTrue(given.begun > 0);
        }

        @Test
        @Clause("SEL-011")
        void violatesAMust(Peer given) {
            given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
        }

        @Test
        @Clause("GRS-001")
        void violatesAShould(Peer given) {
            given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
        }

        @Test
        @Clause("SEL-012")
        void isNotSupported(Peer given) {
            given.bringsAbout(new NotSupported("no such thing"));
        }

        @Property
        @Clause("SEL-012")
        void isNotSupportedByAnyCase(Peer given, @ForAll int number) {
            given.bringsAbout(new NotSupported("no such thing"));
        }

        @Test
        @Clause("SEL-013")
        @Needs(Ability.VERSION_2)
        void needsWhatThePeerLacks(Peer given) {
            given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
        }

        @Test
        @Clause("SEL-014")
        void isBroken(Peer given) {
            given.bringsAbout(new IllegalStateException("a mistake of the suite"));
        }
    }

    @Checks
    static final class Cases {
        private static final List<Integer> SEEN = new ArrayList<>();

        @Property
        @Clause("SEL-010")
        void seesCases(Peer given, @ForAll int number) {
            SEEN.add(number);
        }

        @Property
        @Clause("SEL-011")
        void failsAboveAThousand(Peer given, @ForAll int number) {
            if (number > 1000) {
                throw new Violation(Violation.Kind.WRONG_ANSWER, "less", Integer.toString(number), "");
            }
        }
    }

    @Checks
    static final class Vast {
        @Property
        @Clause("SEL-010")
        void failsOnLongLists(Peer given, @ForAll @Size(min = 30, max = 60) List<@Size(max = 40) List<Long>> lists) {
            // a smaller list that fails too is hard to find among countless lists
            if (lists.hashCode() % 3 == 0) {
                throw new Violation(Violation.Kind.WRONG_ANSWER, "another hash", Integer.toString(lists.size()), "");
            }
        }
    }

    /** As a KVM side that fails on an OFFER of a version that nobody knows. */
    @Checks
    static final class Round {
        @Property
        @Clause("SEL-010")
        void failsOnAnUnknownBit(
                Peer given,
                @ForAll(supplier = Setups.class) Setup setup,
                @ForAll(supplier = Offers.class) Terms terms,
                @ForAll long value,
                @ForAll(supplier = Word.Of32Bits.class) long reserved) {
            boolean isUnknown = (terms.versions() & ~0b111) != 0;
            if (isUnknown && OfferOracle.of(setup, terms).choice().isEmpty()) {
                throw new Violation(Violation.Kind.WRONG_ANSWER, "an ABORT", "the channel closed", "");
            }
            if (isUnknown) {
                throw new Violation(Violation.Kind.WRONG_ANSWER, "a SELECT", "the channel closed", "");
            }
        }
    }

    @Checks
    static final class Lingers {
        private static int cases;

        @Property
        @Clause("SEL-010")
        void failsSlowly(Peer given, @ForAll @Size(min = 60, max = 80) List<Integer> numbers)
                throws InterruptedException {
            cases++;
            new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
            throw new Violation(Violation.Kind.WRONG_ANSWER, "an apple", "a pear", "");
        }
    }

    /** One of them is known to. */
    @Checks
    static final class Fallen {
        @Test
        @Clause("SEL-010")
        void falls(Peer given) {
            given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
        }

        @Test
        @Clause("SEL-011")
        void fallsToo(Peer given) {
            given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
        }

        @Test
        @Clause("SEL-012")
        void fallsAsWell(Peer given) {
            given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
        }

        @Property
        @Clause("SEL-013")
        void isNotLookedAt(Peer given, @ForAll int number) {
            given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
        }
    }

    @Checks
    static final class Choosy {
        @Property
        @Clause("SEL-010")
        void wantsTwoOfThree(Peer given, @ForAll int number) {
            Assume.that(number % 3 != 0);
        }
    }

    @Checks
    static final class Hangs {
        @Property
        @Clause("SEL-010")
        void hangsInACase(Peer given, @ForAll int number) {
            given.bringsAbout(violation(Violation.Kind.NO_ANSWER));
        }

        @Test
        @Clause("SEL-011")
        void runsAfterwards(Peer given) {
            assertTrue(given.begun > 0);
        }
    }

    @Checks
    static final class Dies {
        @Test
        @Clause("SEL-010")
        void diesAndPasses(Peer given) {
            given.death = Optional.of("exit code 3");
        }
    }

    @Checks
    static final class DiesInEachCase {
        private static int cases;

        @Property
        @Clause("SEL-010")
        void diesAndFails(Peer given, @ForAll int number) {
            cases++;
            given.death = Optional.of("exit code 3");
            given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
        }
    }

    @Checks
    static final class Flaky {
        private static int runs;
        private static int cases;

        @Test
        @Clause("SEL-010")
        void failsEachOddRun(Peer given) {
            if (++runs % 2 == 1) {
                given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
            }
        }

        @Property
        @Clause("SEL-011")
        void failsInTheFirstRunOnly(Peer given, @ForAll int number) {
            if (++cases == 1) {
                given.bringsAbout(violation(Violation.Kind.WRONG_ANSWER));
            }
        }
    }

    @Checks
    static final class Slow {
        @Test
        @TakesTime
        @Clause("SEL-010")
        void waits(Peer given) {
            assertTrue(given.begun > 0);
        }

        @Test
        @TakesTime(Effort.THOROUGH)
        @Clause("SEL-010")
        void waitsForMinutes(Peer given) {
            assertTrue(given.begun > 0);
        }

        @Test
        @Clause("SEL-010")
        void isQuick(Peer given) {
            assertTrue(given.begun > 0);
        }
    }

    /** Which of the two is run first is the platform's choice. */
    @Checks
    static final class HangsAlways {
        @Property
        @Clause("SEL-010")
        void hangsInACase(Peer given, @ForAll int number) {
            given.bringsAbout(violation(Violation.Kind.NO_ANSWER));
        }

        @Test
        @Clause("SEL-011")
        void hangs(Peer given) {
            given.bringsAbout(violation(Violation.Kind.GONE));
        }
    }

    @Checks
    static final class Unfound {
        @Test
        @Clause("SEL-010")
        void isFound() {}

        @Clause("SEL-011")
        void isMissedBecauseItsEngineIsNotThere() {}
    }
}
