// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

/**
 * A command of K, in any version.
 *
 * @param access 1 byte at 0 of region 0 for a FENCE, which has none
 * @param data of a WRITE, cut to its size; ACE-003
 */
public record Command(Op op, Access access, long data) {
    private static final Access NOWHERE = new Access(0, 0, 0);

    /** A WRITE wants a response, a POSTED one does not. */
    public enum Op {
        READ,
        WRITE,
        POSTED,
        FENCE
    }

    public Command {
        access = op == Op.FENCE ? NOWHERE : access;
        data = op == Op.WRITE || op == Op.POSTED ? access.cut(data) : 0;
    }

    /** Whether there is a response. */
    public boolean isAnswered() {
        return op != Op.POSTED;
    }

    /** The frame of this command, its tag 0. V0-001, V1-001, V2-001 */
    public Frame in(Dialect dialect) {
        return switch (op) {
            case READ -> dialect.read(access);
            case WRITE -> dialect.write(access, data);
            case POSTED -> dialect.posted(access, data);
            case FENCE -> Dialect.fence(0);
        };
    }
}
