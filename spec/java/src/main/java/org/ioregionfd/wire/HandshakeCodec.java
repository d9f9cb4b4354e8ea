// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Frames of the handshake from and to bytes, little-endian throughout [CHN-001].
 *
 * <p>Decoding reads absolutely and moves no index. It checks a frame only by the clauses on that frame alone. The state
 * machines check what depends on earlier frames: digests, offers, nonces.
 */
public final class HandshakeCodec {
    private HandshakeCodec() {}

    /**
     * Decodes the frame from K at {@code index}. A marked frame that is no HELLO, SELECT or ABORT is malformed by
     * SEL-010, a SELECT with a reserved byte set by SEL-011; an unmarked one by MRK-001.
     */
    public static Decoding decodeCommand(ByteBuf buffer, int index) {
        if (buffer.writerIndex() - index < Frame.LENGTH) {
            return new Decoding.NeedMore(Frame.LENGTH - (buffer.writerIndex() - index));
        }
        if (!Frame.isMarkedCommand(buffer, index)) {
            return malformed(
                    Clause.MRK_001, Fields.COMMAND_MARKER, buffer.getUnsignedByte(index + Fields.COMMAND_MARKER));
        }
        int op = buffer.getUnsignedByte(index);
        Optional<FrameKind> kind = FrameKind.of(Frame.commandKind(buffer, index));
        if (kind.equals(Optional.of(FrameKind.HELLO))) {
            return decodeHello(buffer, index);
        }
        if (kind.equals(Optional.of(FrameKind.SELECT)) && op == Frame.HANDSHAKE_OP) {
            return decodeSelect(buffer, index);
        }
        if (kind.equals(Optional.of(FrameKind.ABORT)) && op == Frame.HANDSHAKE_OP) {
            // [ABT-003] reserved bytes are not looked at: an ABORT is final anyway
            return new Decoding.Decoded(new Abort(
                    buffer.getUnsignedShortLE(index + Fields.ABORT_REASON),
                    buffer.getLongLE(index + Fields.ABORT_DETAIL)));
        }
        return unexpected(buffer, index);
    }

    /**
     * Decodes the frame from D at {@code index}. A marked frame that is no OFFER, ACCEPT or REJECT is malformed by
     * KST-004, an ACCEPT with a reserved byte set by ACC-002; an unmarked one by MRK-001.
     */
    public static Decoding decodeResponse(ByteBuf buffer, int index) {
        if (buffer.writerIndex() - index < Frame.LENGTH) {
            return new Decoding.NeedMore(Frame.LENGTH - (buffer.writerIndex() - index));
        }
        if (!Frame.isMarkedResponse(buffer, index)) {
            return malformed(
                    Clause.MRK_001, Fields.RESPONSE_MARKER, buffer.getUnsignedByte(index + Fields.RESPONSE_MARKER));
        }
        int kind = Frame.responseKind(buffer, index);
        if (kind == FrameKind.OFFER.code()) {
            return new Decoding.Decoded(new Offer(
                    buffer.getLongLE(index),
                    buffer.getUnsignedShortLE(index + Fields.OFFER_MAX_INFLIGHT),
                    new FeatureSet(buffer.getLongLE(index + Fields.OFFER_FEATURES)),
                    new VersionSet(buffer.getIntLE(index + Fields.OFFER_VERSIONS)),
                    buffer.getUnsignedByte(index + Fields.OFFER_NONCE),
                    buffer.getIntLE(index + Fields.OFFER_RESERVED)));
        }
        if (kind == FrameKind.ACCEPT.code()) {
            return decodeAccept(buffer, index);
        }
        if (kind == FrameKind.REJECT.code()) {
            return new Decoding.Decoded(new Reject(
                    buffer.getUnsignedShortLE(index + Fields.REJECT_REASON),
                    buffer.getLongLE(index + Fields.REJECT_DETAIL)));
        }
        return malformed(Clause.KST_004, Fields.RESPONSE_KIND, kind);
    }

    /** Appends the frame's 32 bytes to {@code out}; reserved bytes are zero [MRK-002]. */
    public static void encode(HandshakeFrame frame, ByteBuf out) {
        int index = out.writerIndex();
        out.writeZero(Frame.LENGTH);
        boolean fromK = frame instanceof Hello || frame instanceof Select || frame instanceof Abort;
        Frame.setMarker(out, index + (fromK ? Fields.COMMAND_MARKER : Fields.RESPONSE_MARKER), frame.kind());
        switch (frame.kind()) {
            case HELLO -> encodeHello((Hello) frame, out, index);
            case OFFER -> encodeOffer((Offer) frame, out, index);
            case SELECT -> encodeSelect((Select) frame, out, index);
            case ACCEPT -> encodeAccept((Accept) frame, out, index);
            case REJECT -> encodeReject((Reject) frame, out, index);
            case ABORT -> encodeAbort((Abort) frame, out, index);
            case RECORD -> throw new IllegalArgumentException("a record is never sent on a channel");
        }
    }

    private static Decoding decodeHello(ByteBuf buffer, int index) {
        int head = buffer.getUnsignedShortLE(index);
        // [HEL-010] one of the listed read heads; [HEL-013] bytes 24..31 are not looked at
        return Hello.isReadHead(head)
                ? new Decoding.Decoded(new Hello(
                        head,
                        buffer.getLongLE(index + Fields.HELLO_USER_DATA),
                        buffer.getLongLE(index + Fields.HELLO_OFFSET),
                        buffer.getUnsignedByte(index + Fields.HELLO_NONCE)))
                : unexpected(buffer, index);
    }

    private static Decoding decodeSelect(ByteBuf buffer, int index) {
        int reserved = Frame.firstNonZero(buffer, index, Fields.SELECT_RESERVED);
        if (reserved >= 0) {
            return malformed(Clause.SEL_011, reserved, buffer.getUnsignedByte(index + reserved));
        }
        return new Decoding.Decoded(new Select(
                buffer.getUnsignedShortLE(index + Fields.SELECT_VERSION),
                buffer.getUnsignedShortLE(index + Fields.SELECT_MAX_INFLIGHT),
                new FeatureSet(buffer.getLongLE(index + Fields.SELECT_FEATURES)),
                buffer.getIntLE(index + Fields.SELECT_DIGEST)));
    }

    private static Decoding decodeAccept(ByteBuf buffer, int index) {
        int reserved = Frame.firstNonZero(buffer, index, Fields.ACCEPT_RESERVED);
        if (reserved >= 0) {
            return malformed(Clause.ACC_002, reserved, buffer.getUnsignedByte(index + reserved));
        }
        return new Decoding.Decoded(new Accept(
                buffer.getUnsignedShortLE(index + Fields.ACCEPT_VERSION),
                buffer.getUnsignedShortLE(index + Fields.ACCEPT_MAX_INFLIGHT),
                new FeatureSet(buffer.getLongLE(index + Fields.ACCEPT_FEATURES)),
                buffer.getIntLE(index + Fields.ACCEPT_DIGEST)));
    }

    private static void encodeHello(Hello hello, ByteBuf out, int index) {
        out.setShortLE(index, hello.readHead());
        out.setByte(index + Fields.HELLO_NONCE, hello.nonce());
        out.setLongLE(index + Fields.HELLO_USER_DATA, hello.userData());
        out.setLongLE(index + Fields.HELLO_OFFSET, hello.offset());
    }

    private static void encodeOffer(Offer offer, ByteBuf out, int index) {
        out.setLongLE(index, offer.value());
        out.setShortLE(index + Fields.OFFER_MAX_INFLIGHT, offer.maxInflight());
        out.setLongLE(index + Fields.OFFER_FEATURES, offer.features().bits());
        out.setIntLE(index + Fields.OFFER_VERSIONS, offer.versions().bits());
        out.setByte(index + Fields.OFFER_NONCE, offer.nonce());
        out.setIntLE(index + Fields.OFFER_RESERVED, offer.reserved());
    }

    private static void encodeSelect(Select select, ByteBuf out, int index) {
        out.setByte(index, Frame.HANDSHAKE_OP);
        out.setShortLE(index + Fields.SELECT_VERSION, select.version());
        out.setShortLE(index + Fields.SELECT_MAX_INFLIGHT, select.maxInflight());
        out.setLongLE(index + Fields.SELECT_FEATURES, select.features().bits());
        out.setIntLE(index + Fields.SELECT_DIGEST, select.digest());
    }

    private static void encodeAccept(Accept accept, ByteBuf out, int index) {
        out.setShortLE(index + Fields.ACCEPT_MAX_INFLIGHT, accept.maxInflight());
        out.setLongLE(index + Fields.ACCEPT_FEATURES, accept.features().bits());
        out.setShortLE(index + Fields.ACCEPT_VERSION, accept.version());
        out.setIntLE(index + Fields.ACCEPT_DIGEST, accept.digest());
    }

    private static void encodeReject(Reject reject, ByteBuf out, int index) {
        out.setShortLE(index + Fields.REJECT_REASON, reject.reasonCode());
        out.setLongLE(index + Fields.REJECT_DETAIL, reject.detail());
    }

    private static void encodeAbort(Abort abort, ByteBuf out, int index) {
        out.setByte(index, Frame.HANDSHAKE_OP);
        out.setShortLE(index + Fields.ABORT_REASON, abort.reasonCode());
        out.setLongLE(index + Fields.ABORT_DETAIL, abort.detail());
    }

    private static Decoding unexpected(ByteBuf buffer, int index) {
        return malformed(Clause.SEL_010, Fields.COMMAND_KIND, Frame.commandKind(buffer, index));
    }

    private static Decoding malformed(Clause clause, int offset, long seen) {
        return new Decoding.Malformed(new Violation(clause, offset, seen));
    }
}
