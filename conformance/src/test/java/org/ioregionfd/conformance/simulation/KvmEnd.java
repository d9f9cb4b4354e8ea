// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmSide;
import org.ioregionfd.kvm.KvmState;

/** The KVM side's machine with a transport around it that does what the machine's contract says, as awkwardly as it may. */
final class KvmEnd extends Party {
    /** About as long as an access takes. */
    private static final int PATIENCE_NANOS = 30_000;

    private final KvmSide<Vcpu> side;
    private final KvmJudge judge;
    /** vCPUs whose access has not ended. */
    private final List<Vcpu> running = new ArrayList<>();

    private final ArrayDeque<Vcpu> idle = new ArrayDeque<>();
    private int ended;

    KvmEnd(Scenario scenario, Wires wires, Dice dice, Trace trace) {
        super(scenario, dice, trace, wires.toK(), wires.toD());
        KvmPolicy policy = scenario.kvmPolicy();
        int nonce = dice.below(256);
        side = new KvmSide<>(policy, nonce);
        judge = new KvmJudge(new ExpectedKvm(policy, scenario.framing()), side, nonce);
    }

    KvmSide<Vcpu> side() {
        return side;
    }

    KvmJudge judge() {
        return judge;
    }

    void submit(GuestAccess access, long nowNanos) {
        if (scenario.cancelling().hasDeadlines() && !access.isRelease()) {
            access.untilNanos = patience(nowNanos);
        }
        trace.note(() -> "guest: " + access + (access.untilNanos == NEVER ? "" : " until " + access.untilNanos));
        Vcpu vcpu = idle.isEmpty() ? new Vcpu(access) : idle.remove();
        vcpu.access = access;
        vcpu.slot.ask(access.command);
        if (access.untilNanos != NEVER) {
            vcpu.slot.patientUntil(access.untilNanos);
        }
        running.add(vcpu);
        judge.submits(access);
        side.submit(vcpu.slot, nowNanos);
        judged(nowNanos);
    }

    private long patience(long nowNanos) {
        return switch (dice.below(4)) {
            case 0, 1 -> NEVER;
            case 2 -> nowNanos + dice.below(PATIENCE_NANOS);
            default -> nowNanos + dice.below(1_000_000_000) * 5L;
        };
    }

    /** Interrupts some caller, whatever its access waits for. If its access has ended, nothing is lost. */
    void interrupt(long nowNanos) {
        if (!idle.isEmpty() && dice.oneIn(8)) {
            side.abandon(idle.element().slot, "interrupted in vain", nowNanos);
            judged(nowNanos);
        }
        if (running.isEmpty()) {
            return;
        }
        Vcpu vcpu = running.get(dice.below(running.size()));
        if (vcpu.access.frame != GuestAccess.NEVER || !vcpu.access.isRelease()) {
            cancel(vcpu, "interrupted", nowNanos);
        }
    }

    /** Unless another one's end has just ended it. */
    private void runOut(Vcpu vcpu, long nowNanos) {
        if (vcpu.access.end == null) {
            cancel(vcpu, "out of time", nowNanos);
        }
    }

    private void cancel(Vcpu vcpu, String why, long nowNanos) {
        trace.note(() -> "guest: " + vcpu.access + " is " + why);
        // Its slot is not used again, because an answer may still come
        running.remove(vcpu);
        side.abandon(vcpu.slot, why, nowNanos);
        judge.cancels(vcpu.access, AccessEnd.of(vcpu.slot));
        judged(nowNanos);
    }

    void negotiate(long nowNanos) {
        trace.note(() -> "user negotiates");
        judge.negotiates();
        side.negotiate(nowNanos);
        judged(nowNanos);
    }

    @Override
    boolean write(long nowNanos) {
        if (isClosed() || (unwritten.length == 0 && !take())) {
            return false;
        }
        byte[] given = unwritten;
        int written = writeSome(keepsRecords() || dice.percent(60) ? given.length : dice.between(1, given.length));
        if (written == 0) {
            return false;
        }
        if (written == Pipe.BROKEN) {
            trace.note(() -> "K's write fails");
            judge.expected().writeFailed(nowNanos);
            side.writeFailed(nowNanos);
        } else {
            trace.note(() -> "K writes " + written + " of " + Octets.hex(given));
            judge.expected().accesses.written(written);
            side.written(written, nowNanos);
        }
        judged(nowNanos);
        return true;
    }

    private boolean take() {
        int takeable = side.takeable();
        if (takeable == 0) {
            return false;
        }
        int frames = dice.percent(60) ? takeable : dice.between(1, takeable);
        int lengthMax = keepsRecords() ? Math.max(Octets.LENGTH, frames / Octets.LENGTH * Octets.LENGTH) : frames;
        ByteBuf buffer = Unpooled.buffer(lengthMax, lengthMax);
        side.take(buffer, lengthMax);
        unwritten = new byte[buffer.readableBytes()];
        buffer.readBytes(unwritten);
        Wrong.unlessSame(1, buffer.refCnt(), () -> "references to a buffer that K was lent");
        judge.taken(unwritten);
        return unwritten.length > 0;
    }

    @Override
    boolean read(long nowNanos) {
        if (isClosed()) {
            return false;
        }
        byte[] bytes = in.read(scenario.chunk(dice));
        if (bytes.length == 0 && !in.isAtEnd()) {
            return false;
        }
        if (bytes.length == 0) {
            trace.note(() -> "K sees the end");
            judge.expected().peerClosed();
            side.peerClosed(nowNanos);
        } else {
            trace.note(() -> "K reads " + Octets.hex(bytes));
            judge.expected().delivered(bytes);
            receive(bytes, nowNanos);
        }
        judged(nowNanos);
        return true;
    }

    private void receive(byte[] bytes, long nowNanos) {
        // Somewhere in a buffer, to find a machine that confuses the beginning of the buffer with that of the bytes
        int before = dice.below(4);
        ByteBuf buffer = Unpooled.buffer(before + bytes.length);
        buffer.writeZero(before).writeBytes(bytes).skipBytes(before);
        if (keepsRecords()) {
            side.receiveRecord(buffer, nowNanos);
        } else {
            side.receive(buffer, nowNanos);
        }
        Wrong.unlessSame(0, buffer.readableBytes(), () -> "bytes that K has left");
        Wrong.unlessSame(1, buffer.refCnt(), () -> "references to a buffer that K was lent");
    }

    @Override
    long nextDeadlineNanos() {
        return isClosed() ? NEVER : Math.min(side.nextDeadlineNanos(), nextPatienceNanos());
    }

    private long nextPatienceNanos() {
        long next = NEVER;
        if (scenario.cancelling().hasDeadlines()) {
            for (Vcpu vcpu : running) {
                next = Math.min(next, vcpu.access.untilNanos);
            }
        }
        return next;
    }

    @Override
    void deadlineReached(long nowNanos) {
        if (!isClosed() && nowNanos >= nextPatienceNanos()) {
            running.stream()
                    .filter(vcpu -> nowNanos >= vcpu.access.untilNanos)
                    .toList()
                    .forEach(vcpu -> runOut(vcpu, nowNanos));
        }
        if (!isClosed()) {
            judge.expected().deadlineReached(nowNanos);
            side.deadlineReached(nowNanos);
            judged(nowNanos);
        }
    }

    @Override
    void finish(long nowNanos) {
        trace.note(() -> "user closes");
        judge.expected().closedByUser();
        side.close(nowNanos);
        judged(nowNanos);
    }

    /** A vCPU whose access has ended may make another with the same slot. */
    private void rest() {
        running.removeIf(vcpu -> {
            boolean over = vcpu.access.end != null;
            if (over) {
                idle.add(vcpu);
            }
            return over;
        });
    }

    private void judged(long nowNanos) {
        judge.judge(nowNanos);
        if (ended != judge.ended()) {
            ended = judge.ended();
            rest();
        }
        if (side.state() != KvmState.FAILED || isClosed()) {
            return;
        }
        // [ABT-002] an ABORT that was given out goes first
        boolean aborts =
                side.failure().filter(Failure.Aborted.class::isInstance).isPresent()
                        && (unwritten.length > 0 || side.takeable() > 0);
        if (!aborts) {
            trace.note(() -> "K closes: " + side.failure().orElseThrow().inWords());
            close();
        }
    }
}
