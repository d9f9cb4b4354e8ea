// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.trace;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes the blocks of a capture in one buffer, one after the other. Not thread-safe. */
final class PcapngBlocks {
    /** A pipe takes a write of so many bytes whole or not at all. */
    private static final int BLOCK_MAX = 4096;

    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int LINK_EXPORTED_PDU = 252;
    private static final int OPTION_END = 0;
    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_RECEIVED = 4;
    private static final int OPTION_DROPPED = 5;
    private static final byte NANOSECONDS = 9;

    /** Type and length before the content, and the length again after it. */
    private static final int OVERHEAD = 12;

    private static final int PACKET_HEADER = 20;

    /** Interface, time, two counts and the end of the options. */
    static final int STATISTICS_LENGTH = OVERHEAD + 12 + 12 + 12 + 4;

    // Tags of an exported PDU, big-endian; see spec/wireshark/README.md.
    private static final int TAG_DISSECTOR_NAME = 12;
    private static final int TAG_SOURCE_PORT = 25;
    private static final int TAG_DESTINATION_PORT = 26;
    private static final byte[] DISSECTOR_NAME = "ioregionfd\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TAGS_LENGTH = 4 + 12 + 8 + 8 + 4;

    /** The port that makes a side the device side. */
    static final int DEVICE_PORT = 18767;

    /** Longer pieces of a stream become several packets. */
    static final int PACKET_MAX = BLOCK_MAX - OVERHEAD - PACKET_HEADER - TAGS_LENGTH;

    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_MAX).order(ByteOrder.LITTLE_ENDIAN);

    /** Holds the block that was made last, from its beginning. */
    byte[] bytes() {
        return block.array();
    }

    /** The section and its one interface; the length of both. */
    int header() {
        block.clear();
        int section = OVERHEAD + 16;
        block.putInt(SECTION_HEADER).putInt(section).putInt(BYTE_ORDER_MAGIC);
        block.putShort((short) 1).putShort((short) 0); // version 1.0
        block.putLong(-1).putInt(section); // of unknown length
        int description = OVERHEAD + 8 + 8 + 4;
        block.putInt(INTERFACE_DESCRIPTION).putInt(description);
        block.putShort((short) LINK_EXPORTED_PDU).putShort((short) 0);
        block.putInt(0); // packets of any length
        block.putShort((short) OPTION_RESOLUTION).putShort((short) 1).putInt(NANOSECONDS);
        block.putInt(OPTION_END).putInt(description);
        return block.position();
    }

    /** A packet with at most {@link #PACKET_MAX} bytes of a channel; its length. */
    int packet(long timeNanos, int port, Side from, ByteBuf bytes, int index, int length) {
        int data = TAGS_LENGTH + length;
        int padding = -data & 3;
        int total = OVERHEAD + PACKET_HEADER + data + padding;
        block.clear().putInt(ENHANCED_PACKET).putInt(total).putInt(0);
        putTime(timeNanos);
        block.putInt(data).putInt(data);
        putTags(port, from);
        if (length > 0) {
            bytes.getBytes(index, block.array(), block.position(), length);
            block.position(block.position() + length);
        }
        for (int i = 0; i < padding; i++) {
            block.put((byte) 0);
        }
        block.putInt(total);
        return total;
    }

    /** How many packets there were, and how many of them are missing; the length. */
    int statistics(long timeNanos, long packets, long missing) {
        block.clear().putInt(INTERFACE_STATISTICS).putInt(STATISTICS_LENGTH).putInt(0);
        putTime(timeNanos);
        block.putShort((short) OPTION_RECEIVED).putShort((short) Long.BYTES).putLong(packets);
        block.putShort((short) OPTION_DROPPED).putShort((short) Long.BYTES).putLong(missing);
        block.putInt(OPTION_END).putInt(STATISTICS_LENGTH);
        return STATISTICS_LENGTH;
    }

    private void putTags(int port, Side from) {
        block.order(ByteOrder.BIG_ENDIAN);
        block.putShort((short) TAG_DISSECTOR_NAME)
                .putShort((short) DISSECTOR_NAME.length)
                .put(DISSECTOR_NAME);
        block.putShort((short) TAG_SOURCE_PORT).putShort((short) Integer.BYTES);
        block.putInt(from == Side.KVM ? port : DEVICE_PORT);
        block.putShort((short) TAG_DESTINATION_PORT).putShort((short) Integer.BYTES);
        block.putInt(from == Side.KVM ? DEVICE_PORT : port);
        block.putInt(0); // the end of the tags
        block.order(ByteOrder.LITTLE_ENDIAN);
    }

    private void putTime(long nanos) {
        block.putInt((int) (nanos >>> 32)).putInt((int) nanos);
    }
}
