// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceChannel.Wants;

/** The device side's machine with the conformance device behind it and an awkward transport around it. */
final class DeviceEnd implements Party {
    private final Scenario scenario;
    private final Dice dice;
    private final Trace trace;
    private final Pipe in;
    private final Pipe out;
    private final RecordingDevice device = new RecordingDevice();
    private final DeviceChannel channel;
    private final DeviceJudge judge;
    /** Handed in and not taken, because the output was full. */
    private byte[] untaken = new byte[0];

    private byte[] unwritten = new byte[0];
    private Ended ended = Ended.NOT;
    private long rejectedNanos;

    /** How much of the channel D's transport has ended. */
    private enum Ended {
        NOT,
        SENDING,
        BOTH
    }

    DeviceEnd(Scenario scenario, Wires wires, Dice dice, Trace trace) {
        this.scenario = scenario;
        this.dice = dice;
        this.trace = trace;
        in = wires.toD();
        out = wires.toK();
        channel = new DeviceChannel(scenario.devicePolicy(), scenario.framing(), device.model());
        judge = new DeviceJudge(scenario.devicePolicy(), scenario.framing());
    }

    DeviceChannel channel() {
        return channel;
    }

    DeviceJudge judge() {
        return judge;
    }

    @Override
    public boolean read(long nowNanos) {
        // Back-pressure: nothing is read while something is to be sent
        boolean pressed = channel.phase() == Phase.SERVING && unwritten.length > 0;
        if (ended == Ended.BOTH || channel.phase() == Phase.CLOSED || pressed) {
            return false;
        }
        byte[] bytes = untaken.length > 0 ? untaken : in.read(scenario.chunk(dice));
        if (bytes.length == 0 && !in.isAtEnd()) {
            return false;
        }
        if (bytes.length == 0) {
            trace.note(() -> "D sees the end");
            peerClosed(nowNanos);
        } else {
            receive(bytes, nowNanos);
        }
        return true;
    }

    private void receive(byte[] bytes, long nowNanos) {
        int before = dice.below(4);
        ByteBuf buffer = Unpooled.buffer(before + bytes.length);
        buffer.writeZero(before).writeBytes(bytes).skipBytes(before);
        ByteBuf room = someRoom();
        channel.receive(buffer, room, nowNanos);
        int taken = bytes.length - buffer.readableBytes();
        Wrong.unless(taken > 0, () -> "D takes nothing although there is room for its answers");
        untaken = Arrays.copyOfRange(bytes, taken, bytes.length);
        judge.taken(Arrays.copyOf(bytes, taken));
        ByteBuf answers = Unpooled.buffer().writeBytes(room);
        // What one command has set free leaves as there is room for it.
        while (channel.phase() == Phase.SERVING && channel.wants() == Wants.ROOM) {
            ByteBuf more = someRoom();
            channel.proceed(more);
            answers.writeBytes(more);
        }
        byte[] sent = new byte[answers.readableBytes()];
        answers.getBytes(answers.readerIndex(), sent);
        trace.note(() -> "D reads " + Octets.hex(bytes) + " and takes " + taken + ", answers " + Octets.hex(sent));
        judged(answers, nowNanos);
        unwritten = concat(unwritten, sent);
        Wrong.unlessSame(1, buffer.refCnt(), () -> "references to a buffer that D was lent");
        Wrong.unlessSame(1, room.refCnt(), () -> "references to a buffer that D was lent");
    }

    private ByteBuf someRoom() {
        return Unpooled.buffer(Octets.LENGTH, DeviceChannel.OUTPUT_MIN + Octets.LENGTH * dice.below(8));
    }

    @Override
    public boolean write(long nowNanos) {
        if (ended == Ended.BOTH) {
            return false;
        }
        if (unwritten.length == 0) {
            return endSending();
        }
        int length = dice.percent(60) ? unwritten.length : dice.between(1, unwritten.length);
        if (scenario.framing() == DeviceChannel.Framing.RECORDS) {
            length = unwritten.length;
        }
        int written = out.write(unwritten, 0, length);
        if (written == 0) {
            return false;
        }
        if (written == Pipe.BROKEN) {
            trace.note(() -> "D's write fails");
            unwritten = new byte[0];
            // [CHN-008] as the end of the stream
            peerClosed(nowNanos);
        } else {
            trace.note(() -> "D writes " + written);
            unwritten = Arrays.copyOfRange(unwritten, written, unwritten.length);
        }
        return true;
    }

    /** All was sent: the channel ends as far as the machine says. */
    private boolean endSending() {
        if (channel.phase() == Phase.DRAINING && ended == Ended.NOT) {
            trace.note(() -> "D shuts down sending");
            ended = Ended.SENDING;
            out.end();
            return true;
        }
        if (channel.phase() == Phase.CLOSED) {
            trace.note(() -> "D closes: " + channel.ending());
            ended = Ended.BOTH;
            out.end();
            in.breakOff();
            return true;
        }
        return false;
    }

    @Override
    public long nextDeadlineNanos() {
        return channel.nextDeadlineNanos().orElse(NEVER);
    }

    @Override
    public void deadlineReached(long nowNanos) {
        if (nowNanos >= nextDeadlineNanos()) {
            judge.expected().close();
        }
        channel.deadlineReached(nowNanos);
        judged(Unpooled.EMPTY_BUFFER, nowNanos);
    }

    @Override
    public void finish(long nowNanos) {
        // A device side serves until K goes
    }

    @Override
    public boolean isClosed() {
        return ended == Ended.BOTH;
    }

    private void peerClosed(long nowNanos) {
        judge.peerClosed();
        channel.peerClosed();
        judged(Unpooled.EMPTY_BUFFER, nowNanos);
    }

    private void judged(ByteBuf answers, long nowNanos) {
        boolean drained = judge.wasDraining();
        judge.judge(answers, channel, device);
        if (!drained) {
            rejectedNanos = nowNanos;
        }
        judge.judgeDeadline(channel, rejectedNanos);
    }

    static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
