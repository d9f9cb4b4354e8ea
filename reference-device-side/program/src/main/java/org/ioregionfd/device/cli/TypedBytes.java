// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntSupplier;
import org.ioregionfd.device.model.Uart16550;

/**
 * What comes on standard input, byte by byte: the next one, or {@link Uart16550#NOTHING}. Nothing is read before it is asked
 * for the first time, and then only as much ahead as there is room for.
 */
final class TypedBytes implements IntSupplier {
    private static final int ROOM = 1024;

    private final BlockingQueue<Integer> ahead = new ArrayBlockingQueue<>(ROOM);
    private boolean reading;

    @Override
    public int getAsInt() {
        startReading();
        Integer next = ahead.poll();
        return next == null ? Uart16550.NOTHING : next;
    }

    private synchronized void startReading() {
        if (!reading) {
            reading = true;
            Thread reader = new Thread(this::read, "serial-line");
            reader.setDaemon(true);
            reader.start();
        }
    }

    private void read() {
        try {
            for (int data = System.in.read(); data >= 0; data = System.in.read()) {
                ahead.put(data);
            }
        } catch (IOException e) {
            return; // nobody types any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
