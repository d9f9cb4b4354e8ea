// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.OptionalLong;
import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Fields;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.LegacyResponse;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.Violation;

/** Version 0 in either layout: before an agreement, under the policy OFF, and after a SELECT of version 0. */
final class LegacyExchange extends SequentialExchange {
    /** Whether a marker in a command is a violation [V0-017]; else its bytes are padding [V0-013, POL-005]. */
    private final boolean refusesMarkers;

    private final LegacyCommand command;

    private LegacyExchange(Layout layout, boolean refusesMarkers, Served served) {
        super(served);
        this.refusesMarkers = refusesMarkers;
        command = new LegacyCommand(layout);
    }

    /** While nothing is agreed. */
    static LegacyExchange unnegotiated(Layout layout, Served served) {
        return new LegacyExchange(layout, false, served);
    }

    /** After a SELECT of version 0. */
    static LegacyExchange selected(Layout layout, Served served) {
        return new LegacyExchange(layout, true, served);
    }

    /** [V0-016] Each command is completed, and its answer written, before the next is handled. */
    @Override
    public Optional<Violation> execute(ByteBuf frame, int index, ByteBuf out) {
        command.read(frame, index);
        // [V0-017]
        if (refusesMarkers && Frame.isMarkedCommand(frame, index)) {
            return violated(Clause.V0_017, Fields.COMMAND_MARKER, frame.getUnsignedByte(index + Fields.COMMAND_MARKER));
        }
        int cmd = command.cmd();
        // [V0-015]
        if (cmd > LegacyCommand.WRITE) {
            return violated(Clause.V0_015, 0, cmd);
        }
        boolean read = cmd == LegacyCommand.READ;
        // [V0-014] no valid size: ones in all 64 bits
        if (command.sizeExponent() > Access.SIZE_EXPONENT_MAX) {
            if (read || command.resp()) {
                LegacyResponse.write(out, -1L);
            }
            return Optional.empty();
        }
        at(command.userData(), command.offset(), command.data())
                .perform(read ? Op.READ : Op.WRITE, command.sizeExponent());
        // [V0-011] every READ, whatever its resp; [V0-012] a WRITE with resp
        if (read || command.resp()) {
            respond(out);
        }
        return Optional.empty();
    }

    /**
     * Performs the READ of an attached HELLO [HEL-011].
     *
     * @return the value that a version-0 response would hold; empty if the device deferred the READ, see {@link
     *     #deferredRead}
     */
    OptionalLong read(Hello hello) {
        at(hello.userData(), hello.offset(), 0).perform(Op.READ, hello.sizeExponent());
        return isDeferred() ? OptionalLong.empty() : OptionalLong.of(value());
    }

    /** The value of the READ that {@link #read} left waiting, if it has completed since. */
    OptionalLong deferredRead() {
        return takeCompletion() ? OptionalLong.of(value()) : OptionalLong.empty();
    }

    private static Optional<Violation> violated(Clause clause, int offset, long seen) {
        return Optional.of(new Violation(clause, offset, seen));
    }
}
