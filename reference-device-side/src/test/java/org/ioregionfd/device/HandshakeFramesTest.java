// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes of OFFER and ACCEPT, and what an attached HELLO does. */
class HandshakeFramesTest {
    private static final DevicePolicy PLAIN = DevicePolicy.DEFAULT.withGrease(Grease.NONE);

    private static final String SELECT_DIGEST = "183c9865";
    private static final String ACCEPT = "0000000000000000494f524804004000070000000000000002000000261fca66";

    /** [MRK-002, OFR-002, OFR-004, OFR-005, OFR-006, DIG-002] The digests were computed apart from this code. */
    @Test
    void answersADetachedHelloAndASelectWithTheseBytes() {
        Kvm kvm = new Kvm(PLAIN);

        assertEquals(
                List.of("0000000000000000 494f5248024440000700000000000000 0700000000000000".replace(" ", "")),
                kvm.send("4000494f52480144 0000000000000000 00ffffffffffff7f 0000000000000000"));
        assertEquals(
                List.of(ACCEPT),
                kvm.send("0f00494f52480300 0200400000000000 0700000000000000 00000000" + SELECT_DIGEST));
    }

    /** [POL-004, OFR-004, GRS-001] */
    @Test
    void offersUnderRequireNeitherVersionZeroNorGrease() {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT.withPolicy(Policy.REQUIRE));

        assertEquals(
                "0000000000000000 494f5248024440000700000000000000 0600000000000000".replace(" ", ""),
                kvm.hello(Kvm.detached()));
    }

    /** [OFR-006] */
    @Test
    void offersAWindowOfOneWithoutVersionTwo() {
        Kvm kvm = new Kvm(PLAIN.withVersions(VersionSet.of(ProtocolVersion.EXACT)));

        assertEquals(
                "0000000000000000 494f5248024401000700000000000000 0300000000000000".replace(" ", ""),
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

    /** [OFR-001, HEL-013] Also to a HELLO with bytes 24..31 set, which count in the digest and for nothing else. */
    @Test
    void offersToAHelloWithData() {
        Kvm kvm = new Kvm(PLAIN);
        ByteBuf hello = Kvm.attached(Layout.INFO_WORD, 2, 1, 0x100).setLongLE(24, -1);

        assertEquals("000000000000000049", kvm.hello(hello).substring(0, 18));
        assertEquals("494f52480400", kvm.ask(kvm.select(2, FeatureSet.ALL, 64)).substring(16, 28));
    }

    /** [DST-002] Its marker is one letter longer, and that letter is a kind that nobody has. */
    @Test
    void closesOnAHelloOfTheFirstDraft() {
        Kvm kvm = new Kvm(PLAIN);

        assertEquals(List.of(), kvm.send("4000494f52485301 0000000000000000 00ffffffffffff7f 0700000044332211"));
        kvm.assertViolated(Clause.DST_002);
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

    /** [HEL-010, HEL-011, OFR-003] */
    @ParameterizedTest
    @EnumSource
    void performsTheReadOfAnAttachedHelloOnce(Layout layout) {
        Kvm kvm = new Kvm(PLAIN);

        assertEquals(
                "0000000000000000", kvm.hello(Kvm.attached(layout, 2, 1, 0x128)).substring(0, 16));
        assertEquals(
                "0100000000000000", kvm.hello(Kvm.attached(layout, 2, 1, 0x128)).substring(0, 16));
        assertEquals(
                "0200000000000000", kvm.hello(Kvm.attached(layout, 2, 1, 0x100)).substring(0, 16));
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

    /** [V1-003] Version 1 is the info-word layout, whatever the layout of the HELLO was. */
    @Test
    void servesVersionOneInTheInfoWordLayoutAfterAByteFieldsHello() {
        Kvm kvm = new Kvm(PLAIN.withLayout(Layout.BYTE_FIELDS));
        kvm.hello(Kvm.attached(Layout.BYTE_FIELDS, 2, 1, 0x128));
        kvm.ask(kvm.select(1, FeatureSet.NONE, 1));

        assertEquals(Kvm.response(1), kvm.ask(Kvm.read(Layout.INFO_WORD, 8, 1, 0x128)));
    }

    /** [DST-004] */
    @Test
    void takesASecondHelloAsANewStart() {
        Kvm kvm = new Kvm(PLAIN);
        kvm.hello(Kvm.detached());
        kvm.hello(Kvm.attached(Layout.INFO_WORD, 2, 1, 0x128));

        assertEquals("494f52480400", kvm.ask(kvm.select(2, FeatureSet.ALL, 64)).substring(16, 28));
    }

    /** [DST-004] The digest of the first round is the wrong one now. */
    @Test
    void rejectsTheDigestOfTheRoundBefore() {
        Kvm kvm = new Kvm(PLAIN);
        kvm.hello(Kvm.detached());
        var select = kvm.select(2, FeatureSet.ALL, 64);
        kvm.hello(Kvm.attached(Layout.INFO_WORD, 2, 1, 0x128));

        assertEquals(
                Reason.DIGEST_MISMATCH.code(), Integer.parseInt(kvm.ask(select).substring(28, 30), 16));
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
