// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.UnaryOperator;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.kvm.KvmAccess;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmSide;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.wire.Framing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The judges find faults: a machine gets one input, and its judge another. */
class JudgesTest {
    private static final byte[] READ = frame(0x60, 1, AnnexDevice.COUNTER);
    private static final byte[] OTHER_READ = frame(0x60, 1, AnnexDevice.READS);
    private static final byte[] UNKNOWN_COMMAND = frame(2, 1, 0);
    private static final int NONCE = 1;

    /** For the judge, the first access that reaches the device is answered later. */
    private static final Lateness LATE = new Lateness(100, 0, 2);

    private static void assertWrong(String says, Executable judged) {
        Wrong wrong = assertThrows(Wrong.class, judged);
        assertTrue(wrong.getMessage().contains(says), wrong.getMessage());
    }

    private static byte[] frame(int first, long region, long offset) {
        byte[] frame = new byte[Octets.LENGTH];
        frame[0] = (byte) first;
        Octets.set64(frame, 8, region);
        Octets.set64(frame, 16, offset);
        return frame;
    }

    /** A device side takes one frame and its judge another, and the output is altered before the judge sees it. */
    private static void judgeDevice(byte[] handed, byte[] told, UnaryOperator<ByteBuf> bent) {
        judgeDevice(handed, told, Lateness.NONE, bent);
    }

    private static void judgeDevice(byte[] handed, byte[] told, Lateness lateness, UnaryOperator<ByteBuf> bent) {
        RecordingDevice device = new RecordingDevice(new ConformanceDevice());
        DeviceChannel channel = new DeviceChannel(DevicePolicy.DEFAULT, Framing.STREAM, device.model());
        DeviceJudge judge = new DeviceJudge(DevicePolicy.DEFAULT, Framing.STREAM, lateness);
        ByteBuf out = Unpooled.buffer();
        channel.receive(Unpooled.wrappedBuffer(handed), out, 0);
        judge.says(bent.apply(out));
        judge.handed(told, told.length);
        judge.judge(channel, device);
    }

    @Test
    void aDeviceSideThatIsRightIsRight() {
        assertDoesNotThrow(() -> judgeDevice(READ, READ, out -> out));
    }

    @Test
    void findsAnAnswerThatComesTwice() {
        assertWrong("due is []", () -> judgeDevice(READ, READ, out -> out.writeBytes(out.copy())));
    }

    @Test
    void findsAnAnswerThatDoesNotCome() {
        assertWrong("D owes", () -> judgeDevice(READ, READ, out -> Unpooled.EMPTY_BUFFER));
    }

    @Test
    void findsAnotherValue() {
        assertWrong("D sent 01", () -> judgeDevice(READ, READ, out -> out.setByte(0, 1)));
    }

    @Test
    void findsWhatIsInBytesThatHaveToBeZero() {
        assertWrong("D sent", () -> judgeDevice(READ, READ, out -> out.setByte(31, 1)));
    }

    @Test
    void findsAnAccessThatNobodyAskedFor() {
        assertWrong("the device performed", () -> judgeDevice(OTHER_READ, READ, out -> out));
    }

    @Test
    void findsAChannelThatIsNotClosed() {
        assertWrong(
                "accesses that reached the device",
                () -> judgeDevice(READ, UNKNOWN_COMMAND, out -> Unpooled.EMPTY_BUFFER));
    }

    @Test
    void findsAnAnswerThatTheDeviceHasNotGiven() {
        assertEquals(Lateness.When.LATER, LATE.of(0).when());
        assertWrong("due is []", () -> judgeDevice(READ, READ, LATE, out -> out));
    }

    @Test
    void findsADeviceSideThatDoesNotWaitForItsDevice() {
        assertWrong("whether D waits", () -> judgeDevice(READ, READ, LATE, out -> Unpooled.EMPTY_BUFFER));
    }

    @Test
    void findsACommandThatIsStartedBeforeAnEarlierOneHasCompleted() {
        byte[] both = Party.concat(READ, OTHER_READ);
        assertWrong("holds back all others", () -> judgeDevice(both, both, LATE, out -> out));
    }

    /** A KVM side of version 0 with one READ under way, and its judge. */
    private static final class KvmPair {
        final KvmSide<Vcpu> side;
        final KvmJudge judge;

        KvmPair() {
            KvmPolicy policy = KvmPolicy.builder().policy(Policy.OFF).build();
            side = new KvmSide<>(policy, NONCE);
            judge = new KvmJudge(new ExpectedKvm(policy, Framing.STREAM), side, NONCE);
            submit(KvmCommand.read(1, AnnexDevice.COUNTER, 4), KvmCommand.read(1, AnnexDevice.COUNTER, 4));
            written(Octets.LENGTH);
        }

        void submit(KvmCommand asked, KvmCommand told) {
            GuestAccess access = new GuestAccess(told);
            judge.submits(access);
            side.submit(new KvmAccess<>(new Vcpu(access)).ask(asked), 0);
            judge.judge(0);
            ByteBuf out = Unpooled.buffer();
            side.take(out, side.takeable());
            byte[] taken = new byte[out.readableBytes()];
            out.readBytes(taken);
            judge.taken(taken);
        }

        /** For its judge, the READ that is under way was cancelled. */
        void cancelled(AccessEnd told) {
            judge.cancels(judge.submitted().get(0), told);
            judge.judge(0);
        }

        void written(int length) {
            judge.expected().accesses.written(length);
            side.written(length, 0);
            judge.judge(0);
        }

        void receive(byte[] handed, byte[] told) {
            judge.expected().delivered(told);
            side.receive(Unpooled.wrappedBuffer(handed), 0);
            judge.judge(0);
        }
    }

    private static byte[] response(int data) {
        byte[] frame = new byte[Octets.LENGTH];
        Octets.set32(frame, 0, data);
        return frame;
    }

    @Test
    void aKvmSideThatIsRightIsRight() {
        KvmPair pair = new KvmPair();
        pair.receive(response(7), response(7));
        assertEquals(1, pair.judge.turns().size());
    }

    @Test
    void findsAValueThatNobodySent() {
        KvmPair pair = new KvmPair();
        assertWrong("READ 1:128/2 0 ended", () -> pair.receive(response(8), response(7)));
    }

    @Test
    void findsAnAccessThatIsCompletedByNothing() {
        KvmPair pair = new KvmPair();
        assertWrong("nothing was the matter", () -> pair.receive(response(7), new byte[0]));
    }

    @Test
    void findsAChannelThatDoesNotFail() {
        KvmPair pair = new KvmPair();
        byte[] marked = Octets.markedByD(Octets.OFFER);
        assertWrong("READ 1:128/2 0 ended", () -> pair.receive(response(7), marked));
    }

    @Test
    void findsAnotherCommandThanTheOneThatWasAsked() {
        KvmPair pair = new KvmPair();
        pair.receive(response(7), response(7));
        assertWrong("K sent", () -> pair.submit(KvmCommand.read(1, 8, 4), KvmCommand.read(1, 16, 4)));
    }

    @Test
    void findsAnAnswerToOneWhoHasGone() {
        KvmPair pair = new KvmPair();
        pair.cancelled(new AccessEnd.MaybeExecuted(""));
        assertWrong("ended twice", () -> pair.receive(response(7), response(7)));
    }

    @Test
    void findsACancelledAccessThatWasGivenOutAndIsSaidNotToBe() {
        KvmPair pair = new KvmPair();
        assertWrong("was cancelled and ended", () -> pair.cancelled(new AccessEnd.NotSent("")));
    }

    @Test
    void findsAnAccessThatWasBegunAndIsSaidNotToBe() {
        KvmPair pair = new KvmPair();
        // For its judge, the READ is the second frame, of which no byte was written
        pair.judge.submitted().get(0).frame = 1;
        pair.judge.expected().peerClosed();
        pair.side.peerClosed(0);
        assertWrong("READ 1:128/2 0 ended", () -> pair.judge.judge(0));
    }
}
