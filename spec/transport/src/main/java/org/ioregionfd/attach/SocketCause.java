// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ioregionfd.attach.Attachment.UnixPath;

/**
 * Why a socket cannot be reached or made, in words for a user. The JDK and Netty tell it in different ways, with one exception
 * for several causes, and in the language of the locale. So the path is looked at first.
 */
final class SocketCause {
    private static final int TYPE_MASK = 0170000;

    // Numbers of the Linux ABI, the same on x86-64 and arm64, as Netty gives them.
    private static final int EADDRINUSE = -98;
    private static final int ECONNREFUSED = -111;

    /** What Netty puts before the system's own words. */
    private static final Pattern NETTY = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\((-?\\d+)\\): ?");

    private static final String DENIED = "permission denied";

    private SocketCause() {}

    /** Something is at a path that must not be replaced; the message is for the user. */
    static final class InTheWay extends IOException {
        private static final long serialVersionUID = 1L;

        InTheWay(String message) {
            super(message);
        }

        static void unlessSocket(Path path) throws IOException {
            String kind = kind(path, LinkOption.NOFOLLOW_LINKS);
            if (!kind.equals("a socket")) {
                throw new InTheWay(path + " exists and is not a socket but " + kind);
            }
        }

        static void unlessAllowed(Path path) throws IOException {
            try {
                checkConnectable(path);
            } catch (AccessDeniedException e) {
                throw new InTheWay(
                        "cannot listen on " + path + ": permission denied to ask whether somebody listens there");
            }
        }
    }

    /** Why nobody can be reached there. */
    static String ofConnecting(Attachment where, IOException failure) {
        Optional<String> seen = where instanceof UnixPath unix ? ofPath(unix.path()) : Optional.empty();
        return seen.orElseGet(() -> isRefusal(failure) ? "nobody listens" : words(failure));
    }

    /** Why no socket can be made there. */
    static String ofListening(Path path, IOException failure) {
        return ofFolder(path).or(() -> ofRights(path)).orElseGet(() -> words(failure));
    }

    /** Why a name is not to be had. */
    static String ofNaming(IOException failure) {
        return number(failure) == EADDRINUSE ? "somebody has that name already" : words(failure);
    }

    /** Whether a connection was refused, or a failure comes from that: nobody listens. */
    static boolean isRefusal(IOException failure) {
        if (failure instanceof ConnectException) {
            int number = number(failure);
            return number == 0 || number == ECONNREFUSED;
        }
        return failure.getCause() instanceof ConnectException cause && isRefusal(cause);
    }

    private static Optional<String> ofPath(Path path) {
        try {
            String kind = kind(path);
            if (!kind.equals("a socket")) {
                return Optional.of("it is " + kind + ", not a socket");
            }
            checkConnectable(path);
            return Optional.empty();
        } catch (AccessDeniedException e) {
            return Optional.of(DENIED);
        } catch (IOException e) {
            boolean isLink = Files.isSymbolicLink(path);
            return ofFolder(path).or(() -> Optional.of(isLink ? "it is a link to nothing" : "no such file"));
        }
    }

    /** Whether the folder of a path is none. */
    private static Optional<String> ofFolder(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        Path above = folder;
        while (above != null) {
            try {
                if (!kind(above).equals("a folder")) {
                    return Optional.of(above + " is not a folder");
                }
                return above.equals(folder) ? Optional.empty() : Optional.of("no such folder");
            } catch (AccessDeniedException e) {
                return Optional.of(DENIED);
            } catch (IOException e) {
                above = above.getParent(); // it tells why
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofRights(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || (Files.isWritable(folder) && Files.isExecutable(folder))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.getFileStore(folder).isReadOnly() ? "read-only file system" : DENIED);
        } catch (IOException e) {
            return Optional.of(DENIED);
        }
    }

    /** Throws what is in the way; {@link Files#isWritable} is false for one that is gone too. */
    private static void checkConnectable(Path path) throws IOException {
        path.getFileSystem().provider().checkAccess(path, AccessMode.WRITE);
    }

    private static String kind(Path path, LinkOption... options) throws IOException {
        return switch ((Integer) Files.getAttribute(path, "unix:mode", options) & TYPE_MASK) {
            case 0140000 -> "a socket";
            case 0120000 -> "a link";
            case 0100000 -> "a file";
            case 0040000 -> "a folder";
            case 0010000 -> "a FIFO";
            default -> "a special file";
        };
    }

    /** The system's own words, for what is left. */
    private static String words(IOException failure) {
        if (failure instanceof AccessDeniedException denied) {
            return DENIED + ": " + denied.getFile();
        }
        if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason() + ": " + file.getFile();
        }
        return NETTY.matcher(String.valueOf(failure.getMessage())).replaceFirst("");
    }

    /** The system's number, as far as Netty tells it; 0 otherwise. */
    private static int number(IOException failure) {
        Matcher matcher = NETTY.matcher(String.valueOf(failure.getMessage()));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
