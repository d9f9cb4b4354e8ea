// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Optional;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.OfferOracle.Verdict;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.Layout;

/**
 * The two ends of a world, and their channel.
 *
 * @param isOurKvm whether K is the reference machine, or a stranger
 * @param isOurDevice whether D is, or a legacy device
 * @param legacyLayout of the ends that are not ours
 * @param accesses how many the guest makes
 * @param capacity bytes that each direction holds
 * @param bendRate one of so many frames is altered; 0 for a channel that alters none
 * @param lossRate the connection is lost once in so many steps; 0 for a channel that is never lost
 * @param tickNanos how much time passes in a step at most
 * @param chunkMax how many bytes one read gives at most
 * @param lateness of the device behind our device side
 * @param cancelling how the callers of our KVM side give up
 */
record Scenario(
        boolean isOurKvm,
        boolean isOurDevice,
        KvmPolicy kvmPolicy,
        DevicePolicy devicePolicy,
        Layout legacyLayout,
        LegacyDevice.Habit habit,
        StrangeKvm.Manner manner,
        Framing framing,
        int accesses,
        int capacity,
        int bendRate,
        Seals.Mode seals,
        int lossRate,
        long tickNanos,
        int chunkMax,
        Lateness lateness,
        Cancelling cancelling) {
    /** What ends an access for its caller before its answer does. */
    enum Cancelling {
        NOTHING,
        /** Interrupts, from time to time. */
        INTERRUPTS,
        /** Deadlines of the callers' own. */
        DEADLINES,
        BOTH;

        boolean interrupts() {
            return this == INTERRUPTS || this == BOTH;
        }

        boolean hasDeadlines() {
            return this == DEADLINES || this == BOTH;
        }
    }

    /** Steps of so little time that no deadline passes unless an end has failed. */
    private static final long TICK_NANOS = 1_000;

    /** More time than all steps of a world together take. */
    private static final long PATIENCE_NANOS = 500_000_000;

    /** Far more accesses than an end holds. */
    private static final int FLOOD = 3_500;

    private static final long SLOW_TICK_NANOS = 200_000_000;

    static Scenario of(Dice dice) {
        int who = dice.below(100);
        boolean isOurKvm = who < 72;
        boolean isOurDevice = who < 62 || !isOurKvm;
        int channel = dice.below(100);
        boolean bent = channel >= 60 && isOurKvm;
        boolean lost = channel >= 45 && channel < 70;
        boolean records = isOurDevice && dice.percent(12);
        boolean slow = dice.percent(8);
        Framing framing = records ? Framing.RECORDS : Framing.STREAM;
        Layout layout = dice.pickOf(Layout.values());
        boolean sameLayout = dice.percent(80);
        Policies policies = new Policies(dice);
        return new Scenario(
                isOurKvm,
                isOurDevice,
                policies.kvm(layout),
                policies.device(sameLayout ? layout : dice.pickOf(Layout.values())),
                sameLayout ? layout : dice.pickOf(Layout.values()),
                dice.percent(50) ? LegacyDevice.Habit.NONE : dice.pickOf(LegacyDevice.Habit.values()),
                who < 78 ? StrangeKvm.Manner.LEGACY : StrangeKvm.Manner.ODD,
                framing,
                accesses(dice),
                records ? Octets.LENGTH * dice.between(1, 40) : dice.pick(33, 64, 200, 1000, 4096, 1 << 18),
                bent ? dice.pick(3, 6, 12, 30) : 0,
                dice.pickOf(Seals.Mode.values()),
                lost ? dice.between(4, 120) : 0,
                slow ? SLOW_TICK_NANOS : TICK_NANOS,
                dice.pick(1, 5, 31, 32, 33, 64, 100, 4096, 4096),
                Lateness.of(dice),
                dice.percent(50) ? Cancelling.NOTHING : dice.pickOf(Cancelling.values()));
    }

    private static int accesses(Dice dice) {
        return dice.oneIn(4000) ? dice.between(FLOOD, 2 * FLOOD) : dice.percent(10) ? dice.below(200) : dice.below(30);
    }

    /** How many bytes a read gives at most. */
    int chunk(Dice dice) {
        return dice.between(1, chunkMax);
    }

    /** Whether each end gets exactly what the other has sent, as far as it comes. */
    boolean isFaithful() {
        return bendRate == 0;
    }

    /** Whether nothing disturbs the two at all. In a flood the RELEASE of a held READ may be one access too many. */
    boolean isClean() {
        return isFaithful()
                && lossRate == 0
                && tickNanos == TICK_NANOS
                && accesses < FLOOD
                && lateness.isPrompt()
                && kvmPolicy.deadlineNanos() >= PATIENCE_NANOS;
    }

    /** Whether K's accesses reach a device that reads them correctly. */
    boolean isUnderstood() {
        if (!isFaithful() || !isOurKvm) {
            return false;
        }
        // Nothing tells the layout before a HELLO does (section 11.2 of the document)
        return isOurDevice
                ? devicePolicy.layout() == kvmPolicy.layout() || asksFirst()
                : legacyLayout == kvmPolicy.layout() && habit.answersWhatIsAsked();
    }

    /** Whether the two negotiate before the first access. */
    boolean asksFirst() {
        return kvmPolicy.hello() == HelloMode.DETACHED && negotiation().isPresent();
    }

    /** The required agreement of the two if nothing disturbs them and K negotiates first. */
    Optional<Verdict> negotiation() {
        if (!Asked.negotiates(kvmPolicy) || devicePolicy.policy() == org.ioregionfd.device.Policy.OFF) {
            return Optional.empty();
        }
        return Optional.of(OfferOracle.of(Asked.setup(kvmPolicy), DeviceJudge.granted(devicePolicy)));
    }
}
