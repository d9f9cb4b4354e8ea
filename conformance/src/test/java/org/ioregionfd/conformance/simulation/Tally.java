// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Map;
import java.util.TreeMap;
import org.ioregionfd.device.Ending;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.wire.Clause;

/** What happened in many worlds. */
final class Tally {
    private final Map<String, Long> counts = new TreeMap<>();
    private long worlds;
    private long handshakes;
    private long commands;
    private long deferrals;
    private long cancellations;

    void world() {
        worlds++;
    }

    void handshakes(int count) {
        handshakes += count;
    }

    void commands(int count) {
        commands += count;
    }

    void saw(String what) {
        saw(what, 1);
    }

    void saw(String what, int times) {
        if (times > 0) {
            counts.merge(what, (long) times, Long::sum);
        }
    }

    void arrived(Performed command) {
        if (command.late && !command.isFence()) {
            deferrals++;
        }
        if (command.late) {
            saw("D defers a " + command.inWords() + " of " + command.by);
        }
        if (command.overtook) {
            saw("D answers a " + command.inWords() + " before an earlier command");
        }
    }

    void ended(GuestAccess access) {
        saw(access.end);
        if (access.cancelled) {
            cancellations++;
            saw("an access is cancelled as " + access.end.getClass().getSimpleName());
            if (access.carriesHello) {
                saw("the READ of an attached HELLO is cancelled");
            }
        }
    }

    void saw(Ending ending) {
        String how = ending instanceof Ending.Violated violated
                ? violated.violation().clause().id()
                : shortly(ending);
        saw("D ends by " + how);
    }

    void saw(Outcome outcome) {
        saw("K settles for "
                + (outcome instanceof Outcome.Agreed agreed
                        ? agreed.agreement().version()
                        : outcome.getClass().getSimpleName()));
    }

    void saw(Failure failure) {
        String how;
        if (failure instanceof Failure.Aborted aborted) {
            how = shortly(aborted.abort());
        } else if (failure instanceof Failure.Rejected rejected) {
            how = shortly(rejected.reject());
        } else {
            how = failure.clause().map(Clause::id).orElse(failure.getClass().getSimpleName());
        }
        saw("K fails by " + how);
    }

    private void saw(AccessEnd end) {
        String how = end.getClass().getSimpleName();
        saw("access ends as "
                + (end instanceof AccessEnd.Done done
                        ? how + done.status().map(status -> " " + status).orElse("")
                        : how));
    }

    long worlds() {
        return worlds;
    }

    /** HELLOs that were answered by an OFFER. */
    long handshakes() {
        return handshakes;
    }

    /** Commands that arrived at a device side and were judged there. */
    long commands() {
        return commands;
    }

    /** Accesses that a device has answered later, or never. */
    long deferrals() {
        return deferrals;
    }

    /** Accesses that ended for their callers before they were answered. */
    long cancellations() {
        return cancellations;
    }

    Map<String, Long> counts() {
        return counts;
    }

    @Override
    public String toString() {
        return worlds + " worlds, " + handshakes + " handshakes, " + commands + " commands, " + deferrals
                + " deferrals, " + cancellations + " cancellations";
    }

    /** Without what differs from world to world. */
    private static String shortly(Object told) {
        return told.toString().replaceFirst(",.*", "").replaceFirst("reason \\d+", "an unknown reason");
    }
}
