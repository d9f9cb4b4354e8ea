// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import org.ioregionfd.wire.Framing;

/** One direction of a channel: bytes under way, as many as fit. */
final class Pipe {
    static final int BROKEN = -1;

    private final Framing framing;
    private final int capacity;
    /** Alters frames on the way, if it is set. */
    private final Optional<Bender> bender;

    private final ArrayDeque<Integer> recordLengths = new ArrayDeque<>();
    private final Cutter unbent = new Cutter();
    private byte[] bytes = new byte[128];
    private int head;
    private int tail;
    private Writing writing = Writing.OPEN;
    private boolean ended;

    private enum Writing {
        OPEN,
        BROKEN,
        /** Taken, and never delivered. */
        VOID
    }

    Pipe(Framing framing, int capacity, Optional<Bender> bender) {
        this.framing = framing;
        this.capacity = capacity;
        this.bender = bender;
    }

    /** How many of the bytes were taken, or BROKEN. Of a record all are or none. */
    int write(byte[] from, int offset, int length) {
        if (writing == Writing.BROKEN || (ended && writing == Writing.OPEN)) {
            return BROKEN;
        }
        if (writing == Writing.VOID) {
            return length;
        }
        int room = Math.max(0, capacity - (tail - head) - unbent.held());
        int count = Math.min(length, room);
        if (framing == Framing.RECORDS) {
            count = count < Octets.LENGTH ? 0 : Octets.LENGTH;
        }
        if (bender.isEmpty()) {
            deliver(from, offset, count);
        } else {
            unbent.cut(
                    Arrays.copyOfRange(from, offset, offset + count),
                    frame -> bender.get().pass(frame).forEach(this::inject));
        }
        return count;
    }

    /** At most so many bytes, or one record. Empty if there is nothing now. */
    byte[] read(int lengthMax) {
        int length = Math.min(lengthMax, tail - head);
        if (framing == Framing.RECORDS) {
            length = recordLengths.isEmpty() ? 0 : recordLengths.remove();
        }
        byte[] read = Arrays.copyOfRange(bytes, head, head + length);
        head += length;
        return read;
    }

    /** Whether nothing comes after the bytes under way. */
    boolean isOver() {
        return ended;
    }

    boolean isAtEnd() {
        return ended && head == tail;
    }

    /** Bytes that no end has written. */
    void inject(byte[] junk) {
        deliver(junk, 0, junk.length);
    }

    /** The writer is done: the reader sees the end after the bytes under way. */
    void end() {
        if (!ended && bender.isPresent()) {
            bender.get().flush().forEach(this::inject);
            inject(unbent.rest());
        }
        ended = true;
    }

    /** The reader is gone. */
    void breakOff() {
        writing = Writing.BROKEN;
        head = tail;
        recordLengths.clear();
    }

    /** The connection is lost, with the bytes under way; a writer notices it, or its bytes are lost. */
    void lose(Dice dice) {
        ended = true;
        writing = dice.percent(70) ? Writing.BROKEN : Writing.VOID;
        if (framing == Framing.STREAM) {
            tail = head + dice.below(tail - head + 1);
        }
    }

    private void deliver(byte[] from, int offset, int length) {
        if (length == 0) {
            return;
        }
        if (tail + length > bytes.length) {
            int held = tail - head;
            byte[] larger = held + length > bytes.length ? new byte[2 * (held + length)] : bytes;
            System.arraycopy(bytes, head, larger, 0, held);
            bytes = larger;
            head = 0;
            tail = held;
        }
        System.arraycopy(from, offset, bytes, tail, length);
        tail += length;
        if (framing == Framing.RECORDS) {
            recordLengths.add(length);
        }
    }
}
