// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The acceptors of one server; for transports. */
public final class Acceptors implements AutoCloseable {
    private final Set<Acceptor> all = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Adds one, which is closed at once if the server was closed meanwhile. */
    public void add(Acceptor acceptor) {
        all.add(acceptor);
        if (closed) {
            acceptor.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        all.forEach(Acceptor::close);
    }
}
