// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;

/** The checks of a KVM side. */
public final class KvmSuite {
    private KvmSuite() {}

    /** Every class that holds checks of a KVM side. */
    public static List<Class<?>> classes() {
        return List.of(
                HelloChecks.class,
                PlainReadChecks.class,
                SelectChecks.class,
                AnswerChecks.class,
                PinChecks.class,
                LegacyChecks.class,
                ExchangeChecks.class,
                BlockedChecks.class,
                DriverChecks.class,
                HandshakeChecks.class,
                RequestChecks.class,
                BentChecks.class,
                EndingChecks.class,
                DeadlineChecks.class,
                ResponseChecks.class);
    }
}
