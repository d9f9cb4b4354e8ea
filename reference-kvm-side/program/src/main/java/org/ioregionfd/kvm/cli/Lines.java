// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Lines of UTF-8; it never holds more of a line than a bound. */
final class Lines {
    /** The longest request that is read; one with all members and lists full takes less than a kilobyte [FAI-004]. */
    static final int LENGTH_MAX = 64 * 1024;

    /** The result of reading a line. */
    sealed interface Line {
        record Text(String text) implements Line {}

        /** A line that is too long or not UTF-8. */
        record Unreadable(String why) implements Line {}

        /** There are no more. */
        record End() implements Line {}
    }

    private final InputStream in;

    Lines(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** The next line without its end; bytes after the last line end are a line too. */
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        int read = in.read();
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (++length <= LENGTH_MAX) {
                line.write(read);
            }
        }
        if (read < 0 && length == 0) {
            return new Line.End();
        }
        return length > LENGTH_MAX
                ? new Line.Unreadable("a line has more than " + LENGTH_MAX + " bytes")
                : decode(line.toByteArray());
    }

    private static Line decode(byte[] line) {
        try {
            return new Line.Text(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString());
        } catch (CharacterCodingException e) {
            return new Line.Unreadable("a line is not UTF-8");
        }
    }
}
