// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.ioregionfd.device.Completion;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.device.model.ConformanceDevice;

/** The device side's machine with a device behind it, often a late one, and an awkward transport around it. */
final class DeviceEnd extends Party {
    private final Optional<LateDevice> late;
    private final RecordingDevice device;
    private final DeviceChannel channel;
    private final DeviceJudge judge;
    /** Bytes that were handed in but not taken, because the output was full. */
    private byte[] untaken = new byte[0];

    /** D's transport has shut down sending. */
    private boolean isSilent;

    /** The machine must be called because a device has completed something. */
    private boolean isWoken;

    private long rejectedNanos;
    private int completions;
    private int repeated;
    private int neglected;

    DeviceEnd(Scenario scenario, Wires wires, Dice dice, Trace trace) {
        super(scenario, dice, trace, wires.toD(), wires.toK());
        late = scenario.lateness().isPossible() ? Optional.of(new LateDevice(scenario.lateness())) : Optional.empty();
        device = new RecordingDevice(late.isPresent() ? late.get() : new ConformanceDevice());
        channel = new DeviceChannel(scenario.devicePolicy(), scenario.framing(), device.model(), () -> isWoken = true);
        judge = new DeviceJudge(scenario.devicePolicy(), scenario.framing(), scenario.lateness());
    }

    DeviceChannel channel() {
        return channel;
    }

    DeviceJudge judge() {
        return judge;
    }

    @Override
    boolean read(long nowNanos) {
        // Back-pressure: nothing is read while something must be sent
        boolean pressed = channel.phase() == Phase.SERVING && unwritten.length > 0;
        if (isClosed() || channel.phase() == Phase.CLOSED || pressed) {
            return false;
        }
        if (judge.isHeldBack() && !isWoken) {
            return waits(nowNanos);
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

    /** An access holds back all others: nothing is taken. The end of the stream is still noticed, now or later. */
    private boolean waits(long nowNanos) {
        if (in.isOver() && (nextCompletionNanos() == NEVER || dice.oneIn(8))) {
            trace.note(() -> "D sees the end while it waits for its device");
            peerClosed(nowNanos);
            return true;
        }
        if (untaken.length > 0 && dice.oneIn(8)) {
            // A call in vain is not needed, but allowed
            ByteBuf buffer = Unpooled.wrappedBuffer(untaken);
            ByteBuf room = someRoom();
            channel.receive(buffer, room, nowNanos);
            Wrong.unlessSame(untaken.length, buffer.readableBytes(), () -> "bytes that D has left");
            judge.says(room);
            judged(nowNanos);
        }
        return false;
    }

    /** Goes on with the completions of devices, if there are any. */
    boolean proceed(long nowNanos) {
        if (!isWoken || isClosed()) {
            return false;
        }
        ByteBuf room = someRoom();
        beginCall(nowNanos);
        channel.proceed(room);
        send(() -> "D goes on", room);
        judge.takeCompletions();
        judged(nowNanos);
        return true;
    }

    private void receive(byte[] bytes, long nowNanos) {
        int before = dice.below(4);
        ByteBuf buffer = Unpooled.buffer(before + bytes.length);
        buffer.writeZero(before).writeBytes(bytes).skipBytes(before);
        ByteBuf room = someRoom();
        boolean wakes = isWoken;
        beginCall(nowNanos);
        channel.receive(buffer, room, nowNanos);
        int taken = bytes.length - buffer.readableBytes();
        untaken = Arrays.copyOfRange(bytes, taken, bytes.length);
        send(() -> "D reads " + Octets.hex(bytes) + " and takes " + taken, room);
        judge.handed(bytes, taken);
        judged(nowNanos);
        Wrong.unless(taken > 0 || wakes, () -> "D takes nothing although there is room for its answers");
        Wrong.unlessSame(1, buffer.refCnt(), () -> "references to a buffer that D was lent");
        Wrong.unlessSame(1, room.refCnt(), () -> "references to a buffer that D was lent");
    }

    private void beginCall(long nowNanos) {
        isWoken = false;
        late.ifPresent(device -> device.time(nowNanos));
    }

    /** Ready responses leave when there is room for them. */
    private void send(Supplier<String> how, ByteBuf first) {
        ByteBuf answers = Unpooled.buffer().writeBytes(first);
        while (channel.phase() == Phase.SERVING && channel.wants() == Wants.ROOM) {
            ByteBuf more = someRoom();
            channel.proceed(more);
            answers.writeBytes(more);
        }
        byte[] sent = new byte[answers.readableBytes()];
        answers.getBytes(answers.readerIndex(), sent);
        trace.note(() -> how.get() + ", answers " + Octets.hex(sent));
        judge.says(answers);
        toWrite(sent);
    }

    private ByteBuf someRoom() {
        return Unpooled.buffer(Octets.LENGTH, DeviceChannel.OUTPUT_MIN + Octets.LENGTH * dice.below(8));
    }

    @Override
    boolean write(long nowNanos) {
        if (isClosed()) {
            return false;
        }
        if (unwritten.length == 0) {
            return endSending();
        }
        int length = dice.percent(60) ? unwritten.length : dice.between(1, unwritten.length);
        int written = writeSome(keepsRecords() ? unwritten.length : length);
        if (written == 0) {
            return false;
        }
        if (written == Pipe.BROKEN) {
            trace.note(() -> "D's write fails");
            // [CHN-008] as the end of the stream
            peerClosed(nowNanos);
        } else {
            trace.note(() -> "D writes " + written);
        }
        return true;
    }

    /** All was sent: the channel ends as far as the machine says. */
    private boolean endSending() {
        if (channel.phase() == Phase.DRAINING && !isSilent) {
            trace.note(() -> "D shuts down sending");
            isSilent = true;
            out.end();
            return true;
        }
        if (channel.phase() == Phase.CLOSED) {
            trace.note(() -> "D closes: " + channel.ending());
            close();
            return true;
        }
        return false;
    }

    @Override
    long nextDeadlineNanos() {
        return Math.min(ownDeadlineNanos(), nextCompletionNanos());
    }

    private long ownDeadlineNanos() {
        return channel.nextDeadlineNanos().orElse(NEVER);
    }

    private long nextCompletionNanos() {
        return late.map(LateDevice::nextNanos).orElse(NEVER);
    }

    @Override
    void deadlineReached(long nowNanos) {
        if (nowNanos >= ownDeadlineNanos()) {
            judge.close();
        }
        channel.deadlineReached(nowNanos);
        while (nowNanos >= nextCompletionNanos()) {
            complete(late.orElseThrow());
        }
        judged(nowNanos);
    }

    /** The device completes something, on a thread of its own. */
    private void complete(LateDevice device) {
        boolean serves = judge.isServing();
        int number = device.completeNext(serves ? Completion.Outcome.TAKEN : Completion.Outcome.CHANNEL_OVER);
        Performed access = judge.device.complete(number);
        trace.note(() -> "the device completes " + access + (serves ? "" : ", too late"));
        Wrong.unless(!serves || isWoken, () -> "nobody is woken by the completion of " + access);
        completions++;
        if (dice.percent(15)) {
            repeat(device);
        }
    }

    private void repeat(LateDevice device) {
        if (device.repeat(dice)) {
            trace.note(() -> "the device completes something again");
            repeated++;
        }
    }

    /**
     * The channel has ended, and the device completes everything left: the result says that it is too late, and nothing
     * changes.
     */
    void completeRest() {
        isWoken = false;
        late.ifPresent(device -> {
            neglected = device.completeRest();
            repeat(device);
        });
        Wrong.unless(!isWoken, () -> "a channel that is over is woken");
        Wrong.unless(!channel.hasCompletions(), () -> "a channel that is over keeps completions");
    }

    /** Accesses that were not completed at once. */
    void count(Tally tally) {
        judge.arrived.forEach(tally::arrived);
        tally.saw("a device completes later", completions);
        tally.saw("a device completes twice", repeated);
        tally.saw("a device completes after the end", neglected);
    }

    private void peerClosed(long nowNanos) {
        judge.close();
        channel.peerClosed();
        judged(nowNanos);
    }

    private void judged(long nowNanos) {
        boolean drained = judge.wasDraining;
        judge.judge(channel, device);
        if (!drained) {
            rejectedNanos = nowNanos;
        }
        judge.judgeDeadline(channel, rejectedNanos);
    }
}
