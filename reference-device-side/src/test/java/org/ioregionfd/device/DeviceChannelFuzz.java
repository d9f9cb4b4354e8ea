// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.TranscriptDigest;

/**
 * Anything that a K may send, against the whole machine. The input is a script: settings, then steps that make frames, some
 * of them with the right digest, which no fuzzer would ever guess.
 */
class DeviceChannelFuzz {
    @FuzzTest(maxDuration = "3s")
    void takesAnyBytes(byte[] input) {
        attempt(input);
    }

    static void attempt(byte[] input) {
        new Attempt(Unpooled.wrappedBuffer(input)).run();
    }

    /** One script. */
    private static final class Attempt {
        private static final Policy[] POLICIES = Policy.values();
        private static final Layout[] LAYOUTS = Layout.values();

        private final ByteBuf script;
        private final DevicePolicy policy;
        private final int pieceLength;
        private final DeviceChannel channel;
        /** All that K has sent, and all that came back. */
        private final ByteBuf sent = Unpooled.buffer();

        private final ByteBuf answers = Unpooled.buffer();
        private final TranscriptDigest digest = new TranscriptDigest();
        private int framesSent;

        Attempt(ByteBuf script) {
            this.script = script;
            policy = DevicePolicy.DEFAULT
                    .withPolicy(POLICIES[next() % POLICIES.length])
                    .withLayout(LAYOUTS[next() % LAYOUTS.length])
                    .withFeatures(new FeatureSet(next() & 7))
                    .withMaxInflight(1 + next() % 5);
            pieceLength = 1 + next() % 64;
            channel = new DeviceChannel(policy, Framing.STREAM, ConformanceDevice.MODEL);
        }

        void run() {
            while (script.isReadable()) {
                ByteBuf frame = Unpooled.buffer(Frame.LENGTH);
                make(next() % 6, frame);
                send(frame);
            }
            channel.peerClosed();
            assertEquals(Phase.CLOSED, channel.phase());
            assertTrue(channel.ending().isPresent());
            assertCutsChangeNothing();
        }

        private void make(int step, ByteBuf out) {
            switch (step) {
                case 0 -> raw(out);
                case 1 -> hello(out);
                case 2 -> select(out);
                case 3 -> command(out);
                case 4 -> versionTwo(out);
                default -> again(out);
            }
        }

        private void send(ByteBuf frame) {
            sent.writeBytes(frame, 0, frame.readableBytes());
            framesSent++;
            boolean marked = Frame.isMarkedCommand(frame, 0);
            boolean over = channel.phase() != Phase.SERVING;
            ByteBuf out = Unpooled.buffer();
            channel.receive(frame, out, 0);
            assertEquals(0, frame.readableBytes());
            assertEquals(0, out.readableBytes() % Frame.LENGTH);
            // [DST-007]
            assertTrue(!over || !out.isReadable(), "an answer after the end");
            // [FAI-004]
            assertTrue(out.readableBytes() <= (policy.maxInflight() + 1) * Frame.LENGTH);
            for (int index = 0; index < out.readableBytes(); index += Frame.LENGTH) {
                // [CHN-007]
                assertTrue(marked || !Frame.isMarkedResponse(out, index), "a marked answer to an unmarked frame");
                if (Frame.isMarkedResponse(out, index) && Frame.responseKind(out, index) == 2) {
                    digest.restart(sent, sent.writerIndex() - Frame.LENGTH);
                    digest.add(out, index);
                }
            }
            answers.writeBytes(out);
            // [CHN-006]
            assertTrue(answers.readableBytes() <= framesSent * Frame.LENGTH, "more answers than frames");
        }

        /** [CHN-002] */
        private void assertCutsChangeNothing() {
            DeviceChannel other = new DeviceChannel(policy, Framing.STREAM, ConformanceDevice.MODEL);
            ByteBuf out = Unpooled.buffer();
            while (sent.isReadable()) {
                other.receive(sent.readSlice(Math.min(pieceLength, sent.readableBytes())), out, 0);
            }
            other.peerClosed();
            assertEquals(answers, out);
            assertEquals(channel.ending(), other.ending());
            assertEquals(channel.agreement(), other.agreement());
        }

        private void raw(ByteBuf out) {
            for (int i = 0; i < Frame.LENGTH; i++) {
                out.writeByte(next());
            }
        }

        private void hello(ByteBuf out) {
            int kind = next();
            Layout layout = LAYOUTS[kind & 1];
            HandshakeCodec.encode(
                    (kind & 2) != 0
                            ? Hello.detached(layout, next(), next())
                            : Hello.of(layout, kind >> 2 & 3, kind >> 4 & 3, offset(), next()),
                    out);
        }

        private void select(ByteBuf out) {
            HandshakeCodec.encode(new Select(next() % 4, next() % 8, new FeatureSet(next() % 16), 0), out);
            TranscriptDigest.set(out, 0, digest.seal(out, 0));
        }

        /** Of version 0 or 1, or nearly. */
        private void command(ByteBuf out) {
            out.writeByte(next()).writeByte(next()).writeZero(6);
            out.writeLongLE(next() & 3).writeLongLE(offset()).writeLongLE(next());
        }

        private void versionTwo(ByteBuf out) {
            out.writeByte(2 + next() % 4).writeByte(next() % 5).writeShortLE(next() % 3);
            out.writeIntLE(next() % 8);
            out.writeLongLE(next() & 3).writeLongLE(offset()).writeLongLE(next());
        }

        /** The last frame once more, with a byte that differs. */
        private void again(ByteBuf out) {
            if (framesSent == 0) {
                out.writeZero(Frame.LENGTH);
            } else {
                out.writeBytes(sent, sent.writerIndex() - Frame.LENGTH, Frame.LENGTH);
            }
            out.setByte(next() % Frame.LENGTH, next());
        }

        /** A register, memory, or HELLO_OFFSET. */
        private long offset() {
            int at = next();
            return at == 0xFF ? Frame.HELLO_OFFSET : at < 0x30 ? 0x100 + at : at;
        }

        private int next() {
            return script.isReadable() ? script.readUnsignedByte() : 0;
        }
    }
}
