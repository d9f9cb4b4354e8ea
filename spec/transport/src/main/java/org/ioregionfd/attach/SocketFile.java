// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The name of a socket in the file system, before it is bound, and why it could not be. */
public final class SocketFile {
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    /** The text that Netty puts before the system's own words. */
    private static final Pattern CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ?");

    private SocketFile() {}

    /** Why a call on a socket failed, in the system's own words. */
    public static String reason(Throwable failure) {
        return CALL.matcher(String.valueOf(failure.getMessage())).replaceFirst("");
    }

    /**
     * Makes room for a socket to be bound: removes a socket that was left behind, and does not touch anything else.
     *
     * @throws IOException if it can make no room, with a message for the user
     */
    public static void makeRoom(Path path) throws IOException {
        try {
            remove(path);
        } catch (AccessDeniedException e) {
            throw new IOException("cannot listen on " + path + ": permission denied", e);
        } catch (FileSystemException e) {
            throw new IOException("cannot listen on " + path + ": " + e.getReason(), e);
        }
    }

    private static void remove(Path path) throws IOException {
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

    /** Only a refused connection says that nobody listens; a full backlog, for example, says the opposite. */
    private static boolean isListenedTo(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // a blocking one would wait for room in the backlog
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }
}
