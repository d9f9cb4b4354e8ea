// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.Locale;

/**
 * Something that a conforming peer may lack, in the words of a report. The suite finds out at the start of a run, from the
 * peer's own offer. Versions and features come from the registry; those that a check needs have a constant, because an
 * annotation takes nothing else.
 */
public final class Ability {
    public static final String DRIVER = "a test driver";
    public static final String OFF_ONLY = "OFF as the only policy of its host";
    public static final String SERVES_INFO_WORD = "version 0 unnegotiated, info-word layout";
    public static final String SERVES_BYTE_FIELDS = "version 0 unnegotiated, byte-fields layout";
    public static final String AGREES_VERSION_0 = "version 0 by SELECT";
    public static final String VERSION_1 = "version 1";
    public static final String VERSION_2 = "version 2";
    public static final String NO_VERSION_2 = "an OFFER without version 2";
    public static final String REQUIRES = "the policy REQUIRE";
    public static final String POSTED_WRITES = "feature POSTED_WRITES";
    public static final String OUT_OF_ORDER = "feature OUT_OF_ORDER";
    public static final String FENCE = "feature FENCE";
    public static final String WINDOW_2 = "a window of 2 or more";
    public static final String WINDOW_BELOW_MAX = "a window below 65535";

    private Ability() {}

    /** To agree to {@code version}. */
    public static String version(int version) {
        return version == 0 ? AGREES_VERSION_0 : "version " + version;
    }

    /** To agree to the feature called {@code name}. */
    public static String feature(String name) {
        return "feature " + name;
    }

    /** The ability in one word, for programs. */
    public static String word(String ability) {
        return switch (ability) {
            case DRIVER -> "driver";
            case OFF_ONLY -> "off_only";
            case SERVES_INFO_WORD -> "serves_info_word";
            case SERVES_BYTE_FIELDS -> "serves_byte_fields";
            case AGREES_VERSION_0 -> "agrees_version_0";
            case NO_VERSION_2 -> "no_version_2";
            case REQUIRES -> "requires";
            case WINDOW_2 -> "window_2";
            case WINDOW_BELOW_MAX -> "window_below_max";
            default -> ability.replaceFirst("^feature ", "").replace(' ', '_').toLowerCase(Locale.ROOT);
        };
    }
}
