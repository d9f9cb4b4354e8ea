// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.DescriptorReceiver;
import org.ioregionfd.attach.InheritedDescriptor;

/** Has a server serve the channels that come, one after the other, on a thread of its own; for transports. */
public final class Acceptor implements AutoCloseable {
    /** How long it rests after a fault that may stay, so that it does not spin. */
    private static final long PAUSE_MILLIS = 1000;

    /** It ends well within this, unless an observer holds it. */
    private static final long CLOSE_MAX_MILLIS = 2000;

    /** What is done again and again, until the acceptor is closed. */
    @FunctionalInterface
    public interface Step {
        /**
         * Waits for a channel, and has it served.
         *
         * @throws ClosedChannelException where none can come any more
         * @throws IOException where this one could not be accepted
         */
        void run() throws IOException;
    }

    private final ServerAccount account;
    private final Step step;
    private final Runnable closing;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::acceptAll, "ioregionfd acceptor");

    private Acceptor(ServerAccount account, Step step, Runnable closing) {
        this.account = account;
        this.step = step;
        this.closing = closing;
    }

    /**
     * Begins to accept.
     *
     * @param closing closes what the step waits on, at the end; may come more than once
     */
    public static Acceptor start(ServerAccount account, Step step, Runnable closing) {
        Acceptor acceptor = new Acceptor(account, step, closing);
        account.startedListening();
        acceptor.thread.start();
        return acceptor;
    }

    /**
     * Begins to receive descriptors of channels, which other processes hand over through a control socket.
     *
     * @throws IOException where the control socket cannot be listened on, with a message for the user
     */
    public static Acceptor receive(Attachment control, ServerAccount account, DeviceServer server) throws IOException {
        DescriptorReceiver receiver = DescriptorReceiver.listen(control);
        return start(account, () -> serve(receiver.receive(), account, server), receiver::close);
    }

    private static void serve(int number, ServerAccount account, DeviceServer server) {
        try {
            server.serve(new Descriptor(number));
        } catch (IOException e) {
            InheritedDescriptor.discard(number);
            account.acceptFailed(e);
        }
    }

    /** Comes back when what it waited on is closed, unless it is called by what is being accepted. */
    @Override
    public void close() {
        closed.countDown();
        closing.run();
        try {
            if (Thread.currentThread() != thread) {
                thread.join(CLOSE_MAX_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll() {
        try {
            while (closed.getCount() > 0) {
                acceptOne();
            }
        } catch (ClosedChannelException e) {
            return; // the server was closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closing.run();
            account.stoppedListening();
        }
    }

    private void acceptOne() throws ClosedChannelException, InterruptedException {
        try {
            step.run();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            account.acceptFailed(e);
            // Whoever closes the server does not have to wait for it.
            closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
