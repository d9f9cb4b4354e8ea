// SPDX-License-Identifier: BSD-3-Clause

/** The KVM side of the handshake, to embed: channels with either of two transports, and the machine for another. */
module org.ioregionfd.kvm {
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires org.slf4j;
    requires static org.jspecify;
    requires transitive org.ioregionfd.transport;

    exports org.ioregionfd.kvm;
    exports org.ioregionfd.kvm.channel;
    exports org.ioregionfd.kvm.direct;
    exports org.ioregionfd.kvm.netty;
}
