// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.ioregionfd.spec.wireshark.Pcap.Side;
import org.ioregionfd.wire.Accept;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.HandshakeFrame;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.TranscriptDigest;
import org.ioregionfd.wire.VersionSet;

/**
 * The packets of one channel in a capture, and the findings that the dissector must show for each, for example "violation
 * SEL-012 DIG-001". A packet without an entry must have no finding.
 */
final class Conversation {
    static final int NONCE = 0x01;
    static final int VERSIONS = 0x7;
    static final int FEATURES = 0x7;
    static final int WINDOW = 64;

    private final Pcap pcap;
    private final int channel;
    private final int packetLength;
    private final TranscriptDigest digest = new TranscriptDigest();
    private final Map<Integer, List<String>> findings = new LinkedHashMap<>();

    Conversation(Pcap pcap, int channel) {
        this(pcap, channel, Integer.MAX_VALUE);
    }

    /** A conversation whose bytes come in packets of at most that length. */
    Conversation(Pcap pcap, int channel, int packetLength) {
        this.pcap = pcap;
        this.channel = channel;
        this.packetLength = packetLength;
    }

    /** By packet number, in the order of the packets. */
    Map<Integer, List<String>> findings() {
        return findings;
    }

    /** Sends bytes. The expected finding belongs to the last of their packets; its number is returned. */
    int send(Side from, byte[] bytes, String... found) {
        int at = 0;
        for (; bytes.length - at > packetLength; at += packetLength) {
            pcap.packet(channel, from, Arrays.copyOfRange(bytes, at, at + packetLength));
        }
        int packet = pcap.packet(channel, from, Arrays.copyOfRange(bytes, at, bytes.length));
        findings.put(packet, List.of(found));
        return packet;
    }

    /** Sends a frame of a vector; later digests cover its bytes. */
    int send(Side from, String hex, String... found) {
        byte[] bytes = parse(hex);
        ByteBuf frame = Unpooled.wrappedBuffer(bytes);
        if (from == Side.K
                && Frame.isMarkedCommand(frame, 0)
                && Frame.commandKind(frame, 0) == FrameKind.HELLO.code()) {
            digest.restart(frame, 0);
        } else {
            digest.seal(frame, 0);
        }
        return send(from, bytes, found);
    }

    int send(Side from, HandshakeFrame handshake, String... found) {
        ByteBuf frame = Unpooled.buffer();
        HandshakeCodec.encode(handshake, frame);
        switch (handshake.kind()) {
            case HELLO -> digest.restart(frame, 0);
            case OFFER -> digest.add(frame, 0);
            case SELECT, ACCEPT -> TranscriptDigest.set(frame, 0, digest.seal(frame, 0));
            case REJECT, ABORT, RECORD -> {}
        }
        return send(from, ByteBufUtil.getBytes(frame), found);
    }

    int send(Side from, Consumer<ByteBuf> writer, String... found) {
        ByteBuf frame = Unpooled.buffer();
        writer.accept(frame);
        return send(from, ByteBufUtil.getBytes(frame), found);
    }

    /** A SELECT of version 2 and all features whose digest is this one; gives the digest that belongs there. */
    long selectWithDigest(int wrong, String... found) {
        ByteBuf frame = Unpooled.buffer();
        HandshakeCodec.encode(new Select(2, WINDOW, new FeatureSet(FEATURES), 0), frame);
        int right = digest.seal(frame, 0);
        TranscriptDigest.set(frame, 0, wrong);
        send(Side.K, ByteBufUtil.getBytes(frame), found);
        return Integer.toUnsignedLong(right);
    }

    int end(Side side, String... found) {
        return send(side, new byte[0], found);
    }

    /** A detached HELLO and the OFFER that answers it, of all versions and features. */
    void offer(Layout layout) {
        send(Side.K, Hello.detached(layout, 0, NONCE));
        send(Side.D, new Offer(0, WINDOW, new FeatureSet(FEATURES), new VersionSet(VERSIONS), NONCE));
    }

    /** The whole handshake of a K that allows no version above the selected one. */
    void open(Layout layout, int version, long features) {
        offer(layout);
        agree(version, version == 2 ? WINDOW : 1, features);
    }

    void agree(int version, int window, long features) {
        send(Side.K, new Select(version, window, new FeatureSet(features), 0));
        send(Side.D, new Accept(version, window, new FeatureSet(features), 0));
    }

    static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
