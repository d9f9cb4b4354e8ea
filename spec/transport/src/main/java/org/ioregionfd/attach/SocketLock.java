// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The right to make or to remove the socket at a path, which one thread of one process has at a time. It is a lock on the
 * file PATH.lock, and the system takes it back when its holder dies. The file stays: if its last user removed it, two others could
 * each hold a lock, one on the old file and one on a new file of that name.
 */
final class SocketLock {
    private static final String SUFFIX = ".lock";
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private SocketLock() {}

    /** What only one may do at a time. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws IOException;
    }

    /**
     * Waits for the lock beside a socket, and holds it for one step.
     *
     * @param waitMillis the longest wait: a holder that was stopped must not stop others
     */
    static <T> T during(Path socket, long waitMillis, Step<T> step) throws IOException {
        Path path = socket.resolveSibling(socket.getFileName() + SUFFIX);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            // a link could lead anywhere, and the open of a FIFO waits for a reader
            throw new IOException(path + " is in the way: it is no regular file");
        }
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS)) {
            long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
            while (!isTaken(file)) {
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw new IOException("another process holds " + path + ", and does not release it");
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
            return step.run();
        }
    }

    private static boolean isTaken(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this process has it
        }
    }
}
