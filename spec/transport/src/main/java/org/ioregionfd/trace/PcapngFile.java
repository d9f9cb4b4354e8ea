// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.trace;

import io.netty.buffer.ByteBuf;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.output.BackgroundOutput;

/**
 * A capture file for Wireshark and the dissector in {@code spec/wireshark}: pcapng, little-endian, exported PDUs, one
 * conversation for each channel, times in nanoseconds. The file may be a FIFO.
 *
 * <p>Any number of threads may use it; the packets of all channels are in the order in which they came. A trace never makes
 * its channel fail or wait: a thread of its own writes. A packet that the file does not take in time, or that is beyond its
 * largest size, is dropped whole and counted. {@link #close} writes the count to the file and reports what is missing. After
 * the close the file holds all packets. Before that, those of the last 10 milliseconds may be missing.
 */
public final class PcapngFile implements Closeable {
    /** More than anybody reads, but a forgotten trace does not fill the disk. */
    private static final long LENGTH_MAX = 1L << 30;

    /** Some ten thousand frames: a disk or a reader may rest a moment. */
    private static final int CAPACITY = 4 << 20;

    /** A file is opened in no time; a FIFO only when somebody reads it, and the channels do not wait for that. */
    private static final long OPEN_MAX_MILLIS = 1000;

    /** Long for a disk; a part of the time in which a signal ends a program. */
    private static final long CLOSE_MAX_MILLIS = 500;

    private final BackgroundOutput output;
    private final PcapngBlocks blocks = new PcapngBlocks();
    private final long lengthMax;

    /** Added to {@link System#nanoTime}, it gives nanoseconds since 1970. */
    private final long epochNanos = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();

    private long length;
    private long packets;
    private long beyondLength;

    /** Packets that the output took, and all blocks that it took. */
    private long kept;

    private long blocksTaken;
    private boolean closed;

    private PcapngFile(Path path, long lengthMax) {
        this.lengthMax = lengthMax;
        output = BackgroundOutput.start("trace", CAPACITY, () -> CaptureFile.open(path));
    }

    /**
     * Begins a file, and replaces an existing one. Does not wait for the reader of a FIFO.
     *
     * @throws IOException if that cannot be done, with a message for the user
     */
    public static PcapngFile create(Path path) throws IOException {
        return create(path, LENGTH_MAX);
    }

    static PcapngFile create(Path path, long lengthMax) throws IOException {
        PcapngFile trace = new PcapngFile(path, lengthMax);
        trace.begin();
        trace.output.await(OPEN_MAX_MILLIS);
        Optional<IOException> failure = trace.output.failure();
        if (failure.isPresent()) {
            throw new IOException("cannot write a trace to " + path + ": " + why(failure.get(), path), failure.get());
        }
        return trace;
    }

    private synchronized void begin() {
        offer(blocks.header());
    }

    /** What the file system shows, before the system's words, which depend on the locale; without the path before these. */
    private static String why(IOException failure, Path path) {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            return "it is a folder";
        }
        if (folder != null && !Files.isDirectory(folder)) {
            return Files.exists(folder) ? "a part of its path is no folder" : "no such folder";
        }
        if (folder != null && !Files.isWritable(Files.exists(path) ? path : folder)) {
            return "permission denied";
        }
        String words = String.valueOf(failure.getMessage());
        String before = path + " (";
        return words.startsWith(before) && words.endsWith(")")
                ? words.substring(before.length(), words.length() - 1)
                : words;
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
        int port = number < PcapngBlocks.DEVICE_PORT ? number : number + 1;
        return (from, bytes, index, length) -> packets(port, from, bytes, index, length);
    }

    /**
     * Completes the file; later bytes are dropped. Waits half a second for it, and no longer. May be called again.
     *
     * @throws IOException if a part of the trace could not be written, with a message for the user
     */
    @Override
    public void close() throws IOException {
        if (!end()) {
            return;
        }
        // outside of the lock: channels that are still served need not wait
        output.close(CLOSE_MAX_MILLIS);
        Optional<IOException> failure = output.failure();
        long missing = missing();
        if (failure.isPresent() || missing > 0) {
            throw new IOException("the trace is incomplete: " + missing + " of " + packets + " packets are missing: "
                    + failure.map(IOException::getMessage).orElse("it was not read in time"));
        }
    }

    /** Whether this has ended it. */
    private synchronized boolean end() {
        if (closed) {
            return false;
        }
        closed = true;
        offer(blocks.statistics(now(), packets, packets - kept));
        return true;
    }

    /** Packets that should be in the file and are not. */
    private synchronized long missing() {
        long written = blocksTaken - output.unwritten();
        // the header is the first block, and the statistics the last
        return packets - beyondLength - Math.max(0, Math.min(kept, written - 1));
    }

    /** How many packets are in the file, or on their way to it. */
    synchronized long kept() {
        return kept;
    }

    private synchronized void packets(int port, Side from, ByteBuf bytes, int index, int length) {
        int at = 0;
        do {
            int piece = Math.min(length - at, PcapngBlocks.PACKET_MAX);
            packet(port, from, bytes, index + at, piece);
            at += piece;
        } while (at < length);
    }

    private void packet(int port, Side from, ByteBuf bytes, int index, int count) {
        if (closed) {
            return;
        }
        packets++;
        int block = blocks.packet(now(), port, from, bytes, index, count);
        if (length + block + PcapngBlocks.STATISTICS_LENGTH > lengthMax) {
            beyondLength++;
        } else if (output.hasRoom(block + PcapngBlocks.STATISTICS_LENGTH) && offer(block)) {
            kept++;
        }
    }

    private boolean offer(int block) {
        boolean isTaken = output.offer(blocks.bytes(), 0, block);
        if (isTaken) {
            length += block;
            blocksTaken++;
        }
        return isTaken;
    }

    private long now() {
        return System.nanoTime() + epochNanos;
    }
}
