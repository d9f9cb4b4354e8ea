// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.unix.Socket;
import java.io.IOException;

/** Listens with Netty's native code. */
record DescriptorListener(NativeListener listener, Waiting waiting) implements DirectListener {
    @Override
    public DirectChannel accept() throws IOException {
        return DescriptorChannel.adoptOwn(new Socket(listener.accept()), listener.framing(), waiting);
    }

    @Override
    public void close() {
        listener.close();
    }
}
