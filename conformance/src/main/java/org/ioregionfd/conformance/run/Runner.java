// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import static org.junit.platform.launcher.EngineFilter.excludeEngines;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.CheckContext.Collector;
import org.ioregionfd.conformance.run.Result.Sample;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.SideBySide.Peers;
import org.ioregionfd.conformance.run.Trials.Watcher;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs checks by the JUnit Platform. */
public final class Runner {
    /** Their logs interest only authors of tests. Kept here because loggers are held weakly. */
    private static final List<Logger> QUIET = List.of(Logger.getLogger("org.junit"), Logger.getLogger("net.jqwik"));

    private static final String PROPERTY_ENGINE = "jqwik";

    /** Why a check was not run that needs something of a peer whose survey has failed. */
    private static final String UNKNOWN = "the peer could not be asked whether it has what they need";

    private final ClauseBook clauses;
    private final Watcher watcher;

    /** A runner that takes the clauses' levels from {@code clauses}. */
    public Runner(ClauseBook clauses) {
        this(clauses, Watcher.NONE);
    }

    Runner(ClauseBook clauses, Watcher watcher) {
        this.clauses = clauses;
        this.watcher = watcher;
    }

    /**
     * Runs {@code checks} on the peers of {@code peers}, side by side if there are several, and gives one result for each, in
     * their order.
     *
     * @param survey what the peer can do; a check that needs more is not run
     * @throws NotAttached if a peer beside the first cannot be reached
     * @throws SuiteFault if the platform did not find or run exactly the requested checks
     */
    List<Result> run(List<Check> checks, Subject.Survey survey, Peers peers, RunSettings settings)
            throws NotAttached, SuiteFault {
        Map<Check, Result> results = new HashMap<>();
        List<Check> supported = new ArrayList<>();
        for (Check check : checks) {
            unsupported(check, survey, peers.peer(0))
                    .ifPresentOrElse(
                            skipped -> {
                                results.put(check, skipped);
                                watcher.ends(skipped);
                            },
                            () -> supported.add(check));
        }
        if (!supported.isEmpty()) {
            Set<Check> costly = new HashSet<>();
            supported.stream().filter(Check::isSlow).forEach(costly::add);
            FailureLimit limit = new FailureLimit(settings);
            Map<Check, Result> first =
                    round(supported, peers, peer -> CheckContext.first(peer, settings, limit), costly);
            new Repeats(
                            settings,
                            again -> round(again, peers, peer -> CheckContext.again(peer, settings), new HashSet<>()))
                    .count(first, costly);
            results.putAll(first);
        }
        return checks.stream()
                .map(check -> Optional.ofNullable(results.get(check)).orElseThrow())
                .toList();
    }

    /** Runs {@code checks} once, results in their order; adds to {@code costly} those in which a peer was silent, or died. */
    private Map<Check, Result> round(
            List<Check> checks, Peers peers, Function<UnderTest, CheckContext> contextOf, Set<Check> costly)
            throws NotAttached, SuiteFault {
        Map<Integer, CheckContext> contexts = new ConcurrentHashMap<>();
        Map<Check, Result> results = new SideBySide(checks, peers.size(), (chunk, member) -> {
                    UnderTest peer = peers.peer(member);
                    return launch(chunk, contexts.computeIfAbsent(member, same -> contextOf.apply(peer)));
                })
                .run();
        for (CheckContext context : contexts.values()) {
            costly.addAll(context.silent());
            costly.addAll(context.deaths().keySet());
        }
        Map<Check, Result> ordered = new LinkedHashMap<>();
        checks.forEach(check ->
                ordered.put(check, Optional.ofNullable(results.get(check)).orElseThrow()));
        return ordered;
    }

    /**
     * Runs {@code check} on {@code peer} once.
     *
     * @param values the values of a property instead of generated ones, a JSON array from {@link Sample#json}; empty for
     *     those that its seed leads to
     * @throws SuiteFault if the platform did not find or run the check
     */
    public Result once(
            Check check, Optional<String> values, Subject.Survey survey, UnderTest peer, RunSettings settings)
            throws SuiteFault {
        Optional<Result> unsupported = unsupported(check, survey, peer);
        if (unsupported.isPresent()) {
            return unsupported.get();
        }
        return Optional.ofNullable(launch(List.of(check), CheckContext.with(values, peer, settings))
                        .get(check))
                .orElseThrow();
    }

    private static Optional<Result> unsupported(Check check, Subject.Survey survey, UnderTest peer) {
        return (check.isFor(peer) ? check.needs() : Set.of(Ability.DRIVER))
                .stream()
                        .filter(ability -> !survey.abilities().contains(ability))
                        .findFirst()
                        .map(ability -> survey.isKnown() || ability.equals(Ability.DRIVER)
                                ? Collector.skipped(check, Verdict.NOT_SUPPORTED, ability)
                                : Collector.skipped(check, Verdict.NOT_RUN, UNKNOWN));
    }

    /** Runs {@code checks}, all properties or none, one after the other in this thread. */
    private Map<Check, Result> launch(List<Check> checks, CheckContext context) throws SuiteFault {
        QUIET.forEach(logger -> logger.setLevel(Level.OFF));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(checks.stream().map(Runner::selector).toList())
                // An engine with nothing to run must not touch what other threads run with it.
                .filters(checks.get(0).isProperty() ? includeEngines(PROPERTY_ENGINE) : excludeEngines(PROPERTY_ENGINE))
                // A store of failed seeds in the working directory would change what the next run does.
                .configurationParameter("jqwik.database", "")
                // Checks share one peer, and its channels are closed after each check.
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .configurationParameter("jqwik.reporting.onlyfailures", "true")
                .build();
        Collector collector = new Collector(checks, context, clauses, watcher);
        try (LauncherSession session = LauncherFactory.openSession()) {
            Launcher launcher = session.getLauncher();
            TestPlan plan = launcher.discover(request);
            long found = plan.countTestIdentifiers(TestIdentifier::isTest);
            // If the test engines were not merged into the jar, it finds fewer checks, and would pass without running
            // them.
            if (found != checks.size()) {
                throw SuiteFault.tooFew("%d of %d checks were found; is a test engine missing from the jar?"
                        .formatted(found, checks.size()));
            }
            context.run(() -> launcher.execute(plan, collector));
        }
        return collector.results();
    }

    private static DiscoverySelector selector(Check check) {
        return DiscoverySelectors.selectMethod(check.type(), check.method());
    }

    /**
     * Runs the checks that failed again, on fresh connections, and counts. The bounds are counts and not times, so that a seed
     * always leads to the same runs.
     */
    static final class Repeats {
        /** How many repeats one subject may cost: enough for 25 checks. A peer that fails more checks needs no count. */
        private static final int PRICE_MAX = 100;

        /** The cost of a run that waits for a silent peer, starts a peer again or takes time; other runs cost 1. */
        private static final int COSTLY = 10;

        /** Repeats of a costly check: one is enough to distinguish chance from a rule, at the cost of seconds. */
        private static final int COSTLY_REPEATS = 1;

        private final int wanted;
        private final KnownFailures known;
        private final Rounds rounds;
        private final Map<Check, Integer> due = new LinkedHashMap<>();
        private int spent;

        /** Runs checks once and gives the results of those that were run. */
        interface Rounds {
            Map<Check, Result> run(List<Check> checks) throws NotAttached, SuiteFault;
        }

        /** Repeats each failed check as often as {@code settings} say; {@code rounds} runs them. */
        Repeats(RunSettings settings, Rounds rounds) {
            this.wanted = settings.repeats();
            this.known = settings.known();
            this.rounds = rounds;
        }

        /**
         * Repeats the failed checks among {@code results}, and counts there.
         *
         * @param costly the checks whose run costs a wait, or a new process
         */
        void count(Map<Check, Result> results, Set<Check> costly) throws NotAttached, SuiteFault {
            if (wanted == 0 || results.values().stream().anyMatch(result -> result.verdict() == Verdict.NOT_RUN)) {
                return;
            }
            results.replaceAll(
                    (check, result) -> isDoubtful(result) ? planned(result, costly.contains(check)) : result);
            for (int round = 1; round <= wanted; round++) {
                int number = round;
                List<Check> again = due.entrySet().stream()
                        .filter(entry -> entry.getValue() >= number)
                        .map(Map.Entry::getKey)
                        .toList();
                if (again.isEmpty()) {
                    return;
                }
                rounds.run(again)
                        .forEach((check, seen) -> results.computeIfPresent(check, (same, result) -> add(result, seen)));
            }
        }

        /** Whether it failed, or passed although it is known to fail at least sometimes. */
        private boolean isDoubtful(Result result) {
            return result.isViolation() || (result.verdict() == Verdict.PASSED && known.lists(result.check()));
        }

        /** Decides how often the check is repeated, and says why if that is less than wanted. */
        private Result planned(Result result, boolean isCostly) {
            int repeats = isCostly ? Math.min(COSTLY_REPEATS, wanted) : wanted;
            int price = repeats * (isCostly ? COSTLY : 1);
            if (spent + price > PRICE_MAX) {
                return result.withFrequency(result.frequency().limitedBy("not repeated: many checks failed before"));
            }
            spent += price;
            due.put(result.check(), repeats);
            return repeats == wanted
                    ? result
                    : result.withFrequency(result.frequency().limitedBy("fewer runs because each takes long"));
        }

        private static Result add(Result result, Result seen) {
            return switch (seen.verdict()) {
                case WARNED, FAILED ->
                    (result.isViolation() ? result : seen)
                            .withFrequency(result.frequency().plusFailed());
                case PASSED -> result.withFrequency(result.frequency().plusPassed());
                case NOT_SUPPORTED, NOT_RUN, KNOWN, FIXED -> result;
                case ERROR -> seen;
            };
        }
    }

    /** The suite could not judge, for a reason that is not the peer's. The message is one plain line. */
    public static final class SuiteFault extends Exception {
        private static final long serialVersionUID = 1;
        private final boolean isTooFew;

        private SuiteFault(String message, boolean isTooFew) {
            super(message);
            this.isTooFew = isTooFew;
        }

        /** A mistake in the suite. */
        static SuiteFault broken(String message) {
            return new SuiteFault(message, false);
        }

        /** Fewer checks were found or run than the suite is made of. */
        static SuiteFault tooFew(String message) {
            return new SuiteFault(message, true);
        }

        /** Whether fewer checks were found or run than the suite is made of; else the suite is broken. */
        public boolean isTooFew() {
            return isTooFew;
        }
    }
}
