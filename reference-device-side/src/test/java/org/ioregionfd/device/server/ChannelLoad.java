// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.device.server.ServerFixture.Transport;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Long tests that print numbers: the cost of an idle channel, and whether descriptors or memory are lost over many channels.
 * Run by {@code -Dlong=ChannelLoad}.
 */
class ChannelLoad {
    /** Heap and direct memory of a negotiated idle channel. */
    private static final long IDLE_BYTES_MAX = 16 << 10;

    private static final int IDLE = 1000;
    private static final int BUSY = 8;
    private static final int LOOKS = 5;
    private static final int OPENED_AND_CLOSED = 100_000;
    private static final long SETTLE_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

    @TempDir
    Path directory;

    private final PrintStream out = System.out;
    private final ByteBuffer exchange = ByteBuffer.allocateDirect(Frame.LENGTH);

    @BeforeAll
    static void loadsWhatThePeersNeed() {
        Epoll.ensureAvailability();
        // Otherwise the records that this module's tests keep of every buffer would be measured too.
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    private DeviceServer server(Transport transport, int channelsMax) throws IOException {
        DeviceServer server = transport.open(ServerOptions.serving(ConformanceDevice.MODEL)
                .withObserver(ChannelObserver.SILENT)
                .withChannelsMax(channelsMax));
        server.listen(new UnixPath(path()));
        return server;
    }

    private Path path() {
        return directory.resolve("socket");
    }

    /**
     * Channels that negotiate version 2, read once and are then idle, beside some that are always busy. Only a number is kept
     * for each peer.
     */
    @ParameterizedTest
    @EnumSource(names = {"NETTY", "DIRECT"})
    void keepsLittleForAnIdleChannel(Transport transport) throws IOException {
        long before;
        long after;
        long descriptors;
        List<Socket> peers = new ArrayList<>();
        try (DeviceServer server = server(transport, 2 * IDLE + BUSY);
                BusyPeers busy = BusyPeers.start(BUSY, path())) {
            for (int i = 0; i < IDLE; i++) {
                peers.add(negotiated());
            }
            // The first channels pay for the common part of all, such as classes and arenas.
            before = held("with " + IDLE);
            descriptors = descriptors();
            for (int i = 0; i < IDLE; i++) {
                peers.add(negotiated());
            }
            after = held("with " + 2 * IDLE);
            // One of them is the peer's.
            descriptors = (descriptors() - descriptors) / IDLE - 1;
            out.println(transport + ": " + (after - before) / IDLE + " bytes and " + descriptors
                    + " descriptors for an idle channel; open "
                    + server.counters().channelsOpen() + "; beside it "
                    + busy.commands() + " commands");
            for (Socket peer : peers) {
                peer.close();
            }
            settle(server, BUSY);
            out.println(transport + ": " + (after - held("without")) / (2 * IDLE) + " bytes given back for each");
        }
        assertTrue((after - before) / IDLE <= IDLE_BYTES_MAX);
        assertEquals(1, descriptors);
    }

    private Socket negotiated() throws IOException {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
        Socket peer = Socket.newSocketDomain();
        if (!peer.connect(new DomainSocketAddress(path().toFile()))) {
            throw new IOException("the backlog is full");
        }
        kvm.remember(Kvm.detached(), ask(peer, Kvm.detached()));
        ask(peer, kvm.select(2, FeatureSet.ALL, 64));
        ask(peer, Kvm.taggedRead(1, 4, 1, 0x128));
        return peer;
    }

    private String ask(Socket peer, ByteBuf frame) throws IOException {
        exchange.clear().put(frame.nioBuffer());
        peer.write(exchange, 0, Frame.LENGTH);
        int read = 0;
        while (read < Frame.LENGTH) {
            int length = peer.read(exchange, read, Frame.LENGTH);
            if (length < 0) {
                throw new IOException("the server has closed the channel");
            }
            read += length;
        }
        return ByteBufUtil.hexDump(Unpooled.wrappedBuffer(exchange.rewind().limit(Frame.LENGTH)));
    }

    /** The descriptors are the same at the end as after a tenth of it. */
    @ParameterizedTest
    @EnumSource(names = {"NETTY", "DIRECT"})
    void losesNoDescriptor(Transport transport) throws IOException {
        try (DeviceServer server = server(transport, ServerOptions.CHANNELS_MAX_DEFAULT)) {
            long begun = System.nanoTime();
            long descriptors = 0;
            for (int i = 0; i < OPENED_AND_CLOSED; i++) {
                try (UnixPeer peer = UnixPeer.connect(path())) {
                    peer.send(Kvm.read(Layout.INFO_WORD, 4, 1, 0x128)).receive();
                }
                if (i == OPENED_AND_CLOSED / 10) {
                    settle(server, 0);
                    descriptors = descriptors();
                    held("after " + i);
                }
            }
            settle(server, 0);
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
            held("after " + OPENED_AND_CLOSED);
            out.println(transport + ": " + seconds + " s; " + server.counters());
            assertEquals(descriptors, descriptors());
        }
    }

    private static void settle(DeviceServer server, int channels) {
        long deadlineNanos = System.nanoTime() + SETTLE_MAX_NANOS;
        while (server.counters().channelsOpen() > channels && System.nanoTime() < deadlineNanos) {
            Thread.onSpinWait();
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    /** Heap that is in use after a collection, and direct memory of the JDK and of Netty. */
    private long held(String when) throws IOException {
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < LOOKS; i++) {
            System.gc();
            // The least of several values, because garbage between a collection and the look at it does not count.
            heap = Math.min(
                    heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        // What Netty counts is in what the JDK counts, or has come past it.
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        direct = Math.max(direct, PlatformDependent.usedDirectMemory());
        out.println(when + ": heap " + heap + ", direct " + direct + ", descriptors " + descriptors());
        return heap + direct;
    }
}
