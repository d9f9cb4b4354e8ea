// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.wire.Abort;
import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.HandshakeFrame;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.TaggedCommand;
import org.ioregionfd.wire.TranscriptDigest;

/** A KVM side at the other end of a {@link DeviceChannel}: sends frames, and gives the answers as hexadecimal frames. */
public final class Kvm {
    /** All that this revision knows. */
    static final int NONCE = 0x44;

    static final int OUT_MAX = 1 << 16;

    /** More than a whole window makes ready. */
    private static final int SEND_MAX = 1 << 22;

    final DeviceChannel channel;
    long nowNanos;
    private final ByteBuf transcript = Unpooled.buffer();

    public Kvm(DevicePolicy policy) {
        this(policy, Framing.STREAM);
    }

    Kvm(DevicePolicy policy, Framing framing) {
        this(new DeviceChannel(policy, framing, ConformanceDevice.MODEL));
    }

    public Kvm(DeviceChannel channel) {
        this.channel = channel;
    }

    /** A KVM side whose channel is Open with that version, those features and that window. */
    public static Kvm open(DevicePolicy policy, int version, FeatureSet features, int maxInflight) {
        Kvm kvm = new Kvm(policy);
        kvm.negotiate(version, features, maxInflight);
        assertTrue(kvm.channel.state() instanceof DeviceState.Open, kvm.channel.state()::toString);
        return kvm;
    }

    /** The answers to these bytes, one frame each. */
    public List<String> send(ByteBuf bytes) {
        ByteBuf out = Unpooled.buffer(Frame.LENGTH, SEND_MAX);
        channel.receive(bytes, out, nowNanos);
        assertEquals(0, bytes.readableBytes(), "bytes were left");
        return frames(out);
    }

    /** The answers that have become ready since. */
    public List<String> proceed() {
        ByteBuf out = Unpooled.buffer();
        channel.proceed(out);
        return frames(out);
    }

    public List<String> send(String hex) {
        return send(bytes(hex));
    }

    /** The one answer to these bytes. */
    public String ask(ByteBuf bytes) {
        List<String> answers = send(bytes);
        assertEquals(1, answers.size(), answers::toString);
        return answers.get(0);
    }

    /** HELLO and SELECT; gives OFFER and ACCEPT or REJECT. */
    public List<String> negotiate(int version, FeatureSet features, int maxInflight) {
        String offer = hello(detached());
        String answer = ask(select(version, features, maxInflight));
        return List.of(offer, answer);
    }

    /** Sends a HELLO and remembers it and its OFFER for the digest. */
    public String hello(ByteBuf hello) {
        ByteBuf sent = hello.copy();
        String offer = ask(hello);
        remember(sent, offer);
        return offer;
    }

    /** Takes a HELLO and its OFFER as the frames that the digest covers. */
    public void remember(ByteBuf hello, String offer) {
        transcript.clear();
        transcript.writeBytes(hello, hello.readerIndex(), Frame.LENGTH);
        transcript.writeBytes(bytes(offer));
    }

    /** A SELECT with the right digest. */
    public ByteBuf select(int version, FeatureSet features, int maxInflight) {
        return sealed(frame(new Select(version, maxInflight, features, 0)));
    }

    /** Puts the right digest into a SELECT. */
    public ByteBuf sealed(ByteBuf select) {
        TranscriptDigest digest = new TranscriptDigest();
        digest.restart(transcript, 0);
        digest.add(transcript, Frame.LENGTH);
        TranscriptDigest.set(select, 0, digest.seal(select, 0));
        return select;
    }

    /** Asserts that the channel ended by that clause, and closed without a frame. */
    void assertViolated(Clause clause) {
        assertEquals(DeviceChannel.Phase.CLOSED, channel.phase());
        Ending ending = channel.ending().orElseThrow();
        assertTrue(ending instanceof Ending.Violated, ending::toString);
        assertEquals(clause, ((Ending.Violated) ending).violation().clause());
    }

    public static ByteBuf detached() {
        return frame(Hello.detached(Layout.INFO_WORD, 0, NONCE));
    }

    public static ByteBuf attached(Layout layout, int sizeExponent, long userData, long offset) {
        return frame(Hello.of(layout, sizeExponent, userData, offset, NONCE));
    }

    public static ByteBuf abort() {
        return frame(new Abort(Reason.POLICY, 0));
    }

    /** A marked frame of any kind with any first two bytes, else zero. */
    public static ByteBuf marked(int byte0, int byte1, int kind) {
        ByteBuf frame = frame(new Abort(0, 0));
        frame.setByte(0, byte0);
        frame.setByte(1, byte1);
        frame.setByte(6, kind);
        return frame;
    }

    public static ByteBuf marked(FrameKind kind) {
        return marked(0, 0, kind.code());
    }

    public static ByteBuf read(Layout layout, int size, long userData, long offset) {
        return written(out -> LegacyCommand.writeRead(out, layout, exponent(size), userData, offset));
    }

    public static ByteBuf write(Layout layout, int size, long userData, long offset, long data) {
        return written(out ->
                LegacyCommand.writeWrite(out, layout, exponent(size), ResponseWanted.YES, userData, offset, data));
    }

    public static ByteBuf posted(Layout layout, int size, long userData, long offset, long data) {
        return written(out ->
                LegacyCommand.writeWrite(out, layout, exponent(size), ResponseWanted.NO, userData, offset, data));
    }

    public static ByteBuf taggedRead(int tag, int size, long userData, long offset) {
        return written(out -> TaggedCommand.writeRead(out, exponent(size), tag, userData, offset));
    }

    /** A tag of 0 makes it a posted one. */
    public static ByteBuf taggedWrite(int tag, int size, long userData, long offset, long data) {
        return written(out -> TaggedCommand.writeWrite(out, exponent(size), tag, userData, offset, data));
    }

    public static ByteBuf fence(int tag) {
        return written(out -> TaggedCommand.writeFence(out, tag));
    }

    public static ByteBuf frame(HandshakeFrame frame) {
        return written(out -> HandshakeCodec.encode(frame, out));
    }

    public static ByteBuf all(ByteBuf... frames) {
        return Unpooled.copiedBuffer(frames);
    }

    public static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    /** A frame of version 0 or 1 that holds this data and nothing else. */
    public static String response(long data) {
        return response(data, 0, 0);
    }

    /** A response of version 2. */
    public static String response(long data, int tag, int status) {
        return hex(written(out -> {
            out.writeLongLE(data);
            out.writeIntLE(tag);
            out.writeShortLE(status);
            out.writeZero(18);
        }));
    }

    public static String reject(Reason reason, long detail) {
        return "0000000000000000" + "494f52480500"
                + hex(written(out -> out.writeShortLE(reason.code()).writeLongLE(detail))) + "0000000000000000";
    }

    public static List<String> frames(ByteBuf out) {
        assertEquals(0, out.readableBytes() % Frame.LENGTH, "answers are whole frames");
        List<String> frames = new ArrayList<>();
        while (out.isReadable()) {
            frames.add(hex(out.readSlice(Frame.LENGTH)));
        }
        return frames;
    }

    public static String hex(ByteBuf bytes) {
        return ByteBufUtil.hexDump(bytes);
    }

    private static int exponent(int size) {
        int exponent = Integer.numberOfTrailingZeros(size);
        assertEquals(size, Access.size(exponent));
        return exponent;
    }

    private static ByteBuf written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer(Frame.LENGTH);
        writer.accept(out);
        return out;
    }
}
