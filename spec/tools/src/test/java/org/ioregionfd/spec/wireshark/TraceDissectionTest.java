// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ioregionfd.trace.FrameTap;
import org.ioregionfd.trace.PcapngFile;
import org.ioregionfd.trace.Side;
import org.ioregionfd.wire.Accept;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.HandshakeFrame;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.TranscriptDigest;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The dissector reads the traces that the peers write. */
@EnabledIf(value = Tshark.INSTALLED, disabledReason = Tshark.NOT_INSTALLED)
class TraceDissectionTest {
    private static final int NONCE = 0x01;
    private static final VersionSet VERSIONS = new VersionSet(0x7);

    @TempDir
    Path folder;

    private final TranscriptDigest digest = new TranscriptDigest();

    private ByteBuf encode(HandshakeFrame handshake) {
        ByteBuf frame = Unpooled.buffer();
        HandshakeCodec.encode(handshake, frame);
        switch (handshake.kind()) {
            case HELLO -> digest.restart(frame, 0);
            case OFFER -> digest.add(frame, 0);
            case SELECT, ACCEPT -> TranscriptDigest.set(frame, 0, digest.seal(frame, 0));
            case REJECT, ABORT, RECORD -> {}
        }
        return frame;
    }

    /** One channel with a whole handshake, one with its HELLO in two pieces, and the ends of both. */
    @Test
    void showsTheHandshakesOfTwoChannelsInOneTrace() throws IOException {
        Path file = folder.resolve("trace.pcapng");
        Hello hello = Hello.detached(Layout.INFO_WORD, 0, NONCE);
        try (PcapngFile trace = PcapngFile.create(file)) {
            FrameTap first = trace.channel(1);
            FrameTap second = trace.channel(2);
            first.frames(Side.KVM, encode(hello), 0, 32);
            first.frames(Side.DEVICE, encode(new Offer(0, 64, FeatureSet.ALL, VERSIONS, NONCE)), 0, 32);
            second.frames(Side.KVM, encode(hello), 0, 20);
            second.frames(Side.KVM, encode(hello), 20, 12);
            encode(new Offer(0, 64, FeatureSet.ALL, VERSIONS, NONCE));
            first.frames(Side.KVM, encode(new Select(2, 64, FeatureSet.ALL, 0)), 0, 32);
            first.frames(Side.DEVICE, encode(new Accept(2, 64, FeatureSet.ALL, 0)), 0, 32);
            first.frames(Side.KVM, Unpooled.EMPTY_BUFFER, 0, 0);
        }

        Dissection dissection =
                Dissection.of(Files.readAllBytes(file), List.of("channel", "direction", "frame", "end_of_stream"));

        assertEquals(7, dissection.packets());
        assertFrame(dissection, 1, "1", "0", "HELLO");
        assertFrame(dissection, 2, "1", "1", "OFFER");
        assertEquals(List.of(), dissection.values(3, "frame"));
        assertFrame(dissection, 4, "2", "0", "HELLO");
        assertFrame(dissection, 5, "1", "0", "SELECT");
        assertFrame(dissection, 6, "1", "1", "ACCEPT");
        assertEquals(List.of("1"), dissection.values(7, "channel"));
        assertEquals(1, dissection.values(7, "end_of_stream").size());
    }

    private static void assertFrame(Dissection dissection, int packet, String channel, String direction, String frame) {
        assertEquals(List.of(channel), dissection.values(packet, "channel"));
        assertEquals(List.of(direction), dissection.values(packet, "direction"));
        assertEquals(List.of(frame), dissection.values(packet, "frame"));
        // digests included
        assertEquals(List.of(), dissection.findings(packet));
    }
}
