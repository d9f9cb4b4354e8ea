// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import java.io.Closeable;
import java.io.IOException;

/**
 * Hands descriptors over to another process through a Unix stream socket (SCM_RIGHTS): one message of one byte, which means
 * nothing, for each. In this way a process that sets up channels gives the ends to the processes that use them [CHN-009].
 *
 * <p>{@link #send} is for one thread at a time, {@link #close} for any. Needs Linux and the native code of Netty.
 */
public final class DescriptorSender implements Closeable {
    private final Socket socket;
    private final SharedUse use = new SharedUse(this::release);
    private final Readiness writable;

    private DescriptorSender(Socket socket) throws IOException {
        this.socket = socket;
        writable = Readiness.of(socket, EpollIoOps.EPOLLOUT, use::isClosed);
    }

    /**
     * Connects to a {@link DescriptorReceiver} that listens on a path or a name.
     *
     * @throws IOException if there is none, with a message for the user
     */
    public static DescriptorSender connect(Attachment attachment) throws IOException {
        return NativeTransport.make(NativeTransport.connect(attachment), DescriptorSender::new);
    }

    /**
     * Hands over one descriptor, and sleeps while the receiver is behind. The receiver gets a copy, and the descriptor stays
     * open here. To give a channel away, close your own copy with {@link InheritedDescriptor#discard}.
     *
     * @throws java.nio.channels.ClosedChannelException when the sender is closed
     * @throws java.io.InterruptedIOException when the thread is interrupted, which it stays; nothing was sent
     * @throws IOException if it cannot be sent, or the receiver is gone
     */
    public void send(int descriptor) throws IOException {
        use.enter();
        try {
            while (socket.sendFd(descriptor) < 0) {
                writable.await();
            }
        } finally {
            use.leave();
        }
    }

    @Override
    public void close() {
        use.close();
        writable.wake();
    }

    private void release() {
        writable.destroyWith(socket);
    }
}
