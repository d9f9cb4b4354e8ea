// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.rules.AnnexDevice.End;

/**
 * The commands of one channel as the document lets them start, complete and be answered. Commands are told in the order in which
 * they are sent; what each comes to is known as soon as it has completed. ORD-001, ORD-003, ORD-004, FEA-001, DEV-003
 */
public final class InFlight {
    private final AnnexDevice annex = new AnnexDevice();
    private final List<Command> outstanding = new ArrayList<>();
    private final Holding holding;
    private final Turns turns;

    /** What a READ of HOLD does. DEV-002 */
    public enum Holding {
        WAITS,
        ENDS_AT_ONCE
    }

    /** In which order responses come. */
    public enum Turns {
        IN_ORDER,
        OUT_OF_ORDER
    }

    /** A command that wants a response and has had none. */
    public static final class Command {
        private final Frame frame;
        private final Optional<Access> held;
        private final boolean isFence;
        private Optional<End> end;

        private Command(Frame frame, Optional<Access> held, boolean isFence, Optional<End> end) {
            this.frame = frame;
            this.held = held;
            this.isFence = isFence;
            this.end = end;
        }

        public Frame frame() {
            return frame;
        }

        /** What it came to; asked for only when it has completed. */
        public End end() {
            return end.orElseThrow();
        }
    }

    public InFlight(Holding holding, Turns turns) {
        this.holding = holding;
        this.turns = turns;
    }

    public void read(Frame frame, Access access) {
        End end = annex.read(access);
        boolean isHeld = holding == Holding.WAITS
                && access.offset() == AnnexDevice.HOLD
                && end.status().equals("OK");
        outstanding.add(new Command(
                frame,
                isHeld ? Optional.of(access) : Optional.empty(),
                false,
                isHeld ? Optional.empty() : Optional.of(end)));
    }

    public void write(Frame frame, Access access, long data) {
        outstanding.add(new Command(frame, Optional.empty(), false, Optional.of(perform(access, data))));
        completeFences();
    }

    public void posted(Access access, long data) {
        perform(access, data);
        completeFences();
    }

    public void fence(Frame frame) {
        outstanding.add(new Command(frame, Optional.empty(), true, Optional.empty()));
        completeFences();
    }

    /** How many commands count in the window. VIO-006 */
    public int count() {
        return outstanding.size();
    }

    /** The region of the READ that has been held for longest. */
    public Optional<Long> heldRegion() {
        return outstanding.stream()
                .filter(InFlight::isWaiting)
                .flatMap(command -> command.held.stream())
                .map(Access::userData)
                .findFirst();
    }

    /** How many responses the device has to send without any further command. */
    public int due() {
        int due = 0;
        for (Command command : outstanding) {
            if (command.end.isPresent()) {
                due++;
            } else if (turns == Turns.IN_ORDER) {
                break;
            }
        }
        return due;
    }

    /** The commands that the next response may answer: any of them, and no other. */
    public List<Command> next() {
        if (turns == Turns.IN_ORDER) {
            return outstanding.stream()
                    .limit(1)
                    .filter(command -> command.end.isPresent())
                    .toList();
        }
        List<Command> next = new ArrayList<>();
        for (Command command : outstanding) {
            // A FENCE is answered after the responses of all before it.
            if (command.end.isPresent() && (!command.isFence || command.equals(outstanding.get(0)))) {
                next.add(command);
            }
        }
        return next;
    }

    /** Takes the response of {@code command} as read. */
    public void answered(Command command) {
        outstanding.remove(command);
    }

    private End perform(Access access, long data) {
        End end = annex.write(access, data);
        if (access.offset() == AnnexDevice.RELEASE && end.status().equals("OK")) {
            long value = access.cut(data);
            outstanding.stream()
                    .filter(InFlight::isWaiting)
                    .filter(command -> command.held
                            .filter(held -> held.userData() == access.userData())
                            .isPresent())
                    .forEach(command -> command.end = command.held.map(held -> new End("OK", held.cut(value))));
        }
        return end;
    }

    private void completeFences() {
        for (Command command : outstanding) {
            if (command.end.isEmpty()) {
                if (!command.isFence) {
                    return;
                }
                command.end = Optional.of(new End("OK", 0));
            }
        }
    }

    private static boolean isWaiting(Command command) {
        return command.end.isEmpty() && command.held.isPresent();
    }
}
