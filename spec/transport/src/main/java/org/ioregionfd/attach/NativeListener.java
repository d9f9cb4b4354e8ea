// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.InheritedDescriptor.Kind;
import org.ioregionfd.attach.InheritedDescriptor.Mode;
import org.ioregionfd.attach.SocketTimeout.Of;
import org.ioregionfd.wire.Framing;

/**
 * Listens on a path, on an abstract name, or on a socket that listens already, blocking or not, stream or SEQPACKET. Needs Linux
 * and the native code of Netty. {@link #accept} is for one thread at a time, {@link #close} for any.
 */
public final class NativeListener implements Closeable {
    /** A sockaddr_un and its length; the address of the other end is not used. */
    private static final int ADDRESS_LENGTH = 128;

    private final ListeningSocket listening;
    private final Framing framing;
    private final Mode mode;
    private final SharedUse use = new SharedUse(this::release);
    private final Readiness acceptable;

    private NativeListener(ListeningSocket listening, Framing framing, Mode mode) throws IOException {
        this.listening = listening;
        this.framing = framing;
        this.mode = mode;
        acceptable = Readiness.of(listening.socket(), EpollIoOps.EPOLLIN, use::isClosed);
    }

    /**
     * Begins to listen. A socket that was left at a path is replaced. A descriptor belongs to this object from then on, but
     * other processes may share its socket: nothing that they could notice is changed.
     *
     * @throws IOException if that cannot be done, with a message for the user; a descriptor is left as it was
     */
    public static NativeListener listen(Attachment where) throws IOException {
        if (where instanceof Descriptor descriptor) {
            return adopt(InheritedDescriptor.inspect(descriptor.number()));
        }
        ListeningSocket listening = NativeTransport.listen(where);
        try {
            return new NativeListener(listening, Framing.STREAM, Mode.NON_BLOCKING);
        } catch (IOException e) {
            listening.close();
            throw e;
        }
    }

    private static NativeListener adopt(InheritedDescriptor inherited) throws IOException {
        if (!inherited.kind().isListener()) {
            throw new IOException("descriptor " + inherited.number() + " does not listen");
        }
        return new NativeListener(
                new ListeningSocket(new Socket(inherited.number()), Optional.empty()),
                inherited.kind() == Kind.RECORD_LISTENER ? Framing.RECORDS : Framing.STREAM,
                inherited.mode());
    }

    /** How the accepted sockets keep bytes together. */
    public Framing framing() {
        return framing;
    }

    /**
     * Sleeps until a peer connects.
     *
     * @return the number of a connected, non-blocking socket, which belongs to the caller
     * @throws java.nio.channels.ClosedChannelException when the listener is closed
     * @throws java.io.InterruptedIOException when the thread is interrupted, which it stays; the listener is as it was
     * @throws IOException if a connection could not be accepted, mostly because there are too few descriptors; the caller may
     *     try again after a while
     */
    public int accept() throws IOException {
        use.enter();
        try {
            while (true) {
                acceptable.await();
                int accepted = mode == Mode.BLOCKING ? acceptWithinATick() : acceptNow();
                if (accepted >= 0) {
                    return accepted;
                }
            }
        } finally {
            use.leave();
        }
    }

    private int acceptNow() throws IOException {
        return listening.socket().accept(new byte[ADDRESS_LENGTH]);
    }

    /**
     * Another process may listen on the socket too, and be quicker; then a blocking one would sleep until the next connection. Its
     * time-out belongs to all who share it, so it is changed for this call alone.
     */
    private int acceptWithinATick() throws IOException {
        Socket socket = listening.socket();
        SocketTimeout before = SocketTimeout.get(socket, Of.RECEIVING).unlessTick();
        SocketTimeout.TICK.set(socket, Of.RECEIVING);
        try {
            return acceptNow();
        } finally {
            before.set(socket, Of.RECEIVING);
        }
    }

    /** Listens no more, ends an {@link #accept} that waits, and removes the socket that was made here from the file system. */
    @Override
    public void close() {
        use.close();
        acceptable.wake();
    }

    private void release() {
        acceptable.destroy();
        try {
            listening.close();
        } catch (IOException e) {
            return; // it is closed all the same
        }
    }
}
