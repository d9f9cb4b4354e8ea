// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ioregionfd.conformance.rules.Dialect;

/**
 * How a device side is started.
 *
 * @param versions that it offers, in rising order; none if it offers nothing
 */
record DeviceSetting(Kind kind, Dialect layout, List<Integer> versions) {
    /** What it does with a HELLO. */
    enum Kind {
        /** A legacy device that answers any READ. */
        LEGACY,
        /** A legacy device that closes on a READ out of range, such as a detached HELLO. */
        LEGACY_THAT_CLOSES,
        /** An aware one that plays a legacy device [POL-005]. */
        OFF,
        /** An aware one that serves both. */
        ALLOW,
        /** An aware one that serves no unmarked command [POL-004]. */
        REQUIRE;

        boolean isAware() {
            return this == ALLOW || this == REQUIRE;
        }
    }

    /** Every policy of an aware device, in both layouts, with each list of versions. */
    static List<DeviceSetting> ofAnAwareDevice() {
        List<DeviceSetting> all = new ArrayList<>();
        for (Dialect layout : Dialect.LAYOUTS) {
            all.add(new DeviceSetting(Kind.OFF, layout, List.of()));
            for (List<Integer> versions : KvmSetting.VERSION_LISTS) {
                all.add(new DeviceSetting(Kind.ALLOW, layout, versions));
                all.add(new DeviceSetting(Kind.REQUIRE, layout, versions));
            }
        }
        return all;
    }

    /** The options that the Java and the C device share. */
    List<String> options() {
        List<String> options = new ArrayList<>(List.of("--layout", layout.label(), "--policy", policy()));
        if (!versions.isEmpty()) {
            options.addAll(List.of("--versions", KvmSetting.listed(versions)));
        }
        return options;
    }

    /** Kind and versions, without the layout: one column of a table. */
    String words() {
        return switch (kind) {
            case LEGACY -> "legacy";
            case LEGACY_THAT_CLOSES -> "closes";
            case OFF, ALLOW, REQUIRE -> (policy() + " " + KvmSetting.listed(versions)).strip();
        };
    }

    private String policy() {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
