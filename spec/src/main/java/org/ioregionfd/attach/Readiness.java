// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.ChannelException;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits in the calling thread until a descriptor can be read or written, whatever kind it is and whether it blocks or not.
 * It is what epoll knows of one descriptor; it costs three descriptors of its own.
 *
 * <p>For one thread at a time, but for {@link #wake}.
 */
final class Readiness {
    /** The descriptor's, and the handler's own two. */
    private static final int EVENTS_MAX = 3;

    private final BooleanSupplier closed;
    private final IoHandler handler;
    private final Context sleeping = new Context(Waiting.BLOCK);
    private final Context polling = new Context(Waiting.BUSY_POLL);
    private InterruptBell bell = new InterruptBell();
    private volatile @Nullable Thread waiter;
    private boolean ready;

    /**
     * @param descriptor a socket or a pipe
     * @param interest EPOLLIN or EPOLLOUT
     * @param closed whether there is nothing to wait for any more; asked by any thread, and {@link #wake} tells of a change
     */
    Readiness(FileDescriptor descriptor, EpollIoOps interest, BooleanSupplier closed) throws IOException {
        this.closed = closed;
        IoHandler created = null;
        try {
            created = EpollIoHandler.newFactory(EVENTS_MAX, DefaultSelectStrategyFactory.INSTANCE)
                    .newHandler(new Waiter());
            created.register(new Watched(descriptor)).submit(interest);
        } catch (UncheckedIOException | ChannelException e) {
            destroy(created);
            throw new IOException("cannot wait for " + descriptor.intValue() + ": " + e.getMessage(), e);
        } catch (Exception e) {
            destroy(created);
            throw new IllegalStateException(e);
        }
        handler = created;
    }

    /**
     * Sleeps until the descriptor is ready.
     *
     * @throws AsynchronousCloseException when closed
     * @throws InterruptedIOException when interrupted; the thread stays so
     */
    void await() throws IOException {
        ready = false;
        waiter = Thread.currentThread();
        if (bell.rang) {
            bell = new InterruptBell();
        }
        bell.listen();
        try {
            while (!ready && !closed.getAsBoolean() && !bell.rang) {
                handler.run(sleeping);
            }
        } finally {
            bell.stop();
        }
        // closing makes a socket ready as well
        if (closed.getAsBoolean()) {
            throw new AsynchronousCloseException();
        }
        if (!ready) {
            throw new InterruptedIOException();
        }
    }

    /** Whether the descriptor is ready now. */
    boolean poll() {
        ready = false;
        waiter = Thread.currentThread();
        handler.run(polling);
        return ready;
    }

    /** Has a thread that sleeps look again whether it is closed. For any thread. */
    void wake() {
        handler.wakeup();
    }

    /** Gives back what it costs. Nobody may wait any more; before the descriptor is closed. */
    void destroy() {
        waiter = Thread.currentThread();
        destroy(handler);
    }

    private static void destroy(@Nullable IoHandler handler) {
        if (handler != null) {
            handler.prepareToDestroy();
            handler.destroy();
        }
    }

    /** The thread that is in here; others have to wake it. */
    private final class Waiter implements ThreadAwareExecutor {
        @Override
        public boolean isExecutorThread(Thread thread) {
            return thread == waiter;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }

    private final class Watched implements EpollIoHandle {
        private final FileDescriptor descriptor;

        Watched(FileDescriptor descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public FileDescriptor fd() {
            return descriptor;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            ready = true;
        }

        @Override
        public void close() {}
    }

    private final class Context implements IoHandlerContext {
        private final Waiting waiting;

        Context(Waiting waiting) {
            this.waiting = waiting;
        }

        /** Asked last before the thread sleeps, when a wake-up is sure to be seen. */
        @Override
        public boolean canBlock() {
            return waiting == Waiting.BLOCK && !closed.getAsBoolean() && !bell.rang;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return Long.MAX_VALUE;
        }

        @Override
        public long deadlineNanos() {
            return -1; // none
        }
    }

    /** Hears one interrupt of the thread that waits, as the JDK's channels do that close for it. Nothing is closed here. */
    private final class InterruptBell extends AbstractInterruptibleChannel {
        private volatile boolean rang;

        void listen() {
            begin();
        }

        void stop() {
            try {
                end(true);
            } catch (AsynchronousCloseException e) {
                // it rang, which is known
                return;
            }
        }

        @Override
        protected void implCloseChannel() {
            rang = true;
            handler.wakeup();
        }
    }
}
