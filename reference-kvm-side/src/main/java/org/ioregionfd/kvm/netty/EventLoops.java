// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/** The thread that carries all of a process's channels: a daemon, so that it keeps no program from ending. */
final class EventLoops {
    /** A KVM side sends short commands and waits for their responses: one thread serves many channels. */
    private static final int THREADS = 1;

    static final IoEventLoopGroup SHARED = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("ioregionfd-kvm", true), EpollIoHandler.newFactory());

    private EventLoops() {}
}
