// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.Test;

/** A reader should know why the channel is not a better one. */
class NegotiationWordsTest {
    private static final Offer OFFER = new Offer(0, 64, FeatureSet.ALL, new VersionSet(0b111), 1);

    private static final Hello HELLO = Hello.of(Layout.BYTE_FIELDS, 2, 1, 0, 1);

    @Test
    void saysWhatWasOffered() {
        assertEquals(
                "attached HELLO in the layout byte-fields; offered versions 0,1,2,"
                        + " features POSTED_WRITES OUT_OF_ORDER FENCE, window 64",
                NegotiationWords.offered(HELLO, OFFER));
        Offer little = new Offer(0, 1, FeatureSet.GREASE, VersionSet.NONE, 1);
        assertEquals(
                "attached HELLO in the layout byte-fields; offered versions none,"
                        + " features none and grease, window 1",
                NegotiationWords.offered(HELLO, little));
    }

    @Test
    void saysWhyNotMoreWasSelected() {
        Agreement exact =
                new Agreement(ProtocolVersion.EXACT, FeatureSet.of(Feature.POSTED_WRITES), 1, Layout.BYTE_FIELDS);
        assertEquals(
                "selected version 1, features POSTED_WRITES, window 1; not selected: version 2 (K did not want it),"
                        + " OUT_OF_ORDER (needs version 2), FENCE (needs version 2)",
                NegotiationWords.agreed(OFFER, exact));
        Agreement plain = new Agreement(ProtocolVersion.TAGGED, FeatureSet.of(Feature.FENCE), 8, Layout.BYTE_FIELDS);
        assertEquals(
                "selected version 2, features FENCE, window 8; not selected: POSTED_WRITES (K did not want it),"
                        + " OUT_OF_ORDER (K did not want it)",
                NegotiationWords.agreed(OFFER, plain));
        Agreement stepDown = new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, Layout.BYTE_FIELDS);
        assertEquals(
                "selected version 0, features none, window 1; not selected: version 1 (K did not want it), version 2 (K did"
                        + " not want it)",
                NegotiationWords.agreed(new Offer(0, 64, FeatureSet.NONE, new VersionSet(0b111), 1), stepDown));
    }
}
