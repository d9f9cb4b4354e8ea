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
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.Violation;

/**
 * The whole device side of one channel, without I/O: bytes from K go in, bytes for K come out. After every call, {@link
 * #phase()} and {@link #wants()} tell the transport what to do.
 *
 * <p>For one thread at a time. No method throws because of a peer's bytes. An exception of a device comes through, and the
 * transport must then close the channel.
 */
public final class DeviceChannel {
    /** What the transport must do. */
    public enum Phase {
        /** Send the output, and go on. */
        SERVING,
        /**
         * Send the output, then shut down sending. Go on with {@link #receive}, which discards, until {@link #peerClosed} or
         * the deadline [REJ-001].
         */
        DRAINING,
        /** Send the output, then close. */
        CLOSED
    }

    /** What the serving channel needs to go on. */
    public enum Wants {
        /** Bytes from K: it has taken all that there were. */
        INPUT,
        /** Room: call it again with an output that takes {@link #OUTPUT_MIN} bytes. */
        ROOM,
        /**
         * A device whose access holds back all others: call it again after the wake-up; it takes nothing from K before that.
         */
        COMPLETION
    }

    /** The handshake, for reports: the last HELLO, and the OFFER that answered it. */
    public record Proposal(Hello hello, Offer offer) {}

    /**
     * How long a channel is read from after a REJECT. The clause allows 1 s [REJ-001]; a tenth of it is left for a late timer
     * and for closing.
     */
    public static final long DRAIN_MAX_NANOS = 900_000_000L;

    /**
     * How many bytes an output must be able to take for the channel to go on: one response. Further responses that a command
     * makes ready wait in the slots of the window, and no command starts before they have left [FAI-004].
     */
    public static final int OUTPUT_MIN = Frame.LENGTH;

    private final Framing framing;
    private final DeviceHandshake handshake;
    private final FrameAssembler assembler = new FrameAssembler();
    private final FrameAssembler.Sink sink = this::accept;
    private final Completions completions;
    private final DeviceExchange.Served served;
    private final LegacyExchange unnegotiated;
    private DeviceExchange exchange;
    private ByteBuf output = Unpooled.EMPTY_BUFFER;
    private Optional<Proposal> proposal = Optional.empty();
    private Optional<Agreement> agreement = Optional.empty();

    /** The attached HELLO whose READ its device has deferred, and the READ's value as soon as there is one. */
    private Optional<Hello> waitingHello = Optional.empty();

    private OptionalLong valueOfHello = OptionalLong.empty();

    private Phase phase = Phase.SERVING;
    private Wants wants = Wants.INPUT;
    private long drainUntilNanos;

    /** A channel whose device completes nothing from other threads. */
    public DeviceChannel(DevicePolicy policy, Framing framing, DeviceModel model) {
        this(policy, framing, model, () -> {});
    }

    /**
     * @param wakeUp must make the transport call {@link #proceed} soon, unless it is calling the channel already, because a
     *     device has completed an access. It runs on the thread that did so, and must neither block nor throw.
     */
    public DeviceChannel(DevicePolicy policy, Framing framing, DeviceModel model, Runnable wakeUp) {
        this.framing = framing;
        handshake = new DeviceHandshake(policy);
        completions = new Completions(wakeUp);
        served = new DeviceExchange.Served(model.regions(), model.devices().get(), completions);
        // [V0-010] the configured layout, until a HELLO brings its own
        unnegotiated = LegacyExchange.unnegotiated(policy.layout(), served);
        exchange = unnegotiated;
    }

    /**
     * Takes bytes from K and appends the answers to {@code out}: only answers [CHN-006], and a marked frame only in answer to
     * a marked frame [CHN-007]. It stops when {@code out} is full, or when a deferred access holds back all others. Hand in
     * the rest of {@code in} again when {@link #wants()} is fulfilled.
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
        advance(in, out);
        if (phase != Phase.SERVING) {
            drainUntilNanos = nowNanos + DRAIN_MAX_NANOS;
            in.skipBytes(in.readableBytes());
        }
    }

    /** Goes on without bytes from K: appends the answers that have become ready. May be called at any time. */
    public void proceed(ByteBuf out) {
        if (phase == Phase.SERVING) {
            advance(Unpooled.EMPTY_BUFFER, out);
        }
    }

    /** Takes the end of the stream, or the loss of the connection [CHN-008]. Later completions are dropped [CHN-014]. */
    public void peerClosed() {
        // [CHN-004] the beginning of a frame is not acted upon
        boolean inFrame = phase == Phase.SERVING && assembler.held() > 0;
        end(inFrame ? new Ending.Violated(Violation.of(Clause.CHN_004)) : new Ending.EndOfStream());
        phase = Phase.CLOSED;
    }

    /** When to call {@link #deadlineReached}, by the clock of {@link #receive}; empty while nothing is due. */
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

    /** What the channel needs to go on; has a meaning only while it is {@link Phase#SERVING}. */
    public Wants wants() {
        return wants;
    }

    /**
     * Whether a device has completed something since the last call; for a thread that polls and does not wait for the
     * wake-up.
     */
    public boolean hasCompletions() {
        return !completions.isEmpty();
    }

    /** Whether any access was ever deferred: before that nothing calls the wake-up. */
    public boolean hasDeferred() {
        return completions.areExpected();
    }

    /** The state of the handshake. */
    public DeviceState state() {
        return handshake.state();
    }

    /** The last HELLO that was answered, and its OFFER; also when the channel has gone on since. */
    public Optional<Proposal> proposal() {
        return proposal;
    }

    /** What was agreed, also when the channel has ended since. */
    public Optional<Agreement> agreement() {
        return agreement;
    }

    /** Why the channel is over, if it is. */
    public Optional<Ending> ending() {
        return handshake.state() instanceof Closed closed ? Optional.of(closed.ending()) : Optional.empty();
    }

    private void advance(ByteBuf in, ByteBuf out) {
        output = out;
        completions.attend();
        do {
            takeCompletions();
            if (mayStart()) {
                assembler.receive(in, sink);
            }
        } while (!completions.rest());
        output = Unpooled.EMPTY_BUFFER;
        wants = in.isReadable() && missing() == Wants.INPUT ? Wants.ROOM : missing();
    }

    private Progress accept(ByteBuf frame, int index) {
        Reaction reaction = handshake.receive(frame, index);
        if (reaction instanceof Reaction.Execute) {
            execute(frame, index);
        } else if (reaction instanceof Reaction.PerformRead performRead) {
            // [HEL-011] exactly once, before the OFFER
            valueOfHello = unnegotiated.read(performRead.hello());
            waitingHello = Optional.of(performRead.hello());
            offerWhenPerformed();
        } else if (reaction instanceof Reaction.SendOffer sendOffer) {
            send(sendOffer.hello(), sendOffer.offer());
        } else if (reaction instanceof Reaction.SendAccept sendAccept) {
            HandshakeCodec.encode(sendAccept.accept(), output);
            agreement = Optional.of(sendAccept.agreement());
            exchange = DeviceExchange.of(sendAccept.agreement(), served);
        } else if (reaction instanceof Reaction.Close close) {
            end(close.ending());
        }
        return mayStart() ? Progress.MORE : Progress.STOP;
    }

    private void execute(ByteBuf frame, int index) {
        Optional<Violation> violation = exchange.execute(frame, index, output);
        if (violation.isPresent()) {
            end(new Ending.Violated(violation.orElseThrow()));
        }
    }

    /** Answers an attached HELLO once its READ has a value; nothing is started before. */
    private void offerWhenPerformed() {
        if (valueOfHello.isPresent() && DeviceExchange.fits(output)) {
            Hello hello = waitingHello.orElseThrow();
            waitingHello = Optional.empty();
            send(hello, handshake.offer(hello, valueOfHello.orElseThrow()));
        }
    }

    private void send(Hello hello, Offer offer) {
        proposal = Optional.of(new Proposal(hello, offer));
        HandshakeCodec.encode(offer, output);
    }

    private void takeCompletions() {
        if (waitingHello.isEmpty()) {
            exchange.proceed(output);
            return;
        }
        if (valueOfHello.isEmpty()) {
            valueOfHello = unnegotiated.deferredRead();
        }
        offerWhenPerformed();
    }

    private Wants missing() {
        if (waitingHello.isEmpty()) {
            return exchange.wants();
        }
        return valueOfHello.isEmpty() ? Wants.COMPLETION : Wants.ROOM;
    }

    /** Whether the next frame may be handled: only if its answer fits. */
    private boolean mayStart() {
        return phase == Phase.SERVING && missing() == Wants.INPUT && DeviceExchange.fits(output);
    }

    /** [CHN-013] What was handed is in the output, and goes out; everything else is forgotten, a response that waits for its turn too. */
    private void end(Ending ending) {
        completions.close();
        handshake.close(ending);
        if (ending instanceof Ending.Rejected rejected) {
            HandshakeCodec.encode(rejected.reject(), output);
            phase = Phase.DRAINING;
        } else {
            phase = Phase.CLOSED;
        }
    }
}
