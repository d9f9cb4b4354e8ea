// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;

/** What holds for any bytes, however they are cut. */
class DeviceChannelProperties {
    private static final DevicePolicy POLICY = DevicePolicy.DEFAULT.withMaxInflight(4);
    private static final int OUT_MAX = 3 * Frame.LENGTH;

    /** A conversation that begins in one of the states, and its bytes. */
    record Conversation(int start, String hex) {
        ByteBuf bytes() {
            return Kvm.bytes(hex);
        }
    }

    /** [CHN-002] The same bytes cut anywhere, with answers taken in small batches, have the same result. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void cutsChangeNothing(
            @ForAll("conversations") Conversation conversation, @ForAll @Size(max = 8) List<Integer> cuts) {
        DeviceChannel whole = start(conversation.start());
        DeviceChannel cut = start(conversation.start());
        ByteBuf bytes = conversation.bytes();

        String expected = answers(whole, bytes.duplicate(), Kvm.OUT_MAX);
        StringBuilder seen = new StringBuilder();
        for (int at : cuts) {
            int length = Math.floorMod(at, bytes.readableBytes() + 1);
            seen.append(answers(cut, bytes.readSlice(length), OUT_MAX));
        }
        seen.append(answers(cut, bytes, OUT_MAX));

        assertEquals(expected, seen.toString());
        assertEquals(whole.phase(), cut.phase());
        whole.peerClosed();
        cut.peerClosed();
        assertEquals(whole.ending(), cut.ending());
    }

    /** [FAI-004] Never an exception; answers are whole frames, and no more than there were commands. */
    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void anyBytesAreAnsweredWithinBounds(@ForAll("conversations") Conversation conversation) {
        DeviceChannel channel = start(conversation.start());
        ByteBuf in = conversation.bytes();
        int frames = in.readableBytes() / Frame.LENGTH;

        String answers = answers(channel, in, OUT_MAX);

        assertEquals(0, answers.length() % (2 * Frame.LENGTH));
        assertTrue(answers.length() / (2 * Frame.LENGTH) <= frames);
        channel.peerClosed();
        assertEquals(Phase.CLOSED, channel.phase());
        assertTrue(channel.ending().isPresent());
        assertEquals("", answers(channel, conversation.bytes(), OUT_MAX));
    }

    /** [DST-007] Bytes after the end change nothing. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void nothingIsAnsweredOnceTheChannelIsOver(@ForAll("conversations") Conversation conversation) {
        DeviceChannel channel = start(conversation.start());
        answers(channel, conversation.bytes(), OUT_MAX);
        if (channel.phase() == Phase.SERVING) {
            return;
        }
        var ending = channel.ending();

        assertEquals("", answers(channel, conversation.bytes(), OUT_MAX));
        assertEquals(ending, channel.ending());
    }

    /** [CHN-007] */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void marksNothingWhereNothingIsMarked(@ForAll("conversations") Conversation conversation) {
        ByteBuf bytes = conversation.bytes();
        for (int index = 0; index + Frame.LENGTH <= bytes.readableBytes(); index += Frame.LENGTH) {
            bytes.setByte(index + 5, 0);
        }
        int whole = bytes.readableBytes() / Frame.LENGTH * Frame.LENGTH;

        ByteBuf answers = Kvm.bytes(answers(start(conversation.start()), bytes.readSlice(whole), OUT_MAX));

        for (int index = 0; index < answers.readableBytes(); index += Frame.LENGTH) {
            assertFalse(Frame.isMarkedResponse(answers, index));
        }
    }

    @Provide
    Arbitrary<Conversation> conversations() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.oneOf(likelyFrames(), likelyFrames(), anyFrame())
                                .list()
                                .ofMaxSize(24),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(Frame.LENGTH - 1))
                .as((start, frames, fragment) -> {
                    ByteBuf bytes = Unpooled.buffer();
                    frames.forEach(bytes::writeBytes);
                    bytes.writeBytes(fragment);
                    return new Conversation(start, Kvm.hex(bytes));
                });
    }

    private static Arbitrary<byte[]> anyFrame() {
        return Arbitraries.bytes().array(byte[].class).ofSize(Frame.LENGTH);
    }

    /** Commands that are mostly right for some version, with few tags, regions and offsets, and frames of the handshake. */
    private static Arbitrary<byte[]> likelyFrames() {
        Arbitrary<Integer> kinds = Arbitraries.integers().between(0, 9);
        Arbitrary<Integer> tags = Arbitraries.integers().between(0, 5);
        Arbitrary<Integer> regions = Arbitraries.integers().between(1, 3);
        Arbitrary<Integer> offsets = Arbitraries.of(0, 0xFF, 0x100, 0x108, 0x110, 0x110, 0x118, 0x120, 0x128, 0xFFF);
        return Combinators.combine(kinds, tags, regions, offsets).as((kind, tag, region, offset) -> {
            ByteBuf frame = switch (kind) {
                case 0 -> Kvm.read(Layout.INFO_WORD, 2, region, offset);
                case 1 -> Kvm.write(Layout.BYTE_FIELDS, 4, region, offset, tag);
                case 2, 3 -> Kvm.taggedRead(tag, 4, region, offset);
                case 4 -> Kvm.taggedWrite(tag, 1, region, offset, 0xAA);
                case 5 -> Kvm.taggedWrite(0, 8, region, 0x118, offset);
                case 6 -> Kvm.fence(tag + 1);
                case 7 -> Kvm.attached(Layout.INFO_WORD, 2, region, offset);
                case 8 -> Kvm.marked(Frame.HANDSHAKE_OP, 0, tag);
                default -> Kvm.detached();
            };
            byte[] bytes = new byte[Frame.LENGTH];
            frame.readBytes(bytes);
            return bytes;
        });
    }

    private static DeviceChannel start(int start) {
        FeatureSet inOrder = new FeatureSet(0b101);
        return switch (start) {
            case 0 -> new DeviceChannel(POLICY, Framing.STREAM, ConformanceDevice.MODEL);
            case 1 -> new DeviceChannel(POLICY.withPolicy(Policy.OFF), Framing.STREAM, ConformanceDevice.MODEL);
            case 2 -> Kvm.open(POLICY, 1, FeatureSet.possibleWith(ProtocolVersion.EXACT), 1).channel;
            case 3 -> Kvm.open(POLICY, 2, inOrder, 4).channel;
            case 4 -> Kvm.open(POLICY, 2, FeatureSet.ALL, 4).channel;
            default -> {
                Kvm kvm = new Kvm(POLICY);
                kvm.hello(Kvm.detached());
                yield kvm.channel;
            }
        };
    }

    /** All that is answered to these bytes, in as many batches as it takes. */
    private static String answers(DeviceChannel channel, ByteBuf in, int outMax) {
        StringBuilder answers = new StringBuilder();
        do {
            ByteBuf out = Unpooled.buffer(0, outMax);
            int before = in.readableBytes();
            channel.receive(in, out, 0);
            answers.append(Kvm.hex(out));
            assertTrue(in.readableBytes() < before || before == 0, "no progress");
        } while (in.isReadable());
        return answers.toString();
    }
}
