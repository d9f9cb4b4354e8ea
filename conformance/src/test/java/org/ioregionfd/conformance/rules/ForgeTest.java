// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.wire.Decoding;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.TranscriptDigest;
import org.junit.jupiter.api.Test;

class ForgeTest {

    @Test
    void buildsCommandsOfAllThreeForms() {
        Access access = new Access(2, 0x128, 2);

        assertAll(
                () -> assertHex("60000000 00000000" + place(), Dialect.INFO_WORD.read(access)),
                () -> assertHex("00120000 00000000" + place(), Dialect.BYTE_FIELDS.read(access)),
                () -> assertHex("02020100 07000000" + place(), Dialect.tagged(Dialect.TAGGED.read(access), 7)),
                () -> assertHex("21000000 00000000" + placeWith("55"), Dialect.INFO_WORD.posted(access, 0x55)),
                () -> assertHex("01120000 00000000" + placeWith("55"), Dialect.BYTE_FIELDS.write(access, 0x55)),
                () -> assertHex("03020100 00000000" + placeWith("55"), Dialect.TAGGED.write(access, 0x55)),
                () -> assertHex("04000100 09000000" + "00".repeat(24), Dialect.fence(9)));
    }

    @Test
    void buildsTheDetachedHelloOfEachLayout() {
        assertAll(
                () -> assertHex(
                        "4000494f5248012a 0000000000000000 00ffffffffffff7f" + "00".repeat(8),
                        Forge.detachedHello(Dialect.INFO_WORD, 42)),
                () -> assertHex(
                        "0010494f5248012a 0000000000000000 00ffffffffffff7f" + "00".repeat(8),
                        Forge.detachedHello(Dialect.BYTE_FIELDS, 42)));
    }

    @Test
    void onesFillTheAccessSizeOnly() {
        assertAll(
                () -> assertEquals(0xff, new Access(0, 0, 0).ones()),
                () -> assertEquals(0xffff, new Access(0, 0, 1).ones()),
                () -> assertEquals(0xffff_ffffL, new Access(0, 0, 2).ones()),
                () -> assertEquals(-1, new Access(0, 0, 3).ones()));
    }

    /** The suite and the binding were written apart; if they differ, one of them is wrong. */
    @Property(tries = 200)
    void agreesWithTheBindingOnSelectAndItsDigest(
            @ForAll int versions,
            @ForAll @IntRange(max = 0xff) int nonce,
            @ForAll @IntRange(max = 0xffff) int window,
            @ForAll long features) {
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, nonce);
        Frame offer = Forge.offer(hello, new Forge.Terms(Integer.toUnsignedLong(versions), features, window));
        Frame select = Forge.select(hello, offer, new Forge.Choice(2, features, window));
        ByteBuf buffer = Unpooled.wrappedBuffer(hello.bytes(), offer.bytes(), select.bytes());
        TranscriptDigest digest = new TranscriptDigest();
        digest.restart(buffer, 0);
        digest.add(buffer, 32);

        assertEquals(digest.seal(buffer, 64), (int) select.get("digest"));
        Select decoded = (Select) ((Decoding.Decoded) HandshakeCodec.decodeCommand(buffer, 64)).frame();
        assertEquals(window, decoded.maxInflight());
        assertEquals(features, decoded.features().bits());
    }

    private static String place() {
        return placeWith("00");
    }

    private static String placeWith(String data) {
        return "0200000000000000 2801000000000000" + data + "00".repeat(7);
    }

    private static void assertHex(String expected, Frame frame) {
        assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(frame.bytes()));
    }
}
