// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessQueue;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.ChannelStatus;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.SavedAgreement;
import org.ioregionfd.kvm.Saving;
import org.ioregionfd.wire.Feature;

/** The channel for callers: their calls become accesses of the core, and the mover moves the bytes. */
public final class SharedChannel implements KvmChannel {
    private final ChannelCore core;
    private final ByteMover mover;

    public SharedChannel(ChannelCore core, ByteMover mover) {
        this.core = core;
        this.mover = mover;
    }

    @Override
    public Outcome negotiate() throws IOException {
        Call call = new Call();
        call.begin(Call.NO_DEADLINE);
        core.hold();
        try {
            core.negotiate(call);
        } finally {
            core.release();
        }
        mover.await(call);
        Optional<Outcome> outcome = status().outcome();
        if (outcome.isEmpty()) {
            throw new InterruptedIOException("interrupted while negotiating");
        }
        return outcome.get();
    }

    @Override
    public AccessResult read(long region, long offset, int size) throws AccessException {
        if (Pieces.isMadeOf(size)) {
            return carryOut(KvmCommand.read(region, offset, size), Call.NO_DEADLINE);
        }
        Call call = newCall();
        call.access.read(region, offset, size);
        return result(carryOut(call));
    }

    @Override
    public long readValue(long region, long offset, int size) throws AccessException {
        if (Pieces.isMadeOf(size)) {
            return carryOut(KvmCommand.read(region, offset, size), Call.NO_DEADLINE)
                    .value();
        }
        Call call = newCall();
        call.access.read(region, offset, size);
        carryOut(call).requireDone();
        long value = call.access.value();
        spare(call);
        return value;
    }

    @Override
    public AccessResult write(long region, long offset, int size, long value) throws AccessException {
        if (Pieces.isMadeOf(size)) {
            return carryOut(KvmCommand.write(region, offset, size, value), Call.NO_DEADLINE);
        }
        Call call = newCall();
        call.access.write(region, offset, size, value);
        return result(carryOut(call));
    }

    @Override
    public void post(long region, long offset, int size, long value) throws AccessException {
        if (Pieces.isMadeOf(size)) {
            carryOut(KvmCommand.write(region, offset, size, value).posted(), Call.NO_DEADLINE);
            return;
        }
        Call call = newCall();
        call.access.post(region, offset, size, value);
        carryOut(call).requireDone();
        spare(call);
    }

    @Override
    public void fence() throws AccessException {
        Call call = newCall();
        call.access.fence();
        carryOut(call).requireDone();
        spare(call);
    }

    @Override
    public AccessResult access(KvmCommand command, long withinNanos) throws AccessException {
        if (withinNanos <= 0) {
            throw new IllegalArgumentException("a call has more than 0 ns");
        }
        return carryOut(command, System.nanoTime() + withinNanos);
    }

    @Override
    public CompletionStage<AccessResult> submit(KvmCommand command) {
        return new Submission(core, command).stage;
    }

    @Override
    public AccessQueue newQueue(int slots, IntConsumer whenEnded) {
        return new SlotQueue(core, slots, whenEnded);
    }

    @Override
    public CompletionStage<Outcome> submitNegotiation() {
        Call call = new Call();
        core.hold();
        try {
            core.negotiate(call);
        } catch (IllegalStateException e) {
            return CompletableFuture.failedStage(e);
        } finally {
            core.release();
        }
        return negotiated();
    }

    @Override
    public CompletionStage<Outcome> negotiated() {
        return core.negotiated().minimalCompletionStage();
    }

    @Override
    public Saving save() throws AccessException {
        Optional<String> objection = objectionToRecord();
        // [REC-004] a FENCE, if it was agreed, says that all before it is done
        if (objection.isPresent() && status().terms().has(Feature.FENCE)) {
            fence();
            objection = objectionToRecord();
        }
        return objection.isPresent()
                ? new Saving.Refused(objection.get())
                : new Saving.Saved(new SavedAgreement(status().terms()));
    }

    @Override
    public ChannelStatus status() {
        core.hold();
        try {
            return core.status();
        } finally {
            core.release();
        }
    }

    @Override
    public void close() {
        core.hold();
        try {
            core.close();
        } finally {
            core.release();
        }
    }

    @Override
    public CompletionStage<Void> closed() {
        return core.closed().minimalCompletionStage();
    }

    private AccessResult carryOut(KvmCommand command, long untilNanos) throws AccessException {
        if (!Pieces.isMadeOf(command.size())) {
            Call call = newCall();
            call.access.ask(command);
            if (untilNanos != Call.NO_DEADLINE) {
                call.access.patientUntil(untilNanos);
            }
            call.begin(untilNanos);
            return result(await(call));
        }
        Pieces pieces = new Pieces(command);
        core.cutAccessBegins();
        try {
            while (!pieces.haveEnded()) {
                pieces.answered(carryOut(pieces.next(), untilNanos));
            }
            return pieces.result();
        } catch (AccessException e) {
            throw pieces.unanswered(e);
        } finally {
            core.cutAccessEnded();
        }
    }

    private Call carryOut(Call call) throws AccessException {
        call.begin(Call.NO_DEADLINE);
        return await(call);
    }

    private Call await(Call call) throws AccessException {
        Optional<String> reason = call.reasonToGiveUp();
        if (reason.isPresent()) {
            throw new AccessException(AccessEnd.NOT_SENT, reason.get());
        }
        core.enqueue(call);
        mover.await(call);
        return call;
    }

    private AccessResult result(Call call) throws AccessException {
        AccessResult result = call.result();
        spare(call);
        return result;
    }

    private Optional<String> objectionToRecord() {
        core.hold();
        try {
            return core.objectionToRecord();
        } finally {
            core.release();
        }
    }

    private Call newCall() {
        core.hold();
        try {
            return core.newCall();
        } finally {
            core.release();
        }
    }

    private void spare(Call call) {
        core.hold();
        try {
            core.spare(call);
        } finally {
            core.release();
        }
    }

    /** One access of a queue with one slot, for a stage. */
    private static final class Submission {
        private final CompletableFuture<AccessResult> stage = new CompletableFuture<>();
        private final SlotQueue queue;

        Submission(ChannelCore core, KvmCommand command) {
            queue = new SlotQueue(core, 1, this::ended);
            queue.enqueue(0, command);
            queue.flush();
        }

        private void ended(int slot) {
            try {
                stage.complete(queue.result(slot));
            } catch (AccessException e) {
                stage.completeExceptionally(e);
            }
        }
    }
}
