// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.run.Result.Frequency;
import org.ioregionfd.conformance.run.Result.Sample;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.Runner.SuiteFault;
import org.ioregionfd.conformance.run.Trials.Watcher;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.opentest4j.TestAbortedException;

/**
 * The context of the checks of one run. It gives them the peer, and cleans up between them, so that one check leaves nothing
 * behind for the next. The test engines create the checks, so the checks find the context through their thread.
 */
public final class CheckContext {
    private static final ThreadLocal<CheckContext> CURRENT = new ThreadLocal<>();

    private final UnderTest peer;
    private final RunSettings settings;
    private final boolean isRepeat;
    private final FailureLimit limit;
    private final Set<Check> silent = new HashSet<>();
    private final Optional<String> givenValues;
    private final Map<Check, Sample> samples = new LinkedHashMap<>();
    private final Map<Check, String> deaths = new LinkedHashMap<>();
    private Optional<Check> last = Optional.empty();
    private Optional<String> lost = Optional.empty();

    private CheckContext(
            UnderTest peer, RunSettings settings, boolean isRepeat, FailureLimit limit, Optional<String> givenValues) {
        this.peer = peer;
        this.settings = settings;
        this.isRepeat = isRepeat;
        this.limit = limit;
        this.givenValues = givenValues;
    }

    /** A context for checks that find faults, and the smallest case that shows each, until {@code limit} is reached. */
    static CheckContext first(UnderTest peer, RunSettings settings, FailureLimit limit) {
        return new CheckContext(peer, settings, false, limit, Optional.empty());
    }

    /** A context for checks that are repeated to count how often they fail. */
    static CheckContext again(UnderTest peer, RunSettings settings) {
        return new CheckContext(peer, settings, true, new FailureLimit(settings), Optional.empty());
    }

    /** A context for a property that gets {@code values} once, as JSON, if there are any, instead of generated ones. */
    static CheckContext with(Optional<String> values, UnderTest peer, RunSettings settings) {
        return new CheckContext(peer, settings, values.isPresent(), new FailureLimit(settings), values);
    }

    /** The context of the checks that this thread runs. */
    public static CheckContext current() {
        return Optional.ofNullable(CURRENT.get())
                .orElseThrow(() -> new IllegalStateException("checks run only by the conformance program"));
    }

    /** Runs {@code checks} on this context. */
    void run(Runnable checks) {
        CURRENT.set(this);
        try {
            checks.run();
        } finally {
            CURRENT.remove();
        }
    }

    /** The peer under test. */
    public UnderTest peer() {
        return peer;
    }

    /** Whether the checks are run to count how often they fail, and not to find the smallest case. */
    public boolean isRepeat() {
        return isRepeat;
    }

    /** The checks in which the peer was silent or gone. */
    Set<Check> silent() {
        return silent;
    }

    /** The seed of {@code check}. */
    public long seedOf(Check check) {
        return settings.seed().forCheck(check.name());
    }

    /** How many cases a property tries. */
    public int tries() {
        return settings.tries();
    }

    /** The values that a property gets instead of generated ones; a JSON array. */
    public Optional<String> givenValues() {
        return givenValues;
    }

    /**
     * Before a check, and before each try of a property.
     *
     * @throws PeerLost if the check cannot be run
     */
    public void enter(Check check) {
        if (!last.equals(Optional.of(check))) {
            lost = lost.or(limit::reached);
        }
        if (lost.isEmpty()) {
            try {
                if (!last.equals(Optional.of(check))) {
                    noteDeath();
                    last = Optional.of(check);
                }
                peer.begin(seedOf(check));
            } catch (NotAttached e) {
                lost = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        lost.ifPresent(reason -> {
            throw new PeerLost(reason);
        });
    }

    /** After the check. {@code outcome} is what it threw; true if the peer has died of it. */
    public boolean leave(Optional<Throwable> outcome) {
        boolean hasDied = outcome.filter(Violation.class::isInstance)
                .map(Violation.class::cast)
                .filter(peer::explain)
                .isPresent();
        peer.end();
        if (outcome.filter(CheckContext::peerIsSilent).isPresent()) {
            last.ifPresent(this::noteSilence);
            try {
                peer.revive();
            } catch (NotAttached e) {
                lost = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return hasDied;
    }

    private void noteSilence(Check check) {
        silent.add(check);
        if (!settings.known().lists(check)) {
            peer.keptSilent();
        }
    }

    /** The checks in which the peer's process has ended, and how. Call it when all checks have run. */
    Map<Check, String> deaths() {
        noteDeath();
        return deaths;
    }

    /** A process that has just closed its sockets looks dead only a little later, when its check has ended. */
    private void noteDeath() {
        peer.death().ifPresent(death -> last.ifPresent(check -> deaths.put(check, death)));
    }

    /** Whether {@code outcome} shows a peer that hangs or is gone, so that further tries are useless. */
    public static boolean peerIsSilent(Throwable outcome) {
        return outcome instanceof Violation violation && violation.kind() != Violation.Kind.WRONG_ANSWER;
    }

    /** Keeps the generated values with which {@code check} failed. */
    public void keepSample(Check check, Sample values) {
        samples.put(check, values);
    }

    /** The values kept for {@code check}, if any. */
    Sample sampleOf(Check check) {
        return samples.getOrDefault(check, Sample.NONE);
    }

    /** The peer was lost in an earlier check; this one is not run. */
    public static final class PeerLost extends TestAbortedException {
        private static final long serialVersionUID = 1;

        PeerLost(String reason) {
            super(reason);
        }
    }

    /** Turns the platform's events of one round into results. */
    static final class Collector implements TestExecutionListener {
        /** How many lines of a fault of the suite a report keeps: enough to find it. */
        private static final int STACK_LINES = 6;

        private final Map<String, Check> byMethod = new HashMap<>();
        private final Map<Check, Result> results = new HashMap<>();
        private final List<Check> checks;
        private final CheckContext context;
        private final ClauseBook clauses;
        private final Watcher watcher;
        private long startedNanos;

        Collector(List<Check> checks, CheckContext context, ClauseBook clauses, Watcher watcher) {
            this.watcher = watcher;
            this.checks = checks;
            this.context = context;
            this.clauses = clauses;
            for (Check check : checks) {
                byMethod.put(key(check.type().getName(), check.method().getName()), check);
            }
        }

        /**
         * One result for each check, in their order. Call it when all have run.
         *
         * @throws SuiteFault if one was not run
         */
        Map<Check, Result> results() throws SuiteFault {
            context.deaths()
                    .forEach((check, death) -> results.computeIfPresent(
                            check,
                            (same, result) -> result.verdict() == Verdict.PASSED ? died(result, death) : result));
            Map<Check, Result> ordered = new LinkedHashMap<>();
            for (Check check : checks) {
                Result result = results.get(check);
                if (result == null) {
                    throw SuiteFault.tooFew("check " + check.name() + " was not run");
                }
                ordered.put(check, result);
            }
            return ordered;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            startedNanos = System.nanoTime();
            if (test.isTest()) {
                Optional.ofNullable(byMethod.get(keyOf(test.getUniqueIdObject())))
                        .ifPresent(watcher::begins);
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
            if (!context.isRepeat()) {
                context.limit.count(result);
                watcher.ends(result);
            }
        }

        /** From the id and not the source, because the source of an inherited method names the declaring class. */
        private static String keyOf(UniqueId id) {
            String type = id.getSegments().stream()
                    .filter(segment -> segment.getType().equals("class"))
                    .map(UniqueId.Segment::getValue)
                    .reduce("", (first, last) -> last);
            return key(type, id.getLastSegment().getValue().replaceFirst("\\(.*", ""));
        }

        private Result judge(Check check, TestExecutionResult outcome, Duration took) {
            Throwable why = outcome.getThrowable().orElseGet(() -> new IllegalStateException("no reason"));
            return switch (outcome.getStatus()) {
                case SUCCESSFUL -> new Result(check, Verdict.PASSED, "", Optional.empty(), Frequency.PASSED, took);
                case ABORTED ->
                    why instanceof NotSupported
                            ? skipped(check, Verdict.NOT_SUPPORTED, String.valueOf(why.getMessage()))
                            : why instanceof PeerLost
                                    ? skipped(check, Verdict.NOT_RUN, String.valueOf(why.getMessage()))
                                    : broken(check, why, took);
                case FAILED ->
                    why instanceof Violation violation ? violated(check, violation, took) : broken(check, why, took);
            };
        }

        private Result violated(Check check, Violation violation, Duration took) {
            boolean binding = clauses.find(check.clause())
                    .map(clause -> clause.level() == ClauseText.Level.MUST)
                    .orElse(true);
            Result.Finding finding = Result.Finding.of(violation, context.sampleOf(check));
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
                    "the suite to judge", why.toString(), where.toString(), Trace.NONE, context.sampleOf(check));
            return new Result(check, Verdict.ERROR, "", Optional.of(finding), Frequency.FAILED, took);
        }

        private static String key(String className, String methodName) {
            return className + '#' + methodName;
        }

        /** A result of a check that was not run. */
        static Result skipped(Check check, Verdict verdict, String reason) {
            return new Result(check, verdict, reason, Optional.empty(), Frequency.NOT_RUN, Duration.ZERO);
        }

        /** Without this, a peer that dies when it should close would pass every check of a close. */
        private static Result died(Result passed, String death) {
            Result.Finding finding =
                    new Result.Finding("the peer's process to run on", death, "", Trace.NONE, Sample.NONE);
            return new Result(
                    passed.check(), Verdict.FAILED, "", Optional.of(finding), Frequency.FAILED, passed.took());
        }
    }
}
