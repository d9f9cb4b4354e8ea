// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of the file. That Wireshark takes them is tested beside the dissector. */
class PcapngFileTest {
    private static final int PACKET = 6;
    private static final int STATISTICS = 5;

    @TempDir
    Path folder;

    /** A block's type and what is between its lengths. */
    private record Block(int type, ByteBuffer body) {}

    private Path file() {
        return folder.resolve("trace.pcapng");
    }

    private List<Block> blocks() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file())).order(ByteOrder.LITTLE_ENDIAN);
        List<Block> blocks = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int type = bytes.getInt();
            int length = bytes.getInt();
            ByteBuffer body = bytes.slice(bytes.position(), length - 12).order(ByteOrder.LITTLE_ENDIAN);
            bytes.position(bytes.position() + length - 12);
            assertEquals(length, bytes.getInt());
            assertEquals(0, length % 4);
            blocks.add(new Block(type, body));
        }
        return blocks;
    }

    private List<ByteBuffer> packets() throws IOException {
        return blocks().stream()
                .filter(block -> block.type() == PACKET)
                .map(Block::body)
                .toList();
    }

    private static String hex(ByteBuffer bytes, int from, int length) {
        byte[] some = new byte[length];
        bytes.get(from, some);
        return HexFormat.of().formatHex(some);
    }

    @Test
    void beginsWithASectionAndAnInterfaceOfExportedPdus() throws IOException {
        PcapngFile.create(file()).close();

        List<Block> blocks = blocks();
        assertEquals(
                List.of(0x0A0D0D0A, 1, STATISTICS),
                blocks.stream().map(Block::type).toList());
        assertEquals("4d3c2b1a01000000ffffffffffffffff", hex(blocks.get(0).body(), 0, 16));
        assertEquals(
                "fc0000000000000009000100" + "0900000000000000",
                hex(blocks.get(1).body(), 0, 20));
    }

    /** The tags of spec/wireshark/README.md. */
    @Test
    void putsTheTagsBeforeTheBytes() throws IOException {
        ByteBuf bytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex("00a1a2a3a4a5ff"));
        try (PcapngFile trace = PcapngFile.create(file())) {
            FrameTap tap = trace.channel(7);
            tap.frames(Side.KVM, bytes, 1, 5);
            tap.frames(Side.DEVICE, bytes, 1, 1);
            tap.frames(Side.DEVICE, Unpooled.EMPTY_BUFFER, 0, 0);
        }

        List<ByteBuffer> packets = packets();
        String name = "000c000c" + "696f726567696f6e66640000";
        String fromKvm = name + "0019000400000007" + "001a00040000494f" + "00000000";
        String fromDevice = name + "001900040000494f" + "001a000400000007" + "00000000";
        assertEquals(3, packets.size());
        assertEquals("2900000029000000" + fromKvm + "a1a2a3a4a5" + "000000", hex(packets.get(0), 12, 52));
        assertEquals("2500000025000000" + fromDevice + "a1" + "000000", hex(packets.get(1), 12, 48));
        assertEquals("2400000024000000" + fromDevice, hex(packets.get(2), 12, 44));
        assertEquals(0, bytes.readerIndex());
    }

    @Test
    void givesNoChannelTheDevicesPort() throws IOException {
        try (PcapngFile trace = PcapngFile.create(file())) {
            trace.channel(18766).frames(Side.KVM, Unpooled.EMPTY_BUFFER, 0, 0);
            trace.channel(18767).frames(Side.KVM, Unpooled.EMPTY_BUFFER, 0, 0);
            assertThrows(IllegalArgumentException.class, () -> trace.channel(0));
        }

        assertEquals("494e", hex(packets().get(0), 12 + 8 + 16 + 6, 2));
        assertEquals("4950", hex(packets().get(1), 12 + 8 + 16 + 6, 2));
    }

    @Test
    void cutsWhatIsLongerThanAPacketMayBe() throws IOException {
        int length = 100_000;
        try (PcapngFile trace = PcapngFile.create(file())) {
            trace.channel(1).frames(Side.KVM, Unpooled.wrappedBuffer(new byte[length]), 0, length);
        }

        assertEquals(
                length,
                packets().stream().mapToInt(body -> body.getInt(12) - 36).sum());
        assertEquals(25, packets().size());
    }

    @Test
    void keepsTimeInNanosecondsSince1970() throws IOException {
        long before = System.currentTimeMillis();
        try (PcapngFile trace = PcapngFile.create(file())) {
            for (int i = 0; i < 2; i++) {
                trace.channel(1).frames(Side.KVM, Unpooled.EMPTY_BUFFER, 0, 0);
            }
        }
        long after = System.currentTimeMillis();

        long[] times = packets().stream()
                .mapToLong(body -> (long) body.getInt(4) << 32 | Integer.toUnsignedLong(body.getInt(8)))
                .toArray();
        assertTrue(before - 1 <= times[0] / 1_000_000 && times[1] / 1_000_000 <= after + 1);
        assertTrue(times[0] <= times[1]);
    }

    @Test
    void dropsAndCountsWhatIsBeyondItsLength() throws IOException {
        int lengthMax = 1000;
        try (PcapngFile trace = PcapngFile.create(file(), lengthMax)) {
            for (int i = 0; i < 100; i++) {
                trace.channel(1).frames(Side.KVM, Unpooled.wrappedBuffer(new byte[32]), 0, 32);
            }
        }

        int kept = packets().size();
        ByteBuffer statistics = blocks().get(2 + kept).body();
        assertTrue(Files.size(file()) <= lengthMax && kept > 5, "" + kept);
        assertEquals(100, statistics.getLong(12 + 4));
        assertEquals(100 - kept, statistics.getLong(12 + 12 + 4));
    }

    @Test
    void saysWhereItCannotBeWritten() {
        Path nowhere = folder.resolve("no-such-folder/trace.pcapng");
        IOException noFolder = assertThrows(IOException.class, () -> PcapngFile.create(nowhere));
        assertEquals("cannot write a trace to " + nowhere + ": no such folder", noFolder.getMessage());

        IOException isFolder = assertThrows(IOException.class, () -> PcapngFile.create(folder));
        assertEquals("cannot write a trace to " + folder + ": it is a folder", isFolder.getMessage());

        IOException full = assertThrows(IOException.class, () -> PcapngFile.create(Path.of("/dev/full")));
        assertEquals("cannot write a trace to /dev/full: No space left on device", full.getMessage());
    }

    /** A vCPU's thread may be interrupted at any time. */
    @Test
    void goesOnInAThreadThatIsInterrupted() throws IOException {
        try (PcapngFile trace = PcapngFile.create(file())) {
            Thread.currentThread().interrupt();
            trace.channel(1).frames(Side.KVM, Unpooled.wrappedBuffer(new byte[100_000]), 0, 100_000);
            assertTrue(Thread.interrupted());
        }

        assertEquals(25, packets().size());
    }

    /** A FIFO is a file whose reader may come late, or not read. */
    private Path fifo() throws IOException, InterruptedException {
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        return fifo;
    }

    @Test
    void isIncompleteWhereNobodyReads() throws IOException, InterruptedException {
        PcapngFile trace = PcapngFile.create(fifo());
        trace.channel(1).frames(Side.KVM, Unpooled.wrappedBuffer(new byte[32]), 0, 32);

        assertEquals(
                "the trace is incomplete: 1 of 1 packets are missing: it was not read in time",
                assertThrows(IOException.class, trace::close).getMessage());
    }

    /** The reader comes late: no frame has waited for it, what it gets is whole, and it is told how much is missing. */
    @Test
    void dropsAndCountsWhatItsReaderDoesNotTakeInTime() throws Exception {
        Path fifo = fifo();
        int frames = 100_000;
        PcapngFile trace = PcapngFile.create(fifo);
        FrameTap tap = trace.channel(1);
        ByteBuf bytes = Unpooled.wrappedBuffer(new byte[32]);
        tap(tap, bytes, frames);
        Process reader = new ProcessBuilder("cp", fifo.toString(), file().toString()).start();
        tapUntilThereIsRoom(tap, bytes, trace);
        String told = assertThrows(IOException.class, trace::close).getMessage();
        assertEquals(0, reader.waitFor());

        int kept = packets().size();
        ByteBuffer statistics = blocks().get(2 + kept).body();
        long all = statistics.getLong(12 + 4);
        long missing = statistics.getLong(12 + 12 + 4);
        assertTrue(kept > 10_000 && missing > 10_000, kept + " kept, " + missing + " missing");
        assertEquals(all, kept + missing);
        assertEquals(
                "the trace is incomplete: " + missing + " of " + all + " packets are missing: it was not read in time",
                told);
    }

    private static void tapUntilThereIsRoom(FrameTap tap, ByteBuf bytes, PcapngFile trace) {
        long before = trace.kept();
        while (trace.kept() == before) {
            tap.frames(Side.DEVICE, bytes, 0, 32);
            Thread.onSpinWait();
        }
    }

    @Test
    void hearsNothingMoreOnceItIsClosed() throws IOException {
        PcapngFile trace = PcapngFile.create(file());
        FrameTap tap = trace.channel(1);
        trace.close();
        tap.frames(Side.KVM, Unpooled.EMPTY_BUFFER, 0, 0);
        trace.close();

        assertEquals(0, packets().size());
    }

    @Test
    void makesNoObjectForAFrame() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuf bytes = Unpooled.directBuffer().writeZero(32);
        try (PcapngFile trace = PcapngFile.create(file())) {
            FrameTap tap = trace.channel(1);
            int frames = 20_000;
            tap(tap, bytes, frames);
            long before = threads.getCurrentThreadAllocatedBytes();
            tap(tap, bytes, frames);
            long perFrame = (threads.getCurrentThreadAllocatedBytes() - before) / frames;

            assertEquals(0, perFrame);
        } finally {
            bytes.release();
        }
    }

    private static void tap(FrameTap tap, ByteBuf bytes, int times) {
        for (int i = 0; i < times; i++) {
            tap.frames(Side.DEVICE, bytes, 0, 32);
        }
    }
}
