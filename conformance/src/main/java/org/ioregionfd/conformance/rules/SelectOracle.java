// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.Optional;

/** A device's required answer to a SELECT, worked out sentence by sentence in the order of SEL-010 to SEL-016. */
public final class SelectOracle {
    private static final int OP = 0x0f;

    private SelectOracle() {}

    /** A REJECT. */
    public record Refusal(String reason, long detail) {}

    /** The REJECT that must answer {@code frame}, if any; the frame is marked and neither a HELLO nor an ABORT. */
    public static Optional<Refusal> refusalOf(Offered offered, Frame frame) {
        if (frame.get("kind") != Registry.standard().shape("SELECT").kind().orElseThrow() || frame.at(0) != OP) {
            return refusal("UNEXPECTED_FRAME", frame.get("kind"));
        }
        for (int index : frame.shape().reservedBytes()) {
            if (frame.at(index) != 0) {
                return refusal("RESERVED_NOT_ZERO", index);
            }
        }
        long digest = offered.sealed(frame).get("digest");
        if (frame.get("digest") != digest) {
            return refusal("DIGEST_MISMATCH", digest);
        }
        int version = (int) frame.get("version");
        if (!offered.isListed(version)) {
            return refusal("VERSION_NOT_OFFERED", version);
        }
        int window = (int) frame.get("max_inflight");
        if (window == 0 || window > offered.windowFor(version)) {
            return refusal("BAD_WINDOW", offered.windowFor(version));
        }
        long features = frame.get("features");
        long lacking = offered.lacking(features);
        if (lacking != 0) {
            return refusal("FEATURE_NOT_OFFERED", lacking);
        }
        long early = features & ~offered.featuresFor(version);
        return early == 0 ? Optional.empty() : refusal("FEATURE_DEPENDENCY", early);
    }

    private static Optional<Refusal> refusal(String reason, long detail) {
        return Optional.of(new Refusal(reason, detail));
    }
}
