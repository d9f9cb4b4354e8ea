// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.trace;

import io.netty.buffer.ByteBuf;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A capture file for Wireshark and the dissector in {@code spec/wireshark}: pcapng, little-endian, exported PDUs, one
 * conversation for each channel, times in nanoseconds.
 *
 * <p>Any number of threads may use it; the packets of all channels are in the order in which they came. A trace never makes
 * its channel fail. If the file cannot be written any more, or has reached its largest size, packets are dropped and counted,
 * and {@link #close} writes the count to the file and reports the failure. After the close the file holds all packets. Before
 * that, the last 64 KiB, and packets within a second of the last write, may be missing.
 */
public final class PcapngFile implements Closeable {
    /** More than anybody reads, but a forgotten trace does not fill the disk. */
    private static final long LENGTH_MAX = 1L << 30;

    /** One write to the file for some hundred frames. */
    private static final int BUFFER_LENGTH = 1 << 16;

    /** Longer pieces of a stream become several packets; several fit into the buffer. */
    private static final int PACKET_MAX = 1 << 14;

    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(1);

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
    private static final int BLOCK_OVERHEAD = 12;

    private static final int PACKET_HEADER = 20;

    /** Interface, time, two counts and the end of the options. */
    private static final int STATISTICS_LENGTH = BLOCK_OVERHEAD + 12 + 12 + 12 + 4;

    // Tags of an exported PDU, big-endian; see spec/wireshark/README.md.
    private static final int TAG_DISSECTOR_NAME = 12;
    private static final int TAG_SOURCE_PORT = 25;
    private static final int TAG_DESTINATION_PORT = 26;
    private static final byte[] DISSECTOR_NAME = "ioregionfd\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TAGS_LENGTH = 4 + 12 + 8 + 8 + 4;

    /** The port that makes a side the device side. */
    private static final int DEVICE_PORT = 18767;

    private final FileOutputStream file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final long lengthMax;

    /** Added to {@link System#nanoTime}, it gives nanoseconds since 1970. */
    private final long epochNanos;

    private long lengthWritten;
    private long flushedNanos;
    private long packets;
    private long dropped;
    private @Nullable IOException failure;
    private boolean closed;

    private PcapngFile(FileOutputStream file, long lengthMax) {
        this.file = file;
        this.lengthMax = lengthMax;
        flushedNanos = System.nanoTime();
        epochNanos = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - flushedNanos;
    }

    /**
     * Begins a file, and replaces an existing one.
     *
     * @throws IOException if that cannot be done, with a message for the user
     */
    public static PcapngFile create(Path path) throws IOException {
        return create(path, LENGTH_MAX);
    }

    static PcapngFile create(Path path, long lengthMax) throws IOException {
        FileOutputStream file;
        try {
            // not a FileChannel, because an interrupt of the writing thread would close it
            file = new FileOutputStream(path.toFile());
        } catch (IOException e) {
            throw new IOException("cannot write a trace: " + e.getMessage(), e);
        }
        PcapngFile trace = new PcapngFile(file, lengthMax);
        trace.header();
        trace.flush();
        if (trace.failure != null) {
            file.close();
            throw new IOException("cannot write a trace to " + path + ": " + trace.failure.getMessage(), trace.failure);
        }
        return trace;
    }

    /**
     * The tap of one channel.
     *
     * @param number of the channel, 1 and up; channels with the same number are one conversation
     */
    public FrameTap channel(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("channels are numbered from 1, not " + number);
        }
        // the dissector knows K by a port that is not the device's
        int port = number < DEVICE_PORT ? number : number + 1;
        return (from, bytes, index, length) -> packets(port, from, bytes, index, length);
    }

    /**
     * Completes the file; later bytes are dropped. May be called again.
     *
     * @throws IOException if a part of the trace could not be written, with a message for the user
     */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        statistics();
        flush();
        file.close();
        if (failure != null) {
            throw new IOException("the trace is incomplete: " + failure.getMessage(), failure);
        }
    }

    private synchronized void packets(int port, Side from, ByteBuf bytes, int index, int length) {
        int at = 0;
        do {
            int piece = Math.min(length - at, PACKET_MAX);
            packet(port, from, bytes, index + at, piece);
            at += piece;
        } while (at < length);
    }

    private void packet(int port, Side from, ByteBuf bytes, int index, int length) {
        int data = TAGS_LENGTH + length;
        int padding = -data & 3;
        int block = BLOCK_OVERHEAD + PACKET_HEADER + data + padding;
        if (closed || failure != null || lengthWritten + buffer.position() + block + STATISTICS_LENGTH > lengthMax) {
            dropped++;
            return;
        }
        long nanos = System.nanoTime();
        if (buffer.remaining() < block + STATISTICS_LENGTH || nanos - flushedNanos > FLUSH_NANOS) {
            flush();
        }
        packets++;
        buffer.putInt(ENHANCED_PACKET).putInt(block).putInt(0);
        putTime(nanos);
        buffer.putInt(data).putInt(data);
        putTags(port, from);
        if (length > 0) {
            bytes.getBytes(index, buffer.array(), buffer.position(), length);
            buffer.position(buffer.position() + length);
        }
        for (int i = 0; i < padding; i++) {
            buffer.put((byte) 0);
        }
        buffer.putInt(block);
    }

    private void putTags(int port, Side from) {
        buffer.order(ByteOrder.BIG_ENDIAN);
        buffer.putShort((short) TAG_DISSECTOR_NAME)
                .putShort((short) DISSECTOR_NAME.length)
                .put(DISSECTOR_NAME);
        buffer.putShort((short) TAG_SOURCE_PORT).putShort((short) Integer.BYTES);
        buffer.putInt(from == Side.KVM ? port : DEVICE_PORT);
        buffer.putShort((short) TAG_DESTINATION_PORT).putShort((short) Integer.BYTES);
        buffer.putInt(from == Side.KVM ? DEVICE_PORT : port);
        buffer.putInt(0); // the end of the tags
        buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The section and its one interface. */
    private void header() {
        int section = BLOCK_OVERHEAD + 16;
        buffer.putInt(SECTION_HEADER).putInt(section).putInt(BYTE_ORDER_MAGIC);
        buffer.putShort((short) 1).putShort((short) 0); // version 1.0
        buffer.putLong(-1).putInt(section); // of unknown length
        int description = BLOCK_OVERHEAD + 8 + 8 + 4;
        buffer.putInt(INTERFACE_DESCRIPTION).putInt(description);
        buffer.putShort((short) LINK_EXPORTED_PDU).putShort((short) 0);
        buffer.putInt(0); // packets of any length
        buffer.putShort((short) OPTION_RESOLUTION).putShort((short) 1).putInt(NANOSECONDS);
        buffer.putInt(OPTION_END).putInt(description);
    }

    private void statistics() {
        buffer.putInt(INTERFACE_STATISTICS).putInt(STATISTICS_LENGTH).putInt(0);
        putTime(System.nanoTime());
        buffer.putShort((short) OPTION_RECEIVED).putShort((short) Long.BYTES).putLong(packets + dropped);
        buffer.putShort((short) OPTION_DROPPED).putShort((short) Long.BYTES).putLong(dropped);
        buffer.putInt(OPTION_END).putInt(STATISTICS_LENGTH);
    }

    private void putTime(long nanos) {
        long time = nanos + epochNanos;
        buffer.putInt((int) (time >>> 32)).putInt((int) time);
    }

    /** Writes the buffered packets. After a failure, these and all later packets are lost. */
    private void flush() {
        try {
            if (failure == null) {
                file.write(buffer.array(), 0, buffer.position());
                lengthWritten += buffer.position();
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            buffer.clear();
            flushedNanos = System.nanoTime();
        }
    }
}
