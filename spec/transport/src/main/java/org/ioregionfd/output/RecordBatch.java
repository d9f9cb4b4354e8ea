// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import java.io.IOException;
import java.io.OutputStream;

/** Records that wait to be written, as many as fit, in writes that a pipe takes whole or not at all. */
final class RecordBatch {
    /** Linux's PIPE_BUF: a pipe takes a write of so many bytes whole, even if its writer ends meanwhile. */
    static final int WHOLE_MAX = 4096;

    private final byte[] bytes;

    /** By the number of the write: where it ends, and how many records it has. */
    private final int[] ends;

    private final int[] records;
    private int writes;
    private int length;

    RecordBatch(int capacity) {
        bytes = new byte[capacity];
        // two writes that follow one another have more than WHOLE_MAX bytes together
        ends = new int[2 * capacity / WHOLE_MAX + 2];
        records = new int[ends.length];
    }

    boolean hasRoom(int more) {
        return more <= bytes.length - length;
    }

    boolean isHalfFull() {
        return length > bytes.length / 2;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** Adds a record; there must be room. */
    void add(byte[] from, int index, int count) {
        System.arraycopy(from, index, bytes, length, count);
        if (writes == 0 || length + count - begin(writes - 1) > WHOLE_MAX) {
            records[writes] = 0;
            writes++;
        }
        length += count;
        ends[writes - 1] = length;
        records[writes - 1]++;
    }

    int writes() {
        return writes;
    }

    int records(int write) {
        return records[write];
    }

    void write(int write, OutputStream to) throws IOException {
        int begin = begin(write);
        to.write(bytes, begin, ends[write] - begin);
    }

    void clear() {
        length = 0;
        writes = 0;
    }

    private int begin(int write) {
        return write == 0 ? 0 : ends[write - 1];
    }
}
