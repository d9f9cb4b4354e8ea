// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.run.CheckContext;
import org.ioregionfd.conformance.run.RunSettings.Effort;

/** The cases of a check that has more of them than fit a quick run. A report names the one that has failed. */
final class KvmCases {
    private KvmCases() {}

    /** Makes all of {@code cases}, or {@code few} of them, drawn by the seed, where a property has fewer tries than in a full run. */
    static <T> void each(KvmPeer kvm, List<T> cases, int few, Consumer<T> check) {
        for (T one : drawn(kvm, cases, few)) {
            try {
                check.accept(one);
            } catch (Violation violation) {
                violation.addCircumstances("the case: " + one);
                throw violation;
            }
        }
    }

    private static <T> List<T> drawn(KvmPeer kvm, List<T> cases, int few) {
        if (CheckContext.current().tries() >= Effort.FULL.tries() || cases.size() <= few) {
            return cases;
        }
        List<T> left = new ArrayList<>(cases);
        List<T> drawn = new ArrayList<>();
        while (drawn.size() < few) {
            drawn.add(left.remove(kvm.random().nextInt(left.size())));
        }
        return drawn;
    }
}
