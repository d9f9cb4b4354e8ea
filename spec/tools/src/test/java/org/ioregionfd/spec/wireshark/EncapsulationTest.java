// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.ioregionfd.spec.wireshark.Wire.read;
import static org.ioregionfd.spec.wireshark.Wire.response;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ioregionfd.spec.SpecFiles;
import org.ioregionfd.spec.wireshark.Pcap.Encapsulation;
import org.ioregionfd.spec.wireshark.Pcap.Side;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** How bytes get into packets, and how a packet names the sender. */
@EnabledIf(value = Tshark.INSTALLED, disabledReason = Tshark.NOT_INSTALLED)
class EncapsulationTest {
    private static final List<String> FIELDS = List.of(
            ("channel direction frame tag layout size clause end_of_stream" + " completed_in fragment tail request_in")
                    .split(" ", -1));

    /** [CHN-002] the same bytes on a channel for every size of packet from 1 to 100. */
    @Test
    void findsTheSameFramesWhereverTheirBytesAreCut() {
        Pcap pcap = new Pcap(Encapsulation.EXPORTED_PDU);
        int sizes = 100;
        for (int size = 1; size <= sizes; size++) {
            cut(pcap, size);
        }
        Dissection dissection = Dissection.of(pcap.bytes(), FIELDS);
        List<List<String>> frames = new ArrayList<>();
        for (int channel = 0; channel <= sizes; channel++) {
            frames.add(new ArrayList<>());
        }
        for (int packet = 1; packet <= dissection.packets(); packet++) {
            List<String> names = new ArrayList<>(dissection.values(packet, "frame"));
            names.addAll(dissection.values(packet, "clause"));
            int channel = Integer.parseInt(dissection.values(packet, "channel").get(0));
            frames.get(channel).addAll(names);
        }
        List<String> expected = List.of(
                "HELLO",
                "OFFER",
                "SELECT",
                "ACCEPT",
                "READ",
                "READ",
                "WRITE",
                "READ",
                "RESPONSE",
                "RESPONSE",
                "RESPONSE",
                "V2-005",
                "FAI-003");
        for (int channel = 1; channel <= sizes; channel++) {
            assertEquals(expected, frames.get(channel), "packets of " + channel + " bytes");
        }
    }

    @Test
    void saysInWhichPacketAFrameIsWhole() {
        Pcap pcap = new Pcap(Encapsulation.USER0);
        Conversation conversation = new Conversation(pcap, 1, 10);
        assertEquals(4, conversation.send(Side.K, read(Layout.INFO_WORD)));
        pcap.packet(1, Side.D, new byte[32]);
        Dissection dissection = Dissection.of(pcap.bytes(), FIELDS);
        for (int packet = 1; packet <= 3; packet++) {
            assertEquals(4, dissection.number(packet, "completed_in"));
            assertEquals(List.of(), dissection.values(packet, "frame"));
        }
        assertEquals(List.of("60000000000000000100"), dissection.values(1, "fragment"));
        assertEquals(List.of("0000"), dissection.values(4, "tail"));
        assertEquals(List.of("READ"), dissection.values(4, "frame"));
        assertEquals(4, dissection.number(5, "request_in"));
    }

    @Test
    void takesTheDirectionFromTheFirstByte() {
        Pcap pcap = new Pcap(Encapsulation.USER0);
        Conversation channel = new Conversation(pcap, 1);
        channel.send(Side.K, read(Layout.BYTE_FIELDS));
        channel.send(Side.D, response(0));
        channel.end(Side.D);
        channel.end(Side.K);
        byte[] capture = pcap.bytes();
        capture[capture.length - 1] = 7;
        Dissection dissection = Dissection.of(capture, FIELDS);
        assertEquals(0, dissection.number(1, "direction"));
        assertEquals(1, dissection.number(2, "direction"));
        assertEquals(1, dissection.number(3, "end_of_stream"));
        assertEquals(1, dissection.number(3, "channel"));
        assertEquals(List.of("surprise"), dissection.findings(4));
        assertEquals(List.of(), dissection.values(4, "end_of_stream"));
    }

    @Test
    void takesTheDeviceSidesPortAndTheLayoutFromThePreferences() {
        Pcap pcap = new Pcap(Encapsulation.EXPORTED_PDU);
        pcap.packet(5, Side.K, new byte[32]);
        Conversation channel = new Conversation(pcap, 1);
        channel.send(Side.D, out -> {
            read(Layout.BYTE_FIELDS).accept(out);
            out.setByte(1, 0x13);
        });
        Dissection guessed = Dissection.of(pcap.bytes(), FIELDS);
        assertEquals(List.of("violation KST-001 CHN-006"), guessed.findings(2), "from D");

        Dissection told = Dissection.of(
                pcap.bytes(), FIELDS, "-o", "ioregionfd.device_port:1", "-o", "ioregionfd.layout:info-word");
        assertEquals(List.of("surprise"), told.findings(1), "neither port is the device side's");
        assertEquals(0, told.number(2, "direction"));
        assertEquals(1, told.number(2, "layout"));
        assertEquals(1, told.number(2, "size"), "byte 1 is reserved in the info-word layout");
        assertTrue(told.findings(2).contains("surprise V0-001 V0-013"));
    }

    /** The vectors' frames, some with a byte changed, from any side in any order and cut anywhere: no error of the dissector. */
    @Test
    void goesOnWhateverTheFramesAre() {
        List<byte[]> frames = new ArrayList<>();
        for (String file : List.of("frames", "commands", "records")) {
            SpecFiles.json("vectors/" + file + ".json")
                    .get(file)
                    .forEach(vector ->
                            frames.add(Conversation.parse(vector.get("bytes").asString())));
        }
        Random random = new Random(20201125);
        Pcap pcap = new Pcap(Encapsulation.EXPORTED_PDU);
        for (int channel = 1; channel <= 150; channel++) {
            Conversation conversation = new Conversation(pcap, channel, random.nextInt(16, 256));
            disturb(conversation, random.nextInt(5));
            for (int i = 0; i < 20; i++) {
                byte[] bytes = frames.get(random.nextInt(frames.size())).clone();
                bytes[random.nextInt(bytes.length)] ^= (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : 0);
                conversation.send(random.nextBoolean() ? Side.K : Side.D, bytes);
            }
        }
        Dissection dissection = Dissection.of(pcap.bytes(), FIELDS);
        for (int packet = 1; packet <= dissection.packets(); packet++) {
            for (String finding : dissection.findings(packet)) {
                assertTrue(finding.matches("(violation|surprise|note)( [A-Z][A-Z0-9]+-[0-9]{3})*"), finding);
            }
        }
    }

    /** Brings a channel to one of the states in which it is to be disturbed. */
    private static void disturb(Conversation conversation, int state) {
        switch (state) {
            case 0 -> {}
            case 1 -> conversation.send(Side.K, Wire.hello());
            case 2 -> conversation.offer(Layout.INFO_WORD);
            case 3 -> conversation.open(Layout.BYTE_FIELDS, 1, 1);
            default -> conversation.open(Layout.INFO_WORD, 2, Conversation.FEATURES);
        }
    }

    /** A handshake and three READs, of which one has a response too many, in packets of some size. */
    private static void cut(Pcap pcap, int size) {
        Conversation conversation = new Conversation(pcap, size, size);
        conversation.open(Layout.INFO_WORD, 2, Conversation.FEATURES);
        conversation.send(Side.K, out -> {
            read(1).accept(out);
            read(2).accept(out);
            Wire.write(0).accept(out);
            read(3).accept(out);
        });
        conversation.send(Side.D, out -> {
            response(3, Status.OK, 0).accept(out);
            response(1, Status.OK, 0).accept(out);
            response(3, Status.OK, 0).accept(out);
        });
    }
}
