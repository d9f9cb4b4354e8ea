// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A capture file in the pcap format, little-endian, one packet per millisecond: the same packets give the same bytes. */
final class Pcap {
    /** Who sent the bytes of a packet. */
    enum Side {
        K,
        D
    }

    /** How a packet says who sent it. */
    enum Encapsulation {
        /** A byte of direction before the bytes; the capture holds one channel. */
        USER0(147),
        /** Tags before the bytes, big-endian: the dissector's name and two ports; K's port is the channel's number. */
        EXPORTED_PDU(252);

        private final int linkType;

        Encapsulation(int linkType) {
            this.linkType = linkType;
        }
    }

    /** The port that makes a side the device side. */
    static final int DEVICE_PORT = 18767;

    private static final int START_SECONDS = 1_606_262_400;
    private static final int TAG_DISSECTOR_NAME = 12;
    private static final int TAG_SOURCE_PORT = 25;
    private static final int TAG_DESTINATION_PORT = 26;
    private static final int TAG_END = 0;

    private final Encapsulation encapsulation;
    private final ByteBuf file = Unpooled.buffer();
    private int packets;

    Pcap(Encapsulation encapsulation) {
        this.encapsulation = encapsulation;
        file.writeIntLE(0xA1B2C3D4)
                .writeShortLE(2)
                .writeShortLE(4)
                .writeIntLE(0)
                .writeIntLE(0);
        file.writeIntLE(65535).writeIntLE(encapsulation.linkType);
    }

    /**
     * Appends a packet.
     *
     * @param channel 1 and up; a capture with a byte of direction has only one
     * @param bytes any number; none says that the side has ended its stream
     * @return the packet's number, from 1 on
     */
    int packet(int channel, Side from, byte[] bytes) {
        ByteBuf packet = Unpooled.buffer();
        switch (encapsulation) {
            case USER0 -> packet.writeByte(from == Side.K ? 0 : 1);
            case EXPORTED_PDU -> tags(packet, channel, from);
        }
        packet.writeBytes(bytes);
        int millis = packets++;
        file.writeIntLE(START_SECONDS + millis / 1000).writeIntLE(millis % 1000 * 1000);
        file.writeIntLE(packet.readableBytes())
                .writeIntLE(packet.readableBytes())
                .writeBytes(packet);
        return packets;
    }

    byte[] bytes() {
        return ByteBufUtil.getBytes(file);
    }

    private static void tags(ByteBuf packet, int channel, Side from) {
        byte[] name = "ioregionfd\0\0".getBytes(StandardCharsets.US_ASCII);
        packet.writeShort(TAG_DISSECTOR_NAME).writeShort(name.length).writeBytes(name);
        packet.writeShort(TAG_SOURCE_PORT).writeShort(4).writeInt(from == Side.K ? channel : DEVICE_PORT);
        packet.writeShort(TAG_DESTINATION_PORT).writeShort(4).writeInt(from == Side.K ? DEVICE_PORT : channel);
        packet.writeShort(TAG_END).writeShort(0);
    }
}
