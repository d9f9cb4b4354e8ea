// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.direct;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Objects;
import java.util.Optional;
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
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between a {@link DirectChannel} and a {@link DeviceChannel} on one thread. It reads the bytes that are there,
 * mostly answers all of them with one write, and reads on when the kernel has the answers. A channel that has been silent for a
 * second gives its thread back, and what the thread had for it; then it holds nothing but its state.
 */
final class ChannelLoop {
    /** A channel that was silent for so long needs no thread. */
    static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How often a thread that may not poll looks for room, if its channel cannot wait for room. */
    private static final long ROOM_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocateDirect(0);
    private static final Future<?> NOTHING_DUE = CompletableFuture.completedFuture(null);

    /** Longer than a frame, so that a longer record shows as such [CHN-005]. */
    private static final int RECORD_READ = 2 * Frame.LENGTH;

    /**
     * How the threads of a server wait.
     *
     * @param pollers may poll at a time under BUSY_POLL; the others sleep, because they would take processors from one
     *     another
     * @param waiters may wait for a silent channel for a second; the others give theirs up at once
     * @param newcomers seats of new channels
     * @param busy seats of channels that are busy
     * @param workers what threads have for their channels
     * @param timer of deadlines, shared by all channels
     */
    record Waits(
            Waiting waiting,
            Semaphore pollers,
            Semaphore waiters,
            Semaphore newcomers,
            Semaphore busy,
            Workers workers,
            ScheduledExecutorService timer) {}

    private final DirectChannel channel;
    private final Waits waits;
    private final WakeUp wakeUp = new WakeUp();
    private final ServedChannel served;
    private final DeviceChannel device;
    private final Optional<SelectableChannel> selectable;

    // Of the worker, while there is one.
    private volatile @Nullable Worker worker;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private ByteBuffer inBytes = NO_BYTES;
    private ByteBuffer outBytes = NO_BYTES;

    private Future<?> closing = NOTHING_DUE;
    private final Seat seat;
    private boolean mayWait;
    private boolean keepsThread;
    private boolean inputEnded;
    /** The peer takes no answers any more. */
    private boolean outputFailed;

    private boolean mayPoll;
    private volatile boolean closed;

    ChannelLoop(ServedChannels all, long number, DirectChannel channel, Waits waits) {
        this.channel = channel;
        this.waits = waits;
        selectable = waits.waiting() == Waiting.UNINTERRUPTED ? channel.selectable() : Optional.empty();
        served = new ServedChannel(all, number, channel.framing(), wakeUp);
        device = served.machine();
        seat = new Seat(waits.newcomers(), waits.busy());
    }

    /** Serves the channel on the calling thread. False at its end; true if it rests, and needs a thread with its next input. */
    boolean run() {
        boolean rests = false;
        Worker own = waits.workers().take();
        try {
            begin(own);
            rests = serve();
        } catch (IOException e) {
            // [CHN-008] a connection that is lost is the end of the stream
            served.peerClosed();
        } catch (RuntimeException | Error e) {
            served.failed(e);
        } finally {
            rests &= leave(own);
            if (!rests) {
                end();
            }
        }
        return rests;
    }

    private void begin(Worker own) {
        in = own.in.clear();
        out = own.out.clear();
        inBytes = own.inBytes;
        outBytes = own.outBytes;
        worker = own;
    }

    /** The thread does something else; false if the channel cannot do without one. */
    private boolean leave(Worker own) {
        worker = null;
        in = Unpooled.EMPTY_BUFFER;
        out = Unpooled.EMPTY_BUFFER;
        inBytes = NO_BYTES;
        outBytes = NO_BYTES;
        seat.rested();
        if (mayWait) {
            mayWait = false;
            waits.waiters().release();
        }
        try {
            own.forget();
            waits.workers().giveBack(own);
            return true;
        } catch (IOException e) {
            own.release();
            return false;
        }
    }

    private void end() {
        closing.cancel(false);
        channel.close();
        if (mayPoll) {
            waits.pollers().release();
        }
        seat.leave();
        served.closed();
    }

    /** Rests no more. Before {@link #run}. */
    void keepThread() {
        keepsThread = true;
    }

    /** Lets a selector watch the channel while it rests. */
    void register(Selector selector) throws ClosedChannelException {
        selectable.orElseThrow().register(selector, SelectionKey.OP_READ, this);
    }

    /** Ends it, from any thread; a channel that rests has to be {@link #run} then. */
    void close() {
        closed = true;
        channel.close();
        wakeUp.run();
        Worker present = worker;
        if (present != null) {
            present.wake();
        }
    }

    /** True if the channel has nothing to say. */
    private boolean serve() throws IOException {
        while (!closed) {
            goOn();
            if (device.phase() == Phase.CLOSED) {
                return false;
            }
            if (device.phase() == Phase.DRAINING) {
                drain();
                return false;
            }
            if (device.wants() == Wants.INPUT && inputEnded) {
                served.peerClosed();
                return false;
            }
            if (device.wants() != Wants.ROOM && !await()) {
                return true;
            }
        }
        return false;
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
        send();
    }

    private void send() throws IOException {
        try {
            while (!outputFailed && outBytes.hasRemaining()) {
                // [CHN-003] goes on after the bytes that were taken
                if (channel.write(outBytes) == 0) {
                    awaitRoomWhereItPolls();
                }
            }
        } catch (ClosedChannelException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            // [CHN-008] as good as the end of the stream; [CHN-014] what came before is still read, and served
            outputFailed = true;
            closeAfter(ServedChannel.CLOSE_MAX_NANOS);
        }
    }

    private void awaitRoomWhereItPolls() throws IOException {
        if (waits.waiting() == Waiting.UNINTERRUPTED) {
            sleepInCalls();
        } else if (mayPoll) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(this, ROOM_NANOS);
        }
    }

    /** Waits for bytes from K or for a device, until one of them comes; false if nothing has come for a second. */
    private boolean await() throws IOException {
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
            return true;
        }
        return sleep(mayRead);
    }

    /** A thread that may poll keeps this right to its end. */
    private boolean mayPoll() {
        mayPoll = mayPoll || waits.pollers().tryAcquire();
        return mayPoll;
    }

    private boolean sleep(boolean mayRead) throws IOException {
        if (!mayRead) {
            wakeUp.await();
            return true;
        }
        if (waits.waiting() == Waiting.UNINTERRUPTED && !device.hasDeferred()) {
            return readOrRest();
        }
        sleepInCalls();
        channel.heedInterrupts();
        if (!wakeUp.begin()) {
            return true;
        }
        try {
            awaitWhereItPolls();
            read();
        } catch (InterruptedIOException e) {
            return true; // woken up: a device has completed something
        } finally {
            wakeUp.end();
        }
        return true;
    }

    /** Reads; false if nothing comes for a second, or at once if too many wait already. */
    private boolean readOrRest() throws IOException {
        if (keepsThread || selectable.isEmpty() || seat.take()) {
            sleepInCalls();
            read();
            seat.hasRead(System.nanoTime());
            return true;
        }
        channel.stopWaiting();
        mayWait = mayWait || waits.waiters().tryAcquire();
        long startNanos = System.nanoTime();
        long leftNanos = mayWait ? REST_NANOS : 0;
        while (!closed && leftNanos > 0 && !own().awaitInput(selectable.orElseThrow(), leftNanos)) {
            // as after a device: an interrupt has no meaning, and would end each wait
            Thread.interrupted();
            leftNanos = startNanos + REST_NANOS - System.nanoTime();
        }
        return read();
    }

    private Worker own() {
        return Objects.requireNonNull(worker);
    }

    /** Reads and writes sleep from now on, and no selector knows the channel. */
    private void sleepInCalls() throws IOException {
        own().forget();
        channel.waitAgain();
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
        int length = readOrEnd();
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
            if (!outputFailed) {
                closeAfter(ServedChannel.CLOSE_MAX_NANOS);
            }
        }
        return length != 0;
    }

    private int readOrEnd() throws IOException {
        try {
            return channel.read(inBytes);
        } catch (ClosedChannelException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            // [CHN-008] a connection that is lost is the end of the stream
            return -1;
        }
    }

    /** [REJ-001] Shuts down sending behind the REJECT, and discards until the end or the deadline. */
    private void drain() throws IOException {
        sleepInCalls();
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
}
