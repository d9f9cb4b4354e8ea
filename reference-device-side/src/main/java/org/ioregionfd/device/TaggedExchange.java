// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import org.ioregionfd.device.OutstandingCommands.Wait;
import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.TaggedCommand;
import org.ioregionfd.wire.TaggedResponse;
import org.ioregionfd.wire.Violation;

/** Version 2: tags, statuses, a window, READs that complete later, FENCEs. */
final class TaggedExchange implements DeviceExchange, DeviceAccess.HeldReads {
    private static final int TAG_OFFSET = 4;

    private final FeatureSet features;
    private final boolean outOfOrder;
    private final Device device;
    private final DeviceAccess access;
    private final OutstandingCommands outstanding;
    /** Whether the WRITE that is being performed has completed held READs. */
    private boolean released;

    private final TaggedCommand command = new TaggedCommand(Unpooled.EMPTY_BUFFER, 0);

    TaggedExchange(Agreement agreement, Device device) {
        this.features = agreement.features();
        this.outOfOrder = agreement.has(Feature.OUT_OF_ORDER);
        this.device = device;
        // In a window of 1 a held READ could only be released by a posted WRITE; it is not held there either.
        this.access = new DeviceAccess(agreement.maxInflight() > 1 ? this : DeviceAccess.NEVER);
        this.outstanding = new OutstandingCommands(agreement.maxInflight());
    }

    @Override
    public Optional<Violation> execute(ByteBuf frame, int index, ByteBuf out) {
        command.wrap(frame, index);
        // [VIO-001, VIO-003, VIO-004, VIO-005]
        Optional<Violation> violation = command.violation(features);
        if (violation.isPresent()) {
            return violation;
        }
        int tag = command.tag();
        boolean responseWanted = command.responseWanted() == ResponseWanted.YES;
        // [VIO-006] a tag that is in use, or one command too many
        if (responseWanted && (outstanding.isFull() || outstanding.hasTag(tag))) {
            return Optional.of(new Violation(Clause.VIO_006, TAG_OFFSET, Integer.toUnsignedLong(tag)));
        }
        if (command.op() == Op.FENCE.taggedCode()) {
            fence(tag, out);
        } else if (command.op() == Op.READ.taggedCode()) {
            read(tag, out);
        } else {
            write(tag, responseWanted, out);
        }
        return Optional.empty();
    }

    /** [ORD-002, DEV-003] A READ is started whatever is held before it. */
    private void read(int tag, ByteBuf out) {
        perform(Op.READ);
        if (access.isHeld()) {
            outstanding.add(tag, command.sizeExponent(), Wait.DEVICE);
        } else {
            completed(tag, access.value(), access.status(), out);
        }
    }

    /** [V2-003] A WRITE that wants no response gets none, whatever became of it. */
    private void write(int tag, boolean responseWanted, ByteBuf out) {
        perform(Op.WRITE);
        if (released) {
            released = false;
            answerReady(out);
        }
        if (responseWanted) {
            completed(tag, access.value(), access.status(), out);
        }
    }

    /** [FEA-001] A FENCE completes when all before it have; WRITEs, posted or not, complete when they start. */
    private void fence(int tag, ByteBuf out) {
        if (outstanding.isEmpty()) {
            TaggedResponse.write(out, 0, tag, Status.OK);
        } else {
            outstanding.add(tag, 0, Wait.EARLIER);
        }
    }

    /** Answers a command that has just completed, or lets it wait for its turn. */
    private void completed(int tag, long value, Status status, ByteBuf out) {
        // [ORD-004] at once; [ORD-003] or when all before it are answered
        if (outOfOrder || outstanding.isEmpty()) {
            TaggedResponse.write(out, value, tag, status);
        } else {
            outstanding.complete(outstanding.add(tag, command.sizeExponent(), Wait.TURN), value, status);
        }
    }

    /** Answers all that may be answered now, oldest first. */
    private void answerReady(ByteBuf out) {
        boolean earlierWaits = false;
        int slot = outstanding.first();
        while (slot != OutstandingCommands.NONE) {
            int following = outstanding.after(slot);
            // [FEA-001] nothing before it waits any more: the FENCE is complete
            boolean complete = switch (outstanding.waitOf(slot)) {
                case TURN -> true;
                case EARLIER -> !earlierWaits;
                case DEVICE, FREE -> false;
            };
            if (complete) {
                TaggedResponse.write(out, outstanding.value(slot), outstanding.tag(slot), outstanding.status(slot));
                outstanding.remove(slot);
            } else if (outOfOrder) {
                earlierWaits = true;
            } else {
                // [ORD-003]
                return;
            }
            slot = following;
        }
    }

    private void perform(Op op) {
        access.at(command.userData(), command.offset(), command.data()).perform(device, op, command.sizeExponent());
    }

    @Override
    public int nextTicket() {
        return outstanding.nextSlot();
    }

    @Override
    public void complete(int ticket, long value) {
        if (outstanding.waitOf(ticket) != Wait.DEVICE) {
            throw new IllegalStateException("no READ is held under " + ticket);
        }
        released = true;
        outstanding.complete(ticket, Access.truncate(value, outstanding.sizeExponent(ticket)), Status.OK);
    }
}
