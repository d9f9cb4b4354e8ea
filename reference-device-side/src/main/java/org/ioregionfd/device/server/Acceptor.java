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

/** Accepts channels one after the other, on a thread of its own, and lets a server serve them; for transports. */
public final class Acceptor implements AutoCloseable {
    /** How long it rests after a fault, so that it does not spin on a lasting one. */
    private static final long PAUSE_MILLIS = 1000;

    /** It ends well within this time, unless an observer holds it. */
    private static final long CLOSE_MAX_MILLIS = 750;

    /** The step that is repeated until the acceptor is closed. */
    @FunctionalInterface
    public interface Step {
        /**
         * Waits for a channel, and lets the server serve it.
         *
         * @throws ClosedChannelException if no channel can come any more
         * @throws IOException if this channel could not be accepted
         */
        void run() throws IOException;
    }

    private final ServedChannels served;
    private final Step step;
    private final Runnable closing;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::acceptAll, "ioregionfd acceptor");

    private Acceptor(ServedChannels served, Step step, Runnable closing) {
        this.served = served;
        this.step = step;
        this.closing = closing;
    }

    /**
     * Begins to accept.
     *
     * @param closing closes at the end what the step waits on; may be called more than once
     */
    public static Acceptor start(ServedChannels served, Step step, Runnable closing) {
        Acceptor acceptor = new Acceptor(served, step, closing);
        served.startedListening();
        acceptor.thread.start();
        return acceptor;
    }

    /**
     * Begins to receive descriptors of channels, which other processes hand over through a control socket.
     *
     * @throws IOException if the control socket cannot be listened on, with a message for the user
     */
    public static Acceptor receive(Attachment control, ServedChannels served, DeviceServer server) throws IOException {
        DescriptorReceiver receiver = DescriptorReceiver.listen(control);
        return start(served, () -> serve(receiver.receive(), served, server), receiver::close);
    }

    private static void serve(int number, ServedChannels served, DeviceServer server) {
        try {
            server.serve(new Descriptor(number));
        } catch (IOException e) {
            InheritedDescriptor.discard(number);
            served.acceptFailed(e);
        }
    }

    /** Returns when the step has ended, unless the acceptor's own thread calls it. */
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
            served.stoppedListening();
        }
    }

    private void acceptOne() throws ClosedChannelException, InterruptedException {
        try {
            step.run();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            served.acceptFailed(e);
            // The closing thread need not wait for it.
            closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
