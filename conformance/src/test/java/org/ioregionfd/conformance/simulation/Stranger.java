// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

/** One end of a channel that is not ours. It has no deadlines, and is not judged. */
abstract class Stranger extends Party {
    private final Cutter cutter = new Cutter();

    Stranger(Scenario scenario, Dice dice, Trace trace, Pipe in, Pipe out) {
        super(scenario, dice, trace, in, out);
    }

    /** A frame was read. */
    abstract void take(byte[] frame);

    @Override
    boolean read(long nowNanos) {
        if (isClosed()) {
            return false;
        }
        byte[] bytes = in.read(scenario.chunk(dice));
        if (bytes.length == 0 && in.isAtEnd()) {
            close();
            return true;
        }
        cutter.cut(bytes, this::take);
        return bytes.length > 0;
    }

    /** Writes so many bytes, and closes if that fails. */
    boolean writes(int length) {
        int written = writeSome(length);
        if (written == Pipe.BROKEN) {
            close();
        }
        return written != 0;
    }
}
