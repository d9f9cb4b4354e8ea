// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.device.server.ServedChannel;
import org.ioregionfd.device.server.ServedChannels;
import org.ioregionfd.wire.Framing;

/**
 * Moves bytes between a Netty channel and a {@link DeviceChannel}: one answer buffer and one flush for each read. While the
 * peer does not read its answers, nothing is executed. While something waits to be executed, nothing more is read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close or write ends the channel, which is noticed anyway
final class DeviceChannelHandler extends ChannelInboundHandlerAdapter {
    /**
     * The largest answer buffer: as large as the largest read, so that one read is one write. With the channel's high-water
     * mark it bounds the memory for a peer that does not read.
     */
    private static final int BATCH_MAX = 1 << 16;

    /** More records than a socket holds; a peer that goes on sending is not waited for. */
    private static final int DISCARDED_MAX = 1024;

    private final DuplexChannel channel;
    private final Framing framing;
    private final ServedChannel served;
    private final DeviceChannel device;
    private final FrameWriter writer;

    /**
     * Bytes that were read and not yet taken: mostly those of one read. After the end of the stream Netty reads everything
     * that the kernel still has, even unasked; then the kernel's socket buffer is the bound.
     */
    private final ArrayDeque<ByteBuf> input = new ArrayDeque<>(2);

    private boolean proceeding;
    private boolean inputEnded;
    private boolean draining;
    private boolean closing;

    DeviceChannelHandler(DuplexChannel channel, ServedChannels all, long number, Framing framing) {
        this.channel = channel;
        this.framing = framing;
        served = new ServedChannel(all, number, framing, this::wakeUp);
        device = served.machine();
        writer = switch (framing) {
            case STREAM -> new FrameWriter.OfStream(channel);
            case RECORDS -> new FrameWriter.OfRecords(channel, this::proceed);
        };
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        served.arrived(in, in.readerIndex(), in.readableBytes());
        input.add(in);
        proceed();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        proceed();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            proceed();
            // [CHN-011] even if the peer does not take the rest, or a device does not complete a deferred access
            closeAfter(ServedChannel.CLOSE_MAX_NANOS);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        releaseInput();
        served.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // [CHN-008] a connection that is lost is the end of the stream; anything else is a fault of this side
        if (!(cause instanceof IOException)) {
            served.failed(cause);
        } else if (framing == Framing.RECORDS) {
            readWhatIsLeft(ctx);
        }
        closing = true;
        channel.close();
    }

    /** [CHN-008] A SEQPACKET socket tells that it was reset before it gives the records that came first. */
    private void readWhatIsLeft(ChannelHandlerContext ctx) {
        while (true) {
            ByteBuf in = ctx.alloc().directBuffer(ChannelSetup.RECORD_READ, ChannelSetup.RECORD_READ);
            int length = readRecord(in);
            if (length <= 0) {
                in.release();
                return;
            }
            channelRead(ctx, in.writerIndex(length));
        }
    }

    /** A SEQPACKET socket that is closed with records in it tells its peer of a reset before it gives the last answers. */
    private void discardWhatIsLeft() {
        ByteBuf in = channel.alloc().directBuffer(ChannelSetup.RECORD_READ, ChannelSetup.RECORD_READ);
        int left = DISCARDED_MAX;
        while (channel.isOpen() && left > 0 && readRecord(in) > 0) {
            left--;
        }
        in.release();
    }

    /** The length of the record that is now in the buffer; 0 or less where nothing is left. */
    private int readRecord(ByteBuf in) {
        try {
            ByteBuffer room = in.internalNioBuffer(0, ChannelSetup.RECORD_READ);
            return ((UnixChannel) channel).fd().read(room, room.position(), room.limit());
        } catch (IOException e) {
            return -1;
        }
    }

    /** A device has completed something, on any thread. */
    private void wakeUp() {
        try {
            channel.eventLoop().execute(() -> {
                try {
                    proceed();
                } catch (RuntimeException | Error e) {
                    channel.pipeline().fireExceptionCaught(e);
                }
            });
        } catch (RejectedExecutionException e) {
            return; // the server was closed: nobody waits for it any more
        }
    }

    /** Executes what was read, as far as the peer takes the answers. Sending may call back into here. */
    private void proceed() {
        if (proceeding) {
            return;
        }
        proceeding = true;
        try {
            // [REJ-001] after a REJECT all input is discarded, and nothing is sent any more
            while (!closing && (draining || writer.isReady()) && isThereSomethingToDo()) {
                goOn();
                follow();
            }
            if (!closing && inputEnded && input.isEmpty() && device.wants() == Wants.INPUT) {
                served.peerClosed();
                follow();
            }
        } finally {
            proceeding = false;
        }
        // After the end there is nothing to read, and Netty 4.2.18 fails if it is asked to read then.
        channel.config().setAutoRead(!closing && !inputEnded && input.isEmpty());
    }

    private boolean isThereSomethingToDo() {
        if (device.phase() != Phase.SERVING) {
            return !input.isEmpty();
        }
        return switch (device.wants()) {
            case INPUT -> !input.isEmpty() || device.hasCompletions();
            case ROOM -> true;
            case COMPLETION -> device.hasCompletions();
        };
    }

    private void goOn() {
        ByteBuf in = input.peek();
        int expected = in == null ? 0 : in.readableBytes();
        ByteBuf out = channel.alloc().directBuffer(Math.max(expected, DeviceChannel.OUTPUT_MIN), BATCH_MAX);
        try {
            if (in == null) {
                served.proceed(out);
            } else {
                served.receive(in, out, System.nanoTime());
            }
            if (out.isReadable()) {
                writer.send(out.retain());
            }
        } finally {
            out.release();
        }
        if (in != null && !in.isReadable()) {
            input.remove().release();
        }
    }

    /** Does what the device side asks for, after each input. */
    private void follow() {
        switch (device.phase()) {
            case SERVING -> {}
            case DRAINING -> drain();
            case CLOSED -> close();
        }
    }

    /** [REJ-001] Shuts down sending after the REJECT; then the peer or the deadline ends the channel. */
    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        writer.sent().addListener(sent -> channel.shutdownOutput());
        long delayNanos = device.nextDeadlineNanos().orElseThrow() - System.nanoTime();
        channel.eventLoop().schedule(this::endDrain, delayNanos, TimeUnit.NANOSECONDS);
    }

    private void endDrain() {
        device.deadlineReached(System.nanoTime());
        follow();
        // [REJ-001] whether or not the peer has taken the REJECT
        channel.close();
    }

    /** Closes after the last answer. */
    private void close() {
        closing = true;
        releaseInput();
        ChannelFuture sent = writer.sent();
        if (framing == Framing.RECORDS) {
            sent.addListener(done -> discardWhatIsLeft());
        }
        // [CHN-015] whether or not the peer takes what was handed before
        sent.addListener(ChannelFutureListener.CLOSE);
        if (!sent.isDone()) {
            closeAfter(ServedChannel.CLOSE_MAX_NANOS);
        }
    }

    private void closeAfter(long delayNanos) {
        if (channel.isOpen()) {
            channel.eventLoop().schedule(() -> channel.close(), delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void releaseInput() {
        while (!input.isEmpty()) {
            input.remove().release();
        }
    }
}
