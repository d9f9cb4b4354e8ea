// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.direct;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ioregionfd.attach.DirectChannel;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.device.server.ServedChannel;
import org.ioregionfd.device.server.ServedChannels;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;

/**
 * Moves bytes between a {@link DirectChannel} and a {@link DeviceChannel} on one thread. It reads the bytes that are there,
 * mostly answers all of them with one write, and reads on when the kernel has the answers. It holds nothing but its two
 * buffers.
 */
final class ChannelLoop {
    /** As many frames as are worth reading or writing at a time; two of these are most of a channel's memory. */
    private static final int BUFFER_LENGTH = 128 * Frame.LENGTH;

    /** How often a thread that may not poll looks for room, if its channel cannot wait for room. */
    private static final long ROOM_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Longer than a frame, so that a longer record shows as such [CHN-005]. */
    private static final int RECORD_READ = 2 * Frame.LENGTH;

    /**
     * How the threads of a server wait.
     *
     * @param pollers may poll at a time under BUSY_POLL; the others sleep, because they would take processors from one
     *     another
     * @param timer of deadlines, shared by all channels
     */
    record Waits(Waiting waiting, Semaphore pollers, ScheduledExecutorService timer) {}

    private final DirectChannel channel;
    private final Waits waits;
    private final WakeUp wakeUp = new WakeUp();
    private final ServedChannel served;
    private final DeviceChannel device;
    private final ByteBuf in = Unpooled.directBuffer(BUFFER_LENGTH, BUFFER_LENGTH);
    private final ByteBuf out = Unpooled.directBuffer(BUFFER_LENGTH, BUFFER_LENGTH);
    private final ByteBuffer inBytes = in.nioBuffer(0, BUFFER_LENGTH);
    private final ByteBuffer outBytes = out.nioBuffer(0, BUFFER_LENGTH);
    private Future<?> closing = CompletableFuture.completedFuture(null);
    private boolean inputEnded;
    private boolean mayPoll;
    private volatile boolean closed;

    ChannelLoop(ServedChannels all, long number, DirectChannel channel, Waits waits) {
        this.channel = channel;
        this.waits = waits;
        try {
            served = new ServedChannel(all, number, channel.framing(), wakeUp);
            device = served.machine();
        } catch (RuntimeException e) {
            releaseBuffers();
            throw e;
        }
    }

    /** Serves the channel to its end, on the calling thread. */
    void run() {
        try {
            serve();
        } catch (IOException e) {
            // [CHN-008] a connection that is lost is the end of the stream
            served.peerClosed();
        } catch (RuntimeException | Error e) {
            served.failed(e);
        } finally {
            closing.cancel(false);
            channel.close();
            if (mayPoll) {
                waits.pollers().release();
            }
            releaseBuffers();
            served.closed();
        }
    }

    /** Ends it, from any thread. */
    void close() {
        closed = true;
        channel.close();
        wakeUp.run();
    }

    private void serve() throws IOException {
        while (!closed) {
            goOn();
            if (device.phase() == Phase.CLOSED) {
                return;
            }
            if (device.phase() == Phase.DRAINING) {
                drain();
                return;
            }
            if (device.wants() == Wants.INPUT && inputEnded) {
                served.peerClosed();
                return;
            }
            if (device.wants() != Wants.ROOM) {
                await();
            }
        }
    }

    /** Executes the commands that were read, and sends the answers. */
    private void goOn() throws IOException {
        out.clear();
        if (in.isReadable()) {
            served.receive(in, out, System.nanoTime());
        } else {
            served.proceed(out);
        }
        // Clears an interrupt that a device has left behind: it has no meaning, and would end the next wait.
        Thread.interrupted();
        outBytes.clear().limit(out.writerIndex());
        if (device.phase() != Phase.SERVING && outBytes.hasRemaining()) {
            // [CHN-015, REJ-001] whether or not the peer takes what goes out before the close
            closeAfter(ServedChannel.CLOSE_MAX_NANOS);
        }
        while (outBytes.hasRemaining()) {
            // [CHN-003] goes on after the bytes that were taken
            if (channel.write(outBytes) == 0) {
                awaitRoomWhereItPolls();
            }
        }
    }

    private void awaitRoomWhereItPolls() {
        if (mayPoll) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(this, ROOM_NANOS);
        }
    }

    /** Waits for bytes from K or for a device, until one of them comes. */
    private void await() throws IOException {
        if (!in.isReadable()) {
            in.clear();
        } else if (!in.isWritable()) {
            in.discardReadBytes();
        }
        // A waiting record must be taken before the next is read.
        boolean recordWaits = channel.framing() == Framing.RECORDS && in.isReadable();
        boolean mayRead = !inputEnded && in.isWritable() && !recordWaits;
        if (waits.waiting() == Waiting.BUSY_POLL && mayPoll()) {
            poll(mayRead);
        } else {
            sleep(mayRead);
        }
    }

    /** A thread that may poll keeps this right to its end. */
    private boolean mayPoll() {
        mayPoll = mayPoll || waits.pollers().tryAcquire();
        return mayPoll;
    }

    private void sleep(boolean mayRead) throws IOException {
        if (!mayRead) {
            wakeUp.await();
            return;
        }
        if (waits.waiting() == Waiting.UNINTERRUPTED && !device.hasDeferred()) {
            read();
            return;
        }
        channel.heedInterrupts();
        if (!wakeUp.begin()) {
            return;
        }
        try {
            awaitWhereItPolls();
            read();
        } catch (InterruptedIOException e) {
            return; // woken up: a device has completed something
        } finally {
            wakeUp.end();
        }
    }

    private void awaitWhereItPolls() throws IOException {
        if (waits.waiting() == Waiting.BUSY_POLL) {
            channel.awaitReadable();
        }
    }

    private void poll(boolean mayRead) throws IOException {
        while (!closed && !device.hasCompletions() && !(mayRead && read())) {
            Thread.onSpinWait();
        }
    }

    /** Whether there was anything: bytes, or the end. */
    private boolean read() throws IOException {
        int index = in.writerIndex();
        int room = channel.framing() == Framing.RECORDS ? RECORD_READ : in.writableBytes();
        inBytes.clear().position(index).limit(index + room);
        int length = channel.read(inBytes);
        if (length > 0) {
            in.writerIndex(index + length);
            served.arrived(in, index, length);
        } else if (length < 0) {
            inputEnded = true;
            if (device.phase() == Phase.SERVING && device.wants() == Wants.INPUT && !in.isReadable()) {
                served.peerClosed();
                return true;
            }
            // [CHN-011] even if the peer does not take the rest, or a device does not complete a deferred access
            closeAfter(ServedChannel.CLOSE_MAX_NANOS);
        }
        return length != 0;
    }

    /** [REJ-001] Shuts down sending behind the REJECT, and discards until the end or the deadline. */
    private void drain() throws IOException {
        channel.shutdownOutput();
        closeAfter(device.nextDeadlineNanos().orElseThrow() - System.nanoTime());
        while (!closed && !inputEnded) {
            in.clear();
            awaitWhereItPolls();
            read();
        }
    }

    private void closeAfter(long delayNanos) {
        closing.cancel(false);
        try {
            closing = waits.timer().schedule(this::close, delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            close(); // the server was closed
        }
    }

    private void releaseBuffers() {
        in.release();
        out.release();
    }
}
