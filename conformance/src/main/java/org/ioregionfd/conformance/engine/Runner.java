// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.ioregionfd.conformance.oracle.ClauseBook;
import org.ioregionfd.conformance.peer.UnderTest;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs checks by the JUnit Platform, one after the other, in this thread. */
public final class Runner {
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
        Map<Check, Result> results = new HashMap<>();
        List<Check> supported = new ArrayList<>();
        for (Check check : checks) {
            unsupported(check, abilities)
                    .ifPresentOrElse(skipped -> results.put(check, skipped), () -> supported.add(check));
        }
        if (!supported.isEmpty()) {
            Stage stage = new Stage(peer, settings, Stage.Round.FIRST);
            Map<Check, Result> first = launch(supported, stage);
            Set<Check> dear = new HashSet<>(stage.silent());
            dear.addAll(stage.obituaries().keySet());
            supported.stream().filter(Check::isSlow).forEach(dear::add);
            new Repeats(settings.repeats(), again -> launch(again, new Stage(peer, settings, Stage.Round.REPEAT)))
                    .count(first, dear);
            results.putAll(first);
        }
        return checks.stream()
                .map(check -> Optional.ofNullable(results.get(check)).orElseThrow())
                .toList();
    }

    /**
     * Runs {@code check} on {@code peer} once.
     *
     * @param values what a property is given instead of generated values, a JSON array as {@link Sample#json} gives it; empty for
     *     those that its seed leads to
     * @throws SuiteFault if the platform did not find or run the check
     */
    public Result once(
            Check check, Optional<String> values, Set<Ability> abilities, UnderTest peer, RunSettings settings)
            throws SuiteFault {
        Optional<Result> unsupported = unsupported(check, abilities);
        if (unsupported.isPresent()) {
            return unsupported.get();
        }
        Stage.Round round = values.isPresent() ? Stage.Round.REPEAT : Stage.Round.FIRST;
        return Optional.ofNullable(launch(List.of(check), new Stage(peer, settings, round, values))
                        .get(check))
                .orElseThrow();
    }

    private static Optional<Result> unsupported(Check check, Set<Ability> abilities) {
        return check.needs().stream()
                .sorted()
                .filter(ability -> !abilities.contains(ability))
                .findFirst()
                .map(ability -> Collector.skipped(check, Verdict.NOT_SUPPORTED, ability.text()));
    }

    /** Runs {@code checks} once; the results are in the order of the checks. */
    private Map<Check, Result> launch(List<Check> checks, Stage stage) throws SuiteFault {
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
        Collector collector = new Collector(checks, stage, clauses);
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
        return collector.results();
    }

    private static DiscoverySelector selector(Check check) {
        return DiscoverySelectors.selectMethod(check.type(), check.method());
    }
}
