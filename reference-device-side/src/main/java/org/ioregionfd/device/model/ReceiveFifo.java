// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

/** What a serial port has received and nobody has read yet: 16 bytes, or one where the FIFO is switched off. */
final class ReceiveFifo {
    static final int ROOM_MAX = 16;

    private final int[] data = new int[ROOM_MAX];
    private int room = 1;
    private int first;
    private int count;
    private boolean overrun;

    /** Switching empties it. */
    void setRoom(int bytes) {
        room = bytes;
        clear();
    }

    void clear() {
        count = 0;
    }

    /** Takes a byte. Where there is no room a FIFO keeps what it has, and a single register is written over. */
    void take(int newest) {
        overrun |= isFull();
        if (count < room) {
            data[(first + count++) % ROOM_MAX] = newest;
        } else if (room == 1) {
            data[first] = newest;
        }
    }

    /** The byte that came first; the last one again where there is none. */
    int next() {
        int oldest = data[first];
        if (count > 0) {
            first = (first + 1) % ROOM_MAX;
            count--;
        }
        return oldest;
    }

    boolean isFull() {
        return count == room;
    }

    int count() {
        return count;
    }

    /** Whether a byte was lost since this was forgotten last. */
    boolean hasOverrun() {
        return overrun;
    }

    void forgetOverrun() {
        overrun = false;
    }
}
