// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.util.Optional;
import org.ioregionfd.device.model.Uart16550;
import org.ioregionfd.output.BackgroundOutput;
import org.ioregionfd.output.StandardStreams;

/**
 * The bytes that a guest sends to its serial port are the program's output. The port waits while standard output takes no
 * more, and the channel does not: a byte that is sent all the same is lost and counted.
 */
final class PrintedBytes implements Uart16550.Line {
    /** Some screens of text. */
    private static final int ROOM = 1 << 14;

    /** Long for a reader who still reads; a part of the time in which a signal ends the program. */
    private static final long CLOSE_MAX_MILLIS = 250;

    private final BackgroundOutput output = BackgroundOutput.start("serial-output", ROOM, StandardStreams::rawOutput);

    // Guarded by this.
    private final byte[] next = new byte[1];
    private long lost;

    @Override
    public synchronized void send(int data) {
        next[0] = (byte) data;
        if (!output.offer(next, 0, 1)) {
            lost++;
        }
    }

    @Override
    public boolean isReady() {
        return output.hasRoom(1);
    }

    /** Writes the rest, and tells in a line how much is lost, if anything is. */
    synchronized Optional<String> end() {
        output.close(CLOSE_MAX_MILLIS);
        long missing = lost + output.unwritten();
        return missing == 0
                ? Optional.empty()
                : Optional.of("the serial port's output is incomplete: " + missing + " bytes are missing: "
                        + output.failure().map(Exception::getMessage).orElse("standard output was not read in time"));
    }
}
