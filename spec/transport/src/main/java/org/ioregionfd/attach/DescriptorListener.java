// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import org.ioregionfd.attach.Attachment.AbstractName;
import org.ioregionfd.attach.InheritedDescriptor.Kind;

/** Listens on an abstract name, or on a socket that listens already, blocking or not. */
final class DescriptorListener implements DirectListener {
    /** A sockaddr_un and its length; the address of the other end is not used. */
    private static final int ADDRESS_LENGTH = 128;

    private final Socket socket;
    private final Waiting waiting;
    private final SharedUse use = new SharedUse(this::release);
    private final Readiness acceptable;

    private DescriptorListener(Socket socket, Waiting waiting) throws IOException {
        this.socket = socket;
        this.waiting = waiting;
        acceptable = Readiness.of(socket, EpollIoOps.EPOLLIN, use::isClosed);
    }

    static DescriptorListener listen(AbstractName name, Waiting waiting) throws IOException {
        return NativeTransport.make(NativeTransport.listen(name), socket -> new DescriptorListener(socket, waiting));
    }

    static DescriptorListener adopt(int number, Waiting waiting) throws IOException {
        InheritedDescriptor inherited = InheritedDescriptor.inspect(number);
        if (inherited.kind() != Kind.LISTENER) {
            throw new IOException("descriptor " + number + " does not listen");
        }
        // another process may listen on it too, and be quicker
        inherited.boundWaits();
        return new DescriptorListener(new Socket(number), waiting);
    }

    @Override
    public DirectChannel accept() throws IOException {
        use.enter();
        try {
            while (true) {
                acceptable.await();
                int accepted = socket.accept(new byte[ADDRESS_LENGTH]);
                if (accepted >= 0) {
                    return DescriptorChannel.adoptOwn(new Socket(accepted), waiting);
                }
            }
        } finally {
            use.leave();
        }
    }

    @Override
    public void close() {
        use.close();
        acceptable.wake();
    }

    private void release() {
        acceptable.destroyWith(socket);
    }
}
