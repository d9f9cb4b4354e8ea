// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where one channel is, as a user writes it on a command line or in code. */
public sealed interface Attachment {
    /** sockaddr_un has 108 bytes: a path, and the zero behind it. */
    int PATH_BYTES_MAX = 107;

    /** A zero before the name, and one more behind it that Netty's code looks for, though the system needs none. */
    int NAME_BYTES_MAX = 106;

    /** A Unix stream socket in the file system, to connect to or to listen on; throws if no socket can have that path. */
    record UnixPath(Path path) implements Attachment {
        public UnixPath {
            int length = Attachment.bytes(path.toString());
            if (length > PATH_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "a socket's path has at most " + PATH_BYTES_MAX + " bytes, and this has " + length);
            }
        }

        /** Its length in a socket's address. */
        int bytes() {
            return Attachment.bytes(path.toString());
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A Unix stream socket in Linux's abstract name space, to connect to or to listen on.
     *
     * @param name without the {@code @} that it is written with
     */
    record AbstractName(String name) implements Attachment {
        public AbstractName {
            int length = Attachment.bytes(name);
            if (length == 0 || length > NAME_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "an abstract name has 1 to " + NAME_BYTES_MAX + " bytes, and this has " + length);
            }
        }

        @Override
        public String toString() {
            return "@" + name;
        }
    }

    /** A connected Unix socket that this process holds already, STREAM or SEQPACKET, blocking or not. */
    record Descriptor(int number) implements Attachment {
        @Override
        public String toString() {
            return "descriptor " + number;
        }
    }

    /**
     * Two descriptors that this process holds already, one for each direction: each a pipe, a FIFO or a connected socket, STREAM
     * or SEQPACKET, blocking or not, in any mix.
     */
    record DescriptorPair(int read, int write) implements Attachment {
        @Override
        public String toString() {
            return "descriptors " + read + " and " + write;
        }
    }

    /**
     * A Unix socket as a user writes it: {@code @name} is abstract, anything else a path. A control character is in neither,
     * because both are printed, in lines.
     *
     * @throws IllegalArgumentException if it can be neither
     */
    static Attachment ofUnix(String pathOrAbstractName) {
        if (pathOrAbstractName.isEmpty()) {
            throw new IllegalArgumentException("a socket's path is not empty");
        }
        if (pathOrAbstractName.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a socket's path or name has no control characters");
        }
        return pathOrAbstractName.startsWith("@")
                ? new AbstractName(pathOrAbstractName.substring(1))
                : new UnixPath(Path.of(pathOrAbstractName));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
