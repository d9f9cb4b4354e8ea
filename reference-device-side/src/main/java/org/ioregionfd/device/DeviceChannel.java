// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.OptionalLong;
import org.ioregionfd.device.DeviceState.Closed;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameAssembler;
import org.ioregionfd.wire.FrameAssembler.Progress;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.Violation;

/**
 * The whole device side of one channel, without I/O: bytes from K go in, bytes for K come out. What a transport has to do
 * follows from {@link #phase()}, to be asked after every call.
 *
 * <p>Confined to one thread. No method throws for anything that a peer sends.
 */
public final class DeviceChannel {
    /** What the transport has to do. */
    public enum Phase {
        /** Send what came out, and go on. */
        SERVING,
        /**
         * Send what came out, then shut down sending; go on with {@link #receive}, which discards, until {@link #peerClosed}
         * or the deadline [REJ-001].
         */
        DRAINING,
        /** Send what came out, then close. */
        CLOSED
    }

    /** How the transport cuts what it receives. */
    public enum Framing {
        /** A byte stream, cut anywhere [CHN-002]. */
        STREAM,
        /** Records, each handed in by itself; one of another length than a frame is a violation [CHN-005]. */
        RECORDS
    }

    /**
     * How long a channel is read from after a REJECT. The clause allows 1 s [REJ-001]; a tenth of it is left for a timer
     * that is late and for closing.
     */
    public static final long DRAIN_MAX_NANOS = 900_000_000L;

    private final Framing framing;
    private final Device device;
    private final DeviceHandshake handshake;
    private final FrameAssembler assembler = new FrameAssembler();
    private final FrameAssembler.Sink sink = this::accept;
    private final LegacyExchange unnegotiated;
    private final int outputMin;
    private DeviceExchange exchange;
    private ByteBuf output = Unpooled.EMPTY_BUFFER;
    private Optional<Agreement> agreement = Optional.empty();
    private Phase phase = Phase.SERVING;
    private long drainUntilNanos;

    public DeviceChannel(DevicePolicy policy, Framing framing, Device device) {
        this.framing = framing;
        this.device = device;
        handshake = new DeviceHandshake(policy);
        // [V0-010] the configured layout, until a HELLO brings its own
        unnegotiated = new LegacyExchange(policy.layout(), LegacyExchange.Marked.PADDING, device);
        exchange = unnegotiated;
        outputMin = outputMin(policy);
    }

    /**
     * How many bytes {@code out} must be able to take for {@link #receive} to go on: what a single command can set free
     * under this policy. No frame is begun whose answers might not fit [FAI-004].
     */
    public static int outputMin(DevicePolicy policy) {
        return DeviceExchange.outputMax(policy.maxInflight());
    }

    /**
     * Takes bytes from K and appends the answers to {@code out}: nothing that answers nothing [CHN-006], and a marked frame
     * only in answer to a marked one [CHN-007]. Stops when {@code out} could not take the answers of one
     * more command; what is left of {@code in} is to be handed in again with a fresh {@code out}.
     *
     * @param in with {@link Framing#RECORDS} exactly one record, or what was left of it
     * @param nowNanos of any monotonic clock, the same one in all calls
     */
    public void receive(ByteBuf in, ByteBuf out, long nowNanos) {
        if (phase != Phase.SERVING) {
            // [DST-007]
            in.skipBytes(in.readableBytes());
            return;
        }
        // [CHN-005]
        if (framing == Framing.RECORDS && in.readableBytes() != Frame.LENGTH) {
            end(new Ending.Violated(new Violation(Clause.CHN_005, Violation.NO_OFFSET, in.readableBytes())));
            in.skipBytes(in.readableBytes());
            return;
        }
        if (out.maxWritableBytes() < outputMin) {
            return;
        }
        output = out;
        assembler.receive(in, sink);
        output = Unpooled.EMPTY_BUFFER;
        if (phase != Phase.SERVING) {
            drainUntilNanos = nowNanos + DRAIN_MAX_NANOS;
            in.skipBytes(in.readableBytes());
        }
    }

    /** Takes the end of the stream, or the loss of the connection [CHN-008]. */
    public void peerClosed() {
        // [CHN-004] the beginning of a frame is not acted upon
        boolean inFrame = phase == Phase.SERVING && assembler.held() > 0;
        end(inFrame ? new Ending.Violated(Violation.of(Clause.CHN_004)) : new Ending.EndOfStream());
        phase = Phase.CLOSED;
    }

    /** When {@link #deadlineReached} is to be called, by the clock of {@link #receive}; while nothing is due, empty. */
    public OptionalLong nextDeadlineNanos() {
        // [DST-006] only a REJECT is followed by a deadline: a paused guest is normal
        return phase == Phase.DRAINING ? OptionalLong.of(drainUntilNanos) : OptionalLong.empty();
    }

    /** Takes the time. Before the deadline nothing happens. */
    public void deadlineReached(long nowNanos) {
        // [REJ-001]
        if (phase == Phase.DRAINING && nowNanos - drainUntilNanos >= 0) {
            phase = Phase.CLOSED;
        }
    }

    public Phase phase() {
        return phase;
    }

    /** Where the handshake stands. */
    public DeviceState state() {
        return handshake.state();
    }

    /** What was agreed, also when the channel has ended since. */
    public Optional<Agreement> agreement() {
        return agreement;
    }

    /** Why the channel is over, if it is. */
    public Optional<Ending> ending() {
        return handshake.state() instanceof Closed closed ? Optional.of(closed.ending()) : Optional.empty();
    }

    private Progress accept(ByteBuf frame, int index) {
        Reaction reaction = handshake.receive(frame, index);
        if (reaction instanceof Reaction.Execute) {
            execute(frame, index);
        } else if (reaction instanceof Reaction.PerformRead performRead) {
            // [HEL-011] exactly once, before the OFFER
            long value = unnegotiated.read(performRead.hello());
            HandshakeCodec.encode(handshake.offer(performRead.hello(), value), output);
        } else if (reaction instanceof Reaction.SendOffer sendOffer) {
            HandshakeCodec.encode(sendOffer.offer(), output);
        } else if (reaction instanceof Reaction.SendAccept sendAccept) {
            HandshakeCodec.encode(sendAccept.accept(), output);
            agreement = Optional.of(sendAccept.agreement());
            exchange = DeviceExchange.of(sendAccept.agreement(), device);
        } else if (reaction instanceof Reaction.Close close) {
            end(close.ending());
        }
        return mayGoOn() ? Progress.MORE : Progress.STOP;
    }

    private void execute(ByteBuf frame, int index) {
        Optional<Violation> violation = exchange.execute(frame, index, output);
        if (violation.isPresent()) {
            end(new Ending.Violated(violation.orElseThrow()));
        }
    }

    private boolean mayGoOn() {
        return phase == Phase.SERVING && output.maxWritableBytes() >= outputMin;
    }

    private void end(Ending ending) {
        handshake.close(ending);
        if (ending instanceof Ending.Rejected rejected) {
            HandshakeCodec.encode(rejected.reject(), output);
            phase = Phase.DRAINING;
        } else {
            phase = Phase.CLOSED;
        }
    }
}
