// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.direct.DirectDeviceServer;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.device.netty.NettyDeviceServer;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A server of the conformance device on a Unix socket, once on each transport. */
@ParameterizedClass
@EnumSource
@Timeout(60)
abstract class ServerFixture {
    /** The transport. */
    enum Transport {
        /** Event loops over epoll. */
        NETTY,
        /** A thread for each channel, asleep while there is nothing to do. */
        DIRECT,
        /** Event loops that never sleep. */
        NETTY_POLLING,
        /** A thread for each channel, the first of which never sleep. */
        DIRECT_POLLING;

        DeviceServer open(ServerOptions options) throws IOException {
            return switch (this) {
                case NETTY -> NettyDeviceServer.open(options);
                case DIRECT -> DirectDeviceServer.open(options);
                case NETTY_POLLING -> NettyDeviceServer.open(options, Waiting.BUSY_POLL);
                case DIRECT_POLLING -> DirectDeviceServer.open(options, Waiting.BUSY_POLL);
            };
        }
    }

    static final long SECOND_NANOS = 1_000_000_000L;

    /** By then everything has happened for which a clause allows a second; the rest is for a busy machine. */
    static final long SECOND_AND_REST_NANOS = 10 * SECOND_NANOS;

    @TempDir
    Path directory;

    @Parameter
    Transport transport;

    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Path path;
    DeviceServer server;

    @BeforeEach
    void listen() throws IOException {
        path = directory.resolve("socket");
        server = listening(path, ConformanceDevice.MODEL);
    }

    @AfterEach
    void close() {
        server.close();
        assertFalse(Files.exists(path), "the socket is removed");
    }

    @BeforeAll
    static void watchesForLeaks() {
        assertEquals(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel());
    }

    /** A leak shows when its buffer was collected and another one is made. */
    @AfterAll
    static void leakedNoBuffer() {
        for (int i = 0; i < 5; i++) {
            System.gc();
            PooledByteBufAllocator.DEFAULT.directBuffer().release();
            Unpooled.directBuffer().release();
        }
        assertEquals(List.of(), LeakCounter.leaks());
    }

    /** Few enough for a test to reach; as many as must be served [DEV-004]. */
    int channelsMax() {
        return 64;
    }

    DeviceServer open(DeviceModel model) throws IOException {
        return transport.open(
                ServerOptions.serving(model).withObserver(this::hear).withChannelsMax(channelsMax()));
    }

    DeviceServer listening(Path where, DeviceModel model) throws IOException {
        DeviceServer listening = open(model);
        try {
            listening.listen(new UnixPath(where));
            return listening;
        } catch (IOException e) {
            listening.close();
            throw e;
        }
    }

    private void hear(ChannelEvent event) {
        if (!(event instanceof ChannelEvent.Opened) && !(event instanceof ChannelEvent.Offered)) {
            heard.add(event.toString());
        }
    }

    /** The next event of a channel's agreement, faults and end. */
    String heard() throws InterruptedException {
        return String.valueOf(heard.poll(5, TimeUnit.SECONDS));
    }

    UnixPeer connect() throws IOException {
        return UnixPeer.connect(path);
    }

    /** A READ of 4 bytes in the layout that is the default. */
    static ByteBuf read(long offset) {
        return Kvm.read(Layout.INFO_WORD, 4, 1, offset);
    }
}
