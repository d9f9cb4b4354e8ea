// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Any bytes against the codec: nothing throws, and every understood frame is written as it was read. */
class WireFuzz {
    @FuzzTest(maxDuration = "3s")
    void takesAnyBytes(byte[] input) {
        attempt(input);
    }

    /** The frames in the input, put together from pieces of the length of its first byte. */
    static void attempt(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ByteBuf all = Unpooled.wrappedBuffer(input, 1, input.length - 1);
        List<ByteBuf> whole = frames(all.duplicate(), Math.max(1, all.readableBytes()));
        List<ByteBuf> cut = frames(all.duplicate(), 1 + (input[0] & 0x3F));
        // [CHN-002]
        assertEquals(whole, cut);
        assertEquals(all.readableBytes() / Frame.LENGTH, whole.size());
        whole.forEach(WireFuzz::attemptFrame);
    }

    private static List<ByteBuf> frames(ByteBuf bytes, int pieceLength) {
        List<ByteBuf> frames = new ArrayList<>();
        FrameAssembler assembler = new FrameAssembler();
        while (bytes.isReadable()) {
            assembler.receive(bytes.readSlice(Math.min(pieceLength, bytes.readableBytes())), (buffer, index) -> {
                frames.add(buffer.copy(index, Frame.LENGTH));
                return FrameAssembler.Progress.MORE;
            });
        }
        assertTrue(assembler.held() < Frame.LENGTH);
        return frames;
    }

    private static void attemptFrame(ByteBuf frame) {
        attemptHandshake(frame, bytes -> HandshakeCodec.decodeCommand(bytes, 0));
        attemptHandshake(frame, bytes -> HandshakeCodec.decodeResponse(bytes, 0));
        attemptVersionOne(frame);
        attemptVersionTwo(frame);
        attemptResponse(frame);
        AgreementRecord.decode(frame, 0).ifPresent(agreement -> {
            ByteBuf out = Unpooled.buffer();
            AgreementRecord.encode(agreement, out);
            assertEquals(agreement, AgreementRecord.decode(out, 0).orElseThrow());
        });
        for (Layout layout : Layout.values()) {
            LegacyCommand command = new LegacyCommand(layout).read(frame, 0);
            assertTrue(command.cmd() >= 0 && command.sizeExponent() >= 0 && command.sizeExponent() <= 15);
        }
    }

    private static void attemptHandshake(ByteBuf frame, Function<ByteBuf, Decoding> decoder) {
        Decoding decoding = decoder.apply(frame);
        if (decoding instanceof Decoding.Decoded decoded) {
            ByteBuf out = Unpooled.buffer();
            HandshakeCodec.encode(decoded.frame(), out);
            assertEquals(decoding, decoder.apply(out));
            if (decoded.frame() instanceof Offer || decoded.frame() instanceof Accept) {
                assertEquals(frame, out);
            }
        } else if (decoding instanceof Decoding.Malformed malformed) {
            assertTrue(malformed.violation().offset() < Frame.LENGTH);
        } else {
            throw new AssertionError("32 bytes are a frame: " + decoding);
        }
    }

    /** This side could have sent any command that breaks no clause. */
    private static void attemptVersionOne(ByteBuf frame) {
        LegacyCommand command = new LegacyCommand(Layout.INFO_WORD).read(frame, 0);
        boolean excess = Access.truncate(command.data(), command.sizeExponent()) != command.data();
        if (command.violation(FeatureSet.ALL).isPresent() || excess) {
            return;
        }
        ByteBuf out = Unpooled.buffer();
        int exponent = command.sizeExponent();
        if (command.cmd() == LegacyCommand.READ) {
            LegacyCommand.writeRead(out, Layout.INFO_WORD, exponent, command.userData(), command.offset());
        } else {
            ResponseWanted wanted = command.resp() ? ResponseWanted.YES : ResponseWanted.NO;
            LegacyCommand.writeWrite(
                    out, Layout.INFO_WORD, exponent, wanted, command.userData(), command.offset(), command.data());
        }
        assertEquals(frame, out);
    }

    private static void attemptVersionTwo(ByteBuf frame) {
        TaggedCommand command = new TaggedCommand().read(frame, 0);
        if (command.violation(FeatureSet.ALL).isPresent()
                || Access.truncate(command.data(), command.sizeExponent()) != command.data()) {
            return;
        }
        ByteBuf out = Unpooled.buffer();
        int exponent = command.sizeExponent();
        int tag = command.tag();
        if (command.op() == Op.READ.taggedCode()) {
            TaggedCommand.writeRead(out, exponent, tag, command.userData(), command.offset());
        } else if (command.op() == Op.WRITE.taggedCode()) {
            TaggedCommand.writeWrite(out, exponent, tag, command.userData(), command.offset(), command.data());
        } else {
            TaggedCommand.writeFence(out, tag);
        }
        assertEquals(frame, out);
    }

    private static void attemptResponse(ByteBuf frame) {
        TaggedResponse response = new TaggedResponse().read(frame, 0);
        if (response.violation().isEmpty()) {
            ByteBuf out = Unpooled.buffer();
            TaggedResponse.write(
                    out,
                    response.data(),
                    response.tag(),
                    Status.of(response.statusCode()).orElseThrow());
            assertEquals(frame, out);
        }
    }
}
