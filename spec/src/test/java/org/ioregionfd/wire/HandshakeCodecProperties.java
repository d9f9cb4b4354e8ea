// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
            @ForAll int versions) {
        comesBack(new Hello(layout, sizeExponent, userData, offset, new VersionSet(versions), (int) userData));
    }

    @Property
    void offerComesBack(
            @ForAll long value,
            @ForAll @IntRange(max = 0xFFFF) int window,
            @ForAll long features,
            @ForAll int versions,
            @ForAll int nonce) {
        comesBack(new Offer(value, window, new FeatureSet(features), new VersionSet(versions), nonce));
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
            Frame.setMarker(buffer, Frame.COMMAND_MARKER, FrameKind.HELLO);
            buffer.setByte(Frame.COMMAND_KIND, kind);
            Frame.setMarker(buffer, Frame.RESPONSE_MARKER, FrameKind.OFFER);
            buffer.setByte(Frame.RESPONSE_KIND, kind);
            decodesToWhatItsLengthSays(buffer);
        }
    }

    @Test
    void refusesToBuildWhatNoFrameMayBe() {
        assertThrows(IllegalArgumentException.class, () -> new Hello(Layout.INFO_WORD, 4, 0, 0, VersionSet.NONE, 0));
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
