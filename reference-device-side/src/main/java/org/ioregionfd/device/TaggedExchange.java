// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.device.OutstandingCommands.Wait;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Fields;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.TaggedCommand;
import org.ioregionfd.wire.TaggedResponse;
import org.ioregionfd.wire.Violation;
import org.jspecify.annotations.Nullable;

/** Version 2: tags, statuses, a window, accesses that complete later, FENCEs. */
final class TaggedExchange implements DeviceExchange {

    private final FeatureSet features;
    private final boolean outOfOrder;
    private final Completions completions;
    private final DeviceAccess access;
    private final OutstandingCommands outstanding;
    private final TaggedCommand command = new TaggedCommand();

    /** The access that holds back all others until it completes, if there is one. */
    private @Nullable Completion awaited;

    TaggedExchange(Agreement agreement, Served served) {
        this.features = agreement.features();
        this.outOfOrder = agreement.has(Feature.OUT_OF_ORDER);
        this.completions = served.completions();
        this.access = served.access(agreement.maxInflight());
        this.outstanding = new OutstandingCommands(agreement.maxInflight());
    }

    @Override
    public Optional<Violation> execute(ByteBuf frame, int index, ByteBuf out) {
        command.read(frame, index);
        // [VIO-001, VIO-003, VIO-004, VIO-005], and none of these is performed [VIO-007]
        Optional<Violation> violation = command.violation(features);
        if (violation.isPresent()) {
            return violation;
        }
        int tag = command.tag();
        boolean responseWanted = command.responseWanted() == ResponseWanted.YES;
        // [VIO-006] a tag that is in use, or one command too many; a response that waits for its turn counts
        if (responseWanted && (outstanding.isFull() || outstanding.hasTag(tag))) {
            return Optional.of(new Violation(Clause.VIO_006, Fields.COMMAND_TAGGED_TAG, Integer.toUnsignedLong(tag)));
        }
        if (command.op() == Op.FENCE.taggedCode()) {
            fence(tag, out);
        } else {
            perform(tag, responseWanted, out);
        }
        return Optional.empty();
    }

    /** [ORD-002, DEV-003] An access starts even if an earlier READ waits. */
    private void perform(int tag, boolean responseWanted, ByteBuf out) {
        access.at(command.userData(), command.offset(), command.data())
                .perform(command.op() == Op.READ.taggedCode() ? Op.READ : Op.WRITE, command.sizeExponent());
        @Nullable Completion deferred = access.deferred();
        if (deferred != null) {
            deferred.slot = responseWanted ? outstanding.add(tag, Wait.DEVICE) : OutstandingCommands.NONE;
            // [ORD-001] a WRITE takes effect before later commands start
            awaited = access.holdsBackOthers() ? deferred : null;
        }
        // Accesses that this access has completed come before it.
        proceed(out);
        // [V2-003] A WRITE that wants no response gets none, even if it failed.
        if (responseWanted && deferred == null) {
            completed(tag, out);
        }
    }

    /** [FEA-001] A FENCE completes when all before it have; a WRITE that has not completed lets no FENCE start. */
    private void fence(int tag, ByteBuf out) {
        if (outstanding.isEmpty()) {
            TaggedResponse.write(out, 0, tag, Status.OK);
        } else {
            outstanding.add(tag, Wait.EARLIER);
        }
    }

    /** Answers the command that was just performed, or lets it wait for its turn. */
    private void completed(int tag, ByteBuf out) {
        // [ORD-004] at once; [ORD-003] or when all before it are answered
        boolean itsTurn = outOfOrder ? !isDue() : outstanding.isEmpty();
        if (itsTurn && DeviceExchange.fits(out)) {
            TaggedResponse.write(out, access.value(), tag, access.status());
        } else {
            complete(outstanding.add(tag, Wait.DEVICE), access.value(), access.status());
        }
    }

    @Override
    public void proceed(ByteBuf out) {
        takeCompletions();
        while (isDue() && DeviceExchange.fits(out)) {
            // [ORD-004] as they complete; [ORD-003] as they started; [FEA-001] a FENCE when it has become the first
            int slot = outOfOrder ? outstanding.pollCompleted() : outstanding.first();
            if (slot == OutstandingCommands.NONE) {
                slot = outstanding.first();
            }
            TaggedResponse.write(out, outstanding.value(slot), outstanding.tag(slot), outstanding.status(slot));
            outstanding.remove(slot);
        }
    }

    @Override
    public Wants wants() {
        if (isDue()) {
            return Wants.ROOM;
        }
        return awaited == null ? Wants.INPUT : Wants.COMPLETION;
    }

    /** Whether a response may leave now. */
    private boolean isDue() {
        if (outstanding.isEmpty()) {
            return false;
        }
        return switch (outstanding.waitOf(outstanding.first())) {
            case TURN, EARLIER -> true;
            case DEVICE, FREE -> outOfOrder && outstanding.hasCompleted();
        };
    }

    private void takeCompletions() {
        @Nullable Completion completion = completions.takeAll();
        while (completion != null) {
            if (completion == awaited) {
                awaited = null;
            }
            if (completion.slot != OutstandingCommands.NONE) {
                complete(completion.slot, completion.data(), completion.status);
            }
            @Nullable Completion following = completion.next;
            // A device may keep this one for ever; it must not keep all later ones with it.
            completion.next = null;
            completion = following;
        }
    }

    private void complete(int slot, long value, Status status) {
        outstanding.complete(slot, value, status);
        if (outOfOrder) {
            outstanding.queueCompleted(slot);
        }
    }
}
