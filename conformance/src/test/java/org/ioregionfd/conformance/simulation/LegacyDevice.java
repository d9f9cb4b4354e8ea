// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ioregionfd.wire.Layout;

/** A device process of old, which knows version 0 in one layout, with the habits that such processes have. */
final class LegacyDevice implements Party {
    /** What it does beside answering. */
    enum Habit {
        /** Nothing that anybody would mind. */
        NONE,
        SILENT_ON_ERRORS,
        CLOSES_ON_ERRORS,
        ANSWERS_POSTED_WRITES,
        /** Has no errors: what no register of its fills is answered with the READ's own data, which is zero from a KVM of old. */
        LEAVES_UNFILLED;

        /** Whether each access that wants a response has one, and no other has. */
        boolean answersWhatIsAsked() {
            return this == NONE || this == LEAVES_UNFILLED;
        }
    }

    private final Dice dice;
    private final Scenario scenario;
    private final Trace trace;
    private final Pipe in;
    private final Pipe out;
    private final List<Performed> arrived = new ArrayList<>();
    private final List<Due> due = new ArrayList<>();
    private final ExpectedCommands commands = new ExpectedCommands(new ModelDevice(Lateness.NONE), arrived, due);
    private final byte[] partial = new byte[Octets.LENGTH];
    private int held;
    private byte[] unwritten = new byte[0];
    private boolean closed;

    LegacyDevice(Scenario scenario, Wires wires, Dice dice, Trace trace) {
        this.scenario = scenario;
        this.dice = dice;
        this.trace = trace;
        in = wires.toD();
        out = wires.toK();
    }

    List<Performed> arrived() {
        return arrived;
    }

    @Override
    public boolean read(long nowNanos) {
        if (closed) {
            return false;
        }
        byte[] bytes = in.read(scenario.chunk(dice));
        if (bytes.length == 0 && in.isAtEnd()) {
            close();
            return true;
        }
        for (byte octet : bytes) {
            partial[held++] = octet;
            if (held == Octets.LENGTH) {
                held = 0;
                take(partial.clone());
            }
        }
        return bytes.length > 0;
    }

    private void take(byte[] frame) {
        if (closed) {
            return;
        }
        trace.note(() -> "legacy D takes " + Octets.hex(frame));
        Layout layout = scenario.legacyLayout();
        if (commands.versionZero(frame, layout) == ExpectedCommands.Verdict.VIOLATION) {
            // As those do that look at more than one bit of it
            return;
        }
        Performed performed = arrived.isEmpty() ? null : arrived.get(arrived.size() - 1);
        boolean failed = performed != null && performed.status != Performed.OK;
        if (failed && scenario.habit() == Habit.CLOSES_ON_ERRORS) {
            close();
            return;
        }
        if (failed && scenario.habit() == Habit.SILENT_ON_ERRORS) {
            due.clear();
        }
        if (failed && scenario.habit() == Habit.LEAVES_UNFILLED) {
            performed.ok(0);
            long carried = performed.op == Performed.READ ? Octets.u64(frame, 24) : 0;
            due.forEach(answer -> Octets.set64(answer.frame, 0, carried));
        }
        if (due.isEmpty() && !failed && scenario.habit() == Habit.ANSWERS_POSTED_WRITES) {
            due.add(new Due(new byte[Octets.LENGTH], 0, Due.Place.IN_ORDER));
        }
        for (Due answer : due) {
            unwritten = DeviceEnd.concat(unwritten, dirty(answer.frame));
        }
        due.clear();
    }

    /** [V0-003] What lay on the stack. */
    private byte[] dirty(byte[] response) {
        if (dice.percent(30)) {
            for (int at = 8; at < Octets.LENGTH; at++) {
                response[at] = (byte) dice.anyInt();
            }
        }
        return response;
    }

    @Override
    public boolean write(long nowNanos) {
        if (unwritten.length == 0 || closed) {
            return false;
        }
        int written = out.write(unwritten, 0, unwritten.length);
        if (written == Pipe.BROKEN) {
            close();
            return true;
        }
        unwritten = Arrays.copyOfRange(unwritten, written, unwritten.length);
        return written > 0;
    }

    @Override
    public long nextDeadlineNanos() {
        return NEVER;
    }

    @Override
    public void deadlineReached(long nowNanos) {
        // It has none
    }

    @Override
    public void finish(long nowNanos) {
        // It serves until K goes
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    private void close() {
        closed = true;
        out.end();
        in.breakOff();
    }
}
