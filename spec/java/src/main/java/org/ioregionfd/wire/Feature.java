// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import java.util.Arrays;
import java.util.Optional;

/** The features that can be agreed on top of a version. */
public enum Feature {
    /** WRITEs without a response are allowed; their errors are lost. */
    POSTED_WRITES(0, ProtocolVersion.EXACT),
    /** Responses come in any order and are matched by tag. */
    OUT_OF_ORDER(1, ProtocolVersion.TAGGED),
    /** The FENCE command: answered when every earlier command on the channel has completed. */
    FENCE(2, ProtocolVersion.TAGGED);

    private final int bit;
    private final ProtocolVersion needs;

    Feature(int bit, ProtocolVersion needs) {
        this.bit = bit;
        this.needs = needs;
    }

    /** The feature's bit in a {@link FeatureSet}. */
    public int bit() {
        return bit;
    }

    /** The lowest version that the feature can be selected with. */
    public ProtocolVersion needs() {
        return needs;
    }

    /** The feature with that name, if there is one. */
    public static Optional<Feature> of(String name) {
        return Arrays.stream(values())
                .filter(feature -> feature.name().equals(name))
                .findFirst();
    }
}
