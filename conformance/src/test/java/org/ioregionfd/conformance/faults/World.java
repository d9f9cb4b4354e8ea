// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.ioregionfd.conformance.run.RunSettings;

/**
 * The suite in this JVM, in a class loader of its own: several runs go on side by side, each in another world. A run costs no
 * process, and its code was already compiled by the JIT for earlier runs.
 */
public final class World {
    /** So that a fault that makes the peer silent does not take long. */
    static final int ANSWER_WITHIN_MILLIS = 400;

    /** Longer than every deadline that a check sets, so that what is found in a full run is the fault, and not the wait for a close. */
    private static final int FULL_ANSWER_WITHIN_MILLIS = 2500;

    /** The first seed for a fault. */
    static final long SEED = 1;

    /** On a busy machine the fault may show too late to be found: so many seeds are tried, until one has found it. */
    static final int OCCASIONS = 12;

    /** Every check runs, however many fail. */
    static final int ALL_FAILURES = RunSettings.NO_LIMIT;

    /** A check that fails has found the fault; the others of its clause need not run. */
    static final int ONE_FAILURE = 1;

    private static final ConcurrentLinkedDeque<World> IDLE = new ConcurrentLinkedDeque<>();
    private static final String JUDGE = "org.ioregionfd.conformance.faults.world.Judge";

    private final ClassLoader loader;
    private final BiFunction<Map<String, String>, Function<Path, Process>, List<String>> judge;

    private World() throws ReflectiveOperationException {
        loader = ChildFirst.ofSuite();
        judge = newJudge(loader);
    }

    /**
     * One run of the suite.
     *
     * @param only prefixes of clauses; none means all
     * @param maxFailures how many checks that fail end the run
     * @param program starts the peer at a socket
     */
    public record Run(
            String role,
            List<String> only,
            long seed,
            int answerWithinMillis,
            String effort,
            int maxFailures,
            Function<Path, Process> program) {
        /** The whole suite, quickly, with the command line's default patience. */
        public static Run quick(String role, long seed, Function<Path, Process> program) {
            return new Run(role, List.of(), seed, 2000, "QUICK", ALL_FAILURES, program);
        }

        /** The same, of the checks of clauses that begin with {@code prefix}. */
        public Run only(String prefix) {
            return new Run(role, List.of(prefix), seed, answerWithinMillis, effort, maxFailures, program);
        }
    }

    /** The result of one check: its verdict in the suite's words, the clauses that it cites, its name, the finding. */
    public record Verdict(String verdict, List<String> clauses, String check, String finding) {
        /** Whether the peer was found to be wrong. */
        public boolean isKill() {
            return verdict.equals("failed") || verdict.equals("warned");
        }
    }

    /** How long such a run waits for each answer. */
    static int answerWithinMillis(Fault.Run run) {
        return run == Fault.Run.FULL ? FULL_ANSWER_WITHIN_MILLIS : ANSWER_WITHIN_MILLIS;
    }

    /** Everything that a run found wrong in a supposedly right peer, or could not check; empty if the peer is right. */
    public static List<Verdict> findings(Run run) throws ReflectiveOperationException {
        List<Verdict> verdicts = judge(run);
        if (verdicts.stream().noneMatch(verdict -> verdict.verdict().equals("passed"))) {
            return verdicts;
        }
        return verdicts.stream()
                .filter(verdict -> !List.of("passed", "not supported").contains(verdict.verdict()))
                .toList();
    }

    /** Carries out a run, in a world of its own. */
    public static List<Verdict> judge(Run run) throws ReflectiveOperationException {
        World idle = IDLE.pollFirst();
        World world = idle == null ? new World() : idle;
        try {
            return world.carry(run);
        } finally {
            IDLE.addFirst(world);
        }
    }

    private List<Verdict> carry(Run run) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Map<String, String> settings = Map.of(
                    "role", run.role(),
                    "only", String.join("\n", run.only()),
                    "seed", Long.toString(run.seed()),
                    "answerWithinMillis", Integer.toString(run.answerWithinMillis()),
                    "effort", run.effort(),
                    "maxFailures", Integer.toString(run.maxFailures()));
            List<Verdict> verdicts = new ArrayList<>();
            for (String line : judge.apply(settings, run.program())) {
                String[] fields = line.split("\t", -1);
                verdicts.add(new Verdict(fields[0], List.of(fields[1].split(",", -1)), fields[2], fields[3]));
            }
            verdicts.sort(Comparator.comparing(Verdict::check));
            return verdicts;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @SuppressWarnings("unchecked")
    private static BiFunction<Map<String, String>, Function<Path, Process>, List<String>> newJudge(ClassLoader loader)
            throws ReflectiveOperationException {
        return Class.forName(JUDGE, true, loader)
                .asSubclass(BiFunction.class)
                .getConstructor()
                .newInstance();
    }
}
