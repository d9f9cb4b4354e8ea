// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Arrays;
import org.ioregionfd.wire.Framing;

/** One end of a channel. */
abstract class Party {
    /** No deadline runs. */
    static final long NEVER = Long.MAX_VALUE;

    final Scenario scenario;
    final Dice dice;
    final Trace trace;
    final Pipe in;
    final Pipe out;
    /** To be written. */
    byte[] unwritten = new byte[0];

    private boolean closed;

    Party(Scenario scenario, Dice dice, Trace trace, Pipe in, Pipe out) {
        this.scenario = scenario;
        this.dice = dice;
        this.trace = trace;
        this.in = in;
        this.out = out;
    }

    /** Writes something, if there is something to write and room for it, and tells whether it did. */
    abstract boolean write(long nowNanos);

    /** Reads something, if there is something to read, and tells whether it did. */
    abstract boolean read(long nowNanos);

    long nextDeadlineNanos() {
        return NEVER;
    }

    void deadlineReached(long nowNanos) {
        // Most have none
    }

    /** The user gives up. A device side serves until K goes. */
    void finish(long nowNanos) {
        // Nothing
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        out.end();
        in.breakOff();
    }

    boolean keepsRecords() {
        return scenario.framing() == Framing.RECORDS;
    }

    /** Writes so many of the waiting bytes, as far as there is room; or gives BROKEN, and none is left. */
    int writeSome(int length) {
        int written = out.write(unwritten, 0, length);
        unwritten = written == Pipe.BROKEN ? new byte[0] : Arrays.copyOfRange(unwritten, written, unwritten.length);
        return written;
    }

    void toWrite(byte[] bytes) {
        unwritten = concat(unwritten, bytes);
    }

    static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
