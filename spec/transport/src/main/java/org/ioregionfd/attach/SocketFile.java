// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.attach.SocketCause.InTheWay;

/**
 * The name of a listening socket in the file system, from its bind until it is removed. A lock file beside it makes each of
 * the two one step for all servers of this kind: without it, two that start at a time both find a stale socket, and the second
 * one removes the new socket of the first. A lock is the least that does this: no call of the JDK or of Netty puts a socket in the
 * place of a certain other one. It is held for these steps alone, and nobody waits for a running server.
 */
final class SocketFile {
    /** Others hold the lock for milliseconds, but the machine may be busy. */
    private static final long BIND_WAIT_MILLIS = 10_000;

    /** A process that is told to end has little time; a socket that it leaves is replaced. */
    private static final long REMOVE_WAIT_MILLIS = 500;

    private final Path path;
    private final Object identity;

    private SocketFile(Path path) throws IOException {
        this.path = path;
        identity = identity(path);
    }

    /** Binds a socket to a path, and listens. */
    @FunctionalInterface
    interface Binding {
        void run() throws IOException;
    }

    /**
     * Lets a socket be bound to a path. A socket that was left there is replaced; nothing else is touched.
     *
     * @throws IOException if that cannot be done, with a message for the user
     */
    static SocketFile bind(Path path, Binding binding) throws IOException {
        try {
            isLeftBehind(path); // throws before there is a lock file beside something that is no socket
            return SocketLock.during(path, BIND_WAIT_MILLIS, () -> {
                if (isLeftBehind(path)) {
                    Files.delete(path);
                }
                binding.run();
                return new SocketFile(path);
            });
        } catch (InTheWay e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("cannot listen on " + path + ": " + SocketCause.ofListening(path, e), e);
        }
    }

    /** Removes the socket, but not another that has taken its place. Call it while the socket is open: until then it is unique. */
    void remove() {
        try {
            SocketLock.during(
                    path, REMOVE_WAIT_MILLIS, () -> identity.equals(identity(path)) && Files.deleteIfExists(path));
        } catch (IOException e) {
            return; // it is gone, or the next server replaces it
        }
    }

    private static Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /**
     * Whether a socket is there on which nobody listens; throws if something else is in the way. Others may make and remove it
     * between any two steps of this.
     */
    private static boolean isLeftBehind(Path path) throws IOException {
        try {
            InTheWay.unlessSocket(path);
            if (isRefused(path)) {
                return true;
            }
            InTheWay.unlessAllowed(path);
        } catch (NoSuchFileException e) {
            return false;
        }
        // also if it does not take a connection now, for example because too many wait there already
        throw new InTheWay("somebody listens on " + path + " already");
    }

    private static boolean isRefused(Path path) throws IOException {
        try {
            DirectChannel.open(new UnixPath(path), Waiting.BUSY_POLL).close();
            return false;
        } catch (IOException e) {
            if (!(e.getCause() instanceof IOException)) {
                throw e; // there was no socket to ask with
            }
            return SocketCause.isRefusal(e);
        }
    }
}
