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
 * One {@link DeviceChannel} of a server, with its number: tells the observer what becomes of it, and counts. To be called by
 * one thread at a time, as a DeviceChannel is. For transports; devices never see it.
 */
public final class ServedChannel {
    /**
     * How long a channel that is over may take to send its last answers. D has to be gone 1 s after the end of the stream
     * [CHN-011]; a tenth of it is left for a timer that is late and for closing.
     */
    public static final long CLOSE_MAX_NANOS = 900_000_000L;

    private final ServerAccount account;
    private final ChannelObserver observer;
    private final long number;
    private final FrameTap tap;
    private final DeviceChannel machine;
    private Optional<Proposal> told = Optional.empty();
    private boolean agreementTold;
    private boolean ended;
    private long received;

    /**
     * @param number of {@link ServerAccount#openChannel}
     * @param wakeUp as for a {@link DeviceChannel}
     */
    public ServedChannel(ServerAccount account, long number, Framing framing, Runnable wakeUp) {
        this.account = account;
        this.number = number;
        observer = account.options().observer();
        tap = account.options().taps().apply(number);
        machine = new DeviceChannel(
                account.options().policy(), framing, account.options().model(), wakeUp);
    }

    /** Takes bytes from K, which {@link #arrived} has heard of, and appends answers: {@link DeviceChannel#receive}. */
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

    /** Hears of bytes from K, once, as they come: {@code length} from {@code index} on, which are only looked at. */
    public void arrived(ByteBuf bytes, int index, int length) {
        tap.frames(Side.KVM, bytes, index, length);
        long frames = received / Frame.LENGTH;
        received += length;
        account.received(received / Frame.LENGTH - frames);
    }

    /** K has closed its end, or the connection is lost: {@link DeviceChannel#peerClosed}. */
    public void peerClosed() {
        tap.frames(Side.KVM, Unpooled.EMPTY_BUFFER, 0, 0);
        machine.peerClosed();
    }

    /** Something on this side failed, a device as a rule; the channel is to be closed. */
    public void failed(Throwable cause) {
        account.failed(number, cause);
    }

    /** The connection is no more, for whatever reason: the last call. */
    public void closed() {
        if (ended) {
            return;
        }
        ended = true;
        machine.peerClosed();
        tap.frames(Side.DEVICE, Unpooled.EMPTY_BUFFER, 0, 0);
        account.ended(number, machine.ending().orElseThrow());
    }

    /** To be asked what to do next, and to be told of deadlines; bytes and ends go through this object. */
    public DeviceChannel machine() {
        return machine;
    }

    private void left(ByteBuf out, int index) {
        int length = out.writerIndex() - index;
        if (length > 0) {
            tap.frames(Side.DEVICE, out, index, length);
            account.sent(length / Frame.LENGTH);
            tellWhatIsNew();
        }
    }

    /** Only what comes with an answer can be news, and nothing is once there is an agreement. */
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
            account.agreed();
            observer.heard(new ChannelEvent.Agreed(
                    number, told.orElseThrow().offer(), machine.agreement().orElseThrow()));
        }
    }
}
