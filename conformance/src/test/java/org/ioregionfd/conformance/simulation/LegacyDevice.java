// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;

/** A legacy device process, which knows version 0 in one layout, with the habits of such processes. */
final class LegacyDevice extends Stranger {
    /** Its habit beside answering. */
    enum Habit {
        /** No bad habit. */
        NONE,
        SILENT_ON_ERRORS,
        CLOSES_ON_ERRORS,
        ANSWERS_POSTED_WRITES,
        /**
         * Has no errors: where no register fills the answer, it sends the READ's own data, which is zero from a legacy KVM.
         */
        LEAVES_UNFILLED;

        /** Whether each access that wants a response has one, and no other has. */
        boolean answersWhatIsAsked() {
            return this == NONE || this == LEAVES_UNFILLED;
        }
    }

    private static final byte[] NOTHING = {};

    private final List<Performed> arrived = new ArrayList<>();
    private final ModelDevice device = new ModelDevice(Lateness.NONE);

    LegacyDevice(Scenario scenario, Wires wires, Dice dice, Trace trace) {
        super(scenario, dice, trace, wires.toD(), wires.toK());
    }

    List<Performed> arrived() {
        return arrived;
    }

    @Override
    void take(byte[] bytes) {
        if (isClosed()) {
            return;
        }
        trace.note(() -> "legacy D takes " + Octets.hex(bytes));
        Dialect layout = Asked.layout(scenario.legacyLayout());
        Frame frame = new Frame(layout.command(), bytes);
        // Like the devices that look at more than one bit of it
        Asked.version0(frame).ifPresent(command -> serve(frame, command, layout));
    }

    private void serve(Frame frame, Command command, Dialect layout) {
        End end = new End("DEVICE_FAULT", -1L);
        if (command.access().sizeExponent() <= 3) {
            Performed access = new Performed(command, "version 0");
            arrived.add(access);
            device.perform(access);
            end = access.end().orElseThrow();
        }
        byte[] answer = command.isAnswered() ? layout.answer(frame, end).bytes() : NOTHING;
        Performed last = arrived.isEmpty() ? null : arrived.get(arrived.size() - 1);
        boolean failed = last != null && !last.isOk();
        if (failed && scenario.habit() == Habit.CLOSES_ON_ERRORS) {
            close();
            return;
        }
        if (failed && scenario.habit() == Habit.SILENT_ON_ERRORS) {
            answer = NOTHING;
        }
        if (failed && scenario.habit() == Habit.LEAVES_UNFILLED) {
            last.ended(new End("OK", 0));
            if (answer.length > 0) {
                Octets.set64(answer, 0, last.isWrite() ? 0 : frame.get("data"));
            }
        }
        if (answer.length == 0 && !failed && scenario.habit() == Habit.ANSWERS_POSTED_WRITES) {
            answer = new byte[Octets.LENGTH];
        }
        if (answer.length > 0) {
            toWrite(dirty(answer));
        }
    }

    /** [V0-003] Old bytes of the stack. */
    private byte[] dirty(byte[] response) {
        if (dice.percent(30)) {
            for (int at = 8; at < Octets.LENGTH; at++) {
                response[at] = (byte) dice.anyInt();
            }
        }
        return response;
    }

    @Override
    boolean write(long nowNanos) {
        return unwritten.length > 0 && !isClosed() && writes(unwritten.length);
    }
}
