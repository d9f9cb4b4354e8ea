// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import java.io.IOException;
import org.ioregionfd.attach.Attachment;

/**
 * Serves devices on any number of channels, each with a device of its own. Its methods may be called from any thread, also
 * from those of devices and observers.
 */
public interface DeviceServer extends AutoCloseable {
    /**
     * Serves, from now on, every peer that connects to a path or an abstract name, or to a listening socket (a descriptor).
     * It replaces a socket that was left at a path; {@link #close} removes the socket that it made.
     *
     * @throws IOException if that cannot be done, with a message for the user: a process listens there already, or something
     *     is there that is no socket, or the system refuses
     */
    void listen(Attachment where) throws IOException;

    /**
     * Serves one open channel: a descriptor of a connected socket, stream or SEQPACKET, blocking or not; or two descriptors,
     * each such a socket or a pipe. It belongs to the server from now on.
     *
     * @throws IOException if it cannot be served, with a message for the user; descriptors are left as they were
     */
    void serve(Attachment channel) throws IOException;

    /**
     * Serves, from now on, the channels whose descriptors other processes hand over (SCM_RIGHTS) on a control socket at a path
     * or an abstract name: one descriptor with each message, whose bytes mean nothing. Needs Linux.
     *
     * @throws IOException if the control socket cannot be listened on, with a message for the user
     */
    void receive(Attachment control) throws IOException;

    /** Waits until there is nothing left to serve: after {@link #close}, or when nothing listens and all channels are over. */
    void awaitEnd() throws InterruptedException;

    /** The counters so far. */
    ServerCounters counters();

    /**
     * Closes all channels, removes the sockets that it made from the file system, and ends its threads. Returns when that is
     * done, unless the caller is one of these threads itself.
     */
    @Override
    void close();
}
