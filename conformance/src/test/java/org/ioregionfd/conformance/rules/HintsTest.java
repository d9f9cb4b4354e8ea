// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.junit.jupiter.api.Test;

class HintsTest {
    private static final Frame HELLO = Forge.detachedHello(Dialect.INFO_WORD, 7);
    private static final Frame OFFER = Forge.offer(HELLO, new Terms(0b111, 0b111, 64));
    private static final Frame SELECT = Forge.select(HELLO, OFFER, new Choice(2, 0b001, 5));
    private static final Frame ACCEPT = Forge.accept(HELLO, OFFER, SELECT);

    @Test
    void knowsANumberWithItsBytesSwapped() {
        String swapped = " (the right one with its bytes swapped)";
        assertEquals(swapped, Hints.of(0x40, 0x4000));
        assertEquals(swapped, Hints.of(0x1234_5678L, 0x7856_3412L));
        assertEquals(swapped, Hints.of(0x0102_0304_0506_0708L, 0x0807_0605_0403_0201L));
        assertEquals("", Hints.of(0x40, 0x41));
        assertEquals("", Hints.of(0, -1));
    }

    @Test
    void knowsAFieldOfAnotherFrame() {
        assertEquals(" (that of the OFFER)", Hints.ifSame(64, OFFER, "max_inflight"));
        assertEquals("", Hints.ifSame(5, OFFER, "max_inflight"));
        assertEquals("", Hints.ifSame(2, OFFER, "version"));
    }

    @Test
    void knowsWhatADigestWasMadeOf() {
        List<Frame> all = List.of(HELLO, OFFER, SELECT, ACCEPT);
        assertEquals("", Hints.ofDigest(all, ACCEPT.get("digest")));
        assertEquals(
                " (the field digest of the SELECT is not taken as zero)",
                Hints.ofDigest(all, crc(HELLO, OFFER, SELECT, ACCEPT.with("digest", 0))));
        assertEquals(" (that of the SELECT)", Hints.ofDigest(all, SELECT.get("digest")));
        assertEquals(" (the OFFER is left out)", Hints.ofDigest(all, Forge.digest(List.of(HELLO, SELECT, ACCEPT))));
        assertEquals(" (of the last frame alone)", Hints.ofDigest(all, Forge.digest(List.of(ACCEPT))));
        assertEquals(" (zero)", Hints.ofDigest(all, 0));
        assertEquals("", Hints.ofDigest(all, ACCEPT.get("digest") ^ 1));
    }

    @Test
    void knowsAnotherCrc() {
        List<Frame> all = List.of(HELLO, OFFER, SELECT);
        CRC32 ethernet = new CRC32();
        all.forEach(frame -> ethernet.update(
                frame.shape().name().equals("SELECT") ? frame.with("digest", 0).bytes() : frame.bytes()));

        assertEquals(" (the CRC-32 of Ethernet, not CRC-32C)", Hints.ofDigest(all, ethernet.getValue()));
        assertEquals(" (not inverted at the end)", Hints.ofDigest(all, SELECT.get("digest") ^ 0xffff_ffffL));
    }

    private static long crc(Frame... frames) {
        CRC32C crc = new CRC32C();
        for (Frame frame : frames) {
            crc.update(frame.bytes());
        }
        return crc.getValue();
    }
}
