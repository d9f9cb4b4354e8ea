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

/**
 * Has a server serve the channels whose descriptors other processes hand over through a control socket. One thread; for
 * transports.
 */
public final class Reception implements AutoCloseable {
    /** How long it rests after a fault that may stay, so that it does not spin. */
    private static final long PAUSE_MILLIS = 1000;

    /** It ends well within this, unless an observer holds it. */
    private static final long CLOSE_MAX_MILLIS = 2000;

    private final DescriptorReceiver receiver;
    private final ServerAccount account;
    private final DeviceServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "ioregionfd reception");

    private Reception(DescriptorReceiver receiver, ServerAccount account, DeviceServer server) {
        this.receiver = receiver;
        this.account = account;
        this.server = server;
    }

    /**
     * Begins to receive.
     *
     * @throws IOException where the control socket cannot be listened on, with a message for the user
     */
    public static Reception open(Attachment control, ServerAccount account, DeviceServer server) throws IOException {
        Reception reception = new Reception(DescriptorReceiver.listen(control), account, server);
        account.startedListening();
        reception.thread.start();
        return reception;
    }

    /** Comes back when the control socket is gone, unless it is called by what is being received. */
    @Override
    public void close() {
        closed.countDown();
        receiver.close();
        try {
            if (Thread.currentThread() != thread) {
                thread.join(CLOSE_MAX_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                receiveOne();
            }
        } catch (ClosedChannelException e) {
            return; // the server was closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            receiver.close();
            account.stoppedListening();
        }
    }

    private void receiveOne() throws ClosedChannelException, InterruptedException {
        int number;
        try {
            number = receiver.receive();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            account.acceptFailed(e);
            // Whoever closes the server does not have to wait for it.
            closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        try {
            server.serve(new Descriptor(number));
        } catch (IOException e) {
            InheritedDescriptor.discard(number);
            account.acceptFailed(e);
        }
    }
}
