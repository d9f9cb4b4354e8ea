// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.trace;

import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that ends behind a whole write: where the system takes only a part of one, that part is cut off. */
final class CaptureFile extends FilterOutputStream {
    private final FileOutputStream file;
    private final boolean isRegular;
    private long length;

    private CaptureFile(FileOutputStream file, boolean isRegular) {
        super(file);
        this.file = file;
        this.isRegular = isRegular;
    }

    /** Replaces an existing file; waits for the reader of a FIFO. */
    static CaptureFile open(Path path) throws IOException {
        // not a FileChannel, because an interrupt of the writing thread would close it
        FileOutputStream file = new FileOutputStream(path.toFile());
        return new CaptureFile(file, Files.isRegularFile(path));
    }

    @Override
    public void write(byte[] bytes, int index, int count) throws IOException {
        try {
            file.write(bytes, index, count);
            length += count;
        } catch (IOException e) {
            if (isRegular) {
                file.getChannel().truncate(length);
            }
            throw e;
        }
    }
}
