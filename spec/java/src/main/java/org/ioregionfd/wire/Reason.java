// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import java.util.Optional;
import java.util.StringJoiner;

/** Why a side gave up; the detail's meaning depends on the reason. A receiver may meet codes that are not here. */
public enum Reason {
    /** ABORT; detail: the device side's versions. */
    NO_COMMON_VERSION(1),
    /** REJECT; detail: the version. */
    VERSION_NOT_OFFERED(2),
    /** REJECT; detail: the features that were not offered. */
    FEATURE_NOT_OFFERED(3),
    /** REJECT; detail: the features whose need is missing. */
    FEATURE_DEPENDENCY(4),
    /** REJECT and ABORT; detail: the features that are missing. */
    REQUIRED_FEATURE_MISSING(5),
    /** REJECT, detail: the largest legal window for that version; ABORT, detail: 0. */
    BAD_WINDOW(6),
    /** REJECT; detail: the device side's own digest. */
    DIGEST_MISMATCH(7),
    /** REJECT; detail: the index of the first such byte. */
    RESERVED_NOT_ZERO(8),
    /** REJECT; detail: the kind. */
    UNEXPECTED_FRAME(9),
    /** ABORT; detail: bit 63 window, bit 62 version, else the missing features. */
    PIN_UNSATISFIED(10),
    /** REJECT and ABORT; detail: 0. */
    POLICY(11),
    /** REJECT; detail: 0. */
    RESOURCES(12);

    /** In the detail of PIN_UNSATISFIED: the window is too small [REC-002]. */
    public static final long DETAIL_WINDOW = 1L << 63;

    /** In the detail of PIN_UNSATISFIED: the version is missing [REC-002]. */
    public static final long DETAIL_VERSION = 1L << 62;

    private static final Reason[] REASONS = values();

    private final int code;

    Reason(int code) {
        this.code = code;
    }

    /** The reason's number in a frame. */
    public int code() {
        return code;
    }

    /** The reason with that code, if this revision knows it. */
    public static Optional<Reason> of(int code) {
        return code >= 1 && code <= REASONS.length ? Optional.of(REASONS[code - 1]) : Optional.empty();
    }

    /** The reason's name, or its number where this revision does not know it [REJ-002]. */
    public static String nameOf(int code) {
        return of(code).map(Reason::name).orElse("reason " + code);
    }

    /** "PIN_UNSATISFIED, detail 0x4000000000000004: version, FENCE"; any code and any detail that a peer may send. */
    static String inWords(int code, long detail) {
        String words = of(code).map(reason -> reason.meaning(detail)).orElse("");
        return nameOf(code) + ", detail 0x" + Long.toHexString(detail) + (words.isEmpty() ? "" : ": " + words);
    }

    /** What the detail means under this reason; empty where its number says it all. */
    private String meaning(long detail) {
        return switch (this) {
            case NO_COMMON_VERSION -> "offered versions " + new VersionSet((int) detail);
            case VERSION_NOT_OFFERED -> "version " + Long.toUnsignedString(detail);
            case FEATURE_NOT_OFFERED, FEATURE_DEPENDENCY, REQUIRED_FEATURE_MISSING -> new FeatureSet(detail).toString();
            case BAD_WINDOW -> detail == 0 ? "" : "at most " + Long.toUnsignedString(detail);
            case RESERVED_NOT_ZERO -> "byte " + Long.toUnsignedString(detail);
            case PIN_UNSATISFIED -> missing(detail);
            case DIGEST_MISMATCH, UNEXPECTED_FRAME, POLICY, RESOURCES -> "";
        };
    }

    private static String missing(long detail) {
        StringJoiner parts = new StringJoiner(", ");
        if ((detail & DETAIL_VERSION) != 0) {
            parts.add("version");
        }
        if ((detail & DETAIL_WINDOW) != 0) {
            parts.add("window");
        }
        FeatureSet features = new FeatureSet(detail & ~(DETAIL_VERSION | DETAIL_WINDOW));
        if (!features.isEmpty()) {
            parts.add(features.toString());
        }
        return parts.toString();
    }
}
