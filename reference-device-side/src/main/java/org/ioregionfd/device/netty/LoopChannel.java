// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.LoopSocket;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.device.server.ServedChannel;
import org.ioregionfd.device.server.ServedChannels;
import org.ioregionfd.wire.Framing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves bytes between a socket and a {@link DeviceChannel} on an event loop: reads what is there, and mostly answers all of it
 * with one write. While the peer does not take its answers, nothing is executed. While something waits to be executed, nothing
 * more is read. A channel that is idle has no buffer. Confined to the loop's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a task that was refused is noticed where it is submitted
final class LoopChannel implements EpollIoHandle {
    /** More records than a socket holds; a peer that goes on sending is not waited for. */
    private static final int DISCARDED_MAX = 1024;

    /** The end of the stream and a reset are told once; without EPOLLET they would be told again and again. */
    private static final EpollIoOps ENDS = EpollIoOps.EPOLLET.with(EpollIoOps.EPOLLRDHUP);

    private static final EpollIoOps BYTES = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);
    private static final EpollIoOps ROOM = ENDS.with(EpollIoOps.EPOLLOUT);
    private static final EpollIoOps BYTES_AND_ROOM = BYTES.with(EpollIoOps.EPOLLOUT);

    private static final Logger LOG = LoggerFactory.getLogger(LoopChannel.class);

    private final ServingLoop loop;
    private final LoopSocket socket;
    private final Answers answers;
    private final ServedChannel served;
    private final DeviceChannel device;
    private @Nullable IoRegistration registration;
    private EpollIoOps awaited = EpollIoOps.NONE;

    /** Bytes that were read and not yet taken. */
    private ByteBuf input = Unpooled.EMPTY_BUFFER;

    /** They are in the loop's buffer, until the turn ends. */
    private boolean inputIsLent;

    /** Grows with whatever is executed or written. */
    private long moved;

    /** The peer has ended its stream, or gone, but more may be there to be read. */
    private boolean endAnnounced;

    private boolean inputEnded;
    /** A REJECT is sent, or on its way [REJ-001]. */
    private boolean draining;

    private boolean outputShutDown;
    /** It is closed when the output is written, */
    private boolean closing;
    /** and at the latest by a timer that runs. */
    private boolean closeIsDue;

    private boolean closed;

    private LoopChannel(ServedChannels all, long number, LoopSocket socket, ServingLoop loop) {
        this.loop = loop;
        this.socket = socket;
        answers = new Answers(socket);
        served = new ServedChannel(all, number, socket.framing(), this::wakeUp);
        device = served.machine();
    }

    /**
     * Begins to serve a channel, which has its number from {@link ServedChannels#openChannel}. If that fails, it tells the observer
     * and closes the socket.
     */
    static void open(ServedChannels all, long number, LoopSocket socket, ServingLoop loop) {
        try {
            new LoopChannel(all, number, socket, loop).enterLoop();
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            tell(() -> all.openFailed(number, e));
        }
    }

    private void enterLoop() throws IOException {
        Future<IoRegistration> registered = loop.register(this);
        if (!registered.isSuccess()) {
            throw new IOException("no event loop takes it", registered.cause());
        }
        registration = registered.getNow();
        try {
            if (!loop.add(this)) {
                throw new IOException("the server was closed");
            }
            await();
        } catch (IOException | RuntimeException e) {
            leaveLoop();
            throw e;
        }
    }

    private void leaveLoop() {
        if (registration != null) {
            registration.cancel();
        }
        loop.remove(this);
    }

    @Override
    public FileDescriptor fd() {
        return socket.descriptor();
    }

    /** Something that is waited for has come. */
    @Override
    public void handle(IoRegistration source, IoEvent event) {
        // a socket that blocks must not be read where there is only room
        boolean isToBeRead = !((EpollIoEvent) event).ops().equals(EpollIoOps.EPOLLOUT);
        if (isToBeRead && !mayRead() && !closed && !endAnnounced) {
            endAnnounced = true;
            schedule(closeUnlessItMoves(), ServedChannel.CLOSE_MAX_NANOS);
        }
        takeTurn(isToBeRead);
    }

    /**
     * Closes where nothing moves until it runs; then the peer takes no answers, or a device gives none, and the end, which is
     * announced, would never be read. [CHN-014] As long as something moves, what came before the end is served.
     */
    private Runnable closeUnlessItMoves() {
        long before = moved;
        return () -> {
            if (moved == before) {
                close();
            } else if (!closed) {
                schedule(closeUnlessItMoves(), ServedChannel.CLOSE_MAX_NANOS);
            }
        };
    }

    /** A device has completed something, on any thread. */
    private void wakeUp() {
        try {
            loop.execute(this::proceed);
        } catch (RejectedExecutionException e) {
            return; // the server was closed: nobody waits for it any more
        }
    }

    private void proceed() {
        takeTurn(false);
    }

    /** Does all that can be done now. */
    private void takeTurn(boolean isToBeRead) {
        if (closed) {
            return;
        }
        try {
            moved += answers.sendRest();
            serve();
            if (isToBeRead && mayRead()) {
                read();
                serve();
            }
            end();
            if (!closed) {
                keepInput();
                await();
            }
        } catch (RuntimeException | Error e) {
            tell(() -> served.failed(e));
            close();
        }
    }

    /** The loop serves other channels too: what an observer throws must not reach it. */
    private static void tell(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException | Error e) {
            LOG.error("an observer of a channel failed", e);
        }
    }

    private boolean mayRead() {
        return !inputEnded && !closing && !input.isReadable() && mayServe();
    }

    /** [REJ-001] After a REJECT all input is discarded, whether or not the peer has taken the REJECT. */
    private boolean mayServe() {
        return draining || !answers.areLeft();
    }

    private void read() {
        ByteBuffer bytes = loop.inBytes().clear();
        try {
            inputEnded = socket.read(bytes) < 0;
        } catch (IOException e) {
            // [CHN-008] a connection that is lost is the end of the stream
            inputEnded = true;
        }
        if (bytes.position() > 0) {
            input = loop.in().setIndex(0, bytes.position());
            inputIsLent = true;
            served.arrived(input, 0, bytes.position());
        }
    }

    /** Executes what was read, as far as the peer takes the answers. */
    private void serve() {
        while (!closing && mayServe() && isThereSomethingToDo()) {
            ByteBuf out = loop.out().clear();
            moved++;
            if (input.isReadable()) {
                served.receive(input, out, System.nanoTime());
            } else {
                served.proceed(out);
            }
            if (out.isReadable()) {
                answers.send(loop.outBytes().clear().limit(out.writerIndex()));
            }
            follow();
        }
    }

    private boolean isThereSomethingToDo() {
        if (device.phase() != Phase.SERVING) {
            return input.isReadable();
        }
        return switch (device.wants()) {
            case INPUT -> input.isReadable() || device.hasCompletions();
            case ROOM -> true;
            case COMPLETION -> device.hasCompletions();
        };
    }

    /** Does what the device side asks for. */
    private void follow() {
        switch (device.phase()) {
            case SERVING -> {}
            case DRAINING -> {
                draining = true;
                closeWithin(device.nextDeadlineNanos().orElseThrow() - System.nanoTime());
            }
            case CLOSED -> closing = true;
        }
    }

    /** Ends the channel, or its output, where that is due. */
    private void end() {
        if (!closing && inputEnded && !input.isReadable() && wantsInput()) {
            served.peerClosed();
            follow();
        }
        if (closing && !answers.areLeft()) {
            discardRecords();
            close();
        } else if (closing || inputEnded || answers.haveFailed()) {
            // [CHN-011, CHN-015] whether or not the peer takes what was handed before
            // [CHN-008, CHN-014] what came before a write that failed is still read, and served until then
            closeWithin(ServedChannel.CLOSE_MAX_NANOS);
        } else if (draining && !outputShutDown && !answers.areLeft()) {
            outputShutDown = true;
            shutDownOutput();
        }
    }

    private boolean wantsInput() {
        return device.phase() != Phase.SERVING || device.wants() == Wants.INPUT;
    }

    private void shutDownOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            return; // the peer has gone
        }
    }

    /** A SEQPACKET socket that is closed with records in it tells its peer of a reset before it gives the last answers. */
    private void discardRecords() {
        int left = socket.framing() == Framing.RECORDS && !inputEnded ? DISCARDED_MAX : 0;
        try {
            while (left > 0 && socket.read(loop.inBytes().clear()) > 0) {
                left--;
            }
        } catch (IOException e) {
            return; // nothing is left
        }
    }

    /** What was not taken must not stay in the loop's buffer. */
    private void keepInput() {
        if (inputIsLent && input.isReadable()) {
            input = Unpooled.directBuffer(input.readableBytes()).writeBytes(input);
            inputIsLent = false;
        } else if (!input.isReadable()) {
            releaseInput();
        }
    }

    private void releaseInput() {
        if (!inputIsLent) {
            input.release();
        }
        inputIsLent = false;
        input = Unpooled.EMPTY_BUFFER;
    }

    /** Tells the kernel what is waited for, if that has changed. */
    private void await() {
        boolean needsRoom = answers.areLeft();
        EpollIoOps ops = mayRead() ? (needsRoom ? BYTES_AND_ROOM : BYTES) : (needsRoom ? ROOM : ENDS);
        if (!ops.equals(awaited) && registration != null) {
            awaited = ops;
            registration.submit(ops);
        }
    }

    private void closeWithin(long nanos) {
        if (closeIsDue) {
            return;
        }
        closeIsDue = true;
        schedule(this::close, nanos);
    }

    private void schedule(Runnable what, long nanos) {
        try {
            loop.schedule(what, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            close(); // the server was closed
        }
    }

    /** Closes it at once. The loop calls it too, at its end. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        leaveLoop();
        socket.close();
        releaseInput();
        answers.release();
        tell(served::closed);
    }
}
