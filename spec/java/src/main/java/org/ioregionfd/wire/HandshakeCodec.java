// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Frames of the handshake from and to bytes, little-endian throughout [CHN-001].
 *
 * <p>Decoding reads absolutely and moves no index; a frame's fields are checked only as far as the clauses on that frame
 * alone say: what depends on the conversation (digest, offers, nonces) is the state machines' business.
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
                    Clause.MRK_001, Frame.COMMAND_MARKER, buffer.getUnsignedByte(index + Frame.COMMAND_MARKER));
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
            return new Decoding.Decoded(new Abort(buffer.getUnsignedShortLE(index + 8), buffer.getLongLE(index + 16)));
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
                    Clause.MRK_001, Frame.RESPONSE_MARKER, buffer.getUnsignedByte(index + Frame.RESPONSE_MARKER));
        }
        int kind = Frame.responseKind(buffer, index);
        if (kind == FrameKind.OFFER.code()) {
            return new Decoding.Decoded(new Offer(
                    buffer.getLongLE(index),
                    buffer.getUnsignedShortLE(index + 14),
                    new FeatureSet(buffer.getLongLE(index + 16)),
                    new VersionSet(buffer.getIntLE(index + 24)),
                    buffer.getUnsignedByte(index + Frame.RESPONSE_NONCE),
                    buffer.getIntLE(index + 28)));
        }
        if (kind == FrameKind.ACCEPT.code()) {
            return decodeAccept(buffer, index);
        }
        if (kind == FrameKind.REJECT.code()) {
            return new Decoding.Decoded(
                    new Reject(buffer.getUnsignedShortLE(index + 14), buffer.getLongLE(index + 16)));
        }
        return malformed(Clause.KST_004, Frame.RESPONSE_KIND, kind);
    }

    /** Appends the frame's 32 bytes to {@code out}; reserved bytes are zero [MRK-002]. */
    public static void encode(HandshakeFrame frame, ByteBuf out) {
        int index = out.writerIndex();
        out.writeZero(Frame.LENGTH);
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
                        buffer.getLongLE(index + 8),
                        buffer.getLongLE(index + 16),
                        buffer.getUnsignedByte(index + Frame.COMMAND_NONCE)))
                : unexpected(buffer, index);
    }

    private static Decoding decodeSelect(ByteBuf buffer, int index) {
        int reserved = firstNonZero(buffer, index, 1, 2, 7, 8, 12, 16, 24, 28);
        if (reserved >= 0) {
            return malformed(Clause.SEL_011, reserved, buffer.getUnsignedByte(index + reserved));
        }
        return new Decoding.Decoded(new Select(
                buffer.getUnsignedShortLE(index + 8),
                buffer.getUnsignedShortLE(index + 10),
                new FeatureSet(buffer.getLongLE(index + 16)),
                buffer.getIntLE(index + 28)));
    }

    private static Decoding decodeAccept(ByteBuf buffer, int index) {
        int reserved = firstNonZero(buffer, index, 0, 8, 13, 14, 26, 28);
        if (reserved >= 0) {
            return malformed(Clause.ACC_002, reserved, buffer.getUnsignedByte(index + reserved));
        }
        return new Decoding.Decoded(new Accept(
                buffer.getUnsignedShortLE(index + 24),
                buffer.getUnsignedShortLE(index + 14),
                new FeatureSet(buffer.getLongLE(index + 16)),
                buffer.getIntLE(index + 28)));
    }

    private static void encodeHello(Hello hello, ByteBuf out, int index) {
        out.setShortLE(index, hello.readHead());
        Frame.setMarker(out, index + Frame.COMMAND_MARKER, FrameKind.HELLO);
        out.setByte(index + Frame.COMMAND_NONCE, hello.nonce());
        out.setLongLE(index + 8, hello.userData());
        out.setLongLE(index + 16, hello.offset());
    }

    private static void encodeOffer(Offer offer, ByteBuf out, int index) {
        out.setLongLE(index, offer.value());
        Frame.setMarker(out, index + Frame.RESPONSE_MARKER, FrameKind.OFFER);
        out.setShortLE(index + 14, offer.maxInflight());
        out.setLongLE(index + 16, offer.features().bits());
        out.setIntLE(index + 24, offer.versions().bits());
        out.setByte(index + Frame.RESPONSE_NONCE, offer.nonce());
        out.setIntLE(index + 28, offer.reserved());
    }

    private static void encodeSelect(Select select, ByteBuf out, int index) {
        out.setByte(index, Frame.HANDSHAKE_OP);
        Frame.setMarker(out, index + Frame.COMMAND_MARKER, FrameKind.SELECT);
        out.setShortLE(index + 8, select.version());
        out.setShortLE(index + 10, select.maxInflight());
        out.setLongLE(index + 16, select.features().bits());
        out.setIntLE(index + 28, select.digest());
    }

    private static void encodeAccept(Accept accept, ByteBuf out, int index) {
        Frame.setMarker(out, index + Frame.RESPONSE_MARKER, FrameKind.ACCEPT);
        out.setShortLE(index + 14, accept.maxInflight());
        out.setLongLE(index + 16, accept.features().bits());
        out.setShortLE(index + 24, accept.version());
        out.setIntLE(index + 28, accept.digest());
    }

    private static void encodeReject(Reject reject, ByteBuf out, int index) {
        Frame.setMarker(out, index + Frame.RESPONSE_MARKER, FrameKind.REJECT);
        out.setShortLE(index + 14, reject.reasonCode());
        out.setLongLE(index + 16, reject.detail());
    }

    private static void encodeAbort(Abort abort, ByteBuf out, int index) {
        out.setByte(index, Frame.HANDSHAKE_OP);
        Frame.setMarker(out, index + Frame.COMMAND_MARKER, FrameKind.ABORT);
        out.setShortLE(index + 8, abort.reasonCode());
        out.setLongLE(index + 16, abort.detail());
    }

    /** The offset of the first byte that is not zero in the ranges [from, to) given in pairs, or -1. */
    private static int firstNonZero(ByteBuf buffer, int index, int... ranges) {
        for (int i = 0; i < ranges.length; i += 2) {
            for (int offset = ranges[i]; offset < ranges[i + 1]; offset++) {
                if (buffer.getByte(index + offset) != 0) {
                    return offset;
                }
            }
        }
        return -1;
    }

    private static Decoding unexpected(ByteBuf buffer, int index) {
        return malformed(Clause.SEL_010, Frame.COMMAND_KIND, Frame.commandKind(buffer, index));
    }

    private static Decoding malformed(Clause clause, int offset, long seen) {
        return new Decoding.Malformed(new Violation(clause, offset, seen));
    }
}
