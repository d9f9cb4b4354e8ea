// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.peer.DriverlessPeer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.PeerProcess.PeerStart;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Subject;
import org.ioregionfd.conformance.run.Subject.Survey;

/** The checks of a KVM side. */
public final class KvmSuite {
    private KvmSuite() {}

    /**
     * A KVM side that is judged through its driver, which the suite starts.
     *
     * @param title its name in reports
     * @param command the user's command to judge it again: a command of the program and its operands
     */
    public static Subject started(
            String title, String command, PeerStart start, RunResources resources, Patience patience) {
        return new Subject(
                Sender.K,
                "KVM side",
                title,
                command,
                classes(),
                "DRV-007/connects-and-sends-a-hello",
                patience,
                () -> new KvmPeer(start, resources, patience),
                // A driver tells what it cannot do only when a request needs it.
                peer -> survey((KvmPeer) peer));
    }

    private static Survey survey(KvmPeer kvm) {
        Optional<String> missing = KvmBaseline.missing(kvm);
        return missing.isPresent() && KvmBaseline.isOffOnly(kvm)
                ? new Survey(Set.of(Ability.OFF_ONLY), "the driver answers, and K can only be OFF", Optional.empty())
                : new Survey(Set.of(), "the driver answers", missing);
    }

    /** A KVM side without a driver, which is judged by what it does on its own: level 0. */
    public static Subject withoutDriver(String command, PeerStart start, RunResources resources, Patience patience) {
        // Also the checks that need a driver, so that a report shows what was not checked.
        List<Class<?>> classes = new ArrayList<>(classes());
        classes.add(DriverlessChecks.class);
        return new Subject(
                Sender.K,
                "KVM side at level 0",
                "KVM side without a driver",
                command,
                classes,
                "HEL-007/the-first-frame-is-a-hello@level-0",
                patience,
                () -> new DriverlessPeer(start, resources, patience),
                peer -> new Survey(
                        Set.of(), "level 0: connects and negotiates by itself", KvmBaseline.missing((DriverlessPeer)
                                peer)));
    }

    /** Whether the check of this name is one of level 0, and not of a KVM side with a driver. */
    public static boolean isWithoutDriver(String check) {
        return check.endsWith("@" + DriverlessChecks.VARIANT);
    }

    /** Every class that holds checks of a KVM side. */
    public static List<Class<?>> classes() {
        return List.of(
                HelloChecks.class,
                PlainReadChecks.class,
                ChoiceChecks.class,
                AnswerChecks.class,
                OfferedChecks.class,
                PinChecks.class,
                LegacyChecks.class,
                ExchangeChecks.class,
                LengthChecks.class,
                BlockedChecks.class,
                DriverChecks.class,
                DriverRequestChecks.class,
                RequestChecks.class,
                StoryChecks.class,
                ConnectChecks.class,
                CorruptedFrameChecks.class,
                AcceptChecks.class,
                OfferChecks.class,
                MissingChecks.class,
                ResponseValueChecks.class,
                WrongResponseChecks.class,
                CommandChecks.class,
                CountChecks.class,
                UnaskedChecks.class,
                RecordChecks.class,
                DriverLineChecks.class,
                EndingChecks.class,
                DeadlineChecks.class,
                ResponseChecks.class);
    }
}
