// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.concurrent.Executor;

/** The event loops of a server. */
final class ServingLoops extends MultiThreadIoEventLoopGroup {
    /** So many loops; with 0, as many as Netty thinks right for this machine. */
    ServingLoops(int count, IoHandlerFactory handlers) {
        super(count, handlers);
    }

    /** The loop of the next channel. */
    @Override
    public ServingLoop next() {
        return (ServingLoop) super.next();
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... more) {
        return new ServingLoop(this, executor, handlers);
    }
}
