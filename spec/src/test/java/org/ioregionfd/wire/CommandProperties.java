// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What is written as a command is read back as that command, and breaks no clause. */
class CommandProperties {
    /** It tells that there are more edge cases than tries; held here because loggers are held weakly. */
    private static final Logger JQWIK = Logger.getLogger("net.jqwik");

    static {
        JQWIK.setLevel(Level.WARNING);
    }

    @Property
    void legacyCommandsComeBack(
            @ForAll Layout layout,
            @ForAll @IntRange(max = 3) int sizeExponent,
            @ForAll ResponseWanted wanted,
            @ForAll long userData,
            @ForAll long data) {
        ByteBuf out = Unpooled.buffer();
        LegacyCommand.writeRead(out, layout, sizeExponent, userData, ~userData);
        LegacyCommand.writeWrite(out, layout, sizeExponent, wanted, userData, ~userData, data);
        LegacyCommand read = new LegacyCommand(out, 0, layout);
        assertEquals(LegacyCommand.READ, read.cmd());
        assertEquals(true, read.resp());
        assertEquals(sizeExponent, read.sizeExponent());
        assertEquals(userData, read.userData());
        assertEquals(~userData, read.offset());
        assertEquals(0, read.data());
        LegacyCommand write = read.wrap(out, Frame.LENGTH, layout);
        assertEquals(LegacyCommand.WRITE, write.cmd());
        assertEquals(wanted == ResponseWanted.YES, write.resp());
        assertEquals(sizeExponent, write.sizeExponent());
        assertEquals(Access.truncate(data, sizeExponent), write.data());
        if (layout == Layout.INFO_WORD) {
            assertEquals(Optional.empty(), new LegacyCommand(out, 0, layout).violation(FeatureSet.NONE));
            assertEquals(
                    wanted == ResponseWanted.YES,
                    new LegacyCommand(out, Frame.LENGTH, layout)
                            .violation(FeatureSet.NONE)
                            .isEmpty());
        }
    }

    @Property
    void taggedCommandsComeBack(
            @ForAll @IntRange(max = 3) int sizeExponent, @ForAll int tag, @ForAll long userData, @ForAll long data) {
        ByteBuf out = Unpooled.buffer();
        int used = tag == 0 ? 1 : tag;
        TaggedCommand.writeRead(out, sizeExponent, used, userData, ~userData);
        TaggedCommand.writeWrite(out, sizeExponent, tag, userData, ~userData, data);
        TaggedCommand.writeFence(out, used);
        for (int index = 0; index < out.writerIndex(); index += Frame.LENGTH) {
            assertEquals(Optional.empty(), new TaggedCommand(out, index).violation(FeatureSet.ALL));
        }
        TaggedCommand write = new TaggedCommand(out, Frame.LENGTH);
        assertEquals(Op.WRITE.taggedCode(), write.op());
        assertEquals(tag == 0 ? ResponseWanted.NO : ResponseWanted.YES, write.responseWanted());
        assertEquals(tag, write.tag());
        assertEquals(userData, write.userData());
        assertEquals(~userData, write.offset());
        assertEquals(Access.truncate(data, sizeExponent), write.data());
    }

    @Property
    void version2IsNoticedByVersion1AndTheOtherWayRound(
            @ForAll @IntRange(max = 3) int sizeExponent, @ForAll int tag, @ForAll long data) {
        ByteBuf out = Unpooled.buffer();
        int used = tag == 0 ? 1 : tag;
        TaggedCommand.writeRead(out, sizeExponent, used, 1, 0);
        TaggedCommand.writeWrite(out, sizeExponent, used, 1, 0, data);
        TaggedCommand.writeFence(out, used);
        for (int index = 0; index < out.writerIndex(); index += Frame.LENGTH) {
            assertEquals(
                    false,
                    new LegacyCommand(out, index, Layout.INFO_WORD)
                            .violation(FeatureSet.ALL)
                            .isEmpty());
        }
        ByteBuf exact = Unpooled.buffer();
        LegacyCommand.writeRead(exact, Layout.INFO_WORD, sizeExponent, 1, 0);
        LegacyCommand.writeWrite(exact, Layout.INFO_WORD, sizeExponent, ResponseWanted.YES, 1, 0, data);
        for (int index = 0; index < exact.writerIndex(); index += Frame.LENGTH) {
            assertEquals(
                    false,
                    new TaggedCommand(exact, index).violation(FeatureSet.ALL).isEmpty());
        }
    }

    @Property
    void responsesComeBack(@ForAll long data, @ForAll int tag, @ForAll Status status) {
        ByteBuf out = Unpooled.buffer();
        TaggedResponse.write(out, data, tag, status);
        LegacyResponse.write(out, data);
        TaggedResponse response = new TaggedResponse(out, 0);
        assertEquals(Optional.empty(), response.violation());
        assertEquals(data, response.data());
        assertEquals(tag, response.tag());
        assertEquals(status.code(), response.statusCode());
        assertEquals(data, LegacyResponse.data(out, Frame.LENGTH));
        assertEquals(2 * Frame.LENGTH, out.writerIndex());
    }
}
