// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.ioregionfd.wire.Abort;
import org.ioregionfd.wire.Accept;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.Reject;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.TranscriptDigest;

/**
 * The 32 bytes of a frame of the model: a pure function of the frame, except for what {@link AccessBytes} keeps.
 *
 * <p>A digest of the model names the frames that it covers: here it is the CRC of their bytes. The details of REJECT and
 * ABORT are not in the model; they are 0 here.
 */
final class FrameBytes {
    /** The nonce that the model calls 1; any number would do. */
    static final int NONCE = nonce(1);

    /** A reason of the model that matches any: if the other end is gone, the model does not tell the reason. */
    static final String ANY_REASON = "any";

    /** For a frame whose digest covers no frames. */
    private static final int UNFITTING_DIGEST = 0x0BAD_D16E;

    /** The byte behind the marker in a frame of the first draft: never a kind. */
    private static final int KIND_OF_NOTHING = 0x53;

    private static final int COMMAND_KIND_OFFSET = 6;
    private static final int RESPONSE_KIND_OFFSET = 12;
    private static final int SELECT_RESERVED_OFFSET = 7;
    private static final int ACCEPT_RESERVED_OFFSET = 13;
    private static final int HELLO_DATA_OFFSET = 24;
    /** The last four bytes of an OFFER, if the model says that they are not zero. */
    private static final int ANY_WORD = 0x80_00_00_01;

    private final AccessBytes accesses = new AccessBytes();

    /** The known accesses on this channel. */
    AccessBytes accesses() {
        return accesses;
    }

    /** The value in an OFFER or a response. */
    long valueOf(TlaValue answer) {
        return answer.field("kind").text().equals("OFFER")
                ? offer(answer).value()
                : accesses.answer(answer.field("id").number());
    }

    /** A frame that K sends. */
    ByteBuf fromK(TlaValue frame) {
        ByteBuf out = Unpooled.buffer(Frame.LENGTH, Frame.LENGTH);
        switch (frame.field("kind").text()) {
            case "HELLO" -> {
                HandshakeCodec.encode(hello(frame), out);
                out.setLongLE(HELLO_DATA_OFFSET, Settings.bits(frame.field("data")));
            }
            case "SELECT" -> select(frame, out);
            case "ABORT" -> HandshakeCodec.encode(new Abort(reason(frame), 0), out);
            case "OTHER" -> {
                HandshakeCodec.encode(new Abort(Reason.POLICY, 0), out);
                out.setByte(COMMAND_KIND_OFFSET, KIND_OF_NOTHING);
            }
            case "OP_0F" -> out.writeZero(Frame.LENGTH).setByte(0, Frame.HANDSHAKE_OP);
            default -> accesses.command(frame, out);
        }
        return out;
    }

    /** A frame that D sends. */
    ByteBuf fromD(TlaValue frame) {
        ByteBuf out = Unpooled.buffer(Frame.LENGTH, Frame.LENGTH);
        switch (frame.field("kind").text()) {
            case "OFFER" -> HandshakeCodec.encode(offer(frame), out);
            case "ACCEPT" -> accept(frame, out);
            case "REJECT" -> HandshakeCodec.encode(new Reject(reason(frame), 0), out);
            case "OTHER" -> {
                HandshakeCodec.encode(new Reject(Reason.POLICY, 0), out);
                out.setByte(RESPONSE_KIND_OFFSET, KIND_OF_NOTHING);
            }
            case "RESPONSE" -> accesses.response(frame, out);
            default -> throw new IllegalArgumentException("D sends no such frame: " + frame);
        }
        return out;
    }

    /** Without its data, which are zero in a HELLO and which D ignores [HEL-013]. */
    Hello hello(TlaValue frame) {
        Layout layout = Settings.layout(frame.field("layout"));
        int nonce = nonce(frame.field("nonce").number());
        return AccessBytes.isDetached(frame)
                ? Hello.detached(layout, 0, nonce)
                : Hello.of(
                        layout,
                        AccessBytes.SIZE_EXPONENT,
                        AccessBytes.REGION,
                        AccessBytes.offset(frame.field("id").number()),
                        nonce);
    }

    Offer offer(TlaValue frame) {
        int id = frame.field("id").number();
        return new Offer(
                // [HEL-012] a detached HELLO asks for no access
                id == AccessBytes.HANDSHAKE_ID ? 0 : AccessBytes.valueAt(AccessBytes.offset(id)),
                frame.field("window").number(),
                Settings.features(frame.field("features")),
                Settings.versions(frame.field("versions")),
                nonce(frame.field("nonce").number()),
                frame.field("word").truth() ? ANY_WORD : 0);
    }

    private static int nonce(int number) {
        return 0xF0 + number;
    }

    private static int reason(TlaValue frame) {
        String reason = frame.field("reason").text();
        return reason.equals(ANY_REASON) ? 0 : Reason.valueOf(reason).code();
    }

    private void select(TlaValue frame, ByteBuf out) {
        Select select = new Select(
                frame.field("version").number(),
                frame.field("window").number(),
                Settings.features(frame.field("features")),
                digest(frame.field("digest")));
        HandshakeCodec.encode(select, out);
        if (frame.field("reserved").truth()) {
            out.setByte(SELECT_RESERVED_OFFSET, 1);
        }
    }

    private void accept(TlaValue frame, ByteBuf out) {
        Accept accept = new Accept(
                frame.field("version").number(),
                frame.field("window").number(),
                Settings.features(frame.field("features")),
                digest(frame.field("digest")));
        HandshakeCodec.encode(accept, out);
        if (frame.field("reserved").truth()) {
            out.setByte(ACCEPT_RESERVED_OFFSET, 1);
        }
    }

    /** [DIG-001, DIG-002] */
    private int digest(TlaValue digest) {
        if (digest.isNone()) {
            return UNFITTING_DIGEST;
        }
        TranscriptDigest transcript = new TranscriptDigest();
        transcript.restart(fromK(digest.field("hello")), 0);
        transcript.add(fromD(digest.field("offer")), 0);
        int sealed = transcript.seal(fromK(digest.field("select")), 0);
        return digest.has("accept") ? transcript.seal(fromD(digest.field("accept")), 0) : sealed;
    }
}
