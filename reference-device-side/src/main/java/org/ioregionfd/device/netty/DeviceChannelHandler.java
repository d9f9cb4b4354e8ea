// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Framing;
import org.ioregionfd.wire.Frame;

/**
 * Moves bytes between a Netty channel and a {@link DeviceChannel}: one answer buffer and one flush for each read. While the
 * peer does not take its answers nothing is executed and nothing more is read.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // a close or a write that fails ends the channel, which is heard of anyway
final class DeviceChannelHandler extends ChannelInboundHandlerAdapter {
    /**
     * Most bytes of one answer buffer, beyond what a single command can set free: as much as the largest read brings, so
     * that one read is one write. With the channel's high-water mark it bounds what is kept for a peer that does not read.
     */
    private static final int BATCH_MAX = 1 << 16;

    /**
     * How long a channel that is over may take to send its last answers. D has to be gone 1 s after the end of the stream
     * [CHN-011]; a tenth of it is left for a timer that is late and for closing.
     */
    private static final long CLOSE_MAX_NANOS = 900_000_000L;

    private final DuplexChannel channel;
    private final long number;
    private final ChannelObserver observer;
    private final DeviceChannel device;
    private final Outlet outlet;
    private final int outputMax;

    /**
     * What was read and not yet taken: one read as a rule. After the end of the stream Netty reads all that the kernel still
     * has, asked or not, so that the kernel's socket buffer is the bound then.
     */
    private final ArrayDeque<ByteBuf> input = new ArrayDeque<>(2);

    private boolean proceeding;
    private boolean inputEnded;
    private boolean draining;
    private boolean closing;
    private boolean negotiated;

    DeviceChannelHandler(DuplexChannel channel, long number, Framing framing, ServerOptions options) {
        this.channel = channel;
        this.number = number;
        observer = options.observer();
        device = new DeviceChannel(options.policy(), framing, options.devices().get());
        outlet = switch (framing) {
            case STREAM -> new StreamOutlet(channel);
            case RECORDS -> new RecordOutlet(channel, this::proceed);
        };
        outputMax = BATCH_MAX + DeviceChannel.outputMin(options.policy());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        input.add((ByteBuf) message);
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
            // [CHN-011] whether or not the peer takes what is left for it
            closeAfter(CLOSE_MAX_NANOS);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        device.peerClosed();
        closing = true;
        releaseInput();
        observer.ended(number, device.ending().orElseThrow());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // [CHN-008] a connection that is lost is the end of the stream; anything else is a fault of this side
        if (!(cause instanceof IOException)) {
            observer.failed(number, cause);
        }
        closing = true;
        channel.close();
    }

    /** Executes what was read, as far as the peer takes the answers. Sending may call back into here. */
    private void proceed() {
        if (proceeding) {
            return;
        }
        proceeding = true;
        try {
            // [REJ-001] what comes after a REJECT is discarded, and nothing is sent any more
            while (!closing && !input.isEmpty() && (draining || outlet.isReady())) {
                takeInput();
                follow();
            }
            if (!closing && inputEnded && input.isEmpty()) {
                device.peerClosed();
                follow();
            }
        } finally {
            proceeding = false;
        }
        channel.config().setAutoRead(!closing && input.isEmpty());
    }

    private void takeInput() {
        ByteBuf in = input.element();
        ByteBuf out = channel.alloc().directBuffer(Math.max(in.readableBytes(), Frame.LENGTH), outputMax);
        try {
            device.receive(in, out, System.nanoTime());
            if (out.isReadable()) {
                outlet.send(out.retain());
            }
        } finally {
            out.release();
        }
        if (!in.isReadable()) {
            input.remove().release();
        }
    }

    /** Does what the device side asks for after each input. */
    private void follow() {
        if (!negotiated && device.agreement().isPresent()) {
            negotiated = true;
            observer.negotiated(number, device.agreement().orElseThrow());
        }
        switch (device.phase()) {
            case SERVING -> {}
            case DRAINING -> drain();
            case CLOSED -> close();
        }
    }

    /** [REJ-001] Shuts down sending behind the REJECT, and leaves the rest to the peer or to the deadline. */
    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        outlet.sent().addListener(sent -> channel.shutdownOutput());
        long delayNanos = device.nextDeadlineNanos().orElseThrow() - System.nanoTime();
        channel.eventLoop()
                .schedule(
                        () -> {
                            device.deadlineReached(System.nanoTime());
                            follow();
                        },
                        delayNanos,
                        TimeUnit.NANOSECONDS);
    }

    /** Closes behind the last answer. */
    private void close() {
        closing = true;
        releaseInput();
        ChannelFuture sent = outlet.sent();
        sent.addListener(ChannelFutureListener.CLOSE);
        if (!sent.isDone()) {
            closeAfter(CLOSE_MAX_NANOS);
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
