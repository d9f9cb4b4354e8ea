// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The name of a listening socket in the file system: replaced where nobody listens behind it, removed at the end. */
final class SocketFile {
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    private final Path path;

    /** Which file was bound: another one that stands there later is somebody else's. */
    private final @Nullable Object key;

    private SocketFile(Path path, @Nullable Object key) {
        this.path = path;
        this.key = key;
    }

    /** Makes room for a socket to be bound: removes one that was left behind, and refuses to touch anything else. */
    static void makeRoom(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & TYPE_MASK) != TYPE_SOCKET) {
            throw new IOException(path + " exists and is not a socket");
        }
        if (isListenedTo(path)) {
            throw new IOException("somebody listens on " + path + " already");
        }
        Files.deleteIfExists(path);
    }

    /** The socket that was just bound to this path. */
    static SocketFile bound(Path path) throws IOException {
        return new SocketFile(path, key(path));
    }

    /** Removes the name, if it is still this socket's. */
    void remove() throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && Objects.equals(key, key(path))) {
            Files.deleteIfExists(path);
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Only a refused connection says that nobody does; a full backlog, for one, says the opposite. */
    private static boolean isListenedTo(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }
}
