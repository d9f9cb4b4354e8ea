// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.kvm.OfferChecks.Offered;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Setup;
import org.ioregionfd.conformance.rules.Setup.Hello;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** What an OFFER lacks, and what the ABORT says of it. */
@Checks
public class MissingChecks {
    private static final List<Hello> HELLOS = List.of(Hello.values());
    private static final int WINDOW = 7;

    /** Each set of required features beside each that is offered, with each version. */
    @Test
    @Clause({"SEL-004", "SEL-001", "SEL-002", "SEL-006", "KST-007"})
    void everyFeatureThatIsMissingIsNamed(KvmPeer kvm) {
        List<Offered> cases = new ArrayList<>();
        for (int version = 0; version <= 2; version++) {
            for (long required = 1; required <= KvmSession.FEATURES; required++) {
                for (long offered = 0; offered <= KvmSession.FEATURES; offered++) {
                    Hello hello = HELLOS.get(cases.size() % HELLOS.size());
                    Setup setup = new Setup(false, hello, 0b110, KvmSession.FEATURES, required, WINDOW, 0, 0, 0);
                    cases.add(new Offered(setup, new Terms((2L << version) - 1, offered, WINDOW), required, 0));
                }
            }
        }
        KvmCases.each(kvm, cases, 30, offered -> OfferChecks.works(kvm, offered));
    }

    /** Whatever else is missing. */
    @Test
    @Clause({"REC-002", "REC-001", "SEL-006"})
    void everythingThatAPinMissesIsNamed(KvmPeer kvm) {
        List<Offered> cases = new ArrayList<>();
        for (int pinned = 1; pinned <= 2; pinned++) {
            for (long features = 0; features <= Registry.known().featuresFor(pinned); features++) {
                for (long offered = 0; offered <= KvmSession.FEATURES; offered++) {
                    for (long versions : new long[] {0b010, 0b100, 0b110, 0b001}) {
                        int window = pinned == 1 ? 1 : 8;
                        Setup setup = new Setup(
                                false, Hello.REQUIRE, 0b110, KvmSession.FEATURES, 0, 64, pinned, features, window);
                        int granted = cases.size() % 3 == 0 ? Math.max(1, window - 1) : window;
                        cases.add(new Offered(setup, new Terms(versions, offered, granted), 0, 0));
                    }
                }
            }
        }
        KvmCases.each(kvm, cases, 20, offered -> OfferChecks.works(kvm, offered));
    }
}
