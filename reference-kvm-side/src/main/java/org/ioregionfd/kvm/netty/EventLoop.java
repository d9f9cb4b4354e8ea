// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;
import java.util.Queue;

/**
 * The event loop of a transport. A KVM side sends short commands and waits for their responses: one thread serves many
 * channels. {@link NettyTransport} names no other class of Netty 4.2, so that it loads beside an older Netty too, and can say so.
 */
final class EventLoop extends SingleThreadIoEventLoop {
    /**
     * How many tasks may wait. A channel has one task at a time, and one more when it is registered. Nobody is expected to
     * have more channels than this; further tasks are refused.
     */
    private static final int TASKS_MAX = 1 << 16;

    EventLoop() {
        super(null, new DefaultThreadFactory("ioregionfd-kvm", true), EpollIoHandler.newFactory());
    }

    /** A queue that is made at full size: Netty's own sometimes adds an array, a few bytes for each task. */
    @Override
    protected Queue<Runnable> newTaskQueue(int maxPendingTasks) {
        return PlatformDependent.newFixedMpscQueue(TASKS_MAX);
    }
}
