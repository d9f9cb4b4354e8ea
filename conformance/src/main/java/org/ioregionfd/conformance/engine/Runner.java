// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.ioregionfd.conformance.oracle.ClauseBook;
import org.ioregionfd.conformance.oracle.ClauseText;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.trace.Trace;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs checks by the JUnit Platform, one after the other, in this thread. */
public final class Runner {
    /** Lines of a fault of the suite that a report keeps: enough to find it. */
    private static final int STACK_LINES = 6;

    /** What they log is of interest to authors of tests only. Kept here because loggers are held weakly. */
    private static final List<Logger> QUIET = List.of(Logger.getLogger("org.junit"), Logger.getLogger("net.jqwik"));

    private final ClauseBook clauses;

    /** A runner that takes the levels of the clauses from {@code clauses}. */
    public Runner(ClauseBook clauses) {
        this.clauses = clauses;
    }

    /**
     * Runs {@code checks} on {@code peer}, and gives one result for each, in their order.
     *
     * @param abilities what the peer can do; a check that needs more is not run
     * @throws SuiteFault if the platform did not find or run exactly the checks that it was asked for
     */
    public List<Result> run(List<Check> checks, Set<Ability> abilities, UnderTest peer, RunSettings settings)
            throws SuiteFault {
        return run(checks, abilities, new Stage(peer, settings, Optional.empty()));
    }

    /**
     * Runs {@code check} on {@code peer} once, with {@code values} instead of generated ones.
     *
     * @param values a JSON array as {@link Sample#json} gives it
     */
    public Result runWith(String values, Check check, Set<Ability> abilities, UnderTest peer, RunSettings settings)
            throws SuiteFault {
        return run(List.of(check), abilities, new Stage(peer, settings, Optional.of(values)))
                .get(0);
    }

    private List<Result> run(List<Check> checks, Set<Ability> abilities, Stage stage) throws SuiteFault {
        Map<Check, Result> results = new LinkedHashMap<>();
        List<Check> supported = new ArrayList<>();
        for (Check check : checks) {
            Optional<Ability> lacking = check.needs().stream()
                    .sorted()
                    .filter(a -> !abilities.contains(a))
                    .findFirst();
            lacking.ifPresentOrElse(
                    ability -> results.put(check, skipped(check, Verdict.NOT_SUPPORTED, ability.text())),
                    () -> supported.add(check));
        }
        if (!supported.isEmpty()) {
            launch(supported, stage, results);
        }
        return checks.stream()
                .map(check -> Optional.ofNullable(results.get(check)).orElseThrow())
                .toList();
    }

    private void launch(List<Check> checks, Stage stage, Map<Check, Result> results) throws SuiteFault {
        QUIET.forEach(logger -> logger.setLevel(Level.OFF));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(checks.stream().map(Runner::selector).toList())
                // A store of failed seeds in the working directory would change what the next run does.
                .configurationParameter("jqwik.database", "")
                // Checks share one peer, and its channels are closed behind each of them.
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .configurationParameter("jqwik.reporting.onlyfailures", "true")
                .build();
        Collector collector = new Collector(checks, stage, results);
        try (LauncherSession session = LauncherFactory.openSession()) {
            Launcher launcher = session.getLauncher();
            TestPlan plan = launcher.discover(request);
            long found = plan.countTestIdentifiers(TestIdentifier::isTest);
            // A jar whose test engines were not merged finds fewer, and would be green for want of checks.
            if (found != checks.size()) {
                throw new SuiteFault(
                        SuiteFault.Kind.TOO_FEW,
                        "%d of %d checks were found; is a test engine missing from the jar?"
                                .formatted(found, checks.size()));
            }
            stage.carry(() -> launcher.execute(plan, collector));
        }
        stage.obituaries()
                .forEach((check, obituary) -> results.computeIfPresent(
                        check, (same, result) -> result.verdict() == Verdict.PASSED ? died(result, obituary) : result));
        for (Check check : checks) {
            if (!results.containsKey(check)) {
                throw new SuiteFault(SuiteFault.Kind.TOO_FEW, "check " + check.name() + " was not run");
            }
        }
    }

    private static DiscoverySelector selector(Check check) {
        return DiscoverySelectors.selectMethod(check.type(), check.method());
    }

    private static Result skipped(Check check, Verdict verdict, String reason) {
        return new Result(check, verdict, reason, Optional.empty(), Duration.ZERO);
    }

    /** A peer that dies when it should close would pass every check that wants a close. */
    private static Result died(Result passed, String obituary) {
        Result.Finding finding =
                new Result.Finding("the peer's process to run on", obituary, "", Trace.NONE, Sample.NONE);
        return new Result(passed.check(), Verdict.FAILED, "", Optional.of(finding), passed.took());
    }

    /** Turns what the platform tells into results. */
    private final class Collector implements TestExecutionListener {
        private final Map<String, Check> byMethod = new HashMap<>();
        private final Stage stage;
        private final Map<Check, Result> results;
        private long startedNanos;

        Collector(List<Check> checks, Stage stage, Map<Check, Result> results) {
            this.stage = stage;
            this.results = results;
            for (Check check : checks) {
                byMethod.put(key(check.type().getName(), check.method().getName()), check);
            }
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            startedNanos = System.nanoTime();
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult outcome) {
            if (!test.isTest()) {
                return;
            }
            Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
            Optional.ofNullable(byMethod.get(keyOf(test.getUniqueIdObject())))
                    .ifPresent(check -> results.put(check, judge(check, outcome, took)));
        }

        /** From the id and not the source, which for an inherited method names the class that declares it. */
        private String keyOf(UniqueId id) {
            String type = id.getSegments().stream()
                    .filter(segment -> segment.getType().equals("class"))
                    .map(UniqueId.Segment::getValue)
                    .reduce("", (first, last) -> last);
            return key(type, id.getLastSegment().getValue().replaceFirst("\\(.*", ""));
        }

        private Result judge(Check check, TestExecutionResult outcome, Duration took) {
            Optional<Throwable> thrown = outcome.getThrowable();
            return switch (outcome.getStatus()) {
                case SUCCESSFUL -> new Result(check, Verdict.PASSED, "", Optional.empty(), took);
                case ABORTED -> {
                    Throwable why = thrown.orElseGet(() -> new IllegalStateException("no reason"));
                    if (why instanceof NotSupported) {
                        yield skipped(check, Verdict.NOT_SUPPORTED, String.valueOf(why.getMessage()));
                    }
                    yield why instanceof PeerLost
                            ? skipped(check, Verdict.NOT_RUN, String.valueOf(why.getMessage()))
                            : broken(check, why, took);
                }
                case FAILED -> {
                    Throwable why = thrown.orElseGet(() -> new IllegalStateException("no reason"));
                    yield why instanceof Violation violation
                            ? violated(check, violation, took)
                            : broken(check, why, took);
                }
            };
        }

        private Result violated(Check check, Violation violation, Duration took) {
            boolean binding = clauses.find(check.clause())
                    .map(clause -> clause.level() == ClauseText.Level.MUST)
                    .orElse(true);
            Result.Finding finding = new Result.Finding(
                    violation.expected(),
                    violation.seen(),
                    violation.circumstances(),
                    violation.trace(),
                    stage.sampleOf(check));
            return new Result(check, binding ? Verdict.FAILED : Verdict.WARNED, "", Optional.of(finding), took);
        }

        private Result broken(Check check, Throwable why, Duration took) {
            StringBuilder where = new StringBuilder();
            StackTraceElement[] stack = why.getStackTrace();
            for (int i = 0; i < Math.min(STACK_LINES, stack.length); i++) {
                where.append("at ").append(stack[i]).append('\n');
            }
            Result.Finding finding = new Result.Finding(
                    "the suite to judge", why.toString(), where.toString(), Trace.NONE, stage.sampleOf(check));
            return new Result(check, Verdict.ERROR, "", Optional.of(finding), took);
        }

        private String key(String className, String methodName) {
            return className + '#' + methodName;
        }
    }
}
