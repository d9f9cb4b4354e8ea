// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.ioregionfd.conformance.rules.AnnexDevice.End;

/**
 * The commands of one channel that want a response and have had none, and which of them may be answered. It takes the
 * commands in the order in which they are sent. ORD-001, ORD-003, ORD-004, FEA-001, DEV-003
 */
public final class InFlight {
    private static final Optional<End> FENCED = Optional.of(new End("OK", 0));

    private final List<Unanswered> outstanding = new ArrayList<>();
    private final boolean isOutOfOrder;

    /** A command that wants a response and has had none. */
    public static final class Unanswered {
        private final Frame frame;
        private final Supplier<Optional<End>> ending;
        private final boolean isFence;

        private Unanswered(Frame frame, Supplier<Optional<End>> ending, boolean isFence) {
            this.frame = frame;
            this.ending = ending;
            this.isFence = isFence;
        }

        public Frame frame() {
            return frame;
        }

        /** Its result; used only when it has completed. */
        public End end() {
            return ending.get().orElseThrow();
        }
    }

    /** On a channel of these features: with OUT_OF_ORDER among them, responses come as commands complete. */
    public InFlight(long features) {
        isOutOfOrder = (features & Forge.OUT_OF_ORDER) != 0;
    }

    public boolean isOutOfOrder() {
        return isOutOfOrder;
    }

    /** An access, which has completed when {@code ending} gives its end. */
    public Unanswered add(Frame frame, Supplier<Optional<End>> ending) {
        return add(new Unanswered(frame, ending, false));
    }

    public Unanswered fence(Frame frame) {
        return add(new Unanswered(frame, () -> FENCED, true));
    }

    private Unanswered add(Unanswered command) {
        outstanding.add(command);
        return command;
    }

    /** How many commands count in the window. VIO-006 */
    public int count() {
        return outstanding.size();
    }

    /** Whether a command of that tag is outstanding. VIO-006 */
    public boolean isInUse(long tag) {
        return outstanding.stream().anyMatch(command -> command.frame.get("tag") == tag);
    }

    /** The commands that are not answered without any further command: their tags are in use, and they count. VIO-006 */
    public List<Unanswered> waiting() {
        List<Unanswered> waiting = new ArrayList<>(outstanding);
        waiting.removeAll(completed());
        return waiting;
    }

    /** How many responses the device has to send without any further command. */
    public int due() {
        return completed().size();
    }

    /** The commands that the next response may answer. */
    public List<Unanswered> next() {
        List<Unanswered> completed = completed();
        if (!isOutOfOrder) {
            return completed.stream().limit(1).toList();
        }
        // A FENCE is answered after the responses of all before it.
        completed.removeIf(command -> command.isFence && !command.equals(outstanding.get(0)));
        return completed;
    }

    /** The command that {@code response} answers, if it may answer one now. */
    public Optional<Unanswered> answeredBy(Frame response) {
        boolean isTagged = response.shape().find("tag").isPresent();
        return next().stream()
                .filter(command -> !isTagged || command.frame.get("tag") == response.get("tag"))
                .findFirst();
    }

    /** Takes the response of {@code command} as read. */
    public void answered(Unanswered command) {
        outstanding.remove(command);
    }

    /** A FENCE has completed when all before it have. */
    private List<Unanswered> completed() {
        List<Unanswered> completed = new ArrayList<>();
        boolean isWaiting = false;
        for (Unanswered command : outstanding) {
            if (command.isFence ? !isWaiting : command.ending.get().isPresent()) {
                completed.add(command);
            } else if (!isOutOfOrder) {
                break;
            } else {
                isWaiting = true;
            }
        }
        return completed;
    }
}
