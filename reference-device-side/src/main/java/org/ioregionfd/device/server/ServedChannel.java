// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Proposal;
import org.ioregionfd.trace.FrameTap;
import org.ioregionfd.trace.Side;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;

/**
 * One {@link DeviceChannel} of a server, with its number. It tells the observer the channel's events, and counts. For one
 * thread at a time, like a DeviceChannel. For transports; devices never see it.
 */
public final class ServedChannel {
    /**
     * How long an ended channel may take to send its last answers. D must close within 1 s after the end of the stream
     * [CHN-011]; a tenth of it is left for a late timer and for closing.
     */
    public static final long CLOSE_MAX_NANOS = 900_000_000L;

    private final ServedChannels served;
    private final ChannelObserver observer;
    private final long number;
    private final FrameTap tap;
    private final DeviceChannel machine;
    private Optional<Proposal> told = Optional.empty();
    private boolean agreementTold;
    private boolean ended;
    private long received;

    /**
     * @param number of {@link ServedChannels#openChannel}
     * @param wakeUp as for a {@link DeviceChannel}
     */
    public ServedChannel(ServedChannels served, long number, Framing framing, Runnable wakeUp) {
        this.served = served;
        this.number = number;
        observer = served.options().observer();
        tap = served.options().taps().apply(number);
        machine = new DeviceChannel(
                served.options().policy(), framing, served.options().model(), wakeUp);
    }

    /** Takes bytes from K, which {@link #arrived} got before, and appends answers: {@link DeviceChannel#receive}. */
    public void receive(ByteBuf in, ByteBuf out, long nowNanos) {
        int before = out.writerIndex();
        machine.receive(in, out, nowNanos);
        left(out, before);
    }

    /** Appends the answers that have become ready: {@link DeviceChannel#proceed}. */
    public void proceed(ByteBuf out) {
        int before = out.writerIndex();
        machine.proceed(out);
        left(out, before);
    }

    /**
     * Gets bytes from K for its tap, once, as they come: {@code length} of them from {@code index} on. It only looks at them.
     */
    public void arrived(ByteBuf bytes, int index, int length) {
        tap.frames(Side.KVM, bytes, index, length);
        long frames = received / Frame.LENGTH;
        received += length;
        served.received(received / Frame.LENGTH - frames);
    }

    /** K has closed its end, or the connection is lost: {@link DeviceChannel#peerClosed}. */
    public void peerClosed() {
        tap.frames(Side.KVM, Unpooled.EMPTY_BUFFER, 0, 0);
        machine.peerClosed();
    }

    /** Something on this side failed, mostly a device; the channel must be closed. */
    public void failed(Throwable cause) {
        served.failed(number, cause);
    }

    /** The connection has ended, for any reason; this is the last call. */
    public void closed() {
        if (ended) {
            return;
        }
        ended = true;
        machine.peerClosed();
        tap.frames(Side.DEVICE, Unpooled.EMPTY_BUFFER, 0, 0);
        served.ended(number, machine.ending().orElseThrow());
    }

    /** For questions about the next step, and for deadlines; bytes and ends go through this object. */
    public DeviceChannel machine() {
        return machine;
    }

    private void left(ByteBuf out, int index) {
        int length = out.writerIndex() - index;
        if (length > 0) {
            tap.frames(Side.DEVICE, out, index, length);
            served.sent(length / Frame.LENGTH);
            tellWhatIsNew();
        }
    }

    /** Only an input that is answered can change the handshake, and none does after an agreement. */
    private void tellWhatIsNew() {
        if (agreementTold) {
            return;
        }
        if (!machine.proposal().equals(told)) {
            told = machine.proposal();
            Proposal proposal = told.orElseThrow();
            observer.heard(new ChannelEvent.Offered(number, proposal.hello(), proposal.offer()));
        }
        if (machine.agreement().isPresent()) {
            agreementTold = true;
            served.agreed();
            observer.heard(new ChannelEvent.Agreed(
                    number, told.orElseThrow().offer(), machine.agreement().orElseThrow()));
        }
    }
}
