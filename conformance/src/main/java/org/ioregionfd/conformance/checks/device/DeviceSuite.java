// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.ArrayList;
import java.util.List;

/** The checks of a device side. */
public final class DeviceSuite {
    private DeviceSuite() {}

    /** Every class that holds checks of a device side. */
    public static List<Class<?>> classes() {
        List<Class<?>> classes = new ArrayList<>(List.of(
                FramingChecks.class,
                HelloChecks.class,
                OfferChecks.class,
                SelectChecks.class,
                EndChecks.class,
                VersionOneChecks.class,
                VersionTwoChecks.class,
                OrderChecks.class,
                WindowChecks.class,
                LoadChecks.class,
                ScriptChecks.class,
                HandshakeChecks.class));
        classes.addAll(AccessCheckVariants.classes());
        classes.addAll(VersionZeroCheckVariants.classes());
        return List.copyOf(classes);
    }
}
