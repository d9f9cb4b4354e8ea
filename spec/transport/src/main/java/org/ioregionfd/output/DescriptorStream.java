// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A standard stream, which remembers its first failure. It is never closed, because the next file would take its number. */
final class DescriptorStream extends FilterOutputStream {
    private volatile @Nullable IOException failure;

    DescriptorStream(FileDescriptor descriptor) {
        super(new FileOutputStream(descriptor));
    }

    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void write(byte[] bytes, int index, int length) throws IOException {
        try {
            out.write(bytes, index, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    @Override
    public void close() {}
}
