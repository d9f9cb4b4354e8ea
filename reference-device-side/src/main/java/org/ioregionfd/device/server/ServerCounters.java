// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import java.util.Map;
import java.util.StringJoiner;
import org.ioregionfd.wire.Clause;

/**
 * What a server has counted since it began. While channels are served, the numbers need not fit together exactly.
 *
 * @param channelsOpened that were or are served
 * @param channelsOpen that are served now
 * @param channelsRefused that came beyond the bound
 * @param agreements that were reached
 * @param framesReceived whole frames that came, of the handshake and commands
 * @param framesSent whole frames that went, of the handshake and responses
 * @param failures of this side: exceptions of devices, connections that could not be accepted
 * @param violations how many channels ended by each clause that a peer broke; clauses that no peer broke are not in it
 */
public record ServerCounters(
        long channelsOpened,
        long channelsOpen,
        long channelsRefused,
        long agreements,
        long framesReceived,
        long framesSent,
        long failures,
        Map<Clause, Long> violations) {
    public ServerCounters {
        violations = Map.copyOf(violations);
    }

    /** One line: "channels 3 (1 open, 0 refused), agreements 2, frames 10 in, 9 out, failures 0, violations VIO-003 1". */
    @Override
    public String toString() {
        StringJoiner clauses = new StringJoiner(", ");
        violations.keySet().stream()
                .sorted()
                .forEach(clause -> clauses.add(clause.id() + " " + violations.get(clause)));
        return "channels " + channelsOpened + " (" + channelsOpen + " open, " + channelsRefused
                + " refused), agreements "
                + agreements + ", frames " + framesReceived + " in, " + framesSent + " out, failures " + failures
                + ", violations " + (violations.isEmpty() ? "none" : clauses);
    }
}
