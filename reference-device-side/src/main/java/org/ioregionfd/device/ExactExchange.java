// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.Violation;

/** Version 1: the info-word layout made exact, whatever the layout of the HELLO was. */
final class ExactExchange extends SequentialExchange {
    private final FeatureSet features;
    private final LegacyCommand command = new LegacyCommand(Layout.INFO_WORD);

    ExactExchange(FeatureSet features, Served served) {
        super(served);
        this.features = features;
    }

    @Override
    public Optional<Violation> execute(ByteBuf frame, int index, ByteBuf out) {
        command.read(frame, index);
        // [VIO-001, VIO-002, VIO-005]
        Optional<Violation> violation = command.violation(features);
        if (violation.isPresent()) {
            return violation;
        }
        Op op = command.cmd() == LegacyCommand.READ ? Op.READ : Op.WRITE;
        at(command.userData(), command.offset(), command.data()).perform(op, command.sizeExponent());
        // [V1-003]
        if (command.resp()) {
            respond(out);
        }
        return Optional.empty();
    }
}
