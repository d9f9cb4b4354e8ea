// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
import org.ioregionfd.conformance.peer.Patience.Deadline;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.CheckContext;
import org.ioregionfd.conformance.run.CheckContext.PeerLost;
import org.ioregionfd.conformance.run.RunSettings;
import org.jspecify.annotations.Nullable;

/**
 * Gives {@code @Property} methods their context, with each try as a check of its own. It takes seed and number of tries from
 * the run, because jqwik has no option for them at run time.
 */
final class PropertyBridge implements AroundPropertyHook, AroundTryHook, ResolveParameterHook {
    /** What follows the first failure of a property. */
    private final Map<Check, Shrinking> shrinking = new HashMap<>();

    /** The last failed case; each is smaller than the one before. */
    private final Map<Check, Falsified> falsified = new HashMap<>();

    /** The reason why a property ended early, if its values are not at fault: the peer hangs, is lost, or lacks something. */
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
        shrinking.remove(check);
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
        // What jqwik looks at from now on, it looks at for its own report.
        shrinking.remove(check);
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

    /**
     * A property may ask for fewer cases than usual if each takes long; if the user wants more, it gets more in proportion.
     */
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
        if (ended.containsKey(check)) {
            // After a failure comes shrinking; with a peer that hangs, each step of it would wait in vain.
            throw new ShrinkingIsOver();
        }
        step(check, Shrinking::begin);
        Optional<Throwable> outcome = Optional.empty();
        try {
            CheckContext.current().enter(check);
            TryExecutionResult result = aTry.execute(given(check, parameters));
            outcome = result.throwable();
            // A case that the property does not want has an outcome too, and the next one is no smaller one.
            if (result.isFalsified()) {
                outcome.filter(thrown -> !isNoVerdict(thrown))
                        .ifPresent(thrown -> falsified.put(check, new Falsified(parameters, thrown)));
                shrinking.computeIfAbsent(check, first -> new Shrinking());
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
                step(check, Shrinking::peerDied);
            }
        }
    }

    @Override
    public Optional<ParameterSupplier> resolve(ParameterResolutionContext parameter, LifecycleContext context) {
        return parameter.parameter().getType().isInstance(CheckContext.current().peer())
                ? Optional.of(this::peerOf)
                : Optional.empty();
    }

    /** The peer is a value of each case, so that jqwik asks for it whenever it looks at one, be it one that it need not try. */
    private Object peerOf(Optional<TryLifecycleContext> aTry) {
        aTry.ifPresent(
                context -> step(Check.of(context.containerClass(), context.targetMethod()), Shrinking::lookedAt));
        return CheckContext.current().peer();
    }

    private void step(Check check, Consumer<Shrinking> what) {
        Optional.ofNullable(shrinking.get(check)).ifPresent(what);
    }

    /** Not every abort is such an end: a case that a property does not want is also aborted, and the next one is tried. */
    private static boolean isNoVerdict(Throwable thrown) {
        return thrown instanceof NotSupported || thrown instanceof PeerLost;
    }

    private static boolean endsTheProperty(Throwable thrown) {
        return isNoVerdict(thrown) || CheckContext.peerIsSilent(thrown);
    }

    /** The values that the user wants to run again, or the generated ones. */
    private static List<Object> given(Check check, List<Object> generated) {
        return CheckContext.current()
                .givenValues()
                .map(json -> valuesOf(check).given(json, generated))
                .orElse(generated);
    }

    private static SampleValues valuesOf(Check check) {
        return new SampleValues(check.method(), CheckContext.current().peer());
    }

    /** The look for a smaller case that fails too. It has three bounds: a fault that is found has to be told. */
    static final class Shrinking {
        /** Smaller cases that are tried: a count, so that a seed leads to the same case wherever none takes long. */
        static final int TRIED_MAX = 200;

        /** How many such cases one case counts as that has killed the peer, because starting it again takes a second. */
        static final int DEATH_WEIGHT = 15;

        /**
         * Smaller cases that are looked at. jqwik remembers what came of those that it has tried, and among cases that it holds for
         * equally small goes round for ever, without trying one.
         */
        static final int LOOKED_AT_MAX = 20_000;

        /**
         * How long all of it may take: a case that shows the fault by a wait takes a hundred times longer than others. jqwik's own
         * bound shrinks in another thread, in which the peer is not, and lets it go on.
         */
        static final Duration WITHIN = Duration.ofSeconds(1);

        private final Deadline deadline = Deadline.in(WITHIN);
        private int tried;
        private int lookedAt;

        private void begin() {
            tried++;
            requireMore();
        }

        private void lookedAt() {
            lookedAt++;
            requireMore();
        }

        private void peerDied() {
            tried += DEATH_WEIGHT;
        }

        private void requireMore() {
            if (tried > TRIED_MAX || lookedAt > LOOKED_AT_MAX || deadline.isOver()) {
                throw new ShrinkingIsOver();
            }
        }
    }

    /** A case and its result. */
    private record Falsified(List<Object> values, Throwable outcome) {}

    /**
     * Ends a property at once. The remaining cases cannot just be called satisfied: there may be countless many, and jqwik
     * would go through them all. jqwik takes every exception of a case as the case's outcome, except this kind of error.
     */
    private static final class ShrinkingIsOver extends OutOfMemoryError {
        private static final long serialVersionUID = 1;
    }

    /** The result of a property that was ended. */
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
