// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A path by which the JDK can connect to a socket. The JDK takes one byte less than a socket's address holds; to a longer
 * path there is a link, until this is closed.
 */
public record ReachablePath(Path path, Path original) implements AutoCloseable {
    /** The most bytes that the JDK takes. */
    static final int BYTES_MAX = 106;

    /** By the path itself, or by a link to it in a folder of its own. */
    public static ReachablePath to(Path original) throws IOException {
        if (bytes(original) <= BYTES_MAX) {
            return new ReachablePath(original, original);
        }
        Path link = Files.createTempDirectory("ioregionfd-").resolve("socket");
        return new ReachablePath(Files.createSymbolicLink(link, original.toAbsolutePath()), original);
    }

    /** How many bytes a path has in a socket's address. */
    static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /** For a connect. */
    public UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path);
    }

    @Override
    public void close() throws IOException {
        if (!path.equals(original)) {
            Files.delete(path);
            Files.delete(path.toAbsolutePath().getParent());
        }
    }
}
