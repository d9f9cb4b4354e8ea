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
 * Waits in the calling thread until a descriptor can be read or written, whatever its kind and whether it blocks or not. It
 * uses epoll for one or a few descriptors, and needs three descriptors of its own.
 *
 * <p>For one thread at a time, but for {@link #wake}.
 */
final class Readiness {
    /** How many one look brings at most; the others come with the next look. */
    private static final int EVENTS_MAX = 8;

    private final BooleanSupplier closed;
    private final IoHandler handler;
    private final Context context = new Context();
    private boolean mayBlock;
    private InterruptBell bell = new InterruptBell();
    private volatile @Nullable Thread waiter;
    private boolean anyReady;

    /**
     * Waits for nothing yet.
     *
     * @param closed whether there is nothing to wait for any more; any thread may call it, and {@link #wake} announces a
     *     change
     */
    Readiness(BooleanSupplier closed) throws IOException {
        this.closed = closed;
        try {
            handler = EpollIoHandler.newFactory(EVENTS_MAX, DefaultSelectStrategyFactory.INSTANCE)
                    .newHandler(new Waiter());
        } catch (ChannelException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Waits for one descriptor. */
    static Readiness of(FileDescriptor descriptor, EpollIoOps interest, BooleanSupplier closed) throws IOException {
        Readiness readiness = new Readiness(closed);
        try {
            readiness.watch(descriptor, interest);
            return readiness;
        } catch (IOException e) {
            readiness.destroy();
            throw e;
        }
    }

    /**
     * Waits for a descriptor too.
     *
     * @param descriptor a socket or a pipe
     * @param interest EPOLLIN or EPOLLOUT
     */
    Watched watch(FileDescriptor descriptor, EpollIoOps interest) throws IOException {
        waiter = Thread.currentThread();
        Watched watched = new Watched(descriptor);
        try {
            watched.registration = handler.register(watched);
            watched.registration.submit(interest);
            return watched;
        } catch (UncheckedIOException e) {
            throw new IOException("cannot wait for descriptor " + descriptor.intValue() + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Sleeps until one of the descriptors is ready.
     *
     * @throws AsynchronousCloseException when closed
     * @throws InterruptedIOException when interrupted; the thread stays so
     */
    void await() throws IOException {
        anyReady = false;
        waiter = Thread.currentThread();
        if (bell.rang) {
            bell = new InterruptBell();
        }
        mayBlock = true;
        bell.listen();
        try {
            // a thread that is interrupted already looks once
            do {
                handler.run(context);
            } while (!anyReady && !closed.getAsBoolean() && !bell.rang);
        } finally {
            bell.stop();
        }
        // closing makes a socket ready as well
        if (closed.getAsBoolean()) {
            throw new AsynchronousCloseException();
        }
        if (!anyReady) {
            throw new InterruptedIOException();
        }
    }

    /** Whether one is ready now. */
    boolean poll() {
        anyReady = false;
        waiter = Thread.currentThread();
        mayBlock = false;
        handler.run(context);
        return anyReady;
    }

    /** Lets a sleeping thread look again whether it is closed. For any thread. */
    void wake() {
        handler.wakeup();
    }

    /** Closes its own descriptors. Call it before the descriptor is closed; no thread may wait any more. */
    void destroy() {
        waiter = Thread.currentThread();
        handler.prepareToDestroy();
        handler.destroy();
    }

    /** Does the same, and closes the descriptor that was waited for. */
    void destroyWith(FileDescriptor descriptor) {
        destroy();
        try {
            descriptor.close();
        } catch (IOException e) {
            return; // it is closed all the same
        }
    }

    /** The thread that waits here; others must wake it. */
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

    /** One of the descriptors. */
    final class Watched implements EpollIoHandle {
        private final FileDescriptor descriptor;
        private @Nullable IoRegistration registration;
        private boolean ready;

        private Watched(FileDescriptor descriptor) {
            this.descriptor = descriptor;
        }

        /** Whether it was found ready since this was last asked. */
        boolean takeReady() {
            boolean taken = ready;
            ready = false;
            return taken;
        }

        /** Does not wait for it any more; before it is closed. */
        void forget() {
            waiter = Thread.currentThread();
            if (registration != null) {
                registration.cancel();
            }
        }

        @Override
        public FileDescriptor fd() {
            return descriptor;
        }

        @Override
        public void handle(IoRegistration source, IoEvent event) {
            ready = true;
            anyReady = true;
        }

        @Override
        public void close() {}
    }

    private final class Context implements IoHandlerContext {
        /** Called last before the thread sleeps, when a wake-up is certain to be seen. */
        @Override
        public boolean canBlock() {
            return mayBlock && !closed.getAsBoolean() && !bell.rang;
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

    /** Notices an interrupt of the waiting thread. The JDK's channels close on an interrupt; nothing is closed here. */
    private final class InterruptBell extends AbstractInterruptibleChannel {
        private volatile boolean rang;

        void listen() {
            begin();
        }

        void stop() {
            try {
                end(true);
            } catch (AsynchronousCloseException e) {
                // it rang, as expected
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
