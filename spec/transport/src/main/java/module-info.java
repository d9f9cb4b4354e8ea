// SPDX-License-Identifier: BSD-3-Clause

/** The channels that carry frames, and a capture of these frames. */
module org.ioregionfd.transport {
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires static org.jspecify;
    requires transitive io.netty.buffer;
    requires transitive org.ioregionfd.wire;

    exports org.ioregionfd.attach;
    exports org.ioregionfd.trace;
}
