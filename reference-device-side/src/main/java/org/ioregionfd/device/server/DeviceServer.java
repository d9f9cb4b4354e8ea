// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import java.io.IOException;
import org.ioregionfd.attach.Attachment;

/**
 * Serves devices on any number of channels, each with a device of its own. Its methods may be called from any thread, those
 * of devices and observers included.
 */
public interface DeviceServer extends AutoCloseable {
    /**
     * Serves whoever connects to a path or an abstract name, or to a socket that listens already (a descriptor), from now on.
     * A socket that was left behind at a path is replaced, and the one that is made is removed by {@link #close}.
     *
     * @throws IOException where that cannot be done, with a message for the user: somebody listens there already, or something
     *     else than a socket is there, or the system refuses
     */
    void listen(Attachment where) throws IOException;

    /**
     * Serves one channel that is there already: a descriptor of a connected socket, stream or SEQPACKET, blocking or not; or two
     * descriptors, each of which may be such a socket or a pipe. It belongs to the server from now on.
     *
     * @throws IOException where it cannot be served, with a message for the user; descriptors are left as they were
     */
    void serve(Attachment channel) throws IOException;

    /**
     * Serves, from now on, the channels whose descriptors other processes hand over (SCM_RIGHTS) on a control socket at a path
     * or an abstract name: one descriptor with each message, whose bytes mean nothing. Needs Linux.
     *
     * @throws IOException where the control socket cannot be listened on, with a message for the user
     */
    void receive(Attachment control) throws IOException;

    /** Waits until there is nothing left to serve: after {@link #close}, or when nothing listens and all channels are over. */
    void awaitEnd() throws InterruptedException;

    /** What has been counted so far. */
    ServerCounters counters();

    /**
     * Closes all channels, removes sockets that it made from the file system, and ends its threads. Comes back when that is
     * done, unless the caller is one of these threads itself.
     */
    @Override
    void close();
}
