// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.ioregionfd.spec.SpecFiles.text;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.ioregionfd.spec.SpecFiles;
import org.ioregionfd.spec.wireshark.Pcap.Encapsulation;
import org.ioregionfd.spec.wireshark.Pcap.Side;
import org.ioregionfd.wire.Accept;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.LegacyResponse;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.TaggedCommand;
import org.ioregionfd.wire.TaggedResponse;
import org.ioregionfd.wire.VersionSet;
import tools.jackson.databind.JsonNode;

/** The captures in wireshark/samples, made of the vectors and of a few exchanges. */
public final class Samples {
    /** From the folder of the document. */
    public static final String FOLDER = "wireshark/samples/";

    private static final int MEMORY = 0x10;
    private static final int HOLD = 0x110;
    private static final int RELEASE = 0x118;
    private static final int COUNTER = 0x128;

    private Samples() {}

    /** The files by name. */
    public static Map<String, byte[]> captures() {
        Map<String, byte[]> captures = new LinkedHashMap<>();
        captures.put("handshakes.pcap", handshakes());
        for (Layout layout : Layout.values()) {
            captures.put("version-0-" + layout.label() + ".pcap", sample(channel -> version0(channel, layout)));
        }
        captures.put("legacy-device.pcap", sample(Samples::legacyDevice));
        captures.put("version-1.pcap", sample(Samples::version1));
        captures.put("version-2-out-of-order.pcap", sample(Samples::version2));
        captures.put("violation.pcap", sample(Samples::violation));
        return captures;
    }

    /** All transcripts of the vectors but those with a frame of the first draft, each on a channel of its own. */
    private static byte[] handshakes() {
        Pcap pcap = new Pcap(Encapsulation.EXPORTED_PDU);
        int channel = 0;
        for (JsonNode transcript : SpecFiles.json("vectors/transcripts.json").get("transcripts")) {
            if (text(transcript, "id").endsWith("of-the-first-draft")) {
                continue;
            }
            Conversation conversation = new Conversation(pcap, ++channel);
            for (JsonNode frame : transcript.get("frames")) {
                conversation.send(Side.valueOf(text(frame, "from")), text(frame, "bytes"));
            }
        }
        return pcap.bytes();
    }

    /** One channel, and nothing else. */
    private static byte[] sample(Consumer<Conversation> exchange) {
        Pcap pcap = new Pcap(Encapsulation.USER0);
        exchange.accept(new Conversation(pcap, 1));
        return pcap.bytes();
    }

    /** Two legacy peers: a WRITE with a response, a posted one, a READ, the end. */
    private static void version0(Conversation channel, Layout layout) {
        channel.send(
                Side.K, out -> LegacyCommand.writeWrite(out, layout, 2, ResponseWanted.YES, 1, MEMORY, 0xDEADBEEFL));
        channel.send(Side.D, out -> LegacyResponse.write(out, 0));
        channel.send(Side.K, out -> LegacyCommand.writeWrite(out, layout, 0, ResponseWanted.NO, 1, MEMORY + 4, 0x5A));
        channel.send(Side.K, out -> LegacyCommand.writeRead(out, layout, 3, 1, MEMORY));
        channel.send(Side.D, out -> LegacyResponse.write(out, 0x5A_DEAD_BEEFL));
        channel.end(Side.K);
        channel.end(Side.D);
    }

    /** An aware K meets a legacy device: the answer to the HELLO has no marker. */
    private static void legacyDevice(Conversation channel) {
        channel.send(Side.K, Hello.of(Layout.INFO_WORD, 2, 1, COUNTER, Conversation.NONCE));
        channel.send(Side.D, out -> LegacyResponse.write(out, 0));
        channel.send(Side.K, out -> LegacyCommand.writeRead(out, Layout.INFO_WORD, 2, 1, COUNTER));
        channel.send(Side.D, out -> LegacyResponse.write(out, 1));
    }

    /** An attached HELLO: the value of the guest's READ and the offer come together. */
    private static void version1(Conversation channel) {
        Layout layout = Layout.INFO_WORD;
        channel.send(Side.K, Hello.of(layout, 2, 1, COUNTER, 5));
        channel.send(Side.D, new Offer(0, 1, new FeatureSet(1), new VersionSet(3), 5));
        channel.agree(1, 1, 1);
        channel.send(Side.K, out -> LegacyCommand.writeWrite(out, layout, 1, ResponseWanted.NO, 1, MEMORY, 0x1234));
        channel.send(Side.K, out -> LegacyCommand.writeRead(out, layout, 1, 1, MEMORY));
        channel.send(Side.D, out -> LegacyResponse.write(out, 0x1234));
        channel.send(Side.K, out -> LegacyCommand.writeRead(out, layout, 0, 9, MEMORY));
        channel.send(Side.D, out -> LegacyResponse.write(out, 0xFF));
    }

    /** A READ that is held while others are answered, a FENCE, and an access error; one frame comes in two packets. */
    private static void version2(Conversation channel) {
        channel.open(Layout.INFO_WORD, 2, Conversation.FEATURES);
        channel.send(Side.K, out -> {
            TaggedCommand.writeRead(out, 2, 1, 1, HOLD);
            TaggedCommand.writeRead(out, 2, 2, 1, COUNTER);
            TaggedCommand.writeWrite(out, 3, 0, 1, MEMORY, -1);
        });
        channel.send(Side.D, out -> TaggedResponse.write(out, 0, 2, Status.OK));
        channel.send(Side.K, out -> TaggedCommand.writeRead(out, 0, 3, 1, 0x1000));
        channel.send(Side.D, out -> TaggedResponse.write(out, 0xFF, 3, Status.BAD_OFFSET));
        channel.send(Side.K, out -> TaggedCommand.writeFence(out, 4));
        channel.send(Side.K, out -> TaggedCommand.writeWrite(out, 2, 5, 1, RELEASE, 0xCAFE));
        byte[] responses = responses();
        channel.send(Side.D, Arrays.copyOfRange(responses, 0, 40));
        channel.send(Side.D, Arrays.copyOfRange(responses, 40, responses.length));
    }

    private static byte[] responses() {
        ByteBuf out = Unpooled.buffer();
        TaggedResponse.write(out, 0, 5, Status.OK);
        TaggedResponse.write(out, 0xCAFE, 1, Status.OK);
        TaggedResponse.write(out, 0, 4, Status.OK);
        return ByteBufUtil.getBytes(out);
    }

    /** K uses a tag that is in use; D closes without a frame. */
    private static void violation(Conversation channel) {
        channel.offer(Layout.BYTE_FIELDS);
        channel.send(Side.K, new Select(2, 8, new FeatureSet(2), 0));
        channel.send(Side.D, new Accept(2, 8, new FeatureSet(2), 0));
        channel.send(Side.K, out -> TaggedCommand.writeRead(out, 2, 7, 1, HOLD));
        channel.send(Side.K, out -> TaggedCommand.writeRead(out, 2, 7, 1, COUNTER));
        channel.end(Side.D);
    }
}
