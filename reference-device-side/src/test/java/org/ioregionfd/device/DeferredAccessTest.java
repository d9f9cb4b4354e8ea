// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ioregionfd.device.Completion.Outcome;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;

/** A device that answers later: which commands start in the meantime, when responses leave, and what happens at the end. */
class DeferredAccessTest {
    private static final int OK = 1;
    private static final int DEVICE_FAULT = 4;

    /** Below this offset every access is answered at once with the offset; from it on every access is deferred. */
    private static final long SLOW = 0x100;

    private final List<Completion> deferred = new ArrayList<>();
    private final List<String> performed = new ArrayList<>();
    private int wakeUps;

    private void perform(DeviceAccess access) {
        performed.add((access.isWrite() ? "WRITE " : "READ ") + access.offset());
        if (access.offset() >= SLOW) {
            deferred.add(access.defer());
        } else {
            access.answer(access.offset());
        }
    }

    private Kvm kvm() {
        DeviceModel model = DeviceModel.of(1, 0x1000, () -> this::perform);
        return new Kvm(new DeviceChannel(DevicePolicy.DEFAULT, Framing.STREAM, model, () -> wakeUps++));
    }

    private Kvm open(int version, int maxInflight, Feature... features) {
        Kvm kvm = kvm();
        kvm.negotiate(version, FeatureSet.of(features), maxInflight);
        assertTrue(kvm.channel.state() instanceof DeviceState.Open);
        return kvm;
    }

    private Completion last() {
        return deferred.get(deferred.size() - 1);
    }

    private static ByteBuf read(long offset) {
        return Kvm.read(Layout.INFO_WORD, 4, 1, offset);
    }

    private static ByteBuf read(int tag, long offset) {
        return Kvm.taggedRead(tag, 4, 1, offset);
    }

    /** Hands in bytes that may not be taken, and gives the answers. */
    private static List<String> offer(Kvm kvm, ByteBuf bytes) {
        ByteBuf out = Unpooled.buffer();
        kvm.channel.receive(bytes, out, 0);
        return Kvm.frames(out);
    }

    /** [V0-016] */
    @Test
    void startsNothingInVersionZeroBeforeTheReadIsAnswered() {
        Kvm kvm = kvm();
        ByteBuf bytes = Kvm.all(read(SLOW), read(4), read(8));

        assertEquals(List.of(), offer(kvm, bytes));
        assertEquals(2 * Frame.LENGTH, bytes.readableBytes());
        assertEquals(Wants.COMPLETION, kvm.channel.wants());
        assertEquals(List.of(), offer(kvm, bytes));
        assertEquals(List.of("READ 256"), performed);

        assertEquals(Outcome.TAKEN, last().answer(0x1_0000_0007L));
        assertEquals(1, wakeUps);
        assertEquals(List.of(Kvm.response(7), Kvm.response(4), Kvm.response(8)), offer(kvm, bytes));
        assertEquals(Wants.INPUT, kvm.channel.wants());
    }

    /** [V0-012, ORD-001] A WRITE that wants no response also holds back the others. */
    @Test
    void startsNothingBeforeAPostedWriteHasTakenEffect() {
        Kvm legacy = kvm();
        ByteBuf bytes = Kvm.all(Kvm.posted(Layout.INFO_WORD, 4, 1, SLOW, 5), read(4));
        assertEquals(List.of(), offer(legacy, bytes));
        last().done();
        assertEquals(List.of(Kvm.response(4)), offer(legacy, bytes));

        Kvm tagged = open(2, 8, Feature.values());
        ByteBuf posted = Kvm.all(Kvm.taggedWrite(0, 4, 1, SLOW, 5), read(1, 4), Kvm.fence(2));
        assertEquals(List.of(), offer(tagged, posted));
        assertEquals(2 * Frame.LENGTH, posted.readableBytes());
        assertEquals(Outcome.TAKEN, last().fault());
        assertEquals(List.of(Kvm.response(4, 1, OK), Kvm.response(0, 2, OK)), offer(tagged, posted));
    }

    /** [V1-003] Ones if the device failed it later [ACE-002], and 0 for a WRITE, whatever its completion holds. */
    @Test
    void answersVersionOneWhenItIsCompleted() {
        Kvm kvm = open(1, 1);

        assertEquals(List.of(), offer(kvm, Kvm.read(Layout.INFO_WORD, 2, 1, SLOW)));
        last().fault();
        assertEquals(List.of(Kvm.response(0xFFFF)), kvm.proceed());
        assertEquals(List.of(), offer(kvm, Kvm.write(Layout.INFO_WORD, 8, 1, SLOW, 1)));
        last().answer(-1);
        assertEquals(List.of(Kvm.response(0)), kvm.proceed());
    }

    /** [HEL-011, OFR-003] Nothing is started between the HELLO and its OFFER. */
    @Test
    void answersAnAttachedHelloWhenItsReadIsCompleted() {
        Kvm kvm = kvm();
        ByteBuf hello = Kvm.attached(Layout.BYTE_FIELDS, 2, 1, SLOW);
        assertEquals(List.of(), offer(kvm, hello.duplicate()));
        assertEquals(Wants.COMPLETION, kvm.channel.wants());
        assertEquals(List.of(), kvm.proceed());
        last().answer(0xAABBCCDD11223344L);

        String offer = kvm.proceed().get(0);
        assertEquals("44332211" + "00000000" + "494f52480244", offer.substring(0, 28));
        assertEquals(List.of("READ 256"), performed);
        assertEquals(Wants.INPUT, kvm.channel.wants());
        kvm.remember(hello, offer);
        kvm.ask(kvm.select(2, FeatureSet.ALL, 64));
        assertTrue(kvm.channel.state() instanceof DeviceState.Open);
    }

    @Test
    void keepsTheOfferUntilThereIsRoom() {
        Kvm kvm = kvm();
        offer(kvm, Kvm.attached(Layout.INFO_WORD, 0, 1, SLOW));
        last().fault();
        ByteBuf none = Unpooled.buffer(0, Frame.LENGTH - 1);
        kvm.channel.proceed(none);

        assertEquals(0, none.readableBytes());
        assertEquals(Wants.ROOM, kvm.channel.wants());
        assertEquals("ff00000000000000", kvm.proceed().get(0).substring(0, 16));
    }

    /** [ORD-002, ORD-004] */
    @Test
    void answersReadsOutOfOrderAsTheyAreCompleted() {
        Kvm kvm = open(2, 8, Feature.OUT_OF_ORDER, Feature.FENCE);

        assertEquals(
                List.of(Kvm.response(4, 3, OK)),
                kvm.send(Kvm.all(read(1, SLOW), read(2, SLOW), read(3, 4), Kvm.fence(4), read(5, SLOW))));
        deferred.get(2).answer(5);
        deferred.get(1).fault();
        assertEquals(List.of(Kvm.response(5, 5, OK), Kvm.response(0xFFFFFFFFL, 2, DEVICE_FAULT)), kvm.proceed());
        deferred.get(0).answer(1);
        assertEquals(List.of(Kvm.response(1, 1, OK), Kvm.response(0, 4, OK)), kvm.proceed());
        assertEquals(2, wakeUps);
    }

    /** [ORD-002, ORD-003] */
    @Test
    void answersReadsInOrderWhicheverIsCompletedFirst() {
        Kvm kvm = open(2, 8, Feature.FENCE);

        assertEquals(List.of(), kvm.send(Kvm.all(read(1, SLOW), read(2, SLOW), read(3, 4), Kvm.fence(4))));
        assertEquals(List.of("READ 256", "READ 256", "READ 4"), performed);
        deferred.get(1).answer(2);
        assertEquals(List.of(), kvm.proceed());
        deferred.get(0).answer(1);
        assertEquals(
                List.of(Kvm.response(1, 1, OK), Kvm.response(2, 2, OK), Kvm.response(4, 3, OK), Kvm.response(0, 4, OK)),
                kvm.proceed());
    }

    /** [ORD-001] READs that wait are answered meanwhile. */
    @Test
    void startsNothingBeforeADeferredWriteIsCompleted() {
        Kvm kvm = open(2, 8, Feature.OUT_OF_ORDER, Feature.FENCE);
        ByteBuf bytes = Kvm.all(read(1, SLOW), Kvm.taggedWrite(2, 4, 1, SLOW, 5), read(3, 4), Kvm.fence(4));

        assertEquals(List.of(), offer(kvm, bytes));
        assertEquals(2 * Frame.LENGTH, bytes.readableBytes());
        deferred.get(0).answer(1);
        assertEquals(List.of(Kvm.response(1, 1, OK)), offer(kvm, bytes));
        assertEquals(List.of("READ 256", "WRITE 256"), performed);
        assertEquals(Wants.COMPLETION, kvm.channel.wants());
        deferred.get(1).done();
        assertEquals(
                List.of(Kvm.response(0, 2, OK), Kvm.response(4, 3, OK), Kvm.response(0, 4, OK)), offer(kvm, bytes));
    }

    /** In a window of 1 a READ holds back even commands that want no response. */
    @Test
    void startsNothingInAWindowOfOne() {
        Kvm kvm = open(2, 1, Feature.values());
        ByteBuf bytes = Kvm.all(read(1, SLOW), Kvm.taggedWrite(0, 4, 1, 4, 5), read(1, 8));

        assertEquals(List.of(), offer(kvm, bytes));
        assertEquals(List.of("READ 256"), performed);
        last().answer(3);
        assertEquals(List.of(Kvm.response(3, 1, OK), Kvm.response(8, 1, OK)), offer(kvm, bytes));
    }

    /** A second use, and one after the end, change nothing, and the result says so. */
    @Test
    void tellsOfACompletionThatComesTooLate() {
        Kvm kvm = kvm();
        offer(kvm, read(SLOW));
        assertEquals(Outcome.TAKEN, last().answer(1));
        assertEquals(Outcome.REPEATED, last().answer(2));
        assertEquals(Outcome.REPEATED, last().fault());
        assertEquals(List.of(Kvm.response(1)), kvm.proceed());
        assertEquals(Outcome.REPEATED, last().done());

        offer(kvm, read(SLOW));
        kvm.channel.peerClosed();
        assertEquals("end of stream", kvm.channel.ending().orElseThrow().toString());
        wakeUps = 0;
        assertEquals(Outcome.CHANNEL_OVER, last().answer(3));
        assertEquals(Outcome.REPEATED, last().answer(3));
        assertEquals(List.of(), kvm.proceed());
        assertEquals(0, wakeUps);
    }

    /** [DST-007] Completed responses that had not left yet are dropped with the channel. */
    @Test
    void sendsNothingAfterAViolation() {
        Kvm kvm = open(2, 4, Feature.OUT_OF_ORDER);
        kvm.send(read(1, SLOW));
        offer(kvm, Kvm.fence(2));
        kvm.assertViolated(Clause.VIO_003);

        assertEquals(Outcome.CHANNEL_OVER, last().answer(3));
        assertEquals(List.of(), kvm.proceed());
    }

    /** A completion while the device is being called wakes no thread. */
    @Test
    void takesACompletionFromWithinTheDevice() {
        DeviceModel model =
                DeviceModel.of(1, 0x1000, () -> access -> access.defer().answer(9));
        Kvm kvm = new Kvm(new DeviceChannel(DevicePolicy.DEFAULT, Framing.STREAM, model, () -> wakeUps++));

        assertEquals(
                List.of(Kvm.response(9), Kvm.response(0)),
                kvm.send(Kvm.all(read(0), Kvm.write(Layout.INFO_WORD, 1, 1, 0, 1))));
        kvm.negotiate(2, FeatureSet.ALL, 4);
        assertEquals(
                List.of(Kvm.response(9, 1, OK), Kvm.response(0, 2, OK), Kvm.response(0, 3, OK)),
                kvm.send(Kvm.all(
                        read(1, 0), Kvm.taggedWrite(0, 1, 1, 0, 1), Kvm.taggedWrite(2, 1, 1, 0, 1), Kvm.fence(3))));
        assertEquals(0, wakeUps);
    }

    /** A record stays where it is until it can be taken. */
    @Test
    void leavesARecordUntilTheAccessBeforeItIsCompleted() {
        DeviceModel model = DeviceModel.of(1, 0x1000, () -> this::perform);
        Kvm kvm = new Kvm(new DeviceChannel(DevicePolicy.DEFAULT, Framing.RECORDS, model));
        offer(kvm, read(SLOW));
        ByteBuf record = read(4);
        offer(kvm, record);
        assertEquals(Frame.LENGTH, record.readableBytes());
        last().answer(1);

        assertEquals(List.of(Kvm.response(1), Kvm.response(4)), offer(kvm, record));
        assertTrue(kvm.channel.ending().isEmpty());
    }

    /** Only its completion answers a deferred access. */
    @Test
    void refusesToAnswerWhatWasDeferred() {
        List<Consumer<DeviceAccess>> misuses =
                List.of(access -> access.answer(1), DeviceAccess::done, DeviceAccess::fault, DeviceAccess::defer);
        for (Consumer<DeviceAccess> misuse : misuses) {
            DeviceModel model = DeviceModel.of(1, 0x1000, () -> access -> {
                access.defer();
                misuse.accept(access);
            });
            DeviceChannel channel = new DeviceChannel(DevicePolicy.DEFAULT, Framing.STREAM, model);

            assertThrows(IllegalStateException.class, () -> channel.receive(read(0), Unpooled.buffer(), 0));
        }
    }

    /** [DEV-002] What a device can ask before it defers. */
    @Test
    void saysWhatHoldsBackOthers() {
        List<Boolean> holds = new ArrayList<>();
        DeviceModel model = DeviceModel.of(1, 0x1000, () -> access -> holds.add(access.holdsBackOthers()));
        for (int maxInflight = 1; maxInflight <= 2; maxInflight++) {
            Kvm kvm = new Kvm(new DeviceChannel(DevicePolicy.DEFAULT, Framing.STREAM, model));
            kvm.hello(Kvm.attached(Layout.INFO_WORD, 0, 1, 0));
            kvm.ask(kvm.select(2, FeatureSet.ALL, maxInflight));
            kvm.send(Kvm.all(read(1, 0), Kvm.taggedWrite(2, 1, 1, 0, 1)));
        }

        assertEquals(List.of(true, true, true, true, false, true), holds);
    }
}
