// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A standard stream of the program. Anything but ASCII is written as the escape of its bytes, so that it is the same in every
 * locale. No failure is forgotten, as a PrintWriter does.
 */
final class StandardOutput extends OutputStream {
    private static final int STREAMS = 3;

    private final OutputStream to;
    private volatile @Nullable IOException failure;

    StandardOutput(FileDescriptor descriptor) {
        to = new FileOutputStream(descriptor);
    }

    /** Takes the numbers of closed streams, so that no socket gets them and what is printed. */
    static List<FileInputStream> holdClosed() throws IOException {
        List<FileInputStream> held = new ArrayList<>();
        for (int number = 0; number < STREAMS; number++) {
            Path open = Path.of("/proc/self/fd/" + number);
            if (Files.exists(Path.of("/proc/self/fd")) && !Files.exists(open, LinkOption.NOFOLLOW_LINKS)) {
                held.add(new FileInputStream("/dev/null"));
            }
        }
        return held;
    }

    /** Writes here when it is flushed, or full. */
    PrintWriter writer() {
        return new PrintWriter(new BufferedOutputStream(this), false, StandardCharsets.UTF_8);
    }

    /** Writes here line by line. */
    PrintWriter lineWriter() {
        return new PrintWriter(new BufferedOutputStream(this), true, StandardCharsets.UTF_8);
    }

    /** Why something could not be written. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void write(int data) throws IOException {
        write(new byte[] {(byte) data}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int index, int length) throws IOException {
        StringBuilder ascii = new StringBuilder();
        for (int i = index; i < index + length; i++) {
            int data = Byte.toUnsignedInt(bytes[i]);
            ascii.append(data < 0x80 ? "" + (char) data : "\\x" + Integer.toHexString(data));
        }
        try {
            to.write(ascii.toString().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }
}
