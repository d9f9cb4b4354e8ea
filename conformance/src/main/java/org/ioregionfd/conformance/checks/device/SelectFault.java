// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.EnumSet;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;

/**
 * The faults of a SELECT in the order in which a device must check: the constants are in the order of SEL-010 to SEL-016.
 * Each fault is put into a SELECT of version 1 or 2, and leaves the fields of the others alone.
 */
enum SelectFault {
    KIND("UNEXPECTED_FRAME"),
    RESERVED("RESERVED_NOT_ZERO"),
    DIGEST("DIGEST_MISMATCH"),
    VERSION("VERSION_NOT_OFFERED"),
    WINDOW("BAD_WINDOW"),
    FEATURE("FEATURE_NOT_OFFERED"),
    DEPENDENCY("FEATURE_DEPENDENCY");

    /** A kind that is kept. */
    private static final int KEPT_KIND = 7;

    /** A reserved byte in the middle of the frame. */
    private static final int RESERVED_INDEX = 13;

    /** No revision can give this number to a version. SEL-013 */
    private static final int NO_VERSION = 24;

    /** The bit of the bitmap that is kept for ever. */
    private static final long NO_FEATURE = 1L << 63;

    private final String reason;

    SelectFault(String reason) {
        this.reason = reason;
    }

    /**
     * The faults that can be distinguished with this OFFER: if it has no FENCE, selecting FENCE is a fault of another kind.
     */
    static EnumSet<SelectFault> possible(Frame offer) {
        EnumSet<SelectFault> faults = EnumSet.allOf(SelectFault.class);
        if ((offer.get("features") & Forge.FENCE) == 0) {
            faults.remove(DEPENDENCY);
        }
        return faults;
    }

    /** The reason of the REJECT. */
    String reason() {
        return reason;
    }

    /** {@code select} with this fault; the digest is not made right again. */
    Frame into(Frame select) {
        return switch (this) {
            case KIND -> select.with("kind", KEPT_KIND);
            case RESERVED -> Forge.withByte(select, RESERVED_INDEX, 0x80);
            case DIGEST -> select.with("digest", select.get("digest") ^ 1);
            case VERSION -> select.with("version", NO_VERSION);
            case WINDOW -> select.with("max_inflight", 0);
            case FEATURE -> select.with("features", select.get("features") | NO_FEATURE);
            // With version 1 it is a feature whose need is missing.
            case DEPENDENCY -> select.with("features", select.get("features") | Forge.FENCE);
        };
    }

    /** The detail of the REJECT, if {@code select} has this fault and no earlier one. */
    long detail(Negotiation offered, Frame select) {
        return switch (this) {
            case KIND -> KEPT_KIND;
            case RESERVED -> RESERVED_INDEX;
            case DIGEST -> offered.sealed(select).get("digest");
            case VERSION -> NO_VERSION;
            case WINDOW -> offered.windowFor((int) select.get("version"));
            case FEATURE -> NO_FEATURE;
            case DEPENDENCY -> Forge.FENCE;
        };
    }
}
