// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.suite.device;

import java.util.List;

/** The checks of a device side. */
public final class DeviceSuite {
    private DeviceSuite() {}

    /** Every class that holds checks of a device side. */
    public static List<Class<?>> classes() {
        return List.of(HelloChecks.class);
    }
}
