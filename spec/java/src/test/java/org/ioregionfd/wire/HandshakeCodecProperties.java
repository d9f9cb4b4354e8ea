// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HandshakeCodecProperties {
    /** It tells that there are more edge cases than tries; held here because loggers are held weakly. */
    private static final Logger JQWIK = Logger.getLogger("net.jqwik");

    static {
        JQWIK.setLevel(Level.WARNING);
    }

    @Property
    void helloComesBack(
            @ForAll Layout layout,
            @ForAll @IntRange(max = 3) int sizeExponent,
            @ForAll long userData,
            @ForAll long offset,
            @ForAll @IntRange(max = Hello.NONCE_MAX) int nonce) {
        Hello hello = Hello.of(layout, sizeExponent, userData, offset, nonce);
        comesBack(hello);
        assertEquals(layout, hello.layout(), "HEL-010");
        assertEquals(sizeExponent, hello.sizeExponent());
    }

    @Property
    void aHelloIsItsReadButForBytes2To7(
            @ForAll Layout layout,
            @ForAll @IntRange(max = 3) int sizeExponent,
            @ForAll long userData,
            @ForAll long offset,
            @ForAll @IntRange(max = Hello.NONCE_MAX) int nonce) {
        ByteBuf read = Unpooled.buffer(Frame.LENGTH);
        LegacyCommand.writeRead(read, layout, sizeExponent, userData, offset);
        ByteBuf hello = Unpooled.buffer(Frame.LENGTH);
        HandshakeCodec.encode(Hello.of(layout, sizeExponent, userData, offset, nonce), hello);
        read.setBytes(2, hello, 2, 6);
        assertEquals(read, hello, "HEL-007");
    }

    @Property
    void readHeadsAreThoseOfTheDocument(@ForAll @IntRange(max = 0xFFFF) int head) {
        boolean infoWord = head >>> 8 == 0 && Set.of(0x40, 0x50, 0x60, 0x70).contains(head);
        boolean byteFields =
                (head & 0xFF) == 0 && Set.of(0, 1, 2, 3, 0x10, 0x11, 0x12, 0x13).contains(head >>> 8);
        assertEquals(infoWord || byteFields, Hello.isReadHead(head), "HEL-010");
    }

    @Property
    void offerComesBack(
            @ForAll long value,
            @ForAll @IntRange(max = 0xFFFF) int window,
            @ForAll long features,
            @ForAll int versions,
            @ForAll @IntRange(max = Hello.NONCE_MAX) int nonce,
            @ForAll int reserved) {
        comesBack(new Offer(value, window, new FeatureSet(features), new VersionSet(versions), nonce, reserved));
    }

    @Property
    void selectAndAcceptComeBack(
            @ForAll @IntRange(max = 0xFFFF) int version,
            @ForAll @IntRange(max = 0xFFFF) int window,
            @ForAll long features,
            @ForAll int digest) {
        comesBack(new Select(version, window, new FeatureSet(features), digest));
        comesBack(new Accept(version, window, new FeatureSet(features), digest));
    }

    @Property
    void rejectAndAbortComeBack(@ForAll @IntRange(max = 0xFFFF) int reason, @ForAll long detail) {
        comesBack(new Reject(reason, detail));
        comesBack(new Abort(reason, detail));
    }

    @Property
    void anyBytesDecodeToAValue(@ForAll @Size(max = 40) byte[] bytes, @ForAll @IntRange(max = 255) int kind) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        decodesToWhatItsLengthSays(buffer);
        if (bytes.length >= Frame.LENGTH) {
            Frame.setMarker(buffer, Fields.COMMAND_MARKER, FrameKind.HELLO);
            buffer.setByte(Fields.COMMAND_KIND, kind);
            Frame.setMarker(buffer, Fields.RESPONSE_MARKER, FrameKind.OFFER);
            buffer.setByte(Fields.RESPONSE_KIND, kind);
            decodesToWhatItsLengthSays(buffer);
        }
    }

    @Test
    void refusesToBuildWhatNoFrameMayBe() {
        assertThrows(IllegalArgumentException.class, () -> new Hello(0x0400, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> Hello.of(Layout.INFO_WORD, 0, 0, 0, 256));
        assertThrows(IllegalArgumentException.class, () -> new Offer(0, 0x10000, FeatureSet.NONE, VersionSet.NONE, 0));
        assertThrows(IllegalArgumentException.class, () -> new Select(-1, 1, FeatureSet.NONE, 0));
        assertThrows(IllegalArgumentException.class, () -> new Reject(0x10000, 0));
    }

    private static void decodesToWhatItsLengthSays(ByteBuf buffer) {
        Decoding command = HandshakeCodec.decodeCommand(buffer, 0);
        Decoding response = HandshakeCodec.decodeResponse(buffer, 0);
        int missing = Frame.LENGTH - buffer.writerIndex();
        if (missing > 0) {
            assertEquals(new Decoding.NeedMore(missing), command);
            assertEquals(new Decoding.NeedMore(missing), response);
        } else {
            assertEquals(false, command instanceof Decoding.NeedMore);
            assertEquals(false, response instanceof Decoding.NeedMore);
        }
    }

    private static void comesBack(HandshakeFrame frame) {
        ByteBuf bytes = Unpooled.buffer();
        HandshakeCodec.encode(frame, bytes);
        assertEquals(Frame.LENGTH, bytes.readableBytes());
        Decoding decoding = switch (frame.kind()) {
            case HELLO, SELECT, ABORT -> HandshakeCodec.decodeCommand(bytes, 0);
            case OFFER, ACCEPT, REJECT -> HandshakeCodec.decodeResponse(bytes, 0);
            case RECORD -> throw new AssertionError();
        };
        assertEquals(frame, assertInstanceOf(Decoding.Decoded.class, decoding).frame());
    }
}
