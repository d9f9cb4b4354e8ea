// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.Optional;

/**
 * A listening socket of Netty's native code.
 *
 * @param file its name in the file system, if it has one that is its own
 */
record ListeningSocket(Socket socket, Optional<SocketFile> file) {
    /** Listens no more, and removes the name. */
    void close() throws IOException {
        file.ifPresent(SocketFile::remove);
        socket.close();
    }
}
