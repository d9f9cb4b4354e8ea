// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.KvmEvent;
import org.ioregionfd.kvm.KvmObserver;
import org.ioregionfd.kvm.Outcome;

/**
 * Counts channels, negotiations by outcome, accesses by end, and failures by clause. From any thread; makes no object for an
 * access.
 */
public final class KvmCounters implements KvmObserver {
    private final Map<KvmEvent.Occasion, LongAdder> occasions = new EnumMap<>(KvmEvent.Occasion.class);
    /** Outcomes and failures: a few for each version and each clause [FAI-004]. */
    private final Map<String, LongAdder> others = new ConcurrentHashMap<>();

    public KvmCounters() {
        for (KvmEvent.Occasion occasion : KvmEvent.Occasion.values()) {
            occasions.put(occasion, new LongAdder());
        }
    }

    @Override
    public void happened(KvmEvent event) {
        if (event instanceof KvmEvent.Occasion occasion) {
            adder(occasion).increment();
        } else if (event instanceof KvmEvent.Negotiated negotiated) {
            count("negotiated: " + label(negotiated.outcome()));
        } else if (event instanceof KvmEvent.Failed failed) {
            label(failed.failure()).ifPresent(label -> count("failed: " + label));
        }
    }

    @Override
    public void happened(KvmEvent event, int times) {
        if (event instanceof KvmEvent.Occasion occasion) {
            adder(occasion).add(times);
        } else {
            KvmObserver.super.happened(event, times);
        }
    }

    /** How often something happened. */
    public long count(KvmEvent.Occasion occasion) {
        return adder(occasion).sum();
    }

    /** Everything that happened at least once, by its name in plain words. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (KvmEvent.Occasion occasion : KvmEvent.Occasion.values()) {
            if (count(occasion) > 0) {
                counts.put(occasion.label(), count(occasion));
            }
        }
        new TreeMap<>(others).forEach((label, count) -> counts.put(label, count.sum()));
        return counts;
    }

    private LongAdder adder(KvmEvent.Occasion occasion) {
        return Objects.requireNonNull(occasions.get(occasion));
    }

    private void count(String label) {
        others.computeIfAbsent(label, unused -> new LongAdder()).increment();
    }

    private static String label(Outcome outcome) {
        if (outcome instanceof Outcome.Agreed agreed) {
            return "version " + agreed.agreement().version().number();
        }
        return outcome instanceof Outcome.LegacyPeer ? "legacy" : "failed";
    }

    /** A channel that its user closed is not counted as a failure. */
    private static Optional<String> label(Failure failure) {
        return failure instanceof Failure.ClosedByUser
                ? Optional.empty()
                : Optional.of(failure.clause().map(clause -> clause.id()).orElse("no clause"));
    }
}
