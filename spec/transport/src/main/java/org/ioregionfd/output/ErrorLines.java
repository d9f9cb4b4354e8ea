// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard error, line by line, for which nobody waits. A line that it does not take in time is lost and counted; the next
 * line that it takes is the count.
 */
final class ErrorLines extends OutputStream {
    /** Some thousand lines of a log. */
    static final int CAPACITY = 1 << 16;

    /** Longer than a reader needs who still reads, and than the writing thread on a busy machine: no last line may be lost there. */
    private static final long CLOSE_MAX_MILLIS = 1000;

    /** Room for one line more is worth less time: whoever has read too little until now seldom goes on. */
    private static final long NOTICE_MAX_MILLIS = 125;

    private final BackgroundOutput output;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long lost;
    private boolean isClosed;
    private boolean isWhole = true;

    ErrorLines(BackgroundOutput output) {
        this.output = output;
    }

    @Override
    public synchronized void write(int data) {
        line.write(data);
        if (data == '\n' || line.size() == RecordBatch.WHOLE_MAX) {
            endLine();
        }
    }

    /** Whether all lines were written so far, or are still to be written. */
    synchronized boolean isWhole() {
        return isWhole && lost == 0 && output.failure().isEmpty();
    }

    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (line.size() > 0) {
            endLine();
        }
        if (lost > 0) {
            output.await(NOTICE_MAX_MILLIS);
            offer(notice());
        }
        output.close(CLOSE_MAX_MILLIS);
        isWhole &= output.unwritten() == 0;
    }

    private void endLine() {
        if (lost > 0 && offer(notice())) {
            lost = 0;
        }
        if (lost > 0 || !offer(line.toByteArray())) {
            lost++;
            isWhole = false;
        }
        line.reset();
    }

    private boolean offer(byte[] bytes) {
        return output.offer(bytes, 0, bytes.length);
    }

    private byte[] notice() {
        return ("(" + lost + (lost == 1 ? " line is" : " lines are")
                        + " lost here: nobody read standard error in time)\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
