// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.rules.Sender;

/**
 * A trace as a pcapng file that the project's dissector reads: link type USER0, a byte of direction before the bytes of each packet,
 * a packet without bytes for the end of a stream. Packets are a millisecond apart from 0 on: a trace has an order and no times.
 */
final class Pcapng {
    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int BYTE_ORDER = 0x1A2B3C4D;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final short LINK_TYPE_USER0 = 147;
    private static final short OPTION_COMMENT = 1;

    /** Of an option, in bytes: its length is 16 bits wide. */
    private static final int COMMENT_MAX = 1024;

    /** Block type, length, and the length again at the end. */
    private static final int FRAMING = 12;

    private static final int ALIGNMENT = 4;
    private static final long MICROS_APART = 1000;

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private long packets;

    private Pcapng() {}

    /** The file; {@code comment} says what it shows. */
    static byte[] of(Trace trace, String comment) {
        Pcapng pcapng = new Pcapng();
        pcapng.begin(comment);
        for (Trace.Entry entry : trace.entries()) {
            if (entry instanceof Trace.Bytes bytes) {
                pcapng.packet(bytes.from(), bytes.bytes());
            } else if (entry instanceof Trace.Ended ended) {
                pcapng.packet(ended.by(), new byte[0]);
            }
        }
        return pcapng.file.toByteArray();
    }

    private void begin(String comment) {
        byte[] text = comment.getBytes(StandardCharsets.UTF_8);
        byte[] cut = Arrays.copyOf(text, Math.min(text.length, COMMENT_MAX));
        ByteBuffer section = body(16 + 4 + padded(cut.length) + 4);
        section.putInt(BYTE_ORDER).putShort((short) 1).putShort((short) 0).putLong(-1);
        section.putShort(OPTION_COMMENT).putShort((short) cut.length).put(cut);
        block(SECTION_HEADER, section);
        ByteBuffer description = body(8);
        description.putShort(LINK_TYPE_USER0).putShort((short) 0).putInt(0);
        block(INTERFACE_DESCRIPTION, description);
    }

    private void packet(Sender from, byte[] bytes) {
        long micros = packets++ * MICROS_APART;
        int length = 1 + bytes.length;
        ByteBuffer packet = body(20 + padded(length));
        packet.putInt(0).putInt((int) (micros >>> 32)).putInt((int) micros);
        packet.putInt(length).putInt(length);
        packet.put((byte) (from == Sender.K ? 0 : 1)).put(bytes);
        block(ENHANCED_PACKET, packet);
    }

    /** What is left of {@code body} stays zero: the padding of its last part, and the end of its options. */
    private void block(int type, ByteBuffer body) {
        int length = FRAMING + body.capacity();
        ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        block.putInt(type).putInt(length).put(body.clear()).putInt(length);
        file.writeBytes(block.array());
    }

    private static ByteBuffer body(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int padded(int length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
