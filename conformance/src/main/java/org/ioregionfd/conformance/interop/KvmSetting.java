// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;

/**
 * The settings with which a KVM side connects.
 *
 * @param versions that its user allows, in rising order
 */
record KvmSetting(Policy policy, Hello hello, Dialect layout, List<Integer> versions) {
    /** The versions that can be allowed. */
    static final List<List<Integer>> VERSION_LISTS = List.of(List.of(1), List.of(2), List.of(1, 2));

    /** [POL-001..003] */
    enum Policy {
        OFF,
        PREFER,
        REQUIRE
    }

    /** Which READ carries the HELLO. */
    enum Hello {
        ATTACHED,
        DETACHED
    }

    /** Every policy with each of its modes, in both layouts, with each list of versions. */
    static List<KvmSetting> all() {
        List<KvmSetting> all = new ArrayList<>();
        for (Dialect layout : Dialect.LAYOUTS) {
            all.add(new KvmSetting(Policy.OFF, Hello.ATTACHED, layout, List.of(1, 2)));
            for (List<Integer> versions : VERSION_LISTS) {
                all.add(new KvmSetting(Policy.PREFER, Hello.ATTACHED, layout, versions));
                all.add(new KvmSetting(Policy.PREFER, Hello.DETACHED, layout, versions));
                all.add(new KvmSetting(Policy.REQUIRE, Hello.DETACHED, layout, versions));
            }
        }
        return all;
    }

    /** The request of annex A with these settings; K waits at most {@code deadline}. */
    Request connect(Duration deadline) {
        return Request.of("connect")
                .with("policy", word(policy))
                .with("hello", word(hello))
                .with("layout", layout.label())
                .with("versions", versions)
                .with("deadline_ms", deadline.toMillis());
    }

    /** Policy, mode and versions, without the layout: one row of a table. */
    String words() {
        return policy == Policy.OFF ? "off" : word(policy) + " " + word(hello) + " " + listed(versions);
    }

    static String listed(List<Integer> versions) {
        return String.join(",", versions.stream().map(String::valueOf).toList());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
