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

/** A written command is read back as the same command, and breaks no clause. */
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
        LegacyCommand read = new LegacyCommand(layout).read(out, 0);
        assertEquals(LegacyCommand.READ, read.cmd());
        assertEquals(true, read.resp());
        assertEquals(sizeExponent, read.sizeExponent());
        assertEquals(userData, read.userData());
        assertEquals(~userData, read.offset());
        assertEquals(0, read.data());
        LegacyCommand write = read.read(out, Frame.LENGTH);
        assertEquals(LegacyCommand.WRITE, write.cmd());
        assertEquals(wanted == ResponseWanted.YES, write.resp());
        assertEquals(sizeExponent, write.sizeExponent());
        assertEquals(Access.truncate(data, sizeExponent), write.data());
        if (layout == Layout.INFO_WORD) {
            assertEquals(
                    Optional.empty(), new LegacyCommand(layout).read(out, 0).violation(FeatureSet.NONE));
            assertEquals(
                    wanted == ResponseWanted.YES,
                    new LegacyCommand(layout)
                            .read(out, Frame.LENGTH)
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
            assertEquals(Optional.empty(), new TaggedCommand().read(out, index).violation(FeatureSet.ALL));
        }
        TaggedCommand write = new TaggedCommand().read(out, Frame.LENGTH);
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
                    new LegacyCommand(Layout.INFO_WORD)
                            .read(out, index)
                            .violation(FeatureSet.ALL)
                            .isEmpty());
        }
        ByteBuf exact = Unpooled.buffer();
        LegacyCommand.writeRead(exact, Layout.INFO_WORD, sizeExponent, 1, 0);
        LegacyCommand.writeWrite(exact, Layout.INFO_WORD, sizeExponent, ResponseWanted.YES, 1, 0, data);
        for (int index = 0; index < exact.writerIndex(); index += Frame.LENGTH) {
            assertEquals(
                    false,
                    new TaggedCommand()
                            .read(exact, index)
                            .violation(FeatureSet.ALL)
                            .isEmpty());
        }
    }

    @Property
    void responsesComeBack(@ForAll long data, @ForAll int tag, @ForAll Status status) {
        ByteBuf out = Unpooled.buffer();
        TaggedResponse.write(out, data, tag, status);
        LegacyResponse.write(out, data);
        TaggedResponse response = new TaggedResponse().read(out, 0);
        assertEquals(Optional.empty(), response.violation());
        assertEquals(data, response.data());
        assertEquals(tag, response.tag());
        assertEquals(status.code(), response.statusCode());
        assertEquals(data, LegacyResponse.data(out, Frame.LENGTH));
        assertEquals(2 * Frame.LENGTH, out.writerIndex());
    }

    /** [V2-005] names the first one. */
    @Property
    void aReservedByteOfAResponseIsFound(
            @ForAll long data,
            @ForAll @IntRange(min = 14, max = 31) int at,
            @ForAll @IntRange(min = 1, max = 255) int seen,
            @ForAll byte behind) {
        ByteBuf out = Unpooled.buffer();
        TaggedResponse.write(out, data, 7, Status.OK);
        out.setByte(Frame.LENGTH - 1, behind).setByte(at, seen);
        assertEquals(
                Optional.of(new Violation(Clause.V2_005, at, seen)),
                new TaggedResponse().read(out, 0).violation());
    }
}
