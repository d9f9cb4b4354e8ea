// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * What both sides agreed on with the ACCEPT.
 *
 * @param version of the commands and responses from now on
 * @param features exactly those that may be used
 * @param maxInflight how many commands that want a response may be outstanding, 1..65535
 * @param layout the HELLO's; it matters to version 0 only
 */
public record Agreement(ProtocolVersion version, FeatureSet features, int maxInflight, Layout layout) {
    public Agreement {
        if (maxInflight < 1 || maxInflight > version.windowMax()) {
            throw new IllegalArgumentException("max_inflight is 1.." + version.windowMax() + ", not " + maxInflight);
        }
        FeatureSet impossible = features.without(FeatureSet.possibleWith(version));
        if (!impossible.isEmpty()) {
            throw new IllegalArgumentException("version " + version.number() + " has no " + impossible);
        }
    }

    public boolean has(Feature feature) {
        return features.contains(feature);
    }

    /** "version 2, features OUT_OF_ORDER FENCE, window 64". */
    @Override
    public String toString() {
        return "version " + version.number() + ", features " + (features.isEmpty() ? "none" : features) + ", window "
                + maxInflight;
    }
}
