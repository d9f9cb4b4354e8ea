// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Optional;
import java.util.function.Supplier;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;

/** A command that arrived at a device side, and its required result. */
final class Performed {
    final Command command;
    /** How it came: in a version, or as an attached HELLO. */
    final String by;

    /** No other command may be in flight, so that nothing would release a held READ [DEV-002]. */
    boolean isAlone = true;

    /** Not completed when it was started: its device has deferred it, or it is a FENCE that waits. */
    boolean late;

    /** Answered before an earlier command was. */
    boolean overtook;

    private Supplier<Optional<End>> ending = Optional::empty;

    Performed(Command command, String by) {
        this.command = command;
        this.by = by;
    }

    /** Empty until it has completed. */
    Optional<End> end() {
        return ending.get();
    }

    void ends(Supplier<Optional<End>> newEnding) {
        ending = newEnding;
    }

    void ended(End end) {
        ending = () -> Optional.of(end);
    }

    boolean isOk() {
        return end().filter(end -> end.status().equals("OK")).isPresent();
    }

    boolean isWrite() {
        return command.op() == Op.WRITE || command.op() == Op.POSTED;
    }

    boolean isFence() {
        return command.op() == Op.FENCE;
    }

    /** Its op. */
    String inWords() {
        return isWrite() ? "WRITE" : command.op().name();
    }

    @Override
    public String toString() {
        return inWords() + " " + command.access().userData() + ":"
                + Long.toHexString(command.access().offset()) + "/"
                + command.access().sizeExponent() + " data " + Long.toHexString(command.data());
    }
}
