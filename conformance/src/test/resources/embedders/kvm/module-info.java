// SPDX-License-Identifier: BSD-3-Clause
module embedder {
    requires io.netty.transport.epoll.linux.aarch_64;
    requires io.netty.transport.epoll.linux.x86_64;
    requires org.ioregionfd.kvm;
}
