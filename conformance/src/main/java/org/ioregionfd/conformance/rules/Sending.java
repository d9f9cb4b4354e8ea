// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import org.ioregionfd.conformance.rules.Command.Op;

/**
 * The terms by which K sends commands.
 *
 * @param features that were agreed, as a bitmap
 * @param window that was agreed; 1 where the version has none
 */
public record Sending(Dialect dialect, long features, int window) {
    /** Unnegotiated or agreed, version 0 has posted WRITEs. */
    public static Sending version0(Dialect layout) {
        return new Sending(layout, Forge.POSTED_WRITES, 1);
    }

    /** On a channel of version 1 or 2. */
    public static Sending agreed(int version, long features, int window) {
        return new Sending(version == 1 ? Dialect.INFO_WORD : Dialect.TAGGED, features, window);
    }

    /** Whether K may send such a command at all. FEA-002, V1-002 */
    public boolean knows(Op op) {
        return switch (op) {
            case POSTED -> (features & Forge.POSTED_WRITES) != 0;
            case FENCE -> (features & Forge.FENCE) != 0;
            case READ, WRITE -> true;
        };
    }

    /** Whether K may send such a command while so many others have no response. V0-002, V1-002, WIN-001 */
    public boolean hasRoomFor(Op op, int outstanding) {
        return op == Op.POSTED ? dialect == Dialect.TAGGED || outstanding == 0 : outstanding < window;
    }
}
