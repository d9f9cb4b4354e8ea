// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

/** What a conforming peer may lack; found out at the start of a run, from what the peer itself offers. */
public enum Ability {
    DRIVER("a test driver"),
    SERVES_INFO_WORD("version 0 unnegotiated, info-word layout"),
    SERVES_BYTE_FIELDS("version 0 unnegotiated, byte-fields layout"),
    AGREES_VERSION_0("version 0 by SELECT"),
    VERSION_1("version 1"),
    VERSION_2("version 2"),
    NO_VERSION_2("an OFFER without version 2"),
    REQUIRES("the policy REQUIRE"),
    POSTED_WRITES("feature POSTED_WRITES"),
    OUT_OF_ORDER("feature OUT_OF_ORDER"),
    FENCE("feature FENCE"),
    WINDOW_2("a window of 2 or more"),
    WINDOW_BELOW_MAX("a window below 65535");

    private final String text;

    Ability(String text) {
        this.text = text;
    }

    /** The ability in words, for the report. */
    public String text() {
        return text;
    }
}
