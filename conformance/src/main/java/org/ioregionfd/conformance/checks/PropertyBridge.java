// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.FalsifiedSample;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.ParameterResolutionContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.lifecycle.ResolveParameterHook;
import net.jqwik.api.lifecycle.ShrunkFalsifiedSample;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.CheckContext;
import org.ioregionfd.conformance.run.CheckContext.PeerLost;
import org.ioregionfd.conformance.run.RunSettings;
import org.jspecify.annotations.Nullable;

/**
 * Puts {@code @Property} methods in their context, each try as a check of its own, and takes seed and number of tries from the run:
 * jqwik has no option for either at run time.
 */
final class PropertyBridge implements AroundPropertyHook, AroundTryHook, ResolveParameterHook {
    /**
     * How many smaller cases are tried after the first failure. A count and not a time, so that a seed always leads to the same
     * case; jqwik's own bound is a time, and it shrinks in another thread.
     */
    private static final int SMALLER_CASES_MAX = 200;

    /** For how many of these a case counts that has brought the peer down: starting it again takes a second. */
    private static final int DEATH_WEIGHT = 15;

    private final Map<Check, Integer> smallerCases = new HashMap<>();

    /** The last case that has failed; each one is smaller than the one before. */
    private final Map<Check, Falsified> falsified = new HashMap<>();

    /** What ended a property early and is not a fault of its values: the peer hangs, is lost, or lacks something. */
    private final Map<Check, Throwable> ended = new HashMap<>();

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        CheckContext running = CheckContext.current();
        Check check = Check.of(context.containerClass(), context.targetMethod());
        ended.remove(check);
        smallerCases.remove(check);
        falsified.remove(check);
        context.attributes().setSeed(Long.toString(running.seedOf(check)));
        context.attributes()
                .setTries(
                        running.givenValues().isPresent()
                                ? 1
                                : tries(context.attributes().tries(), running.tries()));
        context.attributes().setEdgeCases(EdgeCasesMode.MIXIN);
        context.attributes().setShrinking(running.isRepeat() ? ShrinkingMode.OFF : ShrinkingMode.FULL);
        context.attributes().setAfterFailure(AfterFailureMode.RANDOM_SEED);
        PropertyExecutionResult result = execute(property);
        Falsified smallest = falsified.get(check);
        Optional.ofNullable(smallest)
                .map(Falsified::values)
                .or(result::falsifiedParameters)
                .ifPresent(values -> running.keepSample(check, valuesOf(check).of(given(check, values))));
        Throwable end = ended.get(check);
        if (end != null && isNoVerdict(end)) {
            return result.mapToAborted(end);
        }
        return smallest == null ? result : result.mapToFailed(smallest.outcome());
    }

    /** A property may ask for fewer cases than usual where each takes long; a user who wants more gets them in proportion. */
    private static int tries(Optional<Integer> own, int wanted) {
        long usual = RunSettings.Effort.FULL.tries();
        return own.map(few -> (int) Math.min(wanted, Math.max(few, few * wanted / usual)))
                .orElse(wanted);
    }

    @Override
    public TryExecutionResult aroundTry(TryLifecycleContext context, TryExecutor aTry, List<Object> parameters) {
        Check check = Check.of(context.containerClass(), context.targetMethod());
        if (ended.containsKey(check) && isNoVerdict(ended.get(check))) {
            return TryExecutionResult.satisfied(true);
        }
        if (ended.containsKey(check) || smallerCases.getOrDefault(check, 0) > SMALLER_CASES_MAX) {
            // What follows a failure is shrinking; with a peer that hangs each of its steps would wait for nothing.
            throw new ShrinkingIsOver();
        }
        Optional<Throwable> outcome = Optional.empty();
        try {
            CheckContext.current().enter(check);
            TryExecutionResult result = aTry.execute(given(check, parameters));
            outcome = result.throwable();
            outcome.filter(thrown -> !isNoVerdict(thrown) && result.isFalsified())
                    .ifPresent(thrown -> falsified.put(check, new Falsified(parameters, thrown)));
            if (outcome.isPresent() || smallerCases.containsKey(check)) {
                smallerCases.merge(check, 1, Integer::sum);
            }
            if (outcome.filter(PropertyBridge::endsTheProperty).isPresent()) {
                ended.put(check, outcome.get());
            }
            return outcome.filter(PropertyBridge::isNoVerdict).isPresent()
                    ? TryExecutionResult.satisfied(true)
                    : result;
        } catch (PeerLost e) {
            ended.put(check, e);
            return TryExecutionResult.satisfied(true);
        } finally {
            if (CheckContext.current().leave(outcome)) {
                smallerCases.computeIfPresent(check, (same, count) -> count + DEATH_WEIGHT);
            }
        }
    }

    @Override
    public Optional<ParameterSupplier> resolve(ParameterResolutionContext parameter, LifecycleContext context) {
        return parameter.parameter().getType().isInstance(CheckContext.current().peer())
                ? Optional.of(ignored -> CheckContext.current().peer())
                : Optional.empty();
    }

    /** Not every abort is one: a case that a property does not care for is aborted too, and the next one tried. */
    private static boolean isNoVerdict(Throwable thrown) {
        return thrown instanceof NotSupported || thrown instanceof PeerLost;
    }

    private static boolean endsTheProperty(Throwable thrown) {
        return isNoVerdict(thrown) || CheckContext.peerIsSilent(thrown);
    }

    /** The values that the user wants to see again, or those that were generated. */
    private static List<Object> given(Check check, List<Object> generated) {
        return CheckContext.current()
                .givenValues()
                .map(json -> valuesOf(check).given(json, generated))
                .orElse(generated);
    }

    private static SampleValues valuesOf(Check check) {
        return new SampleValues(check.method(), CheckContext.current().peer());
    }

    /** A case, and what it came to. */
    private record Falsified(List<Object> values, Throwable outcome) {}

    /**
     * Ends a property at once. To call the cases that are left satisfied would not do: there may be more of them than can be counted,
     * and jqwik would go through them all. It takes every exception of a case for its outcome, but for this kind of error.
     */
    private static final class ShrinkingIsOver extends OutOfMemoryError {
        private static final long serialVersionUID = 1;
    }

    /** What came of a property that was ended. */
    private record Ended(
            Optional<String> seed,
            Optional<List<Object>> falsifiedParameters,
            PropertyExecutionResult.Status status,
            Optional<Throwable> throwable,
            int countChecks,
            int countTries,
            Optional<FalsifiedSample> originalSample,
            Optional<ShrunkFalsifiedSample> shrunkSample)
            implements PropertyExecutionResult {
        @Override
        public PropertyExecutionResult mapTo(Status other, @Nullable Throwable thrown) {
            return new Ended(
                    seed,
                    falsifiedParameters,
                    other,
                    Optional.ofNullable(thrown),
                    countChecks,
                    countTries,
                    originalSample,
                    shrunkSample);
        }
    }

    private static PropertyExecutionResult execute(PropertyExecutor property) {
        try {
            return property.execute();
        } catch (ShrinkingIsOver e) {
            return new Ended(
                    Optional.of(""),
                    Optional.empty(),
                    PropertyExecutionResult.Status.FAILED,
                    Optional.of(e),
                    0,
                    0,
                    Optional.empty(),
                    Optional.empty());
        }
    }
}
