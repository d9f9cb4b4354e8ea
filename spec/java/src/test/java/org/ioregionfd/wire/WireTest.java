// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WireTest {
    @Test
    void markerIsFoundAtItsPlaceOnly() {
        ByteBuf frame = Unpooled.buffer().writeZero(Frame.LENGTH);
        for (int at = 0; at <= Frame.LENGTH - Frame.MARKER_LENGTH; at++) {
            frame.setZero(0, Frame.LENGTH).setCharSequence(at, "IORH", java.nio.charset.StandardCharsets.US_ASCII);
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    NO_COMMON_VERSION        | 0x55000003         | offered versions 0,1
                    VERSION_NOT_OFFERED      | 0x3                | version 3
                    FEATURE_NOT_OFFERED      | 0x6                | OUT_OF_ORDER FENCE
                    FEATURE_DEPENDENCY       | 0x2                | OUT_OF_ORDER
                    REQUIRED_FEATURE_MISSING | 0x8000000000000004 | FENCE bit 63
                    BAD_WINDOW               | 0x40               | at most 64
                    RESERVED_NOT_ZERO        | 0x1f               | byte 31
                    PIN_UNSATISFIED          | 0xc000000000000005 | version, window, POSTED_WRITES FENCE
                    PIN_UNSATISFIED          | 0x8000000000000000 | window
                    """)
    void whatARefusalIsAboutHasAName(Reason reason, String detail, String words) {
        long bits = Long.parseUnsignedLong(detail.substring(2), 16);
        assertEquals("REJECT " + reason + ", detail " + detail + ": " + words, new Reject(reason, bits).toString());
        assertEquals("ABORT " + reason + ", detail " + detail + ": " + words, new Abort(reason, bits).toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"BAD_WINDOW", "DIGEST_MISMATCH", "UNEXPECTED_FRAME", "POLICY", "RESOURCES"})
    void aDetailThatNamesNothingIsANumber(Reason reason) {
        assertEquals("ABORT " + reason + ", detail 0x0", new Abort(reason, 0).toString());
    }
}
