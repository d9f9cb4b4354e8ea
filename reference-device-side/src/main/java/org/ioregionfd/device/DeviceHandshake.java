// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import org.ioregionfd.device.DeviceState.Closed;
import org.ioregionfd.device.DeviceState.Offered;
import org.ioregionfd.device.DeviceState.Open;
import org.ioregionfd.device.DeviceState.Unnegotiated;
import org.ioregionfd.wire.Abort;
import org.ioregionfd.wire.Accept;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Decoding;
import org.ioregionfd.wire.Fields;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.HandshakeFrame;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.Reject;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.TranscriptDigest;
import org.ioregionfd.wire.Violation;

/**
 * The state machine of section 6.1 for one channel: a frame goes in, and a reaction comes out. It performs no access, sends
 * nothing and judges no command.
 *
 * <p>Confined to one thread.
 */
public final class DeviceHandshake {
    private static final Reaction EXECUTE = new Reaction.Execute();
    private static final Reaction DISCARD = new Reaction.Discard();

    private final DevicePolicy policy;
    private final TranscriptDigest digest = new TranscriptDigest();
    private final ByteBuf sent = Unpooled.buffer(Frame.LENGTH, Frame.LENGTH);
    private final LegacyCommand command;
    private DeviceState state = new Unnegotiated();

    public DeviceHandshake(DevicePolicy policy) {
        this.policy = policy;
        command = new LegacyCommand(policy.layout());
    }

    /** The state of the channel. */
    public DeviceState state() {
        return state;
    }

    /** Takes one frame from K, of 32 bytes from {@code index} on; the bytes are only lent. */
    public Reaction receive(ByteBuf frame, int index) {
        if (state instanceof Open) {
            return EXECUTE;
        }
        if (state instanceof Unnegotiated) {
            return inUnnegotiated(frame, index);
        }
        if (state instanceof Offered offered) {
            return inOffered(offered, frame, index);
        }
        // [DST-007]
        return DISCARD;
    }

    /**
     * Takes the value of the READ that {@link Reaction.PerformRead} asked for, as a version-0 response would hold it
     * [OFR-003].
     *
     * @return the OFFER to send
     */
    public Offer offer(Hello hello, long value) {
        // [OFR-002] the HELLO's nonce
        Offer offer = policy.offer(value, hello.nonce());
        digest.add(encoded(offer), 0);
        state = new Offered(hello, offer);
        return offer;
    }

    /** Takes the end of the stream, and what the exchange found in Open; the first ending stays. */
    public void close(Ending ending) {
        if (!(state instanceof Closed)) {
            state = new Closed(ending);
        }
    }

    private Reaction inUnnegotiated(ByteBuf frame, int index) {
        // [POL-005] under OFF a marked frame is like an unmarked one
        if (policy.policy() == Policy.OFF) {
            return EXECUTE;
        }
        // [MRK-001] at its place, and nowhere else
        if (!Frame.isMarkedCommand(frame, index)) {
            return unmarkedInUnnegotiated(frame, index);
        }
        if (HandshakeCodec.decodeCommand(frame, index) instanceof Decoding.Decoded decoded
                && decoded.frame() instanceof Hello hello) {
            return begin(hello, frame, index);
        }
        return violated(Clause.DST_002, Fields.COMMAND_KIND, Frame.commandKind(frame, index));
    }

    private Reaction unmarkedInUnnegotiated(ByteBuf frame, int index) {
        command.read(frame, index);
        if (policy.policy() == Policy.REQUIRE) {
            return violated(Clause.POL_004, 0, frame.getUnsignedByte(index));
        }
        // [DST-003] a HELLO that lost its marker on the way
        if (command.cmd() == LegacyCommand.READ && command.offset() == Frame.HELLO_OFFSET) {
            return violated(Clause.DST_003, Fields.COMMAND_INFO_WORD_OFFSET, command.offset());
        }
        // [DST-001]
        return EXECUTE;
    }

    private Reaction inOffered(Offered offered, ByteBuf frame, int index) {
        // [DST-005] somebody stripped the OFFER: serve no more commands; [REJ-003] K could take a REJECT for data
        if (!Frame.isMarkedCommand(frame, index)) {
            return violated(Clause.DST_005, 0, frame.getUnsignedByte(index));
        }
        Decoding decoding = HandshakeCodec.decodeCommand(frame, index);
        if (decoding instanceof Decoding.Malformed malformed) {
            return rejectMalformed(malformed.violation());
        }
        HandshakeFrame decoded = ((Decoding.Decoded) decoding).frame();
        if (decoded instanceof Hello hello) {
            // [DST-004] a new start
            return begin(hello, frame, index);
        }
        if (decoded instanceof Abort abort) {
            // [ABT-003] whatever its reserved bytes and reason
            return closed(new Ending.Aborted(abort));
        }
        return select((Select) decoded, offered, digest.seal(frame, index));
    }

    private Reaction begin(Hello hello, ByteBuf frame, int index) {
        // [HEL-013] the whole frame: bytes 24..31 count here, and nowhere else
        digest.restart(frame, index);
        // [HEL-012] a detached HELLO asks for no access
        if (hello.isDetached()) {
            return new Reaction.SendOffer(hello, offer(hello, 0));
        }
        return new Reaction.PerformRead(hello);
    }

    /** A marked frame in Offered that is no HELLO, SELECT or ABORT, or a SELECT with a reserved byte set. */
    private Reaction rejectMalformed(Violation violation) {
        // [SEL-011]
        if (violation.clause() == Clause.SEL_011) {
            return rejected(new Reject(Reason.RESERVED_NOT_ZERO, violation.offset()), violation);
        }
        // [SEL-010]
        return rejected(new Reject(Reason.UNEXPECTED_FRAME, violation.seen()), violation);
    }

    private Reaction select(Select select, Offered offered, int expectedDigest) {
        Optional<Ending.Rejected> refusal =
                SelectChecks.firstRefusal(new SelectChecks.Case(select, offered, policy, expectedDigest));
        if (refusal.isPresent()) {
            return closed(refusal.orElseThrow());
        }
        return accept(select, offered.hello());
    }

    /** [ACC-001] Repeats the SELECT, with the digest of all four frames [DIG-002]. */
    private Reaction accept(Select select, Hello hello) {
        Accept unsealed = new Accept(select.version(), select.maxInflight(), select.features(), 0);
        int sealed = digest.seal(encoded(unsealed), 0);
        Accept accept = new Accept(select.version(), select.maxInflight(), select.features(), sealed);
        ProtocolVersion version = ProtocolVersion.of(select.version()).orElseThrow();
        Agreement agreement = new Agreement(version, select.features(), select.maxInflight(), hello.layout());
        state = new Open(agreement);
        return new Reaction.SendAccept(accept, agreement);
    }

    private Reaction violated(Clause clause, int offset, long seen) {
        return closed(new Ending.Violated(new Violation(clause, offset, seen)));
    }

    private Reaction rejected(Reject reject, Violation violation) {
        return closed(new Ending.Rejected(reject, violation));
    }

    private Reaction closed(Ending ending) {
        close(ending);
        return new Reaction.Close(ending);
    }

    /** The frame as it goes over the wire, for the digest; valid until the next call. */
    private ByteBuf encoded(HandshakeFrame frame) {
        sent.clear();
        HandshakeCodec.encode(frame, sent);
        return sent;
    }
}
