// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a channel asks of its transport: phases, deadlines, bounded output, records. */
class DeviceChannelTest {
    private static final long NOW = Long.MAX_VALUE - 5;

    private static Kvm rejected() {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
        // Close to where the clock's numbers wrap around.
        kvm.nowNanos = NOW;
        kvm.hello(Kvm.detached());
        kvm.ask(kvm.select(3, FeatureSet.NONE, 1));
        return kvm;
    }

    /** [REJ-001, DST-007] */
    @Test
    void discardsAfterARejectUntilTheEndOfTheStream() {
        Kvm kvm = rejected();
        assertEquals(Phase.DRAINING, kvm.channel.phase());

        assertEquals(List.of(), kvm.send(Kvm.all(Kvm.detached(), Kvm.read(Layout.INFO_WORD, 1, 1, 0))));
        assertEquals(List.of(), kvm.send("00"));
        assertEquals(Phase.DRAINING, kvm.channel.phase());
        kvm.channel.peerClosed();

        assertEquals(Phase.CLOSED, kvm.channel.phase());
        assertEquals(
                "REJECT VERSION_NOT_OFFERED, detail 0x3: version 3 (SEL-013: byte 8 holds 0x3)",
                kvm.channel.ending().orElseThrow().toString());
    }

    /** [REJ-001] */
    @Test
    void closesWithinASecondAfterAReject() {
        Kvm kvm = rejected();
        long deadlineNanos = kvm.channel.nextDeadlineNanos().orElseThrow();
        assertTrue(deadlineNanos - NOW <= 1_000_000_000L);

        kvm.channel.deadlineReached(NOW);
        assertEquals(Phase.DRAINING, kvm.channel.phase());
        kvm.channel.deadlineReached(deadlineNanos - 1);
        assertEquals(Phase.DRAINING, kvm.channel.phase());
        kvm.channel.deadlineReached(deadlineNanos);

        assertEquals(Phase.CLOSED, kvm.channel.phase());
        assertEquals(OptionalLong.empty(), kvm.channel.nextDeadlineNanos());
    }

    /** [DST-006] */
    @Test
    void hasNoDeadlineWhileKIsSilent() {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
        assertEquals(OptionalLong.empty(), kvm.channel.nextDeadlineNanos());
        kvm.hello(Kvm.detached());
        assertEquals(OptionalLong.empty(), kvm.channel.nextDeadlineNanos());
        kvm.ask(kvm.select(2, FeatureSet.ALL, 64));
        assertEquals(OptionalLong.empty(), kvm.channel.nextDeadlineNanos());
        kvm.channel.deadlineReached(Long.MAX_VALUE);
        assertEquals(Phase.SERVING, kvm.channel.phase());
    }

    /** [CHN-006] */
    @Test
    void saysNothingUntilAFrameIsWhole() {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
        ByteBuf hello = Kvm.detached();

        assertEquals(List.of(), kvm.send(Unpooled.EMPTY_BUFFER));
        assertEquals(List.of(), kvm.send(hello.readSlice(Frame.LENGTH - 1)));
        assertEquals(1, kvm.send(hello).size());
    }

    /** [CHN-004] */
    @ParameterizedTest
    @ValueSource(ints = {1, 16, 31})
    void closesOnAFragmentAtTheEndOfTheStream(int length) {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
        kvm.send(Kvm.read(Layout.INFO_WORD, 1, 1, 0).writerIndex(length));
        kvm.channel.peerClosed();

        kvm.assertViolated(Clause.CHN_004);
    }

    /** [CHN-005] */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void closesOnARecordOfAnotherLength(int length) {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT, Framing.RECORDS);
        assertEquals(1, kvm.send(Kvm.read(Layout.INFO_WORD, 1, 1, 0)).size());

        assertEquals(List.of(), kvm.send(Unpooled.buffer().writeZero(length)));
        kvm.assertViolated(Clause.CHN_005);
    }

    /** [FAI-004] A batch ends where an answer might not fit, and goes on where it ended. */
    @Test
    void stopsWhereAnAnswerMightNotFitAndGoesOn() {
        Kvm kvm = Kvm.open(DevicePolicy.DEFAULT, 2, FeatureSet.of(Feature.OUT_OF_ORDER), 3);
        ByteBuf in = Unpooled.buffer();
        for (int tag = 1; tag <= 10; tag++) {
            in.writeBytes(Kvm.taggedRead(tag, 4, 1, 0x128));
        }

        ByteBuf tooSmall = Unpooled.buffer(0, DeviceChannel.OUTPUT_MIN - 1);
        kvm.channel.receive(in, tooSmall, 0);
        assertEquals(0, tooSmall.readableBytes());
        assertEquals(10 * Frame.LENGTH, in.readableBytes());
        assertEquals(Wants.ROOM, kvm.channel.wants());

        ByteBuf forThree = Unpooled.buffer(0, 4 * Frame.LENGTH - 1);
        kvm.channel.receive(in, forThree, 0);
        assertEquals(3 * Frame.LENGTH, forThree.readableBytes());
        assertEquals(7 * Frame.LENGTH, in.readableBytes());

        ByteBuf rest = Unpooled.buffer();
        kvm.channel.receive(in, rest, 0);
        assertEquals(Kvm.response(3, 4, 1), Kvm.frames(rest).get(0));
        assertEquals(0, in.readableBytes());
        assertEquals(Wants.INPUT, kvm.channel.wants());
    }

    /** [FAI-004] Responses that one command makes ready wait for room, and nothing starts before they have left. */
    @Test
    void keepsWhatACommandSetsFreeUntilThereIsRoom() {
        for (FeatureSet features : List.of(FeatureSet.ALL, FeatureSet.of(Feature.POSTED_WRITES, Feature.FENCE))) {
            Kvm kvm = Kvm.open(DevicePolicy.DEFAULT, 2, features, 5);
            kvm.send(Kvm.all(
                    Kvm.taggedRead(1, 4, 1, 0x110),
                    Kvm.taggedRead(2, 4, 1, 0x110),
                    Kvm.fence(3),
                    Kvm.taggedRead(4, 4, 1, 0x110)));
            ByteBuf in = Kvm.all(Kvm.taggedWrite(5, 4, 1, 0x118, 7), Kvm.taggedRead(6, 4, 1, 0x100));

            List<String> answers = new ArrayList<>();
            for (int room = 0; room < 5; room++) {
                ByteBuf out = Unpooled.buffer(0, 2 * Frame.LENGTH - 1);
                kvm.channel.receive(in, out, 0);
                answers.addAll(Kvm.frames(out));
                assertEquals(Frame.LENGTH, in.readableBytes());
                assertEquals(Wants.ROOM, kvm.channel.wants());
            }
            ByteBuf last = Unpooled.buffer(0, Frame.LENGTH);
            kvm.channel.receive(in, last, 0);
            answers.addAll(Kvm.frames(last));

            assertEquals(Wants.INPUT, kvm.channel.wants());
            assertEquals(
                    Set.of(
                            Kvm.response(7, 1, 1),
                            Kvm.response(7, 2, 1),
                            Kvm.response(0, 3, 1),
                            Kvm.response(7, 4, 1),
                            Kvm.response(0, 5, 1),
                            Kvm.response(3, 6, 1)),
                    Set.copyOf(answers));
            assertEquals(6, answers.size());
        }
    }

    /** A device that forgets to answer has failed the access. */
    @Test
    void answersForADeviceThatSaysNothing() {
        DeviceModel silent = DeviceModel.of(5, Long.MAX_VALUE, () -> access -> {});
        DeviceChannel channel = new DeviceChannel(DevicePolicy.DEFAULT, Framing.STREAM, silent);
        ByteBuf out = Unpooled.buffer(0, 1 << 16);
        channel.receive(
                Kvm.all(
                        Kvm.read(Layout.INFO_WORD, 2, 5, Long.MAX_VALUE - 2),
                        Kvm.write(Layout.INFO_WORD, 4, 5, Long.MAX_VALUE - 4, 1)),
                out,
                0);

        assertEquals(List.of(Kvm.response(0xFFFF), Kvm.response(0xFFFFFFFFL)), Kvm.frames(out));
    }

    @Test
    void remembersWhatWasAgreedAfterTheEnd() {
        Kvm kvm = Kvm.open(DevicePolicy.DEFAULT, 2, FeatureSet.of(Feature.FENCE), 7);
        kvm.channel.peerClosed();

        assertEquals(
                "version 2, features FENCE, window 7",
                kvm.channel.agreement().orElseThrow().toString());
    }
}
