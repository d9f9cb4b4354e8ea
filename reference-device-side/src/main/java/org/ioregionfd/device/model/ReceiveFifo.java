// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

/**
 * The bytes that a serial port has received and the guest has not read yet: at most 16, or one if the FIFO is switched off.
 */
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

    /** Takes a byte. Without room, a FIFO keeps its bytes, and a single register is overwritten. */
    void take(int newest) {
        overrun |= isFull();
        if (count < room) {
            data[(first + count++) % ROOM_MAX] = newest;
        } else if (room == 1) {
            data[first] = newest;
        }
    }

    /** The byte that came first; the last one again if there is none. */
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

    /** Whether a byte was lost since this was last cleared. */
    boolean hasOverrun() {
        return overrun;
    }

    void forgetOverrun() {
        overrun = false;
    }
}
