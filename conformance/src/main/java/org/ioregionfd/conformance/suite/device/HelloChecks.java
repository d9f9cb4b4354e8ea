// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.suite.device;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.engine.Clause;
import org.ioregionfd.conformance.forge.Dialect;
import org.ioregionfd.conformance.forge.Forge;
import org.ioregionfd.conformance.oracle.Frame;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.suite.Checks;
import org.junit.jupiter.api.Test;

/** HELLO and OFFER. */
@Checks
public class HelloChecks {

    @Test
    @Clause("OFR-006")
    void grantsAWindowOfAtLeastOne(DevicePeer device) {
        Negotiation offered = Negotiation.start(device.connect(), Forge.detachedHello(Dialect.INFO_WORD, 7, 1));
        if (offered.offer().get("max_inflight") == 0) {
            throw offered.channel().violation("max_inflight of 1 or more", "0");
        }
    }

    @Property
    @Clause({"OFR-001", "OFR-002", "HEL-013"})
    void answersEveryHelloWhateverItLists(DevicePeer device, @ForAll int versions, @ForAll int nonce) {
        Frame hello =
                Forge.detachedHello(Dialect.INFO_WORD, Integer.toUnsignedLong(versions), Integer.toUnsignedLong(nonce));
        Negotiation.start(device.connect(), hello);
    }
}
