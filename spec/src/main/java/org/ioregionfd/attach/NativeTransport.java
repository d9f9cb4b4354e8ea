// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;

/** Netty's native code, of which only the calls on descriptors are used here. */
final class NativeTransport {
    private NativeTransport() {}

    /** Throws with a message for the user where this host, or how the program was packaged, lacks it. */
    static void require(String what) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException(
                    what + " cannot be used here: that needs Linux and the native library of Netty's epoll transport",
                    Epoll.unavailabilityCause());
        }
    }
}
