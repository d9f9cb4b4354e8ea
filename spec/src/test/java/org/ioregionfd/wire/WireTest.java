// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WireTest {
    @Test
    void markerIsFoundAtItsPlaceOnly() {
        ByteBuf frame = Unpooled.buffer().writeZero(Frame.LENGTH);
        for (int at = 0; at <= Frame.LENGTH - Frame.MARKER_LENGTH; at++) {
            frame.setZero(0, Frame.LENGTH).setCharSequence(at, "IORHS", java.nio.charset.StandardCharsets.US_ASCII);
            assertEquals(at == 2, Frame.isMarkedCommand(frame, 0), "MRK-001, command, byte " + at);
            assertEquals(at == 8, Frame.isMarkedResponse(frame, 0), "MRK-001, response, byte " + at);
        }
    }

    @Test
    void digestIsTheSameWhateverStandsInTheDigestField() {
        ByteBuf frame = Unpooled.buffer().writeZero(Frame.LENGTH);
        TranscriptDigest digest = new TranscriptDigest();
        digest.restart(frame, 0);
        int expected = digest.seal(frame, 0);
        TranscriptDigest.set(frame, 0, 0x12345678);
        ByteBuf zero = Unpooled.buffer().writeZero(Frame.LENGTH);
        digest.restart(zero, 0);
        assertEquals(expected, digest.seal(frame, 0));
    }

    @Test
    void onesAreOfTheAccessSize() {
        assertEquals(0xFFL, Access.ones(0));
        assertEquals(0xFFFFL, Access.ones(1));
        assertEquals(0xFFFF_FFFFL, Access.ones(2));
        assertEquals(-1L, Access.ones(3));
        assertEquals(-1L, Access.ones(9), "V0-014: no valid size, all 64 bits");
    }

    @Test
    void highestVersionLeavesGreaseAndUnknownVersionsOut() {
        assertEquals(Optional.of(ProtocolVersion.TAGGED), new VersionSet(0xFF00_0007).highest());
        assertEquals(Optional.of(ProtocolVersion.LEGACY), new VersionSet(0x0080_0001).highest());
        assertEquals(Optional.empty(), new VersionSet(0xFFFF_FFF8).highest());
        assertEquals(false, new VersionSet(-1).lists(24));
    }

    @Test
    void featuresNeedTheirVersions() {
        assertEquals(FeatureSet.NONE, FeatureSet.possibleWith(ProtocolVersion.LEGACY));
        assertEquals(FeatureSet.of(Feature.POSTED_WRITES), FeatureSet.possibleWith(ProtocolVersion.EXACT));
        assertEquals(FeatureSet.ALL, FeatureSet.possibleWith(ProtocolVersion.TAGGED));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Agreement(ProtocolVersion.EXACT, FeatureSet.of(Feature.FENCE), 1, Layout.INFO_WORD));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Agreement(ProtocolVersion.EXACT, FeatureSet.NONE, 2, Layout.INFO_WORD));
    }

    @Test
    void unknownBitsAreShown() {
        assertEquals("POSTED_WRITES FENCE bit 40 bit 63", new FeatureSet(1L << 63 | 1L << 40 | 5).toString());
        assertEquals("0,2", new VersionSet(0x0100_0005).toString());
        assertEquals("REJECT reason 777, detail 0x10", new Reject(777, 16).toString());
    }
}
