// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;

/** The effects of a HELLO, beyond the vectors. */
class HandshakeFramesTest {
    private static final DevicePolicy PLAIN = DevicePolicy.DEFAULT.withGrease(Grease.NONE);

    /** [POL-004, OFR-004, GRS-001] */
    @Test
    void offersUnderRequireNeitherVersionZeroNorGrease() {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT.withPolicy(Policy.REQUIRE));

        assertEquals(
                "0000000000000000 494f5248024440000700000000000000 0600000000000000".replace(" ", ""),
                kvm.hello(Kvm.detached()));
    }

    /** [GRS-001] The same seed gives the same bits, within their ranges and at least one of each. */
    @Test
    void setsTheGreaseOfItsSeed() {
        for (long seed = 0; seed < 1000; seed++) {
            Grease grease = Grease.of(seed);
            assertTrue(grease.versions().bits() != 0 && !grease.features().isEmpty());
            assertEquals(grease, Grease.of(seed));
        }
    }

    /** [MRK-001] */
    @Test
    void looksForTheMarkerAtItsPlaceOnly() {
        Kvm kvm = new Kvm(PLAIN);

        assertEquals(
                List.of(Kvm.response(0)),
                kvm.send("400000494f524801 0100000000000000 0000000000000000 494f52480149f501"));
        assertEquals(
                List.of(Kvm.response(0xFF)),
                kvm.send("4000000000000000 494f524801000000 0000000000000000 0700000044332211"));
        // One letter off is no marker either.
        assertEquals(
                List.of(Kvm.response(0)),
                kvm.send("4000494f52490101 0100000000000000 0000000000000000 0700000044332211"));
    }

    /** [OFR-003] */
    @Test
    void offersOnesWhereTheAccessFails() {
        Kvm kvm = new Kvm(PLAIN);

        assertEquals(
                "ffff000000000000",
                kvm.hello(Kvm.attached(Layout.BYTE_FIELDS, 1, 1, 0x120)).substring(0, 16));
        assertEquals(
                "ff00000000000000",
                kvm.hello(Kvm.attached(Layout.INFO_WORD, 0, 3, 0)).substring(0, 16));
    }

    /** [DEV-002] Nothing could release it. */
    @Test
    void completesAnAttachedReadOfHoldAtOnce() {
        Kvm kvm = new Kvm(PLAIN);

        assertEquals(
                "ffffffff00000000",
                kvm.hello(Kvm.attached(Layout.INFO_WORD, 2, 1, 0x110)).substring(0, 16));
    }

    /** [HEL-012] Whatever the size and user_data: no access, value 0. */
    @Test
    void performsNoAccessForADetachedHelloOfAnySize() {
        Kvm kvm = new Kvm(PLAIN);

        String offer = kvm.hello(Kvm.attached(Layout.BYTE_FIELDS, 3, 2, 0x7FFF_FFFF_FFFF_FF00L));
        assertEquals("0000000000000000", offer.substring(0, 16));
        assertEquals(
                "0000000000000000",
                kvm.hello(Kvm.attached(Layout.INFO_WORD, 3, 2, 0x100)).substring(0, 16));
    }

    /** [V0-010] After a SELECT of version 0 the HELLO's layout counts, not the configured one. */
    @Test
    void servesVersionZeroInTheLayoutOfTheHello() {
        Kvm kvm = new Kvm(PLAIN.withLayout(Layout.INFO_WORD));
        kvm.hello(Kvm.attached(Layout.BYTE_FIELDS, 2, 1, 0x128));
        kvm.ask(kvm.select(0, FeatureSet.NONE, 1));

        // In the info-word layout this would be a READ of one byte with other bits reserved.
        assertEquals(Kvm.response(1), kvm.ask(Kvm.read(Layout.BYTE_FIELDS, 8, 1, 0x128)));
        kvm.send(Kvm.write(Layout.BYTE_FIELDS, 8, 1, 0, 0x1122334455667788L));
        assertEquals(Kvm.response(0x1122334455667788L), kvm.ask(Kvm.read(Layout.BYTE_FIELDS, 8, 1, 0)));
    }

    /** [ABT-003] */
    @Test
    void closesOnAnAbortWhateverElseItHolds() {
        Kvm kvm = new Kvm(PLAIN);
        kvm.hello(Kvm.detached());

        assertEquals(List.of(), kvm.send("0fff494f524806ff ffffffffffffffff ffffffffffffffff ffffffffffffffff"));
        assertEquals(Phase.CLOSED, kvm.channel.phase());
        assertEquals(
                "ABORT reason 65535, detail 0xffffffffffffffff",
                kvm.channel.ending().orElseThrow().toString());
    }
}
