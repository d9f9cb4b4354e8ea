// SPDX-License-Identifier: BSD-3-Clause

/** The device side of the handshake, to embed: the machine, devices to copy from, and two servers. */
module org.ioregionfd.device {
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires org.slf4j;
    requires static org.jspecify;
    requires transitive org.ioregionfd.transport;

    exports org.ioregionfd.device;
    exports org.ioregionfd.device.direct;
    exports org.ioregionfd.device.model;
    exports org.ioregionfd.device.netty;
    exports org.ioregionfd.device.server;
}
