// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.ClauseText;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Turns what the platform tells of one round into results. */
final class Collector implements TestExecutionListener {
    /** Lines of a fault of the suite that a report keeps: enough to find it. */
    private static final int STACK_LINES = 6;

    private final Map<String, Check> byMethod = new HashMap<>();
    private final Map<Check, Result> results = new HashMap<>();
    private final List<Check> checks;
    private final Stage stage;
    private final ClauseBook clauses;
    private final Watcher watcher;
    private long startedNanos;

    Collector(List<Check> checks, Stage stage, ClauseBook clauses, Watcher watcher) {
        this.watcher = watcher;
        this.checks = checks;
        this.stage = stage;
        this.clauses = clauses;
        for (Check check : checks) {
            byMethod.put(key(check.type().getName(), check.method().getName()), check);
        }
    }

    /**
     * One result for each check, in their order. To be asked when all have run.
     *
     * @throws SuiteFault if one was not run
     */
    Map<Check, Result> results() throws SuiteFault {
        stage.obituaries()
                .forEach((check, obituary) -> results.computeIfPresent(
                        check, (same, result) -> result.verdict() == Verdict.PASSED ? died(result, obituary) : result));
        Map<Check, Result> ordered = new LinkedHashMap<>();
        for (Check check : checks) {
            Result result = results.get(check);
            if (result == null) {
                throw new SuiteFault(SuiteFault.Kind.TOO_FEW, "check " + check.name() + " was not run");
            }
            ordered.put(check, result);
        }
        return ordered;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        startedNanos = System.nanoTime();
        if (test.isTest()) {
            Optional.ofNullable(byMethod.get(keyOf(test.getUniqueIdObject()))).ifPresent(watcher::begins);
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult outcome) {
        if (!test.isTest()) {
            return;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        Optional.ofNullable(byMethod.get(keyOf(test.getUniqueIdObject())))
                .ifPresent(check -> add(judge(check, outcome, took)));
    }

    private void add(Result result) {
        results.put(result.check(), result);
        if (stage.round() == Stage.Round.FIRST) {
            watcher.ends(result);
        }
    }

    /** From the id and not the source, which for an inherited method names the class that declares it. */
    private static String keyOf(UniqueId id) {
        String type = id.getSegments().stream()
                .filter(segment -> segment.getType().equals("class"))
                .map(UniqueId.Segment::getValue)
                .reduce("", (first, last) -> last);
        return key(type, id.getLastSegment().getValue().replaceFirst("\\(.*", ""));
    }

    private Result judge(Check check, TestExecutionResult outcome, Duration took) {
        Optional<Throwable> thrown = outcome.getThrowable();
        return switch (outcome.getStatus()) {
            case SUCCESSFUL -> new Result(check, Verdict.PASSED, "", Optional.empty(), Frequency.PASSED, took);
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
                yield why instanceof Violation violation ? violated(check, violation, took) : broken(check, why, took);
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
        return new Result(
                check, binding ? Verdict.FAILED : Verdict.WARNED, "", Optional.of(finding), Frequency.FAILED, took);
    }

    private Result broken(Check check, Throwable why, Duration took) {
        StringBuilder where = new StringBuilder();
        StackTraceElement[] stack = why.getStackTrace();
        for (int i = 0; i < Math.min(STACK_LINES, stack.length); i++) {
            where.append("at ").append(stack[i]).append('\n');
        }
        Result.Finding finding = new Result.Finding(
                "the suite to judge", why.toString(), where.toString(), Trace.NONE, stage.sampleOf(check));
        return new Result(check, Verdict.ERROR, "", Optional.of(finding), Frequency.FAILED, took);
    }

    private static String key(String className, String methodName) {
        return className + '#' + methodName;
    }

    /** A result of a check that was not run. */
    static Result skipped(Check check, Verdict verdict, String reason) {
        return new Result(check, verdict, reason, Optional.empty(), Frequency.NOT_RUN, Duration.ZERO);
    }

    /** A peer that dies when it should close would pass every check that wants a close. */
    private static Result died(Result passed, String obituary) {
        Result.Finding finding =
                new Result.Finding("the peer's process to run on", obituary, "", Trace.NONE, Sample.NONE);
        return new Result(passed.check(), Verdict.FAILED, "", Optional.of(finding), Frequency.FAILED, passed.took());
    }
}
