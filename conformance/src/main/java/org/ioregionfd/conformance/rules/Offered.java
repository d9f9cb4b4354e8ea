// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import org.ioregionfd.conformance.rules.Forge.Choice;

/** A HELLO and the OFFER that answered it, and the possible selections after them. */
public interface Offered {
    /** The HELLO. */
    Frame hello();

    /** The OFFER. */
    Frame offer();

    /** Whether the OFFER lists {@code version}. SEL-013 */
    default boolean isListed(int version) {
        return version < Integer.SIZE
                && (offer().get("versions") & ~Registry.standard().greaseVersions() & 1L << version) != 0;
    }

    /** The known features that the OFFER holds and {@code version} allows. */
    default long featuresFor(int version) {
        return offer().get("features") & Registry.known().featuresFor(version);
    }

    /** The {@code features} that the OFFER does not hold. A grease bit is no offer, although the OFFER holds it. SEL-015 */
    default long lacking(long features) {
        return features & ~(offer().get("features") & ~Registry.standard().greaseFeatures());
    }

    /** The largest window that can be selected with {@code version}; with an offer of none, that OFR-006 forbids, 1. SEL-014 */
    default int windowFor(int version) {
        return Math.max(1, (int)
                Math.min(offer().get("max_inflight"), Registry.standard().windowMax(version)));
    }

    /** The most that can be selected with {@code version}. */
    default Choice widest(int version) {
        return new Choice(version, featuresFor(version), windowFor(version));
    }

    /** A SELECT of {@code choice} with the right digest. */
    default Frame select(Choice choice) {
        return Forge.select(hello(), offer(), choice);
    }

    /** {@code select} with a right digest, after it was changed. */
    default Frame sealed(Frame select) {
        return Forge.sealed(hello(), offer(), select);
    }
}
