// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.DeviceState;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Framing;

/** Holds a device side to what its document makes of the bytes that it was handed. */
final class DeviceJudge {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Framing framing;
    private final ExpectedDevice expected;
    private final byte[] partial = new byte[Octets.LENGTH];
    private int held;
    private boolean draining;

    DeviceJudge(DevicePolicy policy, Framing framing, Lateness lateness) {
        this.framing = framing;
        expected = new ExpectedDevice(policy, lateness);
    }

    ExpectedDevice expected() {
        return expected;
    }

    /** Whether D had sent a REJECT when it was judged last. */
    boolean wasDraining() {
        return draining;
    }

    /** D was handed these bytes, and has taken so many of them. */
    void handed(byte[] bytes, int taken) {
        // [CHN-005]
        if (framing == Framing.RECORDS && bytes.length != Octets.LENGTH && expected.isServing()) {
            expected.close();
        }
        expected.takeCompletions();
        for (int i = 0; i < taken; i++) {
            partial[held++] = bytes[i];
            if (held == Octets.LENGTH) {
                held = 0;
                expected.take(partial.clone());
            }
        }
    }

    void peerClosed() {
        expected.close();
    }

    /** After each call: what came out has to be what was due, and the machine has to stand where it should. */
    void judge(ByteBuf out, DeviceChannel channel, RecordingDevice device) {
        Wrong.unlessSame(0, out.readableBytes() % Octets.LENGTH, () -> "bytes of a broken frame from D");
        while (out.isReadable()) {
            byte[] frame = new byte[Octets.LENGTH];
            out.readBytes(frame);
            match(frame);
        }
        Wrong.unless(expected.due().isEmpty(), () -> "D owes " + dump(expected.due()));
        device.compare(expected.device().calls());
        Wrong.unlessSame(phase(), channel.phase(), () -> "what D's transport has to do");
        boolean waits = channel.phase() == Phase.SERVING && channel.wants() == Wants.COMPLETION;
        Wrong.unlessSame(expected.isHeldBack(), waits, () -> "whether D waits for its device");
        draining = phase() == Phase.DRAINING;
        Wrong.unlessSame(expected.agreement(), channel.agreement(), () -> "what D agreed to");
        Optional<Agreement> open =
                channel.state() instanceof DeviceState.Open now ? Optional.of(now.agreement()) : Optional.empty();
        boolean isOpen = expected.state() == ExpectedDevice.State.OPEN;
        Wrong.unlessSame(isOpen ? expected.agreement() : Optional.empty(), open, () -> "D's state Open");
        boolean isOffered = expected.state() == ExpectedDevice.State.OFFERED;
        Wrong.unless(
                isOffered == channel.state() instanceof DeviceState.Offered, () -> "D's state is " + channel.state());
    }

    /** [DST-006] only a REJECT is followed by a deadline, [REJ-001] of 1 s at most. */
    void judgeDeadline(DeviceChannel channel, long rejectedNanos) {
        boolean runs = channel.nextDeadlineNanos().isPresent();
        Wrong.unlessSame(phase() == Phase.DRAINING, runs, () -> "a deadline of D's runs");
        if (runs) {
            long restNanos = channel.nextDeadlineNanos().orElseThrow() - rejectedNanos;
            Wrong.unless(restNanos <= SECOND_NANOS, () -> "D reads on for " + restNanos + " ns after its REJECT");
        }
    }

    /** A frame has to be the next that is due, or one of those that may be. */
    private void match(byte[] frame) {
        List<Due> due = expected.due();
        List<Due> before = new ArrayList<>();
        for (Due candidate : due) {
            boolean mayBeNext = before.isEmpty()
                    || (candidate.place == Due.Place.ANYWHERE && candidate.cause == before.get(0).cause);
            if (mayBeNext && Arrays.equals(candidate.frame, frame)) {
                due.remove(candidate);
                return;
            }
            before.add(candidate);
        }
        throw new Wrong("D sent " + Octets.hex(frame) + ", due is " + dump(due));
    }

    private Phase phase() {
        return switch (expected.state()) {
            case UNNEGOTIATED, OFFERED, OPEN -> Phase.SERVING;
            case DRAINING -> Phase.DRAINING;
            case CLOSED -> Phase.CLOSED;
        };
    }

    private static String dump(List<Due> due) {
        return due.stream().map(frame -> Octets.hex(frame.frame)).toList().toString();
    }
}
