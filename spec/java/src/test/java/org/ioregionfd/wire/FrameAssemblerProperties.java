// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameAssemblerProperties {
    @Property
    void framesAreTheSameWhereverTheStreamIsCut(
            @ForAll @Size(max = 200) byte[] stream,
            @ForAll @Size(max = 20) List<@IntRange(min = 1, max = 70) Integer> cuts) {
        List<String> frames = new ArrayList<>();
        FrameAssembler assembler = new FrameAssembler();
        ByteBuf rest = Unpooled.wrappedBuffer(stream);
        for (int cut : cuts) {
            assembler.receive(rest.readSlice(Math.min(cut, rest.readableBytes())), keepIn(frames));
        }
        assembler.receive(rest, keepIn(frames));
        List<String> expected = new ArrayList<>();
        for (int at = 0; at + Frame.LENGTH <= stream.length; at += Frame.LENGTH) {
            expected.add(ByteBufUtil.hexDump(stream, at, Frame.LENGTH));
        }
        assertEquals(expected, frames);
        assertEquals(stream.length % Frame.LENGTH, assembler.held());
    }

    @Test
    void stopLeavesTheBytesThatFollow() {
        FrameAssembler assembler = new FrameAssembler();
        ByteBuf stream = Unpooled.buffer().writeZero(3 * Frame.LENGTH);
        assembler.receive(stream.readSlice(5), (buffer, index) -> FrameAssembler.Progress.MORE);
        assembler.receive(stream, (buffer, index) -> FrameAssembler.Progress.STOP);
        assertEquals(2 * Frame.LENGTH, stream.readableBytes());
        assembler.receive(stream, (buffer, index) -> FrameAssembler.Progress.STOP);
        assertEquals(Frame.LENGTH, stream.readableBytes());
    }

    private static FrameAssembler.Sink keepIn(List<String> frames) {
        return (buffer, index) -> {
            frames.add(ByteBufUtil.hexDump(buffer, index, Frame.LENGTH));
            return FrameAssembler.Progress.MORE;
        };
    }
}
